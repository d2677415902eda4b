"""A letter to the family carries what the pathway has for families: nothing of what professionals are told."""

from dataclasses import replace

import pytest

from daemon.decide.inviting.invitations import PARENTS
from daemon.domain.errors import Temporary
from daemon.domain.who import Who
from daemon.testing.world import person
from tests.scenario.invited import MOTHER, POLICE, icpc, one_line, rulebook

LINK = "https://meet.example/j/1"
CONOR = Who("conor", frozenset({"conference_coordinator"}))


def tasks(world):
    return [one_line(one.message.text) for one in world.mails("invite") + world.mails("move")]


def words(world, **changed):
    """Have the rulebook's invitation to the initial conference say something else of families."""
    book = rulebook()
    pack = book.packs["stoke-on-trent"]
    every = [
        replace(one, **changed) if one.name == "icpc-invitation" else one
        for one in pack.invitations
    ]
    packs = {**book.packs, pack.name: replace(pack, invitations=tuple(every))}
    world.house.deciding = replace(world.house.deciding, rulebook=replace(book, packs=packs))


def test_the_link_and_the_rules_for_professionals_are_not_in_the_letter(world):
    world.books(icpc(POLICE, MOTHER, link=LINK))

    (text,) = tasks(world)
    (entry,) = (one.message for one in world.calendar.sent)
    for theirs in (LINK, "camera", "Teams", "name somebody well briefed", "Send your report"):
        assert theirs in one_line(f"{entry.text} {entry.event.link}")
        assert theirs not in text
    assert "Civic Centre" in text


def test_nor_does_the_letter_begin_with_it_where_it_is_written(world):
    world.house.signs_in = True
    world.books(icpc(POLICE, MOTHER, link=LINK))

    posting = world.line.posting
    (task,) = posting.tasks(CONOR, world.clock())
    assert "Civic Centre" in posting.start(task)
    assert LINK not in posting.start(task)


def test_a_new_link_alone_makes_no_new_letter(world):
    world.books(icpc(POLICE, MOTHER))

    world.books(icpc(POLICE, MOTHER, link=LINK))

    assert len(tasks(world)) == 1
    assert ("cp", "move", 1) in world.entries()


def test_where_the_wording_for_families_asks_for_it_the_letter_says_how_to_join(world):
    words(world, family_joins_online=True, encloses_for_family=("camera_and_privacy_rules",))
    world.books(icpc(POLICE, MOTHER, link=LINK))

    (text,) = tasks(world)
    assert LINK in text
    assert "keep your camera on" in text
    assert "Send your report" not in text


def test_where_the_diary_names_no_place_the_task_says_so(world):
    world.books(icpc(POLICE, MOTHER, venue=None, mode="virtual", link=LINK))

    (text,) = tasks(world)
    assert "the diary names no place: agree with them how they take part" in text


def test_two_fathers_with_one_number_have_a_letter_each(world):
    """The lists of brothers and sisters may each count anew."""
    world.house.signs_in = True
    world.books(icpc(POLICE, {**MOTHER, "role": "mother"}))
    world.books(icpc(POLICE, {**MOTHER, "role": "father"}), ref="SC-2")

    found = world.line.posting.tasks(CONOR, world.clock())
    assert sorted((one.to_role, one.refs) for one in found) == [
        ("father", ("SC-2",)),
        ("mother", ("SC-1",)),
    ]
    assert len(tasks(world)) == 2


def test_one_mother_of_two_has_one_letter(world):
    world.house.signs_in = True
    for ref in ("SC-1", "SC-2"):
        world.books(icpc(POLICE, {**MOTHER, "role": "mother"}), ref=ref)

    (found,) = world.line.posting.tasks(CONOR, world.clock())
    assert found.refs == ("SC-1", "SC-2")


