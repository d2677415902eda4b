"""Where a conference is, is what the diary says: no wording of a pathway knows it better."""

from tests.scenario.invited import MOTHER, icpc, one_line

SOCIAL_WORKER = {"id": "I-7", "role": "social_worker", "person": "sam@council.example"}
INTERPRETER = {"id": "I-8", "role": "interpreter", "person": "ina@council.example"}


def told(world):
    """Return what each of the three who come in person reads."""
    entries = [one.message.text for one in world.calendar.sent]
    letters = [one.message.text for one in world.mails("invite")]
    return [one_line(text) for text in (*entries, *letters)]


def test_whoever_comes_in_person_is_told_the_place_of_the_diary(world):
    world.books(icpc(SOCIAL_WORKER, INTERPRETER, MOTHER, venue="Swann House"))

    said = told(world)

    assert len(said) == 3
    assert all("Where: Swann House" in one for one in said)
    assert not any("Civic Centre" in one for one in said)


def test_where_the_diary_names_no_place_that_is_said(world):
    world.books(icpc(SOCIAL_WORKER, INTERPRETER, MOTHER, venue=None))

    said = told(world)

    assert len(said) == 3
    assert all("the diary names no place" in one for one in said)
    assert not any("Civic Centre" in one for one in said)


def test_whoever_joins_online_is_not_told_that_a_place_is_missing(world):
    world.books(icpc(INTERPRETER, venue=None, link="https://meet.example/j/1"))

    (said,) = told(world)

    assert "names no place" not in said
