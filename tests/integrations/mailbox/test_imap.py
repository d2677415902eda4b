"""A folder at a real IMAP server, and at servers that misbehave."""

import socket
import threading
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from itertools import count
from time import monotonic

import pytest
from pydantic import ValidationError

from daemon.ports import Unreadable
from daemon.testing.contracts import hand_moved_clock
from daemon.testing.inbox_contract import (
    AT,
    LETTER,
    OURS,
    MailboxContract,
    answer,
    found,
    reply_text,
    written,
)
from integrations.mailbox.config import Config
from integrations.mailbox.inbox import Mailbox
from tests.dovecot import PASSWORD, TLS, Dovecot

NOW = AT + timedelta(hours=1)
CLOCK, _ = hand_moved_clock(NOW)
LOGINS = (f"answers-{number}@council.example" for number in count(1))
SECURE = {"host": "localhost", "ca_file": TLS / "authority.pem"}


@pytest.fixture(scope="module")
def server():
    with Dovecot() as running:
        yield running


@pytest.fixture
def login():
    return next(LOGINS)


@pytest.fixture
def secret(tmp_path):
    path = tmp_path / "imap.password"
    path.write_text(f"{PASSWORD}\n")
    path.chmod(0o600)
    return path


@pytest.fixture
def connect(secret, login):
    def make(port: int, **options) -> Mailbox:
        given = {"host": "127.0.0.1", "security": "none", "username": login, "ours": (OURS,)}
        config = {**given, "password_file": secret, "port": port, "timeout_s": 20, **options}
        return Mailbox(Config.model_validate(config), CLOCK)

    return make


@pytest.fixture
def inbox(server, connect):
    return connect(server.port)


@pytest.fixture
def deliver(server, login):
    def put(mail: bytes, at: datetime = AT, folder: str = "INBOX") -> None:
        server.put(mail, login, at, folder)

    return put


@pytest.fixture
def gone(connect):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    return connect(port)


class TestImap(MailboxContract):
    """The promises of every mailbox."""


def test_nothing_is_deleted_moved_or_marked(server, inbox, deliver, login):
    for mail in (answer(reply_text()), LETTER):
        deliver(mail)

    inbox.read(inbox.read(None).cursor)

    assert server.uids(login, wanted="UNSEEN RECENT") == [1, 2]
    assert server.uids(login, wanted="UNDELETED UNFLAGGED UNANSWERED") == [1, 2]


def test_what_was_understood_is_moved_once_it_is_confirmed(server, connect, deliver, login):
    with server.client(login) as client:
        client.create("Read")
    inbox = connect(server.port, moved_to="Read")
    for mail in (answer(reply_text()), LETTER):
        deliver(mail)

    page = inbox.read(None)
    assert server.uids(login) == [1, 2]
    again = connect(server.port, moved_to="Read").read(page.cursor)  # another process confirms

    assert server.uids(login) == [2]
    assert len(server.uids(login, "Read")) == 1
    assert server.uids(login, wanted="UNSEEN") == [2]
    assert found(again) == (0, 0, 0, 0)


def test_a_folder_that_is_not_there_to_move_to_is_reported_and_answers_are_read_all_the_same(
    server, connect, deliver
):
    inbox = connect(server.port, moved_to="Nowhere")
    deliver(answer(reply_text()))
    page = inbox.read(None)
    deliver(answer(reply_text("DECLINED")))

    second = inbox.read(page.cursor)

    assert len(second.replies) == 1
    assert [problem.what for problem in second.problems] == [
        "what was read cannot be moved to the folder of moved_to"
    ]


def test_a_mailbox_that_is_numbered_anew_is_read_anew(server, inbox, deliver, login):
    deliver(answer(reply_text()))
    cursor = inbox.read(None).cursor
    with server.client(login) as client:
        client.create("Other")
    deliver(answer(reply_text("DECLINED")), folder="Other")
    anew = Mailbox(inbox.config.model_copy(update={"folder": "Other"}), CLOCK)

    page = anew.read(cursor)

    assert [reply.response for reply in page.replies] == ["declined"]


