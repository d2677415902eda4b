"""serve(app, host, port): the web door on a thread of this process, stopped cleanly when it ends."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread

from starlette.types import ASGIApp
from uvicorn import Config, Server

from daemon.domain.errors import Problem, Refusal
from daemon.web.crowd import LONGEST_S, Connection, Listening, cut_slow

START_S, STOP_S = 10, 5


@dataclass(frozen=True, slots=True)
class Served:
    """Where the pages are: `port` is the real one, also where 0 was asked for."""

    host: str
    port: int

    @property
    def address(self) -> str:
        """The address that a browser on this machine is given."""
        return f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"


class _Server(Server):
    """The server, telling when it has begun to answer, or given up; nobody keeps it waiting for a request."""

    begun: Event
    longest_s: float

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.begun.set()

    async def on_tick(self, counter: int) -> bool:
        cut_slow(self.server_state.connections, self.longest_s)
        return await super().on_tick(counter)


@contextmanager
def serve(app: ASGIApp, host: str, port: int, *, longest_s: float = LONGEST_S) -> Iterator[Served]:
    """Yield where the pages are served until this ends; answers in progress are finished first.

    `longest_s`: whoever has not sent a whole request after so long is cut off.

    Raises Refusal where the port cannot be had. No access log: addresses of items are secrets.
    """
    with _listen(host, port) as listening:
        server = _Server(
            Config(
                app, http=Connection, loop="asyncio", ws="none", lifespan="off",
                log_config=None, access_log=False, server_header=False, proxy_headers=False,
                timeout_graceful_shutdown=STOP_S,
            )
        )  # fmt: skip
        server.begun, server.longest_s = Event(), longest_s
        listening.connections = server.server_state.connections
        thread = Thread(target=server.run, args=([listening],), name="web", daemon=True)
        thread.start()
        try:
            if not server.begun.wait(START_S):
                raise Refusal(
                    Problem(f"{host}:{port}", "the pages did not start", "see the log for why")
                )
            yield Served(host, listening.getsockname()[1])
        finally:
            server.should_exit = True
            thread.join(STOP_S + START_S)


def _listen(host: str, port: int) -> Listening:
    try:
        kind = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listening = socket.create_server((host, port), family=kind)
    except OSError as error:
        what = f"cannot be listened on ({(error.strerror or 'no such address').lower()})"
        mend = "stop what listens there, or give another in `listen` of [web]"
        raise Refusal(Problem(f"{host}:{port}", what, mend)) from None
    # Inherited by what is accepted: without it each answer waits 40 ms for the one before.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return Listening(listening)
