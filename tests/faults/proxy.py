"""A TCP proxy of our own, between the service and a server: it can be down, lose replies, or swallow everything."""

import socket
from contextlib import suppress
from random import Random
from threading import Lock, Thread
from typing import Self

CHUNK = 65536
LOOK_S = 0.1


class Proxy:
    """Listens on a port of its own. `lost` counts the replies that were given and never came through."""

    def __init__(self, to_port: int, *, seed: int = 1) -> None:
        self.drop_reply_rate = 0.0
        self.is_black_hole = False
        self.lost = 0
        self._to_port = to_port
        self._chance = Random(seed)
        self._pairs: set[tuple[socket.socket, socket.socket]] = set()
        self._lock = Lock()
        self._threads: list[Thread] = []
        self._listener: socket.socket | None = None
        self.port = 0

    def __enter__(self) -> Self:
        """Begin to listen."""
        self.come_up()
        return self

    def __exit__(self, *_: object) -> None:
        """Close everything."""
        self.go_down()
        for thread in self._threads:
            thread.join()

    def come_up(self) -> None:
        """Listen, on the same port as before."""
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.port))
        listener.listen()
        listener.settimeout(LOOK_S)
        self.port, self._listener = listener.getsockname()[1], listener
        self._start(self._accept, listener)

    def go_down(self) -> None:
        """Refuse new connections and cut those that are there."""
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.close()
        with self._lock:
            pairs = list(self._pairs)
        for pair in pairs:
            self._cut(pair)

    def _accept(self, listener: socket.socket) -> None:
        while self._listener is listener:
            try:
                near, _ = listener.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            try:
                far = socket.create_connection(("127.0.0.1", self._to_port), timeout=1)
            except OSError:
                near.close()
                continue
            pair = (near, far)
            with self._lock:
                self._pairs.add(pair)
            for is_reply in (False, True):
                self._start(self._pump, pair, is_reply)

    def _pump(self, pair: tuple[socket.socket, socket.socket], is_reply: bool) -> None:
        source, sink = (pair[1], pair[0]) if is_reply else pair
        with suppress(OSError):
            source.settimeout(None)
            while data := source.recv(CHUNK):
                if self.is_black_hole:
                    continue
                if is_reply and self._chance.random() < self.drop_reply_rate:
                    self.lost += 1
                    break
                sink.sendall(data)
        self._cut(pair)

    def _cut(self, pair: tuple[socket.socket, socket.socket]) -> None:
        with self._lock:
            self._pairs.discard(pair)
        for one in pair:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _start(self, act: object, *words: object) -> None:
        thread = Thread(target=act, args=words, daemon=True)
        self._threads = [one for one in self._threads if one.is_alive()] + [thread]
        thread.start()
