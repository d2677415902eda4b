"""Mails that are made to hurt: each is bounded in time and memory, and never more than a problem."""

import base64
import io
import subprocess
import sys
import zipfile
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.domain.event import Reply
from daemon.domain.incoming.parts import DEPTH_MOST, TooMuch, parts
from daemon.domain.incoming.sort import Odd, sort
from daemon.testing.inbox_contract import ANN, AT, OURS, answer, bounce, reply_text
from tests.integrations.mailbox.mails import CALENDAR, multipart, part

LARGE = 5_000_000
CPU_S = 1.0  # of a processor; the worst of these takes a tenth


def judged(raw: bytes):
    """Return what a mail is found to be, or why it is somebody's to read."""
    try:
        return list(sort(raw, AT, frozenset({OURS}), "council.example"))
    except (Odd, TooMuch) as odd:
        return str(odd)


def nested(depth: int) -> bytes:
    raw = reply_text().encode()
    for level in range(depth):
        raw = (
            f"Content-Type: multipart/mixed; boundary=b{level}\r\n\r\n--b{level}\r\n".encode()
            + raw
            + f"\r\n--b{level}--\r\n".encode()
        )
    return raw


def zipped() -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", b"\0" * 100_000_000)
    return base64.encodebytes(kept.getvalue())


def calendar(text: str, *fields: str) -> bytes:
    return part(text, CALENDAR, *fields)


