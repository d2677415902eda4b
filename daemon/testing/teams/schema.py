"""What a card must look like, by Microsoft's published schema; what must stand around it."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft6Validator

SCHEMA = Path(__file__).with_name("adaptive-card-1.5.0.json")
KIND = "application/vnd.microsoft.card.adaptive"
MOST_BYTES = 28_000  # of a message


@cache
def card_schema() -> Draft6Validator:
    """Return the schema of Adaptive Cards 1.5."""
    return Draft6Validator(json.loads(SCHEMA.read_text("utf-8-sig")))


def wrong_in(said: object) -> Iterator[str]:
    """Yield what keeps a posted message from being one that holds cards and nothing else."""
    if not isinstance(said, Mapping) or said.keys() != {"type", "attachments"}:
        yield "the message has other keys than type and attachments"
        return
    if said["type"] != "message":
        yield "its type is not message"
    attachments = said["attachments"]
    if not isinstance(attachments, list) or not attachments:
        yield "it has no attachments"
        return
    for one in attachments:
        yield from _wrong_in_attachment(one)


def _wrong_in_attachment(one: Any) -> Iterator[str]:
    if not isinstance(one, Mapping) or one.keys() != {"contentType", "contentUrl", "content"}:
        yield "an attachment has other keys than it must"
        return
    if one["contentType"] != KIND or one["contentUrl"] is not None:
        yield "an attachment is no card"
    for error in card_schema().iter_errors(one["content"]):
        yield f"card: {'/'.join(map(str, error.absolute_path))}: {error.validator}"
