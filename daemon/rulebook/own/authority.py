"""authority.yaml: what an authority settles for itself, and what of it goes into its pack."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, time, timedelta
from functools import partial
from typing import TypeVar

from daemon.decide.people.recipients import FAMILY
from daemon.domain.authority import Authority
from daemon.domain.brake import Limits
from daemon.domain.errors import Problem, Severity
from daemon.domain.mail import parse_address
from daemon.domain.rules import Applies
from daemon.domain.times import WEEKDAYS, OfficeHours
from daemon.domain.vocabulary import Vocabulary, guess
from daemon.rulebook.language import moments
from daemon.rulebook.language.marks import Table, Text, read
from daemon.rulebook.language.phrases import Misread
from daemon.rulebook.language.schema import Shape, Sheet
from daemon.rulebook.language.words import one_of
from daemon.rulebook.own.overlay import Overlay
from daemon.rulebook.own.quiet import LONGEST_HOLD_WORKING_DAYS, check_domains, check_office
from daemon.rulebook.packs.pack import PACK_FILE

T = TypeVar("T")
AUTHORITY_FILE = "authority.yaml"
AUTHORITY = Shape(
    ("based_on", "fallback"),
    (
        *("policies", "effective_from", "applies", "enforce_from", "office_hours", "closure_days"),
        *(
            "domains",
            "mailboxes",
            "enclosures",
            "feeds",
            "hold_limit",
            "brake",
            "promise_cap",
            "weekly_summary",
        ),
    ),
)
BRAKE = Shape((), ("one_pass", "one_person"))
DOMAINS = Shape((), ("internal", "accepted", "unknown"))
WEEK = Shape((), WEEKDAYS)
TO_THE_PACK = ("fallback", "promise_cap", "weekly_summary", "applies", "effective_from")
SPAN = re.compile(r"(\d{1,4}) (minute|hour|day)s?")
MINUTES = {"minute": 1, "hour": 60, "day": 1440}
CLOSED, OFF = "closed", "off"


def authority(
    text: str, path: str, packs: tuple[str, ...], words: Vocabulary, problems: list[Problem]
) -> Authority | None:
    """Return what the file says, or None; every mistake in it goes to `problems`."""
    before = len(problems)
    table, found = read(text, path)
    problems += found
    if table is None or found:
        return None
    sheet = Sheet(path, table, AUTHORITY, problems)
    based_on = sheet.read("based_on", partial(one_of, choices=packs, kind="pack"))
    role = partial(_of_ours, choices=words.roles)
    fallback = sheet.read("fallback", role)
    domains = sheet.sheet("domains", DOMAINS)
    hours = OfficeHours(*_week(sheet), frozenset(_days(sheet, "closure_days")))
    made = Authority(
        based_on=based_on or "",
        hours=hours,
        fallback=fallback or "",
        mailboxes=_pairs(sheet, "mailboxes", words.roles, "role", _address),
        enclosures=_pairs(sheet, "enclosures", words.documents, "document", _address_of_page),
        internal=_domains(domains, "internal"),
        accepted=_domains(domains, "accepted"),
        unknown_gets=(domains.read("unknown", _unknown) if domains else None) or "L0",
        fresh_within=_pairs(sheet, "feeds", words.feed_roles, "feed role", _span),
        hold_working_days=sheet.read("hold_limit", _hold) or 1,
        brake=_limits(sheet),
        enforce_from=sheet.read("enforce_from", moments.day),
        effective_from=sheet.read("effective_from", moments.day),
        applies=Applies(sheet.read("applies", _applies) or Applies.OPEN_CASES),
    )
    check_office(sheet, hours)
    check_domains(sheet, made)
    is_wrong = any(one.severity is Severity.ERROR for one in problems[before:])
    return made if not is_wrong and based_on and fallback else None


def put_into_packs(table: Table, over: Overlay, packs: tuple[str, ...]) -> None:
    """Lay what the authority settles over its pack and those that this stands on: the whole of it works so."""
    for key in TO_THE_PACK:
        if (value := table.get(key)) is not None:
            for pack in packs:
                over.put(f"{pack}/{PACK_FILE}", key, value)


def _week(sheet: Sheet) -> tuple[Mapping[int, time], Mapping[int, time]]:
    """Return when the office opens and closes on each weekday; one that is missing is closed."""
    inner = sheet.sheet("office_hours", WEEK)
    if inner is None:
        default = OfficeHours()
        return default.opens, default.closes
    spans = {day: inner.read(name, _hours) for day, name in enumerate(WEEKDAYS)}
    opens = {day: span[0] for day, span in spans.items() if span}
    if not opens:
        sheet.wrong("office_hours", "the office is never open", 'write "Monday: 09:00-17:00"')
    return opens, {day: span[1] for day, span in spans.items() if span}


def _hours(text: str) -> tuple[time, time] | None:
    if text == CLOSED:
        return None
    clock = r"([01]\d|2[0-3]):[0-5]\d"
    if not re.fullmatch(rf"{clock}-{clock}", text):
        raise Misread(
            f'"{text}" are no opening hours', 'write them like "09:00-17:00", or "closed"'
        )
    opens, closes = map(time.fromisoformat, text.split("-"))
    if opens >= closes:
        raise Misread("the office closes before it opens", "put the earlier time first")
    return opens, closes


def _hold(text: str) -> int:
    """Return for how many working days a step waits before anybody hears that data is old. Raises Misread."""
    days = moments.length(text)
    if days > LONGEST_HOLD_WORKING_DAYS:
        raise Misread(
            "no step waits that long before the operator hears of it",
            'write "2 working days", or 1',
        )
    return days


def _days(sheet: Sheet, key: str) -> list[date]:
    found = [sheet.attempt(key, word, moments.day) for word in sheet.words(key)]
    return [day for day in found if day]


def _pairs(
    sheet: Sheet, key: str, choices: Mapping[str, str], kind: str, reader: Callable[[str], T]
) -> dict[str, T]:
    """Return the table under a key: each name one of the choices, each value as `reader` has it."""
    inner = sheet.sheet(key, None)
    found: dict[str, T] = {}
    if inner is None:
        return found
    for name in inner.keys:
        if name not in choices:
            inner.wrong(name, f'no {kind} is called "{name}"', guess(name, choices), line=name.line)
        elif kind == "role" and name in FAMILY:
            what = f"{name} is of the family, and no address of theirs is held"
            inner.wrong(name, what, "take this line out: letters to them are somebody's task")
        elif (value := inner.read(name, reader)) is not None:
            found[str(name)] = value
    return found


def _of_ours(text: str, choices: Mapping[str, str]) -> str:
    """Return the role if it is none of the family's, to whom nothing goes by itself. Raises Misread."""
    found = one_of(text, choices, "role")
    if found in FAMILY:
        raise Misread(
            f"{found} is of the family, to whom nothing goes by itself",
            "name a post or a team of yours",
        )
    return found


