"""A secret that is changed: taken where its file is ours alone, else left, and the old one stays in use."""

import pytest
from structlog.testing import capture_logs

from daemon.option_paths import SecretPath


@pytest.fixture
def secret(tmp_path):
    """Return a secret's file that is ours alone, read once."""
    file = SecretPath(tmp_path / "smtp.password")
    file.write_text("old\n")
    file.chmod(0o600)
    return file.hold()


def rotated(secret, mode):
    """Rename a finished file of other words over it."""
    new = secret.with_name("new")
    new.write_text("new\n")
    new.chmod(mode)
    new.rename(secret)


def test_a_new_secret_that_is_ours_alone_counts_from_the_next_reading(secret):
    rotated(secret, 0o600)

    assert secret.read_text("ascii") == "new\n"


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_a_new_secret_that_others_may_read_is_left_and_the_old_one_stays_until_it_is_mended(
    secret, mode
):
    rotated(secret, mode)

    with capture_logs() as lines:
        found = [secret.read_text("ascii") for _ in range(3)]
    secret.chmod(0o600)

    assert found == ["old\n"] * 3
    assert [(one["event"], one["file"], one["log_level"]) for one in lines] == [
        ("secret.refused", "smtp.password", "error")
    ]
    assert secret.read_text("ascii") == "new\n"


def test_one_that_was_never_ours_alone_cannot_be_read(tmp_path):
    file = SecretPath(tmp_path / "open")
    file.write_text("seen by all")
    file.chmod(0o644)

    with pytest.raises(PermissionError, match="others may read this file"):
        file.hold().read_text("ascii")


def test_one_that_is_gone_is_not_made_up_from_what_it_held(secret):
    secret.unlink()

    with pytest.raises(FileNotFoundError):
        secret.read_text("ascii")
