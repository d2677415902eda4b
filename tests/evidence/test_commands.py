"""export, verify, access and purge as an administrator meets them, on a stored case."""

import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from daemon.cli import main
from daemon.testing.world import World
from tests.axe import grave_faults
from tests.small import SMALL
from tests.testshire import ENQUIRY, settled

MORE = f"""
rulebook = "{SMALL}"
retention.messages = "3 months"
"""
REF = "SC-1"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Return an authority whose invite list is overdue; sam is excluded from nothing, eve from this case."""
    made = World(tmp_path, "2026-03-02 16:00", policies=SMALL)
    made.fact(REF, **ENQUIRY)
    with made.case(REF, excluded=["eve@council.example"]):
        pass
    made.until("2026-03-06 17:30")
    made.line.seal()
    yield made
    made.close()


@pytest.fixture
def config(world: World, tmp_path: Path) -> list[str]:
    return settled(tmp_path, MORE)


def export(config: list[str], place: Path, reader: str = "chair@council.example") -> int:
    return main(
        ["journal", "export", REF, *config, "--for", reader, "--by", "A. Name", "--out", str(place)]
    )


def test_a_pack_tells_what_was_due_who_was_told_and_what_was_done(
    config, world, tmp_path, capsys
) -> None:
    pack = tmp_path / "pack.zip"

    assert export(config, pack) == 0
    (key,) = re.findall(r"signed with the key (\w{64})", capsys.readouterr().out)
    assert main(["journal", "verify", str(pack), "--key", key]) == 0
    assert "entries of the journal" in capsys.readouterr().out
    assert pack.stat().st_mode & 0o077 == 0

    with zipfile.ZipFile(pack) as found:
        said = json.loads(found.read("case.json"))
        lines = found.read("journal.jsonl").decode().splitlines()
    assert {one["person"] for one in said["told"]} >= {"sam", "cora"}
    assert all(one["attempts"] for one in said["told"] if one["state"] == "accepted")
    assert said["state"][0]["obligation"].startswith(f"{REF}/")
    kinds = {json.loads(line)["entry"]["kind"] for line in lines}
    assert {"obligation.opened", "rung.fired", "message.accepted"} <= kinds
    with world.store.read() as tx:
        (noted,) = [one for one in tx.journal.of(REF) if one.kind == "evidence.exported"]
    assert noted.data["key"] == key


def test_who_was_told_under_an_older_reference_stands_in_the_pack_of_the_newer(
    config, world, tmp_path
) -> None:
    before = {one.id for one in world.deliveries("sam", "cora")}
    world.feed.bodies["SC-9"] = {**world.feed.bodies.pop(REF), "ref": "SC-9", "formerly": [REF]}
    world.turn()

    assert export(config, tmp_path / "pack.zip") == 0

    with zipfile.ZipFile(tmp_path / "pack.zip") as found:
        said, page = json.loads(found.read("case.json")), found.read("case.html").decode()
    under_old = [one for one in said["told"] if one["obligation"].startswith(f"{REF}/")]
    assert (said["ref"], said["formerly"]) == ("SC-9", [REF])
    assert before
    assert before <= {one["message"] for one in under_old}
    assert all(one["obligation"] in said["titles"] for one in under_old)
    assert "Conference invite list" in page


@pytest.mark.parametrize("width", [1280, 375])
def test_everybody_can_read_the_case_page(config, tab, tmp_path, width) -> None:
    export(config, tmp_path / "pack.zip")
    with zipfile.ZipFile(tmp_path / "pack.zip") as found:
        found.extract("case.html", tmp_path)

    assert grave_faults(tab, tmp_path / "case.html", width=width) == []
    assert tab.value("document.documentElement.scrollWidth <= innerWidth")


def test_a_pack_that_was_changed_is_not_to_be_relied_on(config, tmp_path, capsys) -> None:
    pack = tmp_path / "pack.zip"
    export(config, pack)
    pack.write_bytes(pack.read_bytes().replace(b"sam", b"tim"))

    assert main(["journal", "verify", str(pack)]) == 1

    assert "it is no whole archive" in capsys.readouterr().out


@pytest.mark.parametrize("reader", ["eve@council.example", "EVE@council.example"])
def test_nobody_who_is_excluded_gets_a_pack(config, tmp_path, capsys, reader) -> None:
    assert export(config, tmp_path / "pack.zip", reader) == 1

    assert "must not have this case" in capsys.readouterr().err
    assert not (tmp_path / "pack.zip").exists()


def test_a_head_that_was_told_by_mail_is_compared(config, world, tmp_path, capsys) -> None:
    from daemon.store import Outside  # noqa: PLC0415

    with world.store.read() as tx:
        number, own = tx.journal.head()
        Outside(tmp_path / "testshire.state").keep(tx.journal.kept_head())

    assert main(["journal", "verify", *config, "--head", f"{number}:{own}"]) == 0
    assert main(["journal", "verify", *config, "--head", f"{number}:{'0' * 64}"]) == 1
    assert main(["journal", "verify", *config, "--head", f"{number + 9}:{own}"]) == 1
    assert main(["journal", "verify"]) == 2
    assert "its hash is not the one that was told" in capsys.readouterr().out


def test_everything_held_about_a_case_or_a_person_is_written_out(config, tmp_path) -> None:
    for number, words in enumerate((["--ref", REF], ["--person", "sam"])):
        place = tmp_path / f"held-{number}.json"
        assert main(["journal", "access", *words, *config, "--out", str(place)]) == 0
        held = json.loads(place.read_text("utf-8"))["held"]
        assert {"notices", "messages", "journal"} <= held.keys()
        assert "token_hash" not in place.read_text("utf-8")
    assert (
        main(["journal", "access", "--person", "nobody", *config, "--out", str(tmp_path / "x")])
        == 1
    )


def test_a_leaver_is_named_nowhere_but_in_the_journal(config, world, capsys) -> None:
    assert main(["purge", *config, "--leaver", "sam"]) == 1
    assert "sam is in the directory;" in capsys.readouterr().err
    assert main(["purge", *config, "--leaver", "Sam@council.example"]) == 1
    assert "is in the directory, as sam;" in capsys.readouterr().err
    with world.store.write() as tx:
        tx.people.replace([one for one in tx.people.all() if one.id != "sam"], world.clock.now)

    assert main(["purge", *config, "--leaver", "sam"]) == 0
    assert "nothing was changed, do it with --yes" in capsys.readouterr().out
    assert called(world, "sam")

    assert main(["purge", *config, "--leaver", "sam", "--yes", "--by", "A. Name"]) == 0

    with world.store.read() as tx:
        tx_head = tx.journal.verify()
    assert called(world, "sam") == {}
    assert tx_head.ok


def called(world: World, name: str) -> dict[str, int]:
    """Return in how many rows somebody's id stands, by table: not the journal's, nor what feeds show of cases."""
    with world.store.read() as tx:
        found = tx.holdings.of_person(name)
    shown = ("journal", "fragments", "cases")
    return {table: len(rows) for table, rows in found.items() if table not in shown}


def test_a_leaver_stays_where_a_legal_hold_is(config, world, capsys) -> None:
    leaves_with_two_cases(world)
    before = called(world, "sam")
    assert main(["purge", *config, "--hold", REF, "--reason", "inquiry"]) == 0

    assert main(["purge", *config, "--leaver", "sam", "--yes", "--by", "A. Name"]) == 0

    assert f"held: case {REF}: sam stays in" in capsys.readouterr().out
    after = called(world, "sam")
    assert 0 < after["notices"] < before["notices"]
    assert 0 < after["messages"] < before["messages"]
    with world.store.read() as tx:
        kept = tx.holdings.of_person("sam")
    assert all(REF in row["refs"] for row in kept["notices"])
    assert {row["id"] for row in kept["messages"]} >= {
        row["message_id"] for row in kept["notices"] if row["message_id"]
    }

    assert main(["purge", *config, "--lift", REF]) == 0
    assert main(["purge", *config, "--leaver", "sam", "--yes"]) == 0
    assert called(world, "sam") == {}


def test_a_leaver_stays_everywhere_while_everything_is_held(config, world, capsys) -> None:
    leaves_with_two_cases(world)
    before = called(world, "sam")
    assert main(["purge", *config, "--hold", "all", "--reason", "court-order"]) == 0

    assert main(["purge", *config, "--leaver", "sam", "--yes"]) == 0

    assert "held: everything" in capsys.readouterr().out
    assert called(world, "sam") == before


def test_a_hold_acts_at_once_and_is_asked_for_alone(config, capsys) -> None:
    assert main(["purge", *config, "--hold", REF, "--reason", "inquiry", "--yes"]) == 2
    assert "leave --yes out" in capsys.readouterr().err


def leaves_with_two_cases(world: World) -> None:
    """Have another case's list fall overdue later, and sam out of the directory after that."""
    world.until("2026-03-09 16:00")
    world.fact(
        "SC-2",
        strategy_discussion_held="2026-03-09",
        s47_decision_recorded={"at": "2026-03-09T15:10", "value": "section_47"},
    )
    world.until("2026-03-13 17:30")
    with world.store.write() as tx:
        tx.people.replace([one for one in tx.people.all() if one.id != "sam"], world.clock.now)


