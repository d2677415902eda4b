"""Dates as people type them and as Excel counts them: what can be read in two ways is refused."""

import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache

FIRST_YEAR, LAST_YEAR = 1990, 2100
CENTURY, LAST_SHORT_YEAR = 2000, 49  # a year of two digits is one of 2000 to 2049
FROM_1900, FROM_1904 = date(1899, 12, 30), date(1904, 1, 1)  # day 0 of Excel's two systems
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NOT_YET = frozenset({"tbc", "tba", "to be confirmed", "to be arranged", "n/a", "-", "–", "—"})
WEEKDAY = (
    r"(?:(?P<weekday>mon(?:day)?|tue(?:s|sday)?|wed(?:nesday)?|thu(?:r|rs|rsday)?|fri(?:day)?"
    r"|sat(?:urday)?|sun(?:day)?)\.? )?"
)
WORD = (
    r"(?P<word>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
DAY, YEAR = r"(?P<day>[0-9]{1,2})", r"(?P<year>[0-9]{4}|[0-9]{2})"
DAYS = (
    r"(?P<year>[0-9]{4})(?P<joint>[-/.])(?P<month>[0-9]{1,2})(?P=joint)(?P<day>[0-9]{1,2})",
    rf"{DAY} ?(?P<joint>[-/.]) ?(?P<month>[0-9]{{1,2}}) ?(?P=joint) ?{YEAR}",
    rf"{DAY}(?: ?(?:st|nd|rd|th))?(?: of)?[ /-]?{WORD}[ /-]?{YEAR}",
    rf"{WORD} {DAY}(?:st|nd|rd|th)? (?P<year>[0-9]{{4}})",
)
CLOCK = (
    r"(?:(?:t| ?(?:at|@|-) ?| )(?P<hour>[0-9]{1,2})(?:[:.](?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})"
    r"(?:\.[0-9]+)?)?)? ?(?P<half>[ap]\.?m\.?)?(?P<zone>z|[+-][0-9]{2}:?[0-9]{2})?"
    r"|(?: at)? (?P<noon>noon|midday))?"
)
SHAPES = tuple(re.compile(WEEKDAY + day + CLOCK) for day in DAYS)
SERIAL = re.compile(r"[0-9]{5}(?:\.[0-9]+)?")
DAY_ALONE = re.compile(r"[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{2,4}")
EITHER_WAY = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.](?:[0-9]{4}|[0-9]{2})(?:[ T].*)?")
DIGIT, SHOWN_MOST = re.compile("[0-9]"), 40
DATE_LIKE = re.compile(r"[0-9/:.TZ+ -]{1,30}")
HOW = "write it as 2026-03-02, 2026-03-02 15:10 or 02/03/2026"
MONTHS_A_YEAR, HOURS_TO_NOON = 12, 12
EARLY_HOURS = range(1, 7)  # 2.30 of a conference is the afternoon, and of a machine the night


@lru_cache(maxsize=20_000)  # a sheet has the same days again and again
def parse_day(text: str, from_day: date = FROM_1900) -> date | datetime | None:
    """Return the date, local time or instant that a cell gives; midnight is the date alone.

    None for words that say that there is none yet. Raises ValueError with a reason that repeats the
    cell only where it is a date but for a detail: of other digits, which may be anybody's number, their shape.

    Args:
        from_day: day 0 of the sheet's Excel serial numbers.
    """
    plain = " ".join(text.replace(",", " ").split()).casefold()
    if plain in NOT_YET:
        return None
    if SERIAL.fullmatch(plain):
        return _within(_count(float(plain), from_day))
    match = next((found for shape in SHAPES if (found := shape.fullmatch(plain))), None)
    if match is None:
        shape = f'"{DIGIT.sub("0", text)}"'
        shown = f"what looks like {shape}" if DATE_LIKE.fullmatch(text) else "this"
        raise ValueError(f"{shown} is not a date")
    text = " ".join(text.split())[:SHOWN_MOST]
    parts = match.groupdict()
    try:
        day = date(_year(parts["year"]), _month(parts), int(parts["day"]))
        clock = _clock(parts)
        zone = time.fromisoformat(f"00:00{parts['zone'].upper()}").tzinfo if parts["zone"] else None
    except AmbiguousError as error:
        raise ValueError(f'"{text}" {error}') from None
    except ValueError:
        raise ValueError(f'"{text}" is not a date that exists') from None
    if parts["weekday"] and parts["weekday"][:3] != WEEKDAYS[day.weekday()]:
        raise ValueError(f'"{text}" falls on another day of the week')
    is_day = clock == time(0) and zone is None
    return _within(day if is_day else datetime.combine(day, clock, zone))


class AmbiguousError(ValueError):
    """A cell that can be read in two ways; the text says which."""


def reads_both_ways(text: str) -> bool:
    """Return whether a date is another one where the month stands first."""
    found = EITHER_WAY.fullmatch(text.strip())
    return bool(
        found and found[1] != found[2] and max(int(found[1]), int(found[2])) <= MONTHS_A_YEAR
    )


def typed_day(text: str) -> str:
    """Return the day that a date in numbers begins with; nothing of what stands behind it."""
    found = DAY_ALONE.match(text.strip())
    return found[0] if found else "this"


def stands_first(text: str) -> str | None:
    """Return what must stand first in a date in numbers, "day" or "month"; None where it may be either."""
    found = EITHER_WAY.fullmatch(text.strip())
    if not found:
        return None
    first, second = (int(number) > MONTHS_A_YEAR for number in found.groups())
    return None if first == second else "day" if first else "month"


def iso_text(moment: date | datetime) -> str:
    """Return a date or time as the JSON form writes it: whole minutes without their seconds."""
    if not isinstance(moment, datetime):
        return moment.isoformat()
    return moment.isoformat(timespec="seconds" if moment.second else "minutes")


def _within(found: date | datetime) -> date | datetime:
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise ValueError(f'"{found.year}" lies outside {FIRST_YEAR} to {LAST_YEAR}')
    return found


def _count(serial: float, from_day: date) -> date | datetime:
    """Return the day, and the time to the second, that Excel counts by this number."""
    found = datetime.combine(from_day, time(0)) + timedelta(seconds=round(serial * 86_400))
    return found.date() if found.time() == time(0) else found


def _year(digits: str) -> int:
    if len(digits) > len("26"):
        return int(digits)
    if int(digits) > LAST_SHORT_YEAR:
        raise AmbiguousError("may be of either century")
    return CENTURY + int(digits)


def _month(parts: dict[str, str | None]) -> int:
    if word := parts.get("word"):
        return MONTHS.index(word[:3]) + 1
    return int(parts["month"] or 0)


def _clock(parts: dict[str, str | None]) -> time:
    """Return the time of day, midnight where none is given."""
    if parts["noon"]:
        return time(12)
    if parts["hour"] is None:
        return time(0)
    hour, half = int(parts["hour"]), (parts["half"] or "")[:1]
    if half:
        if not 1 <= hour <= HOURS_TO_NOON:
            raise ValueError(hour)
        hour = hour % HOURS_TO_NOON + (HOURS_TO_NOON if half == "p" else 0)
    elif parts["minute"] is None:
        raise AmbiguousError("has an hour without am or pm")
    elif hour in EARLY_HOURS and len(parts["hour"]) == 1:
        raise AmbiguousError("may be in the morning or the afternoon")
    return time(hour, int(parts["minute"] or 0), int(parts["second"] or 0))
