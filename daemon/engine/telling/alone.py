"""What may not go by one way alone: a step that a document demands, where the way's yes proves nothing."""

from collections.abc import Iterable, Iterator, Mapping

from daemon.domain.errors import Problem
from daemon.domain.rules import Pack
from daemon.ports import Channel

NAMED = 3  # steps that the line names


def alone(packs: Iterable[Pack], channels: Mapping[str, Channel]) -> Iterator[Problem]:
    """Yield a problem for each channel by which alone a demanded step would go, and which proves nothing.

    What the house has added itself may go as it likes.
    """
    unproven = {
        word for word, channel in channels.items() if not getattr(channel, "is_proof", True)
    }
    steps: dict[str, list[str]] = {}
    for rung in (one for pack in packs for rule in pack.rules for one in rule.ladder):
        ways = [word for word in rung.via if word in channels] or list(channels)[:1]
        if len(ways) == 1 and ways[0] in unproven and not rung.house:
            steps.setdefault(ways[0], []).append(rung.name)
    for word, names in steps.items():
        own = sorted(set(names))
        more = f" and {len(own) - NAMED} more" if len(own) > NAMED else ""
        what = f"{', '.join(own[:NAMED])}{more} would go by {word} alone, whose yes does not say that anybody gets it"
        mend = 'add a channel whose yes does, such as email by a real key or server, to "via"'
        yield Problem(f"channels.{word}", what, mend)
