"""The one navigation of all pages for signed-in people: what each of them may open, and where they are."""

from collections.abc import Callable
from typing import NamedTuple

from daemon.domain.who import Who
from daemon.engine.standing.sight import is_inside, reads_report, runs_it


class Section(NamedTuple):
    """One entry: `path` is its first page, and all that begins so belongs to it."""

    path: str
    title: str
    is_for: Callable[[Who], bool] = lambda _: True
    also: tuple[str, ...] = ()


SECTIONS = (
    Section("/", "Waiting for you", also=("/questions", "/letters", "/replies")),
    Section("/board", "Board"),
    Section("/cases", "Cases"),
    Section("/conferences", "Conferences"),
    Section("/issues", "Issues"),
    Section("/people", "People", is_inside),
    Section("/held", "Held", also=("/silence",)),
    Section("/journal", "Journal"),
    Section("/report", "Report", reads_report),
    Section("/service", "Service", runs_it),
)


class Entry(NamedTuple):
    """An entry as one person's page shows it."""

    path: str
    title: str
    is_here: bool


def sections(who: Who, at: str) -> list[Entry]:
    """Return what somebody may open; `at` is the path of the page on which they are."""
    return [Entry(one.path, one.title, _is_in(one, at)) for one in SECTIONS if one.is_for(who)]


def _is_in(one: Section, at: str) -> bool:
    inside = any(
        at == path or at.startswith(f"{path}/") for path in (one.path, *one.also) if path != "/"
    )
    return inside or at == one.path
