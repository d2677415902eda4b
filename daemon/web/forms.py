"""What a form posts, read with limits: never more than was asked for, and nothing that raises."""

from datetime import date, datetime, time
from urllib.parse import parse_qsl

from starlette.requests import Request

from daemon.domain.times import london

MOST_BYTES, MOST_FIELDS = 16_384, 200


async def read_form(request: Request) -> dict[str, str] | None:
    """Return the fields that were posted, none where they cannot be read, None where they are too much."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BYTES:
            return None
    try:
        return dict(parse_qsl(body.decode("utf-8", "replace"), max_num_fields=MOST_FIELDS))
    except ValueError:
        return {}


def read_clock(text: str) -> time:
    """Return the time of day that a field says; raises ValueError."""
    return time.fromisoformat(text.strip().zfill(5))


def read_moment(day: str, clock: str) -> datetime:
    """Return the London moment that two fields say; raises ValueError."""
    return london(date.fromisoformat(day.strip()), read_clock(clock))


def read_day(text: str) -> date:
    """Return the day that a field says; the first of all days, on which nothing was, where it says none."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return date.min
