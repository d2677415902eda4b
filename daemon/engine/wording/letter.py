"""From notices to the message that one person reads: what it may carry, its words, its links."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from daemon.decide.due.ladder import DATA_IS_OLD, FIRST_SEEN_LATE, ahead
from daemon.decide.duties.moves import DUE_MOVED
from daemon.decide.telling.invited import meeting_of
from daemon.decide.telling.listing import HEADINGS
from daemon.decide.telling.wording import Item, describe, fields, gather, say_list
from daemon.domain.delivery import Outgoing
from daemon.domain.link import Action, Purpose, hash_of, item_code, make_token, topic_of
from daemon.domain.message import Lane, Level, Message
from daemon.domain.notice import Kind, Notice
from daemon.domain.obligation import Obligation, State
from daemon.domain.parts import Shows
from daemon.domain.person import Person
from daemon.domain.record import Record
from daemon.domain.rules import MessageText, Pack, Rule, Rung
from daemon.domain.times import say
from daemon.domain.track import Track
from daemon.engine.answering.questions import limiting, limits_of
from daemon.engine.answering.waiving import is_waivable
from daemon.engine.conference.entries import is_entry
from daemon.engine.house import House
from daemon.engine.sending.bundle import STANDING, Bundle
from daemon.engine.sending.claim import Taken
from daemon.engine.telling.foresee import WHO_COMES, list_of
from daemon.engine.telling.listed import Lists
from daemon.engine.telling.operator import OPERATOR, in_one
from daemon.engine.wording.compose import CARDS, Links, NothingToSay, Part, compose, compose_list
from daemon.engine.wording.entry_letter import write_entry
from daemon.engine.wording.levels import level_for
from daemon.rulebook.wording.readers import is_before_due
from daemon.rulebook.wording.templates import FIELDS, Words, render
from daemon.store import LinkRow, Store

JUST_AFTER = timedelta(seconds=1)
NOW = "Its time has passed: please see to it now."


@dataclass(frozen=True, slots=True)
class Letter:
    """A composed message and the links in it; `is_new`: it is not kept yet."""

    message: Message
    links: tuple[LinkRow, ...] = ()
    is_new: bool = False


class Letters:
    """Writes messages. Composed once; a retry sends the same words unless part of them has ended."""

    def __init__(self, store: Store, house: House) -> None:
        self.store, self.house = store, house
        self.lists = Lists(store, house)

    def write(self, taken: Taken, person: Person, now: datetime) -> Letter | None:
        """Return the message of what was taken, or None where this person's mail domain may have nothing.

        A message that may have arrived is sent again as it was, if it is whole; one that was surely
        not handed over is written anew. Its links are the caller's to keep. Raises NothingToSay.
        """
        outgoing, bundle, notices = taken.outgoing, taken.bundle, taken.notices
        level, is_external = level_for(self.house, person, outgoing.channel)
        if level is None:
            return None
        if notices and is_entry(notices[0]):
            made = write_entry(self.house, taken, level, now, is_external=is_external)
            return Letter(made, is_new=True)
        is_kept = bool(outgoing.text) and outgoing.channel not in CARDS  # a card is made each time
        if is_kept and outgoing.ambiguous and outgoing.level is level and taken.is_whole:
            codes = tuple(
                dict.fromkeys(item_code(outgoing.id, one.key.obligation) for one in notices)
            )
            return Letter(
                Message(
                    outgoing.id, outgoing.channel, outgoing.subject, outgoing.text, outgoing.html,
                    outgoing.lane, level, outgoing.created_at, codes=codes,
                )
            )  # fmt: skip
        plain = [notice for notice in notices if not notice.refs]
        if plain:
            listed = self._list(outgoing, plain, level, now, is_external=is_external)
            return Letter(listed, is_new=True)
        said = _said_once(notices)
        items = [item for notice in said if (item := self._item(outgoing, notice, bundle, now))]
        if not items:
            raise NothingToSay
        family = {item.ref for item, _, _ in items}
        team = next((bundle.records[ref].team for ref in sorted(family)), None)
        links: list[LinkRow] = []
        parts = [
            *self._parts(links, outgoing, items, level, team, now, bundle, is_external=is_external)
        ]
        message = compose(
            parts, level, message_id=outgoing.id, channel=outgoing.channel, lane=outgoing.lane,
            made_at=outgoing.created_at, authority_title=self.house.terms.title, is_external=is_external, team=team,
            reply_to=self._sender(notices, bundle),
        )  # fmt: skip
        topic = topic_of(notice.key.obligation for _, notice, _ in items)
        return Letter(replace(message, topic=topic), tuple(links), is_new=True)

    def _item(
        self, outgoing: Outgoing, notice: Notice, bundle: Bundle, now: datetime
    ) -> tuple[Item, Notice, Rule] | None:
        record = bundle.records[notice.refs[0]]
        track = bundle.tracks.get(notice.key.obligation)
        if track is None:
            return None
        found = self._obligation(record, track, bundle.numbers.get(record.ref, {}), now)
        if found is None:
            return None
        obligation, rule, pack, limits = found
        if list_of(self.house, notice, bundle, now) is None:
            return None
        calendar = self.house.deciding.calendar
        following = next(iter(ahead(track, rule, calendar)), None)
        told = [
            one.role for one in bundle.others.get(track.id, ())
            if one.role != OPERATOR and one.key.person != outgoing.person and one.state in ("waiting", "claimed")
        ]  # fmt: skip
        if notice.after_due and obligation.due_at is not None:
            # sent at the due moment itself, and about its passing
            now = max(now, obligation.due_at + JUST_AFTER)
        moved = notice.key.rung == DUE_MOVED and notice.detail
        item = describe(
            obligation, rule, rule.rung(notice.key.rung), pack.title, self.house.deciding.words, now, calendar.days,
            code=item_code(outgoing.id, track.id), next_rung=following, told=told,
            due_before=datetime.fromisoformat(notice.detail) if moved else None,
            limits=limits, meeting=meeting_of(record, obligation.subject),
        )  # fmt: skip
        if notice.message in WHO_COMES:  # it comes again where it changes, and never after its day
            item = replace(item, next_step="")
        return item, notice, rule

    def _obligation(
        self, record: Record, track: Track, kept: Mapping[date, int], now: datetime
    ) -> tuple[Obligation, Rule, Pack, Sequence[tuple[str, datetime]]] | None:
        """Return an obligation as it stands; with one that asks a person, the limits that run on meanwhile."""
        deciding = self.house.under(track)
        pack, _ = deciding.pack_for(record)
        rule = pack.rule(track.rule)
        beside = limiting(pack) if rule and rule.approval else set()
        answer = deciding.decide(record, now, pack=pack, kept=kept, only={track.rule, *beside})
        obligation = next((one for one in answer.obligations if one.id == track.id), None)
        if obligation is None or rule is None:
            return None
        limits = limits_of(answer.obligations, obligation, pack) if beside else ()
        return obligation, rule, pack, tuple(limits)

    def _parts(
        self, rows: list[LinkRow], outgoing: Outgoing, items: Sequence[tuple[Item, Notice, Rule]], level: Level,
        team: str | None, now: datetime, bundle: Bundle, *, is_external: bool,
    ) -> Iterable[Part]:  # fmt: skip
        """Yield a section for each set of equal siblings told by the same message of the rulebook."""
        by_message: dict[tuple[str, str], list[tuple[Item, Notice, Rule]]] = {}
        for entry in items:
            by_message.setdefault((entry[1].message, entry[1].role), []).append(entry)
        for (name, role), entries in by_message.items():
            own = {id(item): (notice, rule) for item, notice, rule in entries}
            for section in gather([item for item, _, _ in entries]):
                notice = own[id(section[0])][0]
                links = tuple(
                    self._links(rows, outgoing, *own[id(item)], bundle, now) for item in section
                )
                values = fields(section, level, team=team) | {
                    "role": self.house.deciding.words.role(role), "rows": [],
                    "reason": "" if notice.kind is Kind.SEND else notice.detail,
                    **({"as_known": notice.detail} if name == DATA_IS_OLD else {}),
                    "feed": "",
                }  # fmt: skip
                because = self.house.deciding.words.because(role)
                words = render(self._text(name), values, outside=is_external)
                if notice.kind is Kind.SEND:
                    words = self._as_sent(words, notice.detail)
                rung = own[id(section[0])][1].rung(notice.key.rung)
                if rung and section[0].is_late and is_before_due(rung, own[id(section[0])][1]):
                    words = replace(words, clear=f"{NOW} {words.clear}")
                family = (
                    [self.house.deciding.words.role(one) for one in rung.letter_for] if rung else []
                )
                listed = list_of(self.house, notice, bundle, now) or ()
                is_urgent = notice.lane is Lane.URGENT
                yield Part(words, section, links, because, say_list(family), listed, is_urgent)

    def _as_sent(self, words: Words, draft: str) -> Words:
        """Return the words that a person put into a draft, in the place of the rulebook's."""
        with self.store.read() as tx:
            kept = tx.drafts.get([draft])[draft]
        return replace(words, lead=kept.lead, clear=kept.clear)

    def _sender(self, notices: Sequence[Notice], bundle: Bundle) -> str | None:
        """Return whom the reader is to answer: the person who sent a draft, None for what goes by itself."""
        sent = [one.detail for one in notices if one.kind is Kind.SEND]
        if not sent:
            return None
        with self.store.read() as tx:
            by = next(iter(tx.drafts.get(sent).values())).by
        person = bundle.people.get(by)
        return person.addresses.get("email") if person else None

    def _text(self, name: str) -> MessageText:
        return self.house.message(name)

    def _links(
        self, rows: list[LinkRow], outgoing: Outgoing, notice: Notice, rule: Rule, bundle: Bundle,
        now: datetime,
    ) -> Links:  # fmt: skip
        """Return the signed pages of one item. A promise is offered where a rung asks for one.

        The links of what was sent before are good for nothing once the duty has moved or was opened
        anew: the word that says so brings new ones.
        """
        track = bundle.tracks[notice.key.obligation]
        if notice.kind is Kind.CORRECT and track.state is State.OPEN:
            told = [
                one for one in bundle.others.get(track.id, ())
                if one.key.person == notice.key.person and rule.rung(one.key.rung)
            ]  # fmt: skip
            notice = max(told, key=lambda one: (one.at, one.key.rung), default=notice)
        rung, revision = rule.rung(notice.key.rung), track.revision
        actions = [Action.PAGE]
        if rung is not None and rung.ask == "promise":
            actions.append(Action.PROMISE)
        if notice.kind not in STANDING:
            actions += [
                Action.WRONG_PERSON,
                *([Action.NOT_REQUIRED] if self.house.signs_in and is_waivable(rule) else []),
            ]
        made: dict[Action, str] = {}
        for action in actions:
            purpose = Purpose(
                outgoing.id, notice.key.obligation, notice.key.person, action, revision
            )
            token = make_token(secrets.token_bytes(16), self.house.terms.link_key, purpose)
            made[action] = f"{self.house.terms.address}/item/{token}"
            rows.append(
                LinkRow(
                    hash_of(token), outgoing.id, notice.key.obligation, notice.key.rung, notice.key.occurrence,
                    notice.key.person, action, revision, now + timedelta(days=self.house.terms.link_days),
                )
            )  # fmt: skip
        return Links(
            made[Action.PAGE], made.get(Action.PROMISE), made.get(Action.WRONG_PERSON),
            made.get(Action.NOT_REQUIRED),
            decide=self._decides(rung),
        )  # fmt: skip

    def _decides(self, rung: Rung | None) -> str | None:
        """Return where a step's reader signs in and decides, None where it asks for no decision or nobody can."""
        is_asked = rung is not None and rung.is_decided_by_its_reader
        return f"{self.house.terms.address}/" if is_asked and self.house.signs_in else None

    def _list(
        self, outgoing: Outgoing, told: Sequence[Notice], level: Level, now: datetime, *, is_external: bool
    ) -> Message:  # fmt: skip
        """Return a digest or an operator's message; of several that travel together, what each says."""
        notice, said = told[0], in_one(one.detail for one in told)
        is_list = notice.kind is Kind.DIGEST
        shows, rows = self.lists.rows(notice, now) if is_list else (Shows.OVERDUE, [])
        if is_list and not rows:
            raise NothingToSay
        code = item_code(outgoing.id, notice.key.obligation)
        values = dict.fromkeys(FIELDS, "") | {
            "count": len(rows) or 1, "reason": "" if is_list else said,
            "role": self.house.deciding.words.role(notice.role), "rows": [],
            "feed": notice.key.obligation.split("/")[2] if notice.key.obligation.count("/") > 1
            else notice.key.obligation.rpartition("/")[2],
            "code": code, "agency": "", "as_known": f"as at {say(now)}",
        }  # fmt: skip
        words = render(self._text(notice.message), values, outside=is_external)
        detail = "" if is_list or is_external else f"{said.rstrip('.')}."
        return compose_list(
            words.subject, " ".join(filter(None, (words.lead, detail, words.clear))),
            HEADINGS[shows], rows,
            message_id=outgoing.id, channel=outgoing.channel, lane=outgoing.lane, made_at=outgoing.created_at,
            authority_title=self.house.terms.title, because=self.house.deciding.words.because(notice.role), level=level,
            code=code, is_external=is_external,
        )  # fmt: skip


def _said_once(notices: Sequence[Notice]) -> list[Notice]:
    """Return the notices that a message puts into words: what it asks of somebody it does not also call overdue."""
    asked = {
        one.key.obligation
        for one in notices
        if one.key.rung != FIRST_SEEN_LATE and one.kind is not Kind.CORRECT
    }
    return [
        one for one in notices if one.key.rung != FIRST_SEEN_LATE or one.key.obligation not in asked
    ]
