"""Who we are to the sign-in service, by Microsoft's own library: a certificate, a secret or the machine's."""

import asyncio
from time import time
from typing import Any

from azure.core.credentials import AccessToken
from azure.core.exceptions import AzureError, ClientAuthenticationError
from azure.identity import (
    CertificateCredential,
    ClientSecretCredential,
    CredentialUnavailableError,
    ManagedIdentityCredential,
)
from msal.exceptions import MsalError

from integrations.microsoft365.config import Connection

CONNECT_S = 5.0
RENEWED_S = 300  # before its end
LOGIN = "https://login.microsoftonline.com"
NO_TOKEN = (AzureError, ValueError, OSError)  # what asking for one raises


class Tokens:
    """Our proof to the sign-in service, and the token that it gave for it. Of one loop."""

    def __init__(self, connection: Connection) -> None:
        """Take the settings; nobody is asked yet."""
        self.connection = connection
        self.scope = f"{connection.graph}/.default"
        self.credential: Any | None = self._credential()
        self.held: AccessToken | None = None

    async def get_token(self, *scopes: str, **more: Any) -> AccessToken:
        """Return a token that is good for a while yet."""
        if self.held is None or self.held.expires_on < time() + RENEWED_S:
            self.credential = self.credential or self._credential()
            try:
                self.held = await asyncio.to_thread(self.credential.get_token, *scopes, **more)
            except AzureError:
                self.close()  # it would say the same for a minute yet, whatever a new secret says
                if self.held is None or self.held.expires_on <= time():
                    raise
        return self.held

    def ask(self) -> AccessToken:
        """Return a fresh token, asked for in the thread that calls; raises what the library raises."""
        with self._credential() as credential:
            found: AccessToken = credential.get_token(self.scope)
        return found

    def forget(self) -> None:
        """Fetch another token next time: this one was refused before its end."""
        self.held = None
        self.close()

    def close(self) -> None:
        """Let the connection to the service go; whoever asks next begins a new one."""
        if self.credential is not None:
            self.credential.close()
        self.credential = None

    def _credential(self) -> Any:
        own = self.connection
        common: dict[str, Any] = {
            "retry_total": 0,
            "connection_timeout": CONNECT_S,
            "read_timeout": own.timeout_s,
            "use_env_settings": False,
        }
        if own.managed_identity:  # the machine is asked itself, and never through a proxy
            return ManagedIdentityCredential(client_id=own.client_id, **common)
        common |= {"authority": own.login, "disable_instance_discovery": own.login != LOGIN}
        if own.proxy:
            common["proxies"] = {"https": own.proxy}
        if own.ca_file:
            common["connection_verify"] = str(own.ca_file)
        if own.certificate_file:
            return CertificateCredential(
                own.tenant, own.client_id,
                certificate_data=own.certificate_file.read_bytes(), **common,
            )  # fmt: skip
        secret = own.secret_file.read_text("utf-8").strip() if own.secret_file else ""
        return ClientSecretCredential(own.tenant, own.client_id, secret, **common)


def why_not(error: Exception) -> str:
    """Return the code of why no token came: the library calls a service that is not reached a refusal, too."""
    if isinstance(error, CredentialUnavailableError):
        return "no-identity"
    if not isinstance(error, ClientAuthenticationError):
        return "login-unreachable"
    is_down = isinstance(error.__cause__, AzureError | MsalError)
    return "login-unreachable" if is_down else "login-refused"