def test_a_first_reading_leaves_what_is_old(inbox, deliver):
    deliver(LETTER, NOW - timedelta(days=40))
    deliver(answer(reply_text()), NOW - timedelta(days=20))

    assert found(inbox.read(None)) == (1, 0, 0, 0)


def test_a_page_has_its_most_and_the_next_reading_goes_on(server, connect, deliver):
    inbox = connect(server.port, most=3)
    for number in range(7):
        deliver(answer(reply_text(uid=f"{number}@x.test")))
    sizes, cursor = [], None

    for _ in range(4):
        page = inbox.read(cursor)
        cursor = page.cursor
        sizes.append(len(page.replies))

    assert sizes == [3, 3, 1, 0]


def test_a_mail_that_is_too_large_is_never_fetched(server, connect, deliver):
    inbox = connect(server.port, largest_bytes=10_000)
    deliver(LETTER + b"x" * 10_000)
    deliver(answer(reply_text()))

    page = inbox.read(None)

    assert found(page) == (1, 0, 0, 1)
    assert "no mail of 10000 bytes or less" in str(page.problems[0])


def test_a_problem_says_when_the_mail_came(inbox, deliver):
    deliver(LETTER, datetime(2026, 3, 5, 23, 15, tzinfo=UTC))

    (problem,) = inbox.read(None).problems

    assert problem.where == "mailbox INBOX, mail 1, received 2026-03-05T23:15:00+00:00"


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"security": "tls"}, id="TLS from the first byte"),
        pytest.param({"security": "starttls"}, id="TLS by STARTTLS"),
    ],
)
def test_mail_is_read_over_tls(server, connect, deliver, options):
    port = server.secure if options["security"] == "tls" else server.port
    deliver(answer(reply_text()))

    assert found(connect(port, **SECURE, **options).read(None)) == (1, 0, 0, 0)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        pytest.param({"security": "tls", "host": "localhost"}, "certificate", id="unknown to us"),
        pytest.param(
            {"security": "tls", **SECURE, "host": "127.1"}, "certificate", id="another's name"
        ),
        pytest.param(
            {"security": "starttls", "host": "localhost"}, "certificate", id="by STARTTLS, too"
        ),
        pytest.param({"folder": "Nowhere"}, "no such folder", id="no such folder"),
    ],
)
def test_a_server_that_cannot_be_trusted_or_used_is_unreadable(server, connect, options, sentence):
    port = server.secure if options.get("security") == "tls" else server.port

    with pytest.raises(Unreadable, match=sentence):
        connect(port, **options).read(None)


def test_a_wrong_password_is_said_without_it(server, connect, secret):
    secret.write_text("another-word")

    with pytest.raises(Unreadable) as caught:
        connect(server.port).read(None)

    assert str(caught.value) == "the mail server refuses the login"


def test_a_password_of_two_lines_never_reaches_the_server(server, connect, secret):
    secret.write_text("x\r\nA1 DELETE INBOX\r\n")

    with pytest.raises(Unreadable, match="not one line"):
        connect(server.port).read(None)


@contextmanager
def peer(*answers: bytes, drip_s: float = 0.0):
    """Give the port of a server that speaks these lines one after another, then hangs up.

    A `%` is the tag of the command that it answers. With `drip_s` it goes on with a byte at a time.
    """
    ending = threading.Event()
    clients: list[socket.socket] = []

    def serve() -> None:
        with suppress(OSError):
            client, _ = listener.accept()
            clients.append(client)
            with client:
                tag = b"*"
                for line in answers:
                    client.sendall(line.replace(b"%", tag))
                    if drip_s and line is answers[-1]:
                        break
                    tag = client.recv(65536).split(b" ")[0]
                while drip_s and not ending.wait(drip_s):
                    client.sendall(b"x")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            ending.set()
            listener.shutdown(socket.SHUT_RDWR)
            for client in clients:
                with suppress(OSError):
                    client.shutdown(socket.SHUT_RDWR)
            thread.join()


