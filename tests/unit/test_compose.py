"""A message as people get it: what each level may carry, and the same words in text and HTML."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from jinja2 import UndefinedError

from daemon.decide.telling.wording import NO_DATE
from daemon.domain.message import Lane, Level, Message
from daemon.engine.wording.compose import Links, Part, TooLong, compose_list, render
from daemon.rulebook.wording.templates import Words
from tests.unit.messages import ITEM, LATER, NOW, WORDS, Reader, both, message, part


def test_the_first_two_lines_say_which_case_what_by_when_and_what_clears_it() -> None:
    sent = message(part(ITEM))

    assert sent.text.splitlines()[:2] == [WORDS.lead, WORDS.clear]
    assert sent.subject == WORDS.subject


def test_text_and_html_carry_the_same_facts() -> None:
    for shown in both(message(part(ITEM))):
        for words in (
            WORDS.lead,
            WORDS.clear,
            "Friday 6 March 2026, 5pm (overdue by 1 working day)",
            "Stoke-on-Trent pathway, clauses STK-025 and STK-028; a local limit.",
            "day 1: the strategy discussion",
            "weekend, not counted",
            ITEM.remarks[0],
            ITEM.next_step,
            ITEM.told,
            ITEM.code,
            "because your role is social worker",
            "as at Monday 9 March 2026, 9am",
            "Example Council",
        ):
            assert words in shown


def test_the_links_are_those_given_and_no_others() -> None:
    sent = message(part(ITEM))

    page = "https://daykeeper.council.example"
    given = {f"{page}/p/KD7Q-24", f"{page}/i/KD7Q-24", f"{page}/w/KD7Q-24"}
    assert set(Reader(sent.html).hrefs) == given
    assert set(re.findall(r"https?://\S+", sent.text)) == given


def test_no_button_is_shown_where_nothing_may_be_promised() -> None:
    sent = message(Part(WORDS, (ITEM,), (Links("https://x.example/i"),), "you chair"))

    assert Reader(sent.html).hrefs == ["https://x.example/i"]
    assert "I have it" not in sent.text + sent.html


def test_the_lowest_level_carries_a_code_and_a_link_and_nothing_else() -> None:
    sent = message(part(ITEM), part(LATER), level=Level.L0)

    assert sent.subject == "You have an item: KD7Q-24 (and 1 more)"
    for shown in both(sent):
        rest = shown
        for words in (
            sent.subject,
            "You have an item: KD7Q-24",
            "You have an item: MM3X-90",
            "Open the item KD7Q-24",
            "Open the item MM3X-90",
            ": https://daykeeper.council.example/i/KD7Q-24",
            ": https://daykeeper.council.example/i/MM3X-90",
            "This message says no more on purpose.",
        ):
            rest = rest.replace(words, "", 1)
        assert rest.split() == []


def test_the_middle_level_has_neither_team_nor_number_of_children() -> None:
    sent = message(part(ITEM), level=Level.L1)

    for shown in both(sent):
        assert "SC-100234" in shown
        assert "north" not in shown
        assert "children" not in shown


def test_the_highest_level_has_both() -> None:
    for shown in both(message(part(ITEM))):
        assert re.search(r"Team:? north", shown)
        assert re.search(r"Number of children:? 1", shown)


def test_the_subject_line_of_what_leaves_the_authority_says_only_the_code() -> None:
    sent = message(part(ITEM), level=Level.L1, is_external=True)

    assert sent.subject == "You have an item: KD7Q-24"
    assert "<title>You have an item: KD7Q-24</title>" in sent.html
    assert "SC-100234" in sent.text


def test_several_things_are_one_message_with_the_overdue_one_first() -> None:
    later = part(LATER, words=Words("Conference due: SC-7", "The conference is due.", "Book it."))

    sent = message(later, part(ITEM))

    assert sent.subject == "Invite list overdue: SC-100234 (and 1 more)"
    assert sent.text.startswith(WORDS.lead)
    assert sent.text.index(WORDS.lead) < sent.text.index("The conference is due.")
    assert sent.codes == ("KD7Q-24", "MM3X-90")


def test_what_is_urgent_stands_first_and_is_what_the_subject_names() -> None:
    words = Words("The safety plan is due today: SC-7", "A plan is needed.", "Agree on it.")
    urgent = replace(part(LATER, words=words), is_urgent=True)

    sent = message(part(ITEM), urgent)

    assert sent.subject == "The safety plan is due today: SC-7 (and 1 more)"
    assert sent.codes == ("MM3X-90", "KD7Q-24")


def test_siblings_in_one_section_keep_a_link_each() -> None:
    sibling = replace(ITEM, ref="SC-100240", code="KD7Q-25")

    sent = message(part(ITEM, sibling))

    assert sent.subject == WORDS.subject
    assert "I have it, by … (SC-100240): https://daykeeper.council.example/p/KD7Q-25" in sent.text
    assert "Cases: SC-100234 and SC-100240" in sent.text
    assert "Number of children: 2" in sent.text
    assert sent.text.count("How the date was counted") == 1


def test_a_flood_of_sections_is_listed_rather_than_lost_or_cut() -> None:
    parts = [part(replace(ITEM, ref=f"SC-{n:03}", code=f"C-{n:03}")) for n in range(300)]

    sent = message(*parts)

    assert all(f"SC-{n:03}" in sent.text and f"SC-{n:03}" in sent.html for n in range(300))
    assert len(sent.html.encode()) < 200_000
    assert len(sent.codes) == 300


def test_a_message_past_its_cap_is_refused_whole() -> None:
    endless = Words("s", "x" * 4000, "y" * 4000)

    with pytest.raises(TooLong, match="200 kB"):
        message(*[part(replace(ITEM, working=("a: " + "w" * 4000,) * 10), words=endless)] * 12)


def test_a_field_that_is_missing_stops_the_message() -> None:
    with pytest.raises(UndefinedError):
        render("message.txt.j2", {"title": "x"})


def made_of(read: Reader) -> list[str]:
    """Return the elements of a message, but for those that keep a reference on one line."""
    return [tag for tag, given in read.tags if (tag, given) != KEPT]


KEPT = ("span", {"style": "white-space:nowrap;"})
HOSTILE = [
    pytest.param("<script>alert(1)</script>", id="a script"),
    pytest.param('"><img src=https://x.test/a.png>', id="a picture from elsewhere"),
    pytest.param("{{ 7 * 7 }}{% for x in y %}", id="a template"),
    pytest.param("a\r\nTo clear it: click https://x.test", id="a line of its own"),
    pytest.param("\u202egnihton\u2066", id="text turned round"),
    pytest.param("a\x00b\ud800c", id="what is no character"),
]


@pytest.mark.parametrize("value", HOSTILE)
def test_whatever_a_field_holds_it_stays_one_line_of_words(value: str) -> None:
    plain = message(part(ITEM))
    words = Words(value, value, value)

    noted = (f"{value} is noted",)  # the words hold the value itself already
    sent = message(
        part(replace(ITEM, ref=value, code=value, told=value, remarks=noted), words=words)
    )

    read, expected = Reader(sent.html), Reader(plain.html)
    assert made_of(read) == made_of(expected)
    assert len(sent.text.splitlines()) == len(plain.text.splitlines())
    assert "49" not in read.text  # 7 * 7
    assert not re.search("[\x00\u202e\u2066\ud800]", sent.text + sent.html + sent.subject)


def test_a_remark_is_said_once() -> None:
    words = Words("late", f"The list is late. {ITEM.remarks[0]}", "Send it.")

    assert message(part(ITEM)).text.count(ITEM.remarks[0]) == 1
    assert message(part(ITEM, words=words)).text.count(ITEM.remarks[0]) == 1


def test_what_was_recorded_or_moved_says_so() -> None:
    met = replace(ITEM, overdue=False, overdue_by="", met="Monday 9 March 2026", next_step="")
    moved = replace(met, met="", was_due="Thursday 5 March 2026, 5pm", due=NO_DATE, due_at=None)

    assert "Recorded: Monday 9 March 2026" in message(part(met)).text
    assert "Was due: Thursday 5 March 2026, 5pm" in message(part(moved)).text


def test_a_duty_without_a_limit_has_no_date_to_speak_of() -> None:
    told = replace(ITEM, due="", due_at=None, overdue=False, overdue_by="", working=())

    sent = message(part(told))

    for shown in both(sent):
        assert not re.search(r"\bDue\b|no date yet", shown)


def test_a_default_of_ours_is_said_to_be_one_once() -> None:
    ours = replace(ITEM, clauses=(), basis="a default of ours, not in the document", house=True)

    assert message(part(ours)).text.count("a default of ours") == 1
    assert message(part(replace(ITEM, house=True))).text.count("a default of ours") == 1


def listing(
    rows: Sequence[Sequence[str]], headings: Sequence[str] = ("Case", "What"), **more: Any
) -> Message:
    return compose_list(
        "Open overdue items",
        "2 items are overdue.",
        headings,
        rows,
        message_id="d-1",
        channel="email",
        lane=Lane.BULK,
        made_at=NOW,
        authority_title="Example Council",
        because="your role is service manager",
        page="https://daykeeper.council.example/l/1",
        **more,
    )


def test_a_digest_is_a_table_with_headed_columns() -> None:
    sent = listing([("SC-1", "Invite list"), ("SC-2", "Core group")])

    read = Reader(sent.html)

    assert [attributes["scope"] for tag, attributes in read.tags if tag == "th"] == ["col", "col"]
    assert "- Case: SC-1\n  What: Invite list\n- Case: SC-2\n  What: Core group\n" in sent.text
    for shown in both(sent):
        assert "2 items are overdue." in shown


def test_rows_beyond_what_one_can_read_are_counted() -> None:
    row = ("Initial child protection conference", "Monday 23 March 2026, 5pm", "9 working days")
    rows = [(f"SC-{n}", *row) for n in range(1000)]

    sent = listing(rows, ("Case", "What", "Was due", "Overdue by"))

    for shown in both(sent):
        assert "And 850 more." in shown


def words_of(text: str) -> list[str]:
    """Return the words of a text in alphabetical order, each once, without addresses and marks."""
    return sorted(set(re.findall(r"\w[\w’'-]*", re.sub(r"https?://\S+", "", text).casefold())))


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(message(part(ITEM)), id="one item"),
        pytest.param(message(part(ITEM), part(LATER)), id="several"),
        pytest.param(message(part(ITEM, replace(ITEM, ref="SC-2", code="X-2"))), id="siblings"),
        pytest.param(message(part(ITEM), level=Level.L0), id="the lowest level"),
        pytest.param(message(part(ITEM), level=Level.L1, is_external=True), id="outside"),
        pytest.param(
            message(*[part(replace(ITEM, ref=f"SC-{n}", code=f"C-{n}")) for n in range(20)]), id="a flood"
        ),
        pytest.param(listing([("SC-1", "Invite list"), ("SC-2", "Core group")]), id="a list"),
    ],
)  # fmt: skip
def test_the_page_has_the_words_of_the_text_and_no_others(sent: Message) -> None:
    assert words_of(Reader(sent.html).text) == words_of(f"{sent.subject} {sent.text}")


def test_outside_the_authority_nobody_reads_what_is_its_own() -> None:
    sent = message(part(ITEM), level=Level.L1, is_external=True)

    for shown in both(sent):
        for words in (
            ITEM.remarks[0],
            ITEM.told,
            ITEM.next_step,
            "strategy discussion",
            "How the date was counted",
            "Also told",
        ):
            assert words not in shown
        assert "Friday 6 March 2026, 5pm" in shown


def test_what_concerns_a_family_is_a_letter_for_one_of_us_to_write() -> None:
    sent = message(
        replace(part(ITEM, role="conference coordinator"), letter_to="parents and carers")
    )

    for shown in both(sent):
        assert (
            "To the parents and carers: see the case file. Nothing has been sent to them." in shown
        )
        assert "because your role is conference coordinator" in shown


@pytest.mark.parametrize(
    ("level", "is_external", "subject"),
    [
        pytest.param(Level.L2, False, "Open overdue items", id="inside"),
        pytest.param(Level.L1, True, "You have an item: KD7Q-24", id="outside"),
        pytest.param(Level.L0, True, "You have an item: KD7Q-24", id="the lowest level"),
    ],
)
def test_a_list_says_no_more_than_its_reader_may_have(
    level: Level, is_external: bool, subject: str
) -> None:
    sent = listing([("SC-1", "Invite list")], level=level, is_external=is_external, code="KD7Q-24")

    assert sent.subject == subject
    assert sent.codes == ("KD7Q-24",)
    for shown in both(sent):
        assert ("SC-1" in shown) == (level is not Level.L0)
        assert ("items are overdue" in shown) == (level is not Level.L0)


def test_a_text_that_was_cut_says_so_in_every_form() -> None:
    sent = message(part(ITEM, words=Words("s", "x" * 21_000, "")))

    for shown in both(sent):
        assert "xxx…" in shown
