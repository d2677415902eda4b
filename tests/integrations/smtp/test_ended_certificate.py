"""A relay whose certificate has ended is handed nothing (RELIABILITY T20)."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from daemon.domain.errors import Temporary
from daemon.testing.channel_contract import ANN, MESSAGE
from daemon.testing.mail_server import MailServer
from tests.integrations.smtp.conftest import Connect

DAY = timedelta(days=1)


def certificate(folder: Path, ends_in: timedelta) -> tuple[Path, Path]:
    """Return a server's own certificate, which stands for itself, and its key."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - 10 * DAY)
        .not_valid_after(now + ends_in)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    shown, kept = folder / "relay.pem", folder / "relay.key"
    shown.write_bytes(made.public_bytes(Encoding.PEM))
    kept.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return shown, kept


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize(
    ("ends_in", "taken"), [pytest.param(DAY, 1, id="in force"), pytest.param(-DAY, 0, id="ended")]
)
def test_nothing_is_handed_over_once_the_certificate_has_ended(
    tmp_path: Path, connect: Connect, security: str, ends_in: timedelta, taken: int
) -> None:
    shown, key = certificate(tmp_path, ends_in)
    options = ["--certificate", str(shown), "--key", str(key)]
    options += ["--tls"] if security == "tls" else []

    with MailServer(tmp_path / "mail", *options) as server:
        channel = connect(server.port, timeout_s=3, security=security, ca_file=shown)
        if taken:
            channel.send(MESSAGE, ANN, MESSAGE.id)
        else:
            with pytest.raises(Temporary, match="tls-unverified"):
                channel.send(MESSAGE, ANN, MESSAGE.id)

        assert len(server.received()) == taken


def test_no_older_tls_than_1_2_is_spoken(connect: Connect) -> None:
    assert connect(1, security="tls", host="relay.example").pool.context.minimum_version >= (
        ssl.TLSVersion.TLSv1_2
    )
