"""The door for machines that call to say what became of a message. No sign-in: each shows its own word."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from daemon.engine.conference.inbox import Listener
from daemon.ports import Denied

MOST_BYTES = 65_536


class Callbacks:
    """Takes what is posted for a mailbox of the settings, and says nothing of what came of it."""

    def __init__(self, listener: Listener) -> None:
        self.listener = listener

    def routes(self) -> list[Route]:
        """Return the door of every mailbox."""
        return [Route("/callbacks/{box}", self.take, methods=["POST"])]

    async def take(self, request: Request) -> Response:
        """Return 204 for what was heard; 403 to whoever has no word, whether there is such a mailbox or not."""
        body = bytearray()
        async for piece in request.stream():
            body += piece
            if len(body) > MOST_BYTES:
                return Response(status_code=413)
        name, word = str(request.path_params["box"]), request.headers.get("authorization", "")
        try:
            await run_in_threadpool(self.listener.told, name, word, bytes(body))
        except Denied:
            return Response(status_code=403)
        except ValueError:
            return Response(status_code=400)
        return Response(status_code=204)
