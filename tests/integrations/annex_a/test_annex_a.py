"""What lists 4, 5 and 7 of Annex A say of a child."""

from pathlib import Path
from typing import Any

import pytest

from daemon.ports import Unreadable
from daemon.testing.contracts import CANARIES, CaseSourceContract
from integrations.annex_a.config import Config
from integrations.annex_a.source import AnnexA
from tests.feed_read import feed_read, is_as_before
from tests.integrations.annex_a.conftest import DAY, ENQUIRY, FILE, NOW, SAMPLES, WRITTEN, Workbooks

NAME, STREET, WORDS = CANARIES
SECTION_47 = {"at": "2026-03-02", "value": "section_47"}


class TestAnnexA(CaseSourceContract):
    """The promises of every feed."""

    @pytest.fixture
    def source(self, books: Workbooks) -> AnnexA:
        """Return a workbook of two children, a bad date, and much that is not ours to keep."""
        personal = {"worker": f"{NAME} {NAME}", "ethnicity": WORDS, "disability": STREET}
        books.put(
            List_5=[
                ENQUIRY | personal,
                ENQUIRY | {"child": "SC-2", "strategy": NAME, "held": WORDS},
            ],
            List_7=[
                {"child": "SC-2", "start": "20/03/2026", "category": WORDS},
                {"child": NAME * 20},
            ],
        )
        return books.source

    @pytest.fixture
    def gone(self, tmp_path: Path) -> AnnexA:
        """Return a feed whose folder is not there."""
        return AnnexA(Config(folder=tmp_path / "nowhere"), lambda: NOW)


def test_an_enquiry_with_its_conference_and_what_that_decided(books: Workbooks) -> None:
    held = {"held": "20/03/2026", "plan": "a) Yes", "team": "North", "worker": f"{NAME} {NAME}"}
    books.put(List_5=[ENQUIRY | held])

    assert books.body() == {
        "ref": "SC-1",
        "born_on": "2017-05-04",
        "team": "North",
        "facts": {"strategy_discussion_held": "2026-03-02", "s47_decision_recorded": SECTION_47},
        "meetings": [
            {
                "id": "ICPC-SC-1-2026-03-20",
                "kind": "icpc",
                "status": "held",
                "held_on": "2026-03-20",
                "enquiry_on": "2026-03-02",
                "facts": {"conference_decision_recorded": {"at": "2026-03-20", "value": "plan"}},
            }
        ],
    }
    assert books.complaints() == []


def test_the_lists_are_merged_by_child(books: Workbooks) -> None:
    books.put(
        List_4=[
            {"child": "SC-1", "authorised": "05/03/2026"},
            {"child": "SC-9", "authorised": "05/03/2026"},
        ],
        List_5=[ENQUIRY, ENQUIRY | {"strategy": "12/01/2026", "not_required": "a) Yes"}],
        List_7=[
            {"child": "SC-1", "start": "20/03/2026", "review": "10/06/2026", "end": "01/12/2026"}
        ],
    )

    body = books.body()

    assert body["facts"] == {
        "strategy_discussion_held": ["2026-03-02", "2026-01-12"],
        "s47_decision_recorded": [SECTION_47, {"at": "2026-01-12", "value": "section_47"}],
        "icpc_not_required": {"at": "2026-01-12", "value": "other"},
        "child_family_assessment_completed": "2026-03-05",
    }
    assert [(one["kind"], one["held_on"]) for one in body["meetings"]] == [("rcpc", "2026-06-10")]
    assert body["plans"] == [
        {"id": "CPP-SC-1-2026-03-20", "started_on": "2026-03-20", "ended_on": "2026-12-01"}
    ]
    assert books.read().rows == 5


@pytest.mark.parametrize("age", [-1, "-1", -1.0])
def test_an_unborn_child_has_the_date_on_which_it_is_expected(books: Workbooks, age: Any) -> None:
    books.put(List_5=[ENQUIRY | {"born": "01/06/2026", "age": age}])

    body = books.body()

    assert (body["expected_on"], "born_on" in body) == ("2026-06-01", False)


@pytest.mark.parametrize(
    ("code", "meant"),
    [
        *((code, True) for code in ("a) Yes", "A) YES", "Y", "1 - Yes", "1", 1, "True", True)),
        *((code, False) for code in ("b) No", "N", "0 - No", 0, "False", False, " no ")),
        *((code, None) for code in ("c) Unknown", "Unknown", None, "")),
    ],
)
def test_yes_and_no_are_read_in_the_codes_that_are_met(
    books: Workbooks, code: Any, meant: bool | None
) -> None:
    books.put_book(books.plain(List_5=[ENQUIRY | {"held": "20/03/2026", "plan": code}]))

    (meeting,) = books.body()["meetings"]

    value = {True: "plan", False: "no_plan", None: None}[meant]
    decided = meeting["facts"].get("conference_decision_recorded", {}).get("value")
    assert decided == value
    assert books.complaints() == []


def test_a_word_that_is_neither_is_listed_and_its_row_is_read(books: Workbooks) -> None:
    books.put(List_5=[ENQUIRY | {"held": "20/03/2026", "plan": f"{NAME} thinks so"}])

    assert books.body()["meetings"][0]["facts"] == {}
    assert books.complaints() == ["Annex A.xlsx/List 5:3: led_to_a_plan: is neither yes nor no"]


def test_the_data_is_as_old_as_the_file(books: Workbooks) -> None:
    books.put(List_5=[ENQUIRY])

    page = books.read()

    assert page.as_known_at == WRITTEN
    assert books.read(page.cursor).records == ()


@pytest.mark.parametrize("sample", sorted(SAMPLES.glob("*.xlsx")), ids=lambda sample: sample.stem)
def test_a_template_without_rows_of_child_protection_is_read_and_holds_no_case(
    books: Workbooks, sample: Path
) -> None:
    books.put_bytes(sample.read_bytes())

    page = books.read()

    assert (list(page.records), list(page.problems), page.rows) == ([], [], 0)


def test_feed_read_shows_its_cases_and_what_is_wrong_with_it(
    books: Workbooks, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    books.put(
        List_4=[{"child": "SC-1", "authorised": "05/03/2026"}],
        List_5=[
            ENQUIRY | {"held": DAY.replace(day=20), "plan": "a) Yes", "team": "North"},
            ENQUIRY | {"child": "SC-2", "born": "01/06/2026", "age": -1, "not_required": "a) Yes"},
            ENQUIRY | {"child": "SC-3", "strategy": "31/02/2026"},
            ENQUIRY | {"child": None},
        ],
        List_7=[{"child": "SC-1", "start": "20/03/2026", "category": "a) Neglect"}],
    )
    place = tmp_path / "place"
    place.mkdir()

    lines = feed_read(capsys, place, "annex_a", tmp_path / FILE)

    assert is_as_before(lines, "annex_a")


def test_a_workbook_that_is_not_there_is_told(books: Workbooks) -> None:
    with pytest.raises(Unreadable, match=r"no file in the drop folder is called \*\.xlsx"):
        books.read()
