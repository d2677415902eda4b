"""What an answer of Graph, or its silence, means to a send."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from daemon.domain.errors import Permanent, Temporary, Unknown, WireError

THROTTLED, UNAVAILABLE = 429, 503
REFUSED, UNAUTHORISED, FORBIDDEN, GONE, TOO_LARGE, FAILED = 400, 401, 403, 404, 413, 500
JSON, RAW, RAW_MOST = (
    "json",
    "/$value",
    10_000_000,
)  # a mail as it came is no JSON; a larger one is not fetched
NO_SUCH_MAILBOX = frozenset(
    {
        "errorinvaliduser",
        "mailboxnotenabledforrestapi",
        "resourcenotfound",
        "request_resourcenotfound",
    }
)
NO_SUCH_READER = frozenset({"errorinvalidrecipients", "errorinvalidrecipient"})
SIZES = frozenset({"errormessagesizeexceeded", "errorsendasizeexceeded", "requestentitytoolarge"})


class AnswerLost(Exception):
    """The request may have come through, and what came back says nothing; `reason` is a code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def meaning(status: int, code: str, retry_after_s: float | None, *, is_final: bool) -> WireError:
    """Return what an error of Graph means.

    Args:
        code: the service's own word for it; it is compared and never repeated.
        is_final: the request was to hand the message over, so that a failure may come after it.

    What is ours to mend stays Temporary, for nothing may be lost by it: a permission, a scope, a
    mailbox that the settings misspell.
    """
    word = code.lower()
    if status in (THROTTLED, UNAVAILABLE):
        return Temporary("throttled" if status == THROTTLED else "unavailable", retry_after_s)
    if status >= FAILED:
        return (
            Unknown(f"failed-{status}")
            if is_final
            else Temporary(f"failed-{status}", retry_after_s)
        )
    if status == UNAUTHORISED:
        return Temporary("login-refused")
    if status == FORBIDDEN:
        return Temporary("not-permitted")
    if word in NO_SUCH_MAILBOX:
        return Temporary("no-such-mailbox")
    if word in NO_SUCH_READER:
        return Permanent("unknown-recipient")
    if status == TOO_LARGE or word in SIZES:
        return Permanent("too-large")
    if status == GONE and is_final:
        return Unknown("draft-gone")  # sent by an attempt whose answer was lost, or taken away
    if status == REFUSED:
        return Permanent("refused-400")
    return Temporary(f"refused-{status}", retry_after_s)


def retry_after(headers: Mapping[str, str] | None, now: datetime) -> float | None:
    """Return the seconds that a Retry-After names, in either of its forms; None without one."""
    text = str((headers or {}).get("retry-after") or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:6])
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, (at.replace(tzinfo=at.tzinfo or UTC) - now).total_seconds())


async def look_into(response: httpx.Response) -> None:
    """Raise AnswerLost for a redirect, which is never followed, and for an error that calls itself a success."""
    if response.is_redirect:
        raise AnswerLost("redirected")
    is_raw = response.request.url.path.endswith(RAW)
    if response.is_success and is_raw and JSON not in response.headers.get("content-type", ""):
        if int(response.headers.get("content-length") or 0) > RAW_MOST:
            raise AnswerLost("too-large")
        return
    if response.is_success and await response.aread():
        try:
            said = json.loads(response.content)
        except ValueError:
            raise AnswerLost("answer-unclear") from None
        if isinstance(said, dict) and "error" in said:
            raise AnswerLost("error-inside")
