"""The whole report as one JSON object, from values alone: the page, the files and the command show what it says.

Every count goes through `shown`, so that no small one leaves it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Any

from daemon.decide.conference.presence import Presence
from daemon.domain.obligation import State
from daemon.domain.times import day_of, iso, say_day
from daemon.domain.working_days import WorkingDays
from daemon.report.measures import KINDS, MEASURES
from daemon.report.published import Published
from daemon.report.rounding import rounded
from daemon.report.rows import WEEKS, Duty, Gathered, Outlook, Span
from daemon.report.suppress import LEAST
from daemon.report.tables import Table, has_gaps, shown

AHEAD_WORKING_DAYS = 20
IN_TIME = (("in_time", "In time"), ("late", "Late"), ("outstanding", "Not done yet"))
BANDS = ((10, "0 to 10"), (15, "11 to 15"), (20, "16 to 20"), (10_000, "21 or more"))
BAND_COLUMNS = (
    ("within_10", "0 to 10 working days"), ("within_15", "11 to 15"), ("within_20", "16 to 20"),
    ("later", "21 or more"),
)  # fmt: skip
WITHIN_LIMIT = frozenset({"within_10", "within_15"})
CAME = (
    (Presence.PRESENT, "Present"), (Presence.REPRESENTED, "Represented"), (Presence.EXCUSED, "Excused"),
    (Presence.ABSENT, "Absent"), (Presence.UNKNOWN, "Not recorded"),
)  # fmt: skip
SEATED = frozenset({str(Presence.PRESENT), str(Presence.REPRESENTED)})
CONFERENCES = {"initial": "initial conferences", "review": "review conferences"}
Rows = Sequence[tuple[str, Sequence[int]]]


def figures(
    found: Gathered, span: Span, days: WorkingDays, title: str, published: Sequence[Published] = (),
    least: int = LEAST,
) -> dict[str, Any]:  # fmt: skip
    """Return the report. `published` are the department's figures beside which ours are put, the newest last."""
    tables = [*_durations(found, span, days), *_timeliness(found, span)]
    tables += [*_attendance(found, span), *_ladders(found), *_ahead(found, span, days)]
    weeks = _chairs(found, span, least, is_rough=False)  # what the forecast counts, by week
    is_rough = any(has_gaps(shown(one, least)) for one in tables)
    is_rough |= any(one["to_book"] is None for one in weeks)
    return {
        "title": title, "from": str(span.first), "to": str(span.last), "at": iso(span.at),
        "small_counts_below": least, "cases": found.cases if found.cases >= least else None,
        "unread": found.unread,
        "tables": [shown(one, least, is_rough=is_rough and one.counts_again) for one in tables],
        "to_book_rounded_to": least if is_rough else None,
        "chairs": _chairs(found, span, least, is_rough=True) if is_rough else weeks,
        "published": [one.as_json() for one in published],
    }  # fmt: skip


def _timeliness(found: Gathered, span: Span) -> Iterator[Table]:
    for measure in MEASURES:
        counted = [
            one for one in found.duties
            if one.measure == measure.name and span.has(day_of(one.due_at)) and _outcome(one, span)
        ]  # fmt: skip
        if not counted:
            continue
        by: list[tuple[str, str, Callable[[Duty], str]]] = [
            ("month", "Month", lambda one: f"{day_of(one.due_at):%Y-%m}"),
            ("team", "Team", lambda one: one.team),
        ]
        if any(one.agency for one in counted):
            by.append(("agency", "Agency", lambda one: _agency(one.agency, found)))
        for word, heading, key in by:
            rows = _rows(
                ((key(one), _outcome(one, span)) for one in counted), [name for name, _ in IN_TIME]
            )
            yield Table(
                f"{measure.name}_by_{word}", f"{measure.title}, by {word}",
                "One count is one duty for one child that fell due in the period; what was waived or no longer "
                "applied is left out.",
                heading, IN_TIME, rows, frozenset({"in_time"}), "in time",
            )  # fmt: skip


def _outcome(duty: Duty, span: Span) -> str:
    """Return the column that a duty is counted in; empty where it is in none."""
    if duty.state is State.MET:
        return "late" if duty.late else "in_time"
    return "outstanding" if duty.state is State.OPEN and duty.due_at < span.at else ""


