"""The page of a rehearsal: its figures add up, and its charts and tables say the same ones."""

import re

from daemon.pages.charts import chart
from tests.unit.pages.reading import Reading


def test_the_charts_figures_are_the_tables(rehearsal, pages):
    reading = Reading(pages["rehearsal"])
    says = [
        text for text in reading.texts if " under the present rulebook, " in text and ": " in text
    ]
    drawn = {}
    for text in says:
        found = re.fullmatch(
            r"(.+): ([\d,]+) under the present rulebook, ([\d,]+) under the draft", text.strip()
        )
        if found:
            drawn[found[1]] = (found[2], found[3])

    tables = {
        " ".join(row[0].split()): (row[1], row[2])
        for name in ("roles", "weeks")
        for row in reading.tables[name][1:]
    }
    rules = {
        row["title"]: (f"{row['present']:,}", f"{row['draft']:,}") for row in rehearsal["by_rule"]
    }
    assert drawn == {**tables, **rules}


def test_the_figures_add_up(rehearsal):
    notices = rehearsal["notices"]

    assert (notices["present"], notices["draft"]) == (2, 2)
    assert notices["earlier"] == notices["new"] == notices["gone"] == 1
    for table in ("by_rule", "by_role", "by_week", "by_person"):
        assert sum(row["present"] for row in rehearsal[table]) == 2, table
        assert sum(row["draft"] for row in rehearsal[table]) == 2, table


def test_a_chart_of_nothing_is_no_division_by_zero():
    assert chart("empty", "Nothing", [("a", 0, 0)]).bars[0].present_length == 0
