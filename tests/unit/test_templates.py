"""Messages: what they may print, and what no message ever prints."""

import random
from dataclasses import replace

import pytest

from daemon.decide.trying.sample import variants
from daemon.domain.errors import Refusal
from daemon.domain.rules import MessageText
from daemon.rulebook.language.private import FORBIDDEN
from daemon.rulebook.wording.templates import CUT, LARGEST, Words, check_template, render
from daemon.rulebook.wording.trials import try_out


def message(lead, subject="{{ ref }}", clear=""):
    return MessageText("m", subject, lead, clear, "policies/p/messages/m.yaml")


def test_fields_are_filled_in_and_lines_are_joined():
    text = message("{{ ref }}: due\n  by {{ due }}. {{ remarks }}", clear="Send it.")

    words = render(text, {"ref": "SC-1", "due": "Friday 6 March 2026, 5pm", "remarks": ""})

    assert words == Words("SC-1", "SC-1: due by Friday 6 March 2026, 5pm.", "Send it.")


def test_rows_are_repeated_and_choices_made():
    text = message(
        "{% for row in rows %}{{ row.ref }}{% if not loop.last %}, {% endif %}{% endfor %}"
    )

    words = render(text, {"ref": "SC-1", "rows": [{"ref": "SC-1"}, {"ref": "SC-2"}]})

    assert words.lead == "SC-1, SC-2"


def test_a_field_that_was_not_given_is_refused_with_its_place():
    with pytest.raises(Refusal) as caught:
        render(message("{{ due }}"), {"ref": "SC-1"})

    assert str(caught.value).startswith(
        "policies/p/messages/m.yaml: lead: the words cannot be made"
    )


def test_what_is_no_field_is_not_handed_to_a_template():
    with pytest.raises(Refusal):
        render(message("{{ surname }}"), {"ref": "SC-1", "surname": "a name"})


def test_a_rows_own_object_has_no_parts():
    class Person:
        surname = "a name"

    with pytest.raises(Refusal):
        render(
            message("{% for row in rows %}{{ row.surname }}{% endfor %}"),
            {"ref": "x", "rows": [Person()]},
        )


def test_an_endless_text_is_cut_off():
    text = message("{% for row in rows %}{% for other in rows %}0123456789{% endfor %}{% endfor %}")

    words = render(text, {"ref": "SC-1", "rows": [{}] * 2000})

    assert len(words.lead) == LARGEST
    assert words.lead.endswith(CUT)


def test_readers_outside_get_the_wording_for_them_where_there_is_one():
    text = replace(message("{{ ref }}: inside", clear="Do it."), outside_lead="{{ ref }}: outside")

    fields = {"ref": "SC-1"}

    assert render(text, fields) == Words("SC-1", "SC-1: inside", "Do it.")
    assert render(text, fields, outside=True) == Words("SC-1", "SC-1: outside", "")


def test_what_is_the_authoritys_own_is_empty_for_readers_outside():
    text = message("{{ ref }}: {{ remarks }}{{ team }}{{ next_step }}{{ reason }}{{ children }}.")

    fields = {
        "ref": "SC-1",
        "remarks": "a",
        "team": "b",
        "next_step": "c",
        "reason": "d",
        "children": 2,
    }

    assert render(text, fields).lead == "SC-1: abcd2."
    assert render(text, fields, outside=True).lead == "SC-1: ."


@pytest.mark.parametrize("source", ["{{ ref }}", "{{ref}} and {{ due }}", "no field at all", ""])
def test_plain_fields_are_sound(source):
    assert check_template(source) == []


@pytest.mark.parametrize(
    "source",
    [
        "{% if left %}{{ left }}{% else %}{{ overdue_by }}{% endif %}",
        "{% for row in rows %}{{ row.ref }}{% if loop.last %}.{% endif %}{% endfor %}",
        "{{ refs | join(', ') }}",
        "{% if count > 1 %}{{ count }}{% endif %}",
    ],
)
def test_choices_and_repeats_over_fields_are_sound(source):
    assert check_template(source) == []


