"""GivesWay: while something is decided or sent, the door takes one request at a time, and few."""

from asyncio import Lock, sleep
from collections.abc import Collection

from starlette.types import ASGIApp, Receive, Scope, Send

from daemon.engine.at_work import AtWork

LOOKS, LOOK_S = 10, 0.005  # 50 ms: twenty pages a second are enough for an office


class GivesWay:
    """Lets whoever knocks wait for a moment: pages and deadlines share one interpreter, and deadlines go first.

    Each waits until nobody is `at_work`, at most 50 ms once it is the first in the queue (RELIABILITY 5.3, F28).
    `never` are paths that do not wait: whoever asks there takes silence for a failure.
    """

    def __init__(self, app: ASGIApp, at_work: AtWork, never: Collection[str]) -> None:
        self.app, self.at_work, self.never = app, at_work, never
        self._queue = Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on when it is its turn."""
        if scope.get("path") not in self.never and (self.at_work or self._queue.locked()):
            async with self._queue:
                await self._pause()
        await self.app(scope, receive, send)

    async def _pause(self) -> None:
        for _ in range(LOOKS):
            if not self.at_work:
                return
            await sleep(LOOK_S)
