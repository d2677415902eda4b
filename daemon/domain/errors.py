"""What goes wrong, as values that people read and as the three answers of the wire."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Severity(StrEnum):
    """How much a problem matters: an error means that something was left out, a note that nothing is wrong."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: where it stands, what it is, how to mend it.

    `of_wording`: a message says what it should not, or says it badly; it can be made and sent.
    """

    where: str
    what: str
    mend: str
    severity: Severity = Severity.ERROR
    of_wording: bool = False

    def __str__(self) -> str:
        """Return the one line that a person reads."""
        return f"{self.where}: {self.what}; {self.mend}"


class Refusal(Exception):
    """A person's mistake or a broken environment: shown as one line a problem, exit code 1."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


# the reason of a Temporary by which our own pace, and nobody else, puts a message off
PACED = "paced"


class WireError(Exception):
    """An outside system's answer to a send; `reason` is a short code, never the vendor's text."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Temporary(WireError):
    """Not now: nothing was accepted, and the same send may succeed later.

    `is_ours`: not before our own mailbox, sender or service is mended, for which nobody may be near.
    """

    def __init__(
        self, reason: str, retry_after_s: float | None = None, *, is_ours: bool = False
    ) -> None:
        super().__init__(reason)
        self.retry_after_s, self.is_ours = retry_after_s, is_ours


class Unsettled(Temporary):
    """Asked for a message, the other side shows none; what it was handed within `settles` may lie nowhere yet.

    Whoever knows when it was handed over, if it was, can tell.
    """

    def __init__(self, settles: timedelta) -> None:
        super().__init__("not-settled")
        self.settles = settles


class Permanent(WireError):
    """Never: this message cannot be delivered to this address in this way."""


class Unknown(WireError):
    """It may have been accepted: the answer was lost."""


class Unsupported(WireError):
    """The outside system cannot answer this question at all."""
