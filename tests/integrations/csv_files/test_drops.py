"""A bad file holds itself, what was good stands, and an unchanged folder costs nothing."""

import os
import pwd
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from daemon.ports import Unreadable
from integrations.csv_files.config import Config
from tests.integrations.csv_files.conftest import HEADERS, NOW, WRITTEN, Drop, line

GOOD = [line("conference", conference_id=f"G{n}", case_refs=f"SC-{n}") for n in range(1, 4)]
GOOD_REFS = ["SC-1", "SC-2", "SC-3"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(b"", "is empty", id="nothing in it"),
        pytest.param(
            b"kind,case_refs\nICPC,SC-1\n", "has no column conference_id", id="a needed column"
        ),
        pytest.param(b"C1,ICPC,SC-Quillfeather\n", "has no column case_refs", id="no header"),
        pytest.param(
            b"conference_id,case_refs,Case Refs\n", "has two columns case_refs", id="twins"
        ),
        pytest.param(
            "conference_id,case_refs\n".encode("utf-16-le"), "has no column", id="UTF-16, no mark"
        ),
        pytest.param(b"x" * 5001, "is larger than 5000 bytes", id="too large"),
    ],
)
def test_a_conference_sheet_that_cannot_be_used_leaves_the_last_good_state(
    drop: Drop, data: bytes, reason: str
) -> None:
    drop.put_bytes("conference.csv", data)

    with pytest.raises(Unreadable, match=reason) as caught:
        drop.feed(largest_bytes=5000).read(None)

    assert "Quillfeather" not in str(caught.value)


def linked(path: Path) -> None:
    """Put a link to a good sheet there."""
    path.with_name("elsewhere.csv").write_text(f"{HEADERS['conference']}\n{GOOD[0]}\n")
    path.symlink_to(path.with_name("elsewhere.csv"))


@pytest.mark.parametrize(
    "place",
    [
        pytest.param(linked, id="a link"),
        pytest.param(os.mkfifo, id="a pipe that nobody writes to"),
        pytest.param(Path.mkdir, id="a folder"),
        pytest.param(lambda path: path.with_suffix(".csv.tmp").write_text("x"), id="unfinished"),
    ],
)
def test_only_a_regular_file_is_read(drop: Drop, place: Callable[[Path], object]) -> None:
    place(drop.folder / "conference.csv")

    with pytest.raises(Unreadable):
        drop.read()


def test_where_an_account_drops_the_files_nobody_elses_is_read(drop: Drop) -> None:
    drop.put("conference", *GOOD)
    ours = drop.feed(dropped_by=pwd.getpwuid(os.getuid()).pw_name).read(None)

    with pytest.raises(Unreadable, match="belongs to another account") as caught:
        drop.feed(dropped_by=os.getuid() + 1).read(ours.cursor)

    assert len(ours.records) == len(GOOD)
    assert "find out who put it there" in str(caught.value)


def test_a_sheet_of_anybody_else_stands_as_it_last_was_good(drop: Drop) -> None:
    drop.put("conference", *GOOD)
    drop.put("core_group", "SC-1,,2026-03-05,,")
    feed = drop.feed(dropped_by=os.getuid())
    first = feed.read(None)

    drop.written_at += timedelta(minutes=5)
    drop.put("core_group", "SC-1,,2026-03-06,,")
    if os.getuid() == 0:
        os.chown(drop.folder / "core_group.csv", 12345, -1)
    else:
        (drop.folder / "core_group.csv").chmod(0)
    second = feed.read(first.cursor)

    (told,) = second.problems
    assert str(told).startswith("core_group.csv: ")
    (group,) = next(one.body["meetings"][1:] for one in second.records if one.body["ref"] == "SC-1")
    assert group["held_on"] == "2026-03-05"


def test_an_unchanged_folder_is_not_read_again_and_its_data_does_not_grow_younger(
    drop: Drop,
) -> None:
    drop.put("conference", *GOOD, "broken")
    first = drop.read()

    drop.now += timedelta(hours=3)
    second = drop.read(first.cursor)

    assert (list(second.records), second.whole, second.cursor) == ([], False, first.cursor)
    assert second.problems == first.problems
    assert (first.as_known_at, second.as_known_at) == (WRITTEN, WRITTEN)
    assert second.read_at == drop.now


def test_a_folder_that_somebody_keeps_open_all_day_is_as_young_as_its_reading(drop: Drop) -> None:
    drop.put("conference", *GOOD)
    first = drop.feed(as_known="read").read(None)

    drop.now += timedelta(hours=3)

    assert first.as_known_at == NOW
    assert drop.read(first.cursor).as_known_at == drop.now


def test_a_new_export_is_read_whole(drop: Drop) -> None:
    drop.put("conference", *GOOD)
    first = drop.read()

    drop.written_at += timedelta(minutes=10)
    drop.put("conference", *GOOD[:2])
    second = drop.read(first.cursor)

    assert second.whole
    assert [fragment.body["ref"] for fragment in second.records] == ["SC-1", "SC-2"]
    assert second.as_known_at == drop.written_at


