"""A file that cannot be used leaves what was good; one bad field holds itself."""

import gc
import os
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from daemon.ports import Unreadable
from integrations.cin_census.config import Config
from tests.integrations.cin_census.conftest import FILE, WRITTEN, Returns, child, enquiry, episode

GOOD = child("SC-1", episode(enquiry()))
WHOLE = f"<Message><Children>{GOOD}</Children></Message>"
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BOMB = f'<!DOCTYPE m [<!ENTITY l0 "lol">{LAUGHS}]>{WHOLE.replace("SC-1", "&l9;")}'
BLOW_UP = f'<!DOCTYPE m [<!ENTITY a "{"a" * 50_000}">]>{WHOLE.replace("SC-1", "&a;" * 50_000)}'


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(b"", "no XML, or ends too early", id="nothing in it"),
        pytest.param(WHOLE.encode()[:-30], "ends too early", id="half of it"),
        pytest.param(WHOLE.replace("SC-1", "S&C").encode(), "is no XML", id="a bare ampersand"),
        pytest.param(WHOLE.replace("SC-1", "S\x00C").encode(), "is no XML", id="NUL"),
        pytest.param(b"PK\x03\x04", "is no XML", id="a workbook"),
        pytest.param(b"<html><body>Sign in</body></html>", "not Message", id="an error page"),
        pytest.param(f'<?xml version="1.0" encoding="klingon"?>{WHOLE}'.encode(), "no XML",
                     id="an encoding that nobody knows"),
        pytest.param(BOMB.encode(), "document type", id="billion laughs"),
        pytest.param(BLOW_UP.encode(), "document type", id="quadratic blow-up"),
        pytest.param(f'<!DOCTYPE m SYSTEM "http://127.0.0.1:1/x">{WHOLE}'.encode(),
                     "document type", id="a document type elsewhere"),
        pytest.param(f'<!DOCTYPE m [<!ENTITY x SYSTEM "file:///etc/passwd">]>{WHOLE}'.encode(),
                     "document type", id="an entity of a file"),
        pytest.param(f"<Message>{'<a>' * 100_000}".encode(), "nested too deeply", id="depth"),
        pytest.param(b"<Message " + b"a" * 9_000_000, "does not end", id="a tag without end"),
        pytest.param(WHOLE.replace("<Children>", "<Collection>903</Collection><Children>").encode(),
                     "another collection", id="the return of children looked after"),
        pytest.param(b" " * 10_000_001, "larger than", id="too large"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_told_in_one_sentence(
    returns: Returns, data: bytes, reason: str
) -> None:
    returns.put_bytes(data)

    with pytest.raises(Unreadable, match=reason) as caught:
        returns.feed(largest_bytes=10_000_000).read(None)

    assert "\n" not in str(caught.value)
    assert "root:" not in str(caught.value)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(WHOLE.encode("utf-8-sig"), id="UTF-8 with a mark"),
        pytest.param(WHOLE.encode("utf-16"), id="UTF-16"),
        pytest.param(WHOLE.encode("utf-16-le"), id="UTF-16 without its mark"),
        pytest.param(f'<?xml version="1.0" encoding="windows-1252"?>{WHOLE}'.encode("cp1252"),
                     id="Windows-1252"),
    ],
)  # fmt: skip
def test_a_file_may_be_written_in_another_encoding(returns: Returns, data: bytes) -> None:
    returns.put_bytes(data)

    assert returns.body()["ref"] == "SC-1"


def linked(path: Path) -> None:
    """Put a link to a good file there."""
    path.with_name("elsewhere").write_text(WHOLE)
    path.symlink_to(path.with_name("elsewhere"))


