"""The one discovery: plug-ins found by file name in a folder and by entry point."""

from __future__ import annotations

import importlib
import pkgutil
from functools import partial
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any

from graph.errors import PluginError

if TYPE_CHECKING:
    from collections.abc import Callable


def discover(
    package: str, attribute: str, group: str, code: Callable[[Any], str], *, among_others: bool = False
) -> dict[str, Any]:
    """Find every plug-in of one kind.

    Parameters
    ----------
    package : str
        Dotted name of the folder whose modules (or sub-packages) each expose ``attribute``.
    attribute : str
        Name each module exposes, as ``SOURCE`` or ``RULE``.
    group : str
        Entry-point group searched as well, as ``fuatilia.sources``.
    code : callable
        Gives a plug-in's code. In our own folders the file name must equal it.
    among_others : bool
        The folder holds modules of other kinds too; those without ``attribute`` are none of ours.

    Returns
    -------
    dict
        Plug-ins by code, sorted by code, so that discovery order never changes a result.

    Raises
    ------
    PluginError
        When a module cannot be imported, lacks the attribute, is named differently from its
        code, or two plug-ins claim one code. Nothing is skipped silently.
    """
    found: dict[str, tuple[Any, str]] = {}

    def add(plugin: Any, origin: str) -> None:
        name = code(plugin)
        if name in found:
            raise PluginError(
                f"two plug-ins of {group} are called {name!r}",
                first=found[name][1],
                second=origin,
                hint="uninstall one of them",
            )
        found[name] = (plugin, origin)

    folder = importlib.import_module(package)
    for info in sorted(pkgutil.iter_modules(folder.__path__), key=lambda i: i.name):
        if info.name.startswith("_"):
            continue
        origin = f"{package}.{info.name}"
        if among_others and not hasattr(_load(partial(importlib.import_module, origin), origin), attribute):
            continue
        plugin = _load(partial(_attribute, origin, attribute), origin)
        if code(plugin) != info.name:
            raise PluginError(
                f"the file is named {info.name!r} but its code is {code(plugin)!r}",
                module=origin,
                hint="file name and code must be equal",
            )
        add(plugin, origin)
    for point in sorted(entry_points(group=group), key=lambda p: (p.name, p.value)):
        plugin = _load(point.load, point.value)
        if getattr(plugin, "__module__", "").startswith(package + "."):
            continue
        add(plugin, point.value)
    return {name: found[name][0] for name in sorted(found)}


def _attribute(module: str, name: str) -> Any:
    return getattr(importlib.import_module(module), name)


def _load(load: Callable[[], Any], origin: str) -> Any:
    try:
        return load()
    except (ImportError, AttributeError) as cause:
        raise PluginError(
            f"plug-in cannot be loaded: {cause}", module=origin, hint="fix or uninstall it"
        ) from cause
