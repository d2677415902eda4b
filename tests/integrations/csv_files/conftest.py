"""A drop folder on the disk, and a feed over it on a clock moved by hand."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from daemon.ports import Page
from integrations.csv_files.config import Config
from integrations.csv_files.source import CsvFiles

NOW = datetime(2026, 3, 6, 17, 30, tzinfo=UTC)
WRITTEN = datetime(2026, 3, 6, 17, tzinfo=UTC)
HEADERS = {
    "conference": "conference_id,kind,case_refs,strategy_date,booked_start,booked_end,venue,"
    "online_link,chair,minute_taker,status,rearranged_from,invite_list_received_at,"
    "police_report_requested_at,held_date,effective,quorate,outcome,decisions_to_chair_at,"
    "decisions_approved_at,decisions_sent_at,minutes_sent_at,minutes_shared_with_family_at",
    "invitee": "conference_id,invitee_id,role,person,agency,email,secure_channel,key_agency,"
    "report_expected,is_family",
    "attendance": "conference_id,invitee_id,attendance",
    "report": "conference_id,author,agency,received_at,authorised_at,shared_with_parents_at",
    "core_group": "case_ref,plan_id,held_date,next_date,minutes_sent_at",
    "milestone": "case_ref,plan_id,kind,done_at",
    "case": "case_ref,restricted,holders,excluded,born_on",
}
BASE = {"conference_id": "C1", "kind": "ICPC", "case_refs": "SC-1"}


def line(sheet: str, **cells: str) -> str:
    """Return one line of a sheet; what is not named stays empty."""
    cells = BASE | cells if sheet == "conference" else cells
    return ",".join(cells.pop(column, "") for column in HEADERS[sheet].split(","))


class Drop:
    """A drop folder, its feed, and the clock."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.now = folder, NOW
        self.written_at = WRITTEN
        self.source = self.feed()

    def feed(self, **options: Any) -> CsvFiles:
        """Return a feed as a fresh process would build it."""
        self.source = CsvFiles(Config(folder=self.folder, **options), lambda: self.now)
        return self.source

    def put(self, sheet: str, *lines: str, header: str | None = None) -> None:
        """Drop a sheet with these lines under its header."""
        self.put_bytes(f"{sheet}.csv", "\n".join([header or HEADERS[sheet], *lines, ""]).encode())

    def put_bytes(self, file: str, data: bytes) -> None:
        """Drop a file as an export does: whole, under another name first."""
        unfinished = self.folder / f"{file}.tmp"
        unfinished.write_bytes(data)
        os.utime(unfinished, (self.written_at.timestamp(), self.written_at.timestamp()))
        unfinished.rename(self.folder / file)

    def read(self, cursor: str | None = None) -> Page:
        """Read it."""
        return self.source.read(cursor)

    def bodies(self) -> dict[str, Any]:
        """Return what is known of each case."""
        return {fragment.body["ref"]: fragment.body for fragment in self.read().records}

    def meeting(self, ref: str = "SC-1") -> dict[str, Any]:
        """Return the only meeting of a case."""
        (found,) = self.bodies()[ref]["meetings"]
        return dict(found)

    def complaints(self) -> list[str]:
        """Return every problem as a person reads it."""
        return [str(problem) for problem in self.read().problems]


@pytest.fixture
def drop(tmp_path: Path) -> Drop:
    """Return an empty drop folder."""
    return Drop(tmp_path)


@pytest.fixture
def row() -> Callable[..., str]:
    """Return what writes a line."""
    return line
