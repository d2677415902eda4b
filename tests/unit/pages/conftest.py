"""The pages of the pathways that ship, and of a small rehearsal, made once."""

from datetime import UTC, date, datetime

import pytest

from daemon.decide.due.office import Calendar
from daemon.decide.duties.obligations import Deciding
from daemon.decide.trying.tally import Tally, differences
from daemon.decide.trying.told import Notice
from daemon.domain.times import OfficeHours
from daemon.pages.pathway import pathway
from daemon.pages.write import index_page, pathway_page, rehearsal_page
from daemon.rehearsal.figures import figures
from daemon.rulebook import load_days, shipped, sources
from daemon.rulebook.packs.clauses import coverage, read_clauses
from daemon.testing.world import loaded

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="session")
def decides():
    book = loaded(shipped())
    return Deciding(book, Calendar(load_days(shipped(), "england-and-wales"), OfficeHours()))


@pytest.fixture(scope="session")
def pathways(decides):
    texts = sources(shipped())
    found = coverage(texts, read_clauses(shipped()))
    packs = decides.rulebook.packs.values()
    return [pathway(pack, decides, found, texts, TODAY) for pack in packs], found


@pytest.fixture(scope="session")
def rehearsal():
    def line(at, rung, role, to, ref="SC-1"):
        return Notice(
            datetime.fromisoformat(f"2026-03-{at}:00+00:00"), ref, (ref,), f"{ref}/{rung}/icpc-1", rung,
            "tell", role, None, to, "email", rung, f"{at}{to}", "due",
        )  # fmt: skip

    present = [
        line("06T17:00", "list", "team_manager", "ann"),
        line("20T09:00", "group", "social_worker", None),
    ]
    draft = [
        line("06T16:00", "list", "team_manager", "ann"),
        line("09T09:00", "list", "team_manager", "tom"),
    ]
    tally = Tally(cases=1)
    for one in differences(present, draft):
        tally.note(one)
    tally.gather(present, draft)
    tally.close()
    start, end = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 31, tzinfo=UTC)
    return figures(tally, str.title, lambda role: role.replace("_", " "), start, end)


@pytest.fixture(scope="session")
def pages(pathways, rehearsal):
    found, clauses = pathways
    made = {page.name: pathway_page(page) for page in found}
    return {**made, "index": index_page(found, clauses), "rehearsal": rehearsal_page(rehearsal)}
