"""What waits for one person's decision: the questions and drafts that rules put to a role (DOMAIN 5.12)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from daemon.domain.answer import Place
from daemon.domain.rules import Rule, Rung
from daemon.domain.times import iso


@dataclass(frozen=True, slots=True)
class Asked:
    """One child's part of a question: the open obligation, and where in its record an answer stands.

    `about` is the agency or person whom the answer is about, None where it is about the child's case.
    """

    obligation: str
    place: Place
    about: str | None = None

    @property
    def duty(self) -> str:
        """The duty itself, as a waiver names it: its rule and subject."""
        return self.obligation.removeprefix(f"{self.place.ref}/")


@dataclass(frozen=True, slots=True)
class Given:
    """What was answered: `state` is open, yes, no, or lapsed where nobody answered before it was over.

    `is_further`: a no, because it could not wait, and the next stage was asked at once.
    """

    state: str
    by: str | None = None
    reason: str | None = None
    at: datetime | None = None
    is_further: bool = False


OPEN = Given("open")


@dataclass(frozen=True, slots=True)
class Question:
    """One question, once for a conference whatever the number of children.

    `rung` is the step that asked last; its draft, or that of a step before, is `draft`. `limits` are what
    runs meanwhile, each with its moment; `doubts` what a feed says otherwise. `id` says nothing of a case.
    `takes_date`: the meeting's new date may come with a yes; `anew_at` is the one that stands already.
    """

    id: str
    rule: Rule
    rung: Rung
    draft: Rung | None
    asked: tuple[Asked, ...]
    asked_at: datetime
    due_at: datetime | None
    agency: str | None = None
    held_at: datetime | None = None
    limits: tuple[tuple[str, datetime], ...] = ()
    remarks: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    takes_date: bool = False
    anew_at: datetime | None = None

    @property
    def refs(self) -> tuple[str, ...]:
        """The cases that it is about."""
        return tuple(one.place.ref for one in self.asked)

    @property
    def is_to_confirm(self) -> bool:
        """The rule asks that its draft be sent, or that somebody says why it is not."""
        is_asked = self.draft is not None and self.draft.ask == "confirm"
        return is_asked and self.rule.approval is None

    @property
    def may_go_by_hand(self) -> bool:
        """Its draft may have gone by another way: what counts from it counts from then."""
        return self.is_to_confirm or (self.draft is not None and self.rule.approval is not None)

    def to_json(self, given: Given = OPEN) -> dict[str, Any]:
        """Return it in the form of DOMAIN 5.12, with what was answered."""
        approval = self.rule.approval
        further = {"taken_further": True} if given.is_further else {}
        return further | {
            "id": self.id,
            "conference": self.asked[0].place.meeting,
            "question": approval.question if approval else self.rule.title,
            "asked_of": approval.of if approval else self.rung.to[0],
            "due_at": iso(self.due_at) if self.due_at else None,
            "state": given.state,
            "answered_by": given.by,
            "reason": given.reason,
            "answered_at": iso(given.at) if given.at else None,
        }
