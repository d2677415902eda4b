"""A meeting or an invitee that a source shows without an id gets one: what people say of it must find it again."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from daemon.decide.record.merge import DAY
from daemon.decide.record.values import parts_of
from daemon.domain.times import day_of

Body = Mapping[str, Any]
WHO = ("person", "agency", "role", "area")
UNDATED = "undated"
CODE_LENGTH = 10


def with_ids(body: Body, before: Body | None, at: datetime) -> Body:
    """Return what a feed shows of a case `at` a moment, with an id at each meeting and each invitee.

    A meeting is called by its family, kind and day, as its brothers' and sisters' is; one that is moved
    while it lies ahead keeps what it was called `before`. An invitee is called by a code of who they are.

    Source: DOMAIN section 1, "conference".
    """
    meetings = body.get("meetings")
    if not isinstance(meetings, list):
        return body
    shown = [one for one in meetings if isinstance(one, Mapping)]
    if all(
        one.get("id") and all(each.get("id") for each in parts_of(one, "invitees")) for one in shown
    ):
        return body
    names = _names(shown, str(body.get("family") or body.get("ref")), _ahead(before, at))
    found = [
        {**one, "id": next(names), **_listed(one)} if isinstance(one, Mapping) else one
        for one in meetings
    ]
    return {**body, "meetings": found}


def _names(shown: Collection[Body], owner: str, ahead: Collection[str]) -> Iterator[str]:
    """Yield the ids of some meetings in their order; `ahead` are those by which one that has moved may go."""
    taken = {str(one["id"]) for one in shown if one.get("id")}
    own = {_by_day(one, owner) for one in shown}
    for one in shown:
        name = str(one.get("id") or "")
        if not name:
            name = _by_day(one, owner)
            moved = sorted(
                old
                for old in ahead
                if old.startswith(f"{owner}/{one.get('kind')}/") and old not in taken | own
            )
            name = _free(name if name in ahead or not moved else moved[0], taken)
            taken.add(name)
        yield name


def _listed(meeting: Body) -> dict[str, Any]:
    """Return the list of a meeting in which everybody has an id; nothing where it has none."""
    invitees = meeting.get("invitees")
    if not isinstance(invitees, list):
        return {}
    taken = {str(one["id"]) for one in parts_of(meeting, "invitees") if one.get("id")}
    listed = []
    for one in invitees:
        if isinstance(one, Mapping) and not one.get("id"):
            who = "\x00".join(str(one.get(key) or "") for key in WHO)
            name = _free(f"I-{sha256(who.encode()).hexdigest()[:CODE_LENGTH]}", taken)
            taken.add(name)
            listed.append({**one, "id": name})
        else:
            listed.append(one)
    return {"invitees": listed}


def _free(name: str, taken: Collection[str]) -> str:
    """Return a name, or the first with a number behind it that nothing has."""
    number, found = 1, name
    while found in taken:
        number += 1
        found = f"{name}/{number}"
    return found


def _by_day(meeting: Body, owner: str) -> str:
    dates = (meeting.get(key) for key in ("scheduled_at", "held_on"))
    day = next((str(one)[:DAY] for one in dates if one), UNDATED)
    return f"{owner}/{meeting.get('kind')}/{day}"


def _ahead(before: Body | None, at: datetime) -> set[str]:
    """Return the ids of the meetings that were still to come; none of a body that is spoilt."""
    today = day_of(at).isoformat()
    return {
        str(one["id"])
        for one in parts_of(before, "meetings")
        if one.get("id") and not one.get("held_on") and str(one.get("scheduled_at") or today) >= today
    }  # fmt: skip
