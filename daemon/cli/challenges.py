"""challenges: the log of issue resolution, to be handed over, and what returns too often."""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from daemon.decide.conference.challenges import Challenge, Theme
    from daemon.domain.record import Record
    from daemon.domain.vocabulary import Vocabulary
    from daemon.store import Tx

BATCH = 500
HEADS = ("agency", "conference", "kind", "day", "cases", "what", "on", "state", "outcome")
EXAMPLES = """examples:
  daykeeper challenges --config daykeeper.toml
  daykeeper challenges --config daykeeper.toml --agency police --csv > police.csv
  daykeeper challenges --config daykeeper.toml --json
"""


def add(verbs: "argparse._SubParsersAction[Any]") -> None:
    """Declare the verb."""
    verb = verbs.add_parser(
        "challenges",
        help="what was raised with which agency after it did not come, or for drift, and how far it went",
        epilog=EXAMPLES,
    )
    verb.add_argument("--config", required=True, metavar="FILE", help="the authority's settings")
    verb.add_argument("--agency", metavar="CODE", help="of this agency alone")
    form = verb.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="one JSON object")
    form.add_argument("--csv", action="store_true", help="a row a step, for a spreadsheet")
    verb.set_defaults(act=act)


def act(args: argparse.Namespace) -> int:
    """Print the log; nothing raised is an answer, too."""
    from datetime import UTC, datetime

    from daemon.app import in_force
    from daemon.cli.given import settings_of, stored
    from daemon.decide.conference.challenges import challenges, themes
    from daemon.domain.errors import Problem, Refusal
    from daemon.domain.spreadsheet import to_csv
    from daemon.domain.times import day_of
    from daemon.domain.vocabulary import guess

    settings = settings_of(args.config)
    with stored(settings) as store:
        deciding = in_force(store, settings)
        words = deciding.words
        if args.agency and args.agency not in words.agencies:
            what = f'no agency is called "{args.agency}"'
            raise Refusal(Problem("--agency", what, guess(args.agency, words.agencies)))
        with store.read() as tx:
            log = challenges(_records(tx, settings.feed_order, words), deciding.calendar.days)
    log = [one for one in log if args.agency in (None, one.agency)]
    often = themes(log, day_of(datetime.now(UTC)))
    if args.json:
        sys.stdout.write(json.dumps(in_json(log, often), ensure_ascii=False) + "\n")
    elif args.csv:
        sys.stdout.write(to_csv([HEADS, *(row for one in log for row in _rows(one))]))
    else:
        sys.stdout.writelines(f"{line}\n" for line in _in_words(log, often, words))
    return 0


def _records(tx: "Tx", order: Any, words: "Vocabulary") -> "Iterator[Record]":
    """Yield every case that is stored, some hundreds at a time; one that cannot be read stands in `status`."""
    from daemon.decide.record.merge import merge
    from daemon.decide.record.reading import read_record
    from daemon.store import apart

    refs = tx.cases.refs()
    while batch := list(islice(refs, BATCH)):
        found, _ = apart(tx.fragments.of, batch, "fragments")
        for ref, stored in found.items():
            body = merge([(one.feed, one.body) for one in stored], order)
            if (record := read_record(body, words, ref).record) is not None:
                yield record


def _in_words(log: "list[Challenge]", often: Any, words: "Vocabulary") -> Iterator[str]:
    from daemon.domain.times import say_day

    for one in log:
        shown = ", ".join(one.refs) or "a restricted case"
        kind = words.meetings.get(one.kind, one.kind)
        whom = f"{words.agency(one.agency)}: {kind}" if one.agency else "drift in a plan, raised"
        yield f"{whom} on {say_day(one.on)} ({shown}): {one.state}"
        for step in one.steps:
            outcome = f" ({step.outcome.replace('_', ' ')})" if step.outcome else ""
            yield f"  {say_day(step.on)}: {words.label(step.what)}{outcome}"
    for one in often:
        yield f"THEME: {words.agency(one.agency)} stopped {one.conferences} conferences in {one.quarter}"
    yield f"{len(log)} raised, {sum(one.state == 'open' for one in log)} open"


def _rows(one: "Challenge") -> Iterator[tuple[str, ...]]:
    head = (one.agency or "", one.meeting or "", one.kind, one.on.isoformat(), " ".join(one.refs))
    for step in one.steps or (None,):
        what, on = (step.what, step.on.isoformat()) if step else ("", "")
        yield (*head, what, on, one.state, (step.outcome or "") if step else "")


def in_json(log: "Sequence[Challenge]", often: "Sequence[Theme]") -> dict[str, Any]:
    """Return the log and what returns too often as plain values."""
    return {"challenges": [_plain(one) for one in log], "themes": [_asdict(one) for one in often]}


def _plain(one: "Challenge") -> dict[str, Any]:
    steps = [
        {"what": step.what, "on": step.on.isoformat(), "outcome": step.outcome}
        for step in one.steps
    ]
    counts_on = one.counts_on.isoformat() if one.counts_on else None
    plain = {
        "on": one.on.isoformat(),
        "refs": list(one.refs),
        "steps": steps,
        "counts_on": counts_on,
    }
    return _asdict(one) | plain


def _asdict(one: Any) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__slots__}
