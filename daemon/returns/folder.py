"""The newest file of a drop folder as a feed: opened without following links, and only where it is whole."""

import json
import os
import stat
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, BinaryIO

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator

from daemon.domain.dropper import account, hold_to_dropper
from daemon.domain.errors import Problem, Severity
from daemon.domain.sheet import SheetRefusedError
from daemon.ports import Clock, Fragment, Page, Unreadable

UNFINISHED = (".tmp", ".part")
NOT_EXPORTS = (".", "~")  # hidden files, and what a spreadsheet leaves beside an open workbook


class Options(BaseModel):
    """Where the returns are dropped. `files` is a pattern: of those that it fits, the newest is read.

    `dropped_by` is the account whose files alone are taken, by its name or number.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    folder: Path
    files: str
    largest_bytes: int = Field(default=50_000_000, gt=0)
    dropped_by: Annotated[int | None, BeforeValidator(account)] = None

    @field_validator("folder")
    @classmethod
    def _stands_on_the_settings(cls, folder: Path, info: ValidationInfo) -> Path:
        return Path((info.context or {}).get("base", ".")) / folder

    @field_validator("files")
    @classmethod
    def _stays_in_the_folder(cls, files: str) -> str:
        if not files or "/" in files or files.endswith(UNFINISHED):
            raise ValueError("is no plain name of a finished file; write one such as *.xml")
        return files


@dataclass(frozen=True, slots=True)
class Contents:
    """What a return holds; `known_at` is up to when it says itself that it is known, `parts` as of a page."""

    fragments: Sequence[Fragment]
    problems: Sequence[Problem]
    rows: int
    known_at: datetime | None = None
    parts: Mapping[str, int] = field(default_factory=dict)


class NewestReturn:
    """A folder of returns, which is only ever read.

    `read_file` is given the open file and its name, and raises SheetRefusedError for one that cannot
    be used at all.
    """

    def __init__(
        self, options: Options, clock: Clock, read_file: Callable[[BinaryIO, str], Contents]
    ) -> None:
        self.options, self.clock, self.read_file = options, clock, read_file
        self._last: Page | None = None  # without its records: they are the store's to keep

    def read(self, cursor: str | None) -> Page:
        """Return the newest return; no records where it is the one of `cursor`. Raises Unreadable.

        No older file takes the place of one that cannot be used: what was last read stands.
        """
        now, last = self.clock(), self._last
        path = self._newest()
        if last and cursor == last.cursor == _cursor(path.name, _look(path)):
            return replace(last, whole=False, read_at=now)
        try:
            contents, state = self._take(path)
        except SheetRefusedError as error:
            raise Unreadable(str(error.problem)) from None
        written_at = datetime.fromtimestamp(state.st_mtime, UTC)
        page = Page(
            contents.fragments,
            (*contents.problems, *_look_ahead(path.name, written_at, now)),
            _cursor(path.name, state),
            whole=True,
            read_at=now,
            as_known_at=min(now, written_at, contents.known_at or now),
            rows=contents.rows,
            parts=contents.parts,
        )
        self._last = replace(page, records=())
        return page

    def _newest(self) -> Path:
        """Return the path of the file that was written last; links count, so that they are refused by name."""
        pattern = self.options.files.casefold()
        try:
            with os.scandir(self.options.folder) as entries:
                found = [
                    (entry.stat(follow_symlinks=False).st_mtime_ns, entry.name)
                    for entry in entries
                    if fnmatchcase(entry.name.casefold(), pattern)
                    and not entry.name.startswith(NOT_EXPORTS)
                    and not entry.name.casefold().endswith(UNFINISHED)
                ]
        except OSError:
            raise Unreadable("the drop folder cannot be read, or is not there") from None
        if not found:
            raise Unreadable(f"no file in the drop folder is called {self.options.files}")
        return self.options.folder / max(found)[1]

    def _take(self, path: Path) -> tuple[Contents, os.stat_result]:
        """Return what a regular file holds and how it stood (RELIABILITY T6)."""
        try:
            number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            mend = "put a regular file there that the service's account may read"
            raise SheetRefusedError(path.name, "cannot be opened, or is a link", mend) from None
        try:
            before = os.fstat(number)
            self._check(path.name, before)
            with os.fdopen(number, "rb", closefd=False) as file:
                contents = self.read_file(file, path.name)
            after = os.fstat(number)
        except OSError:
            raise SheetRefusedError(path.name, "cannot be read", "look at the disk") from None
        finally:
            os.close(number)
        if _cursor(path.name, before) != _cursor(path.name, after):
            how = "write it as .tmp and rename it when it is whole"
            raise SheetRefusedError(path.name, "was written while it was read", how)
        return contents, after

    def _check(self, name: str, state: os.stat_result) -> None:
        if not stat.S_ISREG(state.st_mode):
            raise SheetRefusedError(name, "is not a regular file", "put the return itself there")
        hold_to_dropper(state, self.options.dropped_by, name)
        if state.st_size > self.options.largest_bytes:
            what = f"is larger than {self.options.largest_bytes} bytes"
            raise SheetRefusedError(name, what, "check it, or raise largest_bytes")


def _look(path: Path) -> os.stat_result | None:
    try:
        return path.lstat()
    except OSError:
        return None


def _cursor(name: str, state: os.stat_result | None) -> str | None:
    """Return how a file stands: a new export always stands otherwise."""
    return json.dumps([name, state.st_size, state.st_mtime_ns, state.st_ino]) if state else None


def _look_ahead(name: str, written_at: datetime, now: datetime) -> list[Problem]:
    """Return a warning for a file that was written in the future: its age would be a lie."""
    what, mend = "was written in the future, by its date", "set the clock of whoever exports it"
    return [Problem(name, what, mend, Severity.WARNING)] if written_at > now else []