def test_a_letter_that_was_posted_before_a_brother_or_sister_came_to_it_is_written_anew(world):
    world.house.signs_in = True
    world.books(icpc(POLICE, MOTHER))
    posting = world.line.posting
    (first,) = posting.tasks(CONOR, world.clock())
    posting.by_hand(CONOR, first, world.clock())

    world.books(icpc(POLICE, MOTHER), ref="SC-2")

    (found,) = posting.tasks(CONOR, world.clock())
    assert (found.id, found.refs, found.posted) == (first.id, ("SC-1", "SC-2"), False)
    (sent,) = world.mails("move")
    assert "it is about another child as well" in sent.message.subject
    assert one_line(sent.message.text).startswith("This meeting is about another child as well")
    assert ("cp", "move", 1) not in world.entries()


@pytest.mark.parametrize("apart", [{"SC-1": ["I-9"]}, {"SC-2": ["I-9"]}])
def test_whoever_is_kept_apart_by_one_childs_list_is_so_in_the_letter_about_both(world, apart):
    """And no longer, once no list says so."""
    world.house.signs_in = True
    for ref in ("SC-1", "SC-2"):
        world.books(icpc(POLICE, {**MOTHER, "apart_from": apart.get(ref, [])}), ref=ref)

    (found,) = world.line.posting.tasks(CONOR, world.clock())
    assert found.row.is_apart
    assert "Somebody is kept apart" in world.mails("move")[-1].message.text

    for ref in ("SC-1", "SC-2"):
        world.books(icpc(POLICE, MOTHER), ref=ref)

    (found,) = world.line.posting.tasks(CONOR, world.clock())
    assert not found.row.is_apart


def test_a_letter_that_was_posted_before_somebody_was_kept_apart_is_asked_for_anew(world):
    """Two who must not meet would come to one door at one time."""
    world.house.signs_in = True
    world.books(icpc(POLICE, MOTHER))
    posting = world.line.posting
    (task,) = posting.tasks(CONOR, world.clock())
    posting.by_hand(CONOR, task, world.clock())

    world.books(icpc(POLICE, {**MOTHER, "apart_from": ["I-9"]}))
    world.books(icpc(POLICE, {**MOTHER, "apart_from": ["I-9"]}))

    (found,) = posting.tasks(CONOR, world.clock())
    assert (found.posted, found.row.is_apart) == (False, True)
    (sent,) = world.mails("move")
    assert "how they arrive has changed" in sent.message.subject
    assert "another time to arrive, and another way in" in one_line(sent.message.text)


@pytest.mark.parametrize("is_posted", [False, True])
def test_who_was_never_written_to_is_not_written_to_that_it_is_off(world, is_posted):
    """A parent whom the chair leaves out may not have been safe to write to at all."""
    world.house.signs_in = True
    world.books(icpc(POLICE, MOTHER))
    posting = world.line.posting
    (task,) = posting.tasks(CONOR, world.clock())
    if is_posted:
        posting.by_hand(CONOR, task, world.clock())

    world.books(icpc(POLICE, {**MOTHER, "excluded_by_chair": True}))

    (sent,) = world.mails("cancel")
    text = one_line(sent.message.text)
    assert text.startswith("SC-1: you need not" if is_posted else "SC-1: if the letter that you")
    assert ("has not gone, write none" in text) is not is_posted


def test_a_restricted_brother_or_sister_shows_in_no_letter_and_opens_none_anew(world):
    world.house.signs_in = True
    world.books(icpc(POLICE, MOTHER))
    posting = world.line.posting
    (first,) = posting.tasks(CONOR, world.clock())
    posting.by_hand(CONOR, first, world.clock())

    world.books(icpc(POLICE, MOTHER), ref="SC-2", restricted=True, holders=["sue"])

    (found,) = posting.tasks(CONOR, world.clock())
    assert (found.refs, found.posted) == (("SC-1",), True)
    assert world.mails("move") == []


