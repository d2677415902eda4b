"""Who posts shows it by a token: only the provider's own signature counts, for us, for now and for this client.

The only module of this folder that knows joserfc and asks the provider anything.
"""

import json
from collections.abc import Mapping
from threading import Lock
from time import monotonic
from typing import Any

import httpx2
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key
from joserfc.jws import JWSRegistry

from daemon.domain.oidc import ANEW_S, DISCOVERY, FRESH_S, LEEWAY_S, is_private, may_sign
from daemon.option_parts import tls
from daemon.ports import Clock, Denied, Unreadable
from integrations.posted_records.config import Oidc

ANSWER_S = 5.0  # for one question to the provider
ANSWER_MOST = 500_000  # bytes of one of its answers
TOKEN_MOST = 16_384  # characters
TYPES = frozenset({"jwt", "at+jwt", "application/at+jwt"})
# such a token says who a person is, not what may be done
OF_A_SIGN_IN = frozenset({"nonce", "at_hash", "c_hash"})
CLIENT_CLAIMS = ("azp", "appid", "client_id", "cid")
GRANTS = ("roles", "scope", "scp")
AWAY = "the provider of tokens cannot be asked at the moment; post again in a minute"


class Tokens:
    """The tokens of one provider. Thread-safe; its keys are kept for an hour."""

    def __init__(self, terms: Oidc, clock: Clock, *, anew_s: float = ANEW_S) -> None:
        """Ask nothing yet: a provider that is away keeps no service from starting."""
        self.terms, self.clock, self.anew_s = terms, clock, anew_s
        self._form = JWSRegistry(algorithms=[terms.algorithm], strict_check_header=False)
        self._trust, self._lock = tls(None), Lock()
        self._keys: Mapping[str, Key] = {}
        self._read_at = self._tried_at = float("-inf")

    def check(self, token: str) -> None:
        """Return where the token is one that may post; raises Denied with its reason, or Unreadable."""
        if len(token) > TOKEN_MOST:
            raise Denied("too-long")
        registry = jwt.JWTClaimsRegistry(
            now=int(self.clock().timestamp()), leeway=LEEWAY_S,
            iss={"essential": True, "value": self.terms.issuer},
            aud={"essential": True, "value": self.terms.audience},
            exp={"essential": True},
        )  # fmt: skip
        try:
            said = jwt.decode(token, self._key, registry=self._form)
            registry.validate(said.claims)
        except (Denied, Unreadable):
            raise
        except Exception as error:  # noqa: BLE001 - whatever stands in a token, it proves nothing
            raise Denied(type(error).__name__) from None
        kind = said.header.get("typ", "JWT")
        if not isinstance(kind, str) or kind.casefold() not in TYPES:
            raise Denied("another-kind-of-token")
        if OF_A_SIGN_IN & said.claims.keys():
            raise Denied("a-token-of-a-sign-in")
        if self.terms.client and not is_of(self.terms.client, said.claims):
            raise Denied("another-client")
        if self.terms.role and self.terms.role not in granted(said.claims):
            raise Denied("no-role")

    def _key(self, said: Any) -> Key:
        """Return the key that a token names; raises Denied, Unreadable. What it brings with it is not looked at."""
        head = said.headers()
        name = head.get("kid")
        if head.get("alg") != self.terms.algorithm or not isinstance(name, str):
            raise Denied("another-algorithm-or-no-key")
        if name not in self._keys or monotonic() - self._read_at > FRESH_S:
            self._read_anew(name)
        if name not in self._keys:
            raise Denied("unknown-key")
        return self._keys[name]

    def _read_anew(self, name: str) -> None:
        """Ask for the keys, at most once in `anew_s`, whatever strangers send; raises Unreadable."""
        with self._lock:
            is_old = monotonic() - self._read_at > FRESH_S
            if not is_old and name in self._keys:
                return  # another thread has asked meanwhile
            if monotonic() - self._tried_at < self.anew_s:
                if is_old:
                    raise Unreadable(AWAY)
                return
            self._tried_at = monotonic()
            self._keys = self._asked()
            self._read_at = monotonic()

    def _asked(self) -> Mapping[str, Key]:
        """Return the provider's keys by their names; raises Unreadable."""
        try:
            with httpx2.Client(timeout=ANSWER_S, verify=self._trust) as client:
                said = answer(client, f"{self.terms.issuer.rstrip('/')}{DISCOVERY}")
                at = said.get("jwks_uri")
                if said.get("issuer") != self.terms.issuer:
                    raise Unreadable("the provider's description names another issuer")
                if not isinstance(at, str) or not is_private(at):
                    raise Unreadable("the provider's keys are not at an https address")
                listed = answer(client, at).get("keys")
        except (httpx2.HTTPError, httpx2.InvalidURL, ValueError, RecursionError):
            raise Unreadable(AWAY) from None
        found: dict[str, Key] = {}
        for one in listed if isinstance(listed, list) else []:
            if may_sign(one) and isinstance(one.get("kid"), str):
                try:
                    found[one["kid"]] = JWKRegistry.import_key(one)
                except (JoseError, ValueError, TypeError):
                    continue  # one broken key among others; a token that names it is refused
        return found


def answer(client: httpx2.Client, url: str) -> dict[str, Any]:
    """Return the JSON object at an address; raises ValueError or what httpx2 raises. No redirect is followed."""
    body = bytearray()
    with client.stream("GET", url, headers={"Accept": "application/json"}) as said:
        for piece in said.iter_bytes():
            body += piece
            if len(body) > ANSWER_MOST:
                raise ValueError("this is larger than any provider's answer")
        found = json.loads(body) if said.status_code == httpx2.codes.OK else None
    if not isinstance(found, dict):
        raise ValueError("this is no JSON object")
    return found


def is_of(client: str, claims: Mapping[str, object]) -> bool:
    """Return whether every claim that names a client names this one, and at least one does."""
    named = [claims[name] for name in CLIENT_CLAIMS if name in claims]
    return bool(named) and all(one == client for one in named)


def granted(claims: Mapping[str, object]) -> set[object]:
    """Return the roles and scopes of a token: a list of words, or words between spaces."""
    found: set[object] = set()
    for name in GRANTS:
        said = claims.get(name)
        words = said.split(" ") if isinstance(said, str) else said
        found |= (
            {one for one in words if isinstance(one, str)} if isinstance(words, list) else set()
        )
    return found
