"""A REST source as a feed: whole readings, and between them what has changed where the source can say so."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from daemon.domain.errors import Problem
from daemon.domain.facts import moment as instant
from daemon.domain.times import day_of, iso
from daemon.mapping.cells import moment
from daemon.mapping.rows import Cases, carried
from daemon.ports import Clock, Page, Unreadable
from integrations.rest_api.config import Config
from integrations.rest_api.dfe_csc import CARRIED, NOT_REQUIRED
from integrations.rest_api.pages import Pages, Told
from integrations.rest_api.paths import value
from integrations.rest_api.proof import Proof
from integrations.rest_api.rows import Rows
from integrations.rest_api.wire import connected

VALIDATORS = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}


@dataclass(slots=True)
class Reading:
    """What one reading has seen so far. `known_at` is the earliest moment that an answer gives."""

    cases: Cases
    refs: set[str]
    said_at: datetime
    known_at: datetime
    known: Mapping[str, str]
    pages: int = 0
    is_new: bool = True


@dataclass(frozen=True, slots=True)
class Standing:
    """How the last reading left the feed: it goes on from there if the store does, too.

    `problems` are by the case in whose row they stand; `known` the headers that ask whether anything is new.
    """

    cursor: str
    whole_at: datetime
    known_at: datetime
    known: Mapping[str, str]
    problems: Mapping[str | None, tuple[Problem, ...]]


class RestApi:
    """Case records from a REST source. Nothing is ever written to it, but for the asking of a token."""

    def __init__(self, config: Config, clock: Clock) -> None:
        self.config, self.clock = config, clock
        self._proof = Proof(config, clock)
        self._last: Standing | None = None
        self._rest_until: datetime | None = None

    @property
    def carries(self) -> frozenset[str]:
        """Every fact that the rows can show."""
        queries = self.config.queries.values()
        shown = carried([one for one in queries if one.preset is None])
        if any(one.no_conference_is_said for one in queries):
            shown |= {NOT_REQUIRED}
        return shown | CARRIED if any(one.preset for one in queries) else shown

    def read(self, cursor: str | None) -> Page:
        """Return everything, or what has changed since `cursor`; raises Unreadable.

        A cursor that this process has not given out itself leads to a whole reading: the problems of
        rows that would not come again are known to nobody else.
        """
        now = self.clock()
        if self._rest_until is not None and now < self._rest_until:
            raise Unreadable(f"it asked to be left alone until {iso(self._rest_until)}")
        last = self._last if self._last and self._last.cursor == cursor else None
        if last and now - last.whole_at >= timedelta(seconds=self.config.whole_every_s):
            last = None
        return asyncio.run(self._read(now, last))

    async def _read(self, now: datetime, last: Standing | None) -> Page:
        try:
            async with asyncio.timeout(self.config.timeout_s), connected(self.config) as wire:
                pages = Pages(self.config, wire, self._proof)
                try:
                    reading, problems = await self._gather(pages, now, last)
                except Unreadable:
                    asked = timedelta(seconds=pages.patience_s or 0)
                    self._rest_until = self.clock() + asked
                    raise
        except TimeoutError:
            within = f"{self.config.timeout_s:g} seconds"
            raise Unreadable(f"it could not be read whole within {within}") from None
        is_part = last is not None and (bool(self.config.updated_since) or not reading.is_new)
        if is_part and last:
            kept = {ref: found for ref, found in last.problems.items() if ref not in reading.refs}
            problems = kept | problems
        known = reading.known if reading.is_new else (last and last.known) or {}
        whole_at = last.whole_at if is_part and last else now
        cursor = json.dumps({"since": iso(reading.said_at), "whole": iso(whole_at), "known": known})
        self._last = Standing(cursor, whole_at, reading.known_at, known, problems)
        return Page(
            records=reading.cases.fragments(),
            problems=tuple(one for found in problems.values() for one in found),
            cursor=cursor,
            whole=not is_part,
            read_at=now,
            as_known_at=reading.known_at,
            rows=reading.cases.rows,
            parts=reading.cases.parts,
        )

    async def _gather(
        self, pages: Pages, now: datetime, last: Standing | None
    ) -> tuple[Reading, dict[str | None, tuple[Problem, ...]]]:
        """Return what the pages of all queries say, and the problems by the case that they stand in."""
        config = self.config
        reading = Reading(Cases(), set(), now, now, {})
        rows = Rows(config.queries, reading.cases, day_of(now).isoformat())
        problems: dict[str | None, tuple[Problem, ...]] = {}
        more = self._since(last)
        asked = [name for name, one in config.queries.items() if one.within is None]
        for name in asked:
            number = 0
            known = last.known if last and not more else {}
            async for told in pages.of(config.queries[name], more, known):
                self._look(reading, told, last)
                for item in told.rows or ():
                    number, before = number + 1, len(reading.cases.problems)
                    ref = rows.read(name, number, item)
                    if ref is not None:
                        reading.refs.add(ref)
                    if found := tuple(reading.cases.problems[before:]):
                        problems[ref] = (*problems.get(ref, ()), *found)
        is_alone = len(asked) == 1 and reading.pages == 1
        reading.known = reading.known if is_alone and not config.updated_since else {}
        return reading, problems

    def _since(self, last: Standing | None) -> dict[str, str]:
        """Return the parameter that asks for what has changed alone."""
        name = self.config.updated_since
        if not name or last is None:
            return {}
        said_at = datetime.fromisoformat(json.loads(last.cursor)["since"])
        since = said_at - timedelta(seconds=self.config.overlap_s)
        return {name: since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}

    def _look(self, reading: Reading, told: Told, last: Standing | None) -> None:
        """Keep what a page's answer says of itself: when it was said, up to when it is known."""
        reading.pages += 1
        if told.rows is None:
            reading.is_new = False
            if self.config.as_known and last:
                reading.known_at = min(reading.known_at, last.known_at)
            return
        if reading.pages == 1:
            reading.said_at = min(said_at(told.said.headers), reading.said_at)
            reading.known = {
                ours: told.said.headers[theirs]
                for theirs, ours in VALIDATORS.items()
                if told.said.headers.get(theirs)
            }
        if self.config.as_known:
            reading.known_at = min(reading.known_at, as_known(self.config.as_known, told.document))


def said_at(headers: Mapping[str, str]) -> datetime:
    """Return when an answer was given by the clock of whoever gave it; far ahead where it does not say."""
    try:
        return parsedate_to_datetime(headers.get("date", "")).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        return datetime.max.replace(tzinfo=UTC)


def as_known(path: str, document: object) -> datetime:
    """Return up to when an answer is known; raises Unreadable. A local time is London's."""
    try:
        found = moment(value(path, document))
    except ValueError:
        found = None
    if found is None:
        raise Unreadable(f"there is no date or time at {path}, up to which it would be known")
    return instant(datetime.fromisoformat(found))[0].astimezone(UTC)
