"""A real relay: what it takes, what it reports, and that we know our own message in its report."""

import os
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from daemon.domain.errors import Permanent, Temporary
from daemon.domain.event import Bounce
from daemon.domain.incoming.sort import sort
from daemon.domain.person import Person
from daemon.examined import Grade
from daemon.testing.channel_contract import ADDRESS, ANN, MESSAGE
from tests.faults.runner import until
from tests.integrations.smtp.conftest import TLS, Connect
from tests.postfix import Postfix, why_not

GONE = "left@council.example"
OURS = "daykeeper@council.example"


@pytest.fixture
def relay(server, request):
    if why := why_not():
        if os.environ.get("CI") == "true" and os.getuid() == 0:
            pytest.fail(why)
        pytest.skip(why)
    with Postfix(server.port, getattr(request, "param", "")) as running:
        yield running


@pytest.mark.slow
@pytest.mark.parametrize(
    ("relay", "reason"),
    [
        pytest.param(
            "smtpd_relay_restrictions = reject_unauth_destination",
            "not-relayed",
            id="it relays nothing",
        ),
        pytest.param(
            f"smtpd_sender_restrictions = check_sender_access inline:{{{OURS}=REJECT}}",
            "sender-refused",
            id="not from this sender",
        ),
    ],
    indirect=["relay"],
)
def test_a_real_relay_that_does_not_like_us_says_so_at_the_recipient_and_nothing_is_lost(
    relay, connect: Connect, reason
):
    channel = connect(relay.port, security="starttls", ca_file=TLS / "authority.pem")

    with pytest.raises(Temporary, match=reason):
        channel.send(MESSAGE, ANN, MESSAGE.id)

    assert [str(one) for one in channel.examine() if one.grade is Grade.FAIL] == [
        f"it does not let {OURS} send (it answers 554); correct sender, or have the server allow it"
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    "relay",
    [
        pytest.param(
            f"relay_domains = council.example\nrelay_recipient_maps = inline:{{{ADDRESS}=OK, {OURS}=OK}}",
            id="by its table",
        )
    ],
    indirect=True,
)
def test_a_real_relay_that_knows_no_such_reader_refuses_that_reader_alone(relay, connect: Connect):
    channel = connect(relay.port, security="starttls", ca_file=TLS / "authority.pem")

    with pytest.raises(Permanent, match="refused-550"):
        channel.send(MESSAGE, Person("ben", {"email": GONE}), MESSAGE.id)

    assert channel.send(MESSAGE, ANN, MESSAGE.id).provider_id is not None


@pytest.mark.slow
def test_a_real_relay_takes_a_message_and_reports_one_that_nobody_gets(
    relay, server, connect: Connect, arrived
):
    server.switch(refuse=[GONE])
    channel = connect(relay.port, security="starttls", ca_file=TLS / "authority.pem")
    lost = replace(MESSAGE, id="01JQ-8")

    taken = channel.send(MESSAGE, ANN, MESSAGE.id)
    channel.send(lost, Person("ben", {"email": GONE}), lost.id)
    until(lambda: len(arrived()) >= 2, 60, "the relay hands on a mail and a report")

    by_reader = {
        line["rcpt"][0]: mail for line, mail in zip(server.received(), arrived(), strict=True)
    }
    report = by_reader[OURS]
    assert by_reader.keys() == {ADDRESS, OURS}
    assert taken.provider_id is not None
    assert by_reader[ADDRESS]["Message-ID"] == "<01JQ-7@council.example>"
    assert report.get_content_type() == "multipart/report"
    assert MESSAGE.text.splitlines()[0] not in report.as_string()
    heard = list(sort(report.as_bytes(), datetime.now(UTC), frozenset({OURS}), "council.example"))
    assert [(one.message, one.is_final) for one in heard if isinstance(one, Bounce)] == [
        (lost.id, True)
    ]
    assert len(heard) == 1
