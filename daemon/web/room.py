"""The page for the chair on the day: who is here, whether the conference is effective, and the new date."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from daemon.decide.conference.foresight import sharing
from daemon.decide.telling.wording import say_list
from daemon.domain.record import Invitee, Meeting
from daemon.domain.times import LONDON, day_of, london, say
from daemon.domain.vocabulary import Vocabulary
from daemon.engine.answering.held_family import Held
from daemon.engine.conference.room import ATTENDANCES, Conference, Room, Told, contradicted
from daemon.web.forms import read_clock, read_moment
from daemon.web.visits import Visit, Visits

NOT_YOURS = (
    "This is none of your conferences",
    "It is not on these days, or somebody else chairs it. Nothing has changed.",
)
HELD = (
    "Messages about this family have stopped. Nothing of the conference is shown, taken down or sent until "
    "the {} releases it. Speak to them before it goes ahead."
)
EFFECTIVE = {"yes": True, "no": False}
BAD_TIME = "Write the time as 12:30"
NOT_YET = "That time is still to come: leave it empty until the conference has ended"
BAD_DATE = "Choose a working day of the next twelve months, and write the time as 10:00"
NOT_BEGUN = "It has not begun yet: say that it has been held once it has"
NO_AGENCY = "Choose the agencies without which it is not effective"
BUT_HERE = (
    "{} cannot be missing: somebody is ticked as here or represented. Change one or the other"
)
HERE = {
    "present": "Here",
    "represented": "Represented",
    "apologies": "Apologies",
    "absent": "Absent",
}


class Misfilled(Exception):
    """A field that cannot be used: its id, and what to do about it."""

    def __init__(self, field: str, what: str) -> None:
        super().__init__(what)
        self.field, self.what = field, what


@dataclass(frozen=True, slots=True)
class RoomPages:
    """Shows the conference that somebody chairs, and takes what they say. Works on a tablet, without scripts."""

    room: Room
    visits: Visits

    def routes(self) -> list[BaseRoute]:
        """Return the page of each conference."""
        return [self.visits.route("/conferences/{id}", self.meet, ("GET", "POST"))]

    @property
    def words(self) -> Vocabulary:
        """The words of the rulebook in force."""
        return self.room.house.deciding.words

    def meet(self, visit: Visit) -> Response:
        """Return the conference's page, after what was posted has been taken."""
        conference = self.room.find(visit.who, visit.path["id"], visit.now)
        if conference is None:
            return self._held(visit) or visit.words(404, *NOT_YOURS)
        if not visit.is_post:
            return self._show(visit, conference)
        try:
            told = self._told(conference, visit.fields, visit.now)
        except Misfilled as wrong:
            return self._show(visit, conference, error=wrong)
        if not self.room.tell(visit.who, conference.id, told, visit.now):
            return visit.words(409, *NOT_YOURS)
        again = self.room.find(visit.who, conference.id, visit.now) or conference
        return self._show(visit, again, saved=True)

    def _held(self, visit: Visit) -> Response | None:
        """Return why a conference of theirs is not shown, None where it is none of theirs."""
        every = self.room.held(visit.who, visit.now)
        found = next(
            (held_of(one, self.words) for one in every if one.id == visit.path["id"]), None
        )
        if found is None:
            return None
        nothing = "Nothing has changed now. " if visit.is_post else ""
        heading = f"{found['title']}, {found['when']}: on hold"
        return visit.words(409 if visit.is_post else 200, heading, f"{nothing}{found['why']}")

    def _told(self, conference: Conference, fields: Mapping[str, str], now: datetime) -> Told:
        """Return what the form says; raises Misfilled. Invitees are named by their place in the list."""
        attendance = {
            one.id: fields.get(f"here-{at}", "") for at, one in enumerate(conference.invitees)
        }
        effective = EFFECTIVE.get(fields.get("effective", ""))
        starts = conference.meeting.scheduled
        if effective and starts and now < starts[0]:  # all that follows from it would begin
            raise Misfilled("effective-yes", NOT_BEGUN)
        agencies = _agencies(conference)
        without = [name for at, name in enumerate(agencies) if fields.get(f"without-{at}") == "on"]
        if effective is False and agencies and not without and conference.meeting.is_initial:
            raise Misfilled("without-0", NO_AGENCY)
        held_on = day_of(starts[0] if starts else now)
        ended_at = anew_at = None
        if effective and fields.get("ended"):
            ended_at = london(held_on, _clock(fields["ended"]))
            if ended_at > now:  # what follows from its end would be due too late
                raise Misfilled("ended", NOT_YET)
        if effective is False and fields.get("anew"):
            anew_at = _moment(fields["anew"], fields.get("anew-at", ""))
            if not self.room.may_be(anew_at, now):
                raise Misfilled("anew", BAD_DATE)
        told = Told(attendance, effective, without, ended_at, anew_at)
        if effective is False and (here := contradicted(conference, told)):
            named = say_list([self.words.agency(one) for one in here])
            raise Misfilled(
                f"without-{agencies.index(here[0])}", BUT_HERE.format(named.capitalize())
            )
        return told

    def _show(
        self,
        visit: Visit,
        conference: Conference,
        *,
        error: Misfilled | None = None,
        saved: bool = False,
    ) -> Response:
        fields = visit.fields if error else {}
        meeting = conference.meeting
        effective = {True: "yes", False: "no", None: ""}[meeting.effective]
        rows = [
            {
                "at": at, "role": self.words.role(one.role) if one.role else "",
                "agency": self.words.agency(one.agency or ""), "answered": one.response, "unreached": _unreached(one),
                "shared": self._shared(one, conference.invitees),
                "person": conference.names.get(one.id, ""),
                "key": one.key, "chosen": fields.get(f"here-{at}", one.attendance or ""),
            }
            for at, one in enumerate(conference.invitees)
        ]  # fmt: skip
        return visit.page(
            "room.html.j2", 400 if error else 200,
            **entry_of(conference, self.words), rows=rows, is_initial=meeting.is_initial,
            attendances=[(code, HERE[code]) for code in ATTENDANCES],
            agencies=[
                (at, self.words.agency(name), name in conference.failed_without or fields.get(f"without-{at}") == "on")
                for at, name in enumerate(_agencies(conference))
            ],
            effective=fields.get("effective", effective),
            ended=fields.get("ended", _ended(meeting)),
            anew=fields.get("anew", ""), anew_at=fields.get("anew-at", "10:00"), today=day_of(visit.now).isoformat(),
            error=error.what if error else "", error_at=error.field if error else "",
            saved=say(visit.now) if saved else "",
        )  # fmt: skip

    def _shared(self, one: Invitee, invitees: Sequence[Invitee]) -> str:
        """Return with whom somebody has an address in common, and in whose name it has answered; empty for nobody."""
        others = sharing(one, invitees)
        if not others:
            return ""
        named = say_list([_name(other, self.words) for other in others])
        said = f"shares an address with the {named}"
        answered = [other for other in others if other.response != "none"]
        if one.response != "none":
            return f"{said}: the answer is to the invitation of the one on this line"
        if not answered:
            return said
        whose = _name(answered[0], self.words)
        return f"{said}: the answer from there is to the invitation of the {whose}; ask whether it is for both"


