"""Which rules and settings others on this machine may write: whoever may, decides whom a limit tells."""

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from daemon.domain.errors import Problem, Severity
from daemon.settings.whole import Settings

OTHERS = stat.S_IWGRP | stat.S_IWOTH


class Loose(NamedTuple):
    """What of the rules or the settings others may write: the worst of it first, with its rights; `root` holds all."""

    where: str
    paths: tuple[Path, ...]
    mode: int
    root: Path

    @property
    def is_everybodys(self) -> bool:
        """Everybody on this machine may write it, and not a group alone, which may be meant to."""
        return bool(self.mode & stat.S_IWOTH)

    def as_problem(self) -> Problem:
        """Return it as people read it, with how to mend it."""
        who = "everybody on this machine" if self.is_everybodys else "the group of it"
        first, *rest = self.paths
        more = f", and {len(rest)} more like it" if rest else ""
        what = f"{who} may write {first} (mode {self.mode:04o}{more}), and so change whom a limit tells"
        all_of_it = (
            f"-R go-w {self.root}" if len(rest) > 1 else f"go-w {' '.join(map(str, self.paths))}"
        )
        return Problem(self.where, what, f"run: chmod {all_of_it}", Severity.WARNING)


def writable(settings: Settings, file: Path) -> list[Loose]:
    """Return what others may write of the settings in a file and of the folder of rules, each at most once."""
    found = [_worst("settings", _with_folder(file), file.absolute().parent)]
    if settings.rulebook is not None:
        found.append(_worst("rulebook", _tree(settings.rulebook), settings.rulebook))
    return [one for one in found if one is not None]


def _worst(where: str, paths: Iterable[Path], root: Path) -> Loose | None:
    modes = {path: mode for path in paths if (mode := _loose_mode(path))}
    if not modes:
        return None
    worst = sorted(modes, key=lambda path: not modes[path] & stat.S_IWOTH)
    return Loose(where, tuple(worst), modes[worst[0]], root)


def _loose_mode(path: Path) -> int:
    """Return the rights of a file or folder that others may write, by what a link leads to; 0 where they may not.

    What is mounted to be read alone nobody writes, whatever its rights say: a ConfigMap's folder.
    """
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        is_fixed = os.statvfs(path).f_flag & os.ST_RDONLY
    except OSError:  # one that is not there is another trouble
        return 0
    return mode if mode & OTHERS and not is_fixed else 0


def _with_folder(file: Path) -> Iterator[Path]:
    """Yield a file and its folder; not that of a sticky one, like /tmp, where nobody replaces what is another's."""
    yield file
    folder = file.absolute().parent
    if not folder.stat().st_mode & stat.S_ISVTX:
        yield folder


def _tree(folder: Path) -> Iterator[Path]:
    """Yield a folder and all in it that may be read as rules: nothing hidden."""
    yield folder
    for top, folders, files in os.walk(folder):
        folders[:] = sorted(one for one in folders if not one.startswith("."))
        yield from (Path(top, one) for one in (*folders, *sorted(files)) if one[0] != ".")
