"""Terms that can each be read and together tell nobody: an office that hardly opens, a day far ahead, no domain."""

from calendar import monthrange
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date, time, timedelta
from typing import Protocol

from daemon.decide.telling.wording import say_list
from daemon.domain.authority import Authority
from daemon.domain.errors import Problem, Severity
from daemon.domain.rules import Basis, Pack
from daemon.domain.times import MONTHS, WEEKDAYS, OfficeHours, say_day

LONGEST_AHEAD = timedelta(days=31)  # of enforce_from: a first month in which nobody is told
LONGEST_HOLD_WORKING_DAYS = 2
OLDEST = timedelta(days=14)  # of data on whose word somebody is told that nothing was done
WORKING_WEEK = 5
SHORTEST_DAY_MIN = 180
SHORTEST_WEEK_MIN = 300  # an hour on each working day
EARLIEST_OPENING, LATEST_CLOSE = time(6), time(20)
FEWEST_AT_ONCE, FEWEST_TO_ONE = (
    10,
    5,
)  # escalations that no brake holds: several limits may end on one afternoon
FOUR_WEEKS = 28  # days
NAMED = 3  # rules that a line names
NOTHING = "nothing"
CLOSED = "{} of the {} office days {} are closed: nobody would be told"
LEAVE_OPEN = "leave at least half of them open"


class Reports(Protocol):
    """Where mistakes in terms are told: a sheet of an authority's file, or its settings."""

    def wrong(self, key: str, what: str, mend: str, *, severity: Severity = ...) -> None:
        """Report a mistake of a key."""
        ...


def check_office(sheet: Reports, hours: OfficeHours) -> None:
    """Report an office that opens too seldom for what is due to be told in time.

    A step waits for the next opening. What a statutory limit demands is heard within one working day, so
    no two working days together may be closed each week, and no month and no four weeks for half of their own.
    """
    open_days = [day in hours.opens for day in range(WORKING_WEEK)]
    closed = [WEEKDAYS[day] for day in range(WORKING_WEEK) if not open_days[day]]
    if closed and hours.opens:
        row = "".join("o" if one else "c" for one in open_days * 2)
        if "cc" in row:
            late = "a statutory limit that has passed would be told too late"
            what = f"the office is closed on {say_list(closed)}: {late}"
            mend = "let it open on one of any two working days that follow one another"
            sheet.wrong("office_hours", what, mend)
        else:
            what = f"the office is closed on {say_list(closed)}: what is due then is told on the next day"
            mend = "leave it if that is meant"
            sheet.wrong("office_hours", what, mend, severity=Severity.WARNING)
    _check_span(sheet, hours)
    _check_closures(sheet, hours)


def _check_span(sheet: Reports, hours: OfficeHours) -> None:
    """Warn of a working day with hardly an hour in which to tell anybody, and of one that makes nights of evenings."""
    for day in range(WORKING_WEEK):
        opens, closes = hours.opens.get(day), hours.closes.get(day)
        if opens is None or closes is None:
            continue
        open_min = _open_min(hours, day)
        what = ""
        if open_min < SHORTEST_DAY_MIN:
            what = f"on {WEEKDAYS[day]} people can be told for {open_min} min, and what comes later waits"
        elif closes > LATEST_CLOSE or opens < EARLIEST_OPENING:
            closed = f"{closes:%H:%M}"
            what = f"on {WEEKDAYS[day]} people are told from {opens:%H:%M} on, and close of business is {closed}"
        if what:
            mend = "leave it if that is meant"
            sheet.wrong("office_hours", what, mend, severity=Severity.WARNING)
            return


def _check_closures(sheet: Reports, hours: OfficeHours) -> None:
    """Report each month, or else the first four weeks, of whose office days more than half are closed."""
    lost = Counter((day.year, day.month) for day in hours.closures if day.weekday() in hours.opens)
    is_said = False
    for (year, month), many in sorted(lost.items()):
        of = len(_office_days(date(year, month, 1), monthrange(year, month)[1], hours))
        if many * 2 > of:
            where = f"{MONTHS[month - 1]} {year}"
            sheet.wrong("closure_days", CLOSED.format(many, of, f"of {where}"), LEAVE_OPEN)
            is_said = True
    for first in () if is_said else sorted(hours.closures):
        days = _office_days(first, FOUR_WEEKS, hours)
        many = len(hours.closures.intersection(days))
        if many * 2 > len(days):
            span = f"from {say_day(first)} to {say_day(first + timedelta(days=FOUR_WEEKS - 1))}"
            sheet.wrong("closure_days", CLOSED.format(many, len(days), span), LEAVE_OPEN)
            return


def _office_days(first: date, many: int, hours: OfficeHours) -> list[date]:
    """Return the days among so many from the first on whose weekday the office opens."""
    days = (first + timedelta(days=number) for number in range(many))
    return [day for day in days if day.weekday() in hours.opens]


def check_domains(sheet: Reports, terms: Authority) -> None:
    """Report a fallback whose own address gets nothing: it hears what nobody else can be told."""
    address = terms.mailboxes.get(terms.fallback)
    if address and not may_be_told(address, terms):
        domain = address.rpartition("@")[2]
        what = f"{domain} is no domain of ours and gets nothing: the {terms.fallback} would hear of nothing"
        sheet.wrong("domains", what, f'add {domain} to "internal", or write "unknown: L0"')


def may_be_told(address: str, terms: Authority) -> bool:
    """Return whether anything at all goes to an address."""
    if terms.unknown_gets != NOTHING:
        return True
    domain = address.rpartition("@")[2].casefold()
    return domain in terms.internal | terms.accepted


