"""A staff directory in a real file: who holds a role, who is away, and what a bad row costs."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from daemon.domain.person import Post, Scope
from daemon.ports import Unreadable
from daemon.testing.contracts import CANARIES, DirectoryContract
from integrations.people_csv.config import Config
from integrations.people_csv.directory import PeopleCsv

NOW = datetime(2026, 3, 6, 17, tzinfo=UTC)
HEADER = (
    "staff_id,name,email,teams_address,role,team,agency,area,manager_id,absent_from,absent_to,"
    "delegate_id"
)
PEOPLE = f"""{HEADER}
tm1,{CANARIES[0]},tm1@council.example,tm1@council.example,team_manager,north,,,sm,,,
tm2,{CANARIES[0]},tm2@council.example,,Team Manager;social_worker,south,,,sm,02/03/2026,2026-03-13,tm1
sm,{CANARIES[0]},sm@council.example,,service_manager,,,,,,,
pc,{CANARIES[0]},cp.desk@police.example,,lead,,police,east,,,,
"""


def directory_of(folder: Path, text: str, **options: object) -> PeopleCsv:
    """Return a directory over a file with this text."""
    (folder / "people.csv").write_text(text, "utf-8")
    config = Config.model_validate({"file": "people.csv", **options}, context={"base": folder})
    return PeopleCsv(config, lambda: NOW)


class TestPeopleCsv(DirectoryContract):
    """The promises of every directory."""

    @pytest.fixture
    def directory(self, tmp_path: Path) -> PeopleCsv:
        """Return a directory of four."""
        return directory_of(tmp_path, PEOPLE)

    @pytest.fixture
    def absent(self, tmp_path: Path) -> PeopleCsv:
        """Return a directory whose file is not there."""
        return PeopleCsv(Config(file=tmp_path / "people.csv"), lambda: NOW)


def test_a_row_says_how_somebody_is_reached_and_who_stands_in(tmp_path: Path) -> None:
    tm1, tm2, *_ = directory_of(tmp_path, PEOPLE).people()

    assert tm1.addresses == {"email": "tm1@council.example", "teams": "tm1@council.example"}
    assert tm2.roles == {"team_manager", "social_worker"}
    assert (tm2.manager, tm2.delegate) == ("sm", "tm1")
    assert tm2.is_away(date(2026, 3, 2))
    assert tm2.is_away(date(2026, 3, 13))
    assert not tm2.is_away(date(2026, 3, 14))


def test_a_name_is_never_kept(tmp_path: Path) -> None:
    assert CANARIES[0] not in repr(directory_of(tmp_path, PEOPLE).people())


def test_somebody_away_with_no_end_stays_away(tmp_path: Path) -> None:
    row = "sw1,,sw1@council.example,,social_worker,north,,,,2026-03-02,,"

    (person,) = directory_of(tmp_path, f"{HEADER}\n{row}\n").people()

    assert person.is_away(date(2030, 1, 1))


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        pytest.param(",,a@council.example,,social_worker,,,,,,,", "staff_id: is empty", id="no id"),
        pytest.param("tm1,,b@council.example,,x,,,,,,,", "stands for two addresses", id="same id"),
        pytest.param("b,,Ann Q <b@council.example>,,x,,,,,,,", "email: is not", id="display name"),
        pytest.param("b,,b@council.example,,x,,,,,31/02/2026,,", "absent_from:", id="no such day"),
        pytest.param("b,,,,x,,,,,,2026-03-02,", "without absent_from", id="an end alone"),
        pytest.param(
            "b,,,,x,,,,,2026-03-02,2026-03-01,", "lies before", id="ends before it starts"
        ),
        pytest.param("b,,,,x", "has 5 cells where the header has 12", id="cut short"),
    ],
)
def test_a_bad_row_leaves_out_one_person_and_is_listed(
    tmp_path: Path, row: str, reason: str
) -> None:
    directory = directory_of(tmp_path, f"{PEOPLE}{row}\n")

    assert [person.id for person in directory.people()] == ["tm1", "tm2", "sm", "pc"]
    (problem,) = directory.problems
    assert problem.where == "people.csv:6"
    assert reason in problem.what


def test_one_person_has_a_row_for_each_role_and_for_each_absence(tmp_path: Path) -> None:
    text = """staff_id;email;role;team;agency;area;valid_from;valid_to;manager_id;absent_from;absent_to
