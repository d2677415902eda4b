"""What machines send: mail that did not arrive, receipts, absences; none of it is an answer."""

import pytest

from daemon.domain.event import AutomaticReply, Bounce
from daemon.domain.incoming.parts import TooMuch
from daemon.domain.incoming.sort import Odd
from daemon.domain.mail import message_id
from daemon.testing.inbox_contract import (
    ABSENCE,
    ANN,
    BEN,
    OWN,
    answer,
    bounce,
    reply_text,
    written,
)
from tests.integrations.mailbox.mails import DOMAIN, LATER, multipart, sorted_out

PLAIN = (b"message/delivery-status", b"text/plain")


@pytest.mark.parametrize(
    ("raw", "is_final"),
    [
        pytest.param(bounce(), True, id="refused"),
        pytest.param(bounce(action="DELAYED"), False, id="still tried"),
        pytest.param(bounce().replace(b"Action: failed\n", b""), True, id="by its status alone"),
        pytest.param(
            bounce().replace(b"Action: failed\n", b"").replace(b"5.1.1", b"4.4.1"),
            False,
            id="by its status alone, still tried",
        ),
        pytest.param(
            bounce("<lost@elsewhere.example>").replace(
                b"Reporting-MTA", b"Original-Envelope-Id: 01JQ-7\nReporting-MTA"
            ),
            True,
            id="by its envelope",
        ),
        pytest.param(
            bounce().replace(b"text/rfc822-headers", b"message/rfc822"),
            True,
            id="with the message itself",
        ),
        pytest.param(
            bounce("\n <01JQ-7@COUNCIL.example>"), True, id="with a folded header, in capitals"
        ),
        pytest.param(
            bounce().replace(*PLAIN).replace(b"Subject", b"X-Failed-Recipients: a@x.test\nSubject"),
            True,
            id="in words, with a header that says so",
        ),
        pytest.param(
            written(BEN, "see below").as_bytes().replace(b"text/plain", b"message/rfc822")
            + bounce(),
            True,
            id="forwarded",
        ),
    ],
)
def test_a_bounce_names_the_message_that_did_not_arrive(raw, is_final):
    assert sorted_out(raw) == [Bounce("01JQ-7", LATER, is_final=is_final)]


def test_a_report_that_a_message_arrived_needs_nobody():
    assert sorted_out(bounce(action="delivered")) == []


@pytest.mark.parametrize("identity", ["01JQ-7", "a/b:c_d", "Å", "_", "__", "_5f_", "\U0001f600"])
def test_a_message_is_known_by_the_id_that_it_left_with(identity):
    (found,) = sorted_out(bounce(message_id(identity, DOMAIN)))

    assert found.message == identity


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"Auto_Submitted": "auto-replied (vacation)"}, id="as the standard says"),
        pytest.param({"Auto_Submitted": "auto-generated; by=x"}, id="made by a machine"),
        pytest.param({"X_Autoreply": "yes"}, id="as Exim's users say"),
        pytest.param({"X_Autorespond": "away"}, id="as some hosts say"),
        pytest.param({"Precedence": "auto_reply"}, id="as old programs say"),
        pytest.param({"Precedence": "bulk"}, id="to many"),
        pytest.param({"Return_Path": "<>"}, id="from nowhere"),
        pytest.param(
            {"X_Message_Class": "IPM.Note.Rules.OofTemplate.Microsoft"}, id="Outlook's class"
        ),
    ],
)
def test_a_machines_reply_answers_nothing(headers):
    raw = written(BEN, References=f"<x@y.example> <01JQ-7@{DOMAIN}>", **headers).as_bytes()

    assert sorted_out(raw) == [AutomaticReply(BEN, LATER, "01JQ-7")]


def test_a_read_receipt_is_a_machines_reply():
    raw = multipart("report; report-type=disposition-notification", b"\r\nread")

    assert sorted_out(raw) == [AutomaticReply(ANN, LATER, None)]


def test_a_machine_that_accepts_for_a_person_is_no_answer():
    raw = answer(reply_text(), Auto_Submitted="auto-replied")

    assert sorted_out(raw) == [AutomaticReply(ANN, LATER, None)]


def test_a_note_that_does_not_say_to_what_is_kept_by_its_sender():
    assert sorted_out(ABSENCE.replace(b"01JQ-7@", b"01JQ-7.@")) == [
        AutomaticReply(BEN, LATER, None)
    ]


def test_our_own_mail_is_passed_over():
    assert sorted_out(OWN) == []


def test_mail_that_says_it_is_no_machine_is_a_persons():
    with pytest.raises(Odd):
        sorted_out(written(ANN, Auto_Submitted="no").as_bytes())


def test_a_mail_beyond_the_bounds_says_which():
    with pytest.raises(TooMuch, match="more parts"):
        sorted_out(multipart("mixed", *[b"\r\nx"] * 101))
