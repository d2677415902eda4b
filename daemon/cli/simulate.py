"""simulate: what would be sent, and when; nothing is."""

import argparse
import json
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Any

from daemon.cli.given import (
    add_policies,
    edition_of,
    instant,
    last_instant,
    people_of,
    see_span,
    terms_of,
)
from daemon.cli.given.records import read_bodies

if TYPE_CHECKING:
    from daemon.domain.record import Record

EXAMPLES = """examples:
  daykeeper simulate case.json --pack stoke-on-trent --from 2026-03-02 --to 2026-03-31
  daykeeper simulate case.json --pack stoke-on-trent --from 2026-03-02 --to 2026-03-31 --people people.csv --json
"""


def add(verbs: "argparse._SubParsersAction[Any]") -> None:
    """Declare the verb."""
    verb = verbs.add_parser(
        "simulate",
        help="walk records through time: who would be told what, and when",
        epilog=EXAMPLES,
    )
    verb.add_argument(
        "file",
        metavar="FILE",
        help="case records; several versions of one are told apart by as_known_at",
    )
    verb.add_argument("--pack", help="decide under this pack, whatever pathway the records name")
    verb.add_argument(
        "--from",
        dest="start",
        required=True,
        type=instant,
        metavar="ISO",
        help="the first moment shown",
    )
    verb.add_argument(
        "--to",
        dest="end",
        required=True,
        type=last_instant,
        metavar="ISO",
        help="the last moment shown",
    )
    verb.add_argument("--people", metavar="FILE", help="a people.csv, to find who holds the roles")
    verb.add_argument("--json", action="store_true", help="one JSON object a notice, one a line")
    add_policies(verb)
    verb.set_defaults(act=act)


def act(args: argparse.Namespace) -> int:
    """Print a line for each notice, in time order."""
    from daemon.cli.main import say_problem
    from daemon.decide.record.reading import read_record
    from daemon.decide.trying.simulate import Simulation
    from daemon.decide.trying.told import with_bundles
    from daemon.domain.errors import Problem, Refusal
    from daemon.domain.times import day_of, say_day
    from daemon.domain.vocabulary import guess

    edition, terms = edition_of(args), terms_of(args)
    decides = (
        edition.deciding(terms.hours, terms.based_on, terms.known_as)
        if terms
        else edition.deciding()
    )
    see_span(args.start, args.end, decides.calendar.days)
    terms = edition.authority or terms
    enforce_from = terms.enforce_from if terms else None
    if args.pack and args.pack not in decides.rulebook.packs:
        raise Refusal(
            Problem(
                "--pack",
                f'no pack is called "{args.pack}"',
                guess(args.pack, decides.rulebook.packs),
            )
        )
    records: list[Record] = []
    unknown: list[Problem] = []
    for place, body in read_bodies(args.file):
        reading = read_record(body, decides.words, place)
        for problem in reading.problems:
            say_problem(problem)
        if reading.record is not None:
            records.append(reading.record)
            unknown += decides.pack_for(reading.record, args.pack)[1]
    for problem in dict.fromkeys(unknown):  # of a case in several versions once
        say_problem(problem)
    if not records:
        what = "none of its records can be read, so nothing is walked through"
        raise Refusal(Problem(args.file, what, "mend what is said above"))
    simulation = Simulation(decides, people_of(args.people), args.pack, enforce_from=enforce_from)
    line = None
    for line in with_bundles(simulation.run(records, args.start, args.end)):
        sys.stdout.write(
            (json.dumps(line, ensure_ascii=False) if args.json else in_words(line)) + "\n"
        )
    if line is None and not args.json:
        sys.stdout.write("nobody would be told anything between these moments\n")
    if enforce_from and enforce_from > day_of(args.start):
        sys.stderr.write(f"enforce_from: nothing due before {say_day(enforce_from)} is told\n")
    return 0


def in_words(line: dict[str, Any]) -> str:
    """Return one notice as a line of plain text."""
    from daemon.domain.times import say

    who = line["to"] or "nobody holds the role"
    what = line["obligation"] or ", ".join(line["refs"])
    when = say(datetime.fromisoformat(line["at"]))
    return (
        f"{when}: {line['rung']} ({line['kind']}) to {line['role']} ({who}) by {line['via']}: "
        f"{what}: {line['because']}"
    )
