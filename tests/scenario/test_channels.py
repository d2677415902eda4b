"""What happens on the way out: channels that are missing, mail that is refused, domains nobody listed."""

from dataclasses import replace
from datetime import timedelta

import pytest

from daemon.domain.errors import Permanent, Temporary, Unknown
from daemon.ports import Unreadable
from daemon.testing.fakes import FakeChannel
from daemon.testing.world import at

INVITE_LIST = "stoke-on-trent/rules/icpc-invite-list.yaml"
REMINDER = "stoke-on-trent/messages/invite-list-reminder.yaml"
TEAMS_ONLY = (
    ("    tell: [safeguarding_service_manager]\n    via: [teams, email]",
     "    tell: [safeguarding_service_manager]\n    via: [teams]"),
)  # fmt: skip


def test_every_configured_channel_gets_its_own_notice(story):
    world = story()
    teams = FakeChannel("teams", world.clock)
    world.house.channels = {"email": world.email, "teams": teams}
    world.opens()

    world.until("2026-03-06 17:00")

    assert [one.to for one in teams.sent if one.at == at("2026-03-06 17:00")] == ["sue"]
    assert '"type":"AdaptiveCard"' in teams.sent[-1].message.card
    assert {one.message.card for one in world.email.sent} == {""}
    assert world.only("invite-list-missed") == [("2026-03-06 17:00", "sue", "invite-list-missed")]


def test_whoever_is_not_in_teams_is_told_by_mail_alone(story):
    world = story()
    teams = FakeChannel("teams", world.clock)
    world.house.channels = {"email": world.email, "teams": teams}
    world.restaff("sue", addresses={"email": "sue@council.example"})
    world.opens()

    world.until("2026-03-06 17:00")

    assert "sue" in {one.to for one in world.email.sent}
    assert "sue" not in {one.to for one in teams.sent}
    assert world.operator() == []


def test_a_card_whose_answer_was_lost_is_made_anew_when_it_is_sent_again(story):
    world = story()
    teams = FakeChannel("teams", world.clock, answers=[Unknown("answer-lost")])
    world.house.channels = {"teams": teams}
    world.opens()

    world.until("2026-03-05 10:00")

    again = [one for one in teams.sent if one.to == "cora"] + [
        one for one in teams.sent if one.to == "sam"
    ]
    assert len(again) == 2
    assert all('"type":"AdaptiveCard"' in one.message.card for one in again)


def test_a_channel_that_nobody_configured_is_journalled_and_the_rest_goes(story):
    world = story()
    world.opens()

    world.until("2026-03-06 17:00")

    assert world.only("invite-list-missed") == [("2026-03-06 17:00", "sue", "invite-list-missed")]
    assert set(world.journal("channel.missing")) == {"teams is not configured"}


def test_with_no_channel_left_the_fallback_role_is_told(story):
    world = story()
    world.rule({INVITE_LIST: TEAMS_ONLY})
    world.opens()

    world.until("2026-03-06 17:00")

    assert world.only("invite-list-missed") == [("2026-03-06 17:00", "duty", "invite-list-missed")]


def test_an_unknown_domain_gets_a_code_and_a_link_and_nothing_of_the_case(story):
    world = story()
    world.opens(roles={"social_worker": "locum@agency.example"})

    world.until("2026-03-05 09:00")

    (message,) = [one.message for one in world.email.sent if one.to == "locum@agency.example"]
    assert str(message.level) == "L0"
    for words in ("SC-1", "invite list", "conference", "March", "north"):
        assert words not in message.subject + message.text + message.html


def test_an_accepted_domain_reads_the_case_but_its_subject_line_does_not_say_it(story):
    world = story(accepted=frozenset({"agency.example"}))
    world.opens(roles={"social_worker": "locum@agency.example"})

    world.until("2026-03-05 09:00")

    (message,) = [one.message for one in world.email.sent if one.to == "locum@agency.example"]
    assert str(message.level) == "L1"
    assert "SC-1" in message.text
    assert "SC-1" not in message.subject
    assert "Team" not in message.text


def test_whoever_stands_outside_reads_the_wording_for_them(story):
    world = story(accepted=frozenset({"agency.example"}))
    world.rule(
        {
            REMINDER: (
                (
                    "clear: >-",
                    "outside:\n  lead: '{{ ref }}: a list is due by {{ due }}.'\nclear: >-",
                ),
            )
        }
    )
    world.opens(roles={"social_worker": "locum@agency.example"})

    world.until("2026-03-05 09:00")

    words = {one.to: one.message.text for one in world.email.sent}
    assert words["locum@agency.example"].startswith(
        "SC-1: a list is due by Friday 6 March 2026, 5pm.\n\n"
    )
    assert "Conference Information, health and" in words["cora"]
    for inside in ("What happens next", "Also told", "strategy discussion"):
        assert inside in words["cora"]
        assert inside not in words["locum@agency.example"]


def test_by_configuration_an_unknown_domain_gets_nothing_and_the_duty_mailbox_does(story):
    world = story(unknown_gets="nothing")
    world.opens(roles={"social_worker": "locum@agency.example"})

    world.until("2026-03-05 09:00")

    assert "locum@agency.example" not in {one.to for one in world.email.sent}
    assert "duty" in {one.to for one in world.email.sent}
    assert len(world.operator()) == 1


