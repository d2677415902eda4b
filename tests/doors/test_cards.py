"""Cards as Teams shows them, in a real browser: whole at a telephone's width, and nothing of a field is markup."""

import pytest

from daemon.engine.wording.specimen import specimen
from daemon.rulebook import load, shipped
from tests.pictures.cards import LOOKS, oddities, show

BOOK = load(shipped())[0]
ORDINARY = (
    "presence-question",
    "invite-list-missed",
    "icpc-limit-missed",
    "weekly-summary",
    "handed-over",
    "operator-heartbeat",
)
HARD = (
    "siblings",
    "a-flood",
    "a-flood-of-long-words",
    "like-markup",
    "long-words",
    "long-addresses",
)
# What is cut off at the side: a button, a line of words, a cell.
CUT_OFF = """[...document.querySelectorAll(
        ".ac-pushButton, .ac-textBlock, .ac-richTextBlock, .ac-factset, .ac-factset td")]
    .filter(one => one.offsetParent && one.getBoundingClientRect().right >
        (one.closest(".ac-actionSet")?.getBoundingClientRect().right ?? innerWidth - 16))
    .map(one => one.textContent.slice(0, 60))
    .concat(document.documentElement.scrollWidth > innerWidth ? ["words that no line breaks"] : [])"""


@pytest.mark.parametrize("look", LOOKS)
def test_a_card_is_shown_whole_and_without_a_fault(tab, look):
    cards = {name: specimen(BOOK, name).card for name in ORDINARY}
    cards |= {name: oddities()[name].card for name in HARD}

    faults = {name: show(tab, card, look) or tab.value(CUT_OFF) for name, card in cards.items()}

    assert faults == {name: [] for name in cards}


def test_what_a_field_holds_is_shown_as_it_stands_and_calls_nobody(tab):
    show(tab, oddities()["like-markup"].card, "light")

    words = tab.value("document.body.innerText")
    made = tab.value('document.querySelectorAll("#card a, #card i, #card .mention").length')

    assert "**bold** _and_ [a link](https://x.test) <at>everyone</at>" in words
    assert made == 0


def test_how_the_date_was_counted_opens_at_a_click(tab):
    show(tab, specimen(BOOK, "invite-list-missed").card, "light")
    rows = (
        '[...document.querySelectorAll("#card .ac-factset")].filter(one => one.offsetParent).length'
    )
    before = tab.value(rows)

    tab.value("""[...document.querySelectorAll(".ac-pushButton")].find(
        one => one.textContent === "How the date was counted").click()""")

    assert tab.value(rows) == before + 1
