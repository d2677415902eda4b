"""Whoever answers us leads us nowhere: no redirect and no link of theirs is followed off the settings' list (T10)."""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from daemon.auditor.beat import call
from daemon.domain.person import Person
from daemon.ports import Unreadable
from daemon.settings.audit import Heartbeat
from daemon.testing import card_contract, channel_contract
from daemon.testing.notify.server import KEY, TEMPLATE
from daemon.testing.stand_in import StandIn
from integrations.exchange.channel import Exchange
from integrations.exchange.config import Config as ExchangeConfig
from integrations.govuk_notify.channel import NotifyEmail
from integrations.govuk_notify.config import EmailConfig
from integrations.rest_api.config import Config as RestConfig
from integrations.rest_api.source import RestApi
from integrations.teams.channel import Teams
from integrations.teams.config import Config as TeamsConfig

NOW = datetime(2026, 3, 6, 17, tzinfo=UTC)
STATUSES = (301, 302, 303, 307, 308)
ADDRESSES = {
    "a number": "http://127.0.0.1:{port}/latest/meta-data/",
    "the number in six": "http://[::ffff:127.0.0.1]:{port}/",
    "the number as one": "http://2130706433:{port}/",
    "a name": "http://localhost:{port}/",
    "our own host before an at": "http://127.0.0.1:{own}@127.0.0.1:{port}/",
    "without a scheme": "//127.0.0.1:{port}/",
    "with a backslash": "http://127.0.0.1:{port}\\@127.0.0.1:{own}/",
}


class Trap:
    """Listens where nobody of ours may come, and counts who does."""

    def __init__(self) -> None:
        self.came = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        self._thread = Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                one, _ = self._socket.accept()
                self.came += 1
                one.close()

    def close(self) -> None:
        """Let go."""
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()


class Guide(BaseHTTPRequestHandler):
    """Sends everybody to the trap; counts them."""

    protocol_version = "HTTP/1.1"

    def lead(self) -> None:
        """Read what is asked, and send whoever asks elsewhere: by a header, by a link in a page, or by both."""
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        guide: Any = self.server
        guide.asked += 1
        page = json.dumps({"children": [], "next": guide.to, "token_type": "Bearer"}).encode()
        self.send_response(guide.status)
        self.send_header("Location", guide.to)
        self.send_header("Link", f'<{guide.to}>; rel="next"')
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    do_GET = do_POST = do_HEAD = lead  # noqa: N815 - the library's names

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def trap() -> Iterator[Trap]:
    with closing(Trap()) as one:
        yield one


@pytest.fixture
def guide() -> Iterator[StandIn]:
    with StandIn(Guide) as one:
        server: Any = one._server
        server.asked, server.status, server.to = 0, 302, ""
        yield one


def private(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_text(f"{text}\n")
    file.chmod(0o600)
    return file


def read_cases(url: str, folder: Path, **paging: Any) -> None:
    children = {"path": "children", "rows": "$.children", "ref": "$.id"}
    key = {"file": str(private(folder, "key", "s3cr3t"))}
    given = {
        "url": f"{url}/api",
        "queries": {"children": children},
        "answer_within_s": 5,
        "key": key,
    }
    RestApi(RestConfig.model_validate(given | paging, context={"base": folder}), lambda: NOW).read(
        None
    )


def read_linked(url: str, folder: Path) -> None:
    read_cases(url, folder, paging={"kind": "next_link", "at": "$.next"})


def read_by_header(url: str, folder: Path) -> None:
    read_cases(url, folder, paging={"kind": "link_header"})


def card(url: str, folder: Path) -> None:
    private(folder, "workflows.toml", f'north = "{url}/workflows/north?sig=s3cr3t"')
    config = TeamsConfig.model_validate(
        {"workflows_file": "workflows.toml", "timeout_s": 5}, context={"base": folder}
    )
    somebody = Person("ann", {"teams": "workflow:north"})
    with closing(Teams(config, lambda: NOW)) as channel:
        channel.send(card_contract.MESSAGE, somebody, card_contract.MESSAGE.id)


def letter(url: str, folder: Path) -> None:
    given = {"api_key_file": private(folder, "notify.key", KEY), "base_url": url, "timeout_s": 2}
    with closing(
        NotifyEmail(EmailConfig.model_validate(given | {"template": TEMPLATE}), lambda: NOW)
    ) as one:
        one.send(channel_contract.MESSAGE, channel_contract.ANN, "m-1")


def mail(url: str, folder: Path) -> None:
    password = private(folder, "password", "secret")
    config = ExchangeConfig.model_validate({
        "endpoint": f"{url}/EWS/Exchange.asmx", "mailbox": "daykeeper@council.example",
        "username": "daykeeper", "password_file": password, "auth": "basic", "timeout_s": 5,
    })  # fmt: skip
    with closing(Exchange(config, lambda: NOW)) as one:
        one.send(channel_contract.MESSAGE, channel_contract.ANN, "m-1")


def heartbeat(url: str, folder: Path) -> None:
    file = private(folder, "url", f"{url}/ping/1")
    said = call(Heartbeat(host="localhost", url_file=file, timeout_s=5))
    if said:
        raise Unreadable(said)


GOES: dict[str, Callable[[str, Path], None]] = {
    "a case system": read_cases,
    "a case system's next page": read_linked,
    "a case system's next page, by a header": read_by_header,
    "a workflow of Teams": card,
    "GOV.UK Notify": letter,
    "an Exchange Server": mail,
    "a monitor outside": heartbeat,
}


@pytest.mark.parametrize("goes", GOES.values(), ids=GOES)
def test_nobody_whom_we_ask_sends_us_to_an_address_of_theirs(guide, trap, tmp_path, goes):
    server: Any = guide._server
    for status in (*STATUSES, 200):
        for form in ADDRESSES.values():
            server.status = status
            server.to = form.format(port=trap.port, own=server.server_port)
            with suppress(Exception):  # what is wrong, each adapter's own tests say
                goes(guide.url, tmp_path)

    assert server.asked >= 6 * len(ADDRESSES)
    assert trap.came == 0


def test_the_trap_itself_counts_who_comes(trap):
    with closing(socket.create_connection(("127.0.0.1", trap.port))) as one:
        assert one.recv(1) == b""

    assert trap.came == 1
