"""The other side of a channel in a process of its own, so that its work is not counted with the client's.

    python -m tests.bench.other_side microsoft365|teams|notify|exchange FOLDER

says where it is in one line, and ends with its input.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from daemon.testing.exchange.server import ExchangeServer
from daemon.testing.microsoft365.server import Microsoft365
from daemon.testing.notify.server import NotifyServer
from daemon.testing.teams.server import TeamsServer
from tests.bench.cold import ROOT

MAILBOX = "daykeeper@council.example"


@contextmanager
def other_side(kind: str, folder: Path) -> Iterator[str]:
    """Give where a stand-in of that kind listens."""
    command = [sys.executable, "-m", __name__, kind, str(folder)]
    with subprocess.Popen(
        command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.stdin.close()


def main() -> None:
    """Listen until the input ends."""
    kind, folder = sys.argv[1], Path(sys.argv[2])
    if kind == "microsoft365":
        with Microsoft365(folder) as office:
            stay(office.address)
    elif kind == "teams":
        with TeamsServer() as server:
            stay(server.workflow("north"))
    elif kind == "notify":
        with NotifyServer() as notify:
            stay(notify.url)
    else:
        with ExchangeServer(MAILBOX) as server:
            stay(server.endpoint)


def stay(where: str) -> None:
    """Say where it is, and wait."""
    print(where, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
