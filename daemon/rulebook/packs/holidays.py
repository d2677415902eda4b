"""Bank holidays of one division: data with a horizon, read into the table of working days."""

from datetime import date
from pathlib import Path

from daemon.domain.errors import Problem, Refusal
from daemon.domain.vocabulary import guess
from daemon.domain.working_days import WorkingDays
from daemon.rulebook.language.moments import day
from daemon.rulebook.language.schema import HOLIDAY, HOLIDAYS, Desk, Sheet

FOLDER = "holidays"


def load_days(folder: Path, division: str) -> WorkingDays:
    """Return the working days of one division of the rulebook in `folder`. Raises Refusal."""
    path = folder / FOLDER / f"{division}.yaml"
    file = f"{FOLDER}/{path.name}"
    if not path.is_file():
        found = tuple(sorted(each.stem for each in path.parent.glob("*.yaml")))
        where = f"{folder.name}/{FOLDER}"
        raise Refusal(Problem(where, f'no division is called "{division}"', guess(division, found)))
    try:
        desk = Desk({file: path.read_bytes().decode("utf-8")}, folder.name, [])
    except UnicodeDecodeError:
        problem = Problem(f"{folder.name}/{file}", "this is not UTF-8 text", "save it as UTF-8")
        raise Refusal(problem) from None
    days = read_days(desk, file)
    if days is None:
        raise Refusal(*desk.problems)
    return days


def read_days(desk: Desk, file: str) -> WorkingDays | None:
    """Return the working days that a file makes, or None where the desk is told of a mistake."""
    before = len(desk.problems)
    sheet = desk.open(file, HOLIDAYS)
    first, last = sheet.read("known_from", day), sheet.read("known_until", day)
    for key in ("division", "title", "source"):
        if sheet.has(key):
            sheet.text(key)
    found: dict[date, str] = {}
    for entry in sheet.sheets("days", HOLIDAY):
        on, title = entry.read("date", day), entry.text("name")
        if on is not None:
            _check(entry, on, found, first, last)
            found[on] = str(title)
    if first and last and first > last:
        sheet.wrong("known_until", "the list ends before it begins", "swap the two dates")
    if len(desk.problems) > before or first is None or last is None:
        return None
    return WorkingDays(found, first, last)


def _check(
    entry: Sheet, on: date, found: dict[date, str], first: date | None, last: date | None
) -> None:
    if on in found:
        entry.wrong("date", f"{on} stands here twice", "keep one of the two")
    if last and on > last:
        mend = "move known_until to the end of the year that was published"
        entry.wrong("date", f"{on} lies beyond known_until", mend)
    if first and on < first:
        entry.wrong("date", f"{on} lies before known_from", "move known_from back")
