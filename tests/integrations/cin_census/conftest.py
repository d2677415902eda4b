"""Census files on the disk, and a feed over their folder on a clock moved by hand."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from daemon.ports import Page
from integrations.cin_census.config import Config
from integrations.cin_census.source import CinCensus

NOW = datetime(2026, 3, 6, 17, 30, tzinfo=UTC)
WRITTEN = datetime(2026, 3, 6, 17, tzinfo=UTC)
HEAD = """<Header><CollectionDetails><Collection>CIN</Collection><Year>2026</Year>
<ReferenceDate>{reference}</ReferenceDate></CollectionDetails></Header>
"""
FILE = "census.xml"


def tag(name: str, *inner: str, **fields: str) -> str:
    """Return an element with its fields and what stands in it."""
    return (
        f"<{name}>"
        + "".join(tag(key, text) for key, text in fields.items())
        + "".join(inner)
        + f"</{name}>"
    )


def child(ref: str, *episodes: str, born: str = "2017-05-04", **identifiers: str) -> str:
    """Return a child with its episodes."""
    own = {"LAchildID": ref, "PersonBirthDate": born, **identifiers}
    given = {name: text for name, text in own.items() if text}
    return tag("Child", tag("ChildIdentifiers", Sex="F", **given), *episodes)


def episode(*inner: str, **fields: str) -> str:
    """Return an episode of need."""
    return tag("CINdetails", tag("CINreferralDate", "2026-02-02"), *inner, **fields)


def enquiry(start: str = "2026-03-02", **fields: str) -> str:
    """Return a section 47 enquiry."""
    given = {"S47ActualStartDate": start, "ICPCnotRequired": "0"} | fields
    return tag("Section47", **{name: text for name, text in given.items() if text})


def plan(start: str = "2026-03-20", *reviews: str, **fields: str) -> str:
    """Return a plan with its reviews."""
    inner = tag("Reviews", *(tag("CPPreviewDate", day) for day in reviews)) if reviews else ""
    return tag("ChildProtectionPlans", inner, CPPstartDate=start, **fields)


class Returns:
    """A drop folder, its feed, and the clock."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.now, self.written_at = folder, NOW, WRITTEN
        self.source = self.feed()

    def feed(self, **options: Any) -> CinCensus:
        """Return a feed as a fresh process would build it."""
        self.source = CinCensus(Config(folder=self.folder, **options), lambda: self.now)
        return self.source

    def put(self, *children: str, reference: str = "2026-03-06", file: str = FILE) -> None:
        """Drop a census of these children."""
        head, lines = HEAD.format(reference=reference), "\n".join(children)
        text = f"<Message>\n{head}<Children>{lines}</Children>\n</Message>"
        self.put_bytes(text.encode(), file)

    def put_bytes(self, data: bytes, file: str = FILE) -> None:
        """Drop a file as an export does: whole, under another name first."""
        unfinished = self.folder / f"{file}.tmp"
        unfinished.write_bytes(data)
        os.utime(unfinished, (self.written_at.timestamp(), self.written_at.timestamp()))
        unfinished.rename(self.folder / file)

    def read(self, cursor: str | None = None) -> Page:
        """Read it."""
        return self.source.read(cursor)

    def body(self) -> dict[str, Any]:
        """Return what is known of the only case."""
        (found,) = self.read().records
        return dict(found.body)

    def complaints(self) -> list[str]:
        """Return every problem without how to mend it."""
        return [f"{one.where}: {one.what}" for one in self.read().problems]


@pytest.fixture
def returns(tmp_path: Path) -> Returns:
    """Return an empty drop folder."""
    return Returns(tmp_path)
