"""journal access: everything that is held about one case or one person, for a subject access request."""

import argparse
import json
from pathlib import Path
from typing import Any

from daemon.domain.counts import counted


def add_access(whats: "argparse._SubParsersAction[Any]") -> None:
    """Declare it."""
    form = whats.add_parser("access", help="everything held about a case or a person, as JSON")
    what = form.add_mutually_exclusive_group(required=True)
    what.add_argument("--ref", help="a case")
    what.add_argument(
        "--person", metavar="ID", help="somebody who was told, answered, or works here"
    )
    form.add_argument("--config", required=True, metavar="FILE", help="the authority's settings")
    form.add_argument("--out", required=True, type=Path, metavar="FILE", help="the file to write")
    form.add_argument("--by", metavar="NAME", help="who asks (default: this account)")
    form.set_defaults(act=access)


def access(args: argparse.Namespace) -> int:
    """Write what is held, and say so in the journal. Raises Refusal where nothing is."""
    import sys

    from daemon.app import utc_now
    from daemon.cli.forms.journal_export import write_private
    from daemon.cli.given import acting, settings_of, stored
    from daemon.domain.errors import Problem, Refusal
    from daemon.domain.named import mark, one_person

    settings, by = settings_of(args.config), acting(args.by)
    with stored(settings) as store:
        now = (store.clock() or utc_now)()
        with store.write() as tx:
            if args.person is None:
                name, held = args.ref, tx.holdings.of_case(args.ref)
            else:
                known = {mark(name) for one in tx.people.all() for name in one.marks}
                name, held = args.person, tx.holdings.of_person(args.person)
                if not held:  # a feed may have written somebody in a way that we would not take
                    name = one_person("--person", args.person, known)
                    held = tx.holdings.of_person(name)
            if not held:
                where = "--ref" if args.person is None else "--person"
                raise Refusal(
                    Problem(where, f'nothing is held about "{name}"', "check how it is written")
                )
            said = {"about": name, "made_at": now.isoformat(), "held": held}
            write_private(
                args.out, (json.dumps(said, ensure_ascii=False, indent=1) + "\n").encode()
            )
            kind = "evidence.accessed"
            tx.journal.write(now, kind, name, f"everything held was written out, by {by}", {})
    rows = sum(map(len, held.values()))
    sys.stdout.write(
        f"{args.out}: {counted(rows, 'row')} of {counted(len(held), 'table')}; read them before you hand them on\n"
    )
    return 0
