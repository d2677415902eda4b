"""The lists and workbooks of a site as the files of a diary: looked at once a reading, and kept between two."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from time import monotonic
from typing import Any, NoReturn

from daemon.domain.errors import Problem, Temporary, WireError
from daemon.domain.sheet import Cell, SheetRefusedError, name_columns
from daemon.domain.times import DAY
from daemon.ports import Clock, Unreadable
from daemon.sheets.columns import NAMES, Name
from daemon.sheets.manifest import Manifest
from daemon.sheets.pickup import Mark
from integrations.microsoft365 import site
from integrations.microsoft365.columns import (
    LOOKUP,
    NOT_SHOWN,
    Column,
    cell,
    columns_of,
    is_crowded,
)
from integrations.microsoft365.diary_config import ITEM, OnlineDiaryConfig, shown_name
from integrations.microsoft365.download import download
from integrations.microsoft365.listed import Gathering, Heads, Listed, is_folder, kept, mark_of
from integrations.microsoft365.session import Session

DOOR = "sharepoint"  # a throttled site leaves mail alone
PERMISSION = "Sites.Selected"
GUIDE = "docs/how-to/diary-in-microsoft365.md"
MISSING = frozenset({"refused-404", "no-such-mailbox"})
UNTOLD = MISSING | {"not-permitted"}  # whoever it is: the row is read without them, and told of
FORGOTTEN = frozenset({"refused-410", "refused-400"})  # the service knows our place no more
GRANT = f"grant the application {PERMISSION}, and `read` on this site ({GUIDE})"
REFUSALS = {
    "not-permitted": ("may not be read by us (403)", GRANT),
    "refused-423": (
        "is locked (423)",
        "have whoever checked it out, or has it open alone, close it",
    ),
    "too-large": ("is larger than we read", "check it, or raise largest_bytes"),
}
GONE = 'put it back, correct its name in the settings, or switch the sheet off with ""'
NUMBER = re.compile(r"[0-9]{1,18}")
NEVER = Mark(-1, 0, 0)  # of what could not be looked at: it is looked at again


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook as it stood when it was looked at."""

    mark: Mark
    address: str  # of its content; it is a secret for as long as it is good


