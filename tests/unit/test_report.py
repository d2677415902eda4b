"""The partnership's report: what is counted, beside which figures, and in which cells."""

import csv
import io
import json
from datetime import UTC, date, datetime, timedelta

import pytest

from daemon.decide.conference.presence import Presence
from daemon.domain.errors import Refusal
from daemon.domain.obligation import State
from daemon.domain.spreadsheet import plain_cell, to_csv
from daemon.report import Gathered, Span, figures, report_csv, report_page
from daemon.report.measures import MEASURES, measure_of
from daemon.report.published import beside
from daemon.report.rows import Duty, Outlook, Seat, Step
from daemon.rulebook import load_days, shipped
from daemon.testing.world import loaded

NOW = datetime(2026, 3, 31, 22, 0, tzinfo=UTC)
SPAN = Span(date(2026, 1, 1), date(2026, 3, 31), NOW)
DAYS = load_days(shipped(), "england-and-wales")
START, DUE = datetime(2026, 2, 2, tzinfo=UTC), datetime(2026, 2, 23, 17, tzinfo=UTC)


def duty(took: int | None = 14, team: str = "north", **more) -> Duty:
    """Return an initial conference: held so many working days after its strategy discussion, or not held."""
    met = (
        None if took is None else datetime.combine(DAYS.shift(START.date(), took), DUE.time(), UTC)
    )
    state = State.OPEN if met is None else State.MET
    late = None if met is None else met > DUE
    return Duty("icpc", team, None, state, START, DUE, met, late, None)._replace(**more)


def report(found: Gathered, **more):
    """Return the figures by table."""
    said = figures(found, SPAN, DAYS, "Testshire", **more)
    return said, {one["id"]: one["rows"] for one in said["tables"]}


def test_an_initial_conference_counts_in_time_late_or_not_done_yet_by_month_and_team() -> None:
    duties = [duty()] * 30 + [duty(17)] * 10 + [duty(None)] * 5 + [duty(team="south")] * 20

    _, tables = report(Gathered(duties))

    assert tables["icpc_by_month"][0] == {
        "label": "2026-02", "in_time": 50, "late": 10, "outstanding": 5, "total": 65, "share": 76.9,
    }  # fmt: skip
    assert [row["label"] for row in tables["icpc_by_team"]] == ["north", "south", "All"]
    assert [row["total"] for row in tables["icpc_by_team"]] == [45, 20, 65]
    assert tables["icpc_working_days"][-1] == {
        "label": "All", "within_10": 0, "within_15": 50, "within_20": 10, "later": 0, "total": 60, "share": 83.3,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("took", "band"),
    [(10, "within_10"), (11, "within_15"), (15, "within_15"), (16, "within_20"), (20, "within_20"), (21, "later")],
)  # fmt: skip
def test_the_bands_are_the_departments(took: int, band: str) -> None:
    _, tables = report(Gathered([duty(took)] * 5))

    assert tables["icpc_working_days"][-1][band] == 5


def test_a_waived_duty_and_one_that_is_not_due_yet_are_not_counted() -> None:
    waived = duty(None, state=State.WAIVED)
    to_come = duty(None, due_at=NOW + timedelta(hours=1))

    _, tables = report(Gathered([waived] * 9 + [to_come] * 9))

    assert tables.get("icpc_by_month", []) == []


def test_agencies_count_once_a_conference_and_small_ones_are_left_out() -> None:
    seats = [Seat("initial", date(2026, 2, 3), "police", Presence.PRESENT)] * 12
    seats += [Seat("initial", date(2026, 2, 3), "police", Presence.ABSENT)] * 2
    seats += [Seat("initial", date(2026, 2, 3), "school", Presence.PRESENT)] * 9
    seats += [Seat("initial", date(2026, 2, 3), "school", Presence.ABSENT)] * 8

    _, tables = report(Gathered(seats=seats, agencies={"police": "police", "school": "school"}))

    police, school, everybody = tables["attendance_initial"]
    assert police["absent"] is None
    assert police["present"] is None
    assert police["share"] is None
    assert school["absent"] is None
    assert (everybody["absent"], everybody["total"]) == (10, 31)


def test_steps_of_ladders_and_what_is_ahead_are_counted() -> None:
    steps = [Step("Initial conference", "icpc limit missed", DUE)] * 7
    open_ones = [duty(None, outlook=Outlook.NO_CHAIR)] * 6
    coming = [duty(None, outlook=Outlook.LATE, due_at=NOW + timedelta(days=7))] * 8

    said, tables = report(Gathered(open_ones + coming, steps, chairs={date(2026, 3, 30): 3}))

    assert tables["escalations"][0] == {
        "label": "Initial conference: icpc limit missed",
        "steps": 7,
    }
    assert tables["overdue"][0]["label"] == "No chair is allocated and no meeting is booked"
    assert tables["forecast"][0]["icpc"] == 8
    assert said["chairs"][0] == {
        "week": "2026-03-30", "booked": 0, "to_book": 0, "chairs": 3, "each": 0.0,
    }  # fmt: skip


def test_the_published_figures_are_the_departments_own() -> None:
    found = {(one.name, one.year): one for one in beside("stoke on trent")}

    assert found["England", 2024].in_time == 79.7
    assert found["Stoke-on-Trent", 2024].in_time == 91.0
    assert found["Stoke-on-Trent", 2024].reviews_in_time == 97.6
    assert beside("E06000021") == beside("Stoke-on-Trent")