def words(world: World) -> set[str]:
    """Return the texts of the messages about the case."""
    with world.store.read() as tx:
        tracks = tx.obligations.of([REF])[REF]
        notices = tx.notices.of_obligations([one.id for one in tracks]).values()
        ids = {one.message_id for each in notices for one in each if one.message_id}
        return {one.text for one in tx.messages.of(ids).values()}


def test_purge_first_says_what_would_go_and_holds_are_noted(config, world, capsys) -> None:
    assert main(["purge", *config]) == 0
    said = capsys.readouterr().out
    assert "messages: 3 months" in said
    assert "cases: kept; no period is set" in said
    assert "nothing was changed" in said

    assert main(["purge", *config, "--hold", REF]) == 2
    assert main(["purge", *config, "--hold", REF, "--reason", "inquiry", "--by", "A. Name"]) == 0
    assert main(["purge", *config, "--yes"]) == 0
    assert "" not in words(world)
    assert main(["purge", *config, "--lift", REF]) == 0
    assert main(["purge", *config, "--yes"]) == 0
    assert words(world) == {""}
    with world.store.read() as tx:
        assert [one.kind for one in tx.journal.of(REF) if one.kind.startswith("hold.")] == [
            "hold.placed", "hold.lifted",
        ]  # fmt: skip
