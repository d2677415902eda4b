"""The content of a file: it lies beside Graph, at an address that is good for an hour and needs no token."""

from urllib.parse import urlsplit

import httpx
from kiota_abstractions.api_error import APIError

from integrations.microsoft365.answers import TOO_LARGE, AnswerLost

MOST_S = 60.0


async def download(
    transport: httpx.AsyncHTTPTransport, address: str, site: str, most: int
) -> bytes:
    """Return what lies at an address of the site's own host; our token is not shown there.

    Raises AnswerLost for an address elsewhere and for a redirect, which is not followed; APIError with
    its status where it is refused, or has more than `most` bytes.
    """
    there, ours = urlsplit(address), urlsplit(site)
    if there.scheme != "https" or there.netloc.casefold() != ours.netloc.casefold():
        raise AnswerLost("elsewhere")
    most_s = httpx.Timeout(MOST_S)  # the session ends it sooner
    plain = httpx.AsyncClient(transport=transport, trust_env=False, timeout=most_s)
    async with plain.stream("GET", address) as answer:
        if answer.is_redirect:
            raise AnswerLost("redirected")
        if not answer.is_success:
            raise refused(answer.status_code, answer.headers)
        data = bytearray()
        async for piece in answer.aiter_bytes():
            data += piece
            if len(data) > most:
                raise refused(TOO_LARGE, None)
    return bytes(data)


def refused(status: int, headers: httpx.Headers | None) -> APIError:
    """Return a refusal in the form in which the session reads those of Graph."""
    return APIError("refused", status, dict(headers or {}))
