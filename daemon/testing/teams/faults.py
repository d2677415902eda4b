"""The ways in which the other side of Teams can fail, and what it says then."""

from enum import StrEnum

from daemon.testing.stand_in import Answer


class Fault(StrEnum):
    """What it does in place of its duty. AFTER: it has taken the card all the same."""

    NONE = ""
    LIMITED = "429"
    LIMITED_FOR = "429 with Retry-After"
    BROKEN = "500"
    DOWN = "503"
    LATE = "504"
    LATE_AFTER = "504 after"
    CUT = "cut"
    CUT_AFTER = "cut after"
    HANG = "hang"
    HANG_AFTER = "hang after"
    DRIP = "drip"
    UNAUTHORISED = "401"
    CONFLICT = "412"
    REDIRECT = "redirect"
    INSIDE = "200 with an error inside"
    LIMITED_INSIDE = "200 with a 429 inside"
    TOO_LARGE = "413"


def error(status: int, code: str, *headers: str) -> Answer:
    """Return an error in the shape that Microsoft's services share."""
    body = {"error": {"code": code, "message": "not for people"}}
    return Answer(status, body, dict.fromkeys(headers, ""))


TAKES = frozenset({Fault.NONE, Fault.LATE_AFTER, Fault.CUT_AFTER, Fault.HANG_AFTER})
HANGS = frozenset({Fault.HANG, Fault.HANG_AFTER})
NOTHING, DRIPS = Answer(0), Answer(-1)
ANSWERS = {
    Fault.LIMITED: error(429, "TooManyRequests"),
    Fault.LIMITED_FOR: error(429, "TooManyRequests", "Retry-After"),
    Fault.BROKEN: error(500, "InternalServerError"),
    Fault.DOWN: error(503, "ServiceUnavailable", "Retry-After"),
    Fault.LATE: error(504, "GatewayTimeout"),
    Fault.LATE_AFTER: error(504, "GatewayTimeout"),
    Fault.CUT: NOTHING,
    Fault.CUT_AFTER: NOTHING,
    Fault.HANG: NOTHING,
    Fault.HANG_AFTER: NOTHING,
    Fault.DRIP: DRIPS,
    Fault.UNAUTHORISED: error(401, "Unauthorized"),
    Fault.CONFLICT: error(412, "PreconditionFailed"),
    Fault.REDIRECT: Answer(302, headers={"Location": ""}),
    Fault.INSIDE: error(200, "BadRequest"),
    Fault.LIMITED_INSIDE: Answer(
        200, "Webhook message delivery failed with error: returned HTTP error 429"
    ),
    Fault.TOO_LARGE: error(413, "RequestEntityTooLarge"),
}
