"""What every calendar must do: its tests inherit this class.

A subclass gives the fixtures `calendar` (ready to take messages with an event) and `arrived` (a
call that returns each entry that reached the attendee, oldest first). A calendar that is a mailbox
tells each change; one that keeps the entry itself tells what it made of each message.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from daemon.domain.errors import Permanent
from daemon.domain.event import Event
from daemon.domain.message import Message, Receipt
from daemon.domain.person import Person
from daemon.ports import Calendar
from daemon.testing.channel_contract import ADDRESS, ANN, MESSAGE

EVENT = Event(
    uid="icpc-1.ann.7f3a@council.example",
    revision=0,
    starts_at=datetime(2026, 3, 20, 10, tzinfo=UTC),
    ends_at=datetime(2026, 3, 20, 11, 30, tzinfo=UTC),
    title="Meeting; see your e-mail, please",
    place="Room 4, Civic Centre; second floor",
    link="https://meet.example/j/123?pwd=a%20b,c;d",
)
INVITATION = replace(MESSAGE, channel="calendar", subject="Meeting", event=EVENT)
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as its reader's calendar sees it."""

    event: Event
    attendees: tuple[str, ...]
    is_private: bool
    message: str


Entries = Callable[[], Sequence[Entry]]


def kept(entries: Sequence[Entry]) -> dict[str, Event]:
    """Return what stands in a calendar program after these: by uid, the highest revision."""
    standing: dict[str, Event] = {}
    for one in entries:
        before = standing.get(one.event.uid)
        if before is None or one.event.revision > before.revision:
            standing[one.event.uid] = one.event
    return standing


def invitation(event: Event | None, number: int = 0) -> Message:
    """Return a message that carries the event, with an id of its own."""
    return replace(INVITATION, id=f"m-{number}", event=event)


