"""One case record from the fragments that several feeds hold of it (DOMAIN section 2)."""

from collections.abc import Mapping, Sequence
from typing import Any

from daemon.domain.answer import FEED

Body = Mapping[str, Any]
EVERY_FACT = "*"
LISTS = ("meetings", "plans", "actions", "invitees")
UNIONS = ("formerly", "excluded", "apart_from")
FLAGS = ("restricted", "excluded_by_chair")
DAY = len("2026-03-02")


def merge(
    fragments: Sequence[tuple[str, Body]], order: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    """Return one body from `(feed, body)` pairs of one case.

    `order` names the feeds in order of authority, for a fact or for `*` (all others). The first
    feed that has a value for a field, a fact or a role gives it. Meetings are the same where
    their ids are, else where kind and day are; plans where their ids or first days are. Whom any
    feed excludes is excluded, and what any feed restricts is restricted (READINGS section 2, 1, 2).
    What was answered to us stands above every feed, whatever the order; of somebody whom the
    list of a meeting does not show any more it says nothing.
    """
    by_feed = ranked(fragments, order)
    merged = _merge_bodies(by_feed, order)
    known = [str(body["as_known_at"]) for _, body in by_feed if body.get("as_known_at")]
    if known:
        merged["as_known_at"] = max(known)
    merged.setdefault("facts", {})
    return merged


def ranked(
    fragments: Sequence[tuple[str, Body]], order: Mapping[str, Sequence[str]]
) -> list[tuple[str, Body]]:
    """Return `(feed, body)` pairs, whose word counts first: ours, then the feeds in their order."""
    whole = order.get(EVERY_FACT, ())
    return sorted(fragments, key=lambda pair: (pair[0] != FEED, _rank(whole, pair[0])))


def _rank(feeds: Sequence[str], feed: str) -> int:
    return feeds.index(feed) if feed in feeds else len(feeds)


def _merge_bodies(
    bodies: Sequence[tuple[str, Body]], order: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for key in dict.fromkeys(key for _, body in bodies for key in body):
        values = [(feed, body[key]) for feed, body in bodies if body.get(key) not in (None, "")]
        if values:
            merged[key] = _merge_field(key, values, order)
    return merged


def _merge_field(
    key: str, values: Sequence[tuple[str, Any]], order: Mapping[str, Sequence[str]]
) -> Any:
    """Return one field of what the feeds say; what has the wrong shape stays, for the reading to report."""
    first = values[0][1]
    if key in UNIONS:
        lists = [value if isinstance(value, list) else [value] for _, value in values]
        whole: list[Any] = []
        whole.extend(item for one in lists for item in one if item not in whole)
        return whole
    if key in FLAGS:
        return next((value for _, value in values if value is not False), first)
    if key in ("facts", "roles"):
        tables = [(feed, value) for feed, value in values if isinstance(value, Mapping)]
        return _first_of_each(tables, order if key == "facts" else {}) if tables else first
    if key in LISTS:
        parts = [
            (feed, part) for feed, value in values if isinstance(value, list) for part in value
        ]
        if not parts:
            return first
        found = groups(parts)
        if key == "invitees":
            found = [group for group in found if not all(map(_is_ours, group))] or found
        return [_merge_bodies(group, order) for group in found] + [
            part for _, part in parts if not isinstance(part, Mapping)
        ]
    return next((value for _, value in values if value != []), first)


def _first_of_each(
    tables: Sequence[tuple[str, Body]], order: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    found: dict[str, tuple[int, Any]] = {}
    answered: Body = {}
    for place, (feed, table) in enumerate(tables):
        if feed == FEED:
            answered = table
            continue
        for name, value in table.items():
            rank = _rank(order[name], feed) if name in order else place
            if value is not None and (name not in found or rank < found[name][0]):
                found[name] = (rank, value)
    merged = {name: value for name, (_, value) in found.items()}
    for name, value in answered.items():
        merged[name] = _over(value, merged.get(name))
    return merged


def groups(parts: Sequence[tuple[str, Any]]) -> list[list[tuple[str, Body]]]:
    """Return the parts of lists that `(feed, part)` pairs give, those together that speak of one thing."""
    objects = [(feed, part) for feed, part in parts if isinstance(part, Mapping)]
    objects.sort(key=_is_ours)  # the feeds' own order stands, and our answers count within it
    return [sorted(group, key=_is_ours, reverse=True) for group in _same(objects)]


def _is_ours(pair: tuple[str, Any]) -> bool:
    return pair[0] == FEED


def _over(ours: Any, theirs: Any) -> Any:
    """Return what was answered to us, and of a feed's what is about somebody else.

    For a fact that is an answer, ours stands (DOMAIN section 2).
    """
    mine = ours if isinstance(ours, list) else [ours]
    others = theirs if isinstance(theirs, list) else [theirs]
    spoken = {_about(item) for item in mine}
    return [*(item for item in others if item is not None and _about(item) not in spoken), *mine]


def _about(item: Any) -> Any:
    return item.get("about") if isinstance(item, Mapping) else None


def _same(parts: Sequence[tuple[str, Body]]) -> list[list[tuple[str, Body]]]:
    """Return the parts in groups that speak of one thing; parts of one feed are never joined by their day."""
    groups: list[list[tuple[str, Body]]] = []
    for feed, part in parts:
        home = next(
            (group for group in groups if any(_is_same_id(part, other) for _, other in group)), None
        )
        if home is None:
            home = next(
                (
                    group
                    for group in groups
                    if all(feed != owner for owner, _ in group)
                    and any(_is_same_day(part, other) for _, other in group)
                ),
                None,
            )
        if home is None:
            groups.append([(feed, part)])
        else:
            home.append((feed, part))
    return groups


def _is_same_id(one: Body, other: Body) -> bool:
    return one.get("id") is not None and one.get("id") == other.get("id")


def _is_same_day(one: Body, other: Body) -> bool:
    if one.get("kind") != other.get("kind"):
        return False
    days = [
        {str(body[key])[:DAY] for key in ("scheduled_at", "held_on", "started_on") if body.get(key)}
        for body in (one, other)
    ]
    return bool(days[0] & days[1])
