"""held: what is held, why, since when, and by whom it can be released."""

import argparse
import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from daemon.engine.standing.withheld import Withheld

EXAMPLES = """examples:
  daykeeper held --config daykeeper.toml
  daykeeper held --config daykeeper.toml --json
"""


def add(verbs: "argparse._SubParsersAction[Any]") -> None:
    """Declare the verb."""
    verb = verbs.add_parser(
        "held",
        help="what is held: why, since when, and by whom it can be released",
        epilog=EXAMPLES,
    )
    verb.add_argument("--config", required=True, metavar="FILE", help="the authority's settings")
    verb.add_argument("--json", action="store_true", help="one JSON object a line")
    verb.set_defaults(act=act)


def act(args: argparse.Namespace) -> int:
    """Print what is held; nothing is an answer, too."""
    from daemon.app import in_force, utc_now
    from daemon.cli.given import settings_of, stored
    from daemon.engine.house import House, Terms
    from daemon.engine.rules.pinned import older
    from daemon.engine.standing.onlooker import Unrestricted
    from daemon.engine.standing.withheld import withheld

    settings = settings_of(args.config)
    with stored(settings) as store:
        terms = Terms(settings.title, settings.operator, "", "", b"")  # nothing is sent here
        deciding = in_force(store, settings)
        with store.read() as tx:
            house = House(
                deciding, terms, {}, {}, order=settings.feed_order, older=older(tx, deciding)
            )
            found = withheld(tx, house, Unrestricted(), (store.clock() or utc_now)())
    lines = (
        (json.dumps(one.to_json(), ensure_ascii=False) for one in found)
        if args.json
        else _in_words(found)
    )
    sys.stdout.writelines(f"{line}\n" for line in lines)
    return 0


def _in_words(found: "list[Withheld]") -> Iterator[str]:
    from daemon.domain.times import say

    for one in found:
        hidden = "a restricted case" if one.others == 1 else f"{one.others} restricted cases"
        shown = [*one.refs, *([hidden] if one.others else [])]
        since = f"; since {say(one.since_at)}" if one.since_at else ""
        yield f"{one.why}: {one.what}{': ' if shown else ''}{', '.join(shown)}{since}"
        yield f"  released by {one.by}"
    yield f"{len(found)} held"
