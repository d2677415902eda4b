"""An old export that is put back, beside files that are newer than it: nothing of it is taken."""

import os
from datetime import timedelta

import pytest

from daemon.engine.house import Feed
from daemon.testing.world import at
from integrations.csv_files.config import Config
from integrations.csv_files.source import CsvFiles

HEADER = "conference_id,kind,case_refs,strategy_date,booked_start,status"
ROW = "M-1,ICPC,SC-1,2026-03-02,2026-03-{}T10:00,{}"
REPORTS = "conference_id,author,agency,received_at,authorised_at,shared_with_parents_at"
MEND = "put the newest export there, or have the older one written anew; nothing was taken of what lies there"


class Drops:
    """A drop folder with a diary of several files, and the watcher that reads it."""

    def __init__(self, world, place, **options):
        self.world, self.place, self.options = world, place, options
        place.mkdir()
        self.begin()

    def begin(self):
        """Start anew, with no memory but what is stored."""
        source = CsvFiles(Config(folder=self.place, **self.options), self.world.clock)
        self.feed = Feed("drops", "conference_diary", source, timedelta(0), timedelta(hours=26))
        self.world.house.feeds = {"drops": self.feed}

    def put(self, name, hour, *lines):
        """Drop a file that was written then."""
        file = self.place / name
        file.with_suffix(".tmp").write_text("\n".join((*lines, "")))
        os.utime(file.with_suffix(".tmp"), (at(f"2026-03-06 {hour}").timestamp(),) * 2)
        file.with_suffix(".tmp").rename(file)

    def conference(self, hour, day, status="booked"):
        """Drop the conference sheet."""
        self.put("conference.csv", hour, HEADER, ROW.format(day, status))

    def reports(self, hour, received="2026-03-05"):
        """Drop the sheet of reports."""
        self.put("report.csv", hour, REPORTS, f"M-1,Ann,police,{received},,")

    def poll(self, hour):
        """Return what is known then of the booked date, how old it is, and what is listed."""
        self.world.clock.now = at(f"2026-03-06 {hour}")
        self.world.line.watcher.poll(self.feed)
        with self.world.store.read() as tx:
            ((one,),) = tx.fragments.of(["SC-1"]).values()
            state = tx.feeds.get("drops")
            wrong = [str(each.problem) for each in tx.quarantine.open()]
        assert (state.ok, state.problems) == (True, len(wrong))
        (meeting,) = one.body["meetings"]
        listed = [each for each in wrong if not each.startswith("sheet ")]  # what it never had
        return meeting["scheduled_at"][8:10], state.as_known_at, listed


@pytest.fixture
def drops(story, folder):
    """Return what makes a drop folder with options."""
    return lambda **options: Drops(story("2026-03-06 10:00"), folder / "diary", **options)


def older(hour, than):
    """Return what is listed of a conference sheet that was written at `hour`."""
    what = f"was written on Friday 6 March 2026, {hour}, before the one of Friday 6 March 2026, {than}, that was read"
    return [f"conference.csv: {what}; {MEND}"]


@pytest.mark.parametrize("as_known", ["file", "read"])
@pytest.mark.parametrize("is_new_process", [False, True])
def test_an_old_sheet_beside_a_newer_one_takes_nothing_back(drops, as_known, is_new_process):
    folder = drops(as_known=as_known)
    folder.conference("16:00", 12)
    folder.reports("16:00")
    folder.poll("16:05")
    folder.conference("16:30", 13)
    folder.reports("16:50")
    _, known_at, _ = folder.poll("16:55")
    if is_new_process:
        folder.begin()

    folder.conference("16:00", 12)

    assert folder.poll("17:00") == ("13", known_at, older("4pm", "4:30pm"))
    assert folder.poll("17:01") == ("13", known_at, older("4pm", "4:30pm"))


def test_a_newer_sheet_ends_what_was_said_of_the_old_one(drops):
    folder = drops()
    folder.conference("16:30", 13)
    folder.poll("16:35")
    folder.conference("16:00", 12)
    folder.poll("16:40")

    folder.conference("16:45", 14)

    assert folder.poll("16:50") == ("14", at("2026-03-06 16:45"), [])


def test_the_sheet_itself_put_back_ends_it_too(drops):
    folder = drops(drops="partial")
    folder.conference("16:30", 13)
    folder.poll("16:35")
    newest, aside = folder.place / "conference.csv", folder.place / "aside.csv"
    newest.rename(aside)
    folder.conference("16:00", 12)
    folder.poll("16:40")

    aside.rename(newest)

    assert folder.poll("16:50") == ("13", at("2026-03-06 16:30"), [])


def test_a_sheet_of_tomorrow_holds_up_none_of_today(drops):
    folder = drops()
    folder.conference("23:00", 12)
    folder.poll("16:00")
    folder.begin()
    folder.reports("16:05")
    folder.poll("16:10")

    folder.conference("16:20", 13)

    assert folder.poll("16:30") == ("13", at("2026-03-06 16:20"), [])


def test_an_old_sheet_is_known_for_one_after_a_spoilt_one_too(drops):
    folder = drops()
    folder.conference("16:30", 13)
    folder.reports("16:30")
    folder.poll("16:35")
    folder.put("report.csv", "16:40", "")
    folder.poll("16:45")

    folder.put("report.csv", "16:20", REPORTS, "M-1,Ann,police,,,")

    _, _, (wrong,) = folder.poll("16:50")
    assert wrong.startswith("report.csv: was written on Friday 6 March 2026, 4:20pm, before")


def test_an_old_manifest_is_known_though_the_files_stand_for_now(drops):
    folder = drops(as_known="read", manifest="manifest.json")
    said = '{{"made_at": "2026-03-06T{}:00Z", "files": {{"conference.csv": {{}}}}}}'
    folder.conference("16:00", 13)
    folder.put("manifest.json", "16:00", said.format("16:30"))
    folder.poll("16:35")

    folder.conference("16:40", 12)
    folder.put("manifest.json", "16:40", said.format("16:20"))

    day, _, (wrong,) = folder.poll("16:50")
    assert day == "13"
    assert wrong.startswith("the manifest: was written on Friday 6 March 2026, 4:20pm, before")
