"""Settings: one frozen object built at the door; nothing else reads the environment."""

from __future__ import annotations

import getpass
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError, field_validator

from api.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping


class Settings(BaseModel):
    """Everything that a run takes from its surroundings.

    Attributes
    ----------
    store : str
        A folder (made absolute) or a ``neo4j…://`` address.
    case : str
        The case worked on when none is named.
    actor : str
        Who acts; goes into every audit row.
    identity_key : str
        File of the security domain's key, for a store that is made; empty: a store makes its own.
    cache : str
        The user's folder for what can be made again; ledgers pulled from shared graphs lie there.
    shared_graph : str
        Address of the shared graph that ``store push`` and ``store pull`` mean; empty: none.
    graph_user, graph_password : str
        Who asks a shared graph; the password is never shown.
    graph_authority : str
        PEM file of the certificate authority of an address with TLS; empty: the system's own.
    graph_tokens : str
        Whose identifiers are tokens in the graph: ``protected`` persons', or ``all``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    store: str
    case: str = "default"
    actor: str = "unknown"
    identity_key: str = ""
    cache: str = ""
    shared_graph: str = ""
    graph_user: str = "neo4j"
    graph_password: SecretStr = SecretStr("")
    graph_authority: str = ""
    graph_tokens: Literal["protected", "all"] = "protected"

    @field_validator("store")
    @classmethod
    def _absolute(cls, value: str) -> str:
        return value if "://" in value else str(Path(value).expanduser().absolute())

    @property
    def opening(self) -> dict[str, Any]:
        """What the backend of the store's address is opened with, beside clock and making."""
        key = Path(self.identity_key).expanduser().absolute() if self.identity_key else None
        if "://" not in self.store or self.store.startswith("ledger://"):
            return {"identity_key": key}
        return {
            "identity_key": key,
            "cache": Path(self.cache),
            "user": self.graph_user,
            "password": self.graph_password.get_secret_value(),
            "authority": self.graph_authority,
            "tokens": self.graph_tokens,
        }


def from_environment(environment: Mapping[str, str] | None = None, **given: str | None) -> Settings:
    """Build settings: what is given first, then the environment, then the user's data folder.

    Examples
    --------
    >>> from_environment({"FUATILIA_STORE": "/evidence"}, case="KE-1").case
    'KE-1'
    """
    env = os.environ if environment is None else environment
    data = Path(env.get("XDG_DATA_HOME") or Path(env.get("HOME", "~")) / ".local" / "share")
    chosen = {
        "store": given.get("store") or env.get("FUATILIA_STORE") or str(data / "fuatilia" / "store"),
        "case": given.get("case") or env.get("FUATILIA_CASE") or "default",
        "actor": given.get("actor") or env.get("FUATILIA_ACTOR") or _user(env),
        "identity_key": env.get("FUATILIA_IDENTITY_KEY", ""),
        "cache": str(_cache(env)),
        "shared_graph": given.get("graph") or env.get("FUATILIA_NEO4J", ""),
        "graph_user": env.get("FUATILIA_NEO4J_USER") or "neo4j",
        "graph_password": _password(env),
        "graph_authority": env.get("FUATILIA_NEO4J_AUTHORITY", ""),
        "graph_tokens": env.get("FUATILIA_NEO4J_TOKENS") or "protected",
    }
    try:
        return Settings.model_validate(chosen)
    except ValidationError as refused:  # its text would quote what was given
        fields = ", ".join(str(error["loc"][0]) for error in refused.errors())
        raise UsageError("a setting is not one of its values", settings=fields) from None


def _cache(env: Mapping[str, str]) -> Path:
    home = Path(env.get("HOME", "~")).expanduser()
    return (Path(env.get("XDG_CACHE_HOME") or home / ".cache") / "fuatilia").absolute()


def _password(env: Mapping[str, str]) -> str:
    """Return the password of the shared graph, from its file where one is named."""
    place = env.get("FUATILIA_NEO4J_PASSWORD_FILE")
    if not place:
        return env.get("FUATILIA_NEO4J_PASSWORD", "")
    try:
        return Path(place).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as cause:
        raise UsageError(
            "the file of the password cannot be read", path=place, hint="FUATILIA_NEO4J_PASSWORD_FILE"
        ) from cause


def _user(env: Mapping[str, str]) -> str:
    named = env.get("USER") or env.get("LOGNAME")
    if named:
        return named
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # No user name is known to the system (a container without a passwd entry); the audit row says so.
        return "unknown"
