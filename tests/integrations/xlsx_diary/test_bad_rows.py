"""Whatever the cells of a workbook hold: good rows are read, bad ones listed once, nothing crashes."""

import tracemalloc
from datetime import date, datetime, time, timedelta
from io import BytesIO
from zipfile import ZipFile

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from daemon.domain.cells import slug
from daemon.ports import Unreadable
from daemon.sheets.meetings import KINDS
from tests.integrations.xlsx_diary.conftest import (
    HEADER,
    SHEET,
    Folder,
    exchanged,
    good,
    workbook,
)

FOLDER_STAYS = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
GOOD = good(3)
GOOD_REFS = ["SC-1", "SC-2", "SC-3"]
PLAIN = workbook({"Conference": [HEADER, *GOOD]})
TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=60
)
CELL = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.dates(date(1900, 1, 1), date(9999, 12, 31)),
    st.datetimes(datetime.fromisoformat("1900-01-01")),
    st.times(),
    st.timedeltas(timedelta(0), timedelta(days=9999)),
    TEXT.filter(lambda text: not text.startswith("=")),  # it would be written as a formula
)
NO_DATE = st.sampled_from(
    [
        time(14, 30),
        timedelta(hours=1),
        0.5,
        "31/02/2026",
        "soon",
        "2/3/70",
        date(9999, 12, 31),
        True,
    ]
)
NO_KIND = TEXT.filter(lambda text: slug(text) not in {*KINDS, ""} and text[0] != "=")
BAD_ROWS = st.one_of(
    st.tuples(st.none(), st.just("ICPC"), st.just("SC-9"), CELL, CELL),
    st.tuples(st.just("B1"), NO_KIND, st.just("SC-9"), CELL, CELL),
    st.tuples(st.just("B2"), st.just("ICPC"), st.none(), CELL, st.none()),
    st.tuples(st.just("B3"), st.just("ICPC"), st.just("SC-9"), CELL, NO_DATE),
    st.tuples(st.just("B4"), st.just("ICPC"), st.just("SC-9"), st.just("#N/A"), CELL),
    st.tuples(st.just("G1"), st.just("ICPC"), st.just("SC-9"), st.just("Hall"), st.none()),
)


@FOLDER_STAYS
@given(bad=st.lists(BAD_ROWS, max_size=4), notes=st.lists(CELL, min_size=8, max_size=8))
def test_whatever_bad_rows_hold_good_rows_are_read_and_bad_ones_listed_once(
    diary: Folder, bad: list[tuple[object, ...]], notes: list[object]
) -> None:
    mixed = [GOOD[0], *bad[:2], *GOOD[1:], *bad[2:]]
    rows = [(*row, note) for row, note in zip(mixed, notes, strict=False)]
    diary.put({"Conference": [HEADER, *rows]})

    page = diary.feed().read(None)

    assert [fragment.body["ref"] for fragment in page.records] == GOOD_REFS
    assert sorted(problem.where for problem in page.problems) == [
        f"Diary.xlsx/Conference:{number}"
        for number, row in enumerate(mixed, start=2)
        if row not in GOOD
    ]


@FOLDER_STAYS
@given(at=st.integers(0, len(PLAIN) - 1), piece=st.binary(max_size=20), gone=st.integers(0, 200))
def test_no_bytes_bring_the_reader_down(diary: Folder, at: int, piece: bytes, gone: int) -> None:
    diary.put_bytes(PLAIN[:at] + piece + PLAIN[at + gone :])

    try:
        refs = [fragment.body["ref"] for fragment in diary.feed().read(None).records]
    except Unreadable as error:
        assert str(error).startswith("Diary.xlsx")  # noqa: PT017 - either is right
        return

    assert refs == GOOD_REFS


MARKUP = st.sampled_from(
    [
        '<c r="A9"><v>1</v></c>', '<row r="2">', "</row>", "<v>", 't="s"', 's="99"', "<f>1</f>", "&l;",
        '<c t="s"><v>99999</v></c>', '<c t="d"><v>soon</v></c>', '<c t="b"><v>x</v></c>', "<is><t>x</t></is>",
        '<mergeCell ref="A1:XFD1048576"/>', '<mergeCell ref="?"/>', "]]>", "<?x?>", '<row r="x"/>', "1e999",
    ]
)  # fmt: skip


@FOLDER_STAYS
@given(data=st.data())
def test_no_markup_brings_the_reader_down(diary: Folder, data: st.DataObject) -> None:
    with ZipFile(BytesIO(PLAIN)) as package:
        names = [one for one in package.namelist() if one.endswith((".xml", ".rels"))]
        part = data.draw(st.sampled_from([*names, *[SHEET] * len(names)]))
        text = package.read(part)
    at = data.draw(st.integers(0, len(text) - 1))
    gone = data.draw(st.integers(0, 30))
    piece = data.draw(st.one_of(MARKUP, TEXT)).encode()
    diary.put_bytes(exchanged(PLAIN, part, text, text[:at] + piece + text[at + gone :]))

    said = ""
    try:
        page = diary.feed().read(None)
        said = " ".join(map(str, page.problems))
    except Unreadable as error:
        said = str(error)

    assert "\n" not in said


def test_a_cell_of_200_kb_leaves_out_its_row(diary: Folder) -> None:
    data = workbook({"Conference": [HEADER, *good(1), ("C1", "ICPC", "SC-9", "HERE", "")]})
    diary.put_bytes(exchanged(data, SHEET, b"HERE", b"x" * 200_000))

    assert list(diary.bodies()) == ["SC-1"]
    (complaint,) = diary.complaints()
    assert complaint.startswith("Diary.xlsx/Conference:3: venue: is longer than 32767 characters")


def test_what_is_not_read_of_a_large_workbook_takes_no_memory(diary: Folder) -> None:
    peaks = []
    for others in (0, 3000):
        notes = [["", "", "", "", "", f"{'x' * 10_000}{number}"] for number in range(others)]
        diary.put({"Conference": [HEADER, *good(300), *notes]})
        tracemalloc.start()
        assert len(diary.feed().read(None).records) == 300
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    assert peaks[1] - peaks[0] < 10_000_000  # of 30 MB
