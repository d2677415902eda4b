"""schema: JSON Schema of every kind of YAML file, for editors."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from daemon.cli.given import add_policies, edition_of, write

EXAMPLES = """examples:
  daykeeper schema rule                        the schema of a rule, on standard output
  daykeeper schema change                      that of a change in an authority's folder
  daykeeper schema --out .daykeeper/schemas    all of them, and the lines that VS Code needs
"""


def add(verbs: "argparse._SubParsersAction[Any]") -> None:
    """Declare the verb."""
    verb = verbs.add_parser(
        "schema", help="JSON Schema of the YAML files, for editors", epilog=EXAMPLES
    )
    verb.add_argument(
        "kind", nargs="?", metavar="KIND", help="rule, message, authority, change, …; default: all"
    )
    verb.add_argument("--out", metavar="FOLDER", help="write NAME.schema.json files there")
    add_policies(verb)
    verb.set_defaults(act=act)


def act(args: argparse.Namespace) -> int:
    """Print or write the schemas."""
    from daemon.domain.errors import Problem, Refusal
    from daemon.domain.vocabulary import guess
    from daemon.rulebook.schemas.json_schema import KINDS, PLACES, schema

    if args.kind is not None and args.kind not in KINDS:
        raise Refusal(
            Problem("schema", f'no kind of file is called "{args.kind}"', guess(args.kind, KINDS))
        )
    book = edition_of(args).book
    packs = {name: pack.title for name, pack in book.packs.items()}
    kinds = [args.kind] if args.kind else list(KINDS)
    made = {kind: schema(kind, book.vocabulary, packs) for kind in kinds}
    if args.out is None:
        said = made[args.kind] if args.kind else made
        sys.stdout.write(json.dumps(said, ensure_ascii=False, indent=2) + "\n")
        return 0
    out = Path(args.out)
    for kind, one in made.items():
        write(out / f"{kind}.schema.json", json.dumps(one, ensure_ascii=False, indent=2) + "\n")
    settings = {f"{out.as_posix()}/{kind}.schema.json": PLACES[kind] for kind in made}
    sys.stdout.write(
        f"{len(made)} schemas written; in VS Code (YAML extension), put into .vscode/settings.json:\n"
    )
    sys.stdout.write(json.dumps({"yaml.schemas": settings}, indent=2) + "\n")
    return 0
