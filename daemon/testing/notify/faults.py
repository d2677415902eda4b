"""The ways in which Notify can fail, and what it says then."""

from enum import StrEnum

from daemon.testing.stand_in import Answer


class Fault(StrEnum):
    """What it does in place of its duty. AFTER: it has taken the message all the same."""

    NONE = ""
    LIMITED = "429 a minute"
    DAILY = "429 a day"
    BROKEN = "500"
    BROKEN_AFTER = "500 after"
    DOWN = "503"
    LATE_AFTER = "504 after"
    CUT = "cut"
    CUT_AFTER = "cut after"
    HANG = "hang"
    HANG_AFTER = "hang after"
    CLOCK = "403 clock"
    REVOKED = "403 key"
    TEAM = "400 team-only key"
    TEAM_LETTER = "403 team key, a letter"
    TRIAL = "400 trial mode"
    TRIAL_LETTER = "403 trial mode, a letter"
    NOT_ALLOWED = "400 no letters"
    NO_TEMPLATE = "400 template"
    TOO_LONG = "400 too long"
    TOO_LARGE = "413"
    REDIRECT = "redirect"
    INSIDE = "201 with an error inside"
    NOISE = "201 that is no JSON"


def error(status: int, kind: str, message: str) -> Answer:
    """Return an error in Notify's shape."""
    return Answer(status, {"status_code": status, "errors": [{"error": kind, "message": message}]})


TAKES = frozenset(
    {Fault.NONE, Fault.BROKEN_AFTER, Fault.LATE_AFTER, Fault.CUT_AFTER, Fault.HANG_AFTER}
)
HANGS = frozenset({Fault.HANG, Fault.HANG_AFTER})
NOTHING = Answer(0)
BROKEN = error(500, "Exception", "Internal server error")
ANSWERS = {
    Fault.LIMITED: error(
        429, "RateLimitError", "Exceeded rate limit for key type LIVE of 3000 requests per 60 s"
    ),
    Fault.DAILY: error(
        429, "TooManyRequestsError", "Exceeded send limits (LIMIT NUMBER) for today"
    ),
    Fault.BROKEN: BROKEN,
    Fault.BROKEN_AFTER: BROKEN,
    Fault.DOWN: Answer(503, "no JSON here"),
    Fault.LATE_AFTER: Answer(504),
    Fault.CUT: NOTHING,
    Fault.CUT_AFTER: NOTHING,
    Fault.HANG: NOTHING,
    Fault.HANG_AFTER: NOTHING,
    Fault.CLOCK: error(
        403, "AuthError", "Error: Your system clock must be accurate to within 30 seconds"
    ),
    Fault.REVOKED: error(403, "AuthError", "Invalid token: API key not found"),
    Fault.TEAM: error(
        400, "BadRequestError", "Can't send to this recipient using a team-only API key"
    ),
    Fault.TEAM_LETTER: error(403, "BadRequestError", "Cannot send letters with a team api key"),
    Fault.TRIAL: error(
        400,
        "BadRequestError",
        "Can't send to this recipient when service is in trial mode - see /trial-mode",
    ),
    Fault.TRIAL_LETTER: error(
        403, "BadRequestError", "Cannot send letters when service is in trial mode"
    ),
    Fault.NOT_ALLOWED: error(400, "BadRequestError", "Service is not allowed to send letters"),
    Fault.NO_TEMPLATE: error(400, "BadRequestError", "Template not found"),
    Fault.TOO_LONG: error(
        400, "ValidationError", "The content has a character count greater than the limit of 918"
    ),
    Fault.TOO_LARGE: error(413, "ValidationError", "too large"),
    Fault.REDIRECT: Answer(302, headers={"Location": "/elsewhere"}),
    Fault.INSIDE: Answer(201, {"errors": [{"error": "Exception", "message": "inside"}]}),
    Fault.NOISE: Answer(201, "noise"),
}
