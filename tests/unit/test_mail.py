"""Headers, addresses and ids as they leave, whatever came in."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from daemon.domain.errors import Permanent
from daemon.domain.mail import (
    Sender,
    as_mail,
    header_text,
    mail_address,
    message_id,
    one_line,
    parse_address,
    parse_domain,
    safe_id,
)
from daemon.domain.message import Lane, Message
from daemon.domain.person import Person

NOW = datetime(2026, 3, 6, 17, tzinfo=UTC)
SENDER = Sender("daykeeper@council.example", "Daykeeper", "council.example")
MESSAGE = Message("01JQ", "email", "Invite list: SC-1", "Text\n", "<p>Text</p>\n", made_at=NOW)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        pytest.param("Invite list: SC-100234", "Invite list: SC-100234", id="plain words stay"),
        pytest.param("a\r\nBcc: b@x.test", "a Bcc: b@x.test", id="a line end becomes a space"),
        pytest.param("a\u2028b\u2029c\x85d\x0be", "a b c d e", id="so do the rarer line ends"),
        pytest.param("a\x00b\x1bc\x7fd", "a b c d", id="controls become spaces"),
        pytest.param("\u202eevil\u2066x\u2069", "evilx", id="text cannot be turned round"),
        pytest.param("a\u200b\ufeffb\ud800c", "abc", id="unseen and half characters go"),
        pytest.param("x =?UTF-8?Q?=0A?=Bcc: e", "x = ?UTF-8?Q?=0A?=Bcc: e", id="an encoded word"),
        pytest.param("=\u200b?u?q?=0A?=", "= ?u?q?=0A?=", id="an encoded word in disguise"),
        pytest.param("=\u00ad?u?q?=0A?=", "= ?u?q?=0A?=", id="a soft hyphen as disguise"),
        pytest.param("  a \t b  ", "a b", id="spaces are folded"),
        pytest.param("x" * 500, "x" * 199 + "…", id="long ones are cut and say so"),
        pytest.param(7, "7", id="a number"),
    ],
)
def test_a_header_holds_only_one_visible_line(value: object, shown: str) -> None:
    assert header_text(value) == shown


def test_a_line_of_a_body_keeps_what_only_a_header_fears() -> None:
    assert one_line("see https://x.test/?a=?b\nnow") == "see https://x.test/?a=?b now"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("sw1@council.example", id="plain"),
        pytest.param("o'neil+cp_1.a-b@sub.council.gov.uk", id="every character that we take"),
    ],
)
def test_a_plain_address_is_taken(text: str) -> None:
    assert parse_address(text) == text


def test_the_domain_of_an_address_is_lower_case_and_the_rest_is_left_alone() -> None:
    assert parse_address("Ann.B@Council.EXAMPLE") == "Ann.B@council.example"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("ann", id="no domain"),
        pytest.param("@council.example", id="no local part"),
        pytest.param("ann@localhost", id="a domain of one label"),
        pytest.param("ann@[127.0.0.1]", id="a domain literal"),
        pytest.param("ann@council..example", id="an empty label"),
        pytest.param("ann@-council.example", id="a label that starts with a hyphen"),
        pytest.param(".ann@council.example", id="a leading dot"),
        pytest.param("an..n@council.example", id="two dots"),
        pytest.param("a@b@council.example", id="two at signs"),
        pytest.param("a!b@council.example", id="a bang path"),
        pytest.param("a%b@council.example", id="a percent route"),
        pytest.param("@x.test:ann@council.example", id="a source route"),
        pytest.param("Ann <ann@council.example>", id="a display name"),
        pytest.param('"ann b"@council.example', id="quoting"),
        pytest.param("ann(x)@council.example", id="a comment"),
        pytest.param("ann@council.example ", id="a space behind"),
        pytest.param("ann@council.example,b@x.test", id="two addresses"),
        pytest.param("ann@council.example\r\nRCPT TO:<b@x.test>", id="a second command"),
        pytest.param("ann@council.example\n", id="a line end behind"),
        pytest.param("ann@council.example\x00", id="a NUL behind"),
        pytest.param("änn@council.example", id="a letter that is not ASCII"),
        pytest.param("ann@cоuncil.example", id="a Cyrillic o in the domain"),
        pytest.param("=?utf-8?q?ann?=@council.example", id="an encoded word"),
        pytest.param("a" * 65 + "@council.example", id="a local part too long"),
        pytest.param("a@" + "b" * 64 + ".example", id="a label too long"),
        pytest.param("a@" + ".".join(["b" * 60] * 5), id="an address too long"),
    ],
)
def test_anything_but_a_plain_address_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(ValueError, match=r"^is not a plain e-mail address$"):
        parse_address(text)


def test_a_domain_is_read_as_strictly() -> None:
    assert parse_domain("Council.Example") == "council.example"
    with pytest.raises(ValueError, match="plain"):
        parse_domain("council.example>\r\nBcc: b@x.test")


def test_different_ids_stay_different_and_fit_a_file_name() -> None:
    ids = ["a.b", "a_b", "a/b", "../a", "a b", "a_2e_b", "", "x" * 500, "x" * 501, "å", "A", "a"]

    safe = [safe_id(identity) for identity in ids]

    assert len(set(safe)) == len(ids)
    assert all(re.fullmatch("[A-Za-z0-9_-]+", one) for one in safe)
    assert max(map(len, safe)) <= 120


def test_a_message_id_is_the_same_on_every_attempt() -> None:
    assert message_id("01JQ-7", "council.example") == "<01JQ-7@council.example>"
    assert message_id("a b>", "council.example") == "<a_20_b_3e_@council.example>"


def test_a_mail_says_who_when_and_that_no_person_wrote_it() -> None:
    message = replace(MESSAGE, codes=("KD7Q-24", "KD7Q-25"), reply_to="duty@council.example")

    mail = as_mail(message, "ann@council.example", SENDER, NOW)

    assert {key: str(value) for key, value in mail.items() if key != "Content-Type"} == {
        "From": "Daykeeper <daykeeper@council.example>",
        "To": "ann@council.example",
        "Subject": "Invite list: SC-1",
        "Date": "Fri, 06 Mar 2026 17:00:00 +0000",
        "Message-ID": "<01JQ@council.example>",
        "Reply-To": "duty@council.example",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "OOF, AutoReply",
        "X-Daykeeper-Item": "KD7Q-24 KD7Q-25",
        "MIME-Version": "1.0",
        "Content-Language": "en-GB",
    }
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]


def test_only_an_urgent_mail_calls_itself_important() -> None:
    urgent = as_mail(replace(MESSAGE, lane=Lane.URGENT), "ann@council.example", SENDER, NOW)
    routine = as_mail(MESSAGE, "ann@council.example", SENDER, NOW)

    assert (urgent["Importance"], urgent["X-Priority"]) == ("high", "1")
    assert (routine["Importance"], routine["X-Priority"]) == (None, None)


def test_every_attempt_is_the_same_mail_byte_for_byte() -> None:
    later = NOW.replace(hour=18)

    first, second = (as_mail(MESSAGE, "ann@council.example", SENDER, now) for now in (NOW, later))

    assert first.as_bytes() == second.as_bytes()


def test_a_reply_address_that_is_none_is_left_out_rather_than_the_mail() -> None:
    mail = as_mail(
        replace(MESSAGE, reply_to="a@b\r\nBcc: c@x.test"), "ann@council.example", SENDER, NOW
    )

    assert mail["Reply-To"] is None
    assert mail["Bcc"] is None


def test_a_message_that_does_not_say_when_it_was_made_is_dated_now() -> None:
    mail = as_mail(replace(MESSAGE, made_at=None), "ann@council.example", SENDER, NOW)

    assert mail["Date"].datetime == NOW


def test_a_person_without_a_mail_address_is_refused_for_good() -> None:
    assert (
        mail_address(Person("ann", {"email": "ann@council.example"}), "email")
        == "ann@council.example"
    )
    for addresses, reason in (({}, "no-address"), ({"email": "ann"}, "bad-address")):
        with pytest.raises(Permanent, match=f"^{reason}$"):
            mail_address(Person("ann", addresses), "email")
