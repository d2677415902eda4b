"""Settings with which Notify could not be used, or would reach nobody, are refused with what to do."""

import subprocess
import sys

import pytest
from pydantic import ValidationError

from daemon.plugins import load, way
from daemon.settings.whole import load as settings_of
from daemon.testing.notify.server import KEY, SERVICE, TEMPLATE
from integrations.govuk_notify.config import EmailConfig, ReceiptsConfig
from tests.integrations.govuk_notify.conftest import NOW, Connect, private

SETTINGS = """
authority = "testshire"
title = "Testshire"
operator = "operator@council.example"
fallback = "duty"
web.secret_file = "link.key"

[post]
adapter = "govuk_notify"
options = { api_key_file = "notify.key", postage = "first" }
"""


def given(folder, key=KEY, **more):
    return {"api_key_file": private(folder / "notify.key", key), "template": TEMPLATE, **more}


@pytest.mark.parametrize(
    ("more", "what"),
    [
        pytest.param({"key": "not-a-key"}, "holds no API key", id="no key"),
        pytest.param({"key": KEY.replace("daykeeper", "team_key")}, "live key", id="a team key"),
        pytest.param({"key": KEY.replace("daykeeper", "My Test")}, "live key", id="a test key"),
        pytest.param({"base_url": "https://notify.example"}, "another host", id="another host"),
        pytest.param(
            {"base_url": "https://api.notifications.service.gov.uk.example"}, "another host",
            id="a host that begins alike",
        ),
        pytest.param(
            {"base_url": "http://api.notifications.service.gov.uk"}, "another host", id="in clear"
        ),
        pytest.param({"template": "invite"}, "UUID", id="a template's name"),
        pytest.param({"proxy": "http://me:word@proxy.example:80"}, "no proxy", id="a proxy's login"),
        pytest.param({"timeout_s": 60}, "less than or equal to 20", id="longer than a lease"),
        pytest.param({"retries": 3}, "Extra inputs", id="a misspelt key"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused(tmp_path, more, what):
    with pytest.raises(ValidationError, match=what):
        EmailConfig.model_validate(given(tmp_path, **more), context={"base": tmp_path})


def test_a_key_that_others_may_read_is_refused(tmp_path):
    options = given(tmp_path)
    (tmp_path / "notify.key").chmod(0o644)

    with pytest.raises(ValidationError, match="chmod 600"):
        EmailConfig.model_validate(options, context={"base": tmp_path})


def test_a_short_callback_token_is_refused(tmp_path):
    options = given(tmp_path) | {"callback_token_file": private(tmp_path / "token", "short")}
    del options["template"]

    with pytest.raises(ValidationError, match="shorter than 10"):
        ReceiptsConfig.model_validate(options, context={"base": tmp_path})


def test_a_key_for_trying_out_may_be_used_where_that_is_said_and_proves_nothing(
    tmp_path, connect: Connect
):
    tried = KEY.replace("daykeeper", "test")

    config = EmailConfig.model_validate(
        given(tmp_path, key=tried, key_type="test"), context={"base": tmp_path}
    )

    assert not config.is_real
    assert not connect(key_type="team").is_proof
    assert connect(key_type="test").explain() == [
        "the key is for trying out: what is sent reaches nobody at all"
    ]
    assert connect().is_proof
    assert connect().explain() == []


def test_an_ordinary_name_with_such_letters_in_it_is_no_trial(tmp_path):
    options = given(tmp_path, key=f"latest-steam-{SERVICE}-{KEY[-36:]}")

    assert EmailConfig.model_validate(options, context={"base": tmp_path}).is_real


def test_texts_have_an_adapter_of_their_own():
    assert (way("govuk_notify", "text"), way("govuk_notify", "email")) == ("text", "channel")


def test_the_settings_name_who_posts_letters(tmp_path):
    (tmp_path / "daykeeper.toml").write_text(SETTINGS, "utf-8")
    private(tmp_path / "notify.key", KEY)
    table = settings_of(tmp_path / "daykeeper.toml").post

    made = load(
        table.adapter, "post", table.options, base=tmp_path, clock=lambda: NOW, where="post"
    )

    assert made.config.postage == "first"


WITHOUT = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from daemon.domain.errors import Refusal
from daemon.plugins import load
sys.modules["notifications_python_client"] = None
try:
    load("govuk_notify", sys.argv[1], {}, base=Path(), clock=lambda: datetime.now(UTC), where="channels.it")
except Refusal as refusal:
    print(refusal)
"""


@pytest.mark.parametrize("word", ["channel", "text", "post", "inbox"])
def test_without_its_package_it_is_refused_before_anybody_relies_on_it(word):
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, word], capture_output=True, text=True, check=True
    )

    assert done.stdout == (
        'channels.it.adapter: "govuk_notify" needs notifications_python_client, which is not installed; '
        "run: pip install 'daykeeper[govuk-notify]'\n"
    )
