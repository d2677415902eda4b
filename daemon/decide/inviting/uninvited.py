"""Who cannot be invited, and to what: shown as problems, so that nobody is left out without a word."""

from collections.abc import Collection, Iterator

from daemon.decide.case.subjects import Case
from daemon.decide.inviting.invitations import booked, conference_of, is_for_family
from daemon.decide.people.recipients import People
from daemon.domain.errors import Problem, Severity
from daemon.domain.record import Status
from daemon.domain.rules import Pack
from daemon.domain.vocabulary import Vocabulary


def unreached(case: Case, pack: Pack, people: People, words: Vocabulary) -> Iterator[Problem]:
    """Yield whoever is on the list of a meeting that is booked, and whom no address leads to."""
    for invitation in pack.invitations:
        for scene in case.of(invitation.subject):
            meeting = booked(case, scene)
            if meeting is None or not invitation.when.test(scene):
                continue
            for one in meeting.invitees:
                if one.is_family and not (is_for_family(invitation, pack) or one.excluded_by_chair):
                    yield Problem(
                        f"{case.record.ref}: meetings.{meeting.id}.invitees.{one.id}",
                        f"a member of the family is on its list, and {invitation.name} has no words for one",
                        "see that they are told by hand, or take them off the list",
                        Severity.WARNING,
                    )
                is_known = bool(one.person and people.get(one.person))
                if is_known or one.is_family or one.excluded_by_chair:
                    continue
                who = words.agency(one.agency or "") or words.role(one.role or "") or "somebody"
                yield Problem(
                    f"{case.record.ref}: meetings.{meeting.id}.invitees.{one.id}",
                    f"{who} cannot be invited: there is no mail address",
                    "give their address on the list, and until then invite them by hand",
                    Severity.WARNING,
                )


def past(case: Case, pack: Pack, known: Collection[str]) -> Iterator[Problem]:
    """Yield the meetings whose day is past, of which nobody has heard and which nothing says were held.

    `known` are the conferences for which entries have stood: those are no news.
    """
    kinds = {one.subject for one in pack.invitations}
    for one in case.record.meetings:
        is_open = one.status is Status.BOOKED and not (one.held or one.failed)
        if one.kind not in kinds or not (is_open and one.invitees and one.scheduled):
            continue
        heard = any(each.invited_at for each in one.invitees)
        is_known = conference_of(case.record, one.id) in known
        if one.scheduled[0] <= case.at and not (heard or is_known):
            yield Problem(
                f"{case.record.ref}: meetings.{one.id}.scheduled_at",
                "its date is past and nobody was invited to it",
                "check the date, or record how the meeting ended",
                Severity.WARNING,
            )


def strangers(case: Case, pack: Pack, words: Vocabulary) -> Iterator[Problem]:
    """Yield whoever is ticked off at a meeting to which others were invited, and they never were.

    Their agency is charged with nothing by it: it was not invited in time (READINGS section 1, STK-067).
    """
    kinds = {one.subject for one in pack.invitations}
    for meeting in case.record.meetings:
        if meeting.kind not in kinds or not any(one.invited_at for one in meeting.invitees):
            continue
        for one in meeting.invitees:
            if one.attendance is None or one.invited_at or one.is_family:
                continue
            who = words.agency(one.agency or "") or words.role(one.role or "") or "somebody"
            yield Problem(
                f"{case.record.ref}: meetings.{meeting.id}.invitees.{one.id}",
                f"{who} is recorded as {one.attendance}, and was never invited",
                "check the list of the meeting: whoever should have been invited was not told of it",
                Severity.WARNING,
            )
