"""References and codes in a heading, of which no line breaks one: half of it, read out, is another."""

import re
from typing import TYPE_CHECKING

from daemon.domain.mail import one_line
from daemon.rulebook.templates import LARGEST

if TYPE_CHECKING:
    from markupsafe import Markup

CODE = re.compile(r"\b[A-Z]{2,4}-[0-9A-Z]{1,12}\b")  # a longer one would be wider than a telephone
NOWRAP = r'<span style="white-space:nowrap;">\g<0></span>'


def unbroken(text: str) -> "Markup":
    """Return a text as HTML, its markup shown as it stands."""
    from markupsafe import Markup, escape  # noqa: PLC0415 - only a sender composes

    return Markup(CODE.sub(NOWRAP, str(escape(one_line(text, LARGEST)))))  # noqa: S704 - escaped here
