"""For whom a pack may be made: however their name is spelt, nobody who is excluded gets one."""

import json
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from daemon.cli import main
from daemon.decide.people.recipients import may_know
from daemon.testing.world import World, person
from tests.small import SMALL
from tests.testshire import ENQUIRY, settled

REF = "SC-1"
HERON = "heron@council.example"
EXCLUDED = [
    *(HERON, f" {HERON} ", "\uff48eron@council.example", "HERON@Council.Example"),
    *("heron+x@council.example", "\uff23ora", "cora@council.example "),
]
NO_NAMES = [
    *(f"Heron <{HERON}>", f"{HERON};chair@x.example", f"{HERON}, chair@x.example", f"{HERON}."),
    *(f"mailto:{HERON}", "her\u200bon@council.example", "h\u0435ron@council.example"),
    *('"heron"@council.example', f"{HERON}\nchair@x.example", "", " \u3000", "heron"),
]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Return an authority whose sam works here, and whose heron is excluded from a case and in no directory."""
    made = World(tmp_path, "2026-03-02 16:00", policies=SMALL)
    made.fact(REF, **ENQUIRY)
    with made.case(REF, excluded=[HERON, "cora"]):
        pass
    made.turn()
    made.line.seal()
    yield made
    made.close()


@pytest.fixture
def config(world: World, tmp_path: Path) -> list[str]:
    return settled(tmp_path, f'\nrulebook = "{SMALL}"\n')


def export(config: list[str], place: Path, reader: str) -> int:
    return main(
        ["journal", "export", REF, *config, "--for", reader, "--by", "A. Name", "--out", str(place)]
    )


def test_no_spelling_of_somebody_who_is_excluded_gets_a_pack(
    config, world, tmp_path, capsys
) -> None:
    said = {}
    for number, reader in enumerate((*EXCLUDED, *NO_NAMES)):
        assert export(config, tmp_path / f"{number}.zip", reader) == 1, reader
        said[reader] = capsys.readouterr().err

    assert all(one.startswith("--for: ") and one.count("\n") == 1 for one in said.values())
    assert [one for one in EXCLUDED if "must not have this case" not in said[one]] == []
    assert list(tmp_path.glob("*.zip")) == []
    with world.store.read() as tx:
        assert [one for one in tx.journal.of(REF) if one.kind == "evidence.exported"] == []


@pytest.mark.parametrize(
    ("reader", "mark"),
    [
        pytest.param(" Inspector@Ofsted.Example ", "inspector@ofsted.example", id="an inspector"),
        pytest.param("\uff33am", "sam", id="an id of the directory"),
    ],
)
def test_whoever_gets_a_pack_stands_in_the_journal_by_one_spelling(
    config, world, tmp_path, reader, mark
) -> None:
    assert export(config, tmp_path / "pack.zip", reader) == 0

    with world.store.read() as tx:
        (noted,) = [one for one in tx.journal.of(REF) if one.kind == "evidence.exported"]
    assert noted.data["for"] == mark
    with zipfile.ZipFile(tmp_path / "pack.zip") as found:
        assert json.loads(found.read("case.json"))["why"]["for"] == mark


def test_an_exclusion_counts_however_the_record_spells_it(config, world, tmp_path) -> None:
    with world.case(REF, excluded=[" \uff28eron@Council.example "]):
        pass
    world.turn()

    assert export(config, tmp_path / "pack.zip", HERON) == 1


def test_other_commands_take_one_person_too(config, capsys, tmp_path) -> None:
    access = ["journal", "access", "--out", str(tmp_path / "held.json"), "--person"]
    for words in (access, ["purge", "--leaver"]):
        for name in ("", "Sam <sam@council.example>", "a@x.example;b@x.example"):
            assert main([*words, name, *config]) == 1
            assert capsys.readouterr().err.startswith(f"{words[-1]}: ")


def test_what_is_held_of_somebody_is_found_with_space_around_their_id(config, tmp_path) -> None:
    place = tmp_path / "held.json"

    assert main(["journal", "access", "--person", " sam ", *config, "--out", str(place)]) == 0

    assert json.loads(place.read_text("utf-8"))["about"] == "sam"


@pytest.mark.parametrize("reader", ["box", "box@council.example"])
def test_nobody_gets_a_pack_by_a_mailbox_that_whoever_is_excluded_opens(
    config, world, tmp_path, capsys, reader
) -> None:
    box = person("box", "team_coordinator", "north", opened_by=frozenset({HERON}))
    world.directory.everybody.append(box)
    world.clock.now += timedelta(days=1)
    world.turn()

    assert export(config, tmp_path / "pack.zip", reader) == 1
    assert "must not have this case" in capsys.readouterr().err


@pytest.mark.parametrize(
    "written", ["Cora <cora@council.example>", "cora@council.example;x@y.example"]
)
def test_whom_a_record_excludes_in_words_of_its_own_is_told_nothing(config, world, written) -> None:
    with world.case("SC-2", excluded=[written]):
        pass
    world.turn()

    with world.store.read() as tx:
        people, row = world.house.people(tx), tx.cases.get("SC-2")
    assert not may_know(people.get("cora"), row.access, people)
    assert may_know(people.get("sam"), row.access, people)


def test_whoever_a_record_names_oddly_gets_what_is_held_about_them_by_that_name(
    config, world, tmp_path
) -> None:
    odd = "Lou Smith <lou@elsewhere.example>"
    with world.case(REF, roles={"social_worker": odd}):
        pass
    world.turn()

    held = tmp_path / "held.json"
    assert main(["journal", "access", *config, "--person", odd, "--out", str(held)]) == 0

    assert json.loads(held.read_text("utf-8"))["held"]["fragments"]


def test_whoever_was_excluded_a_moment_ago_gets_no_pack_though_nothing_was_decided_since(
    config, world, tmp_path, capsys
) -> None:
    assert export(config, tmp_path / "before.zip", "sam") == 0
    with world.case(REF, excluded=["sam"]):
        pass
    world.clock.now += timedelta(days=1)
    for feed in world.line.watcher.due(world.clock()):
        world.line.watcher.poll(feed)

    assert export(config, tmp_path / "after.zip", "sam") == 1
    assert "must not have this case" in capsys.readouterr().err