class CalendarContract:
    """The promises of the Calendar port."""

    def test_an_entry_arrives_once_as_it_was_meant(
        self, calendar: Calendar, arrived: Entries
    ) -> None:
        """For one attendee, private, and with nothing lost to punctuation."""
        receipt = calendar.send(INVITATION, ANN, INVITATION.id)

        (entry,) = arrived()
        assert isinstance(receipt, Receipt)
        assert entry == Entry(EVENT, (ADDRESS,), is_private=True, message=entry.message)

    def test_three_changes_leave_one_entry(self, calendar: Calendar, arrived: Entries) -> None:
        """One uid, and revisions that rise: otherwise a second entry would stand beside the first."""
        changes = [
            EVENT,
            replace(EVENT, revision=1, starts_at=EVENT.starts_at + WEEK, ends_at=EVENT.ends_at + WEEK),
            replace(EVENT, revision=2, place="Room 9"),
            replace(EVENT, revision=3, place=None, link=None),
        ]  # fmt: skip

        for number, event in enumerate(changes):
            calendar.send(invitation(event, number), ANN, f"m-{number}")

        assert [entry.event.revision for entry in arrived()] == [0, 1, 2, 3]
        assert kept(arrived()) == {EVENT.uid: changes[-1]}

    def test_a_cancelled_entry_is_the_same_entry_and_says_no_place_any_more(
        self, calendar: Calendar, arrived: Entries
    ) -> None:
        """It goes by its uid; its reader may be invited no longer, and a place may be a secret."""
        cancelled = replace(EVENT, revision=1, is_cancelled=True)

        calendar.send(invitation(EVENT), ANN, "m-0")
        calendar.send(invitation(cancelled, 1), ANN, "m-1")

        (event,) = kept(arrived()).values()
        assert event.is_cancelled
        assert (event.revision, event.place, event.link) == (1, None, None)

    def test_the_same_revision_twice_changes_nothing(
        self, calendar: Calendar, arrived: Entries
    ) -> None:
        """A retry is known for one by its message, its uid and its revision."""
        calendar.send(INVITATION, ANN, INVITATION.id)
        calendar.send(INVITATION, ANN, INVITATION.id)

        assert len(set(arrived())) == 1
        assert kept(arrived()) == {EVENT.uid: EVENT}

    def test_two_entries_stand_side_by_side(self, calendar: Calendar, arrived: Entries) -> None:
        """Each by its own uid."""
        other = replace(EVENT, uid="rcpc-1.ann.90c2@council.example", revision=4)

        calendar.send(invitation(EVENT), ANN, "m-0")
        calendar.send(invitation(other, 1), ANN, "m-1")

        assert kept(arrived()) == {EVENT.uid: EVENT, other.uid: other}

    @pytest.mark.parametrize(
        ("starts_at", "ends_at"),
        [
            pytest.param(
                datetime(2026, 7, 1, 8, tzinfo=UTC), datetime(2026, 7, 1, 9, tzinfo=UTC), id="summer"
            ),
            pytest.param(
                datetime(2026, 3, 29, 0, 30, tzinfo=UTC),
                datetime(2026, 3, 29, 1, 30, tzinfo=UTC),
                id="over the hour that spring takes away",
            ),
            pytest.param(
                datetime(2026, 10, 24, 22, tzinfo=UTC),
                datetime(2026, 10, 25, 9, tzinfo=UTC),
                id="over the hour that autumn gives back",
            ),
        ],
    )  # fmt: skip
    def test_an_instant_stays_the_same_whatever_the_clocks_do(
        self, calendar: Calendar, arrived: Entries, starts_at: datetime, ends_at: datetime
    ) -> None:
        """Whoever reads it in London or elsewhere comes at the right moment."""
        event = replace(EVENT, starts_at=starts_at, ends_at=ends_at)

        calendar.send(invitation(event), ANN, "m-0")

        assert [entry.event for entry in arrived()] == [event]

    @pytest.mark.parametrize(
        ("addresses", "reason"),
        [
            pytest.param({}, "no-address", id="no address at all"),
            pytest.param({"teams": ADDRESS}, "no-address", id="an address for another channel"),
            pytest.param(
                {"email": f"{ADDRESS}, other@council.example"},
                "bad-address",
                id="two addresses in one",
            ),
            pytest.param(
                {"email": f"{ADDRESS}\r\nATTENDEE:mailto:other@council.example"},
                "bad-address",
                id="an attendee within",
            ),
        ],
    )
    def test_a_person_without_a_plain_address_is_refused_for_good(
        self, calendar: Calendar, arrived: Entries, addresses: dict[str, str], reason: str
    ) -> None:
        """The reason is a code, and nothing is sent."""
        with pytest.raises(Permanent) as refusal:
            calendar.send(INVITATION, Person("bob", addresses), INVITATION.id)

        assert str(refusal.value) == reason
        assert not arrived()

    @pytest.mark.parametrize(
        ("message", "reason"),
        [
            pytest.param(invitation(None), "no-event", id="words without an event"),
            pytest.param(replace(INVITATION, text=" \n"), "no-words", id="an event without words"),
            pytest.param(invitation(replace(EVENT, uid="")), "bad-event", id="no uid"),
            pytest.param(
                invitation(replace(EVENT, uid="a\r\nATTENDEE:b")), "bad-event", id="two lines of uid"
            ),
            pytest.param(
                invitation(replace(EVENT, revision=-1)), "bad-event", id="a revision below 0"
            ),
            pytest.param(
                invitation(replace(EVENT, ends_at=EVENT.starts_at)), "bad-event", id="it never lasts"
            ),
        ],
    )  # fmt: skip
    def test_what_is_no_invitation_is_refused_for_good(
        self, calendar: Calendar, arrived: Entries, message: Message, reason: str
    ) -> None:
        """Nothing half-made reaches anybody's calendar."""
        with pytest.raises(Permanent) as refusal:
            calendar.send(message, ANN, message.id)

        assert str(refusal.value) == reason
        assert not arrived()
