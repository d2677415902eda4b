"""A draft of the rules that decides beside those in force, on the same records, and tells nobody (POLICY section 4)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from daemon.decide.duties.explain import say_problems
from daemon.decide.telling.digests import PLANNED
from daemon.domain.authority import Authority
from daemon.domain.message import Lane
from daemon.domain.notice import Notice, NoticeState
from daemon.domain.obligation import State
from daemon.engine.house import House
from daemon.engine.records.assess import Assessor
from daemon.engine.records.rename import MARK as RENAMED
from daemon.engine.records.watch import Watcher
from daemon.engine.rules.rules_folder import Found, RulesFolder
from daemon.engine.sending.claim import take
from daemon.engine.telling.digests import Digests
from daemon.engine.telling.escalate import Escalator
from daemon.engine.telling.operator import OPERATOR
from daemon.engine.telling.weekly import SUMMARY, summarise
from daemon.store import Store, clear

log = structlog.get_logger("daykeeper.shadow")
DRAFT, SINCE, WRONG = "shadow/draft", "shadow/since", "shadow/wrong"  # marks of the real authority
ROUNDS = 10_000
BATCH = 300
ONE_TIME = timedelta(minutes=1)
GONE = frozenset({NoticeState.CANCELLED, NoticeState.SUPERSEDED})


class Shadow:
    """Runs assess and escalate under a draft, on rows of its own. What it would tell is recorded as told."""

    def __init__(
        self, store: Store, house: House, watcher: Watcher, folder: RulesFolder, terms: Authority
    ) -> None:
        """`terms` are the authority's where the draft has none of its own."""
        self.real, self.store, self.real_house = store, store.shadow(), house
        self.folder, self.terms = folder, terms
        self.house = replace(house, directory=None, older={})
        self.assessor = Assessor(self.store, self.house)
        self.escalator = Escalator(self.store, self.house)
        self.digests = Digests(self.store, self.house)
        self.changed: set[str] = set()
        watcher.watching.append(self.changed)
        self._has_begun = self._is_sound = False

    def turn(self, now: datetime) -> None:
        """Take up the draft as it now lies there, then decide what is due by now under it. For the leader only."""
        is_same = self._has_begun and self.house.carried == self.real_house.carried
        found = self.folder.news() if is_same else self.folder.read()
        if found is not None:
            self._take_up(found, now)
        self._has_begun = True
        if not self._is_sound:
            return
        refs = [self.changed.pop() for _ in range(len(self.changed))]
        if refs:
            with self.store.write() as tx:
                tx.cases.touch(sorted(refs), now)
        for _ in range(ROUNDS):
            if not self.assessor.assess(now):
                break
        for _ in range(ROUNDS):
            if not self.escalator.escalate(now):
                break
        summarise(self.store, self.house, now)
        for _ in self.digests.queue(now):
            pass  # nobody waits for it here
        self._tell_nobody(now)

    def rest(self) -> None:
        """Note that another process leads: what changes meanwhile is not heard here, so all is looked at again."""
        self._has_begun = False

    def _take_up(self, found: Found, now: datetime) -> None:
        """Begin anew where the draft is another one: from how everything stands at this moment."""
        edition = found.edition
        with self.real.write() as tx:
            said = (
                json.dumps(say_problems(found.errors), ensure_ascii=False) if found.errors else ""
            )
            tx.marks.put(WRONG, said)
            known = tx.marks.get(DRAFT)
        self._is_sound = edition is not None
        if edition is None:
            log.error("shadow.refused", mistakes=len(found.errors), where=found.errors[0].where)
            return
        deciding = edition.deciding(self.terms.hours, self.terms.based_on, self.terms.known_as)
        self.house.first_on = self.real_house.first_on
        self.house.carried = self.real_house.carried
        self.house.take_up(deciding, edition.authority or self.terms, {})
        if edition.digest != known:
            self._copy(now)
            with self.real.write() as tx:
                tx.marks.put(DRAFT, edition.digest)
                tx.marks.put(SINCE, now)
            log.info("shadow.begun", digest=edition.digest)
        with self.store.write() as tx:
            tx.cases.touch_all(now)
            tx.obligations.look_again(now)

    def _copy(self, now: datetime) -> None:
        """Have the shadow stand where the real line stands, so that what follows is the draft's doing alone."""
        with self.store.write() as shadow:
            clear(shadow)
        with self.real.read() as tx:
            refs = list(tx.cases.refs())
            marks = {**tx.marks.starting(RENAMED), **tx.marks.starting(PLANNED)}
            planned = tx.marks.moment(SUMMARY)
        with self.store.write() as shadow:
            for name, value in marks.items():
                shadow.marks.put(name, value)
            if planned is not None:
                shadow.marks.put(SUMMARY, planned)
        for start in range(0, len(refs), BATCH):
            self._copy_cases(refs[start : start + BATCH], now)

    def _copy_cases(self, refs: Sequence[str], now: datetime) -> None:
        with self.real.read() as tx:
            tracks = [track for found in tx.obligations.of(refs).values() for track in found]
            is_open = [track.id for track in tracks if track.state is State.OPEN]
            told = [one for found in tx.notices.of_obligations(is_open).values() for one in found]
            carried = tx.messages.of({one.message_id for one in told if one.message_id})
            promises = [promise for id_ in is_open for promise in tx.promises.of(id_)]
            numbers = tx.numbers.of(refs)
        with self.store.write() as shadow:
            shadow.cases.touch(refs, now)
            shadow.obligations.save(tracks)
            shadow.messages.open(
                *(
                    replace(one, look_at=None, subject="", text="", html="")
                    for one in carried.values()
                )
            )
            shadow.notices.insert(told)
            for promise in promises:
                shadow.promises.add(promise)
            for ref, found in numbers.items():
                for one in found:
                    shadow.numbers.save(ref, one.kind, one.anchor_on, one.number)

    def _tell_nobody(self, now: datetime) -> None:
        """Bundle what is due as if it went out, and record it as told: corrections and repeats count from there."""
        for lane in Lane:
            for _ in range(ROUNDS):
                with self.store.write() as tx:
                    taken, looked_at = take(tx, self.house, lane, now, BATCH, now)
                    for one in taken:
                        tx.messages.settle(one.outgoing.id, now, "shadow")
                if not looked_at:
                    break


