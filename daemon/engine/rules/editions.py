"""The editions of the rules: a sound one is put in force, any other leaves the last good one where it is.

Source: DOMAIN 5.13, POLICY section 4.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from time import monotonic

import structlog

from daemon.decide.duties.explain import say_problems
from daemon.decide.duties.obligations import Deciding
from daemon.decide.duties.watched import left_out
from daemon.domain.authority import Authority
from daemon.domain.errors import Problem, Refusal
from daemon.domain.times import day_of, london, say_day
from daemon.engine.house import House
from daemon.engine.records.carried import carried_by, get_carried, put_carried, watching
from daemon.engine.rules.led import LED_BY, lead_by, unable
from daemon.engine.rules.pinned import pinned
from daemon.engine.rules.rules_folder import Found, RulesFolder
from daemon.engine.rules.unfit import fitting, too_soon
from daemon.engine.telling.alone import alone
from daemon.engine.telling.operator import tell_operator
from daemon.rulebook import Edition, compile_kept, unreadable
from daemon.rulebook.differing.difference import differences
from daemon.rulebook.language.words import VOCABULARY_FILE
from daemon.rulebook.own.overlay import chain
from daemon.store import EditionRow, Store, Tx

log = structlog.get_logger("daykeeper.rulebook")
FOLLOW_EVERY_S = 5.0
IN_FORCE = "rulebook/in-force"  # the mark with the digest of the edition that decides
WRONG, WAITING = "rulebook/wrong", "rulebook/waiting"  # marks: what is wrong, what waits
MOST_SENTENCES = 200  # of one change, in the journal


class Editions:
    """Keeps a house on the newest edition that is sound. One that is not is told of once, and changes nothing."""

    def __init__(self, store: Store, house: House, folder: RulesFolder, terms: Authority) -> None:
        """`terms` are the authority's where the folder has none of its own."""
        self.store, self.house, self.folder, self.terms = store, house, folder, terms
        self.edition: Edition | None = None
        self._waiting: Found | None = None
        self.unread = ""  # the digest of what is in force, where this release cannot read it
        self._refused = self._led_by = ""
        self._followed_s = 0.0

    def begin(self, now: datetime, newer: str = "") -> None:
        """Put in force what the folder says, else what was good last. Raises Refusal where there is neither.

        Beside a run of a newer release, `newer`, what ships with ours is older: its rules are taken up.
        """
        if newer:
            self._join(newer)
            return
        found = self.folder.read()
        self.house.carried = carried_by(
            (feed.source for feed in self.house.feeds.values()),
            signs_in=self.house.signs_in,
            hears=self.house.hears,
        )
        with self.store.read() as tx:
            row = in_force(tx)
        found = self._checked(found, now, row.written if row else {})
        is_ready = found.edition is not None and _begins_at(found.edition, now) <= now
        if row is None:
            if not is_ready:
                raise Refusal(*(found.errors or [too_soon(self.folder.folder.name)]))
            self._put(found, None, now)
            return
        kept, problems = compile_kept(row.written, row.digest)
        lost = None if kept else unreadable(row.digest, problems)
        if is_ready:
            self._put(found, kept, now, lost)
        elif kept is not None:
            with self.store.write() as tx:
                self._watch(tx, kept, now, is_new=False)
            self._take_up(kept)
            self.consider(found, now)
        else:
            raise Refusal(*found.errors, *([lost] if lost else []))
        if unfit := [*alone(self.house.deciding.rulebook.packs.values(), self.house.channels)]:
            raise Refusal(*unfit)

    def turn(self, now: datetime) -> None:
        """Take up what has changed in the folder, and what has waited for this day. For the leader only."""
        self._lead(now)
        waiting = self._waiting
        if waiting is not None and waiting.edition and _begins_at(waiting.edition, now) <= now:
            self._waiting = None
            self._put(waiting, self.edition, now)
        if (found := self.folder.news()) is not None:
            before = self.edition.written if self.edition else {}
            self.consider(self._checked(found, now, before), now)

    def consider(self, found: Found, now: datetime) -> None:
        """Put an edition in force, let it wait for its day, or leave all as it is and say why."""
        if found.edition is None:
            self._refuse(found.errors, now)
            return
        self._refused = ""
        is_same = self.edition is not None and found.edition.digest == self.edition.digest
        begins_at = _begins_at(found.edition, now)
        if not is_same and begins_at <= now:
            self._put(found, self.edition, now)
            return
        self._waiting = None if is_same else found
        day = "" if is_same else say_day(day_of(begins_at))
        with self.store.write() as tx:
            waits = f"{found.edition.digest} from {day}" if day else ""
            if day and tx.marks.get(WAITING) != waits:
                self._journal(tx, "rulebook.waits", found, self.edition, now, f"until {day}, ")
            tx.marks.put(WAITING, waits)
            tx.marks.put(WRONG, "")

    def follow(self) -> None:
        """Take up what another process has put in force, looked for every few seconds.

        Raises Refusal where the first one cannot be read; a later one leaves all as it is.
        """
        if self.edition is not None and monotonic() - self._followed_s < FOLLOW_EVERY_S:
            return
        self._followed_s = monotonic()
        known = self.edition.digest if self.edition else None
        with self.store.read() as tx:
            digest, carried = tx.marks.get(IN_FORCE), get_carried(tx)
            is_other = digest != known or carried != self.house.carried
            row = in_force(tx) if is_other and digest not in (None, self.unread) else None
        if digest != self.unread:
            self.unread = ""
        if row is None:
            return
        edition, problems = compile_kept(row.written, row.digest)
        if edition is not None:
            self.house.carried = carried
            self._take_up(edition)
            if known:
                log.info("rulebook.followed", digest=row.digest)
            return
        if self.edition is None:
            raise Refusal(unreadable(row.digest, problems))
        self.unread = row.digest
        log.error("rulebook.unreadable", digest=row.digest, where=problems[0].where)

    def stand_by(self) -> None:
        """Note that another process leads: it may decide by other rules than ours."""
        self._led_by = ""

    def _lead(self, now: datetime) -> None:
        digest = self.edition.digest if self.edition else ""
        if digest == self._led_by:
            return
        with self.store.write() as tx:
            lead_by(tx, digest, now)
        self._led_by = digest

    def _join(self, newer: str) -> None:
        """Take up the rules of a newer release that is at work. Raises Refusal where we cannot read them."""
        try:
            self.follow()
        except Refusal as refusal:
            raise unable(newer, refusal) from None

    def _checked(self, found: Found, now: datetime, before: Mapping[str, str]) -> Found:
        """Return the same, refused where it does not fit; `before` is what is in force was made from."""
        own = self.folder.folder.name
        return fitting(found, self.house, self.terms, own, now, before)

    def _refuse(self, problems: Sequence[Problem], now: datetime) -> None:
        """Leave the last good edition in force, and say so once."""
        said = json.dumps(say_problems(problems), ensure_ascii=False)
        mark = sha256(said.encode()).hexdigest()[:12]
        if mark == self._refused:
            return
        self._refused, self._waiting = mark, None
        noun = "mistake" if len(problems) == 1 else "mistakes"
        detail = f"{len(problems)} {noun}; the first: {problems[0]}"
        with self.store.write() as tx:
            is_new = tx.marks.get(WRONG) != said
            tx.marks.put(WRONG, said)
            tx.marks.put(WAITING, "")
            if is_new:
                tx.journal.write(
                    now, "rulebook.refused", "rulebook", detail, {"mistakes": len(problems)}
                )
                outbreak = int(now.timestamp()) // 60
                tell_operator(
                    tx, self.house, now, "rulebook", "operator-rulebook", detail, outbreak
                )
        log.error("rulebook.refused", mistakes=len(problems), where=problems[0].where)

    def _put(
        self, found: Found, before: Edition | None, now: datetime, lost: Problem | None = None
    ) -> None:
        """Put an edition in force: what is open is looked at again, what has fired stays fired. `lost`: unreadable."""
        edition = found.edition
        if edition is None:
            raise ValueError(found)
        is_new = before is None or before.digest != edition.digest
        with self.store.write() as tx:
            tx.marks.put(IN_FORCE, edition.digest)
            if is_new:
                tx.editions.put(EditionRow(edition.digest, edition.written, found.by, now))
                begin = f"{lost.what}; " if lost else ""
                self._journal(tx, "rulebook.changed", found, before, now, begin)
            self._watch(tx, edition, now, is_new=self._keep_packs(tx, edition, now) or is_new)
            tx.marks.put(WRONG, "")
            tx.marks.put(WAITING, "")
            if self._led_by:  # we lead, and have just had them looked at again
                tx.marks.put(LED_BY, edition.digest)
        self._led_by = edition.digest if self._led_by else ""
        self._take_up(edition)
        if is_new:
            log.info("rulebook.changed", digest=edition.digest)

    def _watch(self, tx: Tx, edition: Edition, now: datetime, *, is_new: bool) -> None:
        """Have every case looked at again where the rules or what the feeds carry are new; journal what is left out."""
        if not put_carried(tx, self.house.carried) and not is_new:
            return
        tx.cases.touch_all(now)
        tx.obligations.look_again(now)
        deciding = watching(self._deciding(edition), self.house.carried)
        pathways = tx.cases.pathways() | {deciding.default_pathway}
        if found := left_out(deciding.rulebook, pathways):
            many = "1 rule is" if len(found) == 1 else f"{len(found)} rules are"
            meet = "it" if len(found) == 1 else "them"
            because = f"{many} not watched: no feed carries what would meet {meet}"
            data = {"digest": edition.digest, "unwatched": [one._asdict() for one in found]}
            tx.journal.write(now, "rulebook.unwatched", "rulebook", because, data)

    def _deciding(self, edition: Edition) -> Deciding:
        return edition.deciding(self.terms.hours, self.terms.based_on, self.terms.known_as)

    def _take_up(self, edition: Edition) -> None:
        deciding = self._deciding(edition)
        with self.store.read() as tx:
            older = pinned(tx, deciding, self.house.older)
        self.house.take_up(deciding, edition.authority or self.terms, older)
        self.edition = edition

    def _keep_packs(self, tx: Tx, edition: Edition, now: datetime) -> bool:
        """Keep each pack's own texts for the obligations that open under it; return whether any is new."""
        is_any_new = False
        for pack in edition.book.packs.values():
            parts = {
                *chain(edition.texts, pack.name),
                edition.book.base,
                "holidays",
                VOCABULARY_FILE,
            }
            texts = {
                file: text
                for file, text in edition.texts.items()
                if file.partition("/")[0] in parts
            }
            if tx.rulebooks.put(pack.digest, pack.name, texts, now, pack.applies, now):
                is_any_new = True
                data = {"applies": str(pack.applies), "edition": edition.digest}
                tx.journal.write(now, "rulebook.in-force", pack.name, f"digest {pack.digest}", data)
        return is_any_new

    def _journal(
        self,
        tx: Tx,
        kind: str,
        found: Found,
        before: Edition | None,
        now: datetime,
        begin: str = "",
    ) -> None:
        """Write who changed what: its digest, and every difference in a sentence."""
        edition = found.edition
        if edition is None:
            return
        sentences = [str(one) for one in differences(before, edition)] if before else []
        first = "these take their place" if begin else "the first edition"
        many = f"{len(sentences)} differences" if before else first
        authority = edition.authority or self.terms
        data = {
            "digest": edition.digest, "before": before.digest if before else None, "by": found.by,
            "applies": str(authority.applies), "differences": sentences[:MOST_SENTENCES],
            "effective_from": authority.effective_from.isoformat() if authority.effective_from else None,
        }  # fmt: skip
        tx.journal.write(now, kind, "rulebook", f"{begin}{many}, by {found.by}", data)


def in_force(tx: Tx) -> EditionRow | None:
    """Return the edition that decides at present, None before the first start."""
    digest = tx.marks.get(IN_FORCE)
    return tx.editions.get(str(digest)) if digest else None


def _begins_at(edition: Edition, now: datetime) -> datetime:
    begins = edition.authority.effective_from if edition.authority else None
    return london(begins) if begins else now
