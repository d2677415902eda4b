"""A drop with a manifest is what its manifest says, or nothing of it is taken."""

import hmac
import json
import os
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from daemon.ports import Unreadable
from integrations.csv_files.config import Config
from tests.integrations.csv_files.conftest import NOW, WRITTEN, Drop, line

GOOD = [line("conference", conference_id=f"G{n}", case_refs=f"SC-{n}") for n in range(1, 4)]
MADE = "2026-03-06T16:30:00Z"


def described(drop: Drop) -> dict[str, Any]:
    """Return what a manifest says of the files in the folder."""
    files = {
        file.name: {
            "rows": len([one for one in file.read_text("utf-8").splitlines() if one]) - 1,
            "sha256": sha256(file.read_bytes()).hexdigest(),
        }
        for file in sorted(drop.folder.glob("*.csv"))
    }
    return {"made_at": MADE, "files": files}


def put(drop: Drop, manifest: object) -> None:
    """Drop a manifest."""
    drop.put_bytes("manifest.json", json.dumps(manifest).encode())


@pytest.fixture
def sealed(drop: Drop) -> Drop:
    """Return a folder with a drop and its manifest."""
    drop.put("conference", *GOOD)
    drop.put("core_group", "SC-1,,2026-03-05,,")
    put(drop, described(drop))
    drop.feed(manifest="manifest.json")
    return drop


def test_a_drop_that_is_what_its_manifest_says_is_as_old_as_that_says(sealed: Drop) -> None:
    page = sealed.read()

    assert len(page.records) == 3
    assert page.problems == ()
    assert page.as_known_at == WRITTEN - timedelta(minutes=30)


def cut(drop: Drop) -> None:
    """Cut the last row off."""
    drop.put("conference", *GOOD[:2])


def altered(drop: Drop) -> None:
    """Put another row for one that was described."""
    drop.put("conference", *GOOD[:2], line("conference", case_refs="SC-9"))


def miscounted(drop: Drop) -> None:
    """Say that there are more rows."""
    given = described(drop)
    given["files"]["conference.csv"]["rows"] = 4
    put(drop, given)


def gone(drop: Drop) -> None:
    """Take a file away that was described."""
    (drop.folder / "core_group.csv").unlink()


def added(drop: Drop) -> None:
    """Put a file there that is not described."""
    drop.put("milestone", "SC-1,,audit,2026-03-05")


def unsaid(drop: Drop) -> None:
    """Take the manifest away."""
    (drop.folder / "manifest.json").unlink()


def garbled(drop: Drop) -> None:
    """Put half a manifest there."""
    drop.put_bytes("manifest.json", b'{"files": {"conference.csv"')


def without_files(drop: Drop) -> None:
    """Put a manifest there that describes nothing."""
    put(drop, {"made_at": MADE})


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        pytest.param(cut, "conference.csv: is not the file that the manifest", id="cut"),
        pytest.param(altered, "conference.csv: is not the file that the manifest", id="altered"),
        pytest.param(
            miscounted, "conference.csv: has 3 rows where the manifest says 4", id="miscounted"
        ),
        pytest.param(gone, "core_group.csv: stands in the manifest and not", id="a file gone"),
        pytest.param(added, "milestone.csv: is not in the manifest", id="a file more"),
        pytest.param(unsaid, "manifest.json: is not in the drop folder", id="no manifest"),
        pytest.param(garbled, "manifest.json: is no manifest that can be read: it", id="half"),
        pytest.param(without_files, "can be read: files is wrong", id="no files"),
    ],
)
def test_of_a_drop_that_is_not_what_its_manifest_says_nothing_is_taken(
    sealed: Drop, spoil: Callable[[Drop], None], reason: str
) -> None:
    cursor = sealed.read().cursor

    sealed.written_at += timedelta(minutes=10)
    spoil(sealed)

    for _ in range(2):
        with pytest.raises(Unreadable) as caught:
            sealed.read(cursor)
        assert reason in str(caught.value)

    sealed.put("conference", *GOOD)
    sealed.put("core_group", "SC-1,,2026-03-05,,")
    (sealed.folder / "milestone.csv").unlink(missing_ok=True)
    put(sealed, described(sealed))
    assert len(sealed.read(cursor).records) == 3


