"""The department's own figures, as they are shipped: for England and for each authority."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from daemon.domain.errors import Problem, Refusal
from daemon.domain.vocabulary import guess

ENGLAND = "England"
SOURCE = (
    "Department for Education, Children in need, tables c4, d1 and d6, reporting years to 31 March. Contains public "
    "sector information licensed under the Open Government Licence v3.0. Crown copyright."
)


@dataclass(frozen=True, slots=True)
class Published:
    """One place in one reporting year, which ends on 31 March of `year`. None: it was not published."""

    year: int
    code: str
    name: str
    section_47: int | None
    conferences: int | None
    within_10: int | None
    within_15: int | None
    within_20: int | None
    later: int | None
    plans_of_3_months: int | None
    reviewed_in_time: int | None
    plans_started: int | None
    plans_open: int | None

    @property
    def in_time(self) -> float | None:
        """The part of the conferences within 15 working days, in a hundred."""
        if self.within_10 is None or self.within_15 is None:
            return None
        return _share(self.within_10 + self.within_15, self.conferences)

    @property
    def reviews_in_time(self) -> float | None:
        """The part of the plans of three months or more that were reviewed in time, in a hundred."""
        return _share(self.reviewed_in_time, self.plans_of_3_months)

    def as_json(self) -> dict[str, Any]:
        """Return it with its shares."""
        own = {name: getattr(self, name) for name in Published.__slots__}
        return own | {
            "icpc_in_time_share": self.in_time, "reviews_in_time_share": self.reviews_in_time,
        }  # fmt: skip


def beside(place: str) -> list[Published]:
    """Return England and one authority, by its name or code, the oldest year first. Raises Refusal."""
    wanted = _plain(place)
    found = [one for one in shipped() if wanted in (_plain(one.name), _plain(one.code))]
    if not found:
        names = sorted({one.name for one in shipped()})
        what = f'the published figures know no "{place}"'
        mend = guess(place, tuple(names), "write the authority's name, or its code, as E06000021")
        raise Refusal(Problem("--beside", what, mend))
    country = [one for one in shipped() if one.name == ENGLAND]
    return [*country, *(one for one in found if one.name != ENGLAND)]


def knows(place: str) -> bool:
    """Return whether there are figures for a name or code."""
    return any(_plain(place) in (_plain(one.name), _plain(one.code)) for one in shipped())


def own(*names: str) -> str:
    """Return the first of an authority's names for which there are figures, else England."""
    return next((one for one in names if knows(one)), ENGLAND)


@cache
def shipped() -> tuple[Published, ...]:
    """Return everything that is shipped."""
    text = files(__name__).joinpath("children-in-need.csv").read_text("utf-8")
    return tuple(_rows(text))


def _rows(text: str) -> Iterator[Published]:
    for row in csv.DictReader(text.splitlines()):
        numbers = {name: int(row[name]) if row[name] else None for name in Published.__slots__[3:]}
        yield Published(int(row["year"]), row["code"], row["name"], **numbers)


def _plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _share(part: int | None, whole: int | None) -> float | None:
    return round(100 * part / whole, 1) if whole and part is not None else None
