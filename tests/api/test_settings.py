"""Settings: read once at the door; a secret is taken from its file and shown nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.errors import UsageError
from api.settings import Settings, from_environment

SECRET = "a word that nobody may read"


def settings(**env: str) -> Settings:
    return from_environment({"HOME": "/of/ann", "USER": "ann", **env})


def test_a_ledger_is_opened_with_the_key_of_its_domain() -> None:
    assert settings(FUATILIA_STORE="/evidence").opening == {"identity_key": None}
    found = settings(FUATILIA_STORE="/evidence", FUATILIA_IDENTITY_KEY="/media/identity.key")
    assert found.opening == {"identity_key": Path("/media/identity.key")}


def test_a_graph_is_opened_with_account_cache_and_key() -> None:
    found = settings(
        FUATILIA_STORE="neo4j+s://graph.example/cases",
        FUATILIA_NEO4J_USER="ann",
        FUATILIA_NEO4J_PASSWORD=SECRET,
        FUATILIA_NEO4J_TOKENS="all",
    )
    assert found.opening == {
        "identity_key": None,
        "cache": Path("/of/ann/.cache/fuatilia"),
        "user": "ann",
        "password": SECRET,
        "authority": "",
        "tokens": "all",
    }
    assert settings(XDG_CACHE_HOME="/var/cache").cache == "/var/cache/fuatilia"


def test_a_password_comes_from_its_file_and_is_shown_nowhere(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text(SECRET + "\n", encoding="utf-8")
    found = settings(FUATILIA_NEO4J_PASSWORD_FILE=str(file), FUATILIA_NEO4J_PASSWORD="another")
    assert found.graph_password.get_secret_value() == SECRET
    assert SECRET not in f"{found!r} {found} {found.model_dump_json()}"
    with pytest.raises(UsageError, match="FUATILIA_NEO4J_PASSWORD_FILE"):
        settings(FUATILIA_NEO4J_PASSWORD_FILE=str(tmp_path / "absent"))


def test_a_wrong_setting_is_named_and_not_repeated() -> None:
    with pytest.raises(UsageError, match="graph_tokens") as refused:
        settings(FUATILIA_NEO4J_TOKENS=SECRET)
    assert SECRET not in str(refused.value)
