"""The drop folder as a feed: reads its sheets when they change, and holds to the last good ones."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import get_args
from zlib import compress, decompress

from daemon.domain.errors import Problem, Severity
from daemon.domain.sheet import Sheet, SheetRefusedError, read_sheet
from daemon.ports import Clock, Page, Unreadable
from integrations.csv_files.carried import carried
from integrations.csv_files.config import Config, Name
from integrations.csv_files.diary import read_diary
from integrations.csv_files.drops import Mark, look, take
from integrations.csv_files.sheets import CASE

NAMES: tuple[Name, ...] = get_args(Name)
ERROR = Severity.ERROR
AGAIN = 'put it back, or set its `file` to "" to do without it'


@dataclass(frozen=True, slots=True)
class Taken:
    """A sheet that could be read, and how its file stood; `packed` is the file, to be read again."""

    sheet: Sheet
    mark: Mark
    packed: bytes


class CsvFiles:
    """A conference diary in a drop folder, which is only ever read."""

    def __init__(self, config: Config, clock: Clock) -> None:
        self.config, self.clock, self.carries = config, clock, carried(config)
        self._good: dict[Name, tuple[Mark, bytes]] = {}  # packed: rows would take ten times as much
        self._last: Page | None = None  # without its records: they are the store's to keep

    def read(self, cursor: str | None) -> Page:
        """Return the whole diary; no records where nothing has changed since `cursor`.

        A sheet that was good and cannot be read now is a problem and keeps its last good rows;
        where those are not at hand, and always for the conference sheet, it raises Unreadable. So does
        a case sheet that was never good: who must not be told is not known then.
        """
        now = self.clock()
        before = _parse(cursor)
        last = self._last
        if last and cursor == last.cursor and self._stands_as(before):
            known_at = now if self.config.as_known == "read" else last.as_known_at
            return replace(last, whole=False, read_at=now, as_known_at=known_at)
        taken: dict[Name, Taken] = {}
        problems: list[Problem] = []
        is_held = False
        for name in NAMES:
            try:
                found = self._take(name, before)
            except SheetRefusedError as error:
                is_needed = name == CASE or name in before
                if name == "conference" or (name not in self._good and is_needed):
                    raise Unreadable(str(error.problem)) from None
                problems.append(error.problem)
                found = self._take_again(name)
                is_held = is_held or found is not None
            if found:
                taken[name] = found
        problems += _look_ahead(self.config, taken, now)
        fragments, wrong = read_diary({name: one.sheet for name, one in taken.items()})
        known_at = min(
            now,
            now
            if self.config.as_known == "read"
            else max(one.mark.changed_at for one in taken.values()),
        )
        if is_held and last:
            known_at = min(
                known_at, last.as_known_at
            )  # what is held to is no younger than when it was good
        page = Page(
            records=fragments,
            problems=(
                *problems,
                *(bad for one in taken.values() for bad in one.sheet.problems),
                *wrong,
            ),
            cursor=_write(taken),
            whole=True,
            read_at=now,
            as_known_at=known_at,
            rows=sum(len(one.sheet.rows) for one in taken.values()),
        )
        self._good = {name: (one.mark, one.packed) for name, one in taken.items()}
        self._last = replace(page, records=())
        return page

    def _take_again(self, name: Name) -> Taken | None:
        """Return a sheet as it last was good."""
        if name not in self._good:
            return None
        mark, packed = self._good[name]
        sheet = read_sheet(decompress(packed), self.config.file(name), self.config.layout(name), ())
        return Taken(sheet, mark, packed)

    def _take(self, name: Name, before: Mapping[str, tuple[Mark, list[str]]]) -> Taken | None:
        file = self.config.file(name)
        if not file:
            return None
        try:
            data, mark = take(self.config.folder / file, self.config.largest_bytes)
        except FileNotFoundError:
            if name in before or self.config.is_required(name):
                raise SheetRefusedError(file, "is not in the drop folder", AGAIN) from None
            return None
        columns = before[name][1] if name in before else ()
        sheet = read_sheet(data, file, self.config.layout(name), columns)
        if name == CASE and (lost := [one for one in sheet.problems if one.severity is ERROR]):
            what = f"may name people who must not be told, and one row {lost[0].what} ({lost[0].where})"
            raise SheetRefusedError(file, what, "mend the row: the sheet is taken as a whole")
        return Taken(sheet, mark, compress(data, 1))

    def _stands_as(self, before: Mapping[str, tuple[Mark, list[str]]]) -> bool:
        files = {name: self.config.file(name) for name in NAMES}
        marks = {name: look(self.config.folder / file) for name, file in files.items() if file}
        return {name: mark for name, mark in marks.items() if mark} == {
            name: mark for name, (mark, _) in before.items()
        }


def _look_ahead(config: Config, taken: Mapping[Name, Taken], now: datetime) -> list[Problem]:
    """Return a warning for each file that was written in the future: its age would be a lie."""
    ahead = [config.file(name) for name, one in taken.items() if one.mark.changed_at > now]
    what, mend = "was written in the future, by its date", "set the clock of whoever exports it"
    return [Problem(file, what, mend, Severity.WARNING) for file in ahead]


def _write(taken: Mapping[Name, Taken]) -> str:
    """Return the cursor: how each file stood, and its columns, so that a lost one is noticed."""
    return json.dumps(
        {name: [asdict(one.mark), sorted(one.sheet.columns)] for name, one in taken.items()}
    )


def _parse(cursor: str | None) -> dict[str, tuple[Mark, list[str]]]:
    try:
        given = json.loads(cursor or "{}")
        return {name: (Mark(**mark), list(columns)) for name, (mark, columns) in given.items()}
    except (ValueError, TypeError, AttributeError):
        return {}  # a cursor of another version: everything is read anew
