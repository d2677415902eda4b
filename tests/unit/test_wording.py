"""An obligation in words: the date, its working and what comes next."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from daemon.decide.telling.wording import Item, describe, fields, gather, say_list, say_working
from daemon.domain.condition import Condition
from daemon.domain.deadline import Deadline, RungTime, Unit
from daemon.domain.message import Level
from daemon.domain.obligation import Obligation, State, Step, Subject
from daemon.domain.rules import Basis, Rule, Rung
from daemon.domain.vocabulary import Vocabulary
from daemon.domain.working_days import WorkingDays

EASTER = {date(2026, 4, 3): "Good Friday", date(2026, 4, 6): "Easter Monday"}
DAYS = WorkingDays(EASTER, date(2018, 1, 1), date(2027, 12, 31))
ROLES = {
    "team_manager": "team manager",
    "safeguarding_service_manager": "safeguarding service manager",
}
WORDS = Vocabulary({}, ROLES, {}, {}, {}, {})
ALWAYS = Condition("", lambda _: True, frozenset())
DUE = datetime(2026, 3, 6, 17, tzinfo=UTC)
NEXT = datetime(2026, 3, 9, 13, tzinfo=UTC)


def rung(name: str, *to: str, house: bool = False, repeat: int | None = None) -> Rung:
    return Rung(
        name, RungTime("due"), to, ("email",), name, house=house, repeat_working_days=repeat
    )


FIRST = rung("missed", "safeguarding_service_manager")
LAST = rung("still-missed", "team_manager", "safeguarding_service_manager", house=True, repeat=5)
RULE = Rule(
    name="icpc-invite-list",
    pack="stoke-on-trent",
    title="Conference invite list",
    why="",
    clauses=("STK-025",),
    basis=Basis.LOCAL,
    subject="icpc",
    due=Deadline("", "strategy_discussion_held", ((4, Unit.WORKING_DAYS),)),
    when=ALWAYS,
    met_by=("invite_list_received",),
    ladder=(FIRST, LAST),
    responsible=("social_worker",),
)
OBLIGATION = Obligation(
    id="SC-100234/icpc-invite-list/icpc-1",
    ref="SC-100234",
    rule=RULE.name,
    pack=RULE.pack,
    pack_digest="",
    clauses=("STK-025", "STK-028"),
    basis=Basis.LOCAL,
    subject=Subject("icpc", 1),
    state=State.OPEN,
    responsible=("social_worker",),
    relies_on=(),
    met_by_any=("invite_list_received",),
    because="",
    due_at=DUE,
    steps=lambda: (Step(date(2026, 3, 2), counted=False, why="day 1: the strategy discussion"),),
    remarks=("The enquiry is not concluded.",),
)


def item(
    obligation: Obligation = OBLIGATION, now: datetime = NEXT, code: str = "KD7Q", rule: Rule = RULE
) -> Item:
    return describe(
        obligation,
        rule,
        FIRST,
        "Stoke-on-Trent",
        WORDS,
        now,
        DAYS,
        code=code,
        told=("team_manager",),
    )


@pytest.mark.parametrize(
    ("now", "standing"),
    [
        pytest.param("2026-03-04T09:00", "2 working days left", id="two days before"),
        pytest.param("2026-03-05T09:00", "1 working day left", id="the day before"),
        pytest.param("2026-03-06T09:00", "less than 1 working day left", id="on the day"),
        pytest.param("2026-03-06T17:00", "less than 1 working day left", id="at the very moment"),
        pytest.param("2026-03-06T17:01", "overdue by less than 1 working day", id="a minute late"),
        pytest.param("2026-03-08T12:00", "overdue by less than 1 working day", id="a weekend late"),
        pytest.param("2026-03-09T09:00", "overdue by 1 working day", id="on Monday"),
        pytest.param("2026-03-11T09:00", "overdue by 3 working days", id="on Wednesday"),
    ],
)
def test_how_it_stands_is_said_in_working_days(now: str, standing: str) -> None:
    assert item(now=datetime.fromisoformat(now).replace(tzinfo=UTC)).standing == standing


def test_easter_does_not_count_towards_how_late_it_is() -> None:
    before_easter = replace(OBLIGATION, due_at=datetime(2026, 4, 2, 16, tzinfo=UTC))

    shown = item(before_easter, datetime(2026, 4, 7, 8, tzinfo=UTC))

    assert (shown.due, shown.overdue_by) == ("Thursday 2 April 2026, 5pm", "1 working day")


def test_what_has_no_date_says_so_and_is_not_late() -> None:
    shown = item(replace(OBLIGATION, due_at=None))

    assert (shown.due, shown.overdue, shown.standing) == ("no date yet", False, "")


def test_what_has_no_limit_has_no_date_to_wait_for() -> None:
    told = replace(RULE, due=Deadline("no limit", "presence_failed", ()))

    shown = item(replace(OBLIGATION, due_at=None), rule=told)

    assert (shown.due, shown.overdue, shown.standing) == ("", False, "")


def test_what_was_recorded_says_when_and_threatens_nobody() -> None:
    met = replace(OBLIGATION, state=State.MET, met_at=datetime(2026, 3, 9, tzinfo=UTC), late=True)

    shown = describe(met, RULE, FIRST, "", WORDS, NEXT, DAYS, code="K", next_rung=(LAST, NEXT))

    assert (shown.met, shown.standing) == ("Monday 9 March 2026", "recorded")
    assert (shown.overdue_by, shown.next_step) == ("", "")


@pytest.mark.parametrize(
    ("present", "following", "words"),
    [
        pytest.param(
            FIRST,
            (LAST, NEXT),
            "If nothing changes, the team manager and the safeguarding service manager are told on "
            "Monday 9 March 2026, 1pm.",
            id="two roles come next",
        ),
        pytest.param(
            None,
            (FIRST, NEXT),
            "If nothing changes, the safeguarding service manager is told on "
            "Monday 9 March 2026, 1pm.",
            id="one role comes next",
        ),
        pytest.param(
            LAST,
            None,
            "This is the last step; it repeats every 5 working days.",
            id="the last step repeats",
        ),
        pytest.param(
            LAST,
            (LAST, NEXT),
            "This is the last step; it repeats every 5 working days, next on "
            "Monday 9 March 2026, 1pm.",
            id="the last step says when it repeats",
        ),
        pytest.param(FIRST, None, "", id="nothing is known to come"),
    ],
)
def test_what_happens_if_nobody_acts(
    present: Rung | None, following: tuple[Rung, datetime] | None, words: str
) -> None:
    shown = describe(
        OBLIGATION, RULE, present, "", WORDS, NEXT, DAYS, code="K", next_rung=following
    )

    assert shown.next_step == words


def test_who_else_was_told_is_named_by_role_and_once() -> None:
    shown = describe(
        OBLIGATION,
        RULE,
        FIRST,
        "",
        WORDS,
        NEXT,
        DAYS,
        code="K",
        told=("safeguarding_service_manager", "team_manager", "team_manager", "cp_chair"),
    )

    assert shown.told == "the safeguarding service manager, the team manager, the cp chair"


def test_a_moved_date_names_the_old_one() -> None:
    shown = describe(
        OBLIGATION,
        RULE,
        FIRST,
        "",
        WORDS,
        NEXT,
        DAYS,
        code="K",
        due_before=datetime(2026, 3, 5, 17, tzinfo=UTC),
    )

    assert shown.was_due == "Thursday 5 March 2026, 5pm"


def test_a_house_default_is_marked_whether_it_is_the_rung_or_the_limit() -> None:
    by_rung = describe(OBLIGATION, RULE, LAST, "", WORDS, NEXT, DAYS, code="K")
    by_limit = item(replace(OBLIGATION, basis=Basis.HOUSE))

    assert (by_rung.house, by_limit.house, item().house) == (True, True, False)


def test_the_working_folds_a_weekend_and_names_a_bank_holiday() -> None:
    steps = [
        Step(date(2026, 4, 2), counted=False, why="day 0: the strategy discussion"),
        Step(date(2026, 4, 3), counted=False, why="bank holiday: Good Friday"),
        Step(date(2026, 4, 4), counted=False, why="Saturday"),
        Step(date(2026, 4, 5), counted=False, why="Sunday"),
        Step(date(2026, 4, 6), counted=False, why="bank holiday: Easter Monday"),
        Step(date(2026, 4, 7), counted=True, why="working day 1: due by close of business"),
    ]

    assert list(say_working(steps)) == [
        "Thursday 2 April 2026: day 0: the strategy discussion",
        "Friday 3 April 2026: bank holiday: Good Friday, not counted",
        "Saturday 4 and Sunday 5 April 2026: weekend, not counted",
        "Monday 6 April 2026: bank holiday: Easter Monday, not counted",
        "Tuesday 7 April 2026: working day 1: due by close of business",
    ]


def test_a_weekend_across_two_months_names_both() -> None:
    steps = [
        Step(date(2026, 2, 28), counted=False, why="Saturday"),
        Step(date(2026, 3, 1), counted=False, why="Sunday"),
    ]

    assert list(say_working(steps)) == [
        "Saturday 28 February and Sunday 1 March 2026: weekend, not counted"
    ]


def test_a_start_at_a_weekend_is_day_one_and_not_folded() -> None:
    steps = [Step(date(2026, 3, 7), counted=False, why="day 1: the strategy discussion (Saturday)")]

    assert list(say_working(steps)) == [
        "Saturday 7 March 2026: day 1: the strategy discussion (Saturday)"
    ]


def test_siblings_share_a_section_and_what_is_overdue_comes_first() -> None:
    soon = item(replace(OBLIGATION, ref="SC-2", due_at=datetime(2026, 3, 20, 17, tzinfo=UTC)))
    late, sibling = item(code="K-1"), item(replace(OBLIGATION, ref="SC-100240"), code="K-2")
    dateless = item(replace(OBLIGATION, ref="SC-3", due_at=None))

    sections = gather([dateless, soon, sibling, late])

    assert [[one.ref for one in section] for section in sections] == [
        ["SC-100234", "SC-100240"],
        ["SC-2"],
        ["SC-3"],
    ]


def test_siblings_whose_days_were_counted_otherwise_do_not_share_a_section() -> None:
    other = item(replace(OBLIGATION, ref="SC-100240", steps=tuple))

    assert len(gather([item(), other])) == 2


def test_the_fields_name_every_case_of_a_section() -> None:
    section = [item(), item(replace(OBLIGATION, ref="SC-100240"))]

    shown = fields(section, Level.L2, team="north", as_known_at=DUE)

    assert shown["ref"] == shown["refs"] == "SC-100234 and SC-100240"
    assert (shown["children"], shown["count"], shown["team"]) == (2, 2, "north")
    assert (shown["due_day"], shown["as_known"]) == (
        "Friday 6 March 2026",
        "as at Friday 6 March 2026, 5pm",
    )


@pytest.mark.parametrize("level", [Level.L0, Level.L1])
def test_below_the_second_level_a_template_cannot_print_team_or_number(level: Level) -> None:
    shown = fields([item()], level, team="north")

    assert (shown["team"], shown["children"]) == ("", 0)
    assert "north" not in shown.values()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_a_list_reads_as_in_a_sentence(words: list[str], sentence: str) -> None:
    assert say_list(words) == sentence


def test_a_date_that_would_tell_a_date_of_birth_stands_in_no_words() -> None:
    hidden = replace(RULE, hides_date=True)
    steps = (Step(date(2026, 3, 6), counted=True, why="due by close of business"),)

    shown = describe(
        replace(OBLIGATION, steps=lambda: steps), hidden, FIRST, "Stoke", WORDS, NEXT, DAYS,
        code="K", next_rung=(LAST, NEXT), due_before=DUE,
    )  # fmt: skip

    said = str(
        [*(getattr(shown, name) for name in Item.__slots__), *fields([shown], Level.L2).values()]
    )
    assert (shown.overdue, shown.due) == (True, "the date in the case record")
    assert "March" not in said
    assert "working day" not in said
