"""Settings of the exchange adapter: what is refused, and with which way out."""

import pytest
from pydantic import ValidationError

from integrations.exchange.config import Config, InboxConfig

ENDPOINT = "https://mail.council.example/EWS/Exchange.asmx"


@pytest.fixture
def wanted(tmp_path):
    password = tmp_path / "exchange.password"
    password.write_text("secret")
    password.chmod(0o600)
    return {
        "endpoint": ENDPOINT, "mailbox": "daykeeper@council.example", "username": "COUNCIL\\daykeeper",
        "password_file": password,
    }  # fmt: skip


def test_an_endpoint_a_mailbox_and_a_login_are_enough(wanted):
    config = Config(**wanted)

    assert (config.auth, config.access, config.id_domain) == ("ntlm", "delegate", "council.example")


@pytest.mark.parametrize(
    "host",
    ["outlook.office365.com", "OUTLOOK.OFFICE365.COM", "outlook.office.com", "outlook.com", "ex.mail.outlook.com."],
)  # fmt: skip
@pytest.mark.parametrize("model", [Config, InboxConfig])
def test_exchange_online_is_refused_with_the_date_and_the_way_out(wanted, host, model):
    with pytest.raises(ValidationError) as refusal:
        model(**{**wanted, "endpoint": f"https://{host}/EWS/Exchange.asmx"})

    said = str(refusal.value)
    assert "1 April 2027" in said
    assert "October 2026" in said
    assert 'adapter "microsoft365"' in said


def test_a_server_whose_name_only_ends_alike_is_none_of_microsofts(wanted):
    endpoint = "https://notoutlook.com/EWS/Exchange.asmx"

    assert Config(**{**wanted, "endpoint": endpoint}).endpoint == endpoint


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param({"endpoint": ENDPOINT.replace("https", "http")}, "https://", id="in clear"),
        pytest.param({"endpoint": "https://mail.council.example"}, "like https", id="no path"),
        pytest.param(
            {"endpoint": "https://svc:pw@mail.council.example/EWS/Exchange.asmx"},
            "like https",
            id="a password in it",
        ),
        pytest.param({"endpoint": "https://[x/EWS"}, "no address", id="no address"),
        pytest.param({"endpoint": "https://a:b/EWS"}, "no address", id="a port that is none"),
        pytest.param({"mailbox": "daykeeper"}, "plain e-mail address", id="no mailbox"),
        pytest.param({"auth": "digest"}, "'ntlm' or 'basic'", id="another login"),
        pytest.param({"access": "owner"}, "'delegate' or 'impersonation'", id="another access"),
        pytest.param({"timeout_s": 26}, "25", id="longer than a lease allows"),
        pytest.param({"password": "secret"}, "password", id="a password among the settings"),
        pytest.param({"ca_file": "nowhere.pem"}, "no such file", id="no such authority"),
    ],
)
def test_what_cannot_work_or_is_not_safe_is_refused(wanted, changes, said):
    with pytest.raises(ValidationError, match=said):
        Config(**{**wanted, **changes})


def test_a_password_that_others_may_read_is_refused(wanted):
    wanted["password_file"].chmod(0o644)

    with pytest.raises(ValidationError, match="chmod 600"):
        Config(**wanted)
