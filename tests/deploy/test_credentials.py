"""Secrets that systemd hands over are taken, whatever rights they show; what others may read is refused."""

from pathlib import Path

import pytest

from daemon.app import build, link_key
from daemon.domain.errors import Refusal
from daemon.domain.secret import private_file
from daemon.settings.whole import load
from daemon.store import create
from tests.deploy.tools import DEPLOY
from tests.unit.settings_file import LEAST

GROUPS, EVERYBODYS = 0o440, 0o444
SIGN_IN = """
[web.sign_in]
issuer = "https://login.example/tenant"
client_id = "daykeeper"
client_secret_file = "sign-in.secret"
roles = { Managers = "safeguarding_service_manager" }
"""


@pytest.fixture
def handed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of the credentials, as systemd names it to a service."""
    folder = tmp_path / "daykeeper.service"
    folder.mkdir()
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(folder))
    return folder


def secret(folder: Path, name: str, rights: int) -> Path:
    """Return a file with a secret and these rights."""
    folder.mkdir(exist_ok=True)
    file = folder / name
    file.write_text("letters-and-digits-of-which-nobody-knows")
    file.chmod(rights)
    return file


def test_a_credential_is_taken_although_it_shows_the_rights_of_a_group(handed):
    key, word = secret(handed, "link.key", GROUPS), secret(handed, "smtp.password", GROUPS)

    assert link_key(key) == key.read_bytes()
    assert private_file(word) == word


def test_a_credential_that_everybody_may_read_is_none(handed):
    with pytest.raises(Refusal, match="others may read the key"):
        link_key(secret(handed, "link.key", EVERYBODYS))


def test_a_file_elsewhere_is_refused_also_where_its_folder_is_called_almost_so(handed):
    for folder in (handed.parent, handed.with_name("daykeeper.service2"), handed / "below"):
        with pytest.raises(ValueError, match="others may read this file"):
            private_file(secret(folder, "smtp.password", GROUPS))


def test_without_systemd_nothing_changes(tmp_path, monkeypatch):
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)

    with pytest.raises(ValueError, match="others may read this file"):
        private_file(secret(tmp_path, "smtp.password", GROUPS))


def test_the_variables_beside_the_units_hand_over_every_secret(handed, tmp_path, monkeypatch):
    """The settings name none of the files that are read: the drop-in's variables stand above them."""
    lines = (DEPLOY / "secrets.conf").read_text().replace("# Env", "Env").splitlines()
    for line in lines:
        word, _, value = line.removeprefix("Environment=").partition("=")
        if line.startswith("Environment=DAYKEEPER_"):
            monkeypatch.setenv(word, value.replace("%d", str(handed)).replace("%S", str(tmp_path)))
    for name in ("link.key", "smtp.password", "sign-in.secret"):
        secret(handed, name, GROUPS)
    mail = '[channels.email]\nadapter = "smtp"\n[channels.email.options]\n'
    options = 'host = "smtp.potterby.example"\nsender = "daykeeper@potterby.example"\nusername = "daykeeper"\n'
    (tmp_path / "daykeeper.toml").write_text(
        f'{LEAST}web.address = "https://daykeeper.potterby.example"\n{SIGN_IN}{mail}{options}'
    )

    settings = load(tmp_path / "daykeeper.toml")
    create(settings.database)
    app = build(settings)
    app.close()

    assert settings.web.secret_file == handed / "link.key"
    assert settings.web.sign_in.secret() == (handed / "sign-in.secret").read_text()
    assert settings.channels["email"].options["password_file"] == f"{handed}/smtp.password"
    assert settings.state_file == tmp_path / "daykeeper" / "daykeeper.state"
