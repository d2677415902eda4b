"""One mail as it lies in its box, and who looks at it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Mail:
    """`place` says where it lies, `raw` is None where it is too large or no mail at all."""

    place: str
    received_at: datetime
    raw: bytes | None


Judge = Callable[[Mail], bool]  # tells whether a mail was understood
