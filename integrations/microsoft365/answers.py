"""What an answer of Graph, or its silence, means to a send."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from daemon.domain.errors import Permanent, Temporary, Unknown, WireError

THROTTLED, UNAVAILABLE = 429, 503
REFUSED, UNAUTHORISED, FORBIDDEN, GONE, TOO_LARGE, FAILED = 400, 401, 403, 404, 413, 500
# a mail as it came is no JSON; a larger one is not fetched
JSON, RAW, RAW_MOST = ("json", "/$value", 10_000_000)
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
NOT_LET_IN: Mapping[int, str] = {UNAUTHORISED: "login-refused", FORBIDDEN: "not-permitted"}
# In whatever status they come, these speak of our mailbox, and of no message of it.
OUR_LIMITS: Mapping[str, str] = {
    "errorquotaexceeded": "own-mailbox-full",
    "errorexceededmessagelimit": "own-limit-reached",
    "errorexceededhourlymessagelimit": "own-limit-reached",
    "errorsubmissionquotaexceeded": "own-limit-reached",
    "errormessagesubmissionblocked": "own-mailbox-blocked",
    "erroraccountsuspend": "own-mailbox-blocked",
}
MOST_WAIT_S = 3600.0  # what a Retry-After may ask for: a message that is buried for days is lost


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
    mailbox that the settings misspell, that is full, or that has sent as much as it may in a day.
    """
    word = code.lower()
    if word in OUR_LIMITS:
        return Temporary(OUR_LIMITS[word], retry_after_s, is_ours=True)
    if status in (THROTTLED, UNAVAILABLE):
        return Temporary("throttled" if status == THROTTLED else "unavailable", retry_after_s)
    if status >= FAILED:
        return (
            Unknown(f"failed-{status}")
            if is_final
            else Temporary(f"failed-{status}", retry_after_s)
        )
    if status in NOT_LET_IN:
        return Temporary(NOT_LET_IN[status])
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
    """Return the seconds that a Retry-After names, in either of its forms, at most an hour; None without one."""
    text = str((headers or {}).get("retry-after") or "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:6]), MOST_WAIT_S)
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return min(max(0.0, (at.replace(tzinfo=at.tzinfo or UTC) - now).total_seconds()), MOST_WAIT_S)


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