@pytest.mark.parametrize("name", sorted(FORBIDDEN))
def test_no_message_prints_a_forbidden_field(name):
    for source in (f"{{{{ {name} }}}}", f"{{% if {name} %}}x{{% endif %}}"):
        assert check_template(source) == [
            (f'no message may print "{name}"', "leave it out: staff look it up in the case system")
        ]


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("{% for row in rows %}{{ row.surname }}{% endfor %}", id="a forbidden part"),
        pytest.param("{{ ref.__class__ }}", id="an attribute of a field"),
        pytest.param("{{ ref.upper() }}", id="a call"),
        pytest.param("{{ ref['x'] }}", id="a subscript"),
        pytest.param("{{ self }}", id="the template itself"),
        pytest.param("{{ cycler }}", id="a global of Jinja's"),
        pytest.param("{{ range(10) }}", id="a function of Jinja's"),
        pytest.param(
            "{% for row in rows %}{{ row.__class__ }}{% endfor %}", id="a dunder of a row"
        ),
        pytest.param("{% set x = ref %}{{ x }}", id="an assignment"),
        pytest.param("{% include 'x' %}", id="an inclusion"),
        pytest.param("{% macro m() %}{% endmacro %}", id="a macro"),
        pytest.param("{{ 9 ** 9 }}", id="arithmetic"),
        pytest.param("{{ refs | map(attribute='surname') }}", id="a filter that reads attributes"),
        pytest.param("{{ refs | join(attribute='surname') }}", id="a join that reads attributes"),
        pytest.param("{{ ref", id="an open brace"),
        pytest.param("{% if ref %}", id="an open choice"),
        pytest.param("{# {{ ref }}", id="an open comment"),
        pytest.param("{{ deu }}", id="a misspelt field"),
    ],
)
def test_whatever_reaches_beyond_the_fields_is_refused(source):
    assert check_template(source) != []


def test_a_misspelt_field_is_guessed():
    assert check_template("{{ remark }}") == [
        ('no field is called "remark"', 'did you mean "remarks"?')
    ]


