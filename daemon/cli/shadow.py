"""shadow: what a draft of the rules, deciding beside those in force, would have told otherwise."""

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from daemon.engine.rules.shadow import Contrast

EXAMPLES = """examples:
  daykeeper shadow --config daykeeper.toml
  daykeeper shadow --config daykeeper.toml --json    one JSON object a notice, one a line

The settings name the draft: shadow = "potterby-draft". It decides beside the rules in force and tells nobody.

exit codes: 0 compared, whether or not anything is different; 1 there is no draft, or it is not sound
"""


def add(verbs: "argparse._SubParsersAction[Any]") -> None:
    """Declare the verb."""
    verb = verbs.add_parser(
        "shadow", help="what a draft of the rules would have told otherwise", epilog=EXAMPLES
    )
    verb.add_argument("--config", required=True, metavar="FILE", help="the authority's settings")
    verb.add_argument("--json", action="store_true", help="one JSON object a notice, one a line")
    verb.set_defaults(act=act)


def act(args: argparse.Namespace) -> int:
    """Print a line for each notice that the draft would treat otherwise."""
    from daemon.cli.given import settings_of, stored
    from daemon.domain.errors import Problem, Refusal
    from daemon.domain.times import say
    from daemon.engine.rules.shadow import WRONG, contrast

    settings = settings_of(args.config)
    with stored(settings) as store:
        since, found = contrast(store)
        with store.read() as tx:
            wrong = json.loads(str(tx.marks.get(WRONG) or "[]"))
    if wrong:
        raise Refusal(*(Problem(one["where"], one["what"], one["mend"]) for one in wrong))
    if since is None:
        what, mend = (
            "no draft has decided yet",
            'name one: shadow = "FOLDER", and start `daykeeper run`',
        )
        raise Refusal(Problem(f"{args.config}: shadow", what, mend))
    if settings.shadow is None:
        what = f"a draft decided beside from {say(since)} on, and the settings name it no more: nothing is compared"
        mend = 'name it again (shadow = "FOLDER"), with a change in it: then all begins anew'
        raise Refusal(Problem(f"{args.config}: shadow", what, mend))
    for one in found:
        said = json.dumps(in_json(one), ensure_ascii=False) if args.json else in_words(one)
        sys.stdout.write(f"{said}\n")
    if not args.json:
        more, fewer = (
            sum(getattr(one, name) is None for one in found) for name in ("told_at", "would_at")
        )
        sys.stdout.write(
            f"since {say(since)}: {more} would be told that were not, {fewer} were told that would not be, "
            f"{len(found) - more - fewer} at another time\n"
        )
    return 0


def in_json(one: "Contrast") -> dict[str, Any]:
    """Return one difference as plain values."""
    from daemon.domain.times import iso

    key = one.notice.key
    return {
        "obligation": key.obligation, "rung": key.rung, "occurrence": key.occurrence, "role": one.notice.role,
        "to": key.person, "via": key.channel, "told_at": iso(one.told_at) if one.told_at else None,
        "would_be_told_at": iso(one.would_at) if one.would_at else None,
    }  # fmt: skip


def in_words(one: "Contrast") -> str:
    """Return one difference as a line of plain text."""
    from daemon.domain.times import say

    key, role = one.notice.key, one.notice.role.replace("_", " ")
    if one.told_at is None:
        what = f"would be told on {say(one.notice.at)}, and was not"
    elif one.would_at is None:
        what = f"would not be told, and was on {say(one.told_at)}"
    else:
        what = f"would be told on {say(one.would_at)} instead of {say(one.told_at)}"
    return f"{key.obligation}: {key.rung}: {key.person} ({role}) by {key.channel} {what}"
