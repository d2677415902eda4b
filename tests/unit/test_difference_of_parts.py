"""What differs in remarks, wordings, lists and days is said to whoever tunes the rules, and nothing is passed over."""

from dataclasses import fields, replace
from datetime import date, time

import pytest

from daemon.cli import main
from daemon.domain.deadline import LateStart
from daemon.domain.parts import Approval, Attendance, Digest, Invitation, Report, Shows
from daemon.domain.rules import Applies, Basis, MessageText, Pack, Rule, Rung
from daemon.domain.vocabulary import Vocabulary
from daemon.rulebook import sound
from daemon.rulebook.differing.difference import UNSAID, differences
from tests.small import SMALL
from tests.unit.authority import STOKE, TERMS
from tests.unit.test_difference import LIST, SHIPPED, edition, rung

CHANGE = "change: icpc-invite-list\n"
WHILE = "icpc-invite-list: the remark while s47_concluded is missing"
SAID = "The section 47 enquiry is not recorded as concluded either."
SOON = """\
changes:
  - digest: due-soon
    title: Your next five working days
    clauses: []
    every: working day, 08:30
    tell: [social_worker]
    via: [email]
    shows: due
    within: 5 working days
    own: role
    message: look-ahead
  - message: look-ahead
    subject: "Your next: {{ count }}"
    lead: "These are due: {{ count }}."
    clear: "Do them."
"""


def said(before, now):
    return [str(one) for one in differences(before, now)]


@pytest.mark.parametrize(
    ("change", "lines"),
    [
        pytest.param(
            CHANGE + "remarks:\n  - {if: s47_concluded is missing, say: Conclude it.}\n",
            [f'{WHILE} reads "Conclude it." instead of "{SAID}"'],
            id="a remark in other words",
        ),
        pytest.param(
            CHANGE
            + f"remarks:\n  - {{if: s47_concluded is missing, say: {SAID}, overdue: It is late.}}\n",
            [f'{WHILE}, once it is overdue reads "It is late.", and there was none'],
            id="a remark for what is overdue",
        ),
        pytest.param(
            CHANGE + "without: remarks\n",
            [f'{WHILE} is left out; it read "{SAID}"'],
            id="no remark",
        ),
        pytest.param(
            CHANGE + "title: The list\n",
            ['icpc-invite-list: its title reads "The list" instead of "Conference invite list"'],
            id="another title",
        ),
        pytest.param(
            "change: invite-list-missed\nclear: Send it.\n",
            [
                ('invite-list-missed: what clears it reads "Send it." instead of "Escalate to the team manager, or make'
                ' sure that the list is sent; once its receipt is recorded, this is over."')
            ],
            id="another wording of what is to be done",
        ),
        pytest.param(
            rung("invite-list-missed", "urgent: true"),
            ["invite-list-missed: it does not wait for office hours any more"],
            id="at any hour",
        ),
        pytest.param(
            rung("invite-list-missed", "offer_to: [team_coordinator]"),
            ["invite-list-missed: what it offers goes to the team coordinator instead of the team manager"],
            id="a draft for somebody else",
        ),
        pytest.param(
            SOON,
            [
                "due-soon: the social worker is sent this list every working day at 08:30, which is new",
                "look-ahead: the message is new",
            ],
            id="a new list",
        ),
    ],
)  # fmt: skip
def test_a_change_is_said_as_its_reader_will_see_it(change, lines):
    assert said(edition(), edition([change])) == lines


def test_a_list_that_moves_says_when_it_goes_out_to_whom_and_how():
    moved = SOON.replace("working day, 08:30", "Monday, 09:15").replace("5 working", "3 working")
    moved = moved.replace("[social_worker]", "[social_worker, team_manager]")

    assert said(edition([SOON]), edition([moved])) == [
        "due-soon: it goes out on Mondays at 09:15 instead of every working day at 08:30",
        "due-soon: it goes to the social worker and the team manager instead of the social worker",
        "due-soon: it looks 3 working days ahead instead of 5 working days",
    ]


@pytest.mark.parametrize(
    ("terms", "line"),
    [
        pytest.param(
            "effective_from: 2026-12-01\n",
            "authority: what is written here holds from Tuesday 1 December 2026 instead of at once",
            id="a day from which it holds",
        ),
        pytest.param(
            "applies: new_cases\n",
            "authority: a change is for new cases instead of open cases",
            id="new cases alone",
        ),
        pytest.param(
            "weekly_summary: {day: Tuesday, at: '08:45', tell: [safeguarding_service_manager], via: [email]}\n",
            "weekly-summary: it goes out on Tuesdays at 08:45 instead of on Mondays at 09:00",
            id="the weekly summary on another day",
        ),
    ],
)
def test_what_an_authority_settles_is_said_once(terms, line):
    assert said(edition(), edition(terms=TERMS + terms)) == [line]


