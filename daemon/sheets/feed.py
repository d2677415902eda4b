"""A diary in files as a feed: read when they change, and held to its last good sheets."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import astuple, dataclass, field, replace
from datetime import datetime
from zlib import decompress

from daemon.domain.errors import Problem
from daemon.domain.sheet import SheetRefusedError
from daemon.ports import Clock, Outdated, Page, Unreadable
from daemon.sheets.ages import hold_to_newest, newest_read
from daemon.sheets.carried import carried, lacking
from daemon.sheets.columns import CASE, CONFERENCE, NAMES, Name
from daemon.sheets.config import DropConfig, FiledConfig
from daemon.sheets.diary import read_diary
from daemon.sheets.drop import Drop, Opener, Taken, read_carefully
from daemon.sheets.pickup import Mark, look_ahead
from daemon.sheets.shelf import DropRefusedError, Folder, Shelf

LOOKS = 3  # a folder whose files are exchanged while they are read is looked at again


@dataclass(frozen=True, slots=True)
class Before:
    """The last reading, from its cursor: how each file stood, and which columns each sheet had.

    `newest`: when the newest of each file that was ever read was written, ns since 1970.
    """

    files: Mapping[str, Mark] = field(default_factory=dict)
    columns: Mapping[str, list[str]] = field(default_factory=dict)
    newest: Mapping[str, int] = field(default_factory=dict)


class FiledDiary:
    """A conference diary in files, wherever they lie."""

    def __init__(self, config: FiledConfig, shelf: Shelf, clock: Clock, opener: Opener) -> None:
        self.config, self.shelf, self.clock, self.opener = config, shelf, clock, opener
        self.carries = carried(config)
        self._good: dict[Name, Taken] = {}  # without their rows, which would take ten times as much
        self._found: Mapping[Name, Collection[str]] | None = None  # the columns of each sheet
        self._last: Page | None = None  # without its records: they are the store's to keep

    def read(self, cursor: str | None) -> Page:
        """Return the whole diary; no records where nothing has changed since `cursor`.

        A sheet that was good and cannot be read now is a problem and keeps its last good rows;
        where those are not at hand, and always for the conference sheet, it raises Unreadable. So does
        a case sheet that was never good: who must not be told is not known then. So does a drop that is
        not what its manifest says: nothing of it is taken. Where a file is older than what was read of it
        before, it raises Outdated.
        """
        now, before, last = self.clock(), _parse(cursor), self._last
        if last and cursor == last.cursor and self.shelf.stands() == before.files:
            known_at = now if self.config.as_known == "read" else last.as_known_at
            return replace(last, whole=False, read_at=now, as_known_at=known_at)
        for _ in range(LOOKS):
            drop = Drop(self.config, self.shelf, self.opener)
            try:
                page, taken = self._look(drop, before, now)
            except (DropRefusedError, Unreadable) as error:
                if self.shelf.stands() == drop.stood:
                    if isinstance(error, Outdated):
                        raise Outdated(*error.problems, cursor=_mark_older(cursor)) from None
                    self.shelf.keep(drop.files, is_good=False)
                    raise Unreadable(str(error)) from None
                continue
            if self.shelf.stands() == drop.stood:
                break
        else:
            raise Unreadable("the files in the drop folder are exchanged again and again; wait")
        spoilt = {file for file in drop.files if file not in json.loads(page.cursor or "")["files"]}
        bad = {file: one for file, one in drop.files.items() if file in spoilt}
        good = {file: one for file, one in drop.files.items() if file not in spoilt}
        copied = (
            *self.shelf.keep(good, is_good=True),
            *self.shelf.keep(bad, is_good=False),
        )
        page = replace(page, problems=(*page.problems, *copied))
        self._found = {name: one.sheet.columns for name, one in taken.items()}
        self._good = {
            name: replace(one, sheet=replace(one.sheet, rows=())) for name, one in taken.items()
        }
        self._last = replace(page, records=())
        return page

    def lacking(self, elsewhere: Collection[str]) -> tuple[Problem, ...]:
        """Return the places that the last reading had not, and in which alone it could be said that something is done.

        A drop of changes has the sheets in which something has changed: of the others it says nothing.
        """
        if self._found is None or not self.config.is_whole:
            return ()
        return tuple(lacking(self.config, self._found, elsewhere))

    def _look(self, drop: Drop, before: Before, now: datetime) -> tuple[Page, dict[Name, Taken]]:
        """Return what the files show, and the sheets that they show it by."""
        drop.hold()
        if self.shelf.is_dropped:
            hold_to_newest(drop, before.newest)
        taken: dict[Name, Taken] = {}
        problems: list[Problem] = []
        is_whole = self.config.is_whole
        held: set[str] = set()  # files of which something could not be read
        for name in NAMES:
            is_needed = self.config.is_required(name) or (is_whole and name in before.columns)
            try:
                found = drop.sheet(name, before.columns.get(name, ()), is_needed=is_needed)
            except SheetRefusedError as error:
                is_vital = name == CASE or name in before.columns
                if name == CONFERENCE or (name not in self._good and is_vital):
                    raise Unreadable(str(error.problem)) from None
                problems += [error.problem] if error.problem not in problems else []
                held.add(self.config.file_of(name))
                found = self._take_again(name)
            if found:
                taken[name] = found
        drop.count(_rows_by_file(one for one in taken.values() if one.file not in held))
        for file, mark in sorted({one.file: one.mark for one in taken.values()}.items()):
            problems += look_ahead(file, mark, now)
        newest = newest_read(drop, taken.values(), before.newest, before.files, now)
        fragments, wrong = read_diary({name: one.sheet for name, one in taken.items()})
        for one in taken.values():
            problems += one.sheet.problems
        page = Page(
            records=fragments,
            problems=(*problems, *wrong),
            cursor=_write(drop, taken, held, newest),
            whole=is_whole,
            read_at=now,
            as_known_at=self._known_at(drop, taken, held, now),
            rows=sum(len(one.sheet.rows) for one in taken.values()),
            parts={name: len(one.sheet.rows) for name, one in taken.items()},
        )
        return page, taken

    def _known_at(
        self, drop: Drop, taken: Mapping[Name, Taken], held: set[str], now: datetime
    ) -> datetime:
        """Return up to when the data is known: what is held to is no younger than when it was good."""
        if self.config.as_known == "read":
            known_at = now
        elif drop.manifest and drop.manifest.made_at:
            known_at = drop.manifest.made_at
        else:
            known_at = max(one.mark.changed_at for one in taken.values())
        is_held = self._last and any(one.file in held for one in taken.values())
        return min(now, known_at, *((self._last.as_known_at,) if self._last and is_held else ()))

    def _take_again(self, name: Name) -> Taken | None:
        """Return a sheet as it last was good."""
        good = self._good.get(name)
        if good is None:
            return None
        table = self.opener(decompress(good.packed), good.file)(name)
        if table is None:
            return None
        return replace(good, sheet=read_carefully(name, table, self.config.layout(name)))


class DiaryFeed(FiledDiary):
    """A conference diary in a drop folder, which is only ever read."""

    def __init__(self, config: DropConfig, clock: Clock, opener: Opener) -> None:
        super().__init__(config, Folder(config), clock, opener)


def _rows_by_file(taken: Iterable[Taken]) -> dict[str, int]:
    rows: dict[str, int] = {}
    for one in taken:
        rows[one.file] = rows.get(one.file, 0) + one.sheet.count
    return rows


def _write(
    drop: Drop, taken: Mapping[Name, Taken], held: set[str], newest: Mapping[str, int]
) -> str:
    """Return the cursor: how each file stood, the sheets' columns, so that a lost one is noticed, and the ages.

    A file of which something could not be read is not in it: it is read again.
    """
    files = {name: astuple(mark) for name, mark in drop.stood.items() if name not in held}
    columns = {name: sorted(one.sheet.columns) for name, one in taken.items()}
    return json.dumps({"files": files, "columns": columns, "newest": newest})


def _mark_older(cursor: str | None) -> str:
    """Return the same cursor, and that what lies there now was not taken: the next that is, is news."""
    return json.dumps(json.loads(cursor or "{}") | {"older": True})


def _parse(cursor: str | None) -> Before:
    try:
        given = json.loads(cursor or "{}")
        files = {name: Mark(*mark) for name, mark in given["files"].items()}
        columns = {name: list(each) for name, each in given["columns"].items()}
        newest = {name: int(at) for name, at in given.get("newest", {}).items()}
        return Before(files, columns, newest)
    except (ValueError, TypeError, AttributeError, KeyError):
        return Before()  # a cursor of another version: everything is read anew
