"""A folder at a real IMAP server."""

import socket
from datetime import UTC, datetime, timedelta

import pytest

from daemon.ports import Unreadable
from daemon.testing.inbox_contract import (
    AT,
    LETTER,
    MailboxContract,
    answer,
    found,
    reply_text,
    written,
)
from tests.dovecot import TLS, Dovecot

SECURE = {"host": "localhost", "ca_file": TLS / "authority.pem"}


@pytest.fixture(scope="module")
def server():
    with Dovecot() as running:
        yield running


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


def test_a_mailbox_that_is_numbered_anew_is_read_anew(server, connect, inbox, deliver, login):
    deliver(answer(reply_text()))
    cursor = inbox.read(None).cursor
    with server.client(login) as client:
        client.create("Other")
    deliver(answer(reply_text("DECLINED")), folder="Other")
    anew = connect(server.port, folder="Other")

    page = anew.read(cursor)

    assert [reply.response for reply in page.replies] == ["declined"]


def test_a_first_reading_leaves_what_is_old(inbox, deliver):
    deliver(LETTER, AT - timedelta(days=40))
    deliver(answer(reply_text()), AT - timedelta(days=20))

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


def test_what_comes_while_a_mail_is_read_is_read_next(server, inbox, deliver):
    deliver(written("x@y.example", Auto_Submitted="auto-replied").as_bytes())
    first = inbox.read(None)
    deliver(answer(reply_text()))

    assert found(inbox.read(first.cursor)) == (1, 0, 0, 0)