def entry_of(conference: Conference, words: Vocabulary) -> dict[str, Any]:
    """Return what a list says of a conference."""
    meeting = conference.meeting
    told = "Held." if meeting.held else "Still to be told."
    return {
        "path": f"/conferences/{conference.id}",
        "title": (words.meetings.get(meeting.kind) or meeting.kind).capitalize(),
        "when": say(meeting.scheduled[0]) if meeting.scheduled else "",
        "refs": conference.refs,
        "cases": say_list(conference.refs),
        "standing": "Not effective." if meeting.failed else told,
    }


def held_of(held: Held, words: Vocabulary) -> dict[str, Any]:
    """Return what a list says of a conference whose family is held: no more than that, and who releases it."""
    meeting, who = held.meeting, f", {say_list(held.people)}," if held.people else ""
    return {
        "title": (words.meetings.get(meeting.kind) or meeting.kind).capitalize(),
        "when": say(meeting.scheduled[0]) if meeting.scheduled else "",
        "cases": say_list(held.refs),
        "refs": held.refs,
        "why": HELD.format(f"{held.by}{who}"),
    }


def _name(one: Invitee, words: Vocabulary) -> str:
    return words.role(one.role) if one.role else words.agency(one.agency or "") or "other"


def _ended(meeting: Meeting) -> str:
    """Return the time of day at which a conference that was held ended, where it is known."""
    is_known = meeting.held is not None and meeting.ends_at is not None
    return f"{meeting.ends_at.astimezone(LONDON):%H:%M}" if is_known and meeting.ends_at else ""


def _agencies(conference: Conference) -> list[str]:
    return list(dict.fromkeys(one.agency for one in conference.invitees if one.agency))


def _clock(text: str) -> time:
    try:
        return read_clock(text)
    except ValueError:
        raise Misfilled("ended", BAD_TIME) from None


def _moment(day: str, clock: str) -> datetime:
    try:
        return read_moment(day, clock)
    except ValueError:
        raise Misfilled("anew", BAD_DATE) from None


def _unreached(one: Invitee) -> str:
    """Return why somebody on the list has no invitation, empty where they may have it."""
    if one.delivered is False:
        return "the invitation came back"
    return "" if one.person or one.invited_at else "could not be invited: no address"
