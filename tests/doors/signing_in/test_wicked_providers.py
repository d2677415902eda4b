"""Whatever a provider, or somebody who pretends to be one, says: it signs nobody in who is not theirs."""

import asyncio
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from json import dumps
from time import time
from typing import Any

import httpx
import pytest
from joserfc.jwk import RSAKey

from daemon.web.attempt import Untrusted, begin
from daemon.web.sign_in import Client, Provider
from tests.doors.entrance import Entrance
from tests.doors.provider import CLIENT, SECRET, WickedProvider

SHARED = b"x" * 32
STRANGER = RSAKey.generate_key(2048, {"kid": "first", "use": "sig"})


def packed(part: bytes) -> str:
    return urlsafe_b64encode(part).decode().rstrip("=")


def unsigned(claims: dict[str, Any], **header: str) -> str:
    head = {"alg": "none", "kid": "first", **header}
    return f"{packed(dumps(head).encode())}.{packed(dumps(claims).encode())}"


def by_a_secret(claims: dict[str, Any], secret: bytes, kid: str = "first") -> str:
    text = unsigned(claims, alg="HS256", kid=kid)
    return f"{text}.{packed(hmac.digest(secret, text.encode(), 'sha256'))}"


def altered(provider: WickedProvider, claims: dict[str, Any]) -> str:
    head, _, signature = provider.sign(claims).split(".")
    claims["preferred_username"] = "tom@council.example"
    return f"{head}.{packed(dumps(claims).encode())}.{signature}"


def test_what_a_good_provider_says_signs_somebody_in(
    place: Entrance, provider: WickedProvider
) -> None:
    with place.browser() as browser:
        page = browser.get("/")

    assert page.status_code == 200
    assert "Signed in as sue" in page.text
    assert [person for person, _, _ in place.sessions()] == ["sue"]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"aud": "another-client"}, id="a token for another client"),
        pytest.param({"aud": ["another-client", "daykeeper-test"]}, id="for several, and by nobody in particular"),
        pytest.param({"aud": ["daykeeper-test"], "azp": "another-client"}, id="asked for by another client"),
        pytest.param({"aud": "another-client", "azp": "daykeeper-test"}, id="for another, asked for by us"),
        pytest.param({"aud": None}, id="for nobody"),
        pytest.param({"aud": 7}, id="for a number"),
        pytest.param({"iss": "https://else.example"}, id="another issuer"),
        pytest.param({"iss": None}, id="no issuer"),
        pytest.param({"nonce": "another"}, id="another nonce"),
        pytest.param({"nonce": None}, id="no nonce"),
        pytest.param({"exp": int(time()) - 3600}, id="expired"),
        pytest.param({"exp": None}, id="without an end"),
        pytest.param({"exp": "soon"}, id="with an end that is no time"),
        pytest.param({"nbf": int(time()) + 3600}, id="not yet in force"),
        pytest.param({"iat": int(time()) + 3600}, id="made in an hour"),
        pytest.param({"sub": None}, id="about nobody"),
        pytest.param({"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}, id="beside another access token"),
    ],
)  # fmt: skip
def test_a_token_that_is_not_for_us_now_signs_nobody_in(
    place: Entrance, provider: WickedProvider, change: dict[str, Any]
) -> None:
    def alter(claims: dict[str, Any]) -> None:
        claims.update(change)
        for name in [name for name, value in change.items() if value is None]:
            del claims[name]

    provider.in_claims = alter

    assert_nobody_comes_in(place)


@pytest.mark.parametrize(
    "forge",
    [
        pytest.param(lambda _, c: f"{unsigned(c)}.", id="alg none"),
        pytest.param(lambda _, c: f"{unsigned(c, alg='NONE')}.", id="alg NONE"),
        pytest.param(lambda _, c: f"{unsigned(c)}.AAAA", id="alg none, with something for a signature"),
        pytest.param(lambda _, c: f"{unsigned(c, alg='RS256')}.", id="no signature"),
        pytest.param(lambda _, c: by_a_secret(c, SECRET.encode()), id="by our own secret"),
        pytest.param(lambda p, c: by_a_secret(c, p.key.as_pem(private=False)), id="by the public key as a secret"),
        pytest.param(lambda p, c: by_a_secret(c, dumps(p.key.as_dict(private=False)).encode()), id="by its JSON"),
        pytest.param(lambda _, c: by_a_secret(c, SHARED, "shared"), id="by a shared secret among the keys"),
        pytest.param(lambda p, c: p.sign(c, STRANGER), id="by a stranger's key of the same name"),
        pytest.param(lambda p, c: p.sign(c, STRANGER, kid="other"), id="by a key that is not listed"),
        pytest.param(altered, id="altered after it was signed"),
        pytest.param(lambda _p, _c: "", id="no token"),
        pytest.param(lambda _p, _c: "a.b.c", id="no JSON"),
        pytest.param(lambda _p, _c: "ÿ" * 50, id="no ASCII"),
    ],
)  # fmt: skip
def test_a_token_that_the_provider_did_not_sign_signs_nobody_in(
    place: Entrance, provider: WickedProvider, forge: Any
) -> None:
    provider.others = ({"kty": "oct", "kid": "shared", "k": packed(SHARED)},)
    provider.in_description = lambda said: said.update(
        id_token_signing_alg_values_supported=["none", "HS256", "RS256"]
    )
    provider.forge = forge

    assert_nobody_comes_in(place)


