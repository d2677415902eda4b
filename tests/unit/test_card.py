"""A message as an Adaptive Card: the schema of Teams, the same facts as the text, and nothing that is markup."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.domain.markup import plain
from daemon.domain.message import Level, Message
from daemon.engine.wording.card import MOST_CARD_BYTES
from daemon.engine.wording.compose import compose, compose_list
from daemon.engine.wording.specimen import specimen
from daemon.rulebook import shipped
from daemon.testing.teams.schema import card_schema
from daemon.testing.world import loaded
from tests.unit.messages import ITEM, LATER, NOW, WORDS, message, part

BOOK = loaded(shipped())
ESCAPED = re.compile(r"\\([\\`*_\[\]<#>+.)-])")


def card(sent: Message) -> dict[str, Any]:
    """Return a message's card, once it has been held against the schema and its limit."""
    assert len(sent.card.encode()) <= MOST_CARD_BYTES
    shown = json.loads(sent.card)
    card_schema().validate(shown)
    assert shown["version"] == "1.5"
    return dict(shown)


def walk(element: Any) -> Iterator[dict[str, Any]]:
    """Yield every object of a card."""
    if isinstance(element, dict):
        yield element
        for inner in element.values():
            yield from walk(inner)
    elif isinstance(element, list):
        for inner in element:
            yield from walk(inner)


def said(shown: dict[str, Any]) -> list[str]:
    """Return every text that a reader meets, without the marks that keep it from being markup or broken."""
    texts = [
        one[key]
        for one in walk(shown["body"])
        for key in ("text", "title", "value")
        if isinstance(one.get(key), str)
    ]
    return [ESCAPED.sub(r"\1", text).replace("\u2011", "-") for text in texts]


def urls(shown: dict[str, Any]) -> set[str]:
    return {one["url"] for one in walk(shown) if "url" in one}


def test_the_schema_refuses_what_is_no_card():
    for wrong in ({"type": "AdaptiveCard", "version": "1.5", "body": [{"type": "Nothing"}]},
                  {"type": "AdaptiveCard", "version": "1.5", "body": [{"type": "ActionSet", "actions": [
                      {"type": "Action.OpenUrl", "title": "without a page"}]}]}):  # fmt: skip
        with pytest.raises(jsonschema.ValidationError):
            card_schema().validate(wrong)


@pytest.mark.parametrize("name", sorted(BOOK.messages))
@pytest.mark.parametrize("level", list(Level))
def test_every_shipped_message_is_a_card_with_the_words_of_its_text(name, level):
    sent = specimen(BOOK, name, level=level)

    words = " ".join(said(card(sent)))

    for line in sent.text.splitlines():
        plain_line = re.sub(r"https?://\S+", "", line).strip(" -:")
        heading, _, value = plain_line.partition(": ")
        assert plain_line in words or (heading in words and value in words), line
    pages = {one for one in re.findall(r"https?://\S+", sent.text) if one not in words}
    assert urls(card(sent)) == pages  # how to join online is a row of the entry, not a page of ours


def test_a_card_says_what_the_text_says_and_no_more():
    sent = message(part(ITEM), part(LATER))

    text = " ".join(sent.text.split())
    for words in said(card(sent)):
        assert words.rstrip(".:").casefold() in text.casefold(), words


def test_how_a_date_was_counted_is_folded_away_behind_a_button():
    shown = card(message(part(ITEM)))

    (button,) = [one for one in walk(shown) if one.get("type") == "Action.ToggleVisibility"]
    (folded,) = [one for one in walk(shown) if one.get("isVisible") is False]

    assert button["title"] == "How the date was counted"
    assert button["targetElements"] == [folded["id"]]
    assert len(folded["facts"]) == len(ITEM.working)


def test_buttons_open_pages_and_send_nothing():
    shown = card(message(part(ITEM), part(LATER)))

    kinds = {one["type"] for one in walk(shown) if str(one.get("type")).startswith("Action.")}

    assert kinds == {"Action.OpenUrl", "Action.ToggleVisibility"}


