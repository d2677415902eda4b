"""Where the files of a diary lie: a drop folder, which is only ever read, or a service that keeps them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from daemon.domain.errors import Problem
from daemon.domain.sheet import SheetRefusedError
from daemon.sheets.columns import NAMES
from daemon.sheets.config import DropConfig
from daemon.sheets.copies import copy
from daemon.sheets.manifest import LARGEST_BYTES, SEAL, Manifest, hold_to_seal, parse_manifest
from daemon.sheets.pickup import Mark, blame_ourselves, look, take

THERE = "drop it beside the files that it describes; nothing was taken"


class DropRefusedError(Exception):
    """Nothing of this drop may be taken: it is not what its manifest says. The text is one sentence."""


class Shelf(Protocol):
    """Where files lie, each by its name.

    `is_dropped`: whoever puts a file there also dates it, and may put an older one back.
    """

    is_dropped: bool

    def stands(self) -> Mapping[str, Mark]:
        """Return how each file stands that is there, without opening it."""
        ...

    def take(self, file: str) -> tuple[bytes, Mark]:
        """Return a file and how it stood; raises SheetRefusedError, FileNotFoundError where there is none."""
        ...

    def manifest(self) -> Manifest | None:
        """Return what the files must be, None where nobody says; raises DropRefusedError."""
        ...

    def keep(self, files: Mapping[str, tuple[bytes, Mark]], *, is_good: bool) -> Sequence[Problem]:
        """Keep copies of what was read, or could not be, where that is wanted; return what prevented it."""
        ...


class Folder:
    """A drop folder."""

    is_dropped = True

    def __init__(self, config: DropConfig) -> None:
        self.config = config

    def stands(self) -> Mapping[str, Mark]:
        """Return how each file of a drop stands that is there, without opening it."""
        names = {self.config.file_of(name) for name in NAMES} | {self.config.manifest or ""}
        marks = {name: look(self.config.folder / name) for name in sorted(names - {""})}
        return {name: mark for name, mark in marks.items() if mark}

    def take(self, file: str) -> tuple[bytes, Mark]:
        """Return a file and how it stood."""
        return self._take(file, self.config.largest_bytes)

    def manifest(self) -> Manifest | None:
        """Return the manifest, where the settings name one."""
        name, key_file = self.config.manifest, self.config.manifest_key_file
        if not name:
            return None
        try:
            data, _ = self._take(name, LARGEST_BYTES)
            if key_file:
                seal, _ = self._take(f"{name}{SEAL}", LARGEST_BYTES)
                hold_to_seal(data, name, seal, key_file.read_bytes())
            return parse_manifest(data, name)
        except FileNotFoundError as error:
            missing = str(error.filename).rpartition("/")[2]
            raise DropRefusedError(f"{missing}: is not in the drop folder; {THERE}") from None
        except OSError as error:
            blame_ourselves(error)
            what = "manifest_key_file: cannot be read; give it to the service's account"
            raise DropRefusedError(what) from None
        except SheetRefusedError as error:
            raise DropRefusedError(str(error)) from None

    def keep(self, files: Mapping[str, tuple[bytes, Mark]], *, is_good: bool) -> Sequence[Problem]:
        """Copy files to the archive, or to quarantine."""
        folder: Path | None = self.config.archive if is_good else self.config.quarantine
        if folder is None:
            return ()
        copied = [copy(folder, file, *files[file]) for file in sorted(files)]
        return [problem for problem in copied if problem]

    def _take(self, file: str, largest_bytes: int) -> tuple[bytes, Mark]:
        return take(self.config.folder / file, largest_bytes, self.config.dropped_by)
