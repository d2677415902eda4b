"""The newest file of a drop folder as a feed: opened without following links, and only where it is whole."""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass, field, replace
from datetime import datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, BinaryIO

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from daemon.domain.dropper import account
from daemon.domain.errors import Problem
from daemon.domain.sheet import SheetRefusedError
from daemon.option_paths import Beside
from daemon.ports import Clock, Fragment, Page, Unreadable
from daemon.sheets.config import UNFINISHED
from daemon.sheets.pickup import Mark, blame_ourselves, look, look_ahead, opened

NOT_EXPORTS = (".", "~")  # hidden files, and what a spreadsheet leaves beside an open workbook


class Options(BaseModel):
    """Where the returns are dropped. `files` is a pattern: of those that it fits, the newest is read.

    `dropped_by` is the account whose files alone are taken, by its name or number.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    folder: Beside
    files: str
    largest_bytes: int = Field(default=50_000_000, gt=0)
    dropped_by: Annotated[int | None, BeforeValidator(account)] = None

    @field_validator("files")
    @classmethod
    def _stays_in_the_folder(cls, files: str) -> str:
        if not files or "/" in files or is_unfinished(files):
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
        if last and cursor == last.cursor == _cursor(path.name, look(path)):
            return replace(last, whole=False, read_at=now)
        try:
            with opened(path, self.options.largest_bytes, self.options.dropped_by) as (file, mark):
                contents = self.read_file(file, path.name)
        except FileNotFoundError:
            raise Unreadable(f"{path.name}: was taken away while it was looked at") from None
        except SheetRefusedError as error:
            raise Unreadable(str(error.problem)) from None
        page = Page(
            contents.fragments,
            (*contents.problems, *look_ahead(path.name, mark, now)),
            _cursor(path.name, mark),
            whole=True,
            read_at=now,
            as_known_at=min(now, mark.changed_at, contents.known_at or now),
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
                    and not is_unfinished(entry.name)
                ]
        except OSError as error:
            blame_ourselves(error)
            raise Unreadable("the drop folder cannot be read, or is not there") from None
        if not found:
            raise Unreadable(f"no file in the drop folder is called {self.options.files}")
        return self.options.folder / max(found)[1]


def is_unfinished(file: str) -> bool:
    """Return whether a file's name says that it is being written."""
    return file.casefold().endswith(tuple(UNFINISHED))


def _cursor(name: str, mark: Mark | None) -> str | None:
    """Return how a file stands: a new export always stands otherwise."""
    return json.dumps([name, *astuple(mark)]) if mark else None
