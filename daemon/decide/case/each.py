"""One agency, one invitee or one parent of a meeting, each a subject of its own."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from daemon.decide.case.invited import list_of, own_meetings
from daemon.decide.case.scene import Scene
from daemon.decide.conference.presence import absent_agencies, has_begun
from daemon.domain.record import Invitee, Meeting


def _narrow(scene: Scene, part: str, agency: str | None, ids: set[str], names: set[str]) -> Scene:
    subject = replace(scene.subject, agency=agency, part=part)
    return replace(scene, subject=subject, invitees=frozenset(ids), names=frozenset(names))


def _of_agency(scene: Scene, agency: str, invitees: Sequence[Invitee]) -> Scene:
    own = [one for one in invitees if one.agency == agency and not one.is_family]
    names = {agency, *(one.id for one in own), *(one.role for one in own if one.role)}
    return _narrow(scene, agency, agency, {one.id for one in own}, names)


def _agencies(meetings: Sequence[Meeting], scene: Scene) -> Iterator[Scene]:
    everybody = [one for one in list_of(meetings, scene) if not one.is_family]
    for agency in dict.fromkeys(one.agency for one in everybody if one.agency):
        yield _of_agency(scene, agency, everybody)


def _absent_agencies(meetings: Sequence[Meeting], scene: Scene) -> Iterator[Scene]:
    """Yield each agency that was absent, by the attempt that it missed: a later one does not undo that."""
    own = own_meetings(meetings, scene)
    beside = max(len(own) - (scene.subject.attempt or 1), 0)  # rows that are no attempts
    for attempt, meeting in enumerate(own[beside:], start=1):
        if not has_begun(meeting, scene.facts.at):
            continue
        for agency in absent_agencies(meeting, scene.attendance):
            subject = replace(scene.subject, attempt=attempt, id=meeting.id)
            missed = replace(scene, subject=subject, own=(meeting.id,))
            yield _of_agency(missed, agency, meeting.invitees)


def _invitees(meetings: Sequence[Meeting], scene: Scene) -> Iterator[Scene]:
    for one in list_of(meetings, scene):
        if not one.is_family:
            names = {one.id, *filter(None, (one.agency, one.role))}
            yield _narrow(scene, f"invitee-{one.id}", one.agency, {one.id}, names)


def _parents(meetings: Sequence[Meeting], scene: Scene) -> Iterator[Scene]:
    """Yield each parent: what reached one of them says nothing of the other (READINGS section 2, 4)."""
    family = [one for one in list_of(meetings, scene) if one.is_family]
    if not family:  # nobody is listed yet: the duty towards them is there all the same
        yield replace(scene, subject=replace(scene.subject, part="parent"))
    for one in family:
        roles = {one.role} - {other.role for other in family if other is not one} - {None}
        names = {one.id, *(role for role in roles if role)}
        yield _narrow(scene, f"parent-{one.id}", one.agency, {one.id}, names)


Make = Callable[[Sequence[Meeting], Scene], Iterator[Scene]]
EACH: Mapping[str, Make] = {  # the words after `for:`
    "absent agency of ": _absent_agencies,
    "agency of ": _agencies,
    "invitee of ": _invitees,
    "parent of ": _parents,
}