def test_refused_mail_is_passed_on_to_the_duty_mailbox_and_the_operator(story):
    world = story()
    world.opens()
    world.until("2026-03-06 16:59")
    world.email.answers.append(Permanent("unknown-recipient"))

    world.until("2026-03-06 17:00")

    assert world.only("invite-list-missed") == [("2026-03-06 17:00", "duty", "invite-list-missed")]
    passed_on = next(text for to, text in world.texts() if to == "duty")
    assert "could not be delivered" in passed_on
    assert len(world.operator()) == 1
    assert "SC-1" not in world.operator()[0]
    with world.store.read() as tx:
        states = {one.key.person: str(one.state) for one in tx.notices.of_obligation(
            "SC-1/icpc-invite-list/icpc-1") if one.key.rung == "invite-list-missed"}  # fmt: skip
    assert states == {"sue": "failed", "duty": "claimed"}


def test_whoever_got_it_instead_hears_that_it_is_done(story):
    world = story()
    world.opens()
    world.until("2026-03-06 16:59")
    world.email.answers.append(Permanent("unknown-recipient"))
    world.until("2026-03-06 17:30")

    world.fact("SC-1", invite_list_received="2026-03-06")
    world.turn()

    assert [to for _, to, _ in world.only("now-received")] == ["duty"]


@pytest.mark.parametrize(
    "trouble",
    [
        pytest.param(Temporary("greylisted"), id="refused for now"),
        pytest.param(Unknown("answer-lost"), id="the answer was lost"),
    ],
)
def test_what_did_not_arrive_is_tried_again_with_the_same_words(story, trouble):
    world = story()
    world.opens()
    world.until("2026-03-06 16:59")
    world.email.answers.append(trouble)

    world.until("2026-03-06 17:05")

    assert [to for _, to, _ in world.only("invite-list-missed")] == ["sue"]
    message = world.deliveries("sue")[0]
    with world.store.read() as tx:
        attempts = tx.messages.attempts(message.id)
    assert [str(one.outcome) for one in attempts][-1] == "accepted"
    assert len(attempts) == 2
    assert message.ambiguous == isinstance(trouble, Unknown)


def test_met_while_a_message_is_being_tried_again_it_never_goes(story):
    world = story()
    world.opens()
    world.until("2026-03-06 16:59")
    world.email.answers.append(Temporary("greylisted"))
    world.clock.now = at("2026-03-06 17:00")
    world.turn()

    world.fact("SC-1", invite_list_received="2026-03-06T16:59")
    world.until("2026-03-06 18:00")

    assert world.only("invite-list-missed", "now-received") == []
    assert str(world.deliveries("sue")[0].state) == "cancelled"


def test_excluded_while_a_message_is_being_tried_again_the_manager_is_told_instead(story):
    world = story()
    world.restaff("sue", manager="wes")
    world.opens()
    world.until("2026-03-06 16:59")
    world.email.answers.append(Temporary("greylisted"))
    world.clock.now = at("2026-03-06 17:00")
    world.turn()

    world.opens(excluded=["sue"])
    world.until("2026-03-06 18:00")
    world.until("2026-03-06 18:01")

    assert [to for _, to, _ in world.only("invite-list-missed")] == ["wes"]


def test_a_message_that_cannot_be_written_never_stops_the_others_and_the_operator_hears(story):
    world = story(retry_first=timedelta(days=1), retry_most=timedelta(days=1))
    world.opens()
    book = world.deciding.rulebook
    broken = replace(book.messages["invite-list-missed"], subject="{{ nothing.of.the.kind }}")
    messages = {**book.messages, "invite-list-missed": broken}
    world.house.deciding = replace(world.deciding, rulebook=replace(book, messages=messages))
    world.opens("SC-2")
    world.fact("SC-2", invite_list_received="2026-03-02")

    world.until("2026-03-09 13:00")

    assert world.only("invite-list-missed") == []
    assert [to for _, to, _ in world.only("invite-list-still-missing")] == ["wes"]
    assert "will-retry" in [str(one.state) for one in world.deliveries("sue")]
    assert len([text for text in world.operator() if "cannot be written" in text]) == 1


def test_the_directory_may_be_down_and_nobody_waits_for_it(story):
    world = story()
    world.opens()
    world.until("2026-03-04 12:00")

    class Down:
        def people(self):
            raise Unreadable("people.csv cannot be read")

        def holders(self, role, scope):
            raise Unreadable("people.csv cannot be read")

    world.line.staff.house.directory = Down()
    world.until("2026-03-06 17:00")

    assert [to for _, to, _ in world.only("invite-list-missed")] == ["sue"]
    assert len(world.operator()) == 1


def test_nothing_private_stands_in_the_log_of_a_whole_story(story, strict_log):
    world = story()
    world.opens(roles={"social_worker": "sonia.canary@council.example"})
    world.until("2026-03-09 13:00")

    logged = strict_log.getvalue()

    assert "delivery.recorded" in logged
    for private in ("canary", "@council.example", "invite list"):
        assert private not in logged


def test_when_even_the_operators_words_cannot_be_written_the_line_goes_on(story):
    world = story(retry_first=timedelta(days=1), retry_most=timedelta(days=1))
    world.opens()
    book = world.deciding.rulebook
    names = ("invite-list-reminder", "operator-undelivered")
    broken = {name: replace(book.messages[name], subject="{{ nothing.here }}") for name in names}
    messages = {**book.messages, **broken}
    world.house.deciding = replace(world.deciding, rulebook=replace(book, messages=messages))

    world.until("2026-03-06 17:00")

    assert [to for _, to, _ in world.only("invite-list-missed")] == ["sue"]
    with world.store.read() as tx:
        assert tx.summary(world.clock()).messages["email"]["will-retry"] == 4
