"""The door for records: a system that shows who it is posts them, and each is answered for by itself."""

import re
from collections.abc import Sequence
from importlib.resources import files
from threading import Lock

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from daemon.decide.duties.explain import say_problems
from daemon.engine.records.posted import Answered, Posted, Reused
from daemon.ports import Clock, Denied, Unreadable

MOST_BYTES = 5_000_000
A_MINUTE = 120  # posts that are taken in sixty seconds
KEY = re.compile(r"[!-~]{1,64}")
SIGNATURE, AUTHORIZATION = "daykeeper-signature", "authorization"
IDEMPOTENCY = "idempotency-key"
AGAIN_S = 60  # when whoever could not be known now may try again
DESCRIPTION = "openapi.json"


class Pace:
    """How many posts are taken: as many as there are, and more with each second. Thread-safe."""

    def __init__(self, clock: Clock) -> None:
        self.clock, self._lock = clock, Lock()
        self._left, self._at = float(A_MINUTE), clock()

    def wait_s(self) -> int:
        """Return 0 and take one, or the seconds after which there is one."""
        with self._lock:
            now = self.clock()
            passed_s = max(0.0, (now - self._at).total_seconds())
            self._left = min(float(A_MINUTE), self._left + passed_s * A_MINUTE / 60)
            self._at = now
            if self._left < 1:
                return int((1 - self._left) * 60 / A_MINUTE) + 1
            self._left -= 1
            return 0

    def give_back(self) -> None:
        """Count a post as not taken: strangers must not use up what is others'."""
        with self._lock:
            self._left += 1


class RecordDoor:
    """Takes records in, and shows how they are posted."""

    def __init__(self, posted: Posted, clock: Clock) -> None:
        self.posted, self.pace = posted, Pace(clock)

    def routes(self) -> list[Route]:
        """Return the door and its description."""
        return [
            Route("/api/records", self.take, methods=["POST"]),
            Route("/api/openapi.json", self.describe, methods=["GET"]),
        ]

    async def describe(self, _: Request) -> Response:
        """Return the OpenAPI description."""
        text = files("daemon.web").joinpath(DESCRIPTION).read_text("utf-8")
        return Response(text, media_type="application/json")

    async def take(self, request: Request) -> Response:
        """Return each record's verdict; 403 to whoever has not shown who they are."""
        proof = request.headers.get(SIGNATURE) or request.headers.get(AUTHORIZATION, "")
        key = request.headers.get(IDEMPOTENCY)
        body = bytearray()
        async for piece in request.stream():
            body += piece
            if len(body) > MOST_BYTES:
                return wrong(413, f"this is larger than {MOST_BYTES} bytes; post it in parts")
        if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
            return wrong(415, "send application/json")
        if key is not None and not KEY.fullmatch(key):
            return wrong(400, "the idempotency key is not 1 to 64 printable characters")
        if wait_s := self.pace.wait_s():
            return wrong(429, "this is more than is taken in a minute", wait_s)
        try:
            found = await run_in_threadpool(self.posted.take, proof, key or "", bytes(body))
        except Denied:
            self.pace.give_back()
            return wrong(403, "nobody is known by this signature or token")
        except Unreadable as error:
            self.pace.give_back()
            return wrong(503, str(error), AGAIN_S)
        except Reused:
            return wrong(409, "the idempotency key came with another body before")
        except ValueError as error:
            return wrong(400, str(error))
        return JSONResponse({"records": said(found)})


def wrong(status: int, what: str, again_s: int | None = None) -> JSONResponse:
    """Return an answer that says what is wrong, and after how many seconds it may be tried again."""
    headers = {"Retry-After": str(again_s)} if again_s is not None else {}
    return JSONResponse({"error": what}, status, headers)


def said(found: Sequence[Answered]) -> list[dict[str, object]]:
    """Return what became of each record, for a machine."""
    return [
        {"ref": one.ref, "verdict": str(one.verdict), "problems": say_problems(one.problems)}
        for one in found
    ]
