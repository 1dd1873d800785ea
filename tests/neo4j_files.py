"""The files of a real Neo4j server and the Java that runs them: found, or fetched once through Maven.

``python -m tests.neo4j_files`` fetches ahead of the tests (``make neo4j``) and says what is lacking.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

LTS = "5.26.30"
NEWEST = "2026.08.1"
NEEDS = {LTS: 17, NEWEST: 21}
"""Java that each version needs at least."""
POM = Path(__file__).resolve().parent.parent / "deploy" / "neo4j" / "pom.xml"
INSTALLED = Path("/usr/lib/jvm")
_GOAL = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
_JAVA = "Debian: apt install openjdk-17-jre-headless"
_MINUTES = 10


class LackingError(Exception):
    """What a real server needs and this machine has not; the text says what to install."""


def java(version: str = LTS) -> str:
    """Return a Java that runs this version of the server: the oldest that is new enough."""
    candidates = [os.environ.get("FUATILIA_TEST_JAVA", ""), shutil.which("java") or ""]
    candidates += sorted(str(p) for p in INSTALLED.glob("*/bin/java"))
    found = sorted((n, c) for c in candidates if c and (n := _java_version(c)) >= NEEDS[version])
    if not found:
        least = NEEDS[version]
        raise LackingError(f"no Java {least} or later for Neo4j {version} ({_JAVA})")
    return found[0][1]


def _java_version(program: str) -> int:
    said = subprocess.run([program, "-version"], capture_output=True, text=True, check=False).stderr
    number = re.search(r'version "(\d+)', said)
    return int(number[1]) if number else 0


def files(version: str = LTS) -> Path:
    """Return the folder with the server's Java archives, fetching them where they are not yet.

    ``FUATILIA_TEST_NEO4J_JARS`` names a folder that holds one folder a version; without it they are
    kept in the user's cache.
    """
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "fuatilia" / "neo4j"
    kept = Path(os.environ.get("FUATILIA_TEST_NEO4J_JARS") or cache)
    place = kept / version
    if place.is_dir():
        return place
    kept.mkdir(parents=True, exist_ok=True)
    with (kept / f"{version}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not place.is_dir():
            _fetch(version, kept, place)
    return place


def _fetch(version: str, kept: Path, place: Path) -> None:
    maven = shutil.which("mvn")
    if not maven:
        raise LackingError(f"no Maven to fetch Neo4j {version} with (Debian: apt install maven)")
    coming = kept / f"{version}.coming"
    shutil.rmtree(coming, ignore_errors=True)
    command = [maven, "-q", "-B", "-C", "-f", str(POM), _GOAL, "-DincludeScope=runtime"]
    command += [f"-DoutputDirectory={coming}", f"-Dneo4j.version={version}"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_MINUTES * 60)
    except subprocess.TimeoutExpired as cause:
        raise LackingError(f"Maven did not fetch Neo4j {version} in {_MINUTES} minutes") from cause
    if done.returncode or not coming.is_dir():
        raise LackingError(f"Maven could not fetch Neo4j {version}: {(done.stdout + done.stderr)[-500:]}")
    coming.rename(place)


def main() -> int:
    """Fetch what the tests will want; say what is lacking, and never fail for it."""
    for version in (LTS, NEWEST):
        try:
            java(version)
            sys.stderr.write(f"neo4j {version}: {len(list(files(version).glob('*.jar')))} archives\n")
        except LackingError as lacking:
            sys.stderr.write(f"{lacking}: its tests will be skipped\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
