"""Everybody who was invited to a conference, for whichever of its children: each once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from daemon.decide.people.recipients import People
from daemon.domain.record import Invitee


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody on the lists of a conference, as these show them together.

    `invitee.id` is theirs in the conference; `places` gives by which id each child's list has them.
    """

    invitee: Invitee
    places: Mapping[str, str]


def seats(lists: Mapping[str, Sequence[Invitee]], people: People) -> tuple[Seat, ...]:
    """Return who is on the lists, by child, of one conference, in their order; the family is left out.

    They are the same where person and agency are; where a list names no person, where the id, agency and
    role are. Two lines of one list are never the same.
    """
    found: list[Seat] = []
    for ref, invitees in lists.items():
        for one in invitees:
            if one.is_family:
                continue
            at = next(
                (at for at, seat in enumerate(found) if _is_theirs(seat, ref, one, people)), None
            )
            if at is None:
                taken = any(seat.invitee.id == one.id for seat in found)
                named = replace(one, id=f"{ref}/{one.id}") if taken else one
                found.append(Seat(named, {ref: one.id}))
            else:
                seat = found[at]
                found[at] = Seat(_together(seat.invitee, one), {**seat.places, ref: one.id})
    return tuple(found)


def _is_theirs(seat: Seat, ref: str, one: Invitee, people: People) -> bool:
    other = seat.invitee
    if ref in seat.places or (one.agency and other.agency and one.agency != other.agency):
        return False
    if one.person and other.person:
        return _who(one.person, people) == _who(other.person, people)
    is_alike = (one.agency, one.role) == (other.agency, other.role)
    return is_alike and one.id in seat.places.values()


def _who(name: str, people: People) -> str:
    person = people.get(name)
    return (person.id if person else name).casefold()


def _together(one: Invitee, other: Invitee) -> Invitee:
    """Return what two lists show of somebody; what one leaves open the other says."""
    return replace(
        one,
        agency=one.agency or other.agency,
        role=one.role or other.role,
        person=one.person or other.person,
        key=one.key or other.key,
        invited_at=one.invited_at or other.invited_at,
        delivered=_worst(one.delivered, other.delivered),
        response=other.response if one.response == "none" else one.response,
        attendance=one.attendance or other.attendance,
    )


def _worst(*delivered: bool | None) -> bool | None:
    known = [one for one in delivered if one is not None]
    return all(known) if known else None