class OnlineShelf:
    """What a site holds of a diary. A list or workbook that is refused leaves the others as they are."""

    is_dropped = False  # the site itself says when something was changed

    def __init__(self, config: OnlineDiaryConfig, session: Session, clock: Clock) -> None:
        self.config, self.session, self.clock = config, session, clock
        self.refused: dict[str, SheetRefusedError] = {}
        self._site = self._drive = ""
        self._lists: dict[str, Listed] = {}
        self._books: dict[str, Book] = {}
        self._addresses: dict[str, str] = {}  # of people, by their number in the site
        self._addresses_since = clock()
        self._until = 0.0

    def look(self) -> None:
        """Ask how everything stands; raises Unreadable where the site, or the way to it, is not there."""
        self._until = monotonic() + self.config.reads_for_s
        self.refused = {}
        if self.clock() - self._addresses_since >= DAY:
            self._addresses, self._addresses_since = {}, self.clock()
        try:
            self._site = self._site or self._ask(partial(site.site_id, path=self.config.site_path))
        except WireError as error:
            _refuse_site(error.reason)
        lists = self.config.lists
        for file in dict.fromkeys(self.config.file_of(name) for name in NAMES):
            if not file:
                continue
            try:
                if file in lists:
                    self._lists[file] = self._listed(file, lists[file])
                else:
                    self._books[file] = self._book(file)
            except SheetRefusedError as error:
                self.refused[file] = error
            except WireError as error:
                self.refused[file] = _refused(file, error.reason)

    def stands(self) -> Mapping[str, Mark]:
        """Return how each list and workbook stood at the last look."""
        lists = {file: one.mark for file, one in self._lists.items()}
        books = {file: one.mark for file, one in self._books.items()}
        return lists | books | dict.fromkeys(self.refused, NEVER)

    def take(self, file: str) -> tuple[bytes, Mark]:
        """Return what a list holds, or a workbook; raises SheetRefusedError."""
        if file in self.refused:
            raise self.refused[file]
        if file in self._lists:
            listed = self._lists[file]
            return listed.data(), listed.mark
        book, most = self._books[file], self.config.largest_bytes
        transport = self.session.transport

        async def fetch(_: Any) -> bytes:
            return await download(transport, book.address, self.config.site, most)

        try:
            return self._ask(fetch), book.mark
        except WireError as error:
            raise _refused(file, error.reason) from None
        except Unreadable as error:
            raise SheetRefusedError(shown_name(file), str(error), "it is tried again") from None

    def manifest(self) -> Manifest | None:
        """Return None: what lies in a site is live, and nobody describes it."""
        return None

    def keep(self, files: Mapping[str, tuple[bytes, Mark]], *, is_good: bool) -> Sequence[Problem]:
        """Keep no copies: the site keeps its versions itself."""
        del files, is_good
        return ()

    def _ask(self, act: Any) -> Any:
        """Return what an act returns; raises a WireError for a refusal, Unreadable where nothing is to be had."""
        until = min(self._until, monotonic() + self.config.timeout_s)
        try:
            return self.session.call(act, DOOR, until)
        except Temporary as error:
            is_refusal = error.reason in REFUSALS or error.reason.startswith("refused-")
            if is_refusal or error.reason in MISSING:
                raise
            if monotonic() >= self._until:
                within = f"{self.config.reads_for_s:g} seconds"
                raise Unreadable(f"it could not be read whole within {within}") from None
            raise Unreadable(f"Microsoft 365 cannot be read ({error.reason})") from None

    def _book(self, file: str) -> Book:
        """Return how a workbook stands."""
        library = self.config.document_library
        asking = partial(site.drive_id, site=self._site, library=library)
        self._drive = self._drive or self._ask(asking)
        if not self._drive:
            mend = "correct `document_library`, or leave it out where the file lies in Documents"
            raise SheetRefusedError(str(library), "is no library of the site", mend)
        is_id = bool(ITEM.fullmatch(file))
        told = self._ask(partial(site.file_in, drive=self._drive, file=file, is_id=is_id))
        address, tag = told.get(site.DOWNLOAD), told.get("cTag")
        size = told.get("size")
        if not isinstance(address, str) or not isinstance(tag, str):
            raise SheetRefusedError(shown_name(file), "is no file", "name the workbook itself")
        if isinstance(size, int) and size > self.config.largest_bytes:
            raise _refused(file, "too-large")
        now = self.clock()
        changed_at = _moment(told.get("lastModifiedDateTime"), now)
        return Book(mark_of(tag, size if isinstance(size, int) else 0, changed_at, now), address)

    def _listed(self, file: str, sheets: Sequence[Name]) -> Listed:
        """Return a list as it stands: what is known of it, and what has changed since."""
        asking = partial(site.list_and_columns, site=self._site, name=file)
        list_id, described = self._ask(asking)
        heads = self._heads(described, sheets)
        now, before = self.clock(), self._lists.get(file)
        every = timedelta(minutes=self.config.whole_every_min)
        if before and (before.id, before.heads.columns) != (list_id, heads.columns):
            before = None
        if before and now - before.whole_at >= every:
            before = None  # what a look-up shows changes unseen
        try:
            return self._gathered(list_id, heads, before)
        except WireError as error:
            if error.reason not in FORGOTTEN or before is None:
                raise
        return self._gathered(list_id, heads, None)

    def _heads(self, described: Sequence[Mapping[str, Any]], sheets: Sequence[Name]) -> Heads:
        """Return which columns some sheet reads, and what else stands above the list."""
        plans = [self.config.layout(name) for name in sheets]
        found = columns_of(described, {header for one in plans for header in one.columns.values()})
        shown = [one.shown for one in found]
        read = zip(*(name_columns(shown, plan) for plan in plans), strict=True)
        wanted = [any(names) for names in read]
        return Heads(
            tuple(one for one, is_read in zip(found, wanted, strict=True) if is_read),
            tuple(one.shown for one, is_read in zip(found, wanted, strict=True) if not is_read),
            is_crowded(described),
        )

    def _gathered(self, list_id: str, heads: Heads, before: Listed | None) -> Listed:
        """Return what has been told since the last look, on top of what was known then."""
        columns = heads.columns
        now = self.clock()
        gathered = Gathering(before.items(), before.mark.changed_at) if before else Gathering()
        place, seen = before.place if before else "", set[str]()
        while columns:  # one without any says so by its header
            turn = partial(
                site.changes, site=self._site, list_=list_id,
                fields=[field for one in columns for field in one.asked], place=place,
            )  # fmt: skip
            page = self._ask(turn)
            for item in page.items:
                self._take_in(gathered, item, columns)
            place, gathered.size = page.place, gathered.size + page.size
            if page.is_last:
                break
            if place in seen:
                raise Temporary("endless")
            if gathered.size > self.config.largest_bytes:
                raise Temporary("too-large")
            seen.add(place)
        told = [heads, sorted(gathered.items.items())]
        return Listed(
            id=list_id, heads=heads, place=place,
            whole_at=before.whole_at if before else now, packed=gathered.pack(),
            mark=mark_of(told, len(gathered.items), gathered.changed_at, now),
        )  # fmt: skip

    def _take_in(
        self, gathered: Gathering, item: Mapping[str, Any], columns: Sequence[Column]
    ) -> None:
        """Take in what is said of one item."""
        id_, fields = str(item.get("id") or ""), item.get("fields")
        if not NUMBER.fullmatch(id_):
            raise Unreadable("Microsoft 365 cannot be read (answer-unclear)")
        if "deleted" in item or is_folder(item):
            gathered.items.pop(id_, None)
            return
        if not isinstance(fields, Mapping):
            raise Unreadable("Microsoft 365 cannot be read (answer-unclear)")
        gathered.items[id_] = [kept(self._cell(fields, one)) for one in columns]
        changed_at = _moment(item.get("lastModifiedDateTime"), gathered.changed_at)
        gathered.changed_at = max(gathered.changed_at, changed_at)

    def _cell(self, fields: Mapping[str, Any], column: Column) -> Cell:
        """Return a field as a cell; of one person the address, which is asked for once."""
        value, number = fields.get(column.key), fields.get(column.number)
        if not column.number or not number:
            return cell(value, column.kind)
        if column.kind == LOOKUP:
            return NOT_SHOWN if value is None else cell(value, LOOKUP)
        person = str(number)
        if person not in self._addresses:
            asking = partial(site.address_of, site=self._site, person=person)
            try:
                self._addresses[person] = self._ask(asking)
            except WireError as error:
                if error.reason not in UNTOLD:
                    raise
                self._addresses[person] = ""
        return self._addresses[person] or f"person {person}"  # no id: it is told of, and left out


def _moment(text: object, otherwise: datetime) -> datetime:
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return otherwise
    return found if found.tzinfo else otherwise


def _refused(file: str, reason: str) -> SheetRefusedError:
    """Return why one list or workbook is not read."""
    named = shown_name(file)
    if reason in MISSING:
        return SheetRefusedError(named, "is not in the site", GONE)
    what, mend = REFUSALS.get(reason, (f"is refused by Microsoft 365 ({reason})", "look at it"))
    return SheetRefusedError(named, what, mend)


def _refuse_site(reason: str) -> NoReturn:
    if reason in MISSING:
        what, mend = "there is no such site", "correct `site`: its address as a browser shows it"
    elif reason == "not-permitted":
        what, mend = "the site may not be read by us (403)", GRANT
    else:
        what, mend = f"the site is refused by Microsoft 365 ({reason})", "look at it"
    raise Unreadable(f"{what}; {mend}") from None
