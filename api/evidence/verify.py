"""Checks a pack byte by byte, by other code than that which wrote it, and computes its figures again.

A pack is hostile until it is checked: paths are compared as texts and never followed, symbolic links are
named, and the replay that runs is the one of this program, not the one that lies in the pack.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.errors import PackError
from api.evidence.audit_chain import chain_faults
from api.evidence.canonical import canonical, grouped, sha256_of, ungrouped

if TYPE_CHECKING:
    from collections.abc import Iterator

PAYLOAD_LIST, TAG_LIST = "manifest-sha256.txt", "tagmanifest-sha256.txt"
REQUIRED = ("bagit.txt", "bag-info.txt", "VERIFY.txt", PAYLOAD_LIST)
ENTRY = re.compile(r"([0-9a-f]{64})  ([^\s/\\][^\n\\]*)")
DECLARED = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
SCRIPT = Path(__file__).resolve().parent / "replay" / "replay.py"
REPLAY_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it was sealed; ``path`` is inside the pack, ``.`` the pack itself."""

    path: str
    what: str
    expected: str = ""
    found: str = ""


def fingerprint_of(pack: Path) -> str:
    """Return the fingerprint of a pack as it lies there: the sha256 of its tag manifest.

    Raises
    ------
    PackError
        When there is no such file.
    """
    tags = pack / TAG_LIST
    if tags.is_symlink() or not tags.is_file():
        raise PackError("this is no evidence pack", path=str(pack), hint=f"it has no {TAG_LIST}")
    return sha256_of(tags)


def verify(pack: Path, expect: str = "", *, replay: bool = True) -> list[Finding]:
    """Check a pack.

    Parameters
    ----------
    pack : Path
        Its folder.
    expect : str, optional
        The fingerprint that was written down when it was sealed; groups and points do not matter.
    replay : bool
        Whether to compute the figures again; left out when bytes already differ.

    Returns
    -------
    list of Finding
        Empty when everything is as it was sealed.

    Raises
    ------
    PackError
        When the folder is no pack.
    """
    fingerprint = fingerprint_of(pack)
    found: list[Finding] = []
    if expect and ungrouped(expect) != fingerprint:
        found.append(
            Finding(
                TAG_LIST,
                "has another fingerprint than expected",
                grouped(ungrouped(expect)),
                grouped(fingerprint),
            )
        )
    present, strange = _present(pack)
    found += strange
    found += [Finding(name, "is missing") for name in REQUIRED if name not in present]
    tags = _entries(pack, TAG_LIST, found)
    payload = _entries(pack, PAYLOAD_LIST, found) if PAYLOAD_LIST in present else {}
    found += _compare(pack, tags, {p for p in present if not p.startswith("data/")} - {TAG_LIST}, TAG_LIST)
    found += _compare(pack, payload, {p for p in present if p.startswith("data/")}, PAYLOAD_LIST)
    if "bagit.txt" in present and (pack / "bagit.txt").read_bytes() != DECLARED:
        found.append(Finding("bagit.txt", "does not declare a bag of version 1.0"))
    if "bag-info.txt" in present:
        found += _oxum(pack, [p for p in present if p.startswith("data/")])
    found += _manifest(pack, payload)
    if replay and not found:
        found += _replay(pack)
    return found


def _present(pack: Path) -> tuple[set[str], list[Finding]]:
    """List the files of the pack; links and special files are named and left alone."""
    files: set[str] = set()
    strange: list[Finding] = []
    for folder, names, leaves in os.walk(pack, followlinks=False):
        for name in sorted([*names, *leaves]):
            place = Path(folder) / name
            path = place.relative_to(pack).as_posix()
            if place.is_symlink() or not (place.is_file() or place.is_dir()):
                strange.append(Finding(path, "is a link or a special file; a pack holds neither"))
            elif place.is_file():
                files.add(path)
            elif not any(place.iterdir()):
                strange.append(Finding(path, "is an empty folder; a pack holds none"))
    return files, sorted(strange, key=lambda f: f.path)


def _entries(pack: Path, name: str, found: list[Finding]) -> dict[str, str]:
    """Read a list of hashes strictly: one way of writing it, or it is named."""
    entries: dict[str, str] = {}
    data = (pack / name).read_bytes()
    for number, line in enumerate(data.decode("utf-8", "replace").split("\n")[:-1], 1):
        entry = ENTRY.fullmatch(line)
        if entry is None or entry[2] in entries or ".." in entry[2].split("/"):
            found.append(Finding(name, f"line {number} is no entry", found=line[:120]))
            continue
        entries[entry[2]] = entry[1]
    written = "".join(f"{entries[path]}  {path}\n" for path in sorted(entries)).encode()
    if data != written and not any(f.path == name for f in found):
        found.append(Finding(name, "is not written in the one way that a list is written"))
    return entries


