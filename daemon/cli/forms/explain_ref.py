"""explain --ref: one case in the store: its obligations, what was sent to whom, what comes next and why."""

import argparse
import sys
from typing import Any

from daemon.domain.delivery import IN_WORDS


def explain_stored(args: argparse.Namespace) -> int:
    """Print how a stored case stands; 1 where no feed has shown it."""
    from daemon.app import in_force, utc_now
    from daemon.cli.forms.case_in_words import in_words
    from daemon.cli.given import settings_of, stored
    from daemon.domain.errors import Problem, Refusal
    from daemon.engine.records.casebook import explain_case

    if not args.config:
        sys.stderr.write("daykeeper explain: --ref needs --config\n")
        return 2
    settings = settings_of(args.config)
    with stored(settings) as store:
        deciding = in_force(store, settings)
        at = args.at or (store.clock() or utc_now)()
        with store.read() as tx:
            said = explain_case(tx, args.ref, deciding, settings.feed_order, at)
    if said is None:
        raise Refusal(
            Problem(
                "--ref",
                f'no feed has shown a case "{args.ref}"',
                "check the reference, or see daykeeper status",
            )
        )
    if args.json:
        import json

        sys.stdout.write(json.dumps(said, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write("\n".join([*in_words(said), *_told(said)]) + "\n")
    return 0


def _told(said: dict[str, Any]) -> list[str]:
    lines = ["", "  told:"]
    lines += [
        f"    {one['at']}: {one['rung']} to {one['person']} ({one['role']}) by {one['channel']}: "
        f"{IN_WORDS.get(one['state'], one['state'])}"
        f"{', may have arrived twice' if one['may_have_arrived_twice'] else ''}"
        for one in said["told"]
    ]
    if said["unwatched"]:
        lines += ["  not watched:"]
    lines += [
        f"    {one['id']}: no feed carries {', '.join(one['facts'])}" for one in said["unwatched"]
    ]
    lines += ["  next:"] + [f"    {one['at']}: {one['obligation']}" for one in said["next"]]
    return lines
