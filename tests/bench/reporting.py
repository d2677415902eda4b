"""Goal 16: the partnership's report over ten thousand stored cases, from the store to the page."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

from daemon.decide.duties.obligations import Deciding
from daemon.domain.times import london
from daemon.domain.track import Fired, Track
from daemon.report import Span, figures, gathered, report_csv, report_page
from daemon.report.published import beside
from daemon.store import CaseRow, Store, create
from daemon.testing.world import PACK
from tests.bench.cases import fragment_of
from tests.bench.deciding import bodies, deciding, read
from tests.bench.quarter import FIRST, LAST
from tests.bench.row import Row, Sizes

WITHIN_S = 30.0
DIFFERENT = 500  # cases; larger numbers are these again and again, each under its own reference
AT_ONCE = 1_000
NOW = london(LAST)
SPAN = Span(FIRST, LAST, NOW)


def measure(sizes: Sizes) -> Iterator[Row]:
    """Yield how long a report takes, and of that the reading and counting."""
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'daykeeper.sqlite'}"
        create(url)
        decides = deciding()
        store = Store.open(url, "testshire")
        fill(store, decides, sizes.reported)
        start = process_time()
        said, counted_s = report(store, decides)
        size = len(report_page(said)) + len(report_csv(said)) + len(json.dumps(said))
        took = process_time() - start
        store.close()
    what = f"a report over {sizes.reported:,} cases"
    note = f"{counted_s:.1f} s of it reading and counting; {size / 1024:.0f} kB as page, sheet and JSON"
    yield Row(16, what, took, "s", at_most=WITHIN_S, note=note)


def report(store: Store, decides: Deciding) -> tuple[dict[str, Any], float]:
    """Return a report's figures, and how many seconds it took to read and count."""
    start = process_time()
    with store.read() as tx:
        found = gathered(tx, decides, {"*": ["diary"]}, SPAN)
    said = figures(found, SPAN, decides.calendar.days, "Testshire", beside("Stoke-on-Trent"))
    return said, process_time() - start


def fill(store: Store, decides: Deciding, many: int) -> None:
    """Store so many invented cases as the line would: what the feed shows, and what was decided of it."""
    shown = bodies(decides, min(many, DIFFERENT))
    found = [
        (body, tracks(decides, record))
        for body, record in zip(shown, read(decides, shown), strict=True)
    ]
    for start in range(0, many, AT_ONCE):
        rows, cases, decided = [], [], []
        for number in range(start, min(start + AT_ONCE, many)):
            body, duties = found[number % len(found)]
            ref, again = f"SC-{100_000 + number}", number // len(found)
            meetings = [{**one, "id": f"{ref}-{one['id']}"} for one in body["meetings"]]
            own = {"ref": ref, "family": f"{body['family']}-{again}", "meetings": meetings}
            rows.append(fragment_of({**body, **own}, NOW))
            cases.append(CaseRow(ref, pathway=PACK, team=body["team"]))
            decided += [
                replace(one, id=f"{ref}/{one.rule}/{one.subject}", ref=ref) for one in duties
            ]
        with store.write() as tx:
            tx.fragments.save("diary", rows, NOW)
            tx.cases.assessed(cases)
            tx.obligations.save(decided)


def tracks(decides: Deciding, record: Any) -> list[Track]:
    """Return what was decided of a case; each duty that was late has told somebody at its due moment."""
    found, pack = [], decides.rulebook.packs[PACK]
    for one in decides.decide(record, NOW).obligations:
        fired = () if one.due_at is None or not one.late else (Fired("overdue", 0, one.due_at),)
        found.append(
            Track(
                one.id, one.ref, record.family, one.rule, pack.rule(one.rule).pack, one.pack_digest,
                str(one.subject), one.state, _begun(one.starts_at), one.starts_at, one.due_at,
                one.met_at, one.late, is_provisional=one.is_provisional, fired=fired,
            )
        )  # fmt: skip
    return found


def _begun(at: datetime | None) -> datetime:
    return at or london(date(2025, 1, 1))
