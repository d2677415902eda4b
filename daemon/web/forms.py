"""What a form posts, read with limits: never more than was asked for, and nothing that raises."""

from urllib.parse import parse_qsl

from starlette.requests import Request

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
