"""try: send one plain test message, to see that a channel works."""

import argparse
import sys
from datetime import timedelta
from typing import Any
from uuid import uuid4

EXAMPLES = """examples:
  daykeeper try email someone@council.example --config daykeeper.toml
  daykeeper try teams workflow:north --config daykeeper.toml
"""


def add(verbs: "argparse._SubParsersAction[Any]") -> None:
    """Declare the verb."""
    verb = verbs.add_parser("try", help="send a test message by one channel", epilog=EXAMPLES)
    verb.add_argument(
        "channel", metavar="CHANNEL", help="a channel of the settings: email, teams, …"
    )
    verb.add_argument("address", metavar="ADDRESS")
    verb.add_argument("--config", required=True, metavar="FILE")
    verb.set_defaults(act=act)


def act(args: argparse.Namespace) -> int:
    """Hand one message over and say what the other side answered; 1 where it did not take it."""
    from daemon.app import channels_of, utc_now  # noqa: PLC0415
    from daemon.cli.given import settings_of  # noqa: PLC0415
    from daemon.domain.errors import Permanent, Problem, Refusal, Temporary, Unknown  # noqa: PLC0415
    from daemon.domain.event import Event  # noqa: PLC0415
    from daemon.domain.message import Level, Message  # noqa: PLC0415
    from daemon.domain.person import Person  # noqa: PLC0415
    from daemon.domain.vocabulary import guess  # noqa: PLC0415

    settings = settings_of(args.config)
    chosen = {str(word): one for word, one in settings.channels.items()}.get(args.channel)
    if chosen is None:
        raise Refusal(
            Problem(
                args.config,
                f'no channel is called "{args.channel}"',
                guess(args.channel, tuple(map(str, settings.channels))),
            )
        )
    where = f"channels.{args.channel}"
    is_calendar = args.channel == "calendar"
    starts_at = utc_now().replace(second=0, microsecond=0) + timedelta(days=1)
    entry = Event(
        f"try-{uuid4().hex}", 0, starts_at, starts_at + timedelta(minutes=15), "Test from Daykeeper"
    )
    alone = settings.model_copy(update={"channels": {args.channel: chosen}})
    channel: Any = channels_of(alone, utc_now)[args.channel]
    words = (
        "This is a test message from Daykeeper. It is about no case, and nothing needs to be done."
    )
    page = f'<!doctype html><html lang="en-GB"><title>Test</title><body><h1>Test</h1><p>{words}</p></body></html>'
    message = Message(
        f"try-{uuid4().hex}",
        args.channel,
        "Test from Daykeeper",
        words,
        page,
        level=Level.L0,
        made_at=utc_now(),
        event=entry if is_calendar else None,
    )
    try:
        channel.send(message, Person("try", {args.channel: args.address}), message.id)
    except Temporary as error:
        raise Refusal(
            Problem(
                where,
                f"not handed over: {error.reason}",
                "try again, or check the channel's options",
            )
        ) from None
    except Permanent as error:
        raise Refusal(Problem(where, f"refused: {error.reason}", "check the address")) from None
    except Unknown as error:
        raise Refusal(
            Problem(
                where,
                f"no answer: {error.reason}",
                "it may have arrived: look there before trying again",
            )
        ) from None
    finally:
        if hasattr(channel, "close"):
            channel.close()
    sys.stdout.write(
        f"handed over by {args.channel}; this says accepted by the next server, not delivered\n"
    )
    return 0
