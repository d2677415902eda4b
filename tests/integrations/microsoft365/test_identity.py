"""A machine of Azure's proves who it is by its own identity, without a secret that could be lost."""

import socket
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from daemon.testing.channel_contract import ANN, MESSAGE
from daemon.testing.microsoft365.identity import (
    APP_SERVICE,
    HEADER,
    IdentityEndpoint,
    wrong,
)
from daemon.testing.microsoft365.server import Microsoft365
from daemon.testing.stand_in import Answer
from integrations.microsoft365.config import MailConfig
from tests.integrations.outcome import outcome

THEIRS = "22222222-2222-2222-2222-222222222222"
BY_ITS_OWN = {"managed_identity": True, "tenant": None, "client_id": None, "secret_file": None}
WAYS = ["app service", "virtual machine"]


def closed_port() -> int:
    """Return a port of this machine at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@pytest.fixture
def endpoint(office: Microsoft365) -> Iterator[IdentityEndpoint]:
    """Give the endpoint; nobody may ask it what it does not know."""
    with IdentityEndpoint(office.tenant, office.address) as endpoint:
        yield endpoint
        assert endpoint.refused == []


@pytest.fixture
def machine(endpoint: IdentityEndpoint, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Give a call that makes this machine one of Azure's."""

    def make(way: str, url: str = endpoint.url) -> None:
        if way == "app service":
            monkeypatch.setenv("IDENTITY_ENDPOINT", f"{url}{APP_SERVICE}")
            monkeypatch.setenv("IDENTITY_HEADER", HEADER)
        else:
            monkeypatch.setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", url)

    return make


@pytest.mark.parametrize("named", ["", THEIRS], ids=["its own", "one that was assigned to it"])
@pytest.mark.parametrize("way", WAYS)
def test_mail_goes_by_the_machines_identity(endpoint, machine, connect, arrived, way, named):
    machine(way)
    endpoint.assigned = frozenset({named})

    assert outcome(connect(**BY_ITS_OWN | {"client_id": named or None})) == ("accepted", "")

    assert len(arrived()) == 1
    assert endpoint.asked == [named]


@pytest.mark.parametrize("way", WAYS)
def test_a_token_that_runs_out_is_fetched_anew(endpoint, machine, connect, office, arrived, way):
    machine(way)
    channel = connect(**BY_ITS_OWN)
    channel.send(MESSAGE, ANN, "a")
    office.tenant.expire_tokens()

    channel.send(MESSAGE, ANN, "b")

    assert len(arrived()) == 2
    assert len(endpoint.asked) == 2


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(wrong(400, "invalid_request"), id="no such identity"),
        pytest.param(Answer(500, {"error": "unknown", "message": "x"}), id="it fails"),
        pytest.param(Answer(429, {"error": "too many", "message": "x"}), id="asked too often"),
        pytest.param(Answer(200, {}), id="a yes without a token"),
    ],
)
@pytest.mark.parametrize("way", WAYS)
def test_a_machine_without_its_identity_sends_later(
    endpoint, machine, connect, clock, arrived, way, fault
):
    machine(way)
    endpoint.fault = fault
    channel = connect(**BY_ITS_OWN)

    first = outcome(channel)
    endpoint.fault = None
    clock.now += timedelta(seconds=10)

    assert first == ("Temporary", "no-identity")
    assert outcome(channel) == ("accepted", "")
    assert len(arrived()) == 1


@pytest.mark.parametrize(
    ("way", "reason"),
    [("app service", "login-unreachable"), ("virtual machine", "no-identity")],
)
def test_a_machine_that_is_none_of_azures_says_so(machine, connect, arrived, way, reason):
    machine(way, f"http://localhost:{closed_port()}")

    assert outcome(connect(**BY_ITS_OWN)) == ("Temporary", reason)
    assert not arrived()


@pytest.mark.parametrize("way", WAYS)
def test_who_it_is_the_machine_is_never_asked_through_a_proxy(
    endpoint, machine, connect, monkeypatch, way
):
    machine(way)
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://localhost:{closed_port()}")

    assert outcome(connect(**BY_ITS_OWN)) == ("accepted", "")
    assert endpoint.asked == [""]


@pytest.mark.parametrize(
    ("assigned", "line"),
    [
        pytest.param({""}, "ok: the sign-in service gives us a token", id="it has one"),
        pytest.param(
            set[str](), "fail: this machine has no identity that gives us a token", id="it has none"
        ),
    ],
)
def test_doctor_says_whether_the_machine_has_an_identity(
    endpoint, machine, connect, assigned, line
):
    machine("virtual machine")
    endpoint.assigned = frozenset(assigned)

    lines = [f"{one.grade}: {one}" for one in connect(**BY_ITS_OWN).examine()]

    assert lines[0].startswith(line)


def test_an_identity_stands_for_certificate_and_secret(reach: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="give one of certificate_file, secret_file and"):
        MailConfig(**{**reach, "mailbox": "a@council.example", "managed_identity": True})
