"""Who is invited to a subject's meeting."""

from collections.abc import Sequence

from daemon.decide.case.view import View
from daemon.domain.record import Invitee, Meeting


def own_meetings(meetings: Sequence[Meeting], view: View) -> list[Meeting]:
    """Return the attempts of a subject's meeting, in their order."""
    if not view.own:
        return []
    by_id = {meeting.id: meeting for meeting in meetings}
    return [by_id[one] for one in view.own]


def list_of(meetings: Sequence[Meeting], view: View) -> tuple[Invitee, ...]:
    """Return the list of the last attempt that has one: whoever was invited to the one before is to the next.

    What we know of somebody ourselves (that they were told, that they answered) makes no list.
    """
    own = own_meetings(meetings, view)
    return next((one.invitees for one in reversed(own) if any(map(is_named, one.invitees))), ())


def is_named(one: Invitee) -> bool:
    """Return whether a list says who somebody is."""
    return bool(one.person or one.agency or one.role)
