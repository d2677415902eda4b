"""A bad row holds itself, not its file: good rows are read, and bad ones listed."""

import codecs
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from daemon.domain.errors import Severity
from daemon.ports import Unreadable
from tests.integrations.csv_files.conftest import HEADERS, Drop, line

CELLS = len(HEADERS["conference"].split(","))
GOOD = [line("conference", conference_id=f"G{n}", case_refs=f"SC-{n}") for n in range(1, 4)]
GOOD_REFS = ["SC-1", "SC-2", "SC-3"]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        pytest.param(
            line("conference", held_date="31/02/2026"),
            '"31/02/2026" is not a date that exists',
            id="31 February",
        ),
        pytest.param(
            line("conference", held_date="0001-01-01"), "lies outside 1990 to 2100", id="year 1"
        ),
        pytest.param(
            line("conference", held_date="9999-12-31"), "lies outside 1990 to 2100", id="year 9999"
        ),
        pytest.param(
            line("conference", held_date="last Tuesday"),
            "held_date: this is not a date",
            id="words for a date",
        ),
        pytest.param(
            line("conference", held_date="2026-03-05 25:10"),
            "is not a date that exists",
            id="hour 25",
        ),
        pytest.param(
            line("conference", held_date="05/03/70"), "of either century", id="a year of two digits"
        ),
        pytest.param(
            line("conference", kind="ICPD"),
            'kind: "ICPD" is not in its list; did you mean "icpc"?',
            id="misspelt kind",
        ),
        pytest.param(
            line("conference", kind="Q Quillfeather"),
            "kind: this is not in its list; write ICPC, RCPC",
            id="a name for a kind",
        ),
        pytest.param(line("conference", kind=""), "kind: is empty", id="no kind"),
        pytest.param(
            line("conference", status="sometime"),
            'status: "sometime" is not in its list',
            id="unknown status",
        ),
        pytest.param(
            line("conference", effective="maybe"),
            "effective: is neither yes nor no",
            id="neither Y nor N",
        ),
        pytest.param(line("conference", conference_id=""), "conference_id: is empty", id="no id"),
        pytest.param(
            line("conference", conference_id="G1", case_refs="SC-7"),
            "conference_id: stands on line 2 too",
            id="an id twice",
        ),
        pytest.param(
            line("conference", case_refs=""), "case_refs: holds no case reference", id="no case"
        ),
        pytest.param(
            line("conference", venue="Civic\x00Centre"), "a character that cannot be read", id="NUL"
        ),
        pytest.param("C1,ICPC,SC-9", f"has 3 cells where the header has {CELLS}", id="cut short"),
        pytest.param(line("conference") + ",more", f"has {CELLS + 1} cells", id="a cell too many"),
        pytest.param(
            f'"{line("conference")}', "cannot be split into cells", id="a quote that does not end"
        ),
        pytest.param(
            'C1,"ICPC"x,SC-9' + "," * (CELLS - 3),
            "cannot be split into cells",
            id="text after a quote",
        ),
        pytest.param(
            line("conference", venue="x" * 200_000),
            "cannot be split into cells",
            id="a cell of 200 kB",
        ),
    ],
)
@pytest.mark.parametrize("place", [0, 1, 3], ids=["first", "second", "last"])
def test_a_bad_row_is_left_out_and_named_with_its_line(
    drop: Drop, bad: str, reason: str, place: int
) -> None:
    lines = [*GOOD[:place], bad, *GOOD[place:]]
    if "stands on line" in reason and place == 0:
        lines = [*GOOD[:1], bad, *GOOD[1:]]
    drop.put("conference", *lines)

    page = drop.read()

    assert [fragment.body["ref"] for fragment in page.records] == GOOD_REFS
    (problem,) = page.problems
    assert problem.where == f"conference.csv:{lines.index(bad) + 2}"
    assert reason in str(problem)


ANY_CELL = st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]), max_size=60)
BAD_ROWS = st.one_of(
    st.lists(ANY_CELL, max_size=CELLS).map(",".join),
    st.integers(2, CELLS - 1).flatmap(lambda n: st.just("," * n)).map(lambda commas: f"x{commas}"),
    ANY_CELL.map(lambda cell: line("conference", conference_id="", venue=cell.replace(",", ""))),
    ANY_CELL.map(lambda cell: f'"{line("conference")}{cell}'),
    st.from_regex(r"[0-9]{1,4}[/-][0-9]{1,2}[/-][0-9]{1,4}", fullmatch=True)
    .filter(
        lambda text: (
            not text.startswith(("19", "20")) and not text.endswith(tuple("0123456789"[:3]))
        )
    )
    .map(lambda text: line("conference", kind="", held_date=text)),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    bad=st.lists(
        BAD_ROWS.filter(lambda row: row.strip(", \t\f\v\x1c\x1d\x1e\x1f\x85\xa0")), max_size=4
    )
)
def test_whatever_bad_rows_hold_good_rows_are_read_and_bad_ones_listed(
    drop: Drop, bad: list[str]
) -> None:
    mixed = [row for pair in zip(GOOD, [*bad, "", "", ""], strict=False) for row in pair if row]
    mixed += bad[3:]
    drop.put("conference", *mixed)

    page = drop.feed().read(None)

    refs = [fragment.body["ref"] for fragment in page.records]
    listed = {int(problem.where.rpartition(":")[2]) for problem in page.problems}
    expected = {number for number, row in enumerate(mixed, start=2) if row not in GOOD}
    assert refs == GOOD_REFS
    assert listed == expected


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=400))
def test_no_bytes_bring_the_reader_down(drop: Drop, data: bytes) -> None:
    drop.put("conference", *GOOD)
    for sheet in HEADERS:
        if sheet not in ("conference", "case"):
            drop.put_bytes(f"{sheet}.csv", f"{HEADERS[sheet]}\n".encode() + data)

    page = drop.feed().read(None)

    assert [fragment.body["ref"] for fragment in page.records][:3] == GOOD_REFS


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=400))
def test_a_case_sheet_of_any_bytes_is_read_or_the_feed_says_that_it_cannot_be(
    drop: Drop, data: bytes
) -> None:
    drop.put("conference", *GOOD)
    drop.put_bytes("case.csv", f"{HEADERS['case']}\nSC-1,,,sw9,\n".encode() + data)

    try:
        page = drop.feed().read(None)
    except Unreadable:
        return

    assert {one.body["ref"]: one.body for one in page.records}["SC-1"]["excluded"][0] == "sw9"


