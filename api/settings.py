"""Settings: one frozen object built at the door; nothing else reads the environment."""

from __future__ import annotations

import getpass
import os
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, field_validator

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
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    store: str
    case: str = "default"
    actor: str = "unknown"

    @field_validator("store")
    @classmethod
    def _absolute(cls, value: str) -> str:
        return value if "://" in value else str(Path(value).expanduser().absolute())


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
    }
    return Settings(**chosen)


def _user(env: Mapping[str, str]) -> str:
    named = env.get("USER") or env.get("LOGNAME")
    if named:
        return named
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # No user name is known to the system (a container without a passwd entry); the audit row says so.
        return "unknown"
