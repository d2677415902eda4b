"""Who may come in, and as what: nobody by the directory's word alone."""

import pytest

from daemon.decide.people.admission import Denied, only_signed_in, roles_of, whose
from daemon.domain.person import Person, Post
from daemon.rulebook import shipped
from daemon.testing.world import loaded

SUE = Person("sue", {"email": "sue@council.example"}, posts=(Post("chair", "north"),))
TOM = Person("tom", {"email": "Tom@council.example", "teams": "tom"}, posts=(Post("chair"),))


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


def test_the_rules_that_ask_for_a_decision_are_those_of_the_pathways() -> None:
    book = loaded(shipped())

    asking = only_signed_in(book, ["stoke-on-trent"])

    assert {"conference-cancelled", "decisions-approval"} <= set(asking)
    assert only_signed_in(book, [None]) == (
        "child-has-died", "pregnancy-has-ended", "review-called-off",
    )  # fmt: skip
    assert "first-core-group" not in asking
