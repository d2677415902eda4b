"""What is told of a duty after its due moment never says that it is still to be done by then."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from daemon.decide.telling.wording import NO_DATE, Item, say_when
from daemon.decide.trying.sample import sample_fields, sample_item
from daemon.domain.message import Level
from daemon.domain.rules import Rulebook
from daemon.rulebook import shipped
from daemon.rulebook.wording.readers import is_before_due
from daemon.rulebook.wording.templates import render
from daemon.testing.world import loaded
from tests.unit.test_wording import DUE, OBLIGATION
from tests.unit.test_wording import item as item_at

AHEAD = re.compile(
    r"\b(?:(?:is|are) (?:now )?(?:to be|due)|must|should(?! have been)|go out|hear|discuss|please do so|meets?)\b"
    r"(?! recorded)[^.;]*\bby \w*day \d"
    r"|\b(?:days away|do it in time|in time for|for that day or earlier|the next working day)\b",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def book() -> Rulebook:
    return loaded(shipped())


def late_ones(book: Rulebook) -> Iterator[tuple[str, str, Item]]:
    """Yield each message with a rule that asks by it before the due moment, and its item once that has passed."""
    for pack in book.packs.values():
        for rule in pack.rules:
            for rung in rule.ladder:
                if rule.pack == pack.name and rule.due.is_limit and is_before_due(rung, rule):
                    late = sample_item(
                        after_due=True, rule=rule, rung=rung, vocabulary=book.vocabulary
                    )
                    yield rung.message, rule.name, late
    for name in book.messages:
        yield name, "", sample_item(after_due=True)


@pytest.mark.parametrize("is_outside", [False, True])
def test_no_message_about_a_day_that_has_passed_says_that_it_is_due_by_it(
    book: Rulebook, is_outside: bool
) -> None:
    wrong = set()
    for name, rule, item in late_ones(book):
        words = render(book.messages[name], sample_fields(item, Level.L2), outside=is_outside)
        said = f"{words.subject}. {words.lead} {words.clear}"
        wrong |= {(name, rule, found[0]) for found in AHEAD.finditer(said)}

    assert wrong == set()


def test_by_when_it_is_or_was_due_is_said_as_it_stands() -> None:
    late = sample_item(after_due=True)
    due = late.due

    assert say_when(late) == f"was due by {due}"
    assert say_when(replace(late, is_late=False)) == f"is due by {due}"
    assert say_when(replace(late, due=NO_DATE, is_late=False)) == "has no date yet"
    assert say_when(replace(late, due="", is_late=False)) == "is to be done"


def test_what_is_due_the_moment_it_begins_is_late_from_the_next_day_on() -> None:
    at_once = replace(OBLIGATION, starts_at=DUE)

    assert not item_at(at_once, DUE + timedelta(minutes=1)).is_late
    assert item_at(at_once, DUE + timedelta(days=1)).is_late
    assert item_at(OBLIGATION, DUE + timedelta(minutes=1)).is_late
    assert not item_at(OBLIGATION, DUE - timedelta(minutes=1)).is_late