def test_a_provider_that_changes_its_key_signs_people_in_by_the_new_one_and_not_by_the_old(
    provider: WickedProvider,
) -> None:
    client = Client(provider.issuer, CLIENT, SECRET, ("openid",), "http://127.0.0.1/back")
    ours = Provider(client, anew_s=0.0)  # as if its keys had been read more than a minute ago
    old = provider.key
    before = claims_by(ours)
    provider.key = RSAKey.generate_key(2048, {"kid": "second", "use": "sig"})

    after = claims_by(ours)
    provider.forge = lambda one, claims: one.sign(claims, old)

    assert before["sub"] == after["sub"] == "1"
    with pytest.raises(Untrusted):
        claims_by(ours)
    assert provider.asked.count("/keys") == 3


def test_a_key_that_nobody_listed_has_the_keys_read_again_once_a_minute_and_no_oftener(
    place: Entrance, provider: WickedProvider
) -> None:
    with place.browser() as browser:
        browser.get("/")
    provider.forge = lambda one, claims: one.sign(claims, STRANGER, kid="other")

    for _ in range(3):
        with place.browser() as browser:
            assert browser.get("/").status_code == 403

    assert provider.asked.count("/keys") == 1


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"issuer": "https://else.example"}, id="it is another"),
        pytest.param({"issuer": None}, id="it is nobody"),
        pytest.param({"token_endpoint": "http://else.example/token"}, id="our secret would cross a network"),
        pytest.param({"jwks_uri": "http://else.example/keys"}, id="its keys would"),
        pytest.param({"authorization_endpoint": "javascript:alert(1)"}, id="no web address"),
        pytest.param({"authorization_endpoint": 7}, id="a number for an address"),
        pytest.param({"jwks_uri": "https://[oops"}, id="a broken address"),
        pytest.param({"jwks_uri": None}, id="no keys"),
    ],
)  # fmt: skip
def test_a_provider_that_describes_another_is_not_asked(
    place: Entrance, provider: WickedProvider, change: dict[str, Any]
) -> None:
    provider.in_description = lambda said: said.update(change)

    with place.browser() as browser:
        page = browser.get("/")

    assert page.status_code == 503
    assert "Nobody can sign in at the moment" in page.text
    assert place.sessions() == []
    assert provider.codes == {}


def test_a_description_cannot_change_who_we_are(place: Entrance, provider: WickedProvider) -> None:
    provider.in_description = lambda said: said.update(
        client_id="another", client_secret="x", redirect_uri="https://else.example", verify=False,
        scope="openid everything", code_challenge_method="plain", nonce="mine", state="mine",
    )  # fmt: skip

    with place.browser() as browser:
        page = browser.get("/")

    assert page.status_code == 200
    assert "Signed in as sue" in page.text


def test_keys_of_kinds_that_nobody_knows_are_passed_over(
    place: Entrance, provider: WickedProvider
) -> None:
    provider.others = ({"kty": "what"}, "junk", {"kty": "RSA", "use": "enc"})  # type: ignore[assignment]

    with place.browser() as browser:
        page = browser.get("/")

    assert page.status_code == 200


def claims_by(ours: Provider) -> Mapping[str, object]:
    """Return what the provider says of somebody whom a browser takes there and back."""
    attempt = begin("/", b"key", datetime.now(UTC))

    async def there_and_back() -> Mapping[str, object]:
        page = await asyncio.to_thread(httpx.get, await ours.address(attempt))
        return await ours.claims(attempt, page.headers["location"].split("code=")[1].split("&")[0])

    return asyncio.run(there_and_back())


def assert_nobody_comes_in(place: Entrance) -> httpx.Response:
    with place.browser() as browser:
        page = browser.get("/")
        again = browser.get("/", follow_redirects=False)

    assert page.status_code == 403
    assert "You are not signed in" in page.text
    assert "daykeeper-session" not in browser.cookies
    assert again.status_code == 303
    assert place.sessions() == []
    return page
