"""questions: what was put to whom for a decision, and what came of it."""

import argparse
import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from daemon.domain.counts import counted

if TYPE_CHECKING:
    from daemon.domain.vocabulary import Vocabulary
    from daemon.engine.answering.asked import Put

EXAMPLES = """examples:
  daykeeper questions --config daykeeper.toml
  daykeeper questions --config daykeeper.toml --open
  daykeeper questions --config daykeeper.toml --json
"""


def add(verbs: "argparse._SubParsersAction[Any]") -> None:
    """Declare the verb."""
    verb = verbs.add_parser(
        "questions",
        help="what was put to whom for a decision, by when, and what they answered",
        epilog=EXAMPLES,
    )
    verb.add_argument("--config", required=True, metavar="FILE", help="the authority's settings")
    verb.add_argument("--open", action="store_true", help="what waits for an answer alone")
    verb.add_argument("--json", action="store_true", help="one JSON object a question, one a line")
    verb.set_defaults(act=act)


def act(args: argparse.Namespace) -> int:
    """Print the questions, the newest first; none is an answer, too."""
    from daemon.app import in_force, utc_now
    from daemon.cli.given import settings_of, stored
    from daemon.engine.answering.asked import put
    from daemon.engine.house import House, Terms
    from daemon.engine.rules.pinned import older

    settings = settings_of(args.config)
    with stored(settings) as store:
        deciding = in_force(store, settings)
        terms = Terms(settings.title, settings.operator, "", "", b"")  # nothing is sent here
        with store.read() as tx:
            house = House(
                deciding, terms, {}, {}, order=settings.feed_order, older=older(tx, deciding)
            )
            every = put(tx, house, (store.clock() or utc_now)())
    shown = [one for one in every if not args.open or one.given.state == "open"]
    lines = (
        (json.dumps(in_json(one), ensure_ascii=False) for one in shown)
        if args.json
        else _in_words(shown, deciding.words)
    )
    sys.stdout.writelines(f"{line}\n" for line in lines)
    return 0


def in_json(one: "Put") -> dict[str, Any]:
    """Return one question as plain values; of a restricted case without its conference."""
    hidden = {"conference": None} if one.is_restricted else {}
    return one.question.to_json(one.given) | hidden


def _in_words(shown: "list[Put]", words: "Vocabulary") -> Iterator[str]:
    from daemon.decide.telling.wording import say_list
    from daemon.domain.times import say

    for one in shown:
        said, given = one.question.to_json(), one.given
        cases = "a restricted case" if one.is_restricted else say_list(one.question.refs)
        due = f", due {say(one.question.due_at)}" if one.question.due_at else ""
        state = f"{given.state}, taken further" if given.is_further else given.state
        yield f"{one.question.rule.title} ({cases}): {state}{due}"
        answered = f"; answered {say(given.at)} by {given.by}" if given.at else ""
        reason = f" ({given.reason.replace('_', ' ')})" if given.reason else ""
        yield f"  {said['question']} asked of the {words.role(said['asked_of'])}{answered}{reason}"
    waiting = sum(one.given.state == "open" for one in shown)
    yield f"{counted(len(shown), 'question')}, {waiting} open"
