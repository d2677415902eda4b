"""One call of the monitor outside: what counts as taken, and that nothing else happens by it."""

from pathlib import Path

import pytest

from daemon.auditor.beat import call
from daemon.settings.audit import Heartbeat
from tests.monitor import PATH, Monitor

TLS = Path(__file__).parents[1] / "integrations" / "smtp" / "tls"


@pytest.fixture
def monitor():
    with Monitor() as one:
        yield one


@pytest.fixture
def heartbeat(monitor, tmp_path):
    file = monitor.write_to(tmp_path / "url")
    return Heartbeat(host="127.0.0.1", url_file=file, timeout_s=0.3)


def test_a_call_says_that_it_was_made_and_nothing_more(monitor, heartbeat):
    assert call(heartbeat) == ""

    ((method, path, headers),) = monitor.calls
    assert (method, path) == ("GET", PATH)
    assert headers.keys() == {"Host", "User-Agent", "Accept", "Accept-Encoding", "Connection"}


@pytest.mark.parametrize("status", [301, 404, 429, 500])
def test_any_answer_but_yes_is_told(monitor, heartbeat, status):
    monitor.status = status

    assert call(heartbeat) == f"127.0.0.1 answers {status}"


def test_a_redirect_is_not_followed(monitor, heartbeat):
    monitor.status, monitor.headers = 302, {"Location": f"{monitor.address}/elsewhere"}

    assert call(heartbeat) == "127.0.0.1 answers 302"
    assert len(monitor.calls) == 1


def test_a_monitor_that_says_nothing_is_waited_for_no_longer_than_was_said(monitor, heartbeat):
    monitor.is_mute = True

    assert call(heartbeat).startswith("127.0.0.1 does not answer within 0.3 seconds")


def test_a_monitor_that_is_gone_is_told_without_its_address(heartbeat):
    gone = heartbeat.url_file.read_text().strip()
    with Monitor() as other:
        other.write_to(heartbeat.url_file)
        gone = other.address

    why = call(heartbeat)

    assert why.startswith("127.0.0.1 does not answer")
    assert gone not in why
    assert PATH not in why


def test_an_address_that_others_may_read_is_not_called(monitor, heartbeat):
    Path(heartbeat.url_file).chmod(0o644)

    assert call(heartbeat) == f"{heartbeat.url_file.name}: others may read this file"
    assert monitor.calls == []


@pytest.mark.parametrize(
    ("name", "trusted", "why"),
    [
        pytest.param("localhost", True, "", id="its own"),
        pytest.param(
            "elsewhere", True, "the certificate of localhost is not trusted", id="another's"
        ),
        pytest.param(
            "localhost", False, "the certificate of localhost is not trusted", id="unknown"
        ),
    ],
)
def test_over_tls_it_is_called_only_where_its_certificate_is_its_own(tmp_path, name, trusted, why):
    with Monitor((TLS / f"{name}.pem", TLS / "key-for-tests.pem")) as monitor:
        file = monitor.write_to(tmp_path / "url")
        ca_file = TLS / "authority.pem" if trusted else None

        found = call(Heartbeat(host="localhost", url_file=file, ca_file=ca_file, timeout_s=2))

        assert found == why
        assert bool(monitor.calls) == (not why)
