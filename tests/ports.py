"""Ports for servers that must be told theirs before they start, while other tests look for some at the same time."""

import socket
from random import SystemRandom

CHANCE = SystemRandom()  # not `random`: that is seeded alike in each process of the tests
PORTS = range(10_000, 30_000)  # below those from which systems give a connection its own


def free_port() -> int:
    """Return a port that nobody listens on, and that is given to no connection either."""
    while True:
        port = CHANCE.choice(PORTS)
        with socket.socket() as one:
            # what is left of a connection is no server
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                one.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
