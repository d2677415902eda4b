"""Mail is signed for its domain, so that whoever gets it can tell that nobody has changed it."""

import base64
import re
from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from pydantic import ValidationError

from daemon.domain.errors import Temporary
from daemon.testing.channel_contract import ANN, MESSAGE
from integrations.smtp.config import Config
from tests.integrations.smtp.conftest import Connect

KEY = rsa.generate_private_key(65537, 2048)
PLACE = b"may26._domainkey.council.example."
GIVEN = {"host": "localhost", "security": "none", "sender": "daykeeper@council.example"}


def kept(
    folder: Path, key=KEY, form=PrivateFormat.PKCS8, hidden=None, mode: int = 0o600
) -> dict[str, str]:
    """Write a key into a folder, and return the options that name it."""
    file = folder / "dkim.pem"
    file.write_bytes(key.private_bytes(Encoding.PEM, form, hidden or NoEncryption()))
    file.chmod(mode)
    return {"dkim_key_file": str(file), "dkim_selector": "may26"}


def resolver(name: bytes, timeout: float = 5) -> bytes | None:
    """Return what the domain's name server says of our key."""
    public = KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return b"v=DKIM1; k=rsa; p=" + base64.b64encode(public) if name == PLACE else None


def is_genuine(raw: bytes) -> bool:
    return bool(dkim.verify(raw, dnsfunc=resolver))


@pytest.mark.parametrize("form", [PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL])
def test_what_arrives_bears_our_signature(tmp_path, server, connect: Connect, form):
    label = {"secure": {"*": "label"}, "secure_label": "X-Label: SECRET"}
    channel = connect(server.port, **kept(tmp_path, form=form), **label)

    channel.send(MESSAGE, ANN, MESSAGE.id)

    (raw,) = [path.read_bytes() for path in (tmp_path / "mail").glob("*.eml")]
    says = re.sub(rb"\s", b"", raw.partition(b"\r\nFrom:")[0])
    assert is_genuine(raw)
    assert b"d=council.example;" in says
    assert b"c=relaxed/relaxed;" in says
    assert b":x-label" in says


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(b"list for SC", b"list for XX", id="a word of it"),
        pytest.param(b"Subject: ", b"Subject: Re: ", id="its subject"),
        pytest.param(b"\r\nTo: ", b"\r\nReply-To: eve@else.example\r\nTo: ", id="whom to answer"),
        pytest.param(b"\r\nTo: ", b"\r\nSubject: another\r\nTo: ", id="a second subject"),
        pytest.param(b"X-Daykeeper-Item: KD7Q", b"X-Daykeeper-Item: AB1C", id="the item it names"),
    ],
)
def test_what_was_changed_on_its_way_is_known_for_it(tmp_path, connect: Connect, old, new):
    raw = connect(25, **kept(tmp_path)).whole(MESSAGE, "ann@council.example")

    changed = raw.replace(old, new, 1)

    assert raw != changed
    assert is_genuine(raw)
    assert not is_genuine(changed)


def test_a_relay_may_add_a_line_and_fold_another(tmp_path, connect: Connect):
    raw = connect(25, **kept(tmp_path)).whole(MESSAGE, "ann@council.example")

    relayed = b"Received: from a by b; Fri, 6 Mar 2026 17:00:01 +0000\r\n" + raw.replace(
        b"Subject: Conference ", b"Subject: Conference\r\n ", 1
    )

    assert is_genuine(relayed)


def test_a_key_that_is_changed_signs_the_next_mail_and_while_there_is_none_mail_waits(
    tmp_path, server, connect: Connect
):
    given = kept(tmp_path, rsa.generate_private_key(65537, 2048))
    channel, file = connect(server.port, **given), tmp_path / "dkim.pem"
    before = channel.whole(MESSAGE, "ann@council.example")

    file.write_text("")
    with pytest.raises(Temporary, match="dkim-key-unreadable"):
        channel.send(MESSAGE, ANN, MESSAGE.id)
    kept(tmp_path)
    channel.send(MESSAGE, ANN, MESSAGE.id)

    (raw,) = [path.read_bytes() for path in (tmp_path / "mail").glob("*.eml")]
    assert not is_genuine(before)
    assert is_genuine(raw)


def test_no_key_stands_in_what_is_printed(tmp_path, connect: Connect):
    channel = connect(25, **kept(tmp_path))

    assert repr(channel.signer) == "Signer(may26._domainkey.council.example)"
    assert channel.explain() == [
        "mail is signed; its key is looked for at may26._domainkey.council.example"
    ]


@pytest.mark.parametrize(
    ("given", "what"),
    [
        pytest.param({"mode": 0o644}, "chmod 600", id="others may read it"),
        pytest.param({"key": rsa.generate_private_key(65537, 1024)}, "2048 bits", id="too short"),
        pytest.param({"key": ec.generate_private_key(ec.SECP256R1())}, "no RSA key", id="no RSA"),
        pytest.param(
            {"hidden": BestAvailableEncryption(b"word")}, "without a password", id="it is locked"
        ),
    ],
)
def test_a_key_that_cannot_sign_is_refused_before_anything_is_sent(tmp_path, given, what):
    with pytest.raises(ValidationError, match=what):
        Config.model_validate(GIVEN | kept(tmp_path, **given))


def test_a_key_without_its_name_is_refused(tmp_path):
    options = kept(tmp_path)
    del options["dkim_selector"]

    with pytest.raises(ValidationError, match="go together"):
        Config.model_validate(GIVEN | options)
