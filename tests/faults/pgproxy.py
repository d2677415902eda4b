"""A proxy before a PostgreSQL server: it loses the answer to a commit that was done, at a rate."""

import socket
from contextlib import suppress
from random import Random
from threading import Thread
from typing import Self

HOST = "127.0.0.1"
COMMITTED = b"COMMIT\x00"  # the server's word that it is done
CHUNK_BYTES = 65536


class Proxy:
    """It hands on every byte. `lost`: how many answers never came; the connection ends with each."""

    def __init__(self, target_port: int, seed: int) -> None:
        self.target_port, self.chance = target_port, Random(seed)
        self.drop_reply_rate = 0.0
        self.lost = 0
        self._listening = socket.create_server((HOST, 0))
        self.port = int(self._listening.getsockname()[1])

    def __enter__(self) -> Self:
        """Begin to listen."""
        Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        """Accept nobody any more; who is connected ends with the server."""
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                server = socket.create_connection((HOST, self.target_port))
                for one in (client, server):
                    one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                Thread(target=self._hand_on, args=(client, server), daemon=True).start()
                Thread(
                    target=self._hand_on,
                    args=(server, client),
                    kwargs={"may_lose": True},
                    daemon=True,
                ).start()

    def _hand_on(
        self, source: socket.socket, target: socket.socket, *, may_lose: bool = False
    ) -> None:
        with suppress(OSError):
            while chunk := source.recv(CHUNK_BYTES):
                if may_lose and self._loses(chunk):
                    break
                target.sendall(chunk)
        for one in (source, target):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        if may_lose:  # the other direction ends by what was just shut
            source.close()
            target.close()

    def _loses(self, chunk: bytes) -> bool:
        loses = COMMITTED in chunk and self.chance.random() < self.drop_reply_rate
        self.lost += loses
        return loses
