"""Shadow mode: a draft decides on the same records, records whom it would tell, and tells nobody."""

from datetime import timedelta

import pytest

from daemon.domain.authority import Authority
from daemon.engine.rules.rules_folder import RulesFolder
from daemon.engine.rules.shadow import WRONG, Shadow, contrast
from daemon.engine.standing.rules_shown import rules_in_json
from daemon.testing.world import at
from tests.scenario.test_lists_that_move import LIST as LIST_AT
from tests.scenario.tuned import AUTHORITY, BAD, EARLIER

LIST = LIST_AT.format(every="working day, 09:00")


class Draft:
    """A story, and a draft of its rules in a folder."""

    def __init__(self, world, folder) -> None:
        self.world, self.folder = world, folder
        self.write("authority.yaml", AUTHORITY)
        self.write("changes/earlier.yaml", EARLIER)

    def write(self, file, text) -> None:
        path = self.folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")

    def begin(self) -> Shadow:
        world = self.world
        world.rule({})
        terms = Authority("stoke-on-trent")
        return Shadow(world.store, world.house, world.line.watcher, RulesFolder(self.folder), terms)

    def until(self, shadow, *moments) -> None:
        """Walk through some moments, the draft beside the line."""
        for text in moments:
            self.world.until(text)
            shadow.turn(self.world.clock())

    def otherwise(self):
        """Return each difference: the rung, the person, when told, when it would be."""
        _, found = contrast(self.world.store)
        return [
            (one.notice.key.rung, one.notice.key.person, one.told_at, one.would_at) for one in found
        ]


@pytest.fixture
def draft(story, folder):
    return Draft(story(), folder / "draft")


def test_what_a_draft_would_tell_otherwise_is_listed_and_nothing_of_it_is_sent(draft):
    shadow = draft.begin()
    draft.world.opens()
    draft.until(
        shadow, "2026-03-02 16:00", "2026-03-05 09:00", "2026-03-06 09:00", "2026-03-06 16:30", "2026-03-06 17:00"
    )  # fmt: skip

    assert draft.otherwise() == [
        ("invite-list-missed", "sue", at("2026-03-06 17:00"), at("2026-03-06 16:30"))
    ]
    assert [when for when, _, _ in draft.world.only("invite-list-missed")] == ["2026-03-06 17:00"]


def test_a_list_that_only_the_draft_has_is_a_difference_and_goes_to_nobody(draft):
    draft.write("changes/list.yaml", LIST)
    shadow = draft.begin()
    draft.world.opens()
    draft.until(shadow, "2026-03-02 16:00", "2026-03-03 09:00")

    assert draft.otherwise() == [("due-soon", "sam", None, at("2026-03-03 09:00"))]
    assert draft.world.only("due-soon") == []


def test_a_list_that_both_have_is_no_difference(draft):
    draft.write("changes/list.yaml", LIST)
    shadow = draft.begin()
    shadow.turn(draft.world.clock())
    draft.world.house.deciding = shadow.house.deciding  # as once the draft is taken up
    draft.world.opens()
    draft.until(shadow, "2026-03-02 16:00", "2026-03-03 09:00")

    assert draft.world.only("due-soon") == [("2026-03-03 09:00", "sam", "due-soon")]
    assert draft.otherwise() == []


def test_what_was_told_before_the_draft_began_is_no_difference(draft):
    draft.world.opens()
    draft.world.until("2026-03-05 12:00")

    shadow = draft.begin()
    draft.until(shadow, "2026-03-05 12:00", "2026-03-06 09:00", "2026-03-06 16:30")

    assert [one[:2] for one in draft.otherwise()] == [("invite-list-missed", "sue")]
    assert draft.otherwise()[0][2] is None


def test_what_both_tell_at_once_is_no_difference_though_one_decides_a_moment_after_the_other(draft):
    shadow = draft.begin()
    shadow.turn(draft.world.clock())
    draft.world.clock.now = at("2026-03-09 11:00")
    draft.world.opens()
    draft.world.turn()
    shadow.turn(draft.world.clock() + timedelta(seconds=2))

    assert draft.world.only("first-seen-late")
    assert draft.otherwise() == []


def test_a_draft_that_met_its_duty_tells_so_to_whom_it_would_have_told(draft):
    shadow = draft.begin()
    draft.world.opens()
    draft.until(shadow, "2026-03-02 16:00", "2026-03-06 16:40")
    draft.world.fact("SC-1", invite_list_received="2026-03-06T16:45")
    draft.until(shadow, "2026-03-06 17:10")

    rungs = {(rung, told is None) for rung, _, told, _ in draft.otherwise()}
    assert ("invite-list-missed", True) in rungs
    assert "invite-list-missed" not in [rung for _, _, rung in draft.world.fired()]


def test_the_real_line_is_as_it_would_be_without_a_draft(story, draft):
    alone = story()
    shadow = draft.begin()
    alone.rule({})
    for world in (alone, draft.world):
        world.opens()
    draft.until(shadow, "2026-03-05 12:00", "2026-03-06 17:30", "2026-03-10 12:00")
    alone.until("2026-03-05 12:00")
    alone.until("2026-03-06 17:30")
    alone.until("2026-03-10 12:00")

    assert sorted(draft.world.told()) == sorted(alone.told())
    with draft.world.store.read() as tx, alone.store.read() as other:
        assert tx.summary(alone.clock()).notices == other.summary(alone.clock()).notices
        assert len(tx.journal.of("")) == len(other.journal.of(""))


def test_a_draft_that_is_not_sound_decides_nothing_and_says_why(draft):
    draft.write("changes/earlier.yaml", BAD)
    shadow = draft.begin()
    draft.world.opens()

    draft.until(shadow, "2026-03-06 17:30")

    with draft.world.store.read() as tx:
        assert "draft/changes/earlier.yaml:3" in str(tx.marks.get(WRONG))
        shown = rules_in_json(tx, None, ())[0]["shadow"]
    [wrong] = shown["problems"]
    assert not shown["ok"]
    assert wrong["where"].startswith("draft/changes/earlier.yaml:3")
    assert contrast(draft.world.store) == (None, [])


def test_another_draft_begins_from_how_everything_stands_then(draft):
    shadow = draft.begin()
    draft.world.opens()
    draft.until(shadow, "2026-03-02 16:00", "2026-03-06 17:30")
    assert draft.otherwise() != []

    draft.write("changes/earlier.yaml", EARLIER.replace("30", "45"))
    draft.until(draft.begin(), "2026-03-06 17:40", "2026-03-09 10:00")

    assert draft.otherwise() == []
