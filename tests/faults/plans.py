"""What a fault is to whoever runs it: a function, what it returns, and where it can happen.

A module that has faults exports `PLANS`; `catalogue.py` names the modules.
"""

import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from tests.faults.checker import Verdict

SQLITE, POSTGRES = "sqlite", "postgres"
BOTH = (SQLITE, POSTGRES)
ROOT = "root"
LONG_ONLY = ()


class Figure(NamedTuple):
    """A row's own figure, and the most that it may be; None: it is only reported."""

    name: str
    value: float
    at_most: float | None = None

    def __str__(self) -> str:
        bound = "" if self.at_most is None else f" (at most {self.at_most:g})"
        return f"{self.name} {self.value:.3g}{bound}"


@dataclass(frozen=True, slots=True)
class Result:
    """How one fault ended. `wrong`: what may not be and is no figure; `injected`: each thing done, with its moment.

    `verdict` is None where the service must stop, so that what is due cannot have been sent.
    """

    verdict: Verdict | None
    figures: tuple[Figure, ...] = ()
    wrong: tuple[str, ...] = ()
    injected: tuple[Mapping[str, Any], ...] = ()
    seconds: float = 0.0

    def faults(self) -> list[str]:
        """Return everything that may not be, in words; a run in which nothing was done or sent is a fault."""
        found = list(self.wrong)
        if self.verdict is not None:
            found += [f"{name} {many}" for name, many in self.verdict.faults().items()]
            found += self.verdict.copies
            found += [] if self.verdict.mails else ["empty run: nothing was sent"]
        found += [
            str(one)
            for one in self.figures
            if one.at_most is not None and not one.value <= one.at_most
        ]
        return found if self.injected else [*found, "empty run: nothing was done to it"]


Run = Callable[[Path, int, str, bool], Result]  # folder, seed, back end, whether in the short form


@dataclass(frozen=True, slots=True)
class Plan:
    """A row of the fault plan, or a part of one. `title` is a sentence about the world.

    `short_on`: the back ends of the short form. `is_random` False: another seed would show nothing new.
    `needs`: programs that a machine may not have, or to be root.
    """

    row: str
    title: str
    run: Run
    backends: tuple[str, ...] = BOTH
    short_on: tuple[str, ...] | None = None
    is_random: bool = True
    needs: tuple[str, ...] = ()

    def in_short(self) -> tuple[str, ...]:
        """Return the back ends of the short form."""
        return self.backends if self.short_on is None else self.short_on

    def missing(self) -> list[str]:
        """Return what it needs and is not here."""
        is_root = os.geteuid() == 0
        return [one for one in self.needs if not (is_root if one == ROOT else shutil.which(one))]
