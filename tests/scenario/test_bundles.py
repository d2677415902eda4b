"""One message a person, channel and family: what travels together, and what never does (DOMAIN 5.6)."""

from daemon.domain.errors import Temporary
from daemon.domain.message import Lane
from daemon.engine.telling.operator import tell_operator


def sent_to(world, name):
    return [one.message for one in world.email.sent if one.to == name]


def test_siblings_share_one_message_to_each_person(story):
    world = story()
    for ref in ("SC-1", "SC-2"):
        world.opens(ref, family="F-1")

    world.until("2026-03-05 09:00")

    assert sorted(one.to for one in world.email.sent) == ["cora", "sam"]
    assert "SC-1 and SC-2" in sent_to(world, "sam")[0].text


def test_children_of_different_families_never_share_a_message(story):
    world = story()
    world.opens("SC-1", family="F-1")
    world.opens("SC-2", family="F-2")

    world.until("2026-03-05 09:00")

    assert len(sent_to(world, "sam")) == 2
    assert not any("SC-1" in one.text and "SC-2" in one.text for one in sent_to(world, "sam"))


def test_children_without_a_family_code_do_not_become_one_family(story):
    world = story()
    for ref in ("SC-1", "SC-2"):
        world.opens(ref, family=None)

    world.until("2026-03-05 09:00")

    assert len(sent_to(world, "sam")) == 2


def test_a_restricted_sibling_travels_alone(story):
    world = story()
    world.opens("SC-1", family="F-1")
    world.opens("SC-2", family="F-1", restricted=True, holders=["sam"])

    world.until("2026-03-05 09:00")

    assert len(sent_to(world, "sam")) == 2
    assert not any("SC-1" in one.text and "SC-2" in one.text for one in sent_to(world, "sam"))


def test_a_sibling_of_whom_the_reader_is_no_holder_is_left_out(story):
    world = story()
    world.opens("SC-1", family="F-1")
    world.opens("SC-2", family="F-1", roles={"social_worker": "sonia@council.example"})

    world.until("2026-03-05 09:00")

    assert "SC-2" not in sent_to(world, "sam")[0].text
    assert "SC-1" not in sent_to(world, "sonia@council.example")[0].text


def test_a_sibling_whose_list_arrived_drops_out_of_a_message_that_is_tried_again(story):
    world = story()
    for ref in ("SC-1", "SC-2"):
        world.opens(ref, family="F-1")
    world.until("2026-03-06 16:59")
    world.email.answers.append(Temporary("busy"))
    world.clock.now = world.clock.now.replace(hour=17, minute=0)
    world.turn()

    world.fact("SC-2", invite_list_received="2026-03-06")
    world.until("2026-03-06 18:00")

    (message,) = sent_to(world, "sue")
    assert "SC-1" in message.text
    assert "SC-2" not in message.text


def test_the_weekly_list_never_swallows_what_else_waits_for_its_reader(story):
    world = story()
    world.opens("SC-1")
    world.opens("SC-2", family=None)
    world.until("2026-03-06 16:59")

    world.clock.now = world.clock.now.replace(day=9, hour=9, minute=0)  # away over the weekend
    world.turn()

    assert len(sent_to(world, "sue")) == 3  # two families, and the list
    assert sum("every week" in one.text for one in sent_to(world, "sue")) == 1
    assert any(one.subject.startswith("SC-2: the invite list") for one in sent_to(world, "sue"))


def test_the_operator_reads_every_topic_that_came_up_in_one_pass(story):
    world = story()
    with world.store.write() as tx:
        for topic in ("first", "second"):
            tell_operator(
                tx, world.house, world.clock(), f"feed/{topic}", "operator-feed", f"about {topic}"
            )

    world.line.deliverer.deliver(Lane.URGENT)

    texts = world.operator()
    assert len(texts) == 2
    assert {word for text in texts for word in ("about first", "about second") if word in text} == {
        "about first", "about second",
    }  # fmt: skip


def test_every_rung_that_passed_while_away_is_one_message_to_a_person_who_stands_in_two(story):
    world = story()
    world.opens()
    world.restaff("wes", posts=())
    world.restaff(
        "sue",
        "safeguarding_service_manager",
        "social_work_service_manager",
    )
    world.until("2026-03-04 12:00")

    world.clock.now = world.clock.now.replace(day=10)
    world.turn()

    duties = [one for one in sent_to(world, "sue") if "every week" not in one.text]
    assert len(duties) == 1
