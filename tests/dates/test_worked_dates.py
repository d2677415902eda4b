"""Every worked date of the documents, and every cell of the deadline matrix that has a figure.

Each date is asked of the service, wherever a pack carries the clause by a rule, and of the slow calculation.
Source: clauses.md sections 7 and 14, READINGS section 4.
"""

from datetime import datetime
from typing import NamedTuple

import pytest

from daemon.decide.record.reading import read_record
from tests.dates.comparing import deciding
from tests.dates.slow import CLAUSES, PREFIX, duties
from tests.dates.slow_days import LONDON
from tests.dates.worked import case, known

PATHWAY = {prefix: pathway for pathway, prefix in PREFIX.items()}


class Row(NamedTuple):
    """One line of the tables: its clauses, and its dates in the cases A, B and C (or D and E)."""

    item: str
    clauses: str
    dates: str
    opens: bool = False


ROWS = [
    Row("strategy discussion, 5 days from the concern", "DEV-009", "2025-11-10 2025-12-19 2026-04-07"),
    Row("Day 1, at noon of the Monday after a Saturday", "STK-004 STK-006 STK-014 STK-015 STK-016 STK-018",
        "2025-11-03 2025-12-12 2026-03-30T12:00"),
    Row("Day 5", "STK-022 STK-025", "2025-11-07 2025-12-18 2026-04-02"),
    Row("the chair's window opens on Day 5", "STK-032", "2025-11-07 2025-12-18 2026-04-02", opens=True),
    Row("the social worker's window opens on Day 6", "STK-039 STK-047", "2025-11-10 2025-12-19 2026-04-07", opens=True),
    Row("Day 12", "STK-032 STK-035 STK-037 STK-039 STK-046 STK-047", "2025-11-18 2025-12-31 2026-04-15"),
    Row("Day 15", "STK-055", "2025-11-21 2026-01-06 2026-04-20"),
    Row("15 working days", "STK-055 WOR-017", "2025-11-24 2026-01-07 2026-04-21"),
    Row("report authorised, 5 days before", "STK-051", "2025-11-14 2025-12-29 2026-04-13"),
    Row("2 days before", "STK-050 STK-052 STK-054 DEV-017", "2025-11-19 2026-01-02 2026-04-16"),
    Row("decisions, the time of day at which it ended", "STK-076", "2025-11-24T12:30 2026-01-07T12:30 "
        "2026-04-21T12:30"),
    Row("first core group, 10 days", "STK-081 DEV-022 WOR-036 MAN-050", "2025-12-05 2026-01-20 2026-05-05"),
    Row("core group papers, 5 days", "STK-084", "2025-12-12 2026-01-27 2026-05-12"),
    Row("second core group, four weeks", "STK-082", "2026-01-02 2026-02-17 2026-06-02"),
    Row("second core group, six weeks", "WOR-037", "2026-01-16 2026-03-03 2026-06-16"),
    Row("minutes, 20 days", "STK-086", "2025-12-19 2026-02-03 2026-05-19"),
    Row("minutes shared, 21 days", "STK-087", "2025-12-22 2026-02-04 2026-05-20"),
    Row("mid-point in week 6", "STK-088", "2025-12-31 2026-02-16 2026-05-29"),
    Row("first review, 3 months", "STK-095 DEV-024 WOR-044 GLO-016 MAN-043", "2026-02-20 2026-04-02 2026-07-20"),
    Row("review list, 10 days before", "STK-096", "2026-02-06 2026-03-19 2026-07-06"),
    Row("agency reports for a review, 5 days before", "DEV-026", "2026-02-13 2026-03-26 2026-07-13"),
    Row("review report shared, 3 days before", "STK-099", "2026-02-17 2026-03-30 2026-07-15"),
    Row("chair's check, 2 days before", "STK-097", "2026-02-18 2026-03-31 2026-07-16"),
    Row("mid-point after a review", "STK-111", "2026-05-05 2026-06-17 2026-10-05"),
    Row("second review, 6 months", "STK-112 WOR-045 GLO-019 MAN-044", "2026-08-20 2026-10-02 2027-01-20"),
    Row("second review's list", "STK-113", "2026-08-06 2026-09-18 2027-01-06"),
    Row("14 months", "STK-121", "2027-01-21 2027-03-05 2027-06-18"),
    Row("receiving authority's conference, 15 days from the notice", "MAN-074", "2025-11-24 2026-01-07 2026-04-21"),
    Row("child in need plan reviewed, 6 months", "DEV-047", "2026-08-20 2026-10-02 2027-01-20"),
    Row("born on 29 February 2008", "MAN-076", "2026-02-28 2026-02-28 2026-02-28"),
]  # fmt: skip

REARRANGED = [
    Row("report authorised", "STK-051", "2025-11-19 2025-11-12"),
    Row("report shared", "STK-050 STK-052 STK-054", "2025-11-24 2025-11-17"),
    Row("decisions", "STK-076", "2025-11-27T12:30 2025-11-20T12:30"),
    Row("first core group", "STK-081", "2025-12-10 2025-12-03"),
    Row("minutes", "STK-086", "2025-12-24 2025-12-17"),
    Row("first review", "STK-095", "2026-02-26 2026-02-19"),
    Row("14 months", "STK-121", "2027-01-26 2027-01-19"),
    Row("Day 15 is not moved by a rearrangement", "STK-055", "2025-11-21 2025-11-21"),
]


def cells():
    for letters, rows in (("ABC", ROWS), ("DE", REARRANGED)):
        for row in rows:
            for letter, date in zip(letters, row.dates.split(), strict=True):
                for clause in row.clauses.split():
                    at = datetime.fromisoformat(date if "T" in date else f"{date}T17:00")
                    yield pytest.param(
                        letter, clause, at, row.opens, id=f"{letter}, {clause}: {row.item}"
                    )


@pytest.mark.parametrize(("letter", "clause", "expected", "opens"), list(cells()))
def test_a_worked_date_comes_out_of_the_pack_that_carries_its_clause(
    letter, clause, expected, opens
):
    pathway = PATHWAY[clause[:3]]
    record = read_record(case(letter, pathway, clause), deciding().words).record

    found = [
        one.opens_at if opens else one.due_at
        for one in deciding().decide(record, known(letter)).obligations
        if clause in one.clauses
    ]

    days = [one.astimezone(LONDON).replace(tzinfo=None) for one in found if one]
    assert (expected.date() in {one.date() for one in days}) if opens else (expected in days)


@pytest.mark.parametrize(
    ("letter", "clause", "expected"),
    [
        pytest.param(*one.values[:3], id=one.id)
        for one in cells()
        if one.values[1] in CLAUSES and not one.values[3]
    ],
)
def test_a_worked_date_comes_out_of_the_slow_calculation(letter, clause, expected):
    expecting = duties(case(letter, PATHWAY[clause[:3]], clause), known(letter))

    due = [one.due for one in expecting if one.clause == clause]

    assert expected in [one.astimezone(LONDON).replace(tzinfo=None) for one in due if one]
