"""Letters that Notify prints by a template: their words whole, and looked up as any other."""

from dataclasses import replace
from datetime import date

import pytest
from pydantic import ValidationError

from daemon.domain.errors import Permanent, Temporary, Unknown
from daemon.domain.letter import Letter
from daemon.testing.notify.faults import Fault
from daemon.testing.notify.server import LETTER_TEMPLATE
from integrations.govuk_notify.post import NotifyPost
from tests.integrations.govuk_notify.conftest import Connect

ADDRESS = ("Ms A Example", "12 High Street", "Potterby", "ST1 1AA")
WORDS = "Dear Ms Łukasz\n\nWhen: Friday"
LETTER = Letter(ADDRESS, WORDS, "Potterby Council", date(2026, 3, 6))


@pytest.fixture
def post(connect: Connect):
    return connect(NotifyPost, template=LETTER_TEMPLATE)


def test_the_template_gets_the_address_line_by_line_and_the_words_and_nothing_else(post, server):
    post.send(LETTER, "letter-1")

    (one,) = server.taken
    lines = {f"address_line_{number}": line for number, line in enumerate(ADDRESS, 1)}
    assert one["said"] == {
        "template_id": LETTER_TEMPLATE,
        "reference": "letter-1",
        "personalisation": lines | {"message": WORDS},
    }


def test_an_answer_that_was_lost_is_looked_up_by_our_reference(post, server):
    server.faults.append(Fault.CUT_AFTER)

    with pytest.raises(Unknown):
        post.send(LETTER, "letter-1")

    assert post.find("letter-1").provider_id == server.taken[0]["id"]


def test_an_address_that_notify_does_not_take_is_refused_for_good(post, server):
    with pytest.raises(Permanent, match="refused-recipient"):
        post.send(replace(LETTER, address=("Ms A Example", "ST1 1AA")), "letter-1")

    assert server.taken == []


def test_a_template_that_asks_for_more_loses_nothing(post, server):
    server.templates[LETTER_TEMPLATE] |= {"body": "Dear ((name)), ((message))"}

    with pytest.raises(Temporary, match="template-unfit"):
        post.send(LETTER, "letter-1")


def test_who_looks_at_a_letter_is_told_that_it_is_a_likeness(connect: Connect, post):
    assert post.is_likeness
    assert not connect(NotifyPost).is_likeness
    assert [one.partition(" by ")[0] for one in post.explain()] == ["letters are printed"]
    assert [*connect(NotifyPost).explain()] == []
    assert [*connect(NotifyPost, key_type="test").explain()] == [
        "the key is for trying out: no letter is posted by it"
    ]


@pytest.mark.parametrize(
    ("more", "what"),
    [
        pytest.param({"key_type": "team"}, "key_type: .*; use a live key", id="a team's key"),
        pytest.param(
            {"template": LETTER_TEMPLATE, "postage": "first"}, "postage: .*; set it there",
            id="a postage beside the template's",
        ),
        pytest.param({"template": "letter"}, "UUID", id="a template's name"),
    ],
)  # fmt: skip
def test_options_by_which_nothing_would_be_posted_as_meant_are_refused(
    connect: Connect, more, what
):
    with pytest.raises(ValidationError, match=what):
        connect(NotifyPost, **more)
