"""Secrets come out of a key vault into files that only we may read, by Azure's own library and a strict stand-in."""

import stat
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from daemon.cli import main
from daemon.domain.errors import Refusal
from daemon.plugins import load
from daemon.ports import Unreadable
from daemon.testing.key_vault import KeyVault, error
from daemon.testing.microsoft365.identity import APP_SERVICE, HEADER, IdentityEndpoint
from daemon.testing.microsoft365.tenant import Tenant
from daemon.testing.stand_in import Answer
from daemon.testing.vault_contract import NAME, SECRET, VaultContract
from integrations.azure_key_vault.config import Config
from integrations.azure_key_vault.vault import AzureKeyVault
from tests.unit.settings_file import LEAST

NOW = datetime(2026, 3, 6, 17, tzinfo=UTC)
RESOURCE = "https://vault.azure.net"
Make = Callable[..., AzureKeyVault]


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[KeyVault]:
    """Give a vault with one secret; nobody may ask it what an adapter of ours never asks."""
    with KeyVault(tmp_path / "tls", Tenant(), "https://login.example/tenant", RESOURCE) as one:
        one.secrets[NAME] = SECRET
        yield one
        assert one.refused == []


@pytest.fixture
def machine(kept: KeyVault, monkeypatch: pytest.MonkeyPatch) -> Iterator[IdentityEndpoint]:
    """Make this machine one of Azure's, that may read the vault."""
    with IdentityEndpoint(kept.tenant, RESOURCE) as endpoint:
        monkeypatch.setenv("IDENTITY_ENDPOINT", f"{endpoint.url}{APP_SERVICE}")
        monkeypatch.setenv("IDENTITY_HEADER", HEADER)
        yield endpoint
        assert endpoint.refused == []


@pytest.fixture
def make(kept: KeyVault, machine: IdentityEndpoint) -> Iterator[Make]:
    """Give a call that makes vaults of ours, and close them in the end."""
    made: list[AzureKeyVault] = []

    def one(**more: Any) -> AzureKeyVault:
        given = {"address": kept.url, "managed_identity": True, "ca_file": kept.certificate}
        made.append(AzureKeyVault(Config.model_validate(given | more), lambda: NOW))
        return made[-1]

    yield one
    for vault in made:
        vault.close()


class TestAzureKeyVault(VaultContract):
    """It keeps the promises of the port."""

    @pytest.fixture
    def vault(self, make: Make) -> AzureKeyVault:
        return make()

    @pytest.fixture
    def gone(self, make: Make) -> AzureKeyVault:
        return make(address="https://localhost:1", timeout_s=1)


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        pytest.param(error(403, "Forbidden"), "Key Vault Secrets User", id="no right"),
        pytest.param(error(500, "Internal"), "the vault answers 500", id="it fails"),
        pytest.param(Answer(200, {"value": ""}), "is empty", id="nothing in it"),
        pytest.param(Answer(302, {}, {"Location": "https://elsewhere.example/"}), "answers 302", id="sent elsewhere"),
    ],
)  # fmt: skip
def test_what_goes_wrong_is_one_sentence_without_its_words(make, kept, fault, sentence):
    kept.fault = fault

    with pytest.raises(Unreadable, match=sentence) as caught:
        make(timeout_s=2).read(NAME)

    assert "in its own words" not in str(caught.value)


def test_a_machine_without_an_identity_says_so(make, machine):
    machine.fault = Answer(400, {"error": "invalid_request"})

    with pytest.raises(Unreadable, match=r"identity|proof"):
        make().read(NAME)


@pytest.mark.parametrize(
    ("options", "what"),
    [
        pytest.param({"address": "https://evil.example"}, "no vault of Azure's", id="another host"),
        pytest.param({"address": "http://a.vault.azure.net"}, "this is no vault", id="in clear"),
        pytest.param({"address": "https://u:p@a.vault.azure.net"}, "this is no vault", id="a login"),
        pytest.param({"address": "https://vault.azure.net.evil.example"}, "no vault of Azure's", id="in front"),
        pytest.param({"managed_identity": False}, "one of them", id="no proof"),
        pytest.param({"certificate_file": "own.pem"}, "one of them", id="two proofs"),
        pytest.param({"managed_identity": False, "certificate_file": "own.pem"}, "give all three", id="half a proof"),
        pytest.param({"managed_identity": False, "certificate_file": "open.pem"}, "chmod 600", id="an open file"),
        pytest.param({"login": "https://evil.example"}, "another host", id="another sign-in"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(tmp_path, options, what):
    for name, rights in (("own.pem", 0o600), ("open.pem", 0o644)):
        (tmp_path / name).touch(mode=rights)
    given = {"address": "https://a.vault.azure.net", "managed_identity": True}

    with pytest.raises(Refusal, match=what):
        load(
            "azure_key_vault", "vault", given | options, base=tmp_path,
            clock=lambda: NOW, where="vault",
        )  # fmt: skip


@pytest.fixture
def settings(tmp_path: Path, kept: KeyVault, machine: IdentityEndpoint) -> Path:
    """Return settings that name the vault."""
    file = tmp_path / "daykeeper.toml"
    file.write_text(f"""{LEAST}
[vault]
adapter = "azure_key_vault"
folder = "run"
files = {{ "smtp.password" = "{NAME}", "link.key" = "daykeeper-link-key" }}
options = {{ address = "{kept.url}", managed_identity = true, ca_file = "{kept.certificate}" }}
""")
    return file


def test_a_secret_is_brought_into_a_file_of_its_own(settings, kept, tmp_path, capsys):
    kept.secrets["daykeeper-link-key"] = "k" * 32
    file = tmp_path / "run" / "smtp.password"

    first = main(["secrets", "--config", str(settings)])
    written = file.stat()
    again = main(["secrets", "--config", str(settings)])
    kept.secrets[NAME] = "another"
    last = main(["secrets", "--config", str(settings)])

    said = capsys.readouterr()
    assert (first, again, last) == (0, 0, 0)
    assert stat.S_IMODE(written.st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert [line.rpartition(" ")[2] for line in said.out.splitlines()] == [
        "new", "new", "unchanged", "unchanged", "changed", "unchanged",
    ]  # fmt: skip
    assert file.read_text() == "another"
    assert SECRET not in said.out + said.err
    assert [one.name for one in file.parent.iterdir() if one.name.startswith(".")] == []


def test_what_cannot_be_brought_leaves_the_file_as_it_was(settings, kept, tmp_path, capsys):
    kept.secrets["daykeeper-link-key"] = "k" * 32
    main(["secrets", "--config", str(settings)])
    kept.disabled.add(NAME)
    kept.secrets["daykeeper-link-key"] = "j" * 32

    code = main(["secrets", "--config", str(settings)])

    assert code == 1
    assert (tmp_path / "run" / "smtp.password").read_text() == SECRET
    assert (tmp_path / "run" / "link.key").read_text() == "j" * 32
    assert "it stands as it was" in capsys.readouterr().err


def test_without_a_vault_it_says_so(tmp_path, capsys):
    file = tmp_path / "daykeeper.toml"
    file.write_text(LEAST)

    assert main(["secrets", "--config", str(file)]) == 1
    assert "add the table [vault]" in capsys.readouterr().err
