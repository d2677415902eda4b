"""explain: how a case stands, with the working of every date."""

import argparse
import json
import sys
from datetime import UTC, datetime
from typing import Any

from daemon.cli.forms.case_in_words import in_words
from daemon.cli.given import add_policies, deciding, instant
from daemon.cli.given.records import read_bodies

EXAMPLES = """examples:
  daykeeper explain case.json                      how the case stands as its record is known
  daykeeper explain case.json --at 2026-03-06T17:00 --json
  daykeeper explain --ref SC-100234 --config daykeeper.toml    a case in the store, with what was sent
"""


def add(verbs: "argparse._SubParsersAction[Any]") -> None:
    """Declare the verb."""
    verb = verbs.add_parser(
        "explain", help="how a case stands, with the working of every date", epilog=EXAMPLES
    )
    verb.add_argument(
        "file", nargs="?", metavar="FILE", help="case records: a JSON object, a list, or JSON lines"
    )
    verb.add_argument("--ref", help="a case in the store instead of a file (needs --config)")
    verb.add_argument(
        "--at",
        type=instant,
        metavar="ISO",
        help="the moment to decide for (default: as known, else now)",
    )
    verb.add_argument("--all", action="store_true", help="list rules that have not started, too")
    verb.add_argument("--json", action="store_true", help="one JSON object a record, one a line")
    add_policies(verb)
    verb.set_defaults(act=act)


def act(args: argparse.Namespace) -> int:
    """Answer every record; 0 once all are answered, problems or not."""
    if (args.file is None) == (args.ref is None):
        sys.stderr.write("daykeeper explain: give a FILE, or --ref with --config\n")
        return 2
    if args.ref is not None:
        from daemon.cli.forms.explain_ref import explain_stored

        return explain_stored(args)
    from daemon.decide.duties.explain import explain, say_problems
    from daemon.decide.record.reading import read_record

    bodies = list(read_bodies(args.file))
    named = [body.get("pathway") if isinstance(body, dict) else None for _, body in bodies]
    is_named = all(isinstance(one, str) for one in named)
    decides = deciding(args, named if is_named else None)
    for place, body in bodies:
        reading = read_record(body, decides.words, place)
        if reading.record is None:
            at = args.at or datetime.now(UTC)
            said = {
                "ref": None,
                "at": at.isoformat(timespec="seconds"),
                "obligations": [],
                "problems": say_problems(reading.problems),
            }
        else:
            at = args.at or reading.record.as_known_at or datetime.now(UTC)
            said = explain(reading.record, reading.problems, decides, at, everything=args.all)
        show(said, as_json=args.json)
    return 0


def show(said: dict[str, Any], *, as_json: bool) -> None:
    """Print one answer: as one line of JSON, or as a person reads it."""
    if as_json:
        sys.stdout.write(json.dumps(said, ensure_ascii=False) + "\n")
        return
    sys.stdout.write("\n".join(in_words(said)) + "\n")