def _compare(pack: Path, listed: dict[str, str], present: set[str], name: str) -> Iterator[Finding]:
    for path in sorted(set(listed) | present):
        if path not in present:
            yield Finding(path, f"is in {name} and not in the pack")
        elif path not in listed:
            yield Finding(path, f"is in the pack and not in {name}")
        else:
            sha256 = sha256_of(pack / path)
            if sha256 != listed[path]:
                yield Finding(path, f"differs from its hash in {name}", listed[path], sha256)


def _oxum(pack: Path, payload: list[str]) -> Iterator[Finding]:
    lines = (pack / "bag-info.txt").read_bytes().decode("utf-8", "replace").splitlines()
    stated = next((line.partition(": ")[2] for line in lines if line.startswith("Payload-Oxum: ")), "")
    counted = f"{sum((pack / path).stat().st_size for path in payload)}.{len(payload)}"
    if stated != counted:
        yield Finding("bag-info.txt", "states another size and number of files", stated, counted)


def _manifest(pack: Path, payload: dict[str, str]) -> list[Finding]:
    name = "data/manifest.json"
    if name not in payload or not (pack / name).is_file():
        return [Finding(name, "is missing")]
    data = (pack / name).read_bytes()
    try:
        stated = json.loads(data)
        again = canonical(stated)
        files = {str(f["path"]): (str(f["sha256"]), str(f["bytes"])) for f in stated["files"]}
        head, entries = stated["audit"]["head"], stated["audit"]["entries"]
    except (ValueError, KeyError, TypeError, RecursionError) as fault:
        return [Finding(name, f"cannot be read ({type(fault).__name__})")]
    found = []
    if again != data:
        found.append(Finding(name, "is not canonical JSON (RFC 8785) with numbers as texts"))
    listed = {path: sha256 for path, sha256 in payload.items() if path != name}
    for path in sorted({*files, *listed}):
        if files.get(path, ("", ""))[0] != listed.get(path, ""):
            what = f"has another hash in {PAYLOAD_LIST} than in {name}"
            found.append(Finding(path, what, files.get(path, ("", ""))[0], listed.get(path, "")))
        elif (pack / path).is_file() and str((pack / path).stat().st_size) != files[path][1]:
            found.append(Finding(path, f"has another size than {name} states", files[path][1]))
    return found + _withheld(pack, stated, listed) + _audit(pack, head, entries)


def _withheld(pack: Path, stated: dict[str, Any], listed: dict[str, str]) -> list[Finding]:
    """Check that every original that the receipts name is either here or said to be withheld, not both."""
    name, receipts = "data/manifest.json", pack / "data" / "ledger" / "receipts.json"
    try:
        back = {str(one["sha256"]) for one in stated.get("withheld", [])}
        named = {str(one["sha256"]) for one in json.loads(receipts.read_bytes())}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as fault:
        return [Finding(name, f"does not say which originals are withheld ({type(fault).__name__})")]
    here = {sha256 for path, sha256 in listed.items() if path.startswith("data/originals/")}
    wrong = {
        "says that an original is withheld which is here": back & here,
        "an original is neither here nor said to be withheld": named - here - back,
        "withholds an original that no receipt names": back - named,
    }
    return [Finding(name, what, sha256) for what, found in wrong.items() for sha256 in sorted(found)]


def _audit(pack: Path, head: str, entries: str) -> list[Finding]:
    name = "data/log/audit.jsonl"
    if not (pack / name).is_file():
        return [Finding(name, "is missing")]
    lines = (pack / name).read_bytes().decode("utf-8", "replace").split("\n")[:-1]
    found = [Finding(name, f"line {n} {what}" if n else what) for n, what in chain_faults(lines, head)]
    if str(len(lines)) != entries:
        found.append(
            Finding(name, "has another number of entries than the manifest states", entries, str(len(lines)))
        )
    return found


def _replay(pack: Path) -> Iterator[Finding]:
    """Run our own replay on the tables of the pack, apart and without this program's paths."""
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-X", "utf8", str(SCRIPT), str((pack / "data").resolve())],
            capture_output=True,
            timeout=REPLAY_SECONDS,
            check=False,
            env={"PYTHONDONTWRITEBYTECODE": "1"},
            cwd=SCRIPT.parent,
        )
    except subprocess.TimeoutExpired:
        yield Finding("data/trace", "could not be computed again in the time allowed")
        return
    if done.returncode:
        lines = done.stdout.decode("utf-8", "replace").splitlines()
        named = [line.removeprefix("DIFFERS ") for line in lines if line.startswith("DIFFERS ")]
        for line in named or [done.stderr.decode("utf-8", "replace")[-400:]]:
            yield Finding("data/trace", "gives other figures when it is computed again", found=line)
