"""What is different between two rulebooks, said so that a service manager can check it."""

import pytest

from daemon.rulebook import compile_edition, gather, sound
from daemon.rulebook.differing.difference import differences
from daemon.rulebook.editions.edition import Written
from tests.small import SMALL
from tests.unit.authority import STOKE, TERMS

LIST = f"{STOKE}/rules/icpc-invite-list.yaml"
SHIPPED = gather(SMALL)
CALLED = (
    "it was called invite-list-missed: where that was told, an open duty is told of it once more"
)


def edition(changes=(), terms=TERMS, texts=None):
    written = {**SHIPPED.texts, "authority/authority.yaml": terms}
    written |= {f"authority/changes/{at}.yaml": text for at, text in enumerate(changes)}
    written |= {f"policies/{file}": text for file, text in (texts or {}).items()}
    made, problems = compile_edition(Written(written))
    assert made is not None, problems
    return made


def rung(name, words):
    return f"change: icpc-invite-list\nladder: {{{name}: {{{words}}}}}\n"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param(
            rung("invite-list-missed", "at: 30 minutes after due"),
            [
                "invite-list-missed: the safeguarding service manager is told at 17:30 instead of at 17:00"
            ],
            id="another time on the same day",
        ),
        pytest.param(
            rung("invite-list-due-today", 'at: "day of due, 10:00"'),
            [
                (
                    "invite-list-due-today: the social worker, the team coordinator and the team manager"
                    " are told at 10:00 instead of at 09:00"
                )
            ],
            id="an hour later",
        ),
        pytest.param(
            rung("invite-list-reminder", 'at: "2 working days before due, 09:00"'),
            [
                (
                    "invite-list-reminder: the social worker and the team coordinator are told 2 working days before"
                    " it is due, at 09:00 instead of 1 working day before it is due, at 09:00"
                )
            ],
            id="a day earlier",
        ),
        pytest.param(
            rung("invite-list-missed", "tell: [safeguarding_service_manager, team_manager]"),
            ["invite-list-missed: the team manager is told, too"],
            id="one more person",
        ),
        pytest.param(
            rung("invite-list-missed", "tell: [team_manager]"),
            [
                "invite-list-missed: the team manager is told, too",
                "invite-list-missed: the safeguarding service manager is no longer told",
            ],
            id="another person",
        ),
        pytest.param(
            rung("invite-list-missed", "via: email"),
            ["invite-list-missed: it goes by email instead of by teams and email"],
            id="one way fewer",
        ),
        pytest.param(
            rung("invite-list-missed", "name: list-missed"),
            [f"list-missed: {CALLED}"],
            id="another name",
        ),
        pytest.param(
            rung(
                "invite-list-missed", "message: invite-list-reminder, name: list-missed, via: email"
            ),
            [
                f"list-missed: {CALLED}",
                "list-missed: it goes by email instead of by teams and email",
                "list-missed: it sends the message invite-list-reminder instead of invite-list-missed",
            ],
            id="another name and other words",
        ),
        pytest.param(
            rung("invite-list-missed", "without: ask"),
            ["invite-list-missed: it asks for nothing instead of promise"],
            id="no question",
        ),
        pytest.param(
            rung("invite-list-still-missing", "repeat: every 3 working days"),
            ["invite-list-still-missing: repeated every 3 working days instead of every 5"],
            id="repeated sooner",
        ),
        pytest.param(
            "change: icpc-invite-list\nbecause: Enough.\ndrop_rung: invite-list-due-today\n",
            [
                (
                    "invite-list-due-today: the social worker, the team coordinator and the team manager"
                    " are no longer told"
                )
            ],
            id="a step less",
        ),
        pytest.param(
            "change: icpc-invite-list\ndue: day 4 of strategy_discussion_held\n",
            [
                (
                    "icpc-invite-list: it is due day 4 of strategy_discussion_held instead of"
                    " day 5 of strategy_discussion_held, by close of business"
                )
            ],
            id="a limit that is stricter",
        ),
        pytest.param(
            "switch_off: first-core-group\nbecause: Elsewhere.\n",
            [
                "first-core-group: switched off in stoke-on-trent: First core group; it carried STK-081"
            ],
            id="a rule that is switched off, with its clause",
        ),
        pytest.param(
            'change: invite-list-missed\nsubject: "{{ ref }}: look"\n',
            [
                (
                    'invite-list-missed: the subject reads "{{ ref }}: look" instead of'
                    ' "{{ ref }}: the invite list has not been received"'
                )
            ],
            id="another wording",
        ),
    ],
)
def test_a_change_is_one_sentence(change, said):
    assert [str(one) for one in differences(edition(), edition([change]))] == said


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        pytest.param(
            TERMS + "closure_days: [2026-12-29]\n",
            ["closure_days: closed on Tuesday 29 December 2026, too"],
            id="a closure day",
        ),
        pytest.param(
            TERMS
            + "office_hours: {Monday: 09:00-17:00, Tuesday: 09:00-17:00, Wednesday: 09:00-17:00,"
            + " Thursday: 09:00-17:00, Friday: 09:00-16:30}\n",
            ["office_hours: Fridays 09:00 to 16:30 instead of 09:00 to 17:00"],
            id="an earlier Friday",
        ),
        pytest.param(
            TERMS.replace("4 hours", "26 hours"),
            [
                "authority: data may be conference_diary: 26 hours old instead of conference_diary: 4 hours"
            ],
            id="older data",
        ),
        pytest.param(
            TERMS.replace("[potterby.example]", "[potterby.example, moor.example]"),
            [
                "authority: mail domains of our own are moor.example and potterby.example instead of potterby.example"
            ],
            id="another domain",
        ),
        pytest.param(
            TERMS + "promise_cap: 1 working day\n",
            [
                "statutory-england: a promise may reach 1 working day ahead instead of 2 working days",
                "stoke-on-trent: a promise may reach 1 working day ahead instead of 2 working days",
            ],
            id="a shorter promise",
        ),
    ],
)
def test_what_the_authority_settles_is_compared_too(terms, said):
    assert [str(one) for one in differences(edition(), edition(terms=terms))] == said


def test_nothing_is_different_from_itself_and_a_remark_is_no_difference():
    remark = {LIST: SHIPPED.texts[f"policies/{LIST}"] + "# a remark\n"}

    assert differences(edition(), edition()) == []
    assert differences(edition(), edition(texts=remark)) == []


def test_a_bank_holiday_that_is_new_is_told():
    file = "holidays/england-and-wales.yaml"
    text = SHIPPED.texts[f"policies/{file}"]
    more = text.replace(
        "  - {date: 2027-01-01", "  - {date: 2026-07-20, name: One more}\n  - {date: 2027-01-01"
    )

    assert [str(one) for one in differences(edition(), edition(texts={file: more}))] == [
        "holidays: Monday 20 July 2026 is a bank holiday"
    ]


def test_a_folder_of_policies_is_compared_by_its_rules_alone():
    changed = edition([rung("invite-list-missed", "via: email")])

    assert [one.about for one in differences(sound(SMALL), changed)] == ["invite-list-missed"]
