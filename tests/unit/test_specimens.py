"""A message's specimen is what its own reader would get, about a case that could be."""

import pytest

from daemon.decide.trying.sample import DUE_AT, NEXT_AT
from daemon.domain.message import Level
from daemon.domain.times import day_of, say_day
from daemon.engine.wording.specimen import specimen
from daemon.rulebook import shipped
from daemon.testing.world import loaded


@pytest.fixture(scope="module")
def book():
    return loaded(shipped())


def test_what_excludes_each_other_is_not_said_together(book):
    text = specimen(book, "duty-overdue-manager").text

    assert "no date is booked" in text
    assert "A date is booked" not in text


@pytest.mark.parametrize("name", ["who-comes", "review-who-comes"])
def test_a_list_that_is_spoken_of_is_there(book, name):
    text = specimen(book, name).text

    assert "The list below" in text
    assert text.index("Due:") < text.index("Police: somebody comes") < text.index("Comes from:")
    assert "This is the last step" not in text


def test_what_is_due_on_the_day_itself_counts_no_further_day(book):
    text = specimen(book, "who-comes").text
    counted = text.partition("How the date was counted")[2].split("\n\n")[0]

    assert counted.count("Wednesday 23 September 2026") == 2
    assert "from the initial conference booked for this day" in counted
    assert "a working day: due by close of business" in counted


@pytest.mark.parametrize(
    ("name", "reader"),
    [
        ("issue-resolution-to-lead", "you are your agency's safeguarding lead"),
        ("ending-notice", "you are invited to a meeting"),
    ],
)  # fmt: skip
def test_a_draft_is_shown_as_whoever_gets_it_once_it_is_sent_reads_it(book, name, reader):
    sent = specimen(book, name)

    assert f"because {reader}." in sent.text
    assert "Sign in and answer" not in sent.text
    assert "(recorded)" in sent.text
    assert sent.subject.startswith("You have an item")


def test_whoever_sends_the_draft_is_asked_to_sign_in(book):
    text = specimen(book, "issue-resolution-draft").text

    assert "Sign in and answer" in text
    assert "your role is child protection chair." in text


@pytest.mark.parametrize("name", ["absence-told", "conference-attendance-to-record"])
def test_what_is_due_by_the_start_of_a_meeting_is_not_said_to_be_due_at_once(book, name):
    text = specimen(book, name).text

    assert "Due: " in text
    assert "due at once" not in text


def test_an_invitation_says_when_and_where_as_the_entry_itself_does(book):
    sent = specimen(book, "invitation-professional")

    assert sent.subject == "Conference: KD7Q-24"
    assert "When: Friday 25 September 2026, 10am to midday\nWhere: Room 4" in sent.text
    assert "Rules for joining on Teams: If you join online" in sent.text
    assert "Open the item" not in sent.text


def test_whoever_writes_to_a_family_is_told_what_goes_into_its_letter_and_no_more(book):
    sent = specimen(book, "invitation-parent-letter")

    assert "(parents and carers, KD7Q-24)" in sent.subject
    assert "When: Friday 25 September 2026, 10am to midday\nWhere: Room 4" in sent.text
    assert "Join online" not in sent.text
    assert "your role is conference coordinator" in sent.text


def test_the_meeting_of_a_specimen_is_the_one_that_it_counts_from(book):
    text = specimen(book, "answer-missing").text

    assert "The meeting is on Wednesday 30 September 2026, 10am." in text
    assert "Wednesday 30 September 2026: day 0: the initial conference booked for this day" in text


@pytest.mark.parametrize("name", ["due-moved", "reopened", "no-holder", "undeliverable"])
def test_what_has_a_day_left_is_not_said_to_have_been_due(book, name):
    text = specimen(book, name).text

    assert "(1 working day left)" in text
    assert "is due by" in text
    assert "was due by" not in text


def test_data_that_is_old_is_older_than_what_is_said_of_it(book):
    text = specimen(book, "data-is-old").text

    assert "was due by Wednesday 23 September 2026, 5pm" in text
    assert "may be out of date (as at Wednesday 23 September 2026, 10am)" in text


def test_a_draft_about_no_agency_names_none(book):
    assert "Agency:" not in specimen(book, "escalation-to-team-manager").text


def test_whoever_was_asked_beside_another_hears_who_has_answered(book):
    text = specimen(book, "settled").text

    assert "You were asked, and a.colleague@council.example has answered; nothing more" in text


def test_a_rule_about_schools_is_shown_of_a_school(book):
    assert "Agency: school" in specimen(book, "school-file-due").text
    assert "Agency: police" in specimen(book, "answer-asked").text


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("icpc-limit-missed", "Statutory limits, England; a statutory limit."),
        ("invite-list-missed", "Stoke-on-Trent child protection conferences, clauses STK-025 and STK-028; a local"),
    ],
)  # fmt: skip
def test_where_a_duty_comes_from_is_told_from_whose_limit_it_is(book, name, said):
    assert f"Comes from: {said}" in specimen(book, name).text


def test_a_date_that_would_tell_a_birthday_is_in_no_specimen(book):
    rules = [rule for pack in book.packs.values() for rule in pack.rules]
    told = {(rung.message, rule.hides_date) for rule in rules for rung in rule.ladder}
    names = {name for name, hides in told if hides and (name, False) not in told}

    assert "birth-not-recorded" in names
    for name in sorted(names):
        for level in (Level.L1, Level.L2):
            made = specimen(book, name, level=level)
            said = f"{made.subject} {made.text} {made.html} {made.card}"
            dates = [say_day(day_of(one)) for one in (DUE_AT, NEXT_AT)]

            assert not [date for date in dates if date in said], name
            assert "How the date was counted" not in said, name
            assert "If nothing changes" not in said, name
    assert "the date in the case record" in specimen(book, "birth-not-recorded").text
