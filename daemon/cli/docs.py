"""docs: a readable page for each pathway, and which clauses of the procedures are carried by what."""

import argparse
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from daemon.cli.given import add_policies, edition_of, folder_of, write

if TYPE_CHECKING:
    from daemon.rulebook.packs.clauses import Coverage

EXAMPLES = """examples:
  daykeeper docs --out build/docs              a page for each pathway, and one that leads to them
  daykeeper docs --pack stoke-on-trent         that pathway alone
  daykeeper docs --coverage                    what carries each clause; 1 where one is carried by nothing
  daykeeper docs --coverage --json
"""
OUT = "build/docs"


def add(verbs: "argparse._SubParsersAction[Any]") -> None:
    """Declare the verb."""
    verb = verbs.add_parser(
        "docs", help="the rules as pages for people, and what carries each clause", epilog=EXAMPLES
    )
    verb.add_argument("--out", default=OUT, metavar="FOLDER", help=f"default: {OUT}")
    verb.add_argument("--pack", help="one pathway only")
    verb.add_argument("--coverage", action="store_true", help="print what carries each clause")
    verb.add_argument("--json", action="store_true", help="the coverage as one JSON object")
    add_policies(verb)
    verb.set_defaults(act=act)


def act(args: argparse.Namespace) -> int:
    """Write the pages, or print the coverage; 1 where a clause is carried by nothing, or twice."""
    from daemon.domain.errors import Problem, Refusal
    from daemon.domain.times import day_of
    from daemon.domain.vocabulary import guess
    from daemon.rulebook.packs.clauses import coverage, read_clauses

    if args.json and not args.coverage:
        sys.stderr.write("daykeeper docs: --json goes with --coverage\n")
        return 2
    edition = edition_of(args)
    decides = edition.deciding()
    packs = decides.rulebook.packs
    if args.pack and args.pack not in packs:
        what = f'no pack is called "{args.pack}"'
        raise Refusal(Problem("--pack", what, guess(args.pack, packs)))
    folder = folder_of(args)
    found = coverage(edition.texts, read_clauses(folder), folder.name)
    if args.coverage:
        found = found.of(args.pack) if args.pack else found
        if args.json:
            said = {
                "clauses": len(found.clauses),
                "carried": found.counts,
                "missing": list(found.missing),
                "twice": list(found.twice),
            }
            sys.stdout.write(json.dumps(said) + "\n")
        else:
            sys.stdout.write("\n".join(_lines(found)) + "\n")
        for pack, clause in found.unknown:
            sys.stderr.write(
                f"{folder.name}/{pack}/sources.yaml: {clause}: no procedure has this clause; see clauses.csv\n"
            )
        return 1 if found.missing or found.twice or found.unknown else 0
    from daemon.pages.pathway import pathway
    from daemon.pages.write import index_page, pathway_page

    today = day_of(datetime.now(UTC))
    pages = [
        pathway(pack, decides, found, edition.texts, today)
        for name, pack in sorted(packs.items())
        if args.pack in (None, name)
    ]
    out = Path(args.out)
    for page in pages:
        write(out / f"{page.name}.html", pathway_page(page))
    write(out / "index.html", index_page(pages, found))
    sys.stdout.write(f"{len(pages) + 1} pages written; begin with {out / 'index.html'}\n")
    return 0


def _lines(found: "Coverage") -> Iterator[str]:
    pathways = sorted({one.pathway for one in found.clauses.values()})
    kinds = tuple(found.counts)
    head = ("pathway", "clauses", *kinds, "missing")
    rows = [head]
    for name in pathways:
        own = found.of(name)
        figures = (len(own.clauses), *own.counts.values(), len(own.missing))
        rows.append((name, *map(str, figures)))
    figures = (len(found.clauses), *found.counts.values(), len(found.missing))
    rows.append(("all", *map(str, figures)))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for first, *rest in rows:
        cells = (cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True))
        yield "  ".join((first.ljust(widths[0]), *cells))
    for what, clauses in (("carried by nothing", found.missing), ("carried twice", found.twice)):
        if clauses:
            yield ""
            yield f"{what}: {', '.join(clauses)}"
