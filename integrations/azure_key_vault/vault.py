"""Reads secrets by Azure's own library: the newest version of each, by name, and nothing else of the vault."""

from typing import Any

from azure.core.exceptions import (
    AzureError,
    ClientAuthenticationError,
    HttpResponseError,
    ResourceNotFoundError,
)
from azure.identity import (
    CertificateCredential,
    CredentialUnavailableError,
    ManagedIdentityCredential,
)
from azure.keyvault.secrets import SecretClient

from daemon.domain.secret import is_loopback
from daemon.ports import Clock, Unreadable
from integrations.azure_key_vault.config import LOGIN, Config

CONNECT_S = 5.0
FORBIDDEN = 403


class AzureKeyVault:
    """One vault. The clock is not asked: whether a secret holds is the vault's to say."""

    def __init__(self, config: Config, clock: Clock) -> None:
        """Make the client; nobody is asked yet. Raises ValueError for a certificate that is none."""
        self.config = config
        common: dict[str, Any] = {
            "retry_total": 1,
            "connection_timeout": CONNECT_S,
            "read_timeout": config.timeout_s,
            "use_env_settings": False,
        }
        if config.ca_file:
            common["connection_verify"] = str(config.ca_file)
        if config.managed_identity:
            own = str(config.client_id) if config.client_id else None
            del common["use_env_settings"]
            self._credential: Any = ManagedIdentityCredential(client_id=own)
        else:
            self._credential = CertificateCredential(
                str(config.tenant), str(config.client_id), str(config.certificate_file),
                authority=config.login, disable_instance_discovery=config.login != LOGIN, **common,
            )  # fmt: skip
        common["use_env_settings"] = False
        host = config.address.removeprefix("https://").partition(":")[0]
        self._client = SecretClient(
            config.address, self._credential,
            verify_challenge_resource=not is_loopback(host), permit_redirects=False, **common,
        )  # fmt: skip

    def read(self, name: str) -> str:
        """Return a secret as it stands now; raises Unreadable, without a word of it or of the vault's."""
        try:
            found = self._client.get_secret(name).value
        except ResourceNotFoundError:
            raise Unreadable(f'the vault has no secret called "{name}"') from None
        except CredentialUnavailableError:
            raise Unreadable("this machine has no identity of Azure's") from None
        except ClientAuthenticationError:
            raise Unreadable("the vault does not take our proof; see who may read it") from None
        except HttpResponseError as error:
            if error.status_code == FORBIDDEN:
                raise Unreadable(
                    f'we may not read "{name}", or it is disabled; give us Key Vault Secrets User'
                ) from None
            raise Unreadable(f"the vault answers {error.status_code}") from None
        except (AzureError, ValueError, OSError):
            raise Unreadable("the vault cannot be reached") from None
        if not found:
            raise Unreadable(f'the secret "{name}" is empty')
        return str(found)

    def close(self) -> None:
        """Let go of the connections; closing twice is no error."""
        self._client.close()
        self._credential.close()
