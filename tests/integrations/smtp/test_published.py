"""Whether whoever gets our mail finds the key by which its signature is checked."""

import base64
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Thread

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from dns import message, rcode, rdatatype, rrset

from integrations.smtp.config import Config
from integrations.smtp.published import by_dns, examine_signature
from tests.integrations.smtp.test_signature import GIVEN, KEY, kept

NAME = "may26._domainkey.council.example"


def record_of(key: rsa.RSAPrivateKey = KEY) -> str:
    """Return what is published of a key."""
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode()}"


class NameServer:
    """A name server on this machine that knows one name; `records` None: it says that it failed."""

    def __init__(self, records: Sequence[str] | None) -> None:
        self.records = records
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.thread = Thread(target=self.serve, daemon=True)

    def serve(self) -> None:
        while (came := self.socket.recvfrom(4096))[0]:
            asked = message.from_wire(came[0])
            self.socket.sendto(self.answer(asked).to_wire(), came[1])

    def answer(self, asked: message.Message) -> message.Message:
        said, name = message.make_response(asked), asked.question[0].name
        if self.records is None:
            said.set_rcode(rcode.SERVFAIL)
        elif name.to_text() != f"{NAME}." or not self.records:
            said.set_rcode(rcode.NXDOMAIN)
        else:
            cut = [[one[at : at + 200] for at in range(0, len(one), 200)] for one in self.records]
            texts = [" ".join(f'"{piece}"' for piece in pieces) for pieces in cut]
            said.answer.append(rrset.from_text_list(name, 60, "IN", rdatatype.TXT, texts))
        return said

    def stop(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", ("127.0.0.1", self.port))
        self.thread.join()
        self.socket.close()


@contextmanager
def serving(records: Sequence[str] | None) -> Iterator[NameServer]:
    server = NameServer(records)
    server.thread.start()
    try:
        yield server
    finally:
        server.stop()


def told(folder: Path, port: int) -> list[str]:
    """Return a line for each finding, of the name server at a port of this machine."""
    config = Config.model_validate(GIVEN | kept(folder))
    records = partial(by_dns, servers=("127.0.0.1",), port=port)
    return [f"{one.grade}: {one}" for one in examine_signature(config, records)]


@pytest.mark.parametrize(
    ("records", "line"),
    [
        pytest.param([record_of()], f"ok: the key at {NAME} is ours", id="ours"),
        pytest.param(
            [record_of(rsa.generate_private_key(65537, 2048))],
            f"fail: by the key at {NAME} our signature is forged",
            id="another key",
        ),
        pytest.param(
            ["v=DKIM1; k=rsa; p="],
            f"fail: by the key at {NAME} our signature is forged",
            id="a key that was taken back",
        ),
        pytest.param(
            ["v=spf1 -all"], f"fail: by the key at {NAME} our signature is forged", id="no key"
        ),
        pytest.param([], f"fail: there is no key at {NAME}: nobody can check", id="nothing there"),
        pytest.param(
            [record_of(), "v=DKIM1; p="], f"fail: there are 2 records at {NAME}", id="one too many"
        ),
        pytest.param(None, "warn: DNS cannot be asked from here", id="a server that fails"),
    ],
)
def test_the_key_that_is_published_must_be_ours(
    tmp_path: Path, records: Sequence[str] | None, line: str
) -> None:
    with serving(records) as server:
        lines = told(tmp_path, server.port)

    assert len(lines) == 1
    assert lines[0].startswith(line)


def test_where_no_name_server_answers_it_is_said_that_nothing_is_known(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as gone:
        gone.bind(("127.0.0.1", 0))
        port = gone.getsockname()[1]

    (line,) = told(tmp_path, port)

    assert line.startswith("warn: DNS cannot be asked from here")
    assert f"`dig TXT {NAME}`" in line


def test_a_key_that_went_missing_since_the_start_is_said_to_be(tmp_path: Path) -> None:
    config = Config.model_validate(GIVEN | kept(tmp_path))
    (tmp_path / "dkim.pem").unlink()

    (found,) = examine_signature(config, by_dns)

    assert str(found).startswith("dkim_key_file: this is no private key without a password")


def test_mail_that_nobody_signs_is_not_looked_up() -> None:
    assert list(examine_signature(Config.model_validate(GIVEN), by_dns)) == []
