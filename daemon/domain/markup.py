"""Words of ours inside a card: nothing in them is markup, a mention or a function of the renderer."""

import re

from daemon.domain.mail import cap, one_line

MOST_CHARACTERS = 1_500  # of one text on a card
MARKUP = re.compile(r"([\\`*_\[\]<])")
AT_START = re.compile(r"^(\d+(?=[.)])|)([#>+.)-])")


def plain(value: object) -> str:
    """Return a value as words that no renderer takes for markup, a date function or a mention."""
    return AT_START.sub(r"\1\\\2", MARKUP.sub(r"\\\1", flat(value)))


def flat(value: object) -> str:
    """Return a value for a run of rich text: no markup is read there, but a date function is."""
    return cap(one_line(value), MOST_CHARACTERS).replace("{{", "{ {")
