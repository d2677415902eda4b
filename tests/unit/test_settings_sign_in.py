"""Settings of signing in, and the secret that belongs to it."""

from datetime import timedelta

import pytest

from daemon.domain.errors import Refusal
from daemon.settings.whole import load
from tests.unit.settings_file import LEAST, lines

SIGN_IN = """
[web]
address = "https://daykeeper.potterby.example"
[web.sign_in]
issuer = "https://login.example/tenant/v2.0"
client_id = "1234"
client_secret_file = "sign-in.secret"
[web.sign_in.roles]
DK-Chairs = "chair"
"""


def test_sign_in_is_read_with_what_it_takes_for_granted(write, tmp_path):
    terms = load(write(LEAST + SIGN_IN)).web.sign_in

    assert terms.client_secret_file == tmp_path / "sign-in.secret"
    assert terms.scopes == ("openid", "profile", "email")
    assert terms.admission().roles == {"DK-Chairs": "chair"}
    assert terms.admission().person_claims == ("preferred_username", "email")
    assert (terms.ends_after, terms.idle) == (timedelta(hours=8), timedelta(hours=1))


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        pytest.param(
            "https://daykeeper", "http://daykeeper",
            "daykeeper.toml: web: address begins with http, and people sign in; make it https",
            id="our own address in the clear",
        ),
        pytest.param(
            "https://login", "http://login",
            "daykeeper.toml: web.sign_in.issuer: who somebody is would cross a network in the clear; write https",
            id="the provider's",
        ),
        pytest.param(
            "https://login.example/tenant/v2.0", "login.example",
            "daykeeper.toml: web.sign_in.issuer: this is no issuer; copy it from the provider's "
            "/.well-known/openid-configuration",
            id="no issuer",
        ),
        pytest.param(
            'DK-Chairs = "chair"', "",
            "daykeeper.toml: web.sign_in.roles: this is too short; give at least 1", id="no role at all",
        ),
        pytest.param(
            'client_id = "1234"', "",
            "daykeeper.toml: web.sign_in.client_id: it is missing; add it", id="no client",
        ),
        pytest.param(
            'client_id = "1234"', 'client_id = "1234"\nscopes = ["profile"]',
            'daykeeper.toml: web.sign_in: scopes lack "openid"; without it the provider says nobody\'s name',
            id="no openid",
        ),
        pytest.param(
            'client_id = "1234"', 'client_id = "1234"\nends_after = "2 days"',
            "daykeeper.toml: web.sign_in: ends_after is longer than a day; people sign in every day",
            id="for ever",
        ),
        pytest.param(
            'client_id = "1234"', 'client_id = "1234"\nidle = "9 hours"',
            "daykeeper.toml: web.sign_in: idle is longer than ends_after; make it the shorter of the two",
            id="idle for longer than it lasts",
        ),
    ],
)  # fmt: skip
def test_a_sign_in_that_is_unsafe_or_unusable_is_refused(write, old, new, line):
    assert lines(write(LEAST + SIGN_IN.replace(old, new))) == [line]


@pytest.mark.parametrize(
    ("content", "mode", "what"),
    [
        pytest.param(None, 0o600, "cannot be read", id="none"),
        pytest.param(b"secret\n", 0o644, "others may read", id="for everybody to read"),
        pytest.param(b" \n", 0o600, "there is no secret", id="an empty one"),
        pytest.param(b"\xff\xfe", 0o600, "cannot be read", id="no text"),
    ],
)
def test_a_secret_that_is_none_or_nobodys_is_refused_in_one_line(
    write, tmp_path, content, mode, what
):
    file = tmp_path / "sign-in.secret"
    if content is not None:
        file.write_bytes(content)
        file.chmod(mode)
    terms = load(write(LEAST + SIGN_IN)).web.sign_in

    with pytest.raises(Refusal) as refused:
        terms.secret()

    (line,) = map(str, refused.value.problems)
    assert what in line
    assert "secret\n" not in line


def test_the_secret_is_the_files_one_line(write, tmp_path):
    file = tmp_path / "sign-in.secret"
    file.touch(0o600)
    file.write_text("a-secret\n")

    assert load(write(LEAST + SIGN_IN)).web.sign_in.secret() == "a-secret"