def test_only_the_channel_that_shows_cards_is_given_one():
    by_mail = compose(
        (part(ITEM),), Level.L2, message_id="1", channel="email", lane=message(part(ITEM)).lane,
        made_at=NOW, authority_title="Example Council", is_external=False,
    )  # fmt: skip

    assert by_mail.card == ""


def test_what_leaves_the_authority_at_the_lowest_level_is_a_code_on_the_card_too():
    shown = card(message(part(ITEM), level=Level.L0))

    assert said(shown) == [
        "You have an item: KD7Q-24",
        "Open the item",
        "This message says no more on purpose.",
    ]
    assert shown["fallbackText"] == "You have an item: KD7Q-24"


@pytest.mark.parametrize("count", [2, 12, 40, 300])
def test_a_flood_fits_one_card_and_what_is_left_out_is_counted(count):
    parts = [part(replace(ITEM, ref=f"SC-{n:03}", code=f"C-{n:03}")) for n in range(count)]

    words = said(card(message(*parts)))

    shown = {ref for text in words for ref in re.findall(r"SC-\d{3}\b", text)}
    left_out = [int(text.split()[1]) for text in words if re.fullmatch(r"And \d+ more\.", text)]
    assert len(shown) + sum(left_out) == count
    assert f"{count} things to see to" in words


def test_siblings_keep_their_own_links_where_their_section_does_not_fit():
    long = replace(WORDS, lead="x" * 1_400, clear="y" * 1_400)
    siblings = [replace(ITEM, ref=f"SC-{n:03}", code=f"C-{n:03}") for n in range(3)]
    parts = [part(replace(ITEM, ref="SC-900", title=f"Duty {n}"), words=long) for n in range(9)]

    shown = card(
        message(*parts, part(*[replace(one, title="Last") for one in siblings], words=long))
    )

    assert {f"SC-{n:03}: Last" for n in range(3)} <= set(said(shown))


def test_texts_without_end_are_cut_where_one_can_see_it():
    endless = replace(WORDS, lead="x" * 30_000, clear="é" * 30_000)

    words = said(card(message(part(replace(ITEM, remarks=("z" * 30_000,)), words=endless))))

    assert all(len(text) <= 1_500 for text in words)
    assert any(text.endswith("x…") for text in words)


def test_what_no_card_can_hold_says_where_it_is():
    row = tuple("💾" * 1_500 for _ in range(4))
    sent = compose_list(
        "Overdue", "", ("Case", "What", "Was due", "Overdue by"), [row] * 5,
        message_id="1", channel="teams", lane=message(part(ITEM)).lane, made_at=NOW,
        authority_title="Example Council", because="your role is team manager",
    )  # fmt: skip

    assert any("too long for a card" in text for text in said(card(sent)))


@pytest.mark.parametrize(
    "words",
    [
        pytest.param("**bold** _and_ `code`", id="emphasis"),
        pytest.param("[a link](https://x.test)", id="a link"),
        pytest.param("<at>everyone</at>", id="a mention"),
        pytest.param("# heading", id="a heading"),
        pytest.param("1. a list", id="a list"),
        pytest.param("- a list", id="another list"),
        pytest.param("> a quotation", id="a quotation"),
        pytest.param("\\[kept\\]", id="what is escaped already"),
    ],
)
def test_words_that_look_like_markup_stay_words(words):
    kept = plain(words)

    assert ESCAPED.sub(r"\1", kept) == words
    assert not re.search(r"(?<!\\)(?:\\\\)*[*_`\[\]<]", kept)
    assert not re.match(r"\d*[#>+.)-]", kept)


def test_a_date_function_is_taken_apart():
    assert (
        plain("{{DATE(2026-03-06T17:00:00Z, SHORT)}}") == "{ {DATE(2026-03-06T17:00:00Z, SHORT)}}"
    )


@given(st.text(max_size=200))
def test_whatever_a_field_holds_the_card_is_sound(words):
    sent = message(part(replace(ITEM, ref=words, title=words, remarks=(words,))))

    for text in said(card(sent)):
        assert "{{" not in text
        assert text.isprintable()