@pytest.mark.parametrize(
    "place",
    [
        pytest.param(linked, id="a link"),
        pytest.param(os.mkfifo, id="a pipe that nobody writes to"),
        pytest.param(Path.mkdir, id="a folder"),
        pytest.param(lambda path: path.with_suffix(".xml.tmp").write_text(WHOLE), id="unfinished"),
        pytest.param(lambda path: path.with_name("~$a.xml").write_text(WHOLE), id="a lock file"),
        pytest.param(lambda _: None, id="nothing"),
    ],
)
def test_only_a_regular_finished_file_is_read(
    returns: Returns, place: Callable[[Path], object]
) -> None:
    place(returns.folder / FILE)

    with pytest.raises(Unreadable):
        returns.read()


def test_where_an_account_drops_the_files_nobody_elses_is_read(returns: Returns) -> None:
    returns.put(GOOD)

    assert len(returns.feed(dropped_by=os.getuid()).read(None).records) == 1
    with pytest.raises(Unreadable, match="belongs to another account"):
        returns.feed(dropped_by=os.getuid() + 1).read(None)


def test_of_several_files_the_newest_is_read(returns: Returns) -> None:
    returns.put(GOOD, file="march.xml")
    returns.written_at -= timedelta(days=1)
    returns.put(child("SC-2", episode(enquiry())), file="april.XML")

    assert returns.body()["ref"] == "SC-1"


def test_no_older_file_takes_the_place_of_one_that_cannot_be_used(returns: Returns) -> None:
    returns.put(GOOD)
    returns.written_at += timedelta(minutes=5)
    returns.put_bytes(b"<Message>", "new.xml")

    with pytest.raises(Unreadable, match=r"new\.xml"):
        returns.read()


def test_an_unchanged_file_is_not_read_again_and_does_not_grow_younger(returns: Returns) -> None:
    returns.put(GOOD, child("", episode(enquiry())))
    first = returns.read()

    returns.now += timedelta(hours=3)
    second = returns.read(first.cursor)

    assert (list(second.records), second.whole) == ([], False)
    assert (second.problems, second.as_known_at) == (first.problems, WRITTEN)
    assert second.read_at == returns.now


def test_a_fresh_process_and_a_new_file_are_read_whole(returns: Returns) -> None:
    returns.put(GOOD)
    cursor = returns.read().cursor

    again = returns.feed().read(cursor)
    returns.put(GOOD, child("SC-2", episode(enquiry())))
    new = returns.read(again.cursor)

    assert (again.whole, len(again.records)) == (True, 1)
    assert (new.whole, len(new.records)) == (True, 2)


def test_a_file_from_the_future_is_told(returns: Returns) -> None:
    returns.written_at += timedelta(days=900)
    returns.put(GOOD)

    page = returns.read()

    assert page.as_known_at <= returns.now
    assert "written in the future" in str(page.problems[0])


def test_a_census_on_one_line_says_which_child_it_means(returns: Returns) -> None:
    lost = child("", episode(enquiry()))
    returns.put_bytes(f"<Message><Children>{GOOD}{lost}{lost}</Children></Message>".encode())

    assert [one for one in returns.complaints() if "LAchildID" in one] == [
        "census.xml/child 2:1: LAchildID: is empty",
        "census.xml/child 3:1: LAchildID: is empty",
    ]


def test_a_large_census_is_never_held_as_a_whole(returns: Returns) -> None:
    filler = "<Assessments><AssessmentFactors>1A</AssessmentFactors></Assessments>" * 40
    returns.put(*(child(f"SC-{n}", f"<CINdetails>{filler}</CINdetails>") for n in range(4000)))
    size = (returns.folder / FILE).stat().st_size

    tracemalloc.start()
    rows = returns.read().rows
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert rows == 4000
    assert peak < size / 2


