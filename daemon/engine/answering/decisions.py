"""Station 6, respond, for those who have signed in: a decision is given, a drafted message is sent.

What is decided becomes part of the case record in the same transaction, and the ladder that asked
falls silent with it (DOMAIN 5.12).
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import uuid4

import structlog

from daemon.decide.duties.standing import WAIVED
from daemon.domain.answer import Said, Way
from daemon.domain.question import Asked, Question
from daemon.domain.who import Who
from daemon.engine.answering.answers import give
from daemon.engine.answering.dispatch import (
    Came,
    Draft,
    Reader,
    contacts_of,
    dispatch,
    readers_of,
    sent_at,
)
from daemon.engine.answering.drafted import drafted
from daemon.engine.answering.questions import anew_for, waiting_for
from daemon.engine.answering.settled import tell_others
from daemon.engine.answering.waiving import KEPT, reasons_of
from daemon.engine.conference.rearranging import may_be, rearranged
from daemon.engine.house import House
from daemon.engine.records.assess import Assessor
from daemon.rulebook.wording.templates import Words
from daemon.store import Store, Tx

log = structlog.get_logger("daykeeper.respond")
SENT, BY_HAND = "sent", "by_hand"  # the reasons of an answer that is the sending of a draft


class Decisions:
    """Shows what waits for a person, and takes what they decide. A decision takes effect once."""

    def __init__(self, store: Store, house: House, assessor: Assessor) -> None:
        self.store, self.house, self.assessor = store, house, assessor

    def waiting_for(self, who: Who, now: datetime) -> list[Question]:
        """Return what waits for a person."""
        with self.store.read() as tx:
            return waiting_for(tx, self.house, who, now)

    def find(self, who: Who, name: str, now: datetime) -> Question | None:
        """Return one question, None where it is not open or not theirs."""
        return next((one for one in self.waiting_for(who, now) if one.id == name), None)

    def readers(self, question: Question, now: datetime) -> tuple[list[Reader], list[Reader]]:
        """Return to whom the draft of a question would go, and to whom else of the agency it may instead."""
        with self.store.read() as tx:
            each = tx, self.house, question, question.asked, now
            return list(readers_of(*each)), list(contacts_of(*each))

    def draft(self, question: Question, now: datetime) -> Words:
        """Return the words of a question's draft, as the rulebook has them."""
        name = question.draft.offer if question.draft else None
        with self.store.read() as tx:
            return drafted(tx, self.house, question, name or "", now)

    def decide(
        self,
        who: Who,
        name: str,
        choice: str,
        now: datetime,
        *,
        reason: str,
        refs: Collection[str],
        draft: Draft | None = None,
        anew_at: datetime | None = None,
    ) -> Came:
        """Take the answer to a question, for some of its cases, with a coded reason.

        `yes` to a question that has a draft sends it, too, in the words of `draft`; `anew_at` is the new date
        that comes with it (DOMAIN 5.12).
        """
        with self.store.write() as tx:
            question, asked, wrong = self._chosen(tx, who, name, refs, now)
            approval = question.rule.approval if question else None
            if question is None or approval is None or choice not in approval.answers:
                return Came.GONE
            if wrong is not None:
                return wrong
            if reason not in approval.reasons:
                return Came.NO_REASON
            if anew_at and not (choice == "yes" and self._may_be(question, anew_at, now)):
                return Came.BAD_DATE
            if self._has_agreed(tx, who, asked, approval.another_than):
                return Came.SAME_PERSON
            sends = choice == "yes" and question.draft is not None
            if sends and (amiss := dispatch(tx, self.house, who, question, asked, draft, now)):
                return amiss
            sent_on = sent_at(question, draft if sends else None, now)
            fact = approval.answers[choice]
            for one in asked:
                tx.waivers.end(one.obligation, now)
            if fact != KEPT:
                self._say(tx, who, question, asked, fact, reason, now, anew_at, at=sent_on)
            tell_others(tx, self.house, who, asked, now)
            self._note(tx, "approval.answered", who, question, asked, choice, reason, now)
            self._note_hand(tx, who, question, asked, draft if sends else None, now)
        log.info("approval.answered", question=name, answer=choice)
        return Came.DONE

    def send(self, who: Who, name: str, draft: Draft, refs: Collection[str], now: datetime) -> Came:
        """Send the draft of a question in a person's own words, as a message of theirs.

        Where the rule asks that it be sent (`ask: confirm`), that is what meets it.

        Source: STK-028, STK-067.
        """
        with self.store.write() as tx:
            question, asked, wrong = self._chosen(tx, who, name, refs, now)
            if question is None or question.draft is None or question.rule.approval:
                return Came.GONE
            if wrong is not None:
                return wrong
            if amiss := dispatch(tx, self.house, who, question, asked, draft, now):
                return amiss
            way = BY_HAND if draft.by_hand_on else SENT
            if question.is_to_confirm:
                sent_on = sent_at(question, draft, now)
                self._say(tx, who, question, asked, question.rule.met_by[0], way, now, at=sent_on)
            tell_others(tx, self.house, who, asked, now)
            self._note(tx, "draft.sent", who, question, asked, question.draft.offer or "", "", now)
            self._note_hand(tx, who, question, asked, draft, now)
        log.info("draft.sent", question=name)
        return Came.DONE

    def withhold(
        self, who: Who, name: str, reason: str, refs: Collection[str], now: datetime
    ) -> Came:
        """Take it that a draft, which its rule asks to be sent, is not: with a coded reason.

        Source: STK-067, the chair's own act, agency by agency.
        """
        with self.store.write() as tx:
            question, asked, wrong = self._chosen(tx, who, name, refs, now)
            if question is None or not question.is_to_confirm:
                return Came.GONE
            if wrong is not None:
                return wrong
            if reason not in reasons_of(question, self.house.deciding.words):
                return Came.NO_REASON
            self._say(tx, who, question, asked, f"{WAIVED} is {reason}", reason, now)
            tell_others(tx, self.house, who, asked, now)
            self._note(tx, "draft.withheld", who, question, asked, "not sent", reason, now)
        log.info("draft.withheld", question=name)
        return Came.DONE

    def take_further(
        self, who: Who, name: str, reason: str, refs: Collection[str], now: datetime
    ) -> Came:
        """Take it that a stage cannot be waited for: the next one is asked at once, with a coded reason."""
        with self.store.write() as tx:
            question, asked, wrong = self._chosen(tx, who, name, refs, now)
            if question is None or not question.rule.further:
                return Came.GONE
            if wrong is not None:
                return wrong
            if reason not in reasons_of(question, self.house.deciding.words):
                return Came.NO_REASON
            self._say(tx, who, question, asked, question.rule.further, reason, now)
            self._note(tx, "issue.taken-further", who, question, asked, "further", reason, now)
        log.info("issue.taken-further", question=name)
        return Came.DONE

    def _chosen(
        self, tx: Tx, who: Who, name: str, refs: Collection[str], now: datetime
    ) -> tuple[Question | None, tuple[Asked, ...], Came | None]:
        """Return the question as it stands now, and its cases that are chosen.

        Nobody else changes them until this transaction ends.
        """
        if refs:
            tx.obligations.of(refs, to_change=True)
        open_ones = waiting_for(tx, self.house, who, now, refs or None)
        question = next((one for one in open_ones if one.id == name), None)
        if question is None or not refs:
            return question, (), Came.NO_CASE
        return question, question.asked, None

    def _may_be(self, question: Question, anew_at: datetime, now: datetime) -> bool:
        return question.takes_date and may_be(anew_at, now, self.house.deciding.calendar.days)

    def _has_agreed(self, tx: Tx, who: Who, asked: Sequence[Asked], facts: Collection[str]) -> bool:
        given = tx.answers.of([one.place.ref for one in asked]) if facts else {}
        return any(
            said.name in facts and said.by == who.person and said.place.meeting == one.place.meeting
            for one in asked
            for said in given.get(one.place.ref, ())
        )

    def _say(
        self, tx: Tx, who: Who, question: Question, asked: Sequence[Asked], fact: str, reason: str,
        now: datetime, anew_at: datetime | None = None, at: datetime | None = None,
    ) -> None:  # fmt: skip
        name, _, value = fact.partition(" is ")
        said = [
            Said(uuid4().hex, one.place, name, at or now, now, who.person, Way.SIGNED_IN, value or None,
                 one.duty if name == WAIVED else one.about, reason, question.id)
            for one in asked
        ]  # fmt: skip
        said += [
            Said(uuid4().hex, place, field, now, now, who.person, Way.SIGNED_IN, value, None, reason, question.id)
            for one in asked if anew_at and (record := self.house.record(tx, one.place.ref))
            and (anew := anew_for(question.rule, record, one.place.meeting))
            for place, field, value in rearranged(anew, one.place.ref, anew_at)
        ]  # fmt: skip
        give(tx, self.assessor.settle, said, now)

    def _note_hand(
        self, tx: Tx, who: Who, question: Question, asked: Sequence[Asked], draft: Draft | None, now: datetime
    ) -> None:  # fmt: skip
        if draft and draft.by_hand_on:
            on = f"by hand on {draft.by_hand_on.isoformat()}"
            self._note(tx, "letter.by-hand", who, question, asked, on, "", now)

    def _note(
        self, tx: Tx, kind: str, who: Who, question: Question, asked: Sequence[Asked], answer: str,
        reason: str, now: datetime,
    ) -> None:  # fmt: skip
        """Journal a decision of each case: who, what, the coded reason; never a word of the draft."""
        for one in asked:
            tx.journal.write(
                now, kind, one.obligation, f"answered: {answer}" if reason else f"sent: {answer}",
                {"person": who.person, "reason": reason, "question": question.id},
            )  # fmt: skip
