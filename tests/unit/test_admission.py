"""Who may come in, and act as what: nobody by the directory's word alone, and no stranger to a case."""

import pytest

from daemon.decide.admission import Denied, holds, may_see, only_signed_in, roles_of, whose
from daemon.decide.recipients import Access, People
from daemon.domain.person import Person, Post
from daemon.domain.who import Who
from daemon.rulebook import shipped
from daemon.testing.world import loaded

SUE = Person("sue", {"email": "sue@council.example"}, posts=(Post("chair", "north"),))
TOM = Person("tom", {"email": "Tom@council.example", "teams": "tom"}, posts=(Post("chair"),))
PEOPLE = People([SUE, TOM])
CHAIR = Who("sue", frozenset({"chair"}), "north")


@pytest.mark.parametrize(
    ("name", "found"),
    [
        pytest.param("sue", SUE, id="an id"),
        pytest.param("SUE@council.EXAMPLE", SUE, id="an address in other letters"),
        pytest.param("Sue", Denied.NO_PERSON, id="an id in other letters"),
        pytest.param("eve", Denied.NO_PERSON, id="nobody"),
        pytest.param("eve@council.example", Denied.NO_PERSON, id="an address that nobody has"),
        pytest.param("tom", TOM, id="an id that is also an address"),
        pytest.param("box@council.example", Denied.TWO_PEOPLE, id="an address that two have"),
    ],
)
def test_one_name_is_one_person(name: str, found: Person | Denied) -> None:
    shared = [Person(each, {"email": "box@council.example"}) for each in ("ann", "bob")]

    assert whose(name, [SUE, TOM, *shared]) == found


@pytest.mark.parametrize(
    ("claim", "found"),
    [
        pytest.param(["DK-Chairs", "Others"], {"chair"}, id="of a list, what is mapped"),
        pytest.param("DK-Chairs", {"chair"}, id="one alone"),
        pytest.param("chair", set(), id="our own word counts for nothing"),
        pytest.param(None, set(), id="no claim"),
        pytest.param([7, None, {"DK-Chairs": 1}], set(), id="no text"),
    ],
)
def test_a_role_comes_from_what_the_settings_map(claim: object, found: set[str]) -> None:
    assert roles_of(claim, {"DK-Chairs": "chair"}) == found


@pytest.mark.parametrize(
    ("who", "access", "may"),
    [
        pytest.param(CHAIR, Access(team="north"), True, id="the provider's word, in their team"),
        pytest.param(CHAIR, Access(team="south"), False, id="not in another team"),
        pytest.param(CHAIR, Access(), False, id="not in a case of no team"),
        pytest.param(Who("tom", frozenset({"chair"})), Access(team="south"), True, id="for the whole authority"),
        pytest.param(Who("sue", frozenset(), "north"), Access(team="north"), False, id="the directory's word alone"),
        pytest.param(Who("sue"), Access({"chair": ["sue@council.example"]}), True, id="the case's own record"),
        pytest.param(Who("sue"), Access({"reviewer": ["sue"]}), False, id="the record, in another role"),
        pytest.param(CHAIR, Access(team="north", excluded=frozenset({"sue"})), False, id="excluded"),
        pytest.param(CHAIR, Access({"chair": ["sue"]}, excluded=frozenset({"SUE@council.example"})), False,
                     id="excluded by address, and named"),
        pytest.param(CHAIR, Access(team="north", restricted=True), False, id="restricted"),
        pytest.param(CHAIR, Access(team="north", restricted=True, holders=frozenset({"sue"})), True,
                     id="restricted, and a holder"),
        pytest.param(Who("eve", frozenset({"chair"})), Access(), False, id="nobody of the directory"),
    ],
)  # fmt: skip
def test_who_acts_as_the_chair_of_a_case(who: Who, access: Access, *, may: bool) -> None:
    assert holds(who, "chair", access, PEOPLE) is may


def test_an_excluded_person_sees_nothing_of_a_case() -> None:
    assert may_see(CHAIR, Access(team="south"), PEOPLE)
    assert not may_see(CHAIR, Access(excluded=frozenset({"sue"})), PEOPLE)


def test_the_rules_that_ask_for_a_decision_are_those_of_the_pathways() -> None:
    book = loaded(shipped())

    asking = only_signed_in(book, ["stoke-on-trent"])

    assert {"conference-cancelled", "decisions-approval"} <= set(asking)
    assert only_signed_in(book, [None]) == ()
    assert "first-core-group" not in asking
