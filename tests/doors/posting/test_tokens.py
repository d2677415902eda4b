"""Records that are posted with a token: the provider signed it, for us, for now and for whom the settings name."""

import hmac
from base64 import urlsafe_b64encode
from json import dumps
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from daemon.engine.house import Feed
from daemon.testing.world import World
from tests.doors.conftest import Door
from tests.doors.posting.stage import AUDIENCE, ENQUIRY, ROLE, SECRET, SENDER, kept, sent, verdicts
from tests.doors.provider import WickedProvider

STRANGER = RSAKey.generate_key(2048, {"kid": "first", "use": "sig"})
EC = ECKey.generate_key("P-256", {"kid": "curve", "use": "sig"})


def packed(part: bytes) -> str:
    return urlsafe_b64encode(part).decode().rstrip("=")


def by_a_secret(claims: dict[str, Any], secret: bytes) -> str:
    text = ".".join(
        packed(dumps(one).encode()) for one in ({"alg": "HS256", "kid": "first"}, claims)
    )
    return f"{text}.{packed(hmac.digest(secret, text.encode(), 'sha256'))}"


def unsigned(claims: dict[str, Any], alg: str) -> str:
    return (
        ".".join(packed(dumps(one).encode()) for one in ({"alg": alg, "kid": "first"}, claims))
        + "."
    )


def made(claims: dict[str, Any], key: RSAKey | ECKey, **header: Any) -> str:
    """Return a token by this key, with another header."""
    head = {"alg": "RS256", "kid": "first", **header}
    head = {name: value for name, value in head.items() if value is not None}
    return jwt.encode(head, claims, key, [head["alg"]])


def test_a_token_of_the_case_system_posts_its_records(
    world: World, door: Door, token_feed: Feed, provider: WickedProvider, claims: dict[str, Any]
) -> None:
    answers = [sent(door, provider.sign(claims)) for _ in range(3)]

    assert [verdicts(one) for one in answers] == [["changed"], ["unchanged"], ["unchanged"]]
    assert kept(world, "SC-9")["facts"] == ENQUIRY
    assert provider.asked == ["/.well-known/openid-configuration", "/keys"]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"azp": None, "appid": SENDER}, id="appid names the client"),
        pytest.param({"azp": None, "client_id": SENDER}, id="client_id names the client"),
        pytest.param({"roles": None, "scope": f"openid {ROLE}"}, id="granted as a scope"),
        pytest.param({"roles": None, "scp": [ROLE]}, id="granted as a list of scopes"),
        pytest.param({"aud": [AUDIENCE, "api://other"]}, id="for us among others"),
        pytest.param({"nbf": None, "iat": None, "sub": None}, id="nothing that is not needed"),
    ],
)
def test_what_providers_call_the_same_is_the_same(
    door: Door,
    token_feed: Feed,
    provider: WickedProvider,
    claims: dict[str, Any],
    change: dict[str, Any],
) -> None:
    answer = sent(door, provider.sign(altered(claims, change)))

    assert verdicts(answer) == ["changed"]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"aud": "api://other"}, id="for another audience"),
        pytest.param({"aud": None}, id="for nobody"),
        pytest.param({"aud": 7}, id="for a number"),
        pytest.param({"iss": "https://else.example"}, id="another issuer"),
        pytest.param({"iss": None}, id="no issuer"),
        pytest.param({"exp": -3600}, id="expired an hour ago"),
        pytest.param({"exp": None}, id="without an end"),
        pytest.param({"exp": "soon"}, id="an end that is no time"),
        pytest.param({"nbf": +3600}, id="not yet in force"),
        pytest.param({"iat": +3600}, id="made in an hour"),
        pytest.param({"azp": "another-client"}, id="another client"),
        pytest.param({"azp": None}, id="no client named"),
        pytest.param({"appid": "another-client"}, id="two clients named"),
        pytest.param({"azp": [SENDER]}, id="a list of clients"),
        pytest.param({"roles": ["DK.Read"]}, id="another role"),
        pytest.param({"roles": None}, id="no role"),
        pytest.param({"roles": f"a{ROLE}"}, id="a role that ends alike"),
        pytest.param({"roles": None, "groups": [ROLE]}, id="a group of that name"),
        pytest.param({"nonce": "n"}, id="the token of a sign-in"),
        pytest.param({"at_hash": "n"}, id="the token beside another"),
    ],
)
def test_a_token_that_is_not_for_this_posts_nothing(
    world: World, door: Door, token_feed: Feed, provider: WickedProvider, claims: dict[str, Any],
    change: dict[str, Any],
) -> None:  # fmt: skip
    now = int(world.clock().timestamp())
    dated = {
        name: now + value if name in ("exp", "nbf", "iat") and isinstance(value, int) else value
        for name, value in change.items()
    }

    answer = sent(door, provider.sign(altered(claims, dated)))

    assert answer.status_code == 403
    assert kept(world, "SC-9") is None


@pytest.mark.parametrize(
    "forge",
    [
        pytest.param(lambda _, c: unsigned(c, "none"), id="alg none"),
        pytest.param(lambda _, c: unsigned(c, "RS256"), id="no signature"),
        pytest.param(lambda p, c: by_a_secret(c, p.key.as_pem(private=False)), id="the public key as a secret"),
        pytest.param(lambda _, c: by_a_secret(c, SECRET.encode()), id="a secret of ours"),
        pytest.param(lambda _, c: by_a_secret(c, b"x" * 32), id="a shared secret among the keys"),
        pytest.param(lambda p, c: p.sign(c, STRANGER), id="a stranger's key of the same name"),
        pytest.param(lambda p, c: p.sign(c, STRANGER, kid="other"), id="a key that is not listed"),
        pytest.param(lambda p, c: made(c, p.key, alg="RS384"), id="another algorithm"),
        pytest.param(lambda _, c: made(c, EC, alg="ES256", kid="curve"), id="another kind of key"),
        pytest.param(lambda p, c: made(c, p.key, kid=None), id="no name of a key"),
        pytest.param(lambda _, c: made(c, STRANGER, jwk=STRANGER.as_dict(private=False)), id="it brings its key"),
        pytest.param(lambda p, c: made(c, p.key, typ="logout+jwt"), id="the token of a sign-out"),
        pytest.param(lambda p, c: p.sign(c)[:-8], id="cut off"),
        pytest.param(lambda p, c: p.sign({**c, "pad": "x" * 20_000}), id="longer than any"),
        pytest.param(lambda _p, _c: "a.b.c", id="no JSON"),
        pytest.param(lambda _p, _c: "opaque", id="opaque"),
        pytest.param(lambda _p, _c: "=", id="nothing"),
    ],
)  # fmt: skip
def test_a_token_that_the_provider_did_not_sign_posts_nothing(
    world: World,
    door: Door,
    token_feed: Feed,
    provider: WickedProvider,
    claims: dict[str, Any],
    forge: Any,
) -> None:
    shared = {"kty": "oct", "kid": "first", "k": packed(b"x" * 32)}
    provider.others = (EC.as_dict(private=False), shared, {"kty": "RSA", "kid": "broken", "n": "!"})

    answer = sent(door, forge(provider, claims))

    assert answer.status_code == 403
    assert kept(world, "SC-9") is None
    assert verdicts(sent(door, provider.sign(claims))) == ["changed"]


def altered(claims: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    """Return the claims with a change; None takes one away."""
    return {name: value for name, value in {**claims, **change}.items() if value is not None}
