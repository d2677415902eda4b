"""A line whose feeds cannot show everything: what none of them could ever meet is not told, and is listed."""

import pytest

from daemon.domain.authority import Authority
from daemon.engine.house import Feed
from daemon.engine.records.casebook import explain_case
from daemon.engine.rules.editions import Editions
from daemon.engine.rules.rules_folder import RulesFolder
from daemon.engine.rules.shadow import Shadow, contrast
from daemon.engine.standing.overview import standing
from daemon.testing.fakes import FakeSource
from tests.scenario.tuned import AUTHORITY, DUTY, LATER, Tuned

LIST = "invite_list_received"
CASE_SYSTEM = frozenset({"strategy_discussion_held", "s47_decision_recorded", "s47_concluded"})
WITHOUT_LISTS = CASE_SYSTEM | {"icpc_held", "core_group_held"}


class Watched(Tuned):
    """A story whose feed says what it can carry."""

    def carry(self, facts) -> None:
        """Begin anew with a feed that is configured otherwise, as after a restart."""
        self.world.feed.carries = facts
        self.editions = self.service()
        self.begin()

    def unwatched(self):
        """Return what the status lists of what nothing can end."""
        listed = self.stands()["unwatched"]
        return [
            (one["pack"], one["rule"], one["facts"]) for one in listed if not one["never_begins"]
        ]

    def stands(self):
        world = self.world
        return standing(world.store, world.clock(), {}, world.house.deciding, [])

    def why(self, word: str) -> list[str]:
        with self.world.store.read() as tx:
            return [one.because for one in tx.journal.of(DUTY) if one.kind == word]


@pytest.fixture
def watched(story, folder):
    return Watched(story(), folder / "potterby")


def test_a_duty_that_no_feed_can_show_as_done_is_listed_and_never_told(watched):
    world = watched.world
    watched.carry(WITHOUT_LISTS)
    world.opens()

    world.until("2026-03-24 17:30")

    assert [rung for _, _, rung in world.fired() if rung.startswith("invite")] == []
    assert world.only("icpc-day-15-missed")
    assert watched.unwatched() == [("stoke-on-trent", "icpc-invite-list", [LIST])]
    assert world.line.auditor.audit(world.clock()).balances


def test_the_journal_names_what_is_left_out_once_and_again_when_it_changes(watched):
    watched.carry(WITHOUT_LISTS)
    watched.carry(WITHOUT_LISTS)
    first = watched.written("rulebook.unwatched")
    watched.carry(CASE_SYSTEM)

    (one,) = first
    rule = {"pack": "stoke-on-trent", "rule": "icpc-invite-list", "facts": [LIST]}
    assert one.because == "1 rule is not watched: no feed carries what would meet it"
    assert one.data["unwatched"] == [rule]
    (_, again) = watched.written("rulebook.unwatched")
    assert len(again.data["unwatched"]) == 4


def test_a_column_that_is_mapped_brings_its_duty_back_for_the_cases_that_are_open(watched):
    world = watched.world
    watched.carry(WITHOUT_LISTS)
    world.opens()
    world.until("2026-03-05 12:00")

    watched.carry(WITHOUT_LISTS | {LIST})
    world.until("2026-03-06 17:30")

    assert [when for when, _, _ in world.only("invite-list-missed")] == ["2026-03-06 17:00"]
    assert watched.unwatched() == []
    assert world.line.auditor.audit(world.clock()).balances


def test_a_column_that_is_lost_ends_what_was_open_and_says_why(watched):
    world = watched.world
    watched.carry(WITHOUT_LISTS | {LIST})
    world.opens()
    world.until("2026-03-05 12:00")
    before = len(world.only("invite-list-reminder"))

    watched.carry(WITHOUT_LISTS)
    world.until("2026-03-10 12:00")

    assert before
    assert world.only("invite-list-missed") == []
    assert watched.why("obligation.withdrawn") == [
        "no feed carries what would meet it: it is not watched"
    ]


