"""Is a pack whole, and whose is it? Everything that is wrong with it is told at once."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from daemon.domain.errors import Problem, Refusal
from daemon.evidence.key import fingerprint, is_signed
from daemon.evidence.pack import MANIFEST, PUBLIC, SEALS, SIGNATURE, archive, manifest
from daemon.store.ground.columns import canonical

MOST_BYTES = 200 * 1024 * 1024
JOURNAL = "journal.jsonl"


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found: `faults` in words, none where it is whole; whose key signed it, of which files."""

    faults: tuple[str, ...]
    key: str = ""
    files: tuple[str, ...] = ()
    entries: int = 0


def check(place: Path, known: str | None = None) -> Checked:
    """Return whether a pack, or the folder into which it was unpacked, is what was signed.

    `known` is the fingerprint that the authority published; without it a pack that somebody else signed anew is
    whole, too, and only its key tells. Raises Refusal where there is nothing to check.
    """
    try:
        if place.is_dir():
            return examine(
                {one.name: one.read_bytes() for one in place.iterdir() if one.is_file()}, known
            )
        if place.stat().st_size > MOST_BYTES:
            raise Refusal(Problem(str(place), "this is too large to be a pack", "name a pack"))
        return check_bytes(place.read_bytes(), known)
    except OSError as error:
        what = f"cannot be read ({error.strerror})"
        raise Refusal(Problem(str(place), what, "name a pack, or the folder of one")) from None


def check_bytes(whole: bytes, known: str | None = None) -> Checked:
    """Return whether these bytes are a pack as it was signed; a pack that was packed again is none."""
    try:
        with ZipFile(BytesIO(whole)) as found:
            if sum(one.file_size for one in found.infolist()) > MOST_BYTES:
                return Checked(("it unpacks to more than a pack can hold",))
            names = [one.filename for one in found.infolist()]
            files = {name: found.read(name) for name in names}
    except Exception as error:  # noqa: BLE001 - whatever a forged archive makes of its reader
        return Checked((f"it is no whole archive ({type(error).__name__})",))
    said = examine(files, known)
    if archive(files) != whole:
        again = (
            "its archive was changed or packed again: check the folder into which it was unpacked"
        )
        return Checked((*said.faults, again), said.key, said.files, said.entries)
    return said


def examine(files: Mapping[str, bytes], known: str | None = None) -> Checked:
    """Return whether these files are what was signed."""
    missing = [name for name in (*SEALS, PUBLIC) if name not in files]
    if missing:
        return Checked(tuple(f"{name} is missing" for name in missing))
    try:
        key = fingerprint(files[PUBLIC])
        is_theirs = is_signed(files[MANIFEST], files[SIGNATURE], files[PUBLIC])
    except ValueError:
        return Checked((f"{PUBLIC} is no key",))
    faults = [] if is_theirs else [f"{MANIFEST} is not what was signed"]
    if known is not None and _plain(known) != key:
        faults.append(f"it is signed with another key: {key}")
    faults += _changed(files)
    chained, entries = _entries(files.get(JOURNAL, b""))
    return Checked((*faults, *chained), key, tuple(sorted(files)), entries)


def _changed(files: Mapping[str, bytes]) -> Iterator[str]:
    own = {name: whole for name, whole in files.items() if name not in SEALS}
    if manifest(own) == files[MANIFEST]:
        return
    listed = _listed(files[MANIFEST])
    for name in sorted(listed.keys() | own.keys()):
        if name not in own:
            yield f"{name} is missing"
        elif name not in listed:
            yield f"{name} was added"
        elif sha256(own[name]).hexdigest() != listed[name]:
            yield f"{name} was changed"
    yield f"{MANIFEST} does not fit the files"


def _listed(words: bytes) -> dict[str, str]:
    lines = (line.split("  ", 1) for line in words.decode("utf-8", "replace").splitlines())
    return {line[1]: line[0] for line in lines if len(line) == 2}  # noqa: PLR2004 - a hash and a name


def _entries(lines: bytes) -> tuple[list[str], int]:
    """Return what is wrong with the journal's entries, and how many there are."""
    faults, many = [], 0
    for number, line in enumerate(lines.splitlines(), 1):
        many += 1
        try:
            said: dict[str, Any] = json.loads(line)
            words = said["before"] + canonical(said["entry"])
            if sha256(words.encode()).hexdigest() != said["hash"]:
                faults.append(f"{JOURNAL}, line {number}: its hash does not follow from it")
        except (ValueError, KeyError, TypeError):
            faults.append(f"{JOURNAL}, line {number}: it is no entry")
    return faults, many


def _plain(text: str) -> str:
    return text.casefold().removeprefix("sha256:").replace(":", "").strip()
