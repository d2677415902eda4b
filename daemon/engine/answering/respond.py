"""Station 6, respond: what a person answers through a link. A promise rests a ladder; nothing here ends a duty."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

import structlog

from daemon.decide.due.ladder import rest
from daemon.decide.people.recipients import access_of, may_know
from daemon.domain.delivery import Promise
from daemon.domain.link import Action, Purpose, hash_of, is_genuine, item_code
from daemon.domain.message import Lane
from daemon.domain.notice import Key, Kind, Notice
from daemon.domain.obligation import State
from daemon.domain.rules import Basis, Rule
from daemon.domain.times import day_of, say_day
from daemon.domain.track import Track
from daemon.engine.answering.waiving import ask_manager, reasons
from daemon.engine.house import House
from daemon.engine.telling.operator import tell_operator
from daemon.store import LinkRow, Store, Tx, WaiverRow

log = structlog.get_logger("daykeeper.respond")


class Answer(StrEnum):
    """What came of an answer; each has its page."""

    SHOWN = "shown"
    RESTED = "rested"
    NOTED = "noted"  # a promise that rests nothing: a statutory clock, or no house rung left
    PASSED_ON = "passed-on"
    ASKED = "asked"  # whoever may decide it is asked
    SPENT = "spent"
    EXPIRED = "expired"
    UNKNOWN = "unknown"
    OVER = "over"  # the duty is no longer open
    CHANGED = "changed"  # it is due at another time, or was opened anew, since the message was sent
    NOT_YOURS = "not-yours"  # somebody above has been told since
    BAD_DATE = "bad-date"


@dataclass(frozen=True, slots=True)
class Page:
    """What a link's page may show: the item code and the choices, no data of a case.

    `last_on` is the last day that can be promised; `reasons` are the codes that may be chosen; `is_overdue`
    says how what has changed stands.
    """

    answer: Answer
    code: str = ""
    action: Action | None = None
    first_on: date | None = None
    last_on: date | None = None
    reasons: tuple[str, ...] = ()
    is_overdue: bool = False


class Responder:
    """Shows and takes answers. Showing changes nothing; an answer takes effect once."""

    def __init__(self, store: Store, house: House) -> None:
        self.store, self.house = store, house

    def show(self, token: str, now: datetime) -> Page:
        """Return what the page of a link shows."""
        with self.store.read() as tx:
            return self._look(tx, token, now)[0]

    def promise(self, token: str, until_on: date, now: datetime) -> Page:
        """Take a promise: "I have it, by …". It rests house rungs until close of business that day.

        Before the due moment it rests reminders only. After it, it must come from somebody told at
        the highest rung that has fired, or above.

        Source: DOMAIN 5.7.
        """
        with self.store.write() as tx:
            page, link = self._look(tx, token, now)
            if link is None or page.answer is not Answer.SHOWN or page.action is not Action.PROMISE:
                return page
            track = tx.obligations.get(link.obligation, to_change=True)
            record = self.house.record(tx, track.ref) if track else None
            rule = self.house.rule_of(track, record.pathway) if track and record else None
            if track is None or rule is None or track.state is not State.OPEN:
                return replace(page, answer=Answer.OVER)
            if (
                page.first_on is None
                or page.last_on is None
                or not page.first_on <= until_on <= page.last_on
            ):
                return replace(page, answer=Answer.BAD_DATE)
            if not self._may_know(tx, track, link) or not self._may_promise(
                tx, track, rule, link, now
            ):
                return replace(page, answer=Answer.NOT_YOURS)
            calendar = self.house.deciding.calendar
            until = calendar.hours.close_of_business(until_on)
            if until <= now or not calendar.days.is_working(until_on):
                return replace(page, answer=Answer.BAD_DATE)
            made = Promise(link.obligation, link.person, link.rung, link.occurrence, now, until)
            if not tx.links.use(hash_of(token), now) or not tx.promises.add(made):
                return replace(page, answer=Answer.SPENT)
            rests = rule.basis is not Basis.STATUTORY and any(rung.house for rung in rule.ladder)
            if rests:
                tx.obligations.save([rest(track, rule, until, now, calendar)])
            tx.journal.write(
                now, "promise.made", track.id, f"by {say_day(until_on)}, by link",
                {"person": link.person, "rung": link.rung, "rests": rests},
            )  # fmt: skip
        log.info("promise.made", obligation=link.obligation, rests=rests)
        return replace(page, answer=Answer.RESTED if rests else Answer.NOTED, last_on=until_on)

    def wrong_person(self, token: str, now: datetime) -> Page:
        """Take "this is not mine": the duty mailbox and the operator hear of it; the ladder goes on."""
        with self.store.write() as tx:
            page, link = self._look(tx, token, now)
            if (
                link is None
                or page.answer is not Answer.SHOWN
                or page.action is not Action.WRONG_PERSON
            ):
                return page
            if not tx.links.use(hash_of(token), now):
                return replace(page, answer=Answer.SPENT)
            self._pass_on(tx, link, now)
            tx.journal.write(
                now,
                "person.wrong",
                link.obligation,
                "says that it is not theirs, by link",
                {"person": link.person},
            )
        log.info("person.wrong", obligation=link.obligation)
        return replace(page, answer=Answer.PASSED_ON)

    def not_required(self, token: str, reason: str, now: datetime) -> Page:
        """Take "this is not required": the manager is asked, and the ladder goes on until they decide."""
        with self.store.write() as tx:
            page, link = self._look(tx, token, now)
            if (
                link is None
                or page.answer is not Answer.SHOWN
                or page.action is not Action.NOT_REQUIRED
                or reason not in page.reasons
            ):
                return page
            track = tx.obligations.get(link.obligation, to_change=True)
            record = self.house.record(tx, track.ref) if track else None
            rule = self.house.rule_of(track, record.pathway) if track and record else None
            if track is None or rule is None or record is None or track.state is not State.OPEN:
                return replace(page, answer=Answer.OVER)
            if not self._may_know(tx, track, link):
                return replace(page, answer=Answer.NOT_YOURS)
            if not tx.links.use(hash_of(token), now):
                return replace(page, answer=Answer.SPENT)
            asked = WaiverRow(track.id, track.occurrence, link.person, reason, now)
            if tx.waivers.ask(asked):
                ask_manager(tx, self.house, track, rule, record, now)
            tx.journal.write(
                now, "waiver.asked", track.id, f"says that it is not required ({reason}), by link",
                {"person": link.person},
            )  # fmt: skip
        log.info("waiver.asked", obligation=link.obligation)
        return replace(page, answer=Answer.ASKED)

    def _look(self, tx: Tx, token: str, now: datetime) -> tuple[Page, LinkRow | None]:
        link = tx.links.get(hash_of(token))
        if link is None:
            return Page(Answer.UNKNOWN), None
        action = Action(link.action)
        purpose = Purpose(link.message_id, link.obligation, link.person, action, link.revision)
        if not is_genuine(token, self.house.terms.link_key, purpose):
            return Page(Answer.UNKNOWN), None
        page = Page(Answer.SHOWN, item_code(link.message_id, link.obligation), action)
        if link.used_at is not None:
            return replace(page, answer=Answer.SPENT), link
        if link.expires_at <= now:
            return replace(page, answer=Answer.EXPIRED), link
        track = tx.obligations.get(link.obligation)
        if track is None or track.state is not State.OPEN:
            return replace(page, answer=Answer.OVER), link
        if track.revision != link.revision:
            is_overdue = track.due_at is not None and track.due_at < now
            return replace(page, answer=Answer.CHANGED, is_overdue=is_overdue), link
        if action is Action.NOT_REQUIRED:
            return replace(page, reasons=reasons(self.house.deciding.words)), link
        if action is not Action.PROMISE:
            return page, link
        record, deciding = self.house.record(tx, track.ref), self.house.under(track)
        days = self.house.deciding.calendar.days
        pack = deciding.rulebook.pack((record and record.pathway) or deciding.default_pathway)
        last_on = days.shift(day_of(now), pack.promise_cap_working_days)
        return replace(page, first_on=day_of(now), last_on=last_on), link

    def _may_know(self, tx: Tx, track: Track, link: LinkRow) -> bool:
        people = self.house.people(tx)
        person, record = people.get(link.person), self.house.record(tx, track.ref)
        return bool(person and record and may_know(person, access_of(record), people))

    def _may_promise(self, tx: Tx, track: Track, rule: Rule, link: LinkRow, now: datetime) -> bool:
        """Return whether this person was told at the highest fired rung, or stands above it."""
        if track.due_at is None or now < track.due_at:
            return True
        order = [rung.name for rung in rule.ladder]
        fired = [one.rung for one in track.fired if not one.skipped and one.rung in order]
        highest = max((order.index(name) for name in fired), default=-1)
        if link.rung in order and order.index(link.rung) >= highest:
            return True
        above = order[max(highest, 0) :]
        told = [one for one in tx.notices.of_obligation(track.id) if one.key.person == link.person]
        return any(one.key.rung in above for one in told)

    def _pass_on(self, tx: Tx, link: LinkRow, now: datetime) -> None:
        fallback = self.house.people(tx).fallback()
        notices = [
            one for one in tx.notices.of_message(link.message_id)
            if one.key.obligation == link.obligation and one.key.person == link.person
        ]  # fmt: skip
        for notice in notices[:1]:
            if fallback is not None and fallback.id != link.person:
                key = Key(
                    notice.key.obligation,
                    f"{notice.key.rung}-wrong-person",
                    notice.key.occurrence,
                    fallback.id,
                    "email",
                )
                pack_fallback = self.house.deciding.rulebook.packs[
                    self.house.deciding.rulebook.base
                ].fallback
                tx.notices.insert(
                    [
                        Notice(
                            key, Kind.TELL, "wrong-person", now, now, Lane.ROUTINE, pack_fallback, notice.refs,
                            notice.family, because="the person who was told says that it is not theirs",
                            detail=notice.role.replace("_", " "),
                        )
                    ]
                )  # fmt: skip
        tell_operator(
            tx, self.house, now, f"wrong-person/{hash_of(link.message_id)[:12]}", "operator-no-holder",
            "somebody who was told says that it is not theirs; check who holds the role in the directory",
        )  # fmt: skip
