"""A proxy on this machine, as councils have one: it opens tunnels (CONNECT), or does not."""

import socket
from contextlib import suppress
from threading import Event, Lock, Thread
from typing import Self

CHUNK, HEAD_MOST = 65536, 8192
OPEN = b"HTTP/1.1 200 Connection established\r\n\r\n"


class Tunnel:
    """Listens on a port of its own. `asked` are the places to which a tunnel was wanted.

    `answer`, where it is set, is said in place of opening one.
    """

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answer: bytes | None = None
        self._ending, self._lock = Event(), Lock()
        self._open: set[socket.socket] = set()
        self._threads: list[Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://localhost:{self._listener.getsockname()[1]}"
        self._begin(self._listen)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.go()
        for thread in self._threads:
            thread.join()

    def go(self) -> None:
        """Be there no more, and cut every tunnel."""
        self._ending.set()
        with self._lock, suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()

    def cut(self) -> None:
        """Cut every tunnel that is open."""
        with self._lock:
            for one in self._open:
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)

    def _begin(self, act: object, *given: object) -> None:
        thread = Thread(target=act, args=given, daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _listen(self) -> None:
        while not self._ending.is_set():
            try:
                ours, _ = self._listener.accept()
            except OSError:
                return
            self._begin(self._serve, ours)

    def _serve(self, ours: socket.socket) -> None:
        with ours, suppress(OSError):
            head = b""
            while b"\r\n\r\n" not in head and len(head) < HEAD_MOST:
                if not (more := ours.recv(CHUNK)):
                    return
                head += more
            method, place, _ = head.split(b"\r\n", 1)[0].decode("ascii").split(" ")
            self.asked.append(f"{method} {place}")
            if self.answer is not None or method != "CONNECT":
                ours.sendall(self.answer or b"HTTP/1.1 405 Method Not Allowed\r\n\r\n")
                return
            host, _, port = place.rpartition(":")
            with socket.create_connection((host, int(port))) as theirs:
                ours.sendall(OPEN)
                with self._lock:
                    self._open |= {ours, theirs}
                back = Thread(target=carry, args=(theirs, ours), daemon=True)
                back.start()
                carry(ours, theirs)
                back.join()
                with self._lock:
                    self._open -= {ours, theirs}


def carry(one: socket.socket, other: socket.socket) -> None:
    """Pass on what comes from one to the other, up to the end of either."""
    with suppress(OSError):
        while data := one.recv(CHUNK):
            other.sendall(data)
    for each in (one, other):
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