HELLO = (b"* OK hi\r\n", b"* CAPABILITY IMAP4rev1\r\n% OK\r\n", b"% OK in\r\n")
OPENED = (*HELLO, b"* OK [UIDVALIDITY 7] ok\r\n% OK [READ-ONLY] ok\r\n")


@pytest.mark.parametrize(
    "answers",
    [
        pytest.param((b"",), id="it hangs up"),
        pytest.param((b"220 mail.example ESMTP\r\n",), id="it is another service"),
        pytest.param((b"\xff\x00" * 9000,), id="it talks noise"),
        pytest.param((b"* BYE not now\r\n",), id="it wants nobody"),
        pytest.param((b"* OK hi\r\n", b"% BAD what\r\n"), id="it can do nothing"),
        pytest.param((*HELLO[:2], b"% NO\r\n"), id="it refuses the login"),
        pytest.param((*HELLO, b"% OK no number\r\n"), id="its folder has no number"),
        pytest.param((*HELLO, b"* OK [UIDVALIDITY x] ok\r\n% OK\r\n"), id="its number is none"),
        pytest.param((*OPENED, b"* SEARCH a b\r\n% OK\r\n"), id="its mails have no numbers"),
        pytest.param((*OPENED, b"* SEARCH 1\r\n% OK\r\n", b"* 1 FETCH\r\n% OK\r\n"), id="no mail"),
        pytest.param(
            (*OPENED, b"* SEARCH 1\r\n% OK\r\n", b"* 1 FETCH (UID 1 BODY {99999999999999}\r\nx"),
            id="a mail without end",
        ),
    ],
)
def test_a_server_that_talks_nonsense_is_unreadable_or_has_no_mail(connect, answers):
    with peer(*answers) as port:
        try:
            page = connect(port, timeout_s=2).read(None)
        except Unreadable:
            return

    assert found(page) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    "answers",
    [
        pytest.param((b"* OK",), id="from its greeting on"),
        pytest.param((*HELLO[:1], b"* CAPAB"), id="from its first answer on"),
        pytest.param((*OPENED, b"* SEARCH 1"), id="while it searches"),
    ],
)
def test_a_server_that_drips_cannot_outlast_the_deadline(connect, answers):
    with peer(*answers, drip_s=0.05) as port:
        started = monotonic()

        with pytest.raises(Unreadable):
            connect(port, timeout_s=1).read(None)

    assert monotonic() - started < 15


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        pytest.param({"host": "mail.example"}, "is for a server on this machine", id="in clear"),
        pytest.param({"username": None}, "give all three", id="half a login"),
        pytest.param({"host": None}, "give either maildir, or host", id="no mailbox"),
        pytest.param({"maildir": "mail"}, "give either maildir, or host", id="two mailboxes"),
        pytest.param({"moved_to": "INBOX"}, "name another", id="moved to where it is"),
        pytest.param({"moved_to": 'a"b'}, "should match pattern", id="a quote in a folder"),
        pytest.param({"username": "a b"}, "should match pattern", id="a space in a login"),
        pytest.param({"ours": ()}, "at least 1", id="nobody sends"),
        pytest.param({"ours": ("nobody",)}, "not a plain e-mail", id="nobody's address"),
        pytest.param({"password_file": "nowhere"}, "no such file", id="no password"),
        pytest.param({"host": None, "maildir": "m"}, "is for host, not for maildir", id="mixed"),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(connect, options, sentence):
    with pytest.raises(ValidationError, match=sentence):
        connect(143, **options)


def test_a_password_that_others_may_read_is_refused(connect, secret):
    secret.chmod(0o644)

    with pytest.raises(ValidationError, match="chmod 600"):
        connect(143)


def test_what_comes_while_a_mail_is_read_is_read_next(server, inbox, deliver):
    deliver(written("x@y.example", Auto_Submitted="auto-replied").as_bytes())
    first = inbox.read(None)
    deliver(answer(reply_text()))

    assert found(inbox.read(first.cursor)) == (1, 0, 0, 0)
