"""What is posted: the message's card, in 25,000 bytes at most."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from daemon.domain.errors import Permanent
from daemon.domain.markup import plain
from daemon.domain.message import Message

Element: TypeAlias = dict[str, Any]

KIND = "application/vnd.microsoft.card.adaptive"
SCHEMA, VERSION = "http://adaptivecards.io/schemas/adaptive-card.json", "1.5"
MOST_BYTES = 25_000
MOST_LINES, MOST_LINKS = 20, 6
TOO_LONG = "This is too long for a card. See the e-mail about it, or the case system."


def card_of(message: Message) -> Element:
    """Return the message's card, or one of its plain words; raises Permanent where it is none.

    What Teams alone would read of it (`msteams`: a mention) is taken off: nobody is called by name.
    """
    if not message.card:
        lines = [line for line in message.text.splitlines() if line.strip()]
        return _card(message.subject, lines[:MOST_LINES], [])
    try:
        card = json.loads(message.card)
    except ValueError:
        card = None
    if not isinstance(card, dict) or card.get("type") != "AdaptiveCard":
        raise Permanent("bad-card")
    card.pop("msteams", None)
    return card


def fitted(message: Message, wrap: Callable[[Element], Element]) -> bytes:
    """Return what is posted. A card that is too large is left out but for its heading and its links."""
    card = card_of(message)
    content = _written(wrap(card))
    if len(content) > MOST_BYTES:
        content = _written(wrap(_card(card.get("fallbackText"), [TOO_LONG], [*_links(card)])))
    if len(content) > MOST_BYTES:
        raise Permanent("too-large")
    return content


def attached(card: Element) -> Element:
    """Return a message that is nothing but a card: the one shape that a workflow and a bot both take."""
    return {
        "type": "message",
        "attachments": [{"contentType": KIND, "contentUrl": None, "content": card}],
    }


def _written(said: Element) -> bytes:
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def _card(title: object, lines: list[str], links: list[Element]) -> Element:
    body: list[Element] = [
        {"type": "TextBlock", "text": plain(title or "You have an item"), "wrap": True,
         "style": "heading", "size": "Large", "weight": "Bolder"},
        *({"type": "TextBlock", "text": plain(line), "wrap": True} for line in lines),
    ]  # fmt: skip
    if links:
        body.append({"type": "ActionSet", "actions": links[:MOST_LINKS]})
    return {
        "type": "AdaptiveCard", "$schema": SCHEMA, "version": VERSION, "lang": "en-GB",
        "fallbackText": plain(title or "You have an item"), "body": body,
    }  # fmt: skip


def _links(element: object) -> Iterator[Element]:
    """Yield every button of a card that opens a page."""
    if isinstance(element, Mapping):
        if element.get("type") == "Action.OpenUrl":
            yield dict(element)
        element = list(element.values())
    if isinstance(element, list):
        for inner in element:
            yield from _links(inner)
