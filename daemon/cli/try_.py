"""try: send one plain test message by a channel, and show what proves that it came."""

import argparse
import re
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from daemon.cli.examining.trial import Trial
    from daemon.domain.person import Person
    from daemon.settings.whole import Settings

EXAMPLES = """examples:
  daykeeper try email --to someone@council.example --config daykeeper.toml
  daykeeper try email --to sw01 --config daykeeper.toml              somebody of the directory
  daykeeper try teams --to workflow:north --config daykeeper.toml
  daykeeper try calendar --to someone@council.example --config daykeeper.toml
  daykeeper try calendar --to someone@council.example --move ENTRY --config daykeeper.toml
  daykeeper try calendar --to someone@council.example --cancel ENTRY --config daykeeper.toml
  daykeeper try post --to "Your Name, 12 High Street, Potterby, ST1 1AA" --config daykeeper.toml

exit codes: 0 it was handed over; 1 it was not, or nobody knows; 2 the command's words are off
"""
OURS = re.compile(r"try-[0-9a-f]{32}")  # no real entry can be named


def add(verbs: "argparse._SubParsersAction[Any]") -> None:
    """Declare the verb."""
    verb = verbs.add_parser(
        "try", help="send a test message by one channel, and show the proof", epilog=EXAMPLES
    )
    verb.add_argument(
        "channel", metavar="CHANNEL", help="a channel of the settings: email, teams, …; or post"
    )
    verb.add_argument(
        "--to",
        required=True,
        metavar="WHO",
        help="an address, or an id of the directory; for a letter its lines, with commas between",
    )
    verb.add_argument("--config", required=True, metavar="FILE", help="the authority's settings")
    verb.add_argument(
        "--wait", type=float, default=30.0, metavar="SECONDS", help="how long to look it up"
    )
    later = verb.add_mutually_exclusive_group()
    later.add_argument("--move", type=entry, metavar="ENTRY", help="put a test entry an hour later")
    later.add_argument("--cancel", type=entry, metavar="ENTRY", help="take a test entry away")
    verb.set_defaults(act=act)


def entry(text: str) -> str:
    """Return the name of a test entry, as `try calendar` printed it."""
    if not OURS.fullmatch(text):
        raise argparse.ArgumentTypeError(f'"{text}" is no test entry; copy it as it was printed')
    return text


def act(args: argparse.Namespace) -> int:
    """Hand one message over, and print a line for each thing that is known of it then; 1 where it was not taken."""
    from daemon.app import channels_of, utc_now
    from daemon.cli.examining.trial import Trial, reader
    from daemon.cli.given import settings_of
    from daemon.domain.errors import Problem, Refusal
    from daemon.domain.vocabulary import guess

    settings = settings_of(args.config)
    if args.channel == "post":
        return by_post(settings, args)
    words = {str(word): word for word in settings.channels}
    if args.channel not in words:
        what = f'no channel is called "{args.channel}"'
        raise Refusal(Problem(args.config, what, guess(args.channel, tuple(words))))
    uid, revision = args.cancel or args.move, 2 if args.cancel else 1 if args.move else 0
    if uid and args.channel != "calendar":
        what = "only an entry of a calendar is moved or cancelled"
        raise Refusal(Problem(f"channels.{args.channel}", what, "leave --move and --cancel out"))
    to = reader(settings, args.channel, args.to, utc_now)
    only = {words[args.channel]: settings.channels[words[args.channel]]}
    (channel,) = channels_of(settings.model_copy(update={"channels": only}), utc_now).values()
    return tell(Trial(args.channel, channel, utc_now, uid, revision), to, args.wait)


def by_post(settings: "Settings", args: argparse.Namespace) -> int:
    """Have one test letter posted; 1 where it was not taken."""
    from daemon.app import utc_now
    from daemon.cli.examining.letters import POST, ByPost, courier_of
    from daemon.cli.examining.trial import Trial
    from daemon.domain.errors import Problem, Refusal
    from daemon.domain.person import Person

    if args.move or args.cancel:
        what = "only an entry of a calendar is moved or cancelled"
        raise Refusal(Problem(POST, what, "leave --move and --cancel out"))
    post = ByPost(courier_of(settings, utc_now), settings.title, utc_now)
    return tell(Trial(POST, post, utc_now), Person("try", {POST: args.to}), args.wait)


def tell(trial: "Trial", to: "Person", wait_s: float) -> int:
    """Send it, and print a line for each thing that is known of it as it becomes known."""
    try:
        for line in trial.send(to, wait_s):
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()  # the next may take its time
    finally:
        if hasattr(trial.channel, "close"):
            trial.channel.close()
    return 0