OTHER = {
    "due": None, "when": None, "basis": Basis.HOUSE, "met_values": {"icpc_held": frozenset({"yes"})},
    "late_start": LateStart(time(16), time(12)), "approval": Approval("Is it so?", "cp_chair", {"yes": "agreed"}, ()),
    "at": None, "repeat_working_days": 9, "summary": None, "applies": Applies.NEW_CASES,
    "effective_from": date(2026, 12, 1), "review_by": date(2027, 1, 1), "attendance": {"icpc": Attendance(quorum=3)},
    "digests": (Digest("d", "p", "D", (), 0, time(9), ("social_worker",), ("email",), Shows.DUE, 5, "role", "m"),),
    "reports": (Report("r", "p", "R", (), ("minutes",)),), "promise_cap_working_days": 1,
}  # fmt: skip


def changed(value, name, of):
    """Return another value of a field: one that is named above, else one more of what it holds."""
    if name in ("due", "when", "withdrawn_when", "opens", "at"):
        return replace(
            value or of["when" if name == "withdrawn_when" else "due"], text="something else"
        )
    if name in OTHER:
        return OTHER[name]
    if isinstance(value, bool):
        return not value
    if isinstance(value, tuple):
        return () if name in ("remarks", "invitations") else (*value, "police")
    return {**value, "social_worker": "police"} if isinstance(value, dict) else f"{value} more"


def of(kind, thing, but=frozenset()):
    """Yield the same thing again and again, each time with another of its fields changed."""
    values = {one.name: getattr(thing, one.name) for one in fields(kind)}
    for one in fields(kind):
        if one.init and one.name not in UNSAID | but:
            yield (
                one.name,
                replace(thing, **{one.name: changed(values[one.name], one.name, values)}),
            )


def test_no_field_of_a_rule_step_message_or_pack_changes_in_silence():
    base = sound(SMALL)  # without an authority, which says some of it in the place of its packs
    pack = base.book.packs[STOKE]
    rule = next(one for one in pack.rules if one.name == "icpc-invite-list")
    message = base.book.messages["invite-list-missed"]
    others = [one for one in pack.rules if one is not rule]
    packs = [
        *of(Pack, pack, {"unwatched", "by_hand", "as_written", "invitations"}),
        *((name, replace(pack, rules=(*others, one))) for name, one in of(Rule, rule)),
        *(
            (name, replace(pack, rules=(*others, replace(rule, ladder=(step, *rule.ladder[1:])))))
            for name, step in of(Rung, rule.ladder[0])
        ),
    ]
    books = [
        (name, replace(base.book, packs={**base.book.packs, STOKE: one})) for name, one in packs
    ]
    books += [
        (name, replace(base.book, messages={**base.book.messages, message.name: one}))
        for name, one in of(MessageText, message)
    ]  # fmt: skip

    silent = [name for name, book in books if not differences(base, replace(base, book=book))]

    assert silent == []
    assert len(books) > 40


def test_an_invitation_says_whose_words_are_others():
    base = edition()
    one = Invitation(
        "icpc",
        STOKE,
        "Conference",
        (),
        "icpc",
        base.book.packs[STOKE].rules[0].when,
        (),
        {"police": "a"},
    )
    two = replace(one, words={"police": "b"}, family_joins_online=True)
    was, is_ = (
        replace(
            base,
            book=replace(
                base.book, packs={STOKE: replace(base.book.packs[STOKE], invitations=(each,))}
            ),
        )
        for each in (one, two)
    )

    assert said(was, is_) == [
        'icpc: the message for police reads "b" instead of "a"',
        "icpc: families may join online",
    ]


def test_another_word_for_a_role_is_said():
    base = edition()
    words = base.book.vocabulary
    assert isinstance(words, Vocabulary)
    other = replace(words, roles={**words.roles, "social_worker": "worker"})

    (line,) = said(base, replace(base, book=replace(base.book, vocabulary=other)))

    assert line.startswith('social_worker: what it is called reads "worker" instead of "')


def test_words_that_decide_nothing_are_named_by_their_file(tmp_path, capsys):
    for name in ("one", "two"):
        for file, text in SHIPPED.texts.items():
            made = tmp_path / name / file.removeprefix("policies/")
            made.parent.mkdir(parents=True, exist_ok=True)
            made.write_text(text, "utf-8")
    (tmp_path / "two" / LIST).write_text((SMALL / LIST).read_text("utf-8") + "# ours\n", "utf-8")

    assert main(["diff", str(tmp_path / "one"), str(tmp_path / "two")]) == 0

    assert capsys.readouterr().out == (
        f"nothing is different in what is decided or told; written otherwise: policies/{LIST}\n"
    )