@dataclass(frozen=True, slots=True)
class Contrast:
    """One notice that the draft would treat otherwise. `told_at` or `would_at` None: not at all."""

    notice: Notice
    told_at: datetime | None
    would_at: datetime | None

    @property
    def is_at_one_time(self) -> bool:
        """Whether both tell it, within a minute: what is told at once waits for each to decide, one after the other."""
        if self.told_at is None or self.would_at is None:
            return False
        return abs(self.told_at - self.would_at) < ONE_TIME


def contrast(store: Store) -> tuple[datetime | None, list[Contrast]]:
    """Return since when a draft has decided beside, and what it would have told otherwise, in time order."""
    with store.read() as tx:
        since = tx.marks.moment(SINCE)
        told = _told(tx.notices.since(since)) if since else {}
    if since is None:
        return None, []
    with store.shadow().read() as tx:
        would = _told(tx.notices.since(since))
    found = [
        Contrast(would.get(key) or told[key], _at(told.get(key)), _at(would.get(key)))
        for key in told.keys() | would.keys()
    ]
    different = [one for one in found if not one.is_at_one_time]
    return since, sorted(
        different, key=lambda one: (one.would_at or one.told_at, str(one.notice.key))
    )


def _told(notices: Sequence[Notice]) -> dict[object, Notice]:
    return {
        one.key: one
        for one in notices
        if one.state not in GONE and not one.key.obligation.startswith(f"{OPERATOR}/")
    }


def _at(notice: Notice | None) -> datetime | None:
    return notice.at if notice else None
