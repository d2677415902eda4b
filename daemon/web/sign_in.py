"""Sign-in by OpenID Connect: the code flow with PKCE, and what a provider's token must be (RELIABILITY T14).

The only module that knows Authlib. Its defaults trust what a provider says of itself; here the
settings say who the provider is, and only its own asymmetric signature counts.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any

import httpx2
import structlog
from authlib.integrations.starlette_client import StarletteIntegration, StarletteOAuth2App

from daemon.domain.errors import Refusal
from daemon.domain.oidc import (
    ANEW_S,
    ASYMMETRIC,
    DISCOVERY,
    FRESH_S,
    LEEWAY_S,
    is_private,
    may_sign,
)
from daemon.option_parts import tls
from daemon.settings.web import SignIn
from daemon.web.attempt import BACK, Attempt, Unreachable, Untrusted

log = structlog.get_logger("daykeeper.sign-in")
NAME = "daykeeper"
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
AUTH_METHODS = ("client_secret_basic", "client_secret_post")
ANSWER_S = 10.0  # for one question to the provider
WHOLE_S = 20.0  # for all that one step of a sign-in asks


@dataclass(frozen=True, slots=True)
class Client:
    """Who we are to which provider. `back` is the address of ours to which it sends people."""

    issuer: str
    client_id: str
    client_secret: str
    scopes: tuple[str, ...]
    back: str


class Provider(StarletteOAuth2App):  # type: ignore[misc]  # Authlib has no types
    """One provider: where to send people, and whom its answer names."""

    def __init__(
        self,
        client: Client,
        *,
        anew_s: float = ANEW_S,
        secret: Callable[[], str] | None = None,
    ) -> None:
        """Ask nothing yet: a provider that is away keeps no service from starting.

        `secret`: returns ours as it stands now, or raises Refusal; it may change while we run.
        """
        self.trust = tls(None)  # read once: it takes longer than a question
        super().__init__(
            StarletteIntegration(NAME), NAME,
            client_id=client.client_id, client_secret=client.client_secret,
            client_kwargs={
                "scope": " ".join(client.scopes), "code_challenge_method": "S256",
                "timeout": ANSWER_S, "follow_redirects": False, "verify": self.trust,
            },
        )  # fmt: skip
        self.client, self.anew_s = client, anew_s
        self.secret = secret or (lambda: client.client_secret)
        self.read_at = self.keys_read_at = float("-inf")
        self.keys: dict[str, Any] = {}

    async def address(self, attempt: Attempt) -> str:
        """Return where a browser goes to sign in; raises Unreachable."""
        try:
            async with asyncio.timeout(WHOLE_S):
                found = await self.create_authorization_url(
                    self.client.back, state=attempt.state, nonce=attempt.nonce,
                    code_verifier=attempt.verifier,
                )  # fmt: skip
        except (httpx2.HTTPError, httpx2.InvalidURL, TimeoutError) as error:
            raise Unreachable("no-answer") from error
        return str(found["url"])

    async def claims(self, attempt: Attempt, code: str) -> Mapping[str, object]:
        """Return what the provider says of whoever brought this code.

        Raises Unreachable, or Untrusted where anything about its token is not as it must be.
        """
        try:
            self.client_secret = self.secret()
        except Refusal as refusal:
            log.warning("sign-in.no-secret", reason=refusal.problems[0].what)
            raise Unreachable("no-secret") from None
        try:
            async with asyncio.timeout(WHOLE_S):
                token = await self.fetch_access_token(
                    self.client.back, code=code, code_verifier=attempt.verifier,
                    grant_type="authorization_code",
                )  # fmt: skip
                found = await self.parse_id_token(
                    token, attempt.nonce, leeway=LEEWAY_S,
                    claims_options={
                        "iss": {"essential": True, "value": self.client.issuer},
                        "aud": {"essential": True, "value": self.client.client_id},
                    },
                )  # fmt: skip
        except (httpx2.HTTPError, TimeoutError) as error:
            raise Unreachable("no-answer") from error
        except Unreachable:
            raise
        except Exception as error:  # whatever a provider says, it signs nobody in
            raise Untrusted(type(error).__name__) from error
        if found is None:
            raise Untrusted("no-token")
        return dict(found)

    async def load_server_metadata(self) -> dict[str, Any]:
        """Return what Authlib asks for: where the provider's doors are, read once an hour."""
        if monotonic() - self.read_at > FRESH_S:
            said = await self._ask(f"{self.client.issuer.rstrip('/')}{DISCOVERY}")
            self.server_metadata = self._checked(said)
            self.read_at = monotonic()
        return self.server_metadata

    async def fetch_jwk_set(self, force: bool = False) -> dict[str, Any]:  # noqa: FBT002 - Authlib's own form
        """Return what Authlib asks for: the keys of the provider; `force`: a token names another."""
        age_s = monotonic() - self.keys_read_at
        if age_s > FRESH_S or (force and age_s > self.anew_s):
            said = await self._ask((await self.load_server_metadata())["jwks_uri"])
            keys = said.get("keys")
            listed = keys if isinstance(keys, list) else []
            self.keys = {"keys": [one for one in listed if may_sign(one)]}
            self.keys_read_at = monotonic()
        return self.keys

    def _checked(self, said: Mapping[str, Any]) -> dict[str, Any]:
        """Return of a provider's own description what we use; raises Unreachable where it is another's."""
        if said.get("issuer") != self.client.issuer:
            raise Unreachable("another-issuer")
        doors = {name: said.get(name) for name in ENDPOINTS}
        if not all(isinstance(door, str) and is_private(door) for door in doors.values()):
            raise Unreachable("no-safe-address")
        algorithms = said.get("id_token_signing_alg_values_supported") or ["RS256"]
        methods = said.get("token_endpoint_auth_methods_supported") or AUTH_METHODS
        return {
            **doors,
            "issuer": self.client.issuer,
            "id_token_signing_alg_values_supported": [
                name for name in ASYMMETRIC if name in algorithms
            ] or ["RS256"],
            "token_endpoint_auth_method": next(
                (name for name in AUTH_METHODS if name in methods), AUTH_METHODS[0]
            ),
        }  # fmt: skip

    async def _ask(self, url: str) -> Mapping[str, Any]:
        """Return the JSON object that lies at an address; raises Unreachable."""
        try:
            async with httpx2.AsyncClient(timeout=ANSWER_S, verify=self.trust) as asking:
                answer = await asking.get(url)
                said = answer.json() if answer.status_code == httpx2.codes.OK else None
        except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
            raise Unreachable("no-answer") from error
        if not isinstance(said, dict):
            raise Unreachable("no-description")
        return said


def provider_of(terms: SignIn, address: str) -> Provider:
    """Return the provider that the settings name; raises Refusal where its secret cannot be had."""
    secret = terms.secret()
    client = Client(terms.issuer, terms.client_id, secret, terms.scopes, f"{address}{BACK}")
    return Provider(client, secret=terms.secret)