@pytest.mark.parametrize(
    ("encode", "warned"),
    [
        pytest.param(lambda text: text.encode(), False, id="UTF-8"),
        pytest.param(lambda text: text.encode("utf-8-sig"), False, id="UTF-8 with a mark"),
        pytest.param(lambda text: text.encode("utf-16"), False, id="UTF-16 with a mark"),
        pytest.param(
            lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"), False, id="big-endian"
        ),
        pytest.param(lambda text: text.encode("cp1252"), True, id="Windows-1252"),
    ],
)
@pytest.mark.parametrize("separator", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_however_a_sheet_is_written_it_is_read(
    drop: Drop, encode: Callable[[str], bytes], warned: bool, separator: str, end: str
) -> None:
    lines = ["Conference ID,KIND,case-refs,Venue", "C1,ICPC,SC-1,Café “Nord”"]
    drop.put_bytes("conference.csv", encode(end.join(lines).replace(",", separator)))

    assert drop.meeting()["venue"] == "Café “Nord”"
    assert [problem.severity for problem in drop.read().problems] == ["warning"] * warned


def test_a_cell_may_span_lines_and_the_next_row_keeps_its_number(drop: Drop) -> None:
    header = "conference_id,kind,case_refs,venue"
    rows = ['C1,ICPC,SC-1,"Civic\nCentre"', "C2,ICPD,SC-2,"]
    drop.put("conference", *rows, header=header)

    page = drop.read()

    assert [fragment.body["ref"] for fragment in page.records] == ["SC-1"]
    assert [problem.where for problem in page.problems] == ["conference.csv:4"]


def test_one_unreadable_reference_leaves_its_sibling(drop: Drop) -> None:
    drop.put("conference", line("conference", case_refs="Ann Q;SC-2"))

    assert list(drop.bodies()) == ["SC-2"]
    (complaint,) = drop.complaints()
    assert complaint.startswith("conference.csv:2: case_refs: is not an id")
    assert "Ann" not in complaint


def test_the_same_row_twice_is_one_conference(drop: Drop) -> None:
    drop.put("conference", line("conference"), line("conference"))

    assert drop.meeting()["id"] == "C1"
    assert drop.complaints() == []


@pytest.mark.parametrize(
    ("sheet", "row", "reason"),
    [
        pytest.param(
            "invitee", "C9,I1,,,,,,,,", "conference_id: no conference has it", id="orphan"
        ),
        pytest.param("invitee", "C1,,,,,,,,,", "invitee_id: is empty", id="an invitee without id"),
        pytest.param(
            "invitee", "C1,I1,,,,Ann <a@b.example>,,,,", "email: is not a plain", id="address"
        ),
        pytest.param(
            "attendance", "C1,I9,present", "nobody on this conference's list", id="stranger"
        ),
        pytest.param("attendance", "C1,I0,asleep", 'attendance: "asleep"', id="unknown attendance"),
        pytest.param("report", "C1,,police,2026-13-01,,", "received_at:", id="month 13"),
        pytest.param(
            "core_group", ",,2026-03-01,,", "case_ref: is empty", id="nobody's core group"
        ),
        pytest.param("milestone", "SC-1,,half-way,2026-03-01", "kind:", id="unknown milestone"),
    ],
)
def test_a_bad_row_of_another_sheet_leaves_the_conference_standing(
    drop: Drop, sheet: str, row: str, reason: str
) -> None:
    drop.put("conference", line("conference"))
    drop.put("invitee", "C1,I0,,,,,,,,")
    drop.put(sheet, *(["C1,I0,,,,,,,,"] if sheet == "invitee" else []), row)

    page = drop.read()

    assert [fragment.body["ref"] for fragment in page.records] == ["SC-1"]
    (problem,) = page.problems
    assert problem.where.startswith(f"{sheet}.csv:")
    assert reason in problem.what


def test_whose_address_is_none_stays_on_the_list_without_it(drop: Drop) -> None:
    drop.put("conference", line("conference"))
    drop.put("invitee", "C1,I1,,,police,Ann <a@b.example>,,,,")

    page = drop.read()

    (invitee,) = page.records[0].body["meetings"][0]["invitees"]
    assert (invitee["id"], invitee["agency"], "person" in invitee) == ("I1", "police", False)
    (problem,) = page.problems
    assert problem.severity is Severity.WARNING
    assert "cannot be invited" in problem.mend


def test_rows_that_hang_on_a_bad_conference_are_not_reported_again(drop: Drop) -> None:
    drop.put("conference", line("conference", held_date="31/02/2026"), *GOOD)
    drop.put("invitee", "C1,I1,,,,,,,,", "C1,I2,,,,,,,,")
    drop.put("attendance", "C1,I1,present")

    assert [problem.where for problem in drop.read().problems] == ["conference.csv:2"]