@pytest.mark.parametrize(
    "feeds",
    [
        pytest.param({"diary": None}, id="a feed that does not say"),
        pytest.param({"diary": None, "case-system": CASE_SYSTEM}, id="one of two does not say"),
        pytest.param(
            {"diary": frozenset({LIST}), "case-system": WITHOUT_LISTS}, id="both together"
        ),
        pytest.param({}, id="no feed at all"),
    ],
)
def test_nothing_is_left_out_where_what_meets_it_may_come(watched, feeds):
    house = watched.world.house
    kept = house.feeds["diary"]
    house.feeds = {
        name: Feed(name, kept.role, FakeSource(watched.world.clock, carries=facts), kept.read_every, kept.fresh_within)
        for name, facts in feeds.items()
    }  # fmt: skip

    watched.begin()

    assert watched.unwatched() == []


def test_a_process_without_feeds_decides_as_the_run_does(watched):
    watched.carry(WITHOUT_LISTS)
    world = watched.world
    rules = RulesFolder(watched.folder, look_every_s=0)
    house = type(world.house)(world.deciding, world.house.terms, {}, {})
    worker = Editions(world.store, house, rules, Authority("stoke-on-trent"))
    worker.follow()
    before = house.rule_of(_track())

    watched.carry(WITHOUT_LISTS | {LIST})
    worker._followed_s = 0.0
    worker.follow()

    assert before is None
    assert house.rule_of(_track()).name == "icpc-invite-list"


def _track():
    from daemon.domain.obligation import State  # noqa: PLC0415
    from daemon.domain.track import Track  # noqa: PLC0415
    from daemon.testing.world import at  # noqa: PLC0415

    return Track(
        id=DUTY, ref="SC-1", family=None, rule="icpc-invite-list", pack="stoke-on-trent", pack_digest="",
        subject="icpc-1", state=State.OPEN, opened_at=at("2026-03-02 16:00"),
    )  # fmt: skip


def test_rules_that_open_duties_are_pinned_to_are_watched_no_more_than_the_others(watched):
    world = watched.world
    watched.carry(WITHOUT_LISTS | {LIST})
    world.opens()
    world.until("2026-03-05 12:00")
    watched.write("authority.yaml", f"{AUTHORITY}applies: new_cases\n")
    watched.write("changes/later.yaml", LATER)
    watched.notice()

    watched.carry(WITHOUT_LISTS)
    world.until("2026-03-10 12:00")

    assert world.only("invite-list-missed") == []
    assert world.line.auditor.audit(world.clock()).balances


def test_a_draft_is_watched_through_the_same_feeds(watched, folder):
    world = watched.world
    watched.carry(WITHOUT_LISTS)
    (folder / "draft").mkdir()
    (folder / "draft" / "authority.yaml").write_text(AUTHORITY, "utf-8")
    draft = RulesFolder(folder / "draft")
    shadow = Shadow(
        world.store, world.house, world.line.watcher, draft, Authority("stoke-on-trent")
    )
    world.opens()

    for moment in ("2026-03-02 16:00", "2026-03-06 17:30"):
        world.until(moment)
        shadow.turn(world.clock())

    assert contrast(world.store)[1] == []


def test_a_stored_case_says_which_of_its_duties_are_not_watched(watched):
    world = watched.world
    watched.carry(WITHOUT_LISTS)
    world.opens()
    world.turn()

    with world.store.read() as tx:
        said = explain_case(tx, "SC-1", world.house.deciding, world.house.order, world.clock())

    assert said is not None
    assert said["unwatched"] == [{"id": DUTY, "rule": "icpc-invite-list", "facts": [LIST]}]
    assert DUTY not in {one["id"] for one in said["obligations"]}


def test_a_duty_that_nothing_can_start_is_listed_and_a_statutory_limit_needs_attention(watched):
    watched.carry(frozenset({"strategy_discussion_held", "icpc_scheduled", "icpc_held", LIST}))

    said = watched.stands()

    idle = {one["rule"]: one["facts"] for one in said["unwatched"] if one["never_begins"]}
    assert idle["icpc-limit"] == idle["icpc-by-day-15"] == ["s47_decision_recorded"]
    what = "a statutory limit never begins: icpc-limit; no feed carries s47_decision_recorded"
    assert what in said["attention"]

    watched.carry(WITHOUT_LISTS)

    said = watched.stands()
    assert not [one for one in said["attention"] if "never begins" in one]
    assert "icpc-limit" not in {one["rule"] for one in said["unwatched"]}