def nobody_told(terms: Authority, addresses: Collection[str], where: str) -> Iterator[Problem]:
    """Yield an error where no address that anybody has is of a domain that may be told."""
    every = {*addresses, *terms.mailboxes.values()}
    if every and not any(may_be_told(one, terms) for one in every):
        theirs = Counter(one.rpartition("@")[2] for one in sorted(every))
        most = theirs.most_common(1)[0][0]
        what = "no address of anybody here is of one of these domains, and every other one gets nothing"
        yield Problem(where, what, f'add {most} to "internal", or write "unknown: L0"')


def too_far_ahead(terms: Authority, today: date, where: str) -> Iterator[Problem]:
    """Yield an error where duties would be listed and not told for longer than a first month."""
    if terms.enforce_from and terms.enforce_from > today + LONGEST_AHEAD:
        what = f"nothing that is due before {say_day(terms.enforce_from)} would be told"
        mend = f"name a day within {LONGEST_AHEAD.days} days, or one that has passed"
        yield Problem(where, what, mend)


def too_old(terms: Authority, pack: Pack, say_where: Callable[[str], str]) -> Iterator[Problem]:
    """Yield an error, for feeds that no statutory limit relies on a warning, where data may be older than two weeks.

    Until then it counts as fresh: people are told on its word, and nobody that the feed has stopped.
    `say_where` gives the place of a feed role's age.
    """
    for role, age in terms.fresh_within.items():
        relying = [rule for rule in pack.rules if role in rule.relies_on]
        if age <= OLDEST or not relying:
            continue
        limits = [rule.name for rule in relying if rule.basis is Basis.STATUTORY]
        own = limits or [rule.name for rule in relying]
        named = say_list(own[:NAMED] + ([f"{len(own) - NAMED} more"] if len(own) > NAMED else []))
        what = (
            f"data of {age.days} days ago would count as fresh, and nobody would hear that this feed has stopped: "
            f"{named} {'relies' if len(own) == 1 else 'rely'} on it"
        )
        most = f'write at most "{OLDEST.days} days"'
        mend = (
            f"{most}; 26 hours suit what is read each night"
            if limits
            else f"{most}, or leave it if that is meant"
        )
        yield Problem(say_where(role), what, mend, Severity.ERROR if limits else Severity.WARNING)


def too_short(terms: Authority, where: str) -> Iterator[Problem]:
    """Yield an error where the working week has fewer than five hours in which to tell anybody.

    A short day alone is warned of. A whole week of them is no office that anybody keeps: `2 working hours before due`
    would be days before it, close of business the early morning, and whatever misses the few minutes a day late.
    """
    hours = terms.hours
    open_min = sum(_open_min(hours, day) for day in range(WORKING_WEEK))
    if open_min < SHORTEST_WEEK_MIN:
        what = f"in a whole week people can be told for {open_min} min: steps that are counted in hours move by days"
        mend = f"let the office open for at least {SHORTEST_WEEK_MIN // 60} hours a week"
        yield Problem(where, what, mend)


def _open_min(hours: OfficeHours, day: int) -> int:
    """Return for how many minutes the office is open on a weekday."""
    opens, closes = hours.opens.get(day), hours.closes.get(day)
    if opens is None or closes is None:
        return 0
    return (closes.hour - opens.hour) * 60 + closes.minute - opens.minute


def too_tight(terms: Authority, say_where: Callable[[str], str]) -> Iterator[Problem]:
    """Yield an error for each brake that would hold what any day brings, statutory limits too, until somebody acts.

    `say_where` gives the place of a key below `brake`.
    """
    limits = (
        ("one_pass", terms.brake.one_pass, FEWEST_AT_ONCE),
        ("one_person", terms.brake.one_person, FEWEST_TO_ONE),
    )
    for key, many, fewest in limits:
        if many is not None and many < fewest:
            what = f"more than {many} would wait until an operator releases them, statutory limits among them"
            yield Problem(say_where(key), what, f'write "{fewest}" or more, or "off"')


def some_told_nothing(
    terms: Authority, addresses: Collection[str], where: str
) -> Iterator[Problem]:
    """Yield a warning where some addresses that somebody has get nothing, and others do."""
    every = {*addresses, *terms.mailboxes.values()}
    lost = sorted(one for one in every if not may_be_told(one, terms))
    if lost and len(lost) < len(every):
        domains = sorted({one.rpartition("@")[2] for one in lost})
        noun = "address" if len(lost) == 1 else "addresses"
        what = f"{len(lost)} {noun} of people here, at {say_list(domains)}, would get nothing"
        mend = 'add the domain, or write "unknown: L0"'
        yield Problem(where, what, mend, Severity.WARNING)


def not_yet_known(terms: Authority, known_until: date, where: str) -> Iterator[Problem]:
    """Yield a warning where the rules begin on a day for which no bank holidays are known: a date that was mistyped."""
    if terms.effective_from and terms.effective_from > known_until:
        begins, known = say_day(terms.effective_from), say_day(known_until)
        what = f"these rules wait until {begins}, and bank holidays are known until {known}"
        mend = "leave it if that is meant: until then the rules that are in force stay so"
        yield Problem(where, what, mend, Severity.WARNING)


def changes_gone(before: Mapping[str, str], now: Mapping[str, str], own: str) -> Iterator[Problem]:
    """Yield an error where all changes of the edition in force are gone at once: a folder half copied.

    Both are what an edition was made from, by path.
    """
    begin = "authority/changes/"
    many = sum(file.startswith(begin) for file in before)
    if many and not any(file.startswith(begin) for file in now):
        noun = "change" if many == 1 else "changes"
        what = f"the folder has no changes any more: {many} {noun} of the edition in force would be gone"
        mend = 'put them back; if none is meant, leave one file there that says "changes: []"'
        yield Problem(f"{own}/changes", what, mend)
