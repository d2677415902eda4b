"""What whoever looks after the data should mend: what cannot be read, what is alone, and where feeds disagree."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from daemon.decide.duties.explain import say_problems
from daemon.decide.record.disagree import disagreements
from daemon.decide.record.orphans import Orphan, orphans
from daemon.domain.answer import FEED as ANSWERS
from daemon.domain.errors import Problem, Severity
from daemon.domain.times import iso
from daemon.store import Store, Tx
from daemon.store.ground.gateway import batches


def data_report(
    store: Store,
    now: datetime,
    feeds: Mapping[str, str],
    order: Mapping[str, Sequence[str]],
    masters: Collection[str],
) -> dict[str, Any]:
    """Return the report as JSON values, of what each feed last showed; nothing is read anew.

    `feeds` are the configured ones with the job that each does, `masters` those of them that do the
    case system's. Where there is none, no case is alone. Rows are counted, never shown.

    Source: FEEDS 1.3, 1.9; RELIABILITY section 3, point 12.
    """
    with store.read() as tx:
        states, shown = tx.feeds.all(), tx.fragments.shown()
        rows = ((one.feed, one.problem) for one in tx.quarantine.open() if one.feed in feeds)
        wrong = [(feed, problem) for feed, problem in rows if problem.severity is not Severity.NOTE]
        cases = [
            (ref, one) for ref, one in tx.cases.problems() if one.severity is not Severity.NOTE
        ]
        several = [ref for ref, by in by_case(shown).items() if len(by) > 1]
        differing = [
            {"ref": one.ref, "what": one.what, "counts": one.counts, "said": dict(one.said)}
            for one in _differing(tx, several, order)
        ]
    without = alone(shown, masters)
    at_ref = {f"{one.ref}: ref" for one in without}  # what is alone has a list of its own
    return {
        "at": iso(now),
        "feeds": [
            {
                "name": name,
                "role": role,
                "ok": name in states and states[name].ok,
                "failure": states[name].failure if name in states else "it has not been read yet",
                "rows": states[name].rows if name in states else 0,
                "as_known_at": iso(at) if name in states and (at := states[name].as_known_at) else None,
                "cases": sum(feed == name for _, feed in shown),
                "problems": sum(feed == name for feed, _ in wrong),
            }
            for name, role in feeds.items()
        ],
        "rows": [{"feed": feed, **_said(problem)} for feed, problem in wrong],
        "cases": [{"ref": ref, **_said(problem)} for ref, problem in cases if problem.where not in at_ref],
        "alone": [
            {"ref": one.ref, "feeds": list(one.feeds), "nearest": one.nearest or None}
            for one in without
        ],
        "disagreements": differing,
    }  # fmt: skip


def by_case(shown: Collection[tuple[str, str]]) -> dict[str, set[str]]:
    """Return which feeds show each case; what was answered to us is no feed's."""
    found: dict[str, set[str]] = defaultdict(set)
    for ref, feed in shown:
        if feed != ANSWERS:
            found[ref].add(feed)
    return dict(found)


def alone(shown: Collection[tuple[str, str]], masters: Collection[str]) -> list[Orphan]:
    """Return the cases of which no case system shows anything; none where there is no case system."""
    feeds = by_case(shown)
    known = [ref for ref, by in feeds.items() if not by.isdisjoint(masters)]
    rest = {ref: by for ref, by in feeds.items() if by.isdisjoint(masters)}
    return [*orphans(rest, known)] if known else []


def _differing(tx: Tx, refs: Sequence[str], order: Mapping[str, Sequence[str]]) -> Iterator[Any]:
    for batch in batches(refs):
        for ref, fragments in sorted(tx.fragments.of(batch).items()):
            standing = [(one.feed, one.body) for one in fragments if one.missing_since is None]
            yield from disagreements(ref, [pair for pair in standing if pair[0] != ANSWERS], order)


def _said(problem: Problem) -> dict[str, Any]:
    return dict(say_problems([problem])[0])
