"""A vocabulary of an authority's own: the facts by which limits count mean there what they mean as they ship."""

import pytest

from daemon.domain.errors import Severity
from daemon.rulebook import shipped, sources
from daemon.rulebook.own.beside import Beside
from daemon.rulebook.own.taken_over import not_as_shipped

WORDS, DAYS = "vocabulary.yaml", "holidays/england-and-wales.yaml"
SHIPS = sources(shipped())
HELD = "  icpc_held: the initial conference held\n"
MINUTES = "minutes_shared_with_family: {label: the minutes shared, values: [shared, exempt], default: shared}"


def edited(old, new):
    """Return what is said of the words with another text in them: severity, place and what."""
    assert old in SHIPS[WORDS]
    own = {**SHIPS, WORDS: SHIPS[WORDS].replace(old, new, 1)}
    said = not_as_shipped(Beside(own, SHIPS, "own"), None)
    return [(one.severity, one.where.split(": ")[-1], one.what) for one in said]


@pytest.mark.parametrize(
    ("old", "new", "fact", "key"),
    [
        pytest.param(
            HELD, "  icpc_held: {label: the initial conference held, future: true}\n",
            "icpc_held", "future", id="a booked day counts as held",
        ),
        pytest.param(
            "values: [section_47, section_17, none]}", "values: [section_47, section_17, none], default: none}",
            "s47_decision_recorded", "default", id="a day alone is a no",
        ),
        pytest.param(
            "died, left_uk, other]}\n", "died, left_uk, other], future: true}\n",
            "plan_ended", "future", id="a plan that will end is over",
        ),
        pytest.param(
            MINUTES, MINUTES.replace("default: shared", "default: exempt"),
            "minutes_shared_with_family", "default", id="a day alone is an exemption",
        ),
        pytest.param(
            MINUTES, MINUTES.replace("[shared, exempt]", "[shared, exempt, later]"),
            "minutes_shared_with_family", "values", id="neither shared nor exempt",
        ),
    ],
)  # fmt: skip
def test_what_a_fact_counts_for_stays_as_it_ships(old, new, fact, key):
    ((severity, where, what),) = edited(old, new)

    assert (severity, where) == (Severity.ERROR, fact)
    assert what.startswith(f'it says something else of {fact} than this release ("{key}")')


def test_a_value_more_of_a_fact_that_a_limit_counts_by_is_warned_of():
    ((severity, where, what),) = edited("age_18, moved, died,", "age_18, moved, adopted, died,")

    assert (severity, where) == (Severity.WARNING, "plan_ended")
    assert what == "it has other values of plan_ended than this release (adopted)"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(HELD, "  icpc_held: our first conference held\n", id="a name in words"),
        pytest.param(HELD, f"{HELD}  ours_recorded: {{label: ours, future: true}}\n", id="a fact of ones own"),
        pytest.param("[no_longer_at_risk, age_18,", "[age_18, no_longer_at_risk,", id="the order of values"),
        pytest.param(
            "drift_audit_completed: {label: the drift audit, values: [drift,",
            "drift_audit_completed: {label: the drift audit, values: [unknown, drift,", id="a fact of no limit",
        ),
        pytest.param("  team_manager: team manager\n", "  team_manager: team lead\n", id="a role in words"),
    ],
)  # fmt: skip
def test_other_words_may_differ(old, new):
    assert edited(old, new) == []


def test_a_fact_by_which_every_plan_begins_is_there():
    ((severity, where, what),) = edited("  plan_started: the start of the plan\n", "")

    assert (severity, where) == (Severity.ERROR, f"own/{WORDS}")
    assert what == "it has no plan_started: every statutory limit goes by it"


@pytest.mark.parametrize("role", ["foster_carer", "grandparents"])
def test_a_role_that_sounds_like_one_of_a_family_is_warned_of(role):
    ((severity, where, what),) = edited("roles:\n", f"roles:\n  {role}: somebody\n")

    assert (severity, where) == (Severity.WARNING, role)
    assert "not known as a family's" in what


def test_a_role_of_staff_may_be_added():
    assert edited("roles:\n", "roles:\n  family_support_worker: somebody\n") == []


def test_a_bank_holiday_more_or_fewer_is_warned_of():
    days = SHIPS[DAYS]
    more = "days:\n  - {date: 2026-06-15, name: A jubilee}\n"
    assert "days:\n" in days
    (fewer,) = [one for one in days.splitlines() if "2026-04-06" in one]

    added = warned({DAYS: days.replace("days:\n", more, 1)})
    taken = warned({DAYS: days.replace(f"{fewer}\n", "", 1)})

    assert [what.partition(":")[0] for what in (*added, *taken)] == [
        "it has bank holiday on 2026-06-15, which is not in this release",
        "it has no bank holiday on 2026-04-06, which is in this release",
    ]


def test_a_flood_of_bank_holidays_is_no_list_of_the_governments():
    rows = "".join(
        f"  - {{date: 2026-11-{day:02}, name: Partnership day}}\n" for day in range(2, 8)
    )
    own = {**SHIPS, DAYS: SHIPS[DAYS].replace("days:\n", f"days:\n{rows}", 1)}

    (wrong,) = not_as_shipped(Beside(own, SHIPS, "own"), None)

    assert wrong.severity is Severity.ERROR
    assert wrong.where.endswith(": 2026-11-02")
    assert wrong.what.startswith("it has 6 bank holidays that are not in this release")


def test_a_rule_of_safety_that_a_pack_of_another_name_says_otherwise_is_warned_of():
    safe, other = "stoke-on-trent", "potteries"
    texts = {
        file.replace(safe, other): text
        for file, text in SHIPS.items()
        if not file.startswith(("devon", "gloucestershire", "procedures-manual", "worcestershire"))
    }
    file = f"{other}/rules/immediate-safety-plan.yaml"
    assert "never_rests: true\n" in texts[file]
    said = {}
    for text in (texts[file], texts[file].replace("never_rests: true\n", "", 1)):
        own = {**texts, file: text}
        found = not_as_shipped(Beside(own, SHIPS, "own"), None)
        said[text == texts[file]] = [(one.severity, one.what) for one in found]

    assert said[True] == []
    ((severity, what),) = said[False]
    assert severity is Severity.WARNING
    assert what.endswith("it has the name of a rule of safety of stoke-on-trent")


def warned(texts):
    said = [*not_as_shipped(Beside({**SHIPS, **texts}, SHIPS, "own"), None)]
    assert {one.severity for one in said} == {Severity.WARNING}
    return [one.what for one in said]


def test_where_every_pack_is_for_trials_no_word_is_compared():
    file = "statutory-england/pack.yaml"
    own = {
        **SHIPS,
        file: f"{SHIPS[file]}\ntrial: true\n",
        WORDS: SHIPS[WORDS].replace(HELD, "  icpc_held: {label: held, future: true}\n"),
    }

    assert [*not_as_shipped(Beside(own, SHIPS, "own"), None)] == []
