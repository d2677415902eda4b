"""What an administrator is told of a service of Notify before anybody relies on it."""

import socket
from typing import Any

import pytest

from daemon.testing.notify.faults import Fault
from daemon.testing.notify.server import (
    LETTER_TEMPLATE,
    TEMPLATE,
    TEXT_TEMPLATE,
    NotifyServer,
)
from integrations.govuk_notify.channel import NotifyEmail, NotifyText
from integrations.govuk_notify.post import NotifyPost
from integrations.govuk_notify.receipts import Receipts
from tests.integrations.govuk_notify.conftest import Connect

ELSEWHERE = "00000000-0000-4000-8000-000000000000"


def told(adapter: Any) -> list[str]:
    """Return a line for each finding."""
    return [f"{one.grade}: {one}" for one in adapter.examine()]


@pytest.mark.parametrize(
    ("kind", "last"),
    [
        pytest.param(
            NotifyEmail,
            f"ok: the template {TEMPLATE} is there, of the kind email, and has ((message)), ((subject))",
            id="mail",
        ),
        pytest.param(
            NotifyText,
            f"ok: the template {TEXT_TEMPLATE} is there, of the kind sms, and has ((message))",
            id="texts",
        ),
        pytest.param(NotifyPost, "ok: letters can be printed", id="letters"),
        pytest.param(Receipts, "ok: Notify takes the key", id="what comes back"),
    ],
)
def test_a_service_that_is_well_set_up_is_fine_and_sends_nothing(
    server: NotifyServer, connect: Connect, kind: Any, last: str
) -> None:
    lines = told(connect(kind))

    assert {"ok: Notify takes the key", lines[-1]} == {*lines}
    assert lines[-1] == last
    assert server.taken == server.refused == []


@pytest.mark.parametrize(
    ("fault", "line"),
    [
        pytest.param(Fault.REVOKED, "fail: Notify refuses the key", id="a key that was revoked"),
        pytest.param(
            Fault.CLOCK, "fail: this machine's clock is more than 30 seconds off", id="the clock"
        ),
        pytest.param(
            Fault.DOWN, "fail: it does not answer as it should (server-error)", id="it is down"
        ),
        pytest.param(Fault.LIMITED, "warn: it is asked too often now", id="too many questions"),
    ],
)
def test_what_keeps_us_out_is_said_with_what_to_do(
    server: NotifyServer, connect: Connect, fault: Fault, line: str
) -> None:
    server.listing_fault = fault

    lines = told(connect())

    assert len(lines) == 1
    assert lines[0].startswith(line)
    assert "; " in lines[0]


@pytest.mark.parametrize(
    ("template", "lines"),
    [
        pytest.param(
            {"type": "sms", "subject": None},
            [f"fail: the template {TEMPLATE} is of the kind sms, not email"],
            id="one for texts",
        ),
        pytest.param(
            {"subject": "A message"},
            [f"fail: the template {TEMPLATE} lacks ((subject)): what we say there reaches nobody"],
            id="words of its own",
        ),
        pytest.param(
            {"body": "Dear ((first name)), ((message))"},
            [f"fail: the template {TEMPLATE} asks for ((firstname)), which we do not fill"],
            id="a field that we do not fill",
        ),
        pytest.param(
            {"body": "((MESSAGE)) ((mess-age??More.))", "subject": "((Subject))"},
            [],
            id="the same fields as Notify compares them",
        ),
    ],
)
def test_a_template_that_does_not_fit_is_said_to_be(
    server: NotifyServer, connect: Connect, template: dict[str, str], lines: list[str]
) -> None:
    server.templates[TEMPLATE] |= template

    failing = [one for one in told(connect()) if one.startswith("fail")]

    assert [one.partition(": nothing")[0].partition(";")[0] for one in failing] == lines


def test_a_template_of_another_service_is_not_there(connect: Connect) -> None:
    lines = told(connect(template=ELSEWHERE))

    assert lines[-1].startswith(f"fail: the template {ELSEWHERE} is none of this service")


def test_a_template_of_letters_is_looked_at(connect: Connect) -> None:
    lines = told(connect(NotifyPost, template=LETTER_TEMPLATE))
    wrong = told(connect(NotifyPost, template=TEMPLATE))

    assert f"ok: the template {LETTER_TEMPLATE} is there, of the kind letter, and has ((message))" in lines  # fmt: skip
    assert any(one.startswith(f"fail: the template {TEMPLATE} is of the kind email") for one in wrong)  # fmt: skip


def test_a_key_for_trying_out_is_warned_of(connect: Connect) -> None:
    lines = told(connect(key_type="team"))

    assert lines[0].startswith("warn: the key is one of the kind team")


def test_a_service_that_is_not_there_cannot_be_reached(connect: Connect) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    lines = told(connect(base_url=f"http://localhost:{port}"))

    assert [one.partition(";")[0] for one in lines] == ["fail: localhost cannot be reached"]