def _durations(found: Gathered, span: Span, days: WorkingDays) -> Iterator[Table]:
    counted = [
        (day_of(one.met_at), days.between(day_of(one.starts_at), day_of(one.met_at)))
        for one in found.duties
        if one.measure == "icpc" and one.met_at and one.starts_at and span.has(day_of(one.met_at))
    ]
    names = [name for name, _ in BAND_COLUMNS]
    rows = _rows(
        (
            (f"{on:%Y-%m}", next(name for name, (most, _) in zip(names, BANDS, strict=True) if took <= most))
            for on, took in counted
        ),
        names,
    )  # fmt: skip
    yield Table(
        "icpc_working_days", "Initial conferences held, by working days from the strategy discussion",
        "One count is one child, as the department counts; the conference was held in the period.",
        "Month", BAND_COLUMNS, rows, WITHIN_LIMIT, "within 15 working days", counts_again=True,
    )  # fmt: skip


def _attendance(found: Gathered, span: Span) -> Iterator[Table]:
    for kind, words in CONFERENCES.items():
        rows = _rows(
            (
                (_agency(one.agency, found), str(one.presence))
                for one in found.seats
                if one.kind == kind and span.has(one.on)
            ),
            [str(name) for name, _ in CAME],
        )
        yield Table(
            f"attendance_{kind}", f"Attendance at {words}, by agency",
            "One count is one agency at one conference, however many children it was about.",
            "Agency", tuple((str(name), title) for name, title in CAME), rows, SEATED, "there or represented",
        )  # fmt: skip


def _ladders(found: Gathered) -> Iterator[Table]:
    counts = Counter(f"{step.rule}: {step.rung}" for step in found.steps)
    rows = [(label, [many]) for label, many in sorted(counts.items(), key=lambda one: (-one[1], one[0]))]  # fmt: skip
    yield Table(
        "escalations", "Escalations, by step",
        "One count is one step of one ladder that told people after the duty had fallen due.",
        "Duty and step", (("steps", "Times"),), rows,
    )  # fmt: skip


def _ahead(found: Gathered, span: Span, days: WorkingDays) -> Iterator[Table]:
    last = days.shift(day_of(span.at), AHEAD_WORKING_DAYS)
    kinds = [one for one in MEASURES if KINDS[one.name]]
    ahead = [one for one in found.duties if one.outlook and one.state is State.OPEN]
    overdue = [one for one in ahead if one.due_at < span.at]
    coming = [one for one in ahead if one.due_at >= span.at and day_of(one.due_at) <= last]
    soon = f"Due in the next {AHEAD_WORKING_DAYS} working days"
    for name, title, some in (("overdue", "Overdue now", overdue), ("forecast", soon, coming)):
        rows = _rows(
            ((_capital(str(one.outlook)), one.measure) for one in some),
            [one.name for one in kinds],
        )
        used = [number for number in range(len(kinds)) if any(counts[number] for _, counts in rows)]
        yield Table(
            name, f"{title}, by how it stands to its meeting",
            f"One count is one open duty for one child, as at {say_day(day_of(span.at))}.",
            "How it stands", tuple((kinds[at].name, kinds[at].title) for at in used),
            [(label, [counts[at] for at in used]) for label, counts in rows], counts_again=True,
        )  # fmt: skip


def _chairs(found: Gathered, span: Span, least: int, *, is_rough: bool) -> list[dict[str, Any]]:
    """Return, week by week, the conferences that are booked, those that must be and are not, and the chairs."""
    monday = day_of(span.at) - timedelta(days=day_of(span.at).weekday())
    weeks = [monday + timedelta(weeks=number) for number in range(WEEKS)]
    booked = Counter(day - timedelta(days=day.weekday()) for day in found.booked)
    wanted = Counter(
        day_of(one.due_at) - timedelta(days=day_of(one.due_at).weekday())
        for one in found.duties
        if one.measure in ("icpc", "reviews") and one.state is State.OPEN and one.outlook
        and one.outlook not in (Outlook.IN_TIME, Outlook.LATE) and one.due_at >= span.at
    )  # fmt: skip
    said = []
    for week in weeks:
        chairs, many = found.chairs.get(week), booked[week]
        is_small = 0 < many < least
        due = wanted[week]
        small = rounded(due, least) is None
        to_book = rounded(due, least) if is_rough or small else due
        said.append({
            "week": str(week), "booked": None if is_small else many,
            "to_book": to_book, "chairs": chairs,
            "each": round(many / chairs, 1) if chairs and not is_small else None,
        })  # fmt: skip
    return said


def _rows(pairs: Iterable[tuple[str, str]], columns: Sequence[str]) -> Rows:
    """Return the rows of a table from pairs of a row's label and a column's name, in order."""
    counts = Counter(pairs)
    labels = sorted({label for label, _ in counts})
    return [(label, [counts[label, column] for column in columns]) for label in labels]


def _agency(code: str | None, found: Gathered) -> str:
    return _capital(found.agencies.get(code, code)) if code else "No agency recorded"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
