"""The ways in which a REST source can fail, and what it says then."""

import gzip
from enum import StrEnum

from daemon.testing.stand_in import Answer

MOUNTAIN = 100_000  # levels


class Fault(StrEnum):
    """What it does in place of its duty."""

    NONE = ""
    PAGE = "200 with a page of HTML"
    SHAPE = "200 with an error in JSON"
    HALF = "half an answer"
    NOISE = "no text at all"
    CHARSET = "another charset than it says"
    UNKNOWN_CHARSET = "a charset that nobody knows"
    DEEP = "nested without end"
    EMPTY = "200 without a word"
    NO_CONTENT = "204"
    REFUSED = "403"
    UNAUTHORISED = "401"
    MISSING = "404"
    LIMITED = "429"
    DOWN = "503"
    BROKEN = "500"
    ELSEWHERE = "a redirect to another host"
    HERE = "a redirect"
    NOWHERE = "a redirect to no address"
    PACKED = "packed"
    LARGE = "too large"
    CUT = "cut"
    CUT_INSIDE = "cut inside"
    HANG = "hang"
    DRIP = "drip"
    DRIP_INSIDE = "drip inside"


LATIN = '{"children": [{"id": "é"}]}'.encode("latin-1")
NOTHING = Answer(0)
ANSWERS = {
    Fault.PAGE: Answer(
        200, b"<!doctype html><title>Sign in</title>", {"Content-Type": "text/html"}
    ),
    Fault.SHAPE: Answer(200, {"error": {"code": "internal", "message": "not for people"}}),
    Fault.HALF: Answer(200, b'{"children": [{"id": "SC-1", "na'),
    Fault.NOISE: Answer(200, bytes(range(256)) * 4),
    Fault.CHARSET: Answer(200, LATIN, {"Content-Type": "application/json; charset=utf-8"}),
    Fault.UNKNOWN_CHARSET: Answer(
        200, LATIN, {"Content-Type": "application/json; charset=klingon"}
    ),
    Fault.DEEP: Answer(200, b'{"children": ' + b"[" * MOUNTAIN + b"]" * MOUNTAIN + b"}"),
    Fault.EMPTY: Answer(200, b""),
    Fault.NO_CONTENT: Answer(204),
    Fault.REFUSED: Answer(403, {"error": "forbidden"}),
    Fault.UNAUTHORISED: Answer(401, {"error": "invalid_token"}),
    Fault.MISSING: Answer(404, {"error": "not found"}),
    Fault.LIMITED: Answer(429, {}, {"Retry-After": "120"}),
    Fault.DOWN: Answer(503, b"busy", {"Retry-After": "60"}),
    Fault.BROKEN: Answer(500, {"error": "boom"}),
    Fault.ELSEWHERE: Answer(302, None, {"Location": "https://elsewhere.invalid/api"}),
    Fault.HERE: Answer(301, None, {"Location": "/api/children/"}),
    Fault.NOWHERE: Answer(302, None, {"Location": "http://[/"}),
    Fault.PACKED: Answer(200, gzip.compress(b'{"children": []}'), {"Content-Encoding": "gzip"}),
    Fault.LARGE: Answer(200, b" " * 2_000_000 + b'{"children": []}'),
    Fault.CUT: NOTHING,
    Fault.HANG: NOTHING,
    Fault.CUT_INSIDE: Answer(-2),
    Fault.DRIP: Answer(-1),
    Fault.DRIP_INSIDE: Answer(-3),
}
