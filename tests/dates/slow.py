"""The sixty deadline clauses for one case record, by an independent, deliberately slow calculation.

It is written from the documents (clauses.csv, READINGS, DOMAIN) and shares no code with the
service: where the two differ, one of them misreads the documents.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from tests.dates import slow_after, slow_before, slow_conference, slow_others, slow_reviews
from tests.dates.slow_case import Case
from tests.dates.slow_duty import Duty

STOKE = (
    "001 004 015 016 018 022 025 026 032 035 037 038 039 046 047 050 052 054 055 076 081 084 086 087 "
    "088 095 096 097 099 101 111 112 113 118"
)
OTHERS = {
    "DEV": "009 017 019 022 024 026 037",
    "WOR": "009 010 017 028 036 044",
    "GLO": "016",
    "MAN": "015 020 021 023 043 050 055 060 062 070 074 076",
}
PREFIX = {
    "stoke-on-trent": "STK",
    "devon": "DEV",
    "worcestershire": "WOR",
    "gloucestershire": "GLO",
    "procedures-manual": "MAN",
}
CLAUSES = tuple(
    f"{name}-{number}"
    for name, numbers in {"STK": STOKE, **OTHERS}.items()
    for number in numbers.split()
)


def duties(record: dict[str, Any], at: datetime) -> list[Duty]:
    """Return every duty that the record's own procedure puts on a deadline, as it stands at `at`.

    A plan that another authority holds raises no clocks of ours (READINGS section 2, 7).
    """
    if record.get("plan_held_by"):
        return []
    prefix = PREFIX[record["pathway"]]
    return [one for one in _all(Case(record, at)) if one.clause.startswith(prefix)]


def _all(case: Case) -> Iterator[Duty]:
    yield from slow_before.strategy_outcome(case)
    yield from slow_before.concern(case)
    for one in case.conferences:
        yield from slow_before.day_one_of_an_enquiry(case, one)
        yield from slow_before.enquiry(case, one)
        yield from slow_before.invite_list(case, one)
        yield from slow_before.windows(case, one)
        yield from slow_conference.chair_call(case, one)
        yield from slow_conference.limit(case, one)
        yield from slow_conference.reports(case, one)
        yield from slow_after.papers(case, one)
        yield from slow_after.first_core_group(case, one)
    yield from slow_after.week_six(case)
    yield from slow_after.core_group_papers(case)
    yield from slow_reviews.review_limits(case)
    yield from slow_reviews.midpoints(case)
    yield from slow_reviews.review_preparation(case)
    yield from slow_others.actions(case)
    yield from slow_others.transfer(case)
    yield from slow_others.birthday(case)
