"""What the settings of a mailbox may say."""

import pytest
from pydantic import ValidationError


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        pytest.param({"host": "mail.example"}, "is for a server on this machine", id="in clear"),
        pytest.param({"username": None}, "give all three", id="half a login"),
        pytest.param({"host": None}, "give either maildir, or host", id="no mailbox"),
        pytest.param({"maildir": "mail"}, "give either maildir, or host", id="two mailboxes"),
        pytest.param({"moved_to": "INBOX"}, "name another", id="moved to where it is"),
        pytest.param({"moved_to": 'a"b'}, "should match pattern", id="a quote in a folder"),
        pytest.param({"username": "a b"}, "should match pattern", id="a space in a login"),
        pytest.param({"ours": ()}, "at least 1", id="nobody sends"),
        pytest.param({"ours": ("nobody",)}, "not a plain e-mail", id="nobody's address"),
        pytest.param({"password_file": "nowhere"}, "no such file", id="no password"),
        pytest.param({"host": None, "maildir": "m"}, "is for host, not for maildir", id="mixed"),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(connect, options, sentence):
    with pytest.raises(ValidationError, match=sentence):
        connect(143, **options)


def test_a_password_that_others_may_read_is_refused(connect, secret):
    secret.chmod(0o644)

    with pytest.raises(ValidationError, match="chmod 600"):
        connect(143)
