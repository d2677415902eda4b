"""An authority's folder: what it settles and changes is in force, and all else stays."""

from datetime import date, time, timedelta

import pytest

from daemon.domain.brake import Limits
from daemon.domain.rules import Applies
from daemon.rulebook import read_edition, sound
from daemon.rulebook.editions.edition import Written, compile_edition
from tests.unit.authority import HOUSE_MESSAGE, HOUSE_RULE, LIST, STOKE, TERMS


@pytest.fixture
def rule(folder):
    """Return a maker of the invite list's rule under some changes."""

    def make(*changes):
        files = {f"changes/{at}.yaml": text for at, text in enumerate(changes)}
        edition, problems = read_edition(folder(files))
        assert edition is not None, problems
        return edition.book.packs[STOKE].rule(LIST)

    return make


def rungs(rule):
    return [(rung.name, rung.at.text) for rung in rule.ladder]


def test_what_an_authority_settles_is_read(folder):
    terms = f"""{TERMS}
effective_from: 2026-09-01
applies: new_cases
enforce_from: 2026-03-02
hold_limit: 2 working days
promise_cap: 1 working day
brake: {{one_pass: 50, one_person: off}}
office_hours:
  Monday: 08:30-17:30
  Tuesday: 09:00-17:00
  Thursday: 09:00-17:00
  Friday: 09:00-17:00
  Saturday: 10:00-12:00
  Sunday: closed
closure_days: [2026-12-29]
enclosures: {{threshold_guidance: "https://potterby.example/thresholds"}}
"""
    edition = sound(folder(terms=terms))
    said, pack = edition.authority, edition.book.packs[STOKE]

    assert (said.based_on, said.fallback) == (STOKE, "duty_mailbox")
    assert said.mailboxes == {"duty_mailbox": "duty@potterby.example"}
    assert said.enclosures == {"threshold_guidance": "https://potterby.example/thresholds"}
    assert said.fresh_within == {"conference_diary": timedelta(hours=4)}
    assert (said.effective_from, said.enforce_from) == (date(2026, 9, 1), date(2026, 3, 2))
    assert said.hours.opens == {
        0: time(8, 30),
        **dict.fromkeys((1, 3, 4), time(9)),
        5: time(10),
    }
    assert said.hours.closures == {date(2026, 12, 29)}
    assert said.hold_working_days == 2
    assert said.brake == Limits(50, None)
    assert (pack.promise_cap_working_days, pack.applies) == (1, Applies.NEW_CASES)
    assert edition.deciding().default_pathway == STOKE


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param(
            f"change: {LIST}\nladder: {{invite-list-missed: {{at: 30 minutes after due}}}}",
            ("invite-list-missed", "30 minutes after due"),
            id="one time",
        ),
        pytest.param(
            f"change: {LIST}\nladder: {{invite-list-still-missing: {{at: 30 minutes after due}}}}",
            ("invite-list-still-missing", "30 minutes after due"),
            id="another one",
        ),
        pytest.param(
            f"changes:\n  - change: {LIST}\n    add_rung: {{at: 2 working days before due, 09:00, tell: social_worker, "
            "via: email, message: invite-list-reminder, name: sooner, house: true}".replace(
                "due, 09:00", '"due"'
            ).replace('before "due"', "before due"),
            ("sooner", "2 working days before due"),
            id="one rung more",
        ),
    ],
)
def test_a_change_of_one_rung_is_one_short_entry(rule, change, expected):
    found = rungs(rule(change))

    assert expected in found
    assert len(found) == 4 + (expected[0] == "sooner")


def test_people_and_ways_are_changed_and_all_else_stays(rule):
    changed = rule(
        f"change: {LIST}\nladder: {{invite-list-missed: {{tell: [team_manager], via: email}}}}"
    )

    missed = changed.rung("invite-list-missed")
    assert (missed.to, missed.via, missed.ask) == (("team_manager",), ("email",), "promise")


def test_a_rung_that_is_moved_takes_its_place_in_the_ladder(rule):
    moved = rule(
        f'change: {LIST}\nladder: {{invite-list-due-today: {{at: "2 working days before due, 09:00"}}}}'
    )

    assert [name for name, _ in rungs(moved)][:2] == [
        "invite-list-due-today",
        "invite-list-reminder",
    ]


def test_a_rung_is_dropped_with_its_reason_and_a_key_is_taken_away(rule):
    changed = rule(
        f"change: {LIST}\nbecause: One reminder is enough.\ndrop_rung: invite-list-due-today\n"
        "ladder: {invite-list-missed: {without: [ask, offer, offer_to]}}"
    )

    assert "invite-list-due-today" not in dict(rungs(changed))
    assert (changed.rung("invite-list-missed").ask, changed.rung("invite-list-missed").offer) == (
        None,
        None,
    )


def test_a_rule_and_a_message_of_ones_own_are_added(folder):
    files = {"changes/rule.yaml": HOUSE_RULE, "changes/words.yaml": HOUSE_MESSAGE}

    edition = sound(folder(files))

    assert edition.book.packs[STOKE].rule("our-own-check").ladder[0].message == "our-own-words"
    assert edition.book.messages["our-own-words"].lead == "It was due by {{ due }}."


def test_a_wording_is_changed(folder):
    edition = sound(
        folder(
            {"changes/a.yaml": 'change: invite-list-missed\nsubject: "{{ ref }}: please look"\n'}
        )
    )

    assert edition.book.messages["invite-list-missed"].subject == "{{ ref }}: please look"


def test_what_is_switched_off_is_gone_and_its_clause_is_shown_as_done_by_people(folder):
    edition = sound(
        folder({"changes/a.yaml": "switch_off: first-core-group\nbecause: Elsewhere.\n"})
    )

    assert edition.book.packs[STOKE].rule("first-core-group") is None
    assert "switched off here: Elsewhere." in edition.texts[f"{STOKE}/sources.yaml"]


def test_the_digest_covers_terms_changes_and_policies_but_no_scenario(folder):
    first = sound(folder()).digest
    change = {"changes/a.yaml": f"change: {LIST}\ntitle: Ours\n"}

    assert sound(folder({"scenarios/a.yaml": "# nothing yet\n"})).digest == first
    assert sound(folder(change)).digest != first
    assert sound(folder(terms=f"{TERMS}closure_days: [2026-12-29]\n")).digest != first


def test_an_edition_is_made_again_from_what_was_written(folder):
    edition = sound(folder({"changes/a.yaml": f"change: {LIST}\ntitle: Ours\n"}))

    again, problems = compile_edition(Written(edition.written))

    assert problems == []
    assert (again.digest, again.authority) == (edition.digest, edition.authority)
    assert again.book.digests == edition.book.digests


@pytest.mark.parametrize("ending", ["yaml", "yml"])
def test_what_a_repository_keeps_for_itself_is_not_read(folder, ending):
    first = sound(folder()).digest

    again = sound(folder({f".github/workflows/check.{ending}": "on: push\n"}))

    assert again.digest == first
