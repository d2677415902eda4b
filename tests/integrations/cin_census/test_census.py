"""What the Children in Need census says of a child."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from daemon.testing.contracts import CANARIES, CaseSourceContract
from integrations.cin_census.config import Config
from integrations.cin_census.source import CinCensus
from tests.integrations.cin_census.conftest import (
    NOW,
    WRITTEN,
    Returns,
    child,
    enquiry,
    episode,
    plan,
    tag,
)

NAME, STREET, WORDS = CANARIES
SECTION_47 = {"at": "2026-03-02", "value": "section_47"}


class TestCinCensus(CaseSourceContract):
    """The promises of every feed."""

    @pytest.fixture
    def source(self, returns: Returns) -> CinCensus:
        """Return a census of three children, a bad date, and much that is not ours to keep."""
        returns.put(
            child("SC-1", STREET, episode(enquiry(), tag("PrimaryNeedCode", WORDS)), UPN=NAME),
            child("SC-2", episode(enquiry(NAME), plan(InitialCategoryOfAbuse=WORDS))),
            child("SC-3", episode(enquiry(DateOfInitialCPC="2026-02-31")), Name=NAME),
            child(f"{NAME} {NAME}", episode(enquiry())),
        )
        return returns.source

    @pytest.fixture
    def gone(self, tmp_path: Path) -> CinCensus:
        """Return a feed whose folder is not there."""
        return CinCensus(Config(folder=tmp_path / "nowhere"), lambda: NOW)


def test_an_enquiry_begins_with_the_strategy_discussion_that_decided_on_it(
    returns: Returns,
) -> None:
    returns.put(child("SC-1", episode(enquiry(InitialCPCtarget="2026-03-23"))))

    assert returns.body() == {
        "ref": "SC-1",
        "born_on": "2017-05-04",
        "facts": {"strategy_discussion_held": "2026-03-02", "s47_decision_recorded": SECTION_47},
    }
    assert returns.complaints() == []


def test_a_plan_comes_with_its_conference_and_reviews_and_without_its_category(
    returns: Returns,
) -> None:
    reviews = ("2026-06-10", "2026-06-10", "2026-11-30")
    one = plan("2026-03-20", *reviews, CPPendDate="2026-12-01", LatestCategoryOfAbuse="NEG")
    returns.put(child("SC-1", episode(enquiry(DateOfInitialCPC="2026-03-20"), one)))

    body = returns.body()

    assert [(each["kind"], each["held_on"]) for each in body["meetings"]] == [
        ("icpc", "2026-03-20"),
        ("rcpc", "2026-06-10"),
        ("rcpc", "2026-11-30"),
    ]
    assert {each["status"] for each in body["meetings"]} == {"held"}
    assert body["plans"] == [
        {"id": "CPP-SC-1-2026-03-20", "started_on": "2026-03-20", "ended_on": "2026-12-01"}
    ]


def test_two_families_on_one_day_share_no_conference(returns: Returns) -> None:
    held = episode(enquiry(DateOfInitialCPC="2026-03-20"), plan())
    returns.put(child("SC-1", held), child("SC-2", held))

    bodies = [one.body for one in returns.read().records]

    ids = [each["id"] for body in bodies for each in (*body["meetings"], *body["plans"])]
    assert len(ids) == len(set(ids)) == 4


def test_that_no_conference_is_needed_ends_the_clock_of_its_own_enquiry_alone(
    returns: Returns,
) -> None:
    first, second = enquiry("2026-01-12", ICPCnotRequired="true"), enquiry()
    returns.put(child("SC-1", episode(first, second)))

    facts = returns.body()["facts"]

    assert facts["strategy_discussion_held"] == ["2026-01-12", "2026-03-02"]
    assert facts["icpc_not_required"] == {"at": "2026-01-12", "value": "other"}


@pytest.mark.parametrize(
    ("word", "counts"),
    [("1", True), ("true", True), ("0", False), ("false", False), ("", False)],
)
def test_yes_and_no_are_read_as_every_years_files_write_them(
    returns: Returns, word: str, counts: bool
) -> None:
    returns.put(child("SC-1", episode(enquiry(ICPCnotRequired=word))))

    assert ("icpc_not_required" in returns.body()["facts"]) is counts


def test_a_conference_that_was_held_all_the_same_stands(returns: Returns) -> None:
    both = enquiry(DateOfInitialCPC="2026-03-20", ICPCnotRequired="1")
    returns.put(child("SC-1", episode(both)))

    body = returns.body()

    assert "icpc_not_required" not in body["facts"]
    assert body["meetings"][0]["held_on"] == "2026-03-20"
    assert [line.partition(": ")[2] for line in returns.complaints()] == [
        "ICPCnotRequired: a conference was held all the same; its date is used"
    ]


def test_a_conference_of_the_episode_and_of_no_enquiry_is_a_transfer_to_us(
    returns: Returns,
) -> None:
    returns.put(child("SC-1", episode(DateOfInitialCPC="2026-03-10")))

    (meeting,) = returns.body()["meetings"]

    assert (meeting["kind"], meeting["direction"]) == ("transfer_in", "in")
    assert returns.complaints() == []


def test_a_conference_written_at_both_places_is_one_and_is_told(returns: Returns) -> None:
    held = enquiry(DateOfInitialCPC="2026-03-20")
    returns.put(child("SC-1", episode(held, DateOfInitialCPC="2026-03-20")))

    (meeting,) = returns.body()["meetings"]

    assert meeting["kind"] == "icpc"
    assert "(2884)" in returns.complaints()[0]


@pytest.mark.parametrize(
    ("identifiers", "shown"),
    [
        pytest.param({"born": "", "ExpectedPersonBirthDate": "2026-06-01"},
                     {"expected_on": "2026-06-01"}, id="unborn"),
        pytest.param({"ExpectedPersonBirthDate": "2017-05-01"},
                     {"born_on": "2017-05-04"}, id="born, and the expected date still there"),
        pytest.param({"born": ""}, {}, id="neither"),
    ],
)  # fmt: skip
def test_an_unborn_child_has_the_date_on_which_it_is_expected(
    returns: Returns, identifiers: dict[str, str], shown: dict[str, str]
) -> None:
    returns.put(child("SC-1", episode(enquiry()), **identifiers))

    body = returns.body()

    assert {key: body[key] for key in ("born_on", "expected_on") if key in body} == shown


@pytest.mark.parametrize(
    ("inner", "reason", "facts", "complaint"),
    [
        pytest.param(enquiry(), "RC2", {"child_died": "2026-03-05"}, "8868", id="died"),
        pytest.param(enquiry(), "RC5",
                     {"icpc_not_required": {"at": "2026-03-05", "value": "moved"}}, "",
                     id="another authority's child now"),
        pytest.param(enquiry(), "RC7", {}, "8868", id="nothing says that no conference is needed"),
        pytest.param(plan("2026-01-12"), "RC7", {}, "has no end", id="a plan without its end"),
    ],
)  # fmt: skip
def test_a_closed_episode_ends_no_clock_by_itself(
    returns: Returns, inner: str, reason: str, facts: dict[str, object], complaint: str
) -> None:
    closed = episode(inner, CINclosureDate="2026-03-05", ReasonForClosure=reason)
    returns.put(child("SC-1", closed))

    shown = returns.body()["facts"]

    begun = {"strategy_discussion_held", "s47_decision_recorded"}
    assert {name: fact for name, fact in shown.items() if name not in begun} == facts
    assert [complaint in line for line in returns.complaints()] == [True] * bool(complaint)


def test_a_plan_that_ended_with_the_episode_has_its_reason(returns: Returns) -> None:
    ended = plan("2026-01-12", CPPendDate="2026-03-05")
    returns.put(child("SC-1", episode(ended, CINclosureDate="2026-03-05", ReasonForClosure="RC5")))

    (found,) = returns.body()["plans"]

    assert found["facts"] == {"plan_ended": {"at": "2026-03-05", "value": "moved"}}


def test_a_child_who_only_is_in_need_is_no_case_of_ours(returns: Returns) -> None:
    assessed = tag("Assessments", AssessmentAuthorisationDate="2026-02-20")
    returns.put(child("SC-1", episode(assessed)), child("SC-2", episode(assessed, enquiry())))

    page = returns.read()

    assert [one.body["ref"] for one in page.records] == ["SC-2"]
    assert page.records[0].body["facts"]["child_family_assessment_completed"] == "2026-02-20"
    assert page.rows == 2


def test_a_child_who_stands_twice_is_one_case(returns: Returns) -> None:
    returns.put(child("SC-1", episode(enquiry("2026-01-12"))), child("SC-1", episode(enquiry())))

    assert len(returns.body()["facts"]["strategy_discussion_held"]) == 2
    assert returns.complaints() == [
        "census.xml/child 2:5: stands twice, the first time at census.xml/child 1:4; both were read"
    ]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(("<Message>", '<Message xmlns="urn:cin">'), id="a namespace"),
        pytest.param(("Child>", "dfe:Child>"), id="a prefix that nothing declares"),
        pytest.param(("LAchildID", "LAchildId"), id="other capitals"),
        pytest.param(("<Children>", "<Children>PersonBirthDate"), id="stray text"),
        pytest.param(("<Sex>F</Sex>", "<GenderCurrent>2</GenderCurrent>"), id="of 2024"),
        pytest.param(("<Section47>", "<New2027><X/></New2027><Section47>"), id="a new group"),
        pytest.param(("2026-03-02<", "2026-03-02+00:00<"), id="a day with a zone"),
        pytest.param(("2026-03-02<", "\n 2026-03-02T00:00:00\n<"), id="a day as a time"),
        pytest.param(("<Message>", "<!-- by hand --><Message><?pi x?>"), id="a comment"),
    ],
)
def test_no_years_variant_and_no_exporters_habit_loses_a_child(
    returns: Returns, change: tuple[str, str]
) -> None:
    returns.put(child("SC-1", episode(enquiry())))
    data = (returns.folder / "census.xml").read_text("utf-8")
    assert change[0] in data

    returns.put_bytes(data.replace(*change).encode())

    assert returns.body()["facts"]["strategy_discussion_held"] == "2026-03-02"


def test_a_midnight_of_another_zone_is_the_day_in_london(returns: Returns) -> None:
    returns.put(child("SC-1", episode(enquiry("2026-06-01T23:00:00Z"))))

    assert returns.body()["facts"]["strategy_discussion_held"] == "2026-06-02"


@pytest.mark.parametrize(
    ("reference", "options", "known_at"),
    [
        pytest.param("2026-02-28", {}, datetime(2026, 3, 1, tzinfo=UTC), id="its reference date"),
        pytest.param("2026-03-06", {}, WRITTEN, id="no younger than its file"),
        pytest.param("2026-03-31", {}, WRITTEN, id="the end of the census year, to come"),
        pytest.param("2025-03-31", {"as_known": "file"}, WRITTEN, id="the file alone"),
        pytest.param("soon", {}, WRITTEN, id="a date that is none"),
    ],
)
def test_it_is_as_old_as_the_return_says(
    returns: Returns, reference: str, options: dict[str, str], known_at: datetime
) -> None:
    returns.put(child("SC-1", episode(enquiry())), reference=reference)

    assert returns.feed(**options).read(None).as_known_at == known_at


def test_a_copy_of_an_old_return_is_not_young(returns: Returns) -> None:
    returns.put(child("SC-1", episode(enquiry())))
    data = (returns.folder / "census.xml").read_text("utf-8")

    made = "<Source><DateTime>2026-03-01T11:14:05</DateTime></Source></Header>"
    returns.put_bytes(data.replace("</Header>", made).encode())

    assert returns.read().as_known_at == datetime(2026, 3, 1, 11, 14, 5, tzinfo=UTC)