sw1;sw1@council.example;social_worker;north;;;;31/03/2026;tmn;02/03/2026;06/03/2026
sw1;;Team Manager;south;;;1 April 2026;9999-12-31;sms;;
sw1;;;;;;;;;2026-05-01;2026-05-01
"""
    (person,) = directory_of(tmp_path, text).people()

    assert person.posts == (
        Post("social_worker", "north", valid_to=date(2026, 3, 31), manager="tmn"),
        Post("team_manager", "south", valid_from=date(2026, 4, 1), manager="sms"),
    )
    assert [person.is_away(date(2026, 3, 6)), person.is_away(date(2026, 5, 1))] == [True, True]
    assert not person.is_away(date(2026, 4, 15))


def test_who_has_left_is_not_here_and_holds_nothing(tmp_path: Path) -> None:
    text = "staff_id,role,team,valid_to\ntm1,team_manager,north,2026-03-05\ntm2,team_manager,north,2026-03-06\n"
    directory = directory_of(tmp_path, text)

    assert [one.is_here(date(2026, 3, 6)) for one in directory.people()] == [False, True]
    assert [one.id for one in directory.holders("team_manager", Scope(team="north"))] == ["tm2"]


@pytest.mark.parametrize(
    ("words", "days"),
    [
        pytest.param("Mon-Wed, Fri", {0, 1, 2, 4}, id="a span and a day"),
        pytest.param("tuesday thursday", {1, 3}, id="words"),
        pytest.param("Mo;We", {0, 2}, id="two letters"),
        pytest.param("Mon to Fri", {0, 1, 2, 3, 4}, id="with to"),
        pytest.param("Fri - Mon", {4, 5, 6, 0}, id="over a weekend"),
        pytest.param("", set(), id="not said"),
    ],
)
def test_somebody_part_time_says_on_which_days(tmp_path: Path, words: str, days: set[int]) -> None:
    text = f'staff_id,role,works\nsw1,social_worker,"{words}"\n'

    (person,) = directory_of(tmp_path, text).people()

    assert person.works == days


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        pytest.param("b,x,,2026-03-02,2026-03-01", "valid_to: lies before valid_from", id="dates crossed"),
        pytest.param("b,x,,30/02/2026,", 'valid_from: "30/02/2026" is not a date', id="no such day"),
        pytest.param("b,x,mornings,,", "works: is no list of weekdays", id="no weekdays"),
        pytest.param("b,x,T,,", "works: is no list of weekdays", id="one letter for two days"),
    ],
)  # fmt: skip
def test_a_row_with_bad_dates_or_days_is_listed(tmp_path: Path, row: str, reason: str) -> None:
    directory = directory_of(tmp_path, f"staff_id,role,works,valid_from,valid_to\na,x,,,\n{row}\n")

    assert [one.id for one in directory.people()] == ["a"]
    (problem,) = directory.problems
    assert problem.where == "people.csv:3"
    assert reason in problem.what


def test_a_second_delegate_of_one_person_is_said_and_the_first_is_used(tmp_path: Path) -> None:
    text = "staff_id,role,delegate_id\na,x,b\na,y,c\n"
    directory = directory_of(tmp_path, text)

    assert [one.delegate for one in directory.people()] == ["b"]
    assert [str(one.severity) for one in directory.problems] == ["warning"]


def test_a_mailbox_names_those_who_can_open_it(tmp_path: Path) -> None:
    text = 'staff_id,email,role,opened_by\nbox,box@council.example,duty_mailbox,"sw1; ann@council.example"\n'

    (box,) = directory_of(tmp_path, text).people()

    assert box.opened_by == {"sw1", "ann@council.example"}


def test_headers_are_read_as_people_write_them(tmp_path: Path) -> None:
    text = (
        "Staff Number,Job role,E-mail address,Organisation,Locality,Start date,Last day,Line manager,Deputy\n"
        "pc1,Safeguarding lead,pc1@police.example,Police,East,01/01/2026,,pc2,pc3\n"
    )
    directory = directory_of(
        tmp_path, text, words={"Safeguarding lead": "safeguarding_lead_agency"}
    )

    (person,) = directory.people()
    assert person.posts == (
        Post("safeguarding_lead_agency", None, "police", "east", date(2026, 1, 1), manager="pc2"),
    )
    assert (person.delegate, person.addresses) == ("pc3", {"email": "pc1@police.example"})
    assert directory.problems == ()


def test_our_own_header_stands_above_its_variants(tmp_path: Path) -> None:
    text = "id,staff_id,role\n77,sw1,social_worker\n"

    (person,) = directory_of(tmp_path, text).people()

    assert person.id == "sw1"


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    directory = directory_of(tmp_path, PEOPLE)
    before = len(directory.people())

    (tmp_path / "people.csv").write_text(f"{PEOPLE}tm3,,,,team_manager,north,,,,,,\n", "utf-8")

    assert len(directory.people()) == before + 1
    assert len(directory.holders("team_manager", Scope(team="north"))) == 2


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="an empty file"),
        pytest.param("name,email\nx,y\n", id="required columns are missing"),
        pytest.param(f"{HEADER},email\n", id="two columns of one name"),
    ],
)
def test_a_file_that_is_no_directory_is_unreadable(tmp_path: Path, text: str) -> None:
    directory = directory_of(tmp_path, text)

    with pytest.raises(Unreadable):
        directory.people()


def test_a_file_that_is_too_large_is_unreadable(tmp_path: Path) -> None:
    directory = directory_of(tmp_path, PEOPLE, largest_bytes=100)

    with pytest.raises(Unreadable, match="at most 100 bytes"):
        directory.people()


def test_headers_may_be_named_otherwise(tmp_path: Path) -> None:
    text = "Employee No,ROLE,E-Mail\nsw1,Social worker,sw1@council.example\n"
    directory = directory_of(tmp_path, text, columns={"staff_id": "employee-no", "email": "e mail"})

    (person,) = directory.people()
    assert person.id == "sw1"
    assert person.roles == {"social_worker"}
    assert person.addresses == {"email": "sw1@council.example"}


def test_a_misspelt_column_in_the_settings_is_told_with_a_guess(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match='did you mean "staff_id"'):
        directory_of(tmp_path, PEOPLE, columns={"staf_id": "x"})
