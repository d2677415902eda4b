"""Evidence, holds and requests for data where one message speaks of two children, or a case has had two references."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from markupsafe import escape

from daemon.cli import main
from daemon.engine.standing.purge import plan
from daemon.evidence import case_evidence, may_have
from daemon.store import Hold
from daemon.testing.world import at
from tests.evidence.test_commands import MORE
from tests.scenario.conftest import ENQUIRY
from tests.scenario.invited import Invited, icpc
from tests.testshire import settled

POLICE = {"id": "I-1", "agency": "police", "role": "police_officer", "person": "sam"}
LOU = {**POLICE, "id": "I-2", "person": "Lou@elsewhere.example"}
LATER = at("2028-06-01 09:00")


@pytest.fixture
def world(tmp_path: Path, backend: str, make_url: Callable[[], str]) -> Iterator[Invited]:
    """Return an authority in whose calendars one conference about two children stands."""
    url = make_url() if backend == "postgres" else None
    made = Invited(tmp_path, "2026-03-05 12:00", url=url)
    for ref in ("SC-1", "SC-2"):
        with made.case(ref, family="F-1", meetings=[icpc(POLICE, LOU)]) as body:
            body["facts"] = {**ENQUIRY, "invite_list_received": "2026-03-05"}
    made.turn()
    made.leaps("2026-03-05 14:00")
    made.line.seal()
    yield made
    made.close()


@pytest.fixture
def config(world: Invited, tmp_path: Path) -> list[str]:
    words = settled(tmp_path, MORE)
    file = tmp_path / "daykeeper.toml"
    settings = file.read_text("utf-8").replace("sqlite:///daykeeper.sqlite", world.url)
    file.write_text(settings, "utf-8")
    return words


def asked(world: Invited) -> set[str]:
    """Return the messages by which entries went into calendars."""
    return {one.message.id for one in world.calendar.sent}


def test_a_message_about_a_case_under_a_hold_stays_when_another_that_it_speaks_of_goes(world):
    with world.store.write() as tx:
        tx.holds.place(Hold("SC-1", "inquiry", "A. Name", LATER))
        before = tx.purging.refs_of(asked(world))
        tx.purging.forget(["SC-2"])
        after = tx.purging.refs_of(asked(world))
        found = plan(tx, {"messages": 12}, LATER)

    assert set(map(frozenset, before.values())) == {frozenset({"SC-1", "SC-2"})}
    assert list(after.values()) == [{"SC-1"}] * len(before)
    assert not asked(world) & set(found.messages)


@pytest.mark.parametrize("held", ["SC-1", "SC-9"])
def test_a_hold_keeps_a_case_under_each_of_its_references(world, config, capsys, held):
    place = ["purge", *config, "--hold", held, "--reason", "inquiry", "--by", "A. Name"]
    if held == "SC-1":
        assert main(place) == 0
    del world.feed.bodies["SC-1"]
    world.books(icpc(POLICE), ref="SC-9", formerly=["SC-1"])
    if held == "SC-9":
        assert main(place) == 0
        assert "SC-1, which is the same case: is held" in capsys.readouterr().out

    with world.store.read() as tx:
        assert tx.holds.all().keys() == {"SC-1", "SC-9"}
    assert main(["purge", *config, "--lift", held]) == 0
    with world.store.read() as tx:
        assert tx.holds.all() == {}


def test_a_hold_on_a_case_that_nobody_knows_is_refused_before_anybody_relies_on_it(
    world, config, capsys
):
    assert main(["purge", *config, "--hold", "SC-11", "--reason", "inquiry"]) == 1

    assert 'nothing is held about a case "SC-11"' in capsys.readouterr().err
    with world.store.read() as tx:
        assert tx.holds.all() == {}


def test_what_is_held_about_a_case_has_its_calendar_entries_and_their_messages(world):
    with world.store.read() as tx:
        held = tx.holdings.of_case("SC-1")

    assert {"invitations", "seats", "conferences", "deliveries"} <= held.keys()
    assert {one["id"] for one in held["messages"]} >= asked(world)
    assert {one["about"] for one in held["journal"]} >= asked(world)


@pytest.mark.parametrize("name", ["sam", "SAM@council.example"])
def test_somebody_of_the_directory_is_found_by_id_and_by_address(world, name):
    with world.store.read() as tx:
        held = tx.holdings.of_person(name)

    assert {"people", "fragments", "invitations", "notices", "journal"} <= held.keys()


@pytest.mark.parametrize("name", ["Lou@elsewhere.example", "lou@elsewhere.example"])
def test_somebody_whom_only_a_list_names_is_found_there(world, config, tmp_path, name):
    place = tmp_path / "held.json"

    assert main(["journal", "access", "--person", name, *config, "--out", str(place)]) == 0

    held = json.loads(place.read_text("utf-8"))["held"]
    assert {one["ref"] for one in held["fragments"]} == {"SC-1", "SC-2"}


def evidence(world: Invited, reader: str, ref: str = "SC-1") -> dict[str, Any]:
    """Return the pack's case and the lines of its journal."""
    with world.store.read() as tx:
        files = case_evidence(
            tx, ref, world.house.deciding, {"*": ["diary"]}, world.clock(), {"for": reader, "by": "A."}
        )  # fmt: skip
    assert files is not None
    return {
        **json.loads(files["case.json"]),
        "journal": files["journal.jsonl"].decode(),
        "page": files["case.html"].decode(),
    }


