"""A Maildir as a mail server fills it: read, confirmed, and never lost."""

import os
from itertools import count

import pytest

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
)
from integrations.mailbox.config import Config
from integrations.mailbox.inbox import Mailbox

CLOCK, _ = hand_moved_clock(AT)


@pytest.fixture
def folder(tmp_path):
    for name in ("tmp", "new", "cur"):
        (tmp_path / "mail" / name).mkdir(parents=True)
    return tmp_path / "mail"


@pytest.fixture
def deliver(folder):
    numbers = count(1)

    def put(mail: bytes, name: str = "") -> None:
        name = name or f"1772790000.M{next(numbers)}P77.host,S={len(mail)}"
        (folder / "tmp" / name).write_bytes(mail)
        (folder / "tmp" / name).rename(folder / "new" / name)

    return put


def connect(folder, **options) -> Mailbox:
    return Mailbox(Config(ours=(OURS,), maildir=folder, **options), CLOCK)


@pytest.fixture
def inbox(folder):
    return connect(folder)


@pytest.fixture
def gone(tmp_path):
    return connect(tmp_path / "nowhere")


class TestMaildir(MailboxContract):
    """The promises of every mailbox."""


def names(folder, where):
    return sorted(file.name for file in (folder / where).iterdir())


def test_a_mail_goes_to_cur_when_it_is_confirmed_and_not_before(folder, inbox, deliver):
    deliver(LETTER, "1.M1P1.host")
    page = inbox.read(None)
    assert (names(folder, "new"), names(folder, "cur")) == (["1.M1P1.host"], [])

    inbox.read(page.cursor)

    assert (names(folder, "new"), names(folder, "cur")) == ([], ["1.M1P1.host:2,"])


def test_a_mail_that_sorts_before_the_last_one_is_read_all_the_same(inbox, deliver):
    deliver(answer(reply_text(uid="later@x.test")), "2.M1P1.host")
    page = inbox.read(None)
    deliver(answer(reply_text(uid="earlier@x.test")), "1.M1P1.host")

    assert [reply.uid for reply in inbox.read(page.cursor).replies] == ["earlier@x.test"]


def test_a_page_has_its_most_and_the_next_reading_goes_on(folder, deliver):
    inbox = connect(folder, most=3)
    for number in range(7):
        deliver(answer(reply_text(uid=f"{number}@x.test")))
    sizes, cursor = [], None

    for _ in range(4):
        page = inbox.read(cursor)
        cursor = page.cursor
        sizes.append(len(page.replies))

    assert sizes == [3, 3, 1, 0]


def test_what_is_no_mail_is_reported_and_stops_nothing(folder, inbox, deliver, tmp_path):
    (tmp_path / "secret").write_bytes(answer(reply_text(uid="secret@x.test")))
    (folder / "new" / "1.link").symlink_to(tmp_path / "secret")
    os.mkfifo(folder / "new" / "2.fifo")
    (folder / "new" / "3.folder").mkdir()
    (folder / "new" / "4 with a space").write_bytes(LETTER)
    deliver(answer(reply_text()))

    page = inbox.read(None)

    assert found(page) == (1, 0, 0, 4)
    assert page.replies[0].uid != "secret@x.test"


def test_a_mail_that_is_too_large_is_a_problem_and_goes_with_the_others(folder, deliver):
    inbox = connect(folder, largest_bytes=10_000)
    deliver(LETTER + b"x" * 10_000)

    page = inbox.read(None)

    assert "no mail of 10000 bytes or less" in str(page.problems[0])
    assert found(inbox.read(page.cursor)) == (0, 0, 0, 0)


def test_a_cursor_never_names_a_file_elsewhere(folder, inbox, tmp_path):
    (tmp_path / "mail" / "tmp" / "x").write_bytes(b"")

    inbox.read("../tmp/x ../../etc/passwd")

    assert names(folder, "tmp") == ["x"]


def test_a_maildir_without_cur_is_not_half_read(folder, inbox, deliver):
    deliver(LETTER)
    cursor = inbox.read(None).cursor
    (folder / "cur").rmdir()

    with pytest.raises(Unreadable, match=r"^the maildir cannot be read or kept"):
        inbox.read(cursor)