def _domains(sheet: Sheet | None, key: str) -> frozenset[str]:
    found = [sheet.attempt(key, word, _domain) for word in sheet.words(key)] if sheet else []
    return frozenset(domain for domain in found if domain)


def _domain(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", text.casefold()):
        raise Misread("this is no mail domain", 'write what follows the @, like "council.example"')
    return text.casefold()


def _address(text: str) -> str:
    try:
        return parse_address(text)
    except ValueError:
        raise Misread("this is no mail address", 'write it like "duty@council.example"') from None


def _address_of_page(text: str) -> str:
    if not re.fullmatch(r"https?://[^\s/]+(/\S*)?", text):
        raise Misread(
            "this is no address of a page", 'write it like "https://council.example/guide"'
        )
    return text


def _unknown(text: str) -> str:
    return one_of(text, ("L0", "nothing"), "level")


def _span(text: str) -> timedelta:
    found = SPAN.fullmatch(text)
    if found is None or not int(found[1]):
        raise Misread(f'"{text}" is no length of time', 'write it like "4 hours" or "30 minutes"')
    return timedelta(minutes=int(found[1]) * MINUTES[found[2]])


def _limits(sheet: Sheet) -> Limits:
    """Return how many escalations are too many; "off" is no limit."""
    inner, default = sheet.sheet("brake", BRAKE), Limits()
    if inner is None:
        return default
    given = {key: inner.read(key, _limit) for key in BRAKE.keys if inner.has(key)}
    numbers = {key: many or None for key, many in given.items()}
    return replace(default, **numbers)


def _limit(text: str) -> int:
    """Return a number of escalations, 0 for none. Raises Misread."""
    if text != OFF and not re.fullmatch(r"[1-9]\d{0,5}", text):
        mend = 'write a number such as "200", or "off"'
        raise Misread(f'"{text}" is no number of escalations', mend)
    return 0 if text == OFF else int(text)


def _applies(text: str) -> str:
    return one_of(text, tuple(Applies), "choice")


def pack_of(table: Table | None) -> str:
    """Return the pack that a file names, right or wrong; empty where it names none."""
    found = table.get("based_on") if table else None
    return str(found) if isinstance(found, Text) else ""
