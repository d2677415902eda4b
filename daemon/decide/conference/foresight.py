"""Who is likely to be at a conference, agency by agency, two days before it: enough to mend it still."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from daemon.domain.record import Invitee, Meeting
from daemon.domain.vocabulary import Vocabulary

COMES, MAY_COME = "somebody comes", "somebody may come"
NO_ANSWER, DECLINED = "no answer", "declined, and nobody is named in their place"
SENT, BOUNCED, NOT_INVITED, UNADDRESSED = (
    "declined, and somebody comes in their place",
    "the invitation did not arrive",
    "not invited",
    "could not be invited: no address",
)
WHOSE = "an answer came from the address that they share with somebody else on the list: ask whose it is"
OWED = "a report is still owed"
BEST = (COMES, SENT, MAY_COME, WHOSE, NO_ANSWER, DECLINED, BOUNCED, NOT_INVITED, UNADDRESSED)
REPORTED = frozenset({"agency_report_submitted", "report_in_lieu_received"})
DEPUTY = "deputy_nominated"


@dataclass(frozen=True, slots=True)
class Foresight:
    """What is known: a row an agency in the order of the list; `is_quorate` None: no figure is set."""

    rows: tuple[tuple[str, str], ...]
    is_quorate: bool | None = None
    coming: int = 0
    quorum: int | None = None

    @property
    def lines(self) -> tuple[tuple[str, str], ...]:
        """The rows as a message shows them, the quorum last."""
        if self.is_quorate is None:
            return self.rows
        counted = f"{self.coming} of the {self.quorum} agencies that are needed"
        said = f"yes: {self.coming} agencies" if self.is_quorate else f"no: {counted}"
        return (*self.rows, ("Enough agencies", said))


def foresee(meetings: Sequence[Meeting], quorum: int | None, words: Vocabulary) -> Foresight:
    """Return the outlook on one conference, of which `meetings` are what each child's record shows.

    An agency comes where somebody of it has accepted, or is named in the place of one who declined.
    The family is not on it, nor whom the chair has left out. The quorum warns, and decides nothing.
    """
    rows: list[tuple[str, str]] = []
    coming = 0
    everybody = [one for meeting in meetings for one in meeting.invitees if _is_counted(one)]
    for agency in dict.fromkeys(one.agency for one in everybody if one.agency):
        own = [one for one in everybody if one.agency == agency]
        best = min((_standing(one, meetings) for one in own), key=BEST.index)
        coming += best in (COMES, SENT)
        owes = any(one.report_expected for one in own) and not _is_about(
            own, agency, meetings, REPORTED
        )
        rows.append((_title(words.agency(agency)), f"{best}; {OWED}" if owes else best))
    is_quorate = None if quorum is None else coming >= quorum
    return Foresight(tuple(rows), is_quorate, coming, quorum)


def _is_counted(one: Invitee) -> bool:
    return not (one.is_family or one.excluded_by_chair)


def sharing(one: Invitee, everybody: Iterable[Invitee]) -> list[Invitee]:
    """Return who else is on a list under somebody's address: one entry goes there, and one answer comes back."""
    address = (one.person or "").casefold()
    return [
        other
        for other in everybody
        if address and other.id != one.id and (other.person or "").casefold() == address
    ]


def _standing(one: Invitee, meetings: Sequence[Meeting]) -> str:
    if one.response == "accepted":
        return COMES
    if one.response == "declined":
        has_deputy = _is_about([one], one.agency, meetings, {DEPUTY}) or any(
            other.deputy_for == one.id for meeting in meetings for other in meeting.invitees
        )
        return SENT if has_deputy else DECLINED
    if one.delivered is False:
        return BOUNCED
    if one.response == "tentative":
        return MAY_COME
    own_list = next((each.invitees for each in meetings if one in each.invitees), ())
    if one.invited_at and any(other.response != "none" for other in sharing(one, own_list)):
        return WHOSE
    if one.invited_at:
        return NO_ANSWER
    return NOT_INVITED if one.person else UNADDRESSED


def _is_about(
    people: Sequence[Invitee], agency: str | None, meetings: Sequence[Meeting], names: Iterable[str]
) -> bool:
    """Return whether a fact of one of these names is there about these people or their agency."""
    wanted = set(names)
    marks = {agency, *(one.id for one in people), *(one.role for one in people if one.role)}
    own = {fact.name for one in people for fact in one.facts}
    own |= {fact.name for each in meetings for fact in each.facts if fact.about in marks}
    return bool(own & wanted)


def _title(text: str) -> str:
    return text[:1].upper() + text[1:]
