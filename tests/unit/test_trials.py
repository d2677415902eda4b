"""Templates that go on for ever, grow or crash: stopped in a process of their own, told, and the rest tried."""

from pathlib import Path
from time import monotonic

import pytest

from daemon.decide.trying.sample import variants
from daemon.rulebook import load_texts, sources
from daemon.rulebook.wording.readers import LONGEST_SUBJECT
from daemon.rulebook.wording.templates import CUT, check_template
from daemon.rulebook.wording.trials import MOST_DEATHS, try_out

FIELDS = [{"ref": "SC-1", "rows": [{"ref": "SC-1"}] * 150, "due": "Friday"}]
ENDLESS = "{% for a in rows %}" * 6 + "{% endfor %}" * 6
GROWING = "{{ 'x' * 10 ** 9 }}"  # refused when it is read; the limit holds without that
SOUND = "{% if ref %}{{ ref }}: by {{ due }}{% endif %}"
SMALL = sources(Path(__file__).parents[1] / "policies")
COMING = "stoke-on-trent/messages/core-group-coming.yaml"


def test_a_sound_template_says_its_words_for_each_set_of_fields():
    (trial,) = try_out([SOUND], [{"ref": "SC-1", "due": "Friday"}, {"ref": "", "due": ""}])

    assert trial.said == ("SC-1: by Friday", "")
    assert trial.wrong is None


@pytest.mark.parametrize(
    ("source", "told"),
    [
        pytest.param(ENDLESS, "its words are not made within 1 second", id="loops in loops"),
        pytest.param(GROWING, "making its words takes too much memory", id="a billion letters"),
        pytest.param("{% for a in rows %}{% for b in rows %}{{ ref }}0123456789{% endfor %}{% endfor %}",
                     "it makes more words than one message holds", id="words without end"),
        pytest.param("{{ nothing }}", "the words cannot be made (UndefinedError)", id="no such field"),
        pytest.param("{% for a in ref %}" * 25 + "{% endfor %}" * 25,
                     "the words cannot be made (SyntaxError)", id="deeper than Python goes"),
        pytest.param("{{ ref ** ref }}", "the words cannot be made (TypeError)", id="arithmetic on words"),
    ],
)  # fmt: skip
def test_a_template_that_cannot_end_well_is_told_and_the_others_are_tried(source, told):
    before, bad, after = try_out([SOUND, source, SOUND], FIELDS)

    assert bad.wrong is not None
    assert bad.wrong[0] == told
    assert before == after
    assert before.said == ("SC-1: by Friday",)


def test_what_does_not_answer_in_time_is_given_up():
    started = monotonic()

    (trial,) = try_out([ENDLESS], FIELDS, cpu_s=60, wall_s=2)

    assert trial.wrong is not None
    assert "are not made within" in trial.wrong[0]
    assert monotonic() - started < 30


@pytest.mark.slow
def test_after_many_that_end_their_process_the_rest_waits():
    sources_ = [ENDLESS] * (MOST_DEATHS + 1) + [SOUND]

    trials = try_out(sources_, FIELDS)

    mends = [trial.wrong[1] for trial in trials if trial.wrong]
    assert mends == ["take out what repeats"] * MOST_DEATHS + ["mend those first"] * 2


def loaded(text):
    return load_texts({**SMALL, COMING: text})


def coming(lead="{{ ref }}: due soon.", subject="{{ ref }}: soon", more=""):
    return f"message: core-group-coming\nsubject: '{subject}'\nlead: >-\n  {lead}\n{more}"


def test_check_names_the_line_of_a_template_that_never_ends():
    book, problems = loaded(coming(ENDLESS))

    assert book is None
    assert [str(problem) for problem in problems] == [
        f"policies/{COMING}:3: lead: its words are not made within 1 second; take out what repeats"
    ]


def test_words_that_are_put_together_when_sent_are_read_as_they_come_out():
    book, problems = loaded(coming("{{ ref }}: ex{{ 'em' }}pt{% if ref %} from it{% endif %}."))

    assert book is None
    assert [problem.what for problem in problems] == ['no message may say "exempt"']


def test_a_subject_with_a_choice_in_it_is_measured_by_its_longest_words():
    choice = "{% if overdue_by %}{{ ref }}{% else %}{{ ref }}" + " long" * 20 + "{% endif %}"

    book, problems = loaded(coming(subject=choice))

    assert book is not None
    (problem,) = problems
    assert problem.where == f"policies/{COMING}:2: subject"
    assert problem.mend.startswith(f"keep it within {LONGEST_SUBJECT}")


def test_the_fields_that_templates_are_tried_with_are_all_there_are():
    every = "{% if ref %}" + "".join(
        f"{{{{ {name} }}}}" for name in variants()[0] if name != "rows"
    )

    assert check_template(every + "{% endif %}") == []
    (trial,) = try_out([every + "{% endif %}"], variants())
    assert trial.wrong is None
    assert not trial.said[0].endswith(CUT)
