"""The daily mail: once a working day, to one person, figures and plain words, and what is wrong first."""

from tests.auditor.conftest import shown


def test_it_goes_once_a_working_day_at_its_time(town):
    for moment in ("15:00", "15:59", "16:00", "16:01", "18:00"):
        town.turn(f"2026-03-06 {moment}")

    (mail,) = town.to_ann()
    assert shown(town.watch().alive_at) == "16:00"
    assert mail.splitlines()[:2] == ["Testshire: Daykeeper is alive", "All balances."]


def test_it_says_what_was_due_told_met_and_how_old_the_data_is(town):
    town.turn("2026-03-06 16:00")

    rows = dict(
        [part.strip() for part in line.split(":", 1)]
        for line in town.to_ann()[0].splitlines()[3:]
        if ":" in line and not line.startswith("You get")
    )
    assert rows["For"] == "Thursday 5 March 2026"
    assert rows["Fell due"] == "0"
    assert rows["Told"] == "4 messages handed over"
    assert rows["Overdue now"] == "0 of 6 open"
    assert rows["Feed cases"] == "data 60 minutes old"
    assert rows["Audit"] == "4 steps of 2 cases recounted; 0 missed, 0 unexplained"


def test_it_does_not_go_on_a_weekend_and_monday_tells_of_all_since_friday(town):
    town.turn("2026-03-07 16:00")
    town.turn("2026-03-08 16:00")
    assert town.to_ann() == []

    town.turn("2026-03-09 16:00")

    assert "Friday 6 March 2026 to Sunday 8 March 2026" in town.to_ann()[0]


def test_what_is_wrong_stands_first(town):
    town.spoil("DELETE FROM notices")

    town.turn("2026-03-06 16:00")

    subject, lead, first = town.to_ann()[0].splitlines()[:3]
    assert subject == "Testshire: Daykeeper needs you"
    assert lead == "This is not as it should be:"
    assert first.startswith("- ")


def test_a_feed_that_cannot_be_read_is_wrong_though_all_balances(town):
    with town.app.store.write() as tx:
        tx.feeds.failed("diary", town.clock.now, "its folder is gone")

    assert town.turn("2026-03-06 16:00") == {}

    subject, _, first = town.to_ann()[0].splitlines()[:3]
    assert (subject, first) == (
        "Testshire: Daykeeper needs you",
        "- The feed diary cannot be read.",
    )
    assert len(town.monitor.calls) == 1


def test_one_that_could_not_go_goes_when_it_can_and_is_told_meanwhile(town):
    town.own.switch(refuse=["ann@council.example"])
    assert list(town.turn("2026-03-06 16:00")) == ["alive"]
    assert town.watch().alive_wrong == "refused-550"
    assert "The daily mail could not go: refused-550." in town.to_operator()[0]

    town.own.switch()
    assert town.turn("2026-03-06 16:01") == {}

    assert len(town.to_ann()) == 1
    assert town.watch().alive_wrong == ""


def test_it_takes_the_journals_head_outside_so_that_a_tail_cut_off_shows(town):
    town.turn("2026-03-06 16:00")

    with town.app.store.read() as tx:
        chain = {f"{one.number}:{one.hash}" for one in tx.journal.of("") if one.number}
    told = [line for line in town.to_ann()[0].splitlines() if line.startswith("Journal:")]
    assert next(line.split()[1] for line in told) in chain
