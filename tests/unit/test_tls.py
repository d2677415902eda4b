"""Whom we speak with by TLS, and how old its TLS may be: one context serves every connection of ours."""

import ssl
from pathlib import Path

import pytest

from daemon.option_parts import tls

ROOT = Path(__file__).parents[2]
OURS = ROOT / "tests" / "integrations" / "smtp" / "tls"


def server_of(newest: ssl.TLSVersion) -> ssl.SSLContext:
    """Return a server that speaks nothing newer, whatever its system thinks of that."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(OURS / "localhost.pem", OURS / "key-for-tests.pem")
    return spoken(context, newest)


def spoken(context: ssl.SSLContext, version: ssl.TLSVersion) -> ssl.SSLContext:
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = version
    return context


def shake_hands(client: ssl.SSLContext, server: ssl.SSLContext, name: str = "localhost") -> str:
    """Return the version that both agree upon; raises SSLError where there is none."""
    here, there = (ssl.MemoryBIO(), ssl.MemoryBIO()), (ssl.MemoryBIO(), ssl.MemoryBIO())
    ours = client.wrap_bio(here[0], here[1], server_hostname=name)
    theirs = server.wrap_bio(there[0], there[1], server_side=True)
    for _ in range(5):
        for side in (ours, theirs):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
            finally:
                there[0].write(here[1].read())
                here[0].write(there[1].read())
    return str(ours.version())


OLD = "ignore:ssl.TLSVersion.TLSv1_1 is deprecated:DeprecationWarning"


@pytest.mark.filterwarnings(OLD)
def test_a_server_of_tls_1_1_is_refused():
    server, easy = server_of(ssl.TLSVersion.TLSv1_1), tls(OURS / "authority.pem")

    with pytest.raises(ssl.SSLError, match=r"(?i)protocol|version"):
        shake_hands(tls(OURS / "authority.pem"), server)

    assert shake_hands(spoken(easy, ssl.TLSVersion.TLSv1_1), server) == "TLSv1.1"


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_newer_one_that_is_vouched_for_is_met(version):
    assert shake_hands(tls(OURS / "authority.pem"), server_of(version)).startswith("TLSv1.")


@pytest.mark.parametrize(
    ("authority", "name"),
    [
        pytest.param(None, "localhost", id="nobody whom we know vouches for it"),
        pytest.param(OURS / "authority.pem", "other.example", id="it is another's"),
    ],
)
def test_one_that_is_not_vouched_for_is_refused(authority, name):
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(tls(authority), server_of(ssl.TLSVersion.TLSv1_3), name)


def test_no_connection_of_the_product_is_made_by_other_terms():
    made = ("create_default_context", "SSLContext(", "_create_unverified_context")
    found = [
        str(file.relative_to(ROOT))
        for folder in ("daemon", "integrations")
        for file in sorted((ROOT / folder).rglob("*.py"))
        if not file.is_relative_to(ROOT / "daemon" / "testing")
        and any(word in file.read_text("utf-8") for word in made)
    ]

    assert found == ["daemon/option_parts.py"]
