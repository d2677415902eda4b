"""What the key vault's adapter must be told: which vault, and by which proof we come."""

from typing import Annotated, Self
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    model_validator,
)

from daemon.domain.secret import is_loopback
from daemon.option_paths import FileBeside, SecretFile

VAULTS = (".vault.azure.net", ".managedhsm.azure.net")
LOGIN = "https://login.microsoftonline.com"


def vault_address(text: str) -> str:
    """Return the address of a vault of Azure's, or of a stand-in on this machine; raises ValueError."""
    parts = urlsplit(text)
    host = (parts.hostname or "").lower()
    if parts.scheme != "https" or parts.username or parts.query or parts.path.strip("/"):
        raise ValueError("this is no vault; write https://NAME.vault.azure.net")
    if not (host.endswith(VAULTS) or is_loopback(host)):
        raise ValueError("this is no vault of Azure's; write https://NAME.vault.azure.net")
    return text.rstrip("/")


def login_address(text: str) -> str:
    """Return Microsoft's sign-in service, or a stand-in of it on this machine; raises ValueError."""
    parts = urlsplit(text)
    if text != LOGIN and not (parts.scheme == "https" and is_loopback(parts.hostname or "")):
        raise ValueError("this is another host; leave it out")
    return text


class Config(BaseModel):
    """Options of the vault. The machine's own identity, or a certificate: a secret would need a place itself.

    `client_id` with `managed_identity` names one of several that the machine has.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    address: Annotated[str, AfterValidator(vault_address)]
    managed_identity: bool = False
    tenant: UUID | None = None
    client_id: UUID | None = None
    certificate_file: SecretFile | None = None
    login: Annotated[str, AfterValidator(login_address)] = LOGIN
    ca_file: FileBeside | None = None
    timeout_s: float = Field(default=20, gt=0, le=120)

    @model_validator(mode="after")
    def prove_it_once(self) -> Self:
        """Refuse a vault without a proof, with two, or with half of one."""
        if self.managed_identity == (self.certificate_file is not None):
            raise ValueError("give managed_identity = true, or certificate_file; one of them")
        if self.certificate_file and not (self.tenant and self.client_id):
            raise ValueError("certificate_file goes with tenant and client_id; give all three")
        return self
