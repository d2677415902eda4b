"""What only one reading after another shows: since when a meeting has its date, and somebody a deputy."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from daemon.decide.record.values import parse_moment, parts_of
from daemon.domain.times import iso

Body = Mapping[str, Any]
DATED = "dated_at"
SINCE, FROM = "brought_forward_at", "brought_forward_from"
NAMED = "deputy_named_at"


def with_dates_seen(
    body: Body, before: Body | None, at: datetime, *, is_first_reading: bool = False
) -> Body:
    """Return what a feed shows of a case `at` a moment, with that moment at what is new in it.

    That is the date of a meeting which had none, one that is sooner than it was, and whom a deputy stands
    in for. `before` is what it showed until then, and what was seen then stands. Of what the first
    reading of a feed shows nobody knows how long it has stood, and a later date takes no time from anybody.

    Source: READINGS section 1, "backward duties".
    """
    shown = parts_of(body, "meetings")
    if not shown:
        return body
    stood = {one.get("id"): one for one in parts_of(before, "meetings")}
    earlier = {**{one.get("rearranged_to"): one for one in shown}, **stood}
    is_new = before is not None or not is_first_reading
    seen = [_seen(one, earlier.get(one.get("id")), at, is_new=is_new) for one in shown]
    return {**body, "meetings": seen}


def dated_anew(meeting: Body, scheduled_at: str | None, at: datetime) -> Body:
    """Return a meeting that people date here, with the date that it is given at a moment."""
    plain = {key: value for key, value in meeting.items() if key not in (DATED, SINCE, FROM)}
    return _dated({**plain, "scheduled_at": scheduled_at}, meeting, at, is_new=True)


def _seen(meeting: Body, before: Body | None, at: datetime, *, is_new: bool) -> Body:
    if meeting.get("id") is None:
        return meeting
    dated = _dated(meeting, before, at, is_new=is_new)
    if not any(one.get("deputy_for") for one in parts_of(meeting, "invitees")):
        return dated
    stood = {one.get("id"): one for one in parts_of(before, "invitees")}
    listed = [
        _named(one, stood.get(one.get("id")), at) if isinstance(one, Mapping) else one
        for one in meeting["invitees"]
    ]
    return {**dated, "invitees": listed}


def _dated(meeting: Body, before: Body | None, at: datetime, *, is_new: bool) -> Body:
    if SINCE in meeting or DATED in meeting:
        return meeting
    was, now = _date(before or {}), _date(meeting)
    stands = {key: before[key] for key in (DATED, SINCE, FROM) if before and key in before}
    if was and now and now < was:
        return {**meeting, **stands, SINCE: iso(at), FROM: iso(was)}
    if now and not was and is_new:
        return {**meeting, **stands, DATED: iso(at)}
    return {**meeting, **stands}


def _named(invitee: Body, before: Body | None, at: datetime) -> Body:
    """Return somebody on a list with the moment at which they were first seen there in another's place."""
    if not invitee.get("deputy_for") or NAMED in invitee:
        return invitee
    is_known = before is not None and before.get("deputy_for") == invitee["deputy_for"]
    return {**invitee, NAMED: before.get(NAMED, iso(at)) if before and is_known else iso(at)}


def _date(meeting: Body) -> datetime | None:
    try:
        found = parse_moment(meeting.get("scheduled_at"))
    except ValueError:
        return None
    return found[0] if found else None
