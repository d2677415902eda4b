"""Messages and cards on a telephone, and at 200 %: no line breaks a word, a clause or a reference."""

from datetime import date

import pytest

from daemon.decide.due.office import Calendar
from daemon.decide.duties.obligations import Deciding
from daemon.domain.times import OfficeHours
from daemon.engine.wording.specimen import specimen
from daemon.pages.pathway import pathway
from daemon.pages.write import pathway_page
from daemon.rulebook import load_days, shipped, sources
from daemon.rulebook.packs.clauses import coverage, read_clauses
from daemon.testing.world import loaded
from tests.pictures.__main__ import LOOKS
from tests.pictures.cards import show

BOOK = loaded(shipped())
NAMES = (
    "action-not-done", "who-comes", "invite-list-missed", "invitation-parent-letter", "operator-rulebook",
    "weekly-diary",
)  # fmt: skip
# Words of which some stands in another line than the rest; a hyphen between two words may end a line.
BROKEN = r"""(() => {
  const found = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const text = walk.currentNode;
    if (!text.parentElement.checkVisibility()) continue;
    for (const word of text.data.matchAll(/[A-Z]{2,4}[-\u2011][0-9]+|[\p{L}]+/gu)) {
      const range = document.createRange();
      range.setStart(text, word.index);
      range.setEnd(text, word.index + word[0].length);
      if (new Set([...range.getClientRects()].map(one => Math.round(one.top))).size > 1) found.push(word[0]);
    }
  }
  return found;
})()"""


@pytest.mark.parametrize("name", NAMES)
def test_no_line_of_a_message_breaks_a_word(tab, name):
    width, _ = LOOKS["phone"]  # a window of 640 pixels at 200 %, too
    tab.show(specimen(BOOK, name).html, width=width)

    assert tab.value(BROKEN) == []


@pytest.mark.parametrize("name", NAMES)
def test_no_line_of_a_card_breaks_a_clause(tab, name):
    show(tab, specimen(BOOK, name).card, "narrow")

    assert tab.value(BROKEN) == []


@pytest.mark.parametrize("width", [320, 1100])
def test_no_line_of_a_pathways_list_breaks_a_clause(tab, width):
    decides = Deciding(BOOK, Calendar(load_days(shipped(), "england-and-wales"), OfficeHours()))
    found = coverage(sources(shipped()), read_clauses(shipped()))
    devon = pathway(BOOK.packs["devon"], decides, found, {}, date(2026, 3, 2))

    tab.show(pathway_page(devon), width=width)
    clauses = [word for word in tab.value(BROKEN) if word.startswith("DEV-")]

    assert clauses == []
