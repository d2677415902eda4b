"""The list of bank holidays: right against a computed one, and honest about its mistakes."""

from datetime import date
from pathlib import Path

import holidays
import pytest

from daemon.domain.errors import Refusal
from daemon.rulebook import load_days, shipped

DIVISION = "england-and-wales"
HEAD = "division: d\ntitle: t\nsource: s\nknown_from: 2026-01-01\nknown_until: 2026-12-31\ndays:\n"


def write(folder: Path, text: str) -> Path:
    (folder / "holidays").mkdir()
    (folder / "holidays" / "d.yaml").write_text(text, "utf-8")
    return folder


def test_every_date_agrees_with_the_holidays_package_from_2018_to_the_horizon():
    days = load_days(shipped(), DIVISION)

    computed = holidays.country_holidays("GB", subdiv="ENG", years=range(2018, 2028))
    assert sorted(days.holidays) == sorted(day for day in computed if day.weekday() < 5)
    assert (days.known_from, days.known_until) == (date(2018, 1, 1), date(2027, 12, 31))


def test_a_holiday_has_the_name_that_the_working_of_a_date_shows():
    days = load_days(shipped(), DIVISION)

    assert days.why_not(date(2026, 4, 3)) == "bank holiday: Good Friday"
    assert days.why_not(date(2026, 12, 28)) == "bank holiday: Boxing Day (substitute day)"


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        pytest.param(
            "{date: 2026-02-30, name: x}",
            "holidays/d.yaml:8: date: there is no 2026-02-30; look at a calendar",
            id="a date that is none",
        ),
        pytest.param(
            "{date: 3 April, name: x}",
            'holidays/d.yaml:8: date: "3 April" is no date; write it like "2026-03-09"',
            id="a date in words",
        ),
        pytest.param(
            "{date: 2026-01-01, name: x}",
            "holidays/d.yaml:8: date: 2026-01-01 stands here twice; keep one of the two",
            id="a date twice",
        ),
        pytest.param(
            "{date: 2027-01-01, name: x}",
            "holidays/d.yaml:8: date: 2027-01-01 lies beyond known_until; "
            "move known_until to the end of the year that was published",
            id="a date beyond the list",
        ),
        pytest.param(
            "{date: 2025-12-26, name: x}",
            "holidays/d.yaml:8: date: 2025-12-26 lies before known_from; move known_from back",
            id="a date before the list",
        ),
        pytest.param(
            "{date: 2026-12-25}",
            'holidays/d.yaml:8: the key "name" is missing; add a line "name: …"',
            id="a day without its name",
        ),
    ],
)
def test_a_mistake_in_the_list_is_told_with_its_line(tmp_path, row, problem):
    folder = write(tmp_path, f"{HEAD}  - {{date: 2026-01-01, name: New Year's Day}}\n  - {row}\n")

    with pytest.raises(Refusal) as caught:
        load_days(folder, "d")

    assert str(caught.value) == f"{tmp_path.name}/{problem}"


def test_a_division_without_a_list_is_refused_by_name(tmp_path):
    folder = write(tmp_path, HEAD + "  - {date: 2026-01-01, name: x}\n")

    with pytest.raises(Refusal) as caught:
        load_days(folder, "e")

    assert str(caught.value) == (
        f'{tmp_path.name}/holidays: no division is called "e"; use one of: d'
    )
