"""An OpenID Connect provider of our own on loopback, which may be as wicked as a test asks.

It signs in whoever it is told to without a question, and holds clients to PKCE and to one use of
each code; what a misdeed changes is the token, or what the provider says of itself.
"""

import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from time import time
from typing import Any
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from daemon.web import serve

CLIENT, SECRET = "daykeeper-test", "a-secret-for-tests"
SUE = {"preferred_username": "sue@council.example", "roles": ["DK-Managers"]}
KEY = RSAKey.generate_key(2048, {"kid": "first", "use": "sig"})
Change = Callable[[dict[str, Any]], object]


def _same(_: dict[str, Any]) -> None:
    return None


@dataclass(slots=True)
class WickedProvider:
    """One provider. `claims` are those of whoever signs in next.

    `in_claims`, `in_header` and `in_description` change what it says; `forge` makes a token in the
    place of its own. `is_away`: it answers nothing but errors.
    """

    issuer: str = ""
    claims: Mapping[str, Any] = field(default_factory=lambda: dict(SUE))
    in_claims: Change = _same
    in_description: Change = _same
    forge: Callable[["WickedProvider", dict[str, Any]], str] | None = None
    key: RSAKey = field(default_factory=lambda: KEY)
    others: tuple[Mapping[str, Any], ...] = ()  # keys that it shows beside its own
    is_away: bool = False
    forgets_codes: bool = True
    asked: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    proof: str = ""  # by which we last said who we are

    def app(self) -> Starlette:
        """Return its doors."""
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self.describe),
                Route("/authorize", self.authorize),
                Route("/token", self.token, methods=["POST"]),
                Route("/keys", self.keys),
            ]
        )

    def describe(self, request: Request) -> Response:
        said = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "id_token_signing_alg_values_supported": ["RS256"],
        }
        self.in_description(said)
        return self._answer(request, said)

    def keys(self, request: Request) -> Response:
        return self._answer(request, {"keys": [self.key.as_dict(private=False), *self.others]})

    def authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        answer = {"code": code, "state": asked["state"]}
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(answer)}")

    async def token(self, request: Request) -> Response:
        async with request.form() as form:
            said = {name: str(value) for name, value in form.items()}
        self.proof = request.headers.get("authorization", "")
        asked = self.codes.get(said["code"])
        if asked is None:
            return JSONResponse({"error": "invalid_grant"}, 400)
        if self.forgets_codes:
            del self.codes[said["code"]]
        challenge = urlsafe_b64encode(sha256(said["code_verifier"].encode()).digest())
        assert challenge.decode().rstrip("=") == asked["code_challenge"]
        assert said["redirect_uri"] == asked["redirect_uri"]
        now = int(time())
        claims = {
            "iss": self.issuer, "aud": CLIENT, "sub": "1", "iat": now, "exp": now + 300,
            "nonce": asked["nonce"], **self.claims,
        }  # fmt: skip
        self.in_claims(claims)
        token = self.forge(self, claims) if self.forge else self.sign(claims)
        return self._answer(
            request, {"access_token": "opaque", "token_type": "Bearer", "id_token": token}
        )

    def sign(self, claims: dict[str, Any], key: RSAKey | None = None, kid: str = "") -> str:
        """Return a token, by its own key and name of it unless others are given."""
        key = key or self.key
        return jwt.encode({"alg": "RS256", "kid": kid or str(key.kid)}, claims, key)

    def _answer(self, request: Request, said: Mapping[str, Any]) -> Response:
        self.asked.append(request.url.path)
        return Response("away", 503) if self.is_away else JSONResponse(said)


@contextmanager
def provided(provider: WickedProvider | None = None) -> Iterator[WickedProvider]:
    """Yield a provider that answers on loopback until this ends."""
    provider = provider or WickedProvider()
    with serve(provider.app(), "127.0.0.1", 0) as served:
        provider.issuer = served.address
        yield provider
