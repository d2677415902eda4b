"""What a pack holds besides its rules: approvals, attendance, invitations, digests, reports."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from enum import StrEnum

from daemon.domain.condition import Condition


@dataclass(frozen=True, slots=True)
class Approval:
    """A question put to one role (DOMAIN 5.12).

    `answers` gives what each answer is: a fact, or `FACT is VALUE`. Whoever gave one of the facts
    `another_than` may not answer: two people must agree. `new_date`: whoever says yes may give the meeting's
    new date with it. `of_all_told`: everybody may answer whose duty it is, and whom the last step told.
    """

    question: str
    of: str
    answers: Mapping[str, str]
    reasons: tuple[str, ...]
    another_than: tuple[str, ...] = ()
    new_date: bool = False
    of_all_told: bool = False


@dataclass(frozen=True, slots=True)
class Attendance:
    """How a pack judges who came to a meeting: `excused_by` are facts that excuse an absent agency.

    `quorum` is the least number of agencies; it warns, and decides nothing (READINGS section 1).
    """

    excused_by: tuple[str, ...] = ()
    quorum: int | None = None


@dataclass(frozen=True, slots=True)
class Invitation:
    """The item that we keep in people's calendars for a meeting of one kind.

    `words` gives the message for a reader by role or agency; `encloses` travels with it. A letter to the family
    carries `encloses_for_family` instead, and how to join online only where they are to (`family_joins_online`).
    """

    name: str
    pack: str
    title: str
    clauses: tuple[str, ...]
    subject: str
    when: Condition
    sends_for: tuple[str, ...]
    words: Mapping[str, str]
    encloses: tuple[str, ...] = ()
    encloses_for_family: tuple[str, ...] = ()
    family_joins_online: bool = False


class Shows(StrEnum):
    """What a digest lists."""

    CONFERENCES = "conferences"
    ATTENDEES = "attendees"  # conferences, each with who comes from the reader's own agency
    DUE = "due"
    OVERDUE = "overdue"
    APPROVALS = "approvals"


@dataclass(frozen=True, slots=True)
class Digest:
    """A list that goes out on a rhythm: on `weekday` (0 is Monday), or on every working day where None.

    `within_working_days` is how far it looks ahead; `own` what of it a reader sees: the cases of their
    team, what is for their role in cases in which they hold it, or everything.
    """

    name: str
    pack: str
    title: str
    clauses: tuple[str, ...]
    weekday: int | None
    clock: time
    to: tuple[str, ...]
    via: tuple[str, ...]
    shows: Shows
    within_working_days: int
    own: str
    message: str


@dataclass(frozen=True, slots=True)
class Report:
    """Figures for the partnership, by the names of what `daykeeper report` can count."""

    name: str
    pack: str
    title: str
    clauses: tuple[str, ...]
    figures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WeeklySummary:
    """When the list of open overdue items goes out (DOMAIN 5.8): `weekday` 0 is Monday."""

    weekday: int
    clock: time
    to: tuple[str, ...]
    via: tuple[str, ...]
    message: str = "weekly-summary"
