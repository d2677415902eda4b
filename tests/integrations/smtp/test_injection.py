"""Nothing that a value may hold adds a header, a recipient or a message (RELIABILITY T8)."""

from collections import Counter
from dataclasses import replace
from email import message_from_bytes
from email.header import decode_header
from email.policy import compat32

import pytest

from daemon.domain.message import Message
from daemon.testing.channel_contract import ADDRESS, ANN, MESSAGE
from daemon.testing.mail_server import MailServer
from tests.integrations.smtp.conftest import Connect

BREAKS = {
    "CRLF": "\r\n",
    "LF": "\n",
    "CR": "\r",
    "CR CR LF": "\r\r\n",
    "vertical tab": "\x0b",
    "form feed": "\x0c",
    "file separator": "\x1c",
    "NEL": "\x85",
    "line separator": "\u2028",
    "paragraph separator": "\u2029",
    "NUL": "\x00",
    "CRLF in another's bytes": "\u560d\u560a",
    "a folded line": "\r\n ",
    "an encoded LF in Q": "=?UTF-8?Q?=0A?=",
    "an encoded CRLF in Q": "=?utf-8?q?=0D=0A?=",
    "an encoded LF in B": "=?UTF-8?B?Cg==?=",
    "an encoded CRLF in B": "=?us-ascii?b?DQo=?=",
    "an encoded NEL": "=?latin-1?q?=85?=",
    "an encoded word with a language": "=?utf-8*en?Q?=0D=0A?=",
    "an encoded word split by a zero width": "=\u200b?UTF-8?Q?=0A?=",
    "an encoded word split by a soft hyphen": "=\u00ad?UTF-8?Q?=0A?=",
    "an encoded word split by a NUL": "=\x00?UTF-8?Q?=0A?=",
    "a doubled start": "==??UTF-8?Q?=0A?=",
    "an encoded word within another": "=?UTF-8?Q?=3D=3FUTF-8=3FQ=3F=0A=3F=3D?=",
    "two encoded words": "=?UTF-8?Q?=0D?= =?UTF-8?Q?=0A?=",
    "right-to-left override": "\u202e",
    "half a surrogate": "\ud800",
}
TAILS = {
    "Bcc": "Bcc: evil@x.test",
    "To": "To: evil@x.test",
    "a body": "\r\n\r\nA body of theirs\r\n.\r\nMAIL FROM:<evil@x.test>\r\n",
    "a type": "Content-Type: multipart/mixed; boundary=evil",
    "a long line": "Cc: " + "evil@x.test, " * 90,
}
FIELDS = ("subject", "code", "id", "reply_to", "sender_name")
ALLOWED = Counter(
    [
        *(
            "from",
            "to",
            "subject",
            "date",
            "message-id",
            "auto-submitted",
            "x-auto-response-suppress",
        ),
        *("x-daykeeper-item", "mime-version", "content-type", "content-language"),
    ]
)


def poisoned(field: str, value: str, number: int) -> Message:
    """Return a message with the value in one field, and an id of its own."""
    message = replace(MESSAGE, id=f"m-{number}")
    if field == "code":
        return replace(message, codes=("KD7Q-24", value))
    return message if field == "sender_name" else replace(message, **{field: f"{value}{number}"})


@pytest.mark.parametrize("field", FIELDS)
def test_the_headers_that_arrive_are_ours_and_the_recipient_is_one(
    server: MailServer, connect: Connect, field: str
) -> None:
    variants = [f"x {breaking}{tail}" for breaking in BREAKS.values() for tail in TAILS.values()]
    assert len(variants) * len(FIELDS) >= 200
    channel = connect(server.port)

    for number, value in enumerate(variants):
        if field == "sender_name":
            channel = connect(server.port, sender_name=value)
        channel.send(poisoned(field, value, number), ANN, f"m-{number}")

    received = server.received()
    assert [line["rcpt"] for line in received] == [[ADDRESS]] * len(variants)
    assert len({line["message_id"] for line in received}) == len(variants)
    for line in received:
        raw = (server.folder / line["file"]).read_bytes()
        mail = message_from_bytes(raw, policy=compat32)
        assert Counter(name.lower() for name in mail.keys()) == ALLOWED  # noqa: SIM118 - repeats count
        assert [part.get_content_type() for part in mail.walk()] == [
            "multipart/alternative",
            "text/plain",
            "text/html",
        ]
        for value in mail.values():
            decoded = "".join(
                part.decode(charset or "ascii") if isinstance(part, bytes) else part
                for part, charset in decode_header(value.replace("\r\n ", " "))
            )
            assert decoded.isprintable()
            assert "=?" not in decoded
