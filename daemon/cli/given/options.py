"""What several verbs are given: case records in a file, moments, and the settings."""

import argparse
import getpass
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from daemon.decide.duties.obligations import Deciding
from daemon.decide.people.recipients import People
from daemon.domain.errors import Problem, Refusal
from daemon.domain.facts import moment
from daemon.domain.times import day_of, london, say_day
from daemon.domain.working_days import WorkingDays

if TYPE_CHECKING:
    from daemon.domain.authority import Authority
    from daemon.rulebook.editions.edition import Edition
    from daemon.settings.whole import Settings
    from daemon.store import Store

A_YEAR = timedelta(days=366)  # that a ladder may reach on beyond a span's end


def deciding(args: argparse.Namespace, packs: Collection[str | None] | None = None) -> Deciding:
    """Return the rulebook and calendar that `--policies` and `--config` name; the shipped ones by default.

    `packs` are those that are needed, where not all are. An authority's own names stand in its settings alone: a folder
    may be called anything, and one that is called "draft" makes no plan ours.
    """
    terms, edition = terms_of(args), edition_of(args, packs)
    if terms is None:
        return edition.deciding()
    return edition.deciding(terms.hours, terms.based_on, terms.known_as)


def terms_of(args: argparse.Namespace) -> "Authority | None":
    """Return what the settings of `--config` say of an authority; None where none are named. Raises Refusal."""
    return settings_of(args.config).terms() if getattr(args, "config", None) else None


def edition_of(args: argparse.Namespace, packs: Collection[str | None] | None = None) -> "Edition":
    """Return what the folder holds that `--policies` or `--config` names. Raises Refusal."""
    from daemon.rulebook import sound

    return sound(folder_of(args), packs)


def folder_of(args: argparse.Namespace) -> Path:
    """Return the rulebook's folder that `--policies` or `--config` names; the shipped one by default."""
    from daemon.rulebook import shipped

    settings = settings_of(args.config) if getattr(args, "config", None) else None
    named = Path(args.policies) if args.policies else settings.rulebook if settings else None
    return named or shipped()


def settings_of(path: str) -> "Settings":
    """Return the settings in a file; raises Refusal with a line a mistake."""
    from daemon.settings.whole import load as load_settings

    return load_settings(Path(path))


@contextmanager
def stored(settings: "Settings", *, thorough: bool = False) -> "Iterator[Store]":
    """Yield the store that the settings name. Who only looks need not have it read through first."""
    from daemon.store import Store

    with closing(Store.open(settings.database, settings.authority, thorough=thorough)) as store:
        yield store


def add_policies(parser: argparse.ArgumentParser) -> None:
    """Give a verb the options that say under which rules it decides."""
    parser.add_argument(
        "--policies", metavar="FOLDER", help="the rulebook's folder (default: the shipped one)"
    )
    parser.add_argument(
        "--config",
        metavar="FILE",
        help="an authority's settings, for its own names, office hours and rulebook",
    )


def people_of(path: str | None) -> People:
    """Return the directory that a people.csv makes; nobody where none is named."""
    if path is None:
        return People([])
    from daemon.plugins import load
    from daemon.ports import Unreadable

    directory = load(
        "people_csv",
        "directory",
        {"file": path},
        base=Path.cwd(),
        clock=lambda: datetime.now(UTC),
        where="--people",
    )
    try:
        return People(directory.people())
    except Unreadable as error:
        raise Refusal(Problem("--people", str(error), "name a people.csv")) from None


def instant(text: str) -> datetime:
    """Return the moment that an option gives: a date is 00:00 London, a time without offset is London's."""
    return _parse(text, time(0))


def last_instant(text: str) -> datetime:
    """Return the moment that ends an option's span: a date is taken to its end."""
    return _parse(text, time(23, 59, 59))


def _parse(text: str, clock: time) -> datetime:
    try:
        if len(text) == len("2026-03-02"):
            return london(date.fromisoformat(text), clock)
        return moment(datetime.fromisoformat(text))[0]
    except ValueError:
        raise argparse.ArgumentTypeError(
            f'"{text}" is no moment; write 2026-03-06 or 2026-03-06T17:00'
        ) from None


def see_span(start: datetime, end: datetime, days: WorkingDays) -> None:
    """Raise Refusal where a span of moments ends before it begins, or where no working day is counted any more."""
    if end < start:
        what, mend = "this moment lies before --from", "name one that is not earlier"
    elif day_of(end) > days.last - A_YEAR:
        what = f"working days are counted until {say_day(days.last - A_YEAR)}, and this lies beyond"
        mend = "name an earlier moment"
    else:
        return
    raise Refusal(Problem("--to", what, mend))


def acting(by: str | None) -> str:
    """Return who acts, for the journal: as `--by` says, else this account; raises Refusal where it has no name."""
    named = " ".join((by or "").split())
    if named:
        return named
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # as in a container, which has a number alone
        what = "is missing, and this account has no name"
        raise Refusal(Problem("--by", what, "say who does this: the journal keeps it")) from None


def write(path: Path, text: str) -> None:
    """Write a file that was asked for, its folder made where there is none. Raises Refusal."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        what = f"cannot be written ({error.strerror})"
        raise Refusal(Problem(str(path), what, "name a place that is yours to write to")) from None
