"""What the settings of Microsoft 365 may say."""

import pytest
from pydantic import ValidationError

from integrations.microsoft365.config import MailConfig

GIVEN = {"tenant": "council.example", "client_id": "2222", "mailbox": "daykeeper@council.example"}


@pytest.fixture
def secret(tmp_path):
    file = tmp_path / "secret"
    file.touch(mode=0o600)
    return file


@pytest.mark.parametrize(
    ("options", "said"),
    [
        pytest.param({"graph": "https://graph.evil.example"}, "none of Microsoft's", id="another host"),
        pytest.param({"graph": "http://graph.microsoft.com"}, "https://HOST", id="in clear"),
        pytest.param({"graph": "https://graph.microsoft.com/beta"}, "https://HOST", id="a path"),
        pytest.param({"login": "https://a@login.microsoftonline.com"}, "https://HOST", id="a name in it"),
        pytest.param({"login": "https://graph.microsoft.com"}, "none of Microsoft's", id="the wrong host"),
        pytest.param({"managed_identity": True}, "give one of", id="two proofs"),
        pytest.param({"secret_file": None}, "give one of", id="no proof"),
        pytest.param({"tenant": None}, "app registration", id="no tenant"),
        pytest.param({"mailbox": "a@b@c"}, "plain e-mail", id="no mailbox"),
        pytest.param({"chat": True}, "Extra inputs", id="an option that there is not"),
    ],
)  # fmt: skip
def test_what_could_show_our_token_or_proves_nothing_is_refused(secret, options, said):
    with pytest.raises(ValidationError, match=said):
        MailConfig(**{**GIVEN, "secret_file": secret, **options})


def test_a_secret_that_others_can_read_is_refused(secret):
    secret.chmod(0o644)

    with pytest.raises(ValidationError, match="chmod 600"):
        MailConfig(**GIVEN, secret_file=secret)


def test_the_hosts_are_microsofts_unless_told_otherwise(secret):
    config = MailConfig(**GIVEN, secret_file=secret)

    assert (config.graph, config.login) == (
        "https://graph.microsoft.com",
        "https://login.microsoftonline.com",
    )
    assert (
        config.connection == config.model_copy(update={"mailbox": "b@council.example"}).connection
    )