ATTACKS = [
    pytest.param("{{ ''.__class__.__mro__[1].__subclasses__() }}", id="every class there is"),
    pytest.param("{{ ref.__init__.__globals__ }}", id="the globals of a field"),
    pytest.param("{{ self.__init__.__globals__.__builtins__ }}", id="the builtins"),
    pytest.param("{{ lipsum.__globals__['os'].popen('id').read() }}", id="a command"),
    pytest.param("{{ cycler.__init__.__globals__.os }}", id="another way to it"),
    pytest.param("{{ namespace().x }}", id="a namespace"),
    pytest.param("{{ config }}", id="a web framework's settings"),
    pytest.param("{{ request.application }}", id="a web framework's request"),
    pytest.param("{{ '{0.__class__}'.format(ref) }}", id="a format string"),
    pytest.param("{{ '%s' | format(ref) }}", id="the format filter"),
    pytest.param("{{ ref | attr('__class__') }}", id="the attr filter"),
    pytest.param("{{ rows | map(attribute='__class__') | join }}", id="map over attributes"),
    pytest.param("{{ rows | join(attribute='surname') }}", id="join by an attribute"),
    pytest.param("{{ rows | tojson }}", id="everything as JSON"),
    pytest.param("{{ rows | pprint }}", id="everything printed"),
    pytest.param("{{ rows | groupby('surname') }}", id="groups"),
    pytest.param("{{ ref | string | upper }}", id="a filter after a filter"),
    pytest.param("{{ [].append(ref) }}", id="a list's method"),
    pytest.param("{{ {}['x'] }}", id="a table"),
    pytest.param("{{ ref[0] }}", id="one letter of a field"),
    pytest.param("{{ ref[::-1] }}", id="a field backwards"),
    pytest.param("{{ ref ~ ref }}", id="joined words"),
    pytest.param("{{ ref * 1000000000 }}", id="a billion copies"),
    pytest.param("{{ 9 ** 99999999 }}", id="a number without end"),
    pytest.param("{{ range(10 ** 9) | list }}", id="a billion numbers"),
    pytest.param("{% for i in range(10 ** 9) %}{% endfor %}", id="a billion rounds"),
    pytest.param("{% for i in ref %}{{ i }}{% endfor %}", id="letter by letter"),
    pytest.param("{% for i in [1, 2] %}{{ i }}{% endfor %}", id="a list of its own"),
    pytest.param(
        "{% for row in rows recursive %}{{ loop(rows) }}{% endfor %}", id="a loop that calls itself"
    ),
    pytest.param("{% for row in rows %}{{ loop.__class__ }}{% endfor %}", id="the loop's class"),
    pytest.param(
        "{% for row in rows %}{{ row.__ｃlass__ }}{% endfor %}", id="a class in wide letters"
    ),
    pytest.param(
        "{% for row in rows %}{{ row.ｓurname }}{% endfor %}", id="a surname in wide letters"
    ),
    pytest.param("{{ ſurname }}", id="a surname with a long s"),
    pytest.param("{{ ref\u200b }}", id="a space without width"),
    pytest.param("{{ ref }}\u202eexempt", id="words turned round"),
    pytest.param("{% import 'os' as os %}", id="an import"),
    pytest.param("{% extends 'message.html.j2' %}", id="a frame of ours"),
    pytest.param("{% block x %}{% endblock %}", id="a block"),
    pytest.param("{% filter upper %}x{% endfilter %}", id="a filter block"),
    pytest.param("{% call ref() %}{% endcall %}", id="a call block"),
    pytest.param("{% with x = ref %}{{ x }}{% endwith %}", id="a with block"),
    pytest.param("{% set ns = namespace(a=1) %}", id="a variable that lasts"),
    pytest.param("{% autoescape false %}{{ ref }}{% endautoescape %}", id="escaping switched off"),
    pytest.param("{% do ref %}", id="a statement"),
    pytest.param("{% debug %}", id="everything there is"),
    pytest.param("{{ " + "(" * 3000 + "ref" + ")" * 3000 + " }}", id="three thousand brackets"),
    pytest.param("{{ " + "not " * 4000 + "ref }}", id="four thousand denials"),
    pytest.param("{{ 1" + "0" * 5000 + " }}", id="a number of five thousand figures"),
    pytest.param("{% if ref %}" * 900 + "{% endif %}" * 900, id="nine hundred choices"),
    pytest.param("x" * (LARGEST + 1), id="longer than a template may be"),
]


@pytest.mark.parametrize("source", ATTACKS)
def test_an_attack_is_refused_when_it_is_read(source):
    assert check_template(source) != []


PIECES = (
    "{{", "}}", "{%", "%}", "{#", "#}", " ", "ref", "rows", "row", "for", "in", "if", "else", "endif", "endfor",
    "loop", ".", "|", "join", "length", "(", ")", "[", "]", "'", '"', ",", "not", "and", "or", "==", "~", "**",
    "-", "1", "__class__", "surname", "set", "macro", "{{ ref }}", "{{ due }}", "é", "\u202e", "\x00", "\\", "\n",
    "{% for row in rows %}", "{% endfor %}", "{% if count > 1 %}", "{% endif %}", "exempt", "{{ row.ref }}",
)  # fmt: skip


def test_a_thousand_random_templates_are_sound_or_told():
    chance = random.Random(20261122)
    made = [
        "".join(chance.choice(PIECES) for _ in range(chance.randrange(1, 25))) for _ in range(1000)
    ]

    told = [check_template(source) for source in made]
    sound = [source for source, found in zip(made, told, strict=True) if not found]
    trials = try_out(sound, variants())

    assert len(sound) > 20  # some are let through
    assert len(sound) < 900  # and most are not
    for source, trial in zip(sound, trials, strict=True):
        assert trial.wrong is None or "words" in trial.wrong[0], source
    for found in told:
        assert all(what and mend and "\n" not in what + mend for what, mend in found)


@pytest.mark.parametrize("verb", ["is", "are", "was", "is to be"])
def test_a_verb_before_the_field_that_has_one_is_a_mistake(verb):
    assert check_template("{{ ref }}: {{ title }} " + verb + " {{ is_due }}.") == [
        ("a verb stands before is_due, which has its own", "leave that verb out")
    ]
    assert check_template("{{ ref }}: {{ title }} {{ is_due }}.") == []
