"""A conference diary in a site of the stand-in, and a feed over it on a clock moved by hand."""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from daemon.ports import Page
from daemon.testing.fakes import HandClock
from daemon.testing.microsoft365.server import Microsoft365
from daemon.testing.microsoft365.sharepoint import open_site
from daemon.testing.microsoft365.site import SiteList
from integrations.microsoft365.diary import OnlineDiary
from integrations.microsoft365.diary_config import OnlineDiaryConfig

PATH = "/sites/Safeguarding"
TEXT: Mapping[str, Any] = {"text": {}}
DATE: Mapping[str, Any] = {"dateTime": {"format": "dateOnly", "displayAs": "standard"}}
TIME: Mapping[str, Any] = {"dateTime": {"format": "dateTime", "displayAs": "standard"}}
PERSON: Mapping[str, Any] = {"personOrGroup": {"allowMultipleSelection": False}}
LOOKUP: Mapping[str, Any] = {"lookup": {"allowMultipleValues": False, "columnName": "Title"}}
CONFERENCES, INVITEES = "Conference diary", "Invite lists"
HEADS = {
    "Type": TEXT, "Child IDs": TEXT, "Strategy discussion": DATE, "Conference date": TIME,
    "Venue": TEXT, "Chair": PERSON, "Date held": DATE,
}  # fmt: skip


class Online:
    """A site with a list of conferences, its feed, and the clock."""

    def __init__(self, office: Microsoft365, reach: Mapping[str, Any], clock: HandClock) -> None:
        self.office, self.clock = office, clock
        self.site = open_site(office.tenant, PATH)
        self.site.people = {"12": "cp1@council.example", "13": ""}
        self.conferences = self.site.make_list(CONFERENCES, HEADS, first="Conf No")
        self.reach = {**reach, "site": f"{office.address}{PATH}"}
        self.made: list[OnlineDiary] = []
        self.source = self.feed()

    def feed(self, **options: Any) -> OnlineDiary:
        """Return a feed as a fresh process would build it."""
        given = {"sheets": {"conference": {"list": CONFERENCES}}, **self.reach, **options}
        self.source = OnlineDiary(OnlineDiaryConfig(**given), self.clock)
        self.made.append(self.source)
        return self.source

    def put(self, listed: SiteList | None = None, id_: int | None = None, **fields: Any) -> int:
        """Type a row into a list: of conferences, unless another is named."""
        named = {name.replace("_", " "): value for name, value in fields.items()}
        with self.office.tenant.lock:
            return (listed or self.conferences).put(self.clock(), named, id_)

    def good(self, count: int, first: int = 1) -> None:
        """Type in conferences with nothing wrong in them."""
        for number in range(first, first + count):
            self.put(Conf_No=f"G{number}", Type="ICPC", Child_IDs=f"SC-{number}")

    def read(self, cursor: str | None = None) -> Page:
        """Read it."""
        return self.source.read(cursor)

    def bodies(self) -> dict[str, Any]:
        """Return what is known of each case."""
        return {fragment.body["ref"]: fragment.body for fragment in self.read().records}

    def complaints(self) -> list[str]:
        """Return every problem as a person reads it."""
        return [str(problem) for problem in self.read().problems]

    def asked(self, words: str) -> int:
        """Return how often something was asked for whose path has these words in it."""
        return sum(words in path for _, path, _ in self.office.tenant.log)

    def close(self) -> None:
        """Let every feed's session go."""
        for one in self.made:
            one.close()


def lists_of(folder: Path, online: Online) -> dict[str, Any]:
    """Make a list of text columns from each CSV file, and return the options that name them."""
    sheets = {}
    for file in sorted(folder.glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as lines:
            head, *rows = csv.reader(lines, delimiter=";")
        made = online.site.make_list(file.name, dict.fromkeys(head[1:], TEXT), first=head[0])
        for row in rows:
            made.put(
                online.clock(), {name: cell or None for name, cell in zip(head, row, strict=True)}
            )
        sheets[file.stem] = {"list": file.name}
    return sheets