@pytest.mark.parametrize("asked_for", ["SC-1", "SC-9"])
def test_a_case_that_has_another_reference_now_is_one_case_with_one_pack(world, asked_for):
    before = evidence(world, "chair@council.example")
    del world.feed.bodies["SC-1"]
    world.books(icpc(POLICE, LOU), ref="SC-9", formerly=["SC-1"])
    world.leaps("2026-03-05 18:00")
    world.line.seal()

    said = evidence(world, "chair@council.example", asked_for)

    assert (said["ref"], said["formerly"]) == ("SC-9", ["SC-1"])
    assert "SC-1: the same case" in said["page"]
    went = {one["message"] for one in before["told"] if one["message"]}
    assert went
    assert went <= {one["message"] for one in said["told"]}
    assert set(before["journal"].splitlines()) <= set(said["journal"].splitlines())
    assert '"case.renamed"' in said["journal"]
    with world.store.read() as tx:
        assert may_have(
            tx, asked_for, "chair@council.example", world.house.deciding, {"*": ["diary"]}
        )


def test_the_page_of_a_pack_names_each_duty_by_its_title_with_the_id_beside_it(world):
    said = evidence(world, "chair@council.example")

    packs = world.house.deciding.rulebook.packs.values()
    titles = {one.name: one.title for pack in packs for one in pack.rules}
    assert said["state"]
    for one in said["state"]:
        rule = one["obligation"].split("/")[1]
        shown = f'{escape(titles[rule])}<br><small class="quiet">{one["obligation"]}</small>'
        assert shown in said["page"]


def test_a_pack_has_who_was_invited_by_calendar_and_how_that_went(world):
    said = evidence(world, "chair@council.example")

    (entry,) = [one for one in said["invited"] if one["person"] == "sam"]
    assert (entry["meeting"], entry["state"], entry["response"]) == ("icpc", "invited", "none")
    sent = [one for one in said["told"] if one["obligation"] == entry["invitation"]]
    assert [(one["rung"], one["state"]) for one in sent] == [("invite", "accepted")]
    assert all(one["attempts"] for one in sent)
    assert f'"{entry["invitation"]}|' in said["journal"]


def test_a_pack_names_no_other_child_of_whom_its_reader_must_not_know(world):
    world.until("2026-03-24 12:00")
    world.line.seal()
    assert '"SC-2/' in evidence(world, "chair@council.example")["journal"]

    with world.case("SC-2", excluded=["eve@council.example"]):
        pass
    world.turn()

    assert "SC-2" not in evidence(world, "eve@council.example")["journal"]
