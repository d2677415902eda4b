"""A pack: whoever has it can check it without us, and whatever is done to it shows."""

import json
import subprocess
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any
from zipfile import ZipFile

import pytest

from daemon.evidence import Signer, check, pack
from daemon.evidence.check import check_bytes
from daemon.evidence.pack import MANIFEST, PUBLIC, SIGNATURE, archive
from daemon.store.journal.chain import GENESIS, hash_after, plain_entry
from tests.deploy.tools import tool

TRIALS = 250  # of each of four kinds: a thousand
ENTRY: dict[str, Any] = {
    "about": "SC-1/r/case", "at": 0, "because": "it is recorded", "data": '{"a":1}', "id": 1,
    "kind": "obligation.opened", "number": 1, "sealed_at": 1,
}  # fmt: skip
LINE: dict[str, Any] = {
    "before": GENESIS, "hash": hash_after(GENESIS, "stoke", ENTRY), "entry": plain_entry("stoke", ENTRY),
}  # fmt: skip
FILES = {
    "case.json": b'{"ref": "SC-1", "told": ["chair@council.example"]}\n',
    "case.html": b"<!doctype html><title>SC-1</title>",
    "journal.jsonl": json.dumps(LINE).encode() + b"\n",
}


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    return Signer.of(tmp_path_factory.mktemp("keys") / "evidence.pem")


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    return Signer.of(tmp_path_factory.mktemp("other") / "evidence.pem")


@pytest.fixture(scope="module")
def whole(signer: Signer) -> bytes:
    return pack(FILES, signer)


def unpacked(whole: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(whole)) as found:
        return {name: found.read(name) for name in found.namelist()}


def test_a_pack_as_it_was_made_is_whole(signer: Signer, whole: bytes) -> None:
    found = check_bytes(whole, signer.fingerprint)

    assert found.faults == ()
    assert (found.key, found.entries, len(found.files)) == (signer.fingerprint, 1, 7)
    assert pack(FILES, signer) == whole


def flip(chance: Random, whole: bytes, other: Signer) -> bytes:
    """Change one bit somewhere."""
    at = chance.randrange(len(whole))
    return whole[:at] + bytes([whole[at] ^ 1 << chance.randrange(8)]) + whole[at + 1 :]


def cut(chance: Random, whole: bytes, other: Signer) -> bytes:
    """Take away some bytes, or put some in."""
    at, many = chance.randrange(len(whole)), chance.randrange(1, 40)
    return whole[:at] + chance.choice([b"", b"\0" * many]) + whole[at + many :]


def rewrite(chance: Random, whole: bytes, other: Signer) -> bytes:
    """Change, add, leave out or exchange a file, and pack it all again as we would."""
    files = unpacked(whole)
    one, two = chance.sample(sorted(files), 2)
    match chance.randrange(4):
        case 0:
            at = chance.randrange(len(files[one]))
            files[one] = files[one][:at] + b"#" + files[one][at:]
        case 1:
            files[f"note-{chance.randrange(99)}.txt"] = b"one more"
        case 2:
            del files[one]
        case _:
            files[one], files[two] = files[two], files[one]
    return archive(files)


def sign_anew(chance: Random, whole: bytes, other: Signer) -> bytes:
    """Change the case, and sign everything with a key of one's own."""
    files = {name: text for name, text in unpacked(whole).items() if name in FILES}
    files["case.json"] = files["case.json"].replace(b"chair", f"{chance.randrange(999)}".encode())
    return pack(files, other)


@pytest.mark.parametrize("forge", [flip, cut, rewrite, sign_anew])
def test_every_one_of_a_thousand_forgeries_is_found(
    forge: Callable[[Random, bytes, Signer], bytes], signer: Signer, other: Signer, whole: bytes
) -> None:
    chance = Random(forge.__name__)
    forged = [forge(chance, whole, other) for _ in range(TRIALS)]

    missed = [
        one for one in forged if one != whole and not check_bytes(one, signer.fingerprint).faults
    ]

    assert missed == []
    assert sum(one != whole for one in forged) > TRIALS * 0.9


def test_without_the_fingerprint_a_pack_that_was_signed_anew_shows_its_own_key(
    other: Signer, signer: Signer, whole: bytes
) -> None:
    found = check_bytes(sign_anew(Random(1), whole, other))

    assert found.faults == ()
    assert found.key == other.fingerprint != signer.fingerprint


def test_what_is_wrong_is_said_by_the_file(signer: Signer, whole: bytes, tmp_path: Path) -> None:
    for name, text in unpacked(whole).items():
        (tmp_path / name).write_bytes(text)
    assert check(tmp_path, f"SHA256:{signer.fingerprint.upper()}").faults == ()

    (tmp_path / "case.json").write_bytes(b"{}")
    (tmp_path / "case.html").unlink()
    (tmp_path / "more.txt").write_bytes(b"x")

    assert check(tmp_path).faults == (
        "case.html is missing", "case.json was changed", "more.txt was added",
        "manifest.sha256 does not fit the files",
    )  # fmt: skip


def test_an_entry_that_was_changed_before_it_was_signed_is_told(signer: Signer) -> None:
    said = {**LINE, "entry": {**LINE["entry"], "because": "never"}}

    found = check_bytes(pack({**FILES, "journal.jsonl": json.dumps(said).encode()}, signer))

    assert found.faults == ("journal.jsonl, line 1: its hash does not follow from it",)


def test_it_is_checked_without_us(whole: bytes, signer: Signer, tmp_path: Path) -> None:
    for name, text in unpacked(whole).items():
        (tmp_path / name).write_bytes(text)

    def run(*words: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(words, cwd=tmp_path, capture_output=True, check=False)

    verify = (
        tool("openssl"),
        "pkeyutl",
        "-verify",
        "-pubin",
        "-inkey",
        PUBLIC,
        "-rawin",
        "-in",
        MANIFEST,
    )
    der = run("openssl", "pkey", "-pubin", "-in", PUBLIC, "-outform", "DER").stdout
    (tmp_path / "key.der").write_bytes(der)

    assert run("sha256sum", "-c", MANIFEST).returncode == 0
    assert run(*verify, "-sigfile", SIGNATURE).returncode == 0
    assert run("sha256sum", "key.der").stdout.split()[0].decode() == signer.fingerprint
    (tmp_path / MANIFEST).write_bytes(b"x")
    assert run(*verify, "-sigfile", SIGNATURE).returncode != 0


def test_the_key_is_nobody_elses_and_stays_the_same(tmp_path: Path) -> None:
    file = tmp_path / "evidence.pem"

    first, second = Signer.of(file), Signer.of(file)

    assert file.stat().st_mode & 0o077 == 0
    assert (first.is_new, second.is_new) == (True, False)
    assert first.fingerprint == second.fingerprint