def test_a_fresh_process_reads_everything_again(drop: Drop) -> None:
    drop.put("conference", *GOOD)
    cursor = drop.read().cursor

    page = drop.feed().read(cursor)

    assert page.whole
    assert len(page.records) == 3


def test_a_file_from_the_future_is_known_up_to_now_and_reported(drop: Drop) -> None:
    drop.written_at = datetime(2030, 1, 1, tzinfo=UTC)
    drop.put("conference", *GOOD)

    page = drop.read()

    assert page.as_known_at == NOW
    assert "written in the future" in str(page.problems[0])


def spoilt(drop: Drop) -> None:
    """Drop a core group sheet without its header."""
    drop.put_bytes("core_group.csv", b"SC-1,P-1,2026-03-05,,\n")


def gone(drop: Drop) -> None:
    """Take the core group sheet away."""
    (drop.folder / "core_group.csv").unlink()


def renamed(drop: Drop) -> None:
    """Drop a core group sheet of which one column has another name."""
    drop.put(
        "core_group", "SC-1,,2026-03-05,,", header="case_ref,plan_id,held,next_date,minutes_sent_at"
    )


@pytest.mark.parametrize(
    "break_it", [spoilt, gone, renamed], ids=["spoilt", "gone", "a column renamed"]
)
def test_a_sheet_that_was_good_keeps_its_last_good_rows(
    drop: Drop, break_it: Callable[[Drop], None]
) -> None:
    drop.put("conference", *GOOD)
    drop.put("core_group", "SC-1,,2026-03-05,,")
    first = drop.read()

    drop.written_at += timedelta(minutes=10)
    drop.put("conference", *GOOD)
    break_it(drop)
    second, third = drop.read(first.cursor), drop.read(first.cursor)

    assert list(second.records) == list(third.records) == list(first.records)
    assert [problem.where for problem in second.problems if problem.severity == "error"] == [
        "core_group.csv"
    ]
    assert second.as_known_at == third.as_known_at == WRITTEN

    with pytest.raises(Unreadable, match=r"core_group\.csv"):
        drop.feed().read(third.cursor)


def test_a_sheet_that_was_never_good_is_listed_and_the_rest_goes_on(drop: Drop) -> None:
    drop.put("conference", *GOOD)
    spoilt(drop)

    page = drop.read()

    assert [fragment.body["ref"] for fragment in page.records] == GOOD_REFS
    assert [problem.where for problem in page.problems] == ["core_group.csv"]


def test_a_lost_column_of_the_conference_sheet_is_noticed_after_a_restart(drop: Drop) -> None:
    drop.put("conference", *GOOD)
    cursor = drop.read().cursor

    drop.put("conference", *GOOD, header=HEADERS["conference"].replace("held_date", "day"))

    with pytest.raises(Unreadable, match="has no column held_date"):
        drop.feed().read(cursor)
    assert (
        len(
            drop.feed(sheets={"conference": {"columns": {"held_date": "day"}}}).read(cursor).records
        )
        == 3
    )
    assert (
        len(drop.feed(sheets={"conference": {"columns": {"held_date": ""}}}).read(cursor).records)
        == 3
    )


def test_a_required_sheet_that_is_missing_is_listed(drop: Drop) -> None:
    drop.put("conference", *GOOD)

    page = drop.feed(sheets={"report": {"required": True}}).read(None)

    assert [str(problem)[:40] for problem in page.problems] == [
        "report.csv: is not in the drop folder; p"
    ]


def test_an_authority_may_name_files_headers_and_words_its_own_way(drop: Drop) -> None:
    drop.put_bytes(
        "Diary 2026.csv", b"Conf No,Type,Child,State\nC1,Initial Conf,SC-1,Provisional\n"
    )
    conference = {
        "file": "Diary 2026.csv",
        "columns": {
            "conference_id": "conf no",
            "kind": "TYPE",
            "case_refs": "Child",
            "status": "State",
        },
        "words": {"status": {"provisional": "requested"}, "kind": {"initial conf": "ICPC"}},
    }

    page = drop.feed(sheets={"conference": conference}).read(None)

    assert page.problems == ()
    assert page.records[0].body["meetings"][0]["status"] == "requested"


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        pytest.param({"sheets": {"invitee": {"file": "../x.csv"}}}, "plain name", id="outside"),
        pytest.param({"sheets": {"invitee": {"file": "x.tmp"}}}, "plain name", id="unfinished"),
        pytest.param(
            {"sheets": {"report": {"columns": {"authorized_at": "x"}}}},
            'did you mean "authorised_at"',
            id="misspelt column",
        ),
        pytest.param({"sheets": {"conference": {"file": ""}}}, "cannot do without", id="none"),
        pytest.param(
            {"dropped_by": "no-such-account"}, "no account of this machine", id="stranger"
        ),
        pytest.param({"foldr": "x"}, "Extra inputs", id="misspelt option"),
    ],
)
def test_wrong_settings_are_refused(options: dict[str, object], reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        Config.model_validate({"folder": "diary", **options})


def test_a_relative_folder_stands_on_the_settings_file(tmp_path: Path) -> None:
    config = Config.model_validate({"folder": "diary"}, context={"base": tmp_path})

    assert config.folder == tmp_path / "diary"