@pytest.mark.parametrize("data", [WHOLE, WHOLE[:-30], BOMB], ids=["whole", "half", "a bomb"])
def test_a_reading_leaves_no_parser_behind(returns: Returns, data: str) -> None:
    returns.put_bytes(data.encode())
    gc.collect()
    gc.disable()

    try:
        with suppress(Unreadable):
            returns.read()
        left = [one for one in gc.get_objects() if type(one).__name__ == "xmlparser"]
    finally:
        gc.enable()

    assert left == []


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        pytest.param({"files": "../x.xml"}, "no plain name", id="outside"),
        pytest.param({"files": "x.tmp"}, "no plain name", id="unfinished"),
        pytest.param({"foldr": "x"}, "Extra inputs", id="misspelt"),
    ],
)
def test_wrong_settings_are_refused(options: dict[str, object], reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        Config.model_validate({"folder": "census", **options})


def test_a_relative_folder_stands_on_the_settings_file(tmp_path: Path) -> None:
    config = Config.model_validate({"folder": "census"}, context={"base": tmp_path})

    assert config.folder == tmp_path / "census"


LONG = "a field that is too long"  # hypothesis would keep every long one that it makes
LETTERS = st.text(st.characters(min_codepoint=32, exclude_characters="<&", exclude_categories=["Cs"],
                                max_codepoint=0xFFFD), max_size=30)  # fmt: skip
DAYS = st.dates().map(str) | LETTERS | st.sampled_from(["9999-12-31", "2026-02-31", "-1", LONG])
FIELDS = st.sampled_from([
    *("LAchildID", "PersonBirthDate", "ExpectedPersonBirthDate", "PersonDeathDate"),
    *("CINclosureDate", "ReasonForClosure", "DateOfInitialCPC", "S47ActualStartDate"),
    *("ICPCnotRequired", "CPPstartDate", "CPPendDate", "CPPreviewDate", "Unheard"),
])  # fmt: skip
GROUPS = st.sampled_from(
    ["CINdetails", "Section47", "ChildProtectionPlans", "Reviews", "Child", "Odd"]
)
LEAVES = st.builds(lambda name, text: f"<{name}>{text}</{name}>", FIELDS, DAYS) | LETTERS
TREES = st.recursive(
    LEAVES,
    lambda inner: st.builds(
        lambda name, parts: f"<{name}>{''.join(parts)}</{name}>",
        GROUPS,
        st.lists(inner, max_size=5),
    ),
    max_leaves=20,
)


@settings(
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(st.lists(TREES, max_size=6), max_size=4))
def test_whatever_stands_in_one_child_every_other_is_read_and_nothing_breaks(
    returns: Returns, odd: list[list[str]]
) -> None:
    first, last = child("SC-first", episode(enquiry())), child("SC-last", episode(enquiry()))
    children = (f"<Child>{''.join(parts)}</Child>" for parts in odd)
    returns.put(first, *(one.replace(LONG, "x" * 200_000) for one in children), last)

    page = returns.feed().read(None)

    bodies = {one.body["ref"]: one.body for one in page.records}
    assert {"SC-first", "SC-last"} <= bodies.keys()
    assert page.rows >= 2 + len(odd)
    assert all("\n" not in str(problem) for problem in page.problems)


@settings(
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(st.tuples(DAYS, DAYS, st.sampled_from(["0", "1", "true", "x", ""])), max_size=12))
def test_each_bad_field_is_listed_once_and_each_good_one_read(
    returns: Returns, rows: list[tuple[str, str, str]]
) -> None:
    lines = [
        child(
            f"SC-{n}",
            episode(
                enquiry("2026-03-02"), enquiry(start, DateOfInitialCPC=held, ICPCnotRequired=flag)
            ),
        )
        .replace("<", "\n<")
        .replace(LONG, "x" * 200_000)
        for n, (start, held, flag) in enumerate(rows)
    ]
    returns.put(*lines)

    page = returns.feed().read(None)

    assert [one.body["ref"] for one in page.records] == [f"SC-{n}" for n in range(len(rows))]
    places = [(one.where, one.what.partition(":")[0]) for one in page.problems]
    assert len(places) == len(set(places))
