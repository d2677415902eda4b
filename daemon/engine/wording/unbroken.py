"""References, clauses, codes and e-mail, of which no line breaks one: half of it, read out, is another."""

import re
from typing import TYPE_CHECKING

from daemon.domain.mail import one_line
from daemon.rulebook.wording.templates import LARGEST

if TYPE_CHECKING:
    from markupsafe import Markup

CODE = re.compile(
    r"\b[A-Z]{2,4}-[0-9A-Z]{1,12}\b|\be-mails?\b"
)  # a longer one would be wider than a telephone
NOWRAP = r'<span style="white-space:nowrap;">\g<0></span>'
CLAUSE = re.compile(r"\b([A-Z]{2,4})-(\d{3})\b")


def unparted(text: str) -> str:
    """Return where a duty stands, its clauses with a hyphen at which no card breaks them.

    Not for a case's reference, which is copied to be looked up.
    """
    return CLAUSE.sub("\\1\u2011\\2", text)


def unbroken(text: str) -> "Markup":
    """Return a text as HTML, its markup shown as it stands."""
    from markupsafe import Markup, escape  # noqa: PLC0415 - only a sender composes

    return Markup(CODE.sub(NOWRAP, str(escape(one_line(text, LARGEST)))))  # noqa: S704 - escaped here
