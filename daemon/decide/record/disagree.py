"""Where feeds disagree about one case: what each says, and whose word counts.

A report for whoever looks after the data. Nothing is decided here: `merge` has chosen already, by
the order that the settings give, and this says what the others said.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from daemon.decide.record.merge import DAY, FLAGS, LISTS, UNIONS, Body, groups, merge, ranked

TABLES = ("facts", "roles")
SEEN = ("dated_at", "brought_forward_at", "brought_forward_from", "deputy_named_at")  # by us
UNSAID = ("as_known_at", "id", "ref", "link", "venue", "person", "contact", "deputy_for", *SEEN)
TOLD_MOST = 40  # characters of one value


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One thing that two or more feeds show differently; `counts` is what the service goes by.

    `what` names it as a record does: `icpc_held`, `M-881: scheduled_at`. `said` gives each feed's words.
    """

    ref: str
    what: str
    counts: str
    said: Mapping[str, str]


def disagreements(
    ref: str, fragments: Sequence[tuple[str, Body]], order: Mapping[str, Sequence[str]]
) -> Iterator[Disagreement]:
    """Yield what feeds show differently of one case; one that shows nothing of a thing disagrees with nobody.

    A day and a moment of that day are alike, and a list that holds another's items says what that one
    says. Lists that are joined (who is excluded, earlier references) and restrictions, of which the
    safer counts, are no disagreement. Places, links and who is invited are left out: they are
    nobody's clock, and a report should not carry them.

    Source: FEEDS 1.3, consequence a; DOMAIN section 2.
    """
    yield from _of_bodies(ref, "", ranked(fragments, order), merge(fragments, order))


def _of_bodies(
    ref: str, about: str, bodies: Sequence[tuple[str, Body]], merged: Body
) -> Iterator[Disagreement]:
    for key in dict.fromkeys(key for _, body in bodies for key in body):
        if key in (*UNIONS, *FLAGS, *UNSAID):
            continue
        values = [(feed, body[key]) for feed, body in bodies if body.get(key) not in (None, "", [])]
        if key in TABLES:
            tables = [(feed, value) for feed, value in values if isinstance(value, Mapping)]
            yield from _of_bodies(ref, about, tables, merged.get(key) or {})
        elif key in LISTS:
            yield from _of_parts(ref, about, key, values, merged)
        elif not _agree([value for _, value in values]):
            said = {feed: _say(value) for feed, value in values}
            yield Disagreement(ref, f"{about}{key}", _say(merged.get(key)), said)


def _of_parts(
    ref: str, about: str, key: str, values: Sequence[tuple[str, Any]], merged: Body
) -> Iterator[Disagreement]:
    parts = [(feed, part) for feed, value in values if isinstance(value, list) for part in value]
    for group, whole in zip(groups(parts), merged.get(key) or (), strict=False):
        name = whole.get("id") or whole.get("kind") or key
        yield from _of_bodies(ref, f"{about}{name}: ", group, whole)


def _agree(values: Sequence[Any]) -> bool:
    """Return whether one of them says all that the others say."""
    said = [
        {_one(item) for item in (value if isinstance(value, list) else [value])} for value in values
    ]
    return set().union(*said) in said


def _one(item: Any) -> str:
    if isinstance(item, Mapping):
        at, told = str(item.get("at", ""))[:DAY], item.get("value")
        return " ".join(str(word) for word in (at, told, item.get("about")) if word)
    text = str(item)
    return text[:DAY] if text[:DAY].count("-") == len("--") else text


def _say(value: Any) -> str:
    items = value if isinstance(value, list) else [value]
    return "; ".join(_told(item) for item in items)[:TOLD_MOST]


def _told(item: Any) -> str:
    if isinstance(item, Mapping):
        words = (item.get("at"), item.get("value"), item.get("about"))
        return " ".join(str(word) for word in words if word)
    return str(item)