def test_an_authority_that_is_not_published_is_refused_with_a_guess() -> None:
    with pytest.raises(Refusal) as told:
        beside("Stoke-on-Trend")

    assert str(told.value.problems[0]) == (
        '--beside: the published figures know no "Stoke-on-Trend"; did you mean "Stoke-on-Trent"?'
    )


def test_no_cell_of_the_sheet_is_a_formula() -> None:
    evil = [
        '=HYPERLINK("x")',
        "+1",
        "-1",
        "@x",
        "\t=1",
        "\r=1",
        "\n=1",
        "＝1",
        "＋1",
        "－1",
        "＠x",
        " =1",
        ";=1",
        'x;"=1"',
    ]
    duties = [duty(team=team) for team in evil for _ in range(6)]

    text = report_csv(report(Gathered(duties), published=beside("Devon"))[0])

    cells = [cell for row in csv.reader(io.StringIO(text.removeprefix("\ufeff"))) for cell in row]
    assert not [cell for cell in cells if plain_cell(cell) != cell]
    assert any(cell == '\'=HYPERLINK("x")' for cell in cells)
    assert to_csv([[-3]]) == "-3\n"


def test_no_heading_of_ours_is_taken_for_a_formula_and_marked_as_one() -> None:
    said, _ = report(Gathered([duty()] * 37))

    sheet = report_csv(said)

    assert "in time (%)" in sheet
    assert ",'" not in sheet


def test_the_page_the_sheet_and_the_json_leave_out_the_same_counts() -> None:
    said, _ = report(Gathered([duty()] * 37 + [duty(17)] * 3 + [duty(team="south")] * 41))

    page, sheet, whole = report_page(said), report_csv(said), json.dumps(said)

    for text in (page, sheet, whole):
        # in time: with the total, it would tell the three
        assert "78" not in text.replace("278", "")
    assert "not shown" in page
    assert "small count" in sheet


def test_what_is_left_out_of_one_table_cannot_be_had_by_another_of_the_same_duties() -> None:
    late, open_ones = [duty(17)] * 3, [duty(None, outlook=Outlook.NO_CHAIR)] * 8

    said, tables = report(Gathered([duty()] * 30 + late + open_ones))

    others = {one["id"]: one for one in said["tables"] if "rounded to the nearest 5" in one["says"]}
    told = [many for one in others.values() for row in one["rows"] for many in row.values()]
    assert tables["icpc_by_month"][0]["late"] is None
    assert others.keys() == {"icpc_working_days", "overdue", "forecast"}
    assert tables["icpc_working_days"][0] == {
        "label": "2026-02", "within_10": 0, "within_15": 30, "within_20": None, "later": 0, "total": 35, "share": None,
    }  # fmt: skip
    assert all(many % 5 == 0 for many in told if isinstance(many, int))
    assert all(week["to_book"] % 5 == 0 for week in said["chairs"])


@pytest.mark.parametrize(("few", "said_of_them"), [(2, None), (6, 5), (0, 0)])
def test_children_who_must_be_booked_are_rounded_and_a_few_of_them_are_never_nobody(
    few: int, said_of_them: int | None
) -> None:
    to_book = [duty(None, outlook=Outlook.NO_CHAIR, due_at=NOW + timedelta(days=1))] * few

    said, tables = report(Gathered([duty()] * 30 + [duty(17)] * 3 + to_book))
    page, sheet = report_page(said), report_csv(said)

    assert said["to_book_rounded_to"] == 5
    assert said["chairs"][0]["to_book"] == said_of_them
    assert [row["icpc"] for row in tables["forecast"]] == [said_of_them] * 2 * bool(few)
    assert "falls in the week are rounded to the nearest 5" in page
    assert '"Chairs and conferences, by week",to_book,rounded to the nearest,5' in sheet
    assert "All,total,rounded" not in sheet


def test_the_share_beside_the_published_figures_is_of_the_exact_counts() -> None:
    held = [duty(9)] * 13 + [duty(14)] * 13 + [duty(17)] * 3 + [duty(30)] * 3

    said, tables = report(Gathered(held + [duty(None)] * 3), published=beside("Devon"))
    page, sheet = report_page(said), report_csv(said)

    assert tables["icpc_working_days"][-1]["share"] == 81
    assert "This report: 81%" in page
    assert "All: 81% of about 30" in page
    assert "each count,rounded to the nearest,5" in sheet


def test_every_measure_is_found_in_some_pack_and_no_rule_of_the_limit_is_counted_twice() -> None:
    book = loaded(shipped())

    found = {measure_of(rule) for pack in book.packs.values() for rule in pack.rules}
    stoke = [measure_of(rule) for rule in book.packs["stoke-on-trent"].rules]

    assert found >= {one.name for one in MEASURES}
    assert stoke.count("icpc") == stoke.count("icpc_local") == stoke.count("first_core_group") == 1


def test_a_week_of_few_who_must_be_booked_cannot_be_had_from_the_forecast() -> None:
    soon = [
        duty(None, outlook=Outlook.NOT_BOOKED, due_at=NOW + timedelta(days=days))
        for days in (*[2] * 8, *[9] * 4)
    ]
    said, _ = report(Gathered([duty()] * 30 + [duty(17)] * 10 + soon))

    assert [one["to_book"] for one in said["chairs"][:2]] == [10, None]
    assert {one["id"]: one["rounded_to"] for one in said["tables"]}["forecast"] == 5