def test_who_writes_of_a_child_is_not_told_that_a_restricted_one_was_written_of_before(world):
    world.directory.everybody.append(person("hana", "conference_coordinator"))
    world.books(icpc(POLICE, MOTHER), ref="SC-2", restricted=True, holders=["hana"])

    world.books(icpc(POLICE, MOTHER))

    (sent,) = (one for one in world.mails("invite") + world.mails("move") if one.to == "conor")
    assert sent.message.subject.startswith("SC-1: a letter of invitation to write (parents")
    assert "another child" not in sent.message.text


def test_a_task_that_is_still_open_is_replaced_by_one_about_both_and_not_doubled(world):
    """Nobody can call back a mail: the second says that it stands in the place of the first."""
    world.house.signs_in = True
    world.books(icpc(POLICE, MOTHER))

    world.books(icpc(POLICE, MOTHER), ref="SC-2")

    (found,) = world.line.posting.tasks(CONOR, world.clock())
    assert (found.refs, found.posted) == (("SC-1", "SC-2"), False)
    (sent,) = world.mails("move")
    assert "SC-1 and SC-2" in sent.message.subject
    assert "in the place of the one that you were asked for before, not both" in one_line(
        sent.message.text
    )


def test_a_task_that_no_relay_has_taken_yet_goes_out_once_and_names_both(world):
    world.email.answers = [Temporary("no-connection")] * 3
    world.books(icpc(POLICE, MOTHER))
    world.books(icpc(POLICE, MOTHER), ref="SC-2")
    world.email.answers = []

    world.leaps("2026-03-05 12:30")

    (sent,) = world.mails("invite") + world.mails("move")
    assert sent.message.subject.startswith("SC-1 and SC-2: a letter of invitation to write (paren")


def test_the_children_of_two_lists_have_a_letter_each_whatever_their_number(world):
    world.house.signs_in = True
    for ref in ("SC-1", "SC-2"):
        world.books(icpc(POLICE, {**MOTHER, "role": "child"}), ref=ref)

    found = world.line.posting.tasks(CONOR, world.clock())
    assert [(one.to_role, one.refs) for one in found] == [
        ("child", ("SC-1",)),
        ("child", ("SC-2",)),
    ]


@pytest.mark.parametrize(
    ("role", "letters"),
    [
        pytest.param("father", [("father", ("SC-2",)), ("mother", ("SC-1",))], id="two people"),
        pytest.param("mother", [("mother", ("SC-1", "SC-2"))], id="one mother of both"),
    ],
)
def test_lists_that_are_put_right_part_those_who_shared_a_letter_and_nobody_else(
    world, role, letters
):
    world.house.signs_in = True
    for ref in ("SC-1", "SC-2"):
        world.books(icpc(POLICE, MOTHER), ref=ref)

    world.books(icpc(POLICE, {**MOTHER, "role": "mother"}))
    world.books(icpc(POLICE, {**MOTHER, "role": role}), ref="SC-2")

    found = world.line.posting.tasks(CONOR, world.clock())
    assert sorted((one.to_role, one.refs) for one in found) == letters
    assert world.mails("cancel") == []


def test_a_role_that_is_put_right_on_the_list_calls_no_letter_off(world):
    world.books(icpc(POLICE, MOTHER))

    world.books(icpc(POLICE, {**MOTHER, "role": "mother"}))

    assert len(tasks(world)) == 1
    assert world.mails("cancel") == []


def test_where_there_are_no_words_for_families_nobody_is_sent_those_for_others(world):
    book = rulebook().packs["stoke-on-trent"]
    own = next(one for one in book.invitations if one.name == "icpc-invitation")
    words(world, words={who: said for who, said in own.words.items() if who != PARENTS})
    world.books(icpc(POLICE, MOTHER))

    assert tasks(world) == []
    with world.store.read() as tx:
        said = [one.what for _, one in tx.cases.problems()]
    assert said == [
        "a member of the family is on its list, and icpc-invitation has no words for one"
    ]
