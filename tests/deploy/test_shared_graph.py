"""The compose file, the unit and the style file: well formed, shut by default, and without a secret."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from api.settings import from_environment
from graph.stores.neo4j.address import Address
from graph.stores.neo4j.model import Label, Type
from graph.stores.neo4j.schema import NODES, RELATIONS
from tests.neo4j_files import LTS, LackingError
from tests.neo4j_server import LocalServer, lacking

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
UNIT = DEPLOY / "systemd" / "fuatilia.service"
STYLE = DEPLOY / "neo4j" / "style.grass"
SERVICE_KEYS = {
    *("image", "build", "profiles", "restart", "user", "networks", "hostname", "environment", "secrets"),
    *("volumes", "cap_drop", "security_opt", "mem_limit", "pids_limit", "healthcheck", "logging"),
    *("depends_on", "read_only", "tmpfs", "ports", "configs"),
}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return loaded


def test_compose_has_known_keys_and_names_what_it_declares(compose: dict[str, Any]) -> None:
    assert set(compose) == {"name", "services", "configs", "networks", "volumes", "secrets"}
    for service in compose["services"].values():
        assert set(service) <= SERVICE_KEYS
        assert set(service.get("networks", ())) <= set(compose["networks"])
        assert set(service.get("secrets", ())) <= set(compose["secrets"])
        assert set(service.get("depends_on", {})) <= set(compose["services"])
        named = {v.partition(":")[0] for v in service.get("volumes", ()) if not v.startswith("./")}
        assert named <= set(compose["volumes"])
        assert {c["source"] for c in service.get("configs", ())} <= set(compose["configs"])


def test_graph_and_program_have_no_way_out(compose: dict[str, Any]) -> None:
    assert compose["networks"]["inside"] == {"internal": True}
    for name in ("neo4j", "app"):
        assert compose["services"][name]["networks"] == ["inside"]
        assert "ports" not in compose["services"][name]
        assert "network_mode" not in compose["services"][name]


def test_one_port_is_passed_on_and_it_speaks_tls_only(compose: dict[str, Any]) -> None:
    ports = [p for service in compose["services"].values() for p in service.get("ports", ())]
    assert ports == ["7687:7687"]
    settings = compose["services"]["neo4j"]["environment"]
    assert settings["NEO4J_server_bolt_tls__level"] == "REQUIRED"
    assert settings["NEO4J_server_http_enabled"] == "false"
    assert settings["NEO4J_dbms_usage__report_enabled"] == "false"
    assert Address.parse(compose["services"]["app"]["environment"]["FUATILIA_STORE"]).encrypted


def test_every_service_is_bounded_and_has_no_privilege(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert service["mem_limit"]
        assert service["pids_limit"]


def test_images_are_of_one_version_and_the_servers_is_the_tested_one(compose: dict[str, Any]) -> None:
    images = {name: service["image"] for name, service in compose["services"].items()}
    assert images["neo4j"].endswith(f":{LTS}-community")
    assert not any(image.endswith(":latest") for image in images.values())


@pytest.mark.neo4j
@pytest.mark.slow
def test_the_server_knows_every_setting_of_the_compose_file(compose: dict[str, Any], tmp_path: Path) -> None:
    """``neo4j-admin server validate-config`` over what the image would write of them."""
    try:
        server = LocalServer(tmp_path / "home")
    except LackingError as reason:
        lacking(str(reason))
    given = compose["services"]["neo4j"]["environment"].items()
    lines = [f"{_setting(name)}={value}" for name, value in given if not name.endswith("_FILE")]
    text = "\n".join(lines).replace("/certificates", str(server.home / "certificates"))
    (server.home / "conf" / "neo4j.conf").write_text(f"{text}\n")
    said = server.admin("server", "validate-config")
    assert said.returncode == 0, said.stdout + said.stderr
    assert "No issues found" in said.stdout


def _setting(variable: str) -> str:
    """Return the setting that the image reads from a variable: ``_`` is a dot, ``__`` an underscore."""
    return "_".join(part.replace("_", ".") for part in variable.removeprefix("NEO4J_").split("__"))


def test_secrets_are_files_and_no_value_stands_in_a_file(compose: dict[str, Any]) -> None:
    assert all(set(secret) == {"file"} for secret in compose["secrets"].values())
    for service in compose["services"].values():
        for name, value in service.get("environment", {}).items():
            if "PASSWORD" in name or "AUTH" in name or "KEY" in name:
                assert re.match(r"/(run/secrets|certificates)/", str(value)) or name.endswith(
                    ("client__auth", "private__key")
                )


def test_the_program_knows_what_compose_and_unit_set(compose: dict[str, Any], tmp_path: Path) -> None:
    """A setting that nobody reads would be a hole: each changes what is read."""
    plain = from_environment({}).model_dump()
    (tmp_path / "secret").write_text("x")
    for name, value in compose["services"]["app"]["environment"].items():
        given = str(tmp_path / "secret") if name.endswith("_FILE") else value
        other = "someone" if name == "FUATILIA_NEO4J_USER" else given
        assert from_environment({name: other}).model_dump() != plain, name


@pytest.fixture(scope="module")
def unit() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in UNIT.read_text().splitlines():
        name, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            found.setdefault(name, []).append(value)
    return found


def test_the_unit_is_well_formed(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    text = UNIT.read_text().replace("/opt/fuatilia/bin/fuatilia", sys.executable)
    if analyze is None:
        parser = configparser.ConfigParser(strict=False, interpolation=None)
        parser.optionxform = str  # type: ignore[assignment,method-assign]
        parser.read_string(text)
        assert parser.sections() == ["Unit", "Service", "Install"]
        return
    copy = tmp_path / UNIT.name
    copy.write_text(text)
    done = subprocess.run([analyze, "verify", str(copy)], capture_output=True, text=True, check=False)
    assert [line for line in done.stderr.splitlines() if UNIT.name in line] == []


def test_the_unit_serves_loopback_and_is_shut_in(unit: dict[str, list[str]]) -> None:
    (command,) = unit["ExecStart"]
    assert "--host 127.0.0.1" in command
    for name in ("NoNewPrivileges", "ProtectHome", "PrivateTmp", "RestrictSUIDSGID", "LockPersonality"):
        assert unit[name] == ["yes"]
    assert unit["ProtectSystem"] == ["strict"]
    assert unit["CapabilityBoundingSet"] == [""]
    assert unit["UMask"] == ["0077"]


def test_the_unit_holds_no_secret(unit: dict[str, list[str]]) -> None:
    assert all("PASSWORD=" not in value for value in unit["Environment"])
    assert {value.partition(":")[0] for value in unit["LoadCredential"]} == {"neo4j-password", "identity.key"}


def test_the_style_file_knows_the_model() -> None:
    text = STYLE.read_text()
    assert text.count("{") == text.count("}")
    assert set(re.findall(r"node\.(\w+)", text)) == set(Label)
    assert set(re.findall(r"relationship\.(\w+)", text)) <= set(Type)
    blocks = re.findall(r"(node|relationship)\.(\w+) \{(.*?)\n\}", text, re.DOTALL)
    known = {str(k): {p.name for p in v.properties} for k, v in (*NODES.items(), *RELATIONS.items())}  # type: ignore[attr-defined]
    for _, name, body in blocks:
        caption = re.search(r'caption: "(.*)"', body)
        assert caption is None or set(re.findall(r"\{(\w+)\}", caption[1])) <= known[name]


def test_nothing_is_fetched_by_the_container_build() -> None:
    text = (DEPLOY / "Containerfile").read_text()
    assert not re.search(r"pip install|apt|curl|wget|ADD ", text)
    assert "USER fuatilia" in text
