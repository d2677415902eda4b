"""Messages: what they may print, and what no message ever prints."""

import pytest

from daemon.domain.errors import Refusal
from daemon.domain.rules import MessageText
from daemon.rulebook.templates import FORBIDDEN, LARGEST, Words, check_template, render


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
