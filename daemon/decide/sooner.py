"""When we first saw that a meeting is sooner than it was: its new date leaves less time to prepare it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from daemon.decide.values import parse_moment
from daemon.domain.times import iso

Body = Mapping[str, Any]
SINCE, FROM = "brought_forward_at", "brought_forward_from"


def with_dates_seen(body: Body, before: Body | None, at: datetime) -> Body:
    """Return what a feed shows of a case `at` a moment, with that moment at each meeting that is brought forward.

    `before` is what it showed until then, and what was seen then stands. A later date takes no time from
    anybody, and of one that is new to us nobody knows how long it has stood.

    Source: READINGS section 1, "backward duties".
    """
    stood = {one.get("id"): one for one in _meetings(before)}
    shown = _meetings(body)
    if not (stood and shown):
        return body
    earlier = {**{one.get("rearranged_to"): one for one in shown}, **stood}
    return {**body, "meetings": [_seen(one, earlier.get(one.get("id")), at) for one in shown]}


def _seen(meeting: Body, before: Body | None, at: datetime) -> Body:
    if meeting.get("id") is None or before is None or SINCE in meeting:
        return meeting
    was, now = _date(before), _date(meeting)
    if was and now and now < was:
        return {**meeting, SINCE: iso(at), FROM: iso(was)}
    return {**meeting, **{key: before[key] for key in (SINCE, FROM) if key in before}}


def _meetings(body: object) -> list[Body]:
    """Return the meetings of a body, none of one that is no body: what is stored may be spoilt."""
    meetings = body.get("meetings") if isinstance(body, Mapping) else None
    listed = meetings if isinstance(meetings, list) else []
    return [one for one in listed if isinstance(one, Mapping)]


def _date(meeting: Body) -> datetime | None:
    try:
        found = parse_moment(meeting.get("scheduled_at"))
    except ValueError:
        return None
    return found[0] if found else None