def test_what_a_manifest_does_not_say_is_not_held_against_a_file(sealed: Drop) -> None:
    put(sealed, {"files": {"conference.csv": {}, "core_group.csv": {"rows": 1}, "other.csv": {}}})

    page = sealed.read()

    assert len(page.records) == 3
    assert page.as_known_at == WRITTEN


def test_a_bad_row_is_counted_and_listed_all_the_same(sealed: Drop) -> None:
    sealed.put("conference", *GOOD, "cut,short")
    put(sealed, described(sealed))

    page = sealed.read()

    assert len(page.records) == 3
    assert [problem.where for problem in page.problems] == ["conference.csv:5"]


@pytest.fixture
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file of a key that is ours alone."""
    path = tmp_path_factory.mktemp("secrets") / "drop.key"
    path.write_text("an invented key\n", "utf-8")
    path.chmod(0o600)
    return path


def test_a_manifest_under_our_seal_is_taken(sealed: Drop, key_file: Path) -> None:
    data = (sealed.folder / "manifest.json").read_bytes()
    seal = hmac.new(b"an invented key", data, sha256).hexdigest()
    sealed.put_bytes("manifest.json.hmac", f"{seal}\n".encode())

    page = sealed.feed(manifest="manifest.json", manifest_key_file=key_file).read(None)

    assert len(page.records) == 3


@pytest.mark.parametrize(
    ("seal", "reason"),
    [
        pytest.param(b"0" * 64, "manifest.json: is not sealed with our key", id="another key"),
        pytest.param(b"", "manifest.json: is not sealed with our key", id="empty"),
        pytest.param(b"\xff", "manifest.json: is not sealed with our key", id="no letters"),
        pytest.param(None, "manifest.json.hmac: is not in the drop folder", id="none"),
    ],
)
def test_a_manifest_without_our_seal_is_not_believed(
    sealed: Drop, key_file: Path, seal: bytes | None, reason: str
) -> None:
    if seal is not None:
        sealed.put_bytes("manifest.json.hmac", seal)

    with pytest.raises(Unreadable) as caught:
        sealed.feed(manifest="manifest.json", manifest_key_file=key_file).read(None)

    assert reason in str(caught.value)
    assert "invented" not in str(caught.value)


def test_a_seal_by_a_new_key_is_taken_by_the_feed_that_read_the_old_one(
    sealed: Drop, key_file: Path
) -> None:
    feed = sealed.feed(manifest="manifest.json", manifest_key_file=key_file)
    data = (sealed.folder / "manifest.json").read_bytes()
    for key in (b"an invented key", b"a new one"):
        key_file.write_bytes(key)
        seal = hmac.new(key, data, sha256).hexdigest()
        sealed.put_bytes("manifest.json.hmac", seal.encode())

        assert len(feed.read(None).records) == 3


def test_a_key_that_others_may_read_is_refused(key_file: Path) -> None:
    key_file.chmod(0o644)

    with pytest.raises(ValidationError, match="chmod 600"):
        Config(folder=Path("x"), manifest="manifest.json", manifest_key_file=key_file)


def test_a_link_for_a_manifest_is_not_followed(sealed: Drop) -> None:
    manifest = sealed.folder / "manifest.json"
    manifest.rename(sealed.folder / "elsewhere.json")
    manifest.symlink_to(sealed.folder / "elsewhere.json")

    with pytest.raises(Unreadable, match=r"manifest\.json: cannot be opened, or is a link"):
        sealed.read()


def test_an_older_drop_put_back_is_older_by_its_manifest_whatever_its_files_say(
    sealed: Drop,
) -> None:
    os.utime(sealed.folder / "conference.csv", (NOW.timestamp(), NOW.timestamp()))

    assert sealed.read().as_known_at == WRITTEN - timedelta(minutes=30)
