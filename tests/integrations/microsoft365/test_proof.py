"""By what we prove who we are to Microsoft 365, and what a token, a secret or a certificate that fails costs."""

from datetime import timedelta

import pytest

from daemon.domain.errors import (
    Refusal,
    Temporary,
)
from daemon.testing.channel_contract import ANN, MESSAGE
from daemon.testing.microsoft365.certificate import make_certificate
from daemon.testing.microsoft365.faults import Fault
from tests.integrations.outcome import outcome

LOGIN = r"/token$"


def test_a_token_that_runs_out_in_the_middle_is_fetched_anew(office, connect, arrived):
    channel = connect()
    channel.send(MESSAGE, ANN, "a")
    office.tenant.expire_tokens()

    channel.send(MESSAGE, ANN, "b")

    assert len(arrived()) == 2


def test_a_wrong_secret_is_ours_to_mend(office, connect, arrived):
    office.tenant.secret = "another"

    assert outcome(connect()) == ("Temporary", "login-refused")
    assert not arrived()


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        pytest.param(Fault(503, times=1, on=LOGIN), "login-unreachable", id="not now"),
        pytest.param(Fault(0, times=1, on=LOGIN), "login-unreachable", id="cut"),
        pytest.param(Fault(429, times=1, on=LOGIN), "login-refused", id="too many requests"),
    ],
)
def test_a_login_that_fails_once_is_asked_again_and_not_remembered(
    office, connect, clock, fault, reason
):
    channel = connect()
    office.misbehave(fault)
    with pytest.raises(Temporary) as first:
        channel.send(MESSAGE, ANN, "a")
    calls = len(office.tenant.log)

    with pytest.raises(Temporary) as second:
        channel.send(MESSAGE, ANN, "b")

    assert first.value.reason == reason
    assert second.value.reason == "throttled"
    assert len(office.tenant.log) == calls
    clock.now += timedelta(seconds=10)
    assert channel.send(MESSAGE, ANN, "a")


def test_a_new_secret_is_read_when_the_old_one_is_refused(office, connect, clock, reach):
    office.tenant.secret = "another"
    channel = connect()
    assert outcome(channel) == ("Temporary", "login-refused")

    reach["secret_file"].write_text("another")
    clock.now += timedelta(seconds=10)

    assert channel.send(MESSAGE, ANN, "a")


@pytest.mark.parametrize(
    ("option", "mode", "said"),
    [
        pytest.param("certificate_file", 0o600, "put both into one PEM file", id="no certificate"),
        pytest.param("ca_file", 0o644, "there is no certificate", id="nothing to trust"),
    ],
)
def test_a_file_that_is_not_what_it_should_be_is_said_before_anything_starts(
    connect, tmp_path, option, mode, said
):
    file = tmp_path / "file.pem"
    file.write_text("not this")
    file.chmod(mode)
    secret = {"secret_file": None} if option == "certificate_file" else {}

    with pytest.raises(Refusal, match=said):
        connect(**{option: file, **secret})


def test_a_certificate_proves_who_we_are_as_well_as_a_secret(connect, tmp_path, office, arrived):
    certificate, key = make_certificate(tmp_path / "own", "Daykeeper")
    both = tmp_path / "both.pem"
    both.touch(mode=0o600)
    both.write_bytes(certificate.read_bytes() + key.read_bytes())
    office.tenant.secret = "of another application"

    assert outcome(connect(secret_file=None, certificate_file=both)) == ("accepted", "")
    assert len(arrived()) == 1
