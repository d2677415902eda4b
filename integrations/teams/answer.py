"""What an answer of Teams means: taken, not now, never, or nobody knows."""

from collections.abc import Collection, Mapping
from http import HTTPStatus
from typing import TypeAlias

from daemon.domain.errors import Permanent, Temporary, Unknown, WireError
from integrations.teams.wire import Said

Own: TypeAlias = Mapping[int, tuple[type[WireError], str]]
LATER = (
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.PRECONDITION_FAILED,  # of a bot: two wrote into one conversation at once
    HTTPStatus.SERVICE_UNAVAILABLE,
)


def judge(said: Said, taken: Collection[int], own: Own) -> None:
    """Raise what an answer means unless it says that the request was carried out.

    Args:
        taken: the statuses that say so, where no error is inside.
        own: what the other statuses mean that this interface has a meaning of its own for.
    """
    status = said.status
    if status in taken:
        refuse_what_is_inside(said)
    elif said.is_redirect:
        raise Permanent("redirected")
    elif status in own:
        kind, reason = own[status]
        raise kind(reason)
    elif status == HTTPStatus.TOO_MANY_REQUESTS:
        raise Temporary("rate-limited", said.retry_after_s)
    elif status in LATER:
        raise Temporary("unavailable", said.retry_after_s)
    elif HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
        raise Permanent(f"refused-{status}")
    else:
        raise Unknown("server-error")  # it may have been taken all the same


def refuse_what_is_inside(said: Said) -> None:
    """Raise where a success carries an error, as Microsoft's older interfaces answered."""
    if "error" not in said.fields() and b"HTTP error" not in said.body:
        return
    if b"429" in said.body or "TooManyRequests" in said.error_code:
        raise Temporary("rate-limited", said.retry_after_s)
    raise Permanent("error-inside")