RULE = "RRULE:FREQ=SECONDLY;COUNT=999999999;BYSECOND=" + ",".join(map(str, range(60)))
BOMBS = {
    "ten thousand parts": multipart("mixed", *[b"\r\nx"] * 10_000),
    "a million boundaries": part(b"--b\r\n" * 900_000, "Content-Type: multipart/mixed; boundary=b"),
    "nested a thousand deep": nested(1000),
    "each a message within a message": b"Content-Type: message/rfc822\r\n\r\n" * 100_000,
    "messages in base64 within one another": b"Content-Type: message/rfc822\r\n"
    b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.b64encode(nested(50)),
    "a header of a megabyte": b"Subject: " + b"x" * 1_000_000 + b"\r\n\r\nx",
    "a header of many fields": b"X: y\r\n" * 200_000 + b"\r\nx",
    "a header that only folds": b"X: y\r\n" + b" \r\n" * 1_000_000 + b"\r\nx",
    "a type of many parameters": part(b"x", "Content-Type: multipart/mixed" + ";a=b" * 20_000),
    "a type of open quotes": part(b"x", "Content-Type: multipart/mixed" + ';a="' * 20_000),
    "a boundary of nothing": part(b"--\r\n" * 1_000_000, 'Content-Type: multipart/mixed; boundary=""'),
    "five megabytes of base64": part(
        b"QUJD\r\n" * (LARGE // 6), CALENDAR, "Content-Transfer-Encoding: base64"
    ),
    "a calendar in deep quoted-printable": part(
        b"=3D" * 80_000, CALENDAR, "Content-Transfer-Encoding: quoted-printable"
    ),
    "a calendar of slow letters": part(
        b"a-" * 100_000 + b"\xc3", 'Content-Type: text/calendar; charset="punycode"'
    ),
    "a calendar in a charset that is code": part(b"zip", "Content-Type: text/calendar; charset=zip"),
    "an archive": part(zipped(), "Content-Type: application/zip", "Content-Transfer-Encoding: base64"),
    "a rule of a thousand million meetings": calendar(
        reply_text().replace("SUMMARY", f"{RULE}\r\n" * 200 + "SUMMARY")
    ),
    "ten thousand events": calendar("METHOD:REPLY\n" + "BEGIN:VEVENT\nEND:VEVENT\n" * 10_000),
    "events within one another": calendar("METHOD:REPLY\n" + "BEGIN:VEVENT\n" * 2_000),
    "a line without end": calendar("METHOD:REPLY\nUID:" + "x" * 200_000),
    "a calendar of folds": calendar("METHOD:REPLY\n" + "\n " * 100_000),
    "a line of open quotes": calendar('BEGIN:VEVENT\nATTENDEE;CN="' + '"' * 7_901 + "x"),
    "a line of parameters": calendar("BEGIN:VEVENT\nATTENDEE" + ";A=" * 2_600),
    "a revision of many figures": calendar(reply_text().replace("SEQUENCE:0", "SEQUENCE:" + "9" * 5000)),
    "a thousand references": part(b"x", "References: " + "<x@y>\r\n " * 15_000, "Precedence: bulk"),
    "a report of a million actions": bounce().replace(b"Action: failed\n", b"Action: failed\n" * 300_000),
    "a report of a million ids": bounce("<a@x.test>") + b"<aaaa@council.example>" * 200_000,
    "nothing but NULs": b"\0" * LARGE,
    "nothing but line ends": b"\r\n" * (LARGE // 2),
    "nothing but less-than": b"From: " + b"<" * 100_000 + b"\r\n\r\n" + b"<" * 4_000_000,
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_bounded_in_time(name):
    raw = BOMBS[name]
    started = process_time()

    judged(raw)

    assert process_time() - started < CPU_S


MEASURE = """
import resource, sys
from datetime import UTC, datetime
from daemon.domain.incoming.sort import sort
raw = sys.stdin.buffer.read()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    sort(raw, datetime(2026, 3, 6, tzinfo=UTC), frozenset(), "council.example")
except ValueError:
    pass
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(multipart("mixed", *[b"\r\n" + b"x" * 50_000] * 98), id="a hundred large parts"),
        pytest.param(nested(DEPTH_MOST).replace(b"SUMMARY", b"x" * LARGE), id="deep and large"),
        pytest.param(BOMBS["an archive"], id="an archive"),
        pytest.param(BOMBS["a report of a million actions"], id="a long report"),
    ],
)  # fmt: skip
def test_a_bomb_is_bounded_in_memory(raw):
    run = subprocess.run(
        [sys.executable, "-c", MEASURE], input=raw, capture_output=True, check=True
    )

    kilobytes = int(run.stdout) * (1 if sys.platform != "darwin" else 1 / 1024)
    assert kilobytes < 200_000


@pytest.mark.parametrize(
    ("name", "says"),
    [
        pytest.param("ten thousand parts", "more parts", id="parts"),
        pytest.param("nested a thousand deep", "nested deeper", id="depth"),
        pytest.param("a header of a megabyte", "header longer", id="header"),
        pytest.param("five megabytes of base64", "longer than is read", id="an answer"),
        pytest.param("ten thousand events", "more in it", id="events"),
        pytest.param("a line without end", "more in it", id="a line"),
    ],
)
def test_a_bomb_is_a_problem_that_says_which_bound_it_broke(name, says):
    assert says in judged(BOMBS[name])


def test_a_rule_of_repetition_is_never_followed():
    (reply,) = judged(BOMBS["a rule of a thousand million meetings"])

    assert isinstance(reply, Reply)


def test_an_answer_as_deep_as_is_read_is_found():
    raw = nested(DEPTH_MOST - 1).replace(
        b"BEGIN:VCAL", CALENDAR.encode() + b"\r\n\r\nBEGIN:VCAL", 1
    )

    assert len(judged(b"From: " + ANN.encode() + b"\r\n" + raw)) == 1


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=3000))
def test_no_octets_can_do_worse_than_be_odd(raw):
    judged(raw)


PIECES = st.sampled_from([
    "BEGIN:VCALENDAR", "METHOD:REPLY", "BEGIN:VEVENT", "END:VEVENT", "UID:x@y", "SEQUENCE:1", "SEQUENCE:²",
    f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:{ANN}", 'ATTENDEE;CN="a;b:c', "ATTENDEE:", "DTSTAMP:20260306T093000Z",
    "DTSTAMP:00000000T000000", " folded", "\tfolded", ":", ";", '"', "END", "BEGIN:", "ATTENDEE;PARTSTAT=\x00:x",
])  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES | st.text(max_size=20), max_size=40), st.sampled_from(["\n", "\r\n", "\r"]))
def test_a_calendar_of_any_lines_is_read_or_odd(lines, end):
    found = judged(calendar(end.join(lines)))

    assert isinstance(found, str) or all(reply.at <= AT for reply in found)


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from([answer(reply_text()), bounce(), multipart("mixed", b"\r\nx", b"\r\ny")]),
    st.data(),
)
def test_a_mail_with_some_octets_changed_is_read_or_odd(raw, data):
    at = data.draw(st.integers(0, len(raw)))
    put = data.draw(st.binary(max_size=8))
    cut = data.draw(st.integers(0, 40))

    judged(raw[:at] + put + raw[at + cut :])


@settings(max_examples=100, deadline=None)
@given(st.lists(st.binary(max_size=60).filter(lambda raw: b"--b" not in raw), max_size=12))
def test_parts_come_back_as_they_went_in(bodies):
    raw = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"".join(
        b"--b\r\n\r\n" + body + b"\r\n" for body in bodies
    )

    assert [one.body for one in parts(raw + b"--b--")[1:]] == bodies


def test_an_hour_before_the_beginning_of_time_is_no_moment():
    old = calendar(reply_text().replace("DTSTAMP:2026", "DTSTAMP:0000"))

    (reply,) = judged(old)

    assert reply.at == AT
