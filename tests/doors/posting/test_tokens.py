"""Records that are posted with a token: the provider signed it, for us, for now and for whom the settings name."""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from datetime import timedelta
from json import dumps
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from daemon.engine.house import Feed
from daemon.testing.world import World
from daemon.web.records import A_MINUTE
from integrations.posted_records.config import Config, Oidc
from integrations.posted_records.source import PostedRecords
from tests.doors.conftest import Door
from tests.doors.posting.conftest import fed
from tests.doors.posting.stage import ENQUIRY, SECRET, kept, posted, said, signature, verdicts
from tests.doors.provider import WickedProvider, provided

AUDIENCE, SENDER, ROLE = "api://daykeeper", "the-case-system", "DK.PostRecords"
STRANGER = RSAKey.generate_key(2048, {"kid": "first", "use": "sig"})
EC = ECKey.generate_key("P-256", {"kid": "curve", "use": "sig"})
RECORD = said({"ref": "SC-9", "facts": ENQUIRY})
Token = Callable[..., str]


@pytest.fixture(scope="module")
def standing() -> Iterator[WickedProvider]:
    with provided() as one:
        yield one


@pytest.fixture
def provider(standing: WickedProvider) -> WickedProvider:
    """Return a provider of tokens, as good as new."""
    fresh = WickedProvider(issuer=standing.issuer)
    for name in ("in_description", "key", "others", "is_away", "asked"):
        setattr(standing, name, getattr(fresh, name))
    return standing


@pytest.fixture
def terms(provider: WickedProvider) -> dict[str, str]:
    return {"issuer": provider.issuer, "audience": AUDIENCE, "client": SENDER, "role": ROLE}


@pytest.fixture
def feed(world: World, terms: dict[str, str]) -> Feed:
    return fed(world, "posted", Config(oidc=Oidc(**terms)))


@pytest.fixture
def claims(world: World, provider: WickedProvider) -> dict[str, Any]:
    """Return what the token of the case system says now."""
    now = int(world.clock().timestamp())
    return {
        "iss": provider.issuer, "aud": AUDIENCE, "azp": SENDER, "sub": SENDER, "roles": [ROLE],
        "iat": now, "nbf": now, "exp": now + 3600,
    }  # fmt: skip


def sent(door: Door, token: str, key: str = "", body: bytes = RECORD) -> httpx.Response:
    """Return the answer to a post that shows itself by a token."""
    return posted(door.browser, body, key, Authorization=f"Bearer {token}")


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
    world: World, door: Door, feed: Feed, provider: WickedProvider, claims: dict[str, Any]
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
    door: Door, feed: Feed, provider: WickedProvider, claims: dict[str, Any], change: dict[str, Any]
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
    world: World, door: Door, feed: Feed, provider: WickedProvider, claims: dict[str, Any],
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
    feed: Feed,
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


def test_a_token_is_nothing_to_a_feed_whose_sender_signs(
    world: World, door: Door, provider: WickedProvider, claims: dict[str, Any], secret_file: Any
) -> None:
    fed(world, "posted", Config(secret_file=secret_file))

    assert sent(door, provider.sign(claims)).status_code == 403
    assert provider.asked == []


def test_a_feed_may_know_both_and_a_wrong_signature_is_not_mended_by_a_token(
    world: World, door: Door, provider: WickedProvider, claims: dict[str, Any],
    terms: dict[str, str], secret_file: Any,
) -> None:  # fmt: skip
    fed(world, "posted", Config(secret_file=secret_file, oidc=Oidc(**terms)))
    bearer = f"Bearer {provider.sign(claims)}"
    wrong = {"Daykeeper-Signature": "t=1,v1=" + "0" * 64, "Authorization": bearer}

    signed = posted(door.browser, RECORD, **{"Daykeeper-Signature": signature(world, RECORD)})

    assert verdicts(signed) == ["changed"]
    assert verdicts(sent(door, provider.sign(claims))) == ["unchanged"]
    assert posted(door.browser, RECORD, **wrong).status_code == 403


def test_each_client_posts_to_its_own_feed_and_what_two_feeds_would_take_is_nobodys(
    world: World, door: Door, provider: WickedProvider, claims: dict[str, Any],
    terms: dict[str, str],
) -> None:  # fmt: skip
    fed(world, "posted", Config(oidc=Oidc(**terms)))
    fed(world, "of-another", Config(oidc=Oidc(**{**terms, "client": "another-client"})))

    answer = sent(door, provider.sign({**claims, "azp": "another-client"}))
    fed(world, "of-all", Config(oidc=Oidc(**{k: v for k, v in terms.items() if k != "client"})))
    of_two = sent(door, provider.sign(claims))

    assert verdicts(answer) == ["changed"]
    assert of_two.status_code == 403
    with world.store.read() as tx:
        assert [one.feed for one in tx.fragments.of(["SC-9"])["SC-9"]] == ["of-another"]


def test_where_the_provider_is_away_the_sender_is_asked_to_come_again(
    world: World, door: Door, feed: Feed, provider: WickedProvider, claims: dict[str, Any]
) -> None:
    provider.is_away = True

    answers = [sent(door, provider.sign(claims)) for _ in range(A_MINUTE + 5)]

    assert {one.status_code for one in answers} == {503}
    assert {one.headers["Retry-After"] for one in answers} == {"60"}
    assert provider.asked == ["/.well-known/openid-configuration"]  # once a minute, whoever asks
    assert kept(world, "SC-9") is None


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"issuer": "https://else.example"}, id="another issuer"),
        pytest.param({"jwks_uri": "http://keys.example/keys"}, id="keys that anybody could change on their way"),
        pytest.param({"jwks_uri": 7}, id="no address"),
    ],
)  # fmt: skip
def test_a_provider_that_describes_another_is_not_believed(
    door: Door, feed: Feed, provider: WickedProvider, claims: dict[str, Any], change: dict[str, Any]
) -> None:
    provider.in_description = lambda told: told.update(change)

    assert sent(door, provider.sign(claims)).status_code == 503


def test_a_key_that_the_provider_has_changed_is_read_anew_and_strangers_have_it_asked_once(
    world: World, door: Door, provider: WickedProvider, claims: dict[str, Any],
    terms: dict[str, str],
) -> None:  # fmt: skip
    source = fed(world, "posted", Config(oidc=Oidc(**terms))).source
    assert isinstance(source, PostedRecords)
    assert source.tokens is not None
    assert verdicts(sent(door, provider.sign(claims))) == ["changed"]
    for number in range(5):
        sent(door, provider.sign(claims, STRANGER, kid=f"other-{number}"))
    asked_by_strangers = provider.asked.count("/keys")

    source.tokens.anew_s = 0.0
    provider.key = RSAKey.generate_key(2048, {"kid": "second", "use": "sig"})

    assert asked_by_strangers == 1
    assert verdicts(sent(door, provider.sign(claims))) == ["unchanged"]


def test_a_post_that_comes_again_says_nothing_of_what_lies_between(
    world: World, door: Door, feed: Feed, provider: WickedProvider, claims: dict[str, Any]
) -> None:
    token = provider.sign(claims)
    newer = said({"ref": "SC-9", "facts": {"strategy_discussion_held": "2026-03-03"}})
    sent(door, token, "k-1")
    world.clock.now += timedelta(minutes=1)
    sent(door, token, "k-2", newer)
    world.clock.now += timedelta(minutes=1)

    again = sent(door, token, "k-1")

    world.line.watcher.poll(feed)
    with world.store.read() as tx:
        state = tx.feeds.get("posted")
    assert verdicts(again) == ["older"]
    assert sent(door, token, "k-1", newer).status_code == 409
    assert kept(world, "SC-9")["facts"] == {"strategy_discussion_held": "2026-03-03"}
    assert state is not None
    assert state.ok
    assert state.as_known_at == world.clock.now - timedelta(minutes=1)


def test_a_token_that_ends_while_it_is_used_ends(
    world: World, door: Door, feed: Feed, provider: WickedProvider, claims: dict[str, Any]
) -> None:
    token = provider.sign(claims)
    first = sent(door, token)
    world.clock.now += timedelta(hours=1, minutes=2)

    assert verdicts(first) == ["changed"]
    assert sent(door, token).status_code == 403


def altered(claims: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    """Return the claims with a change; None takes one away."""
    return {name: value for name, value in {**claims, **change}.items() if value is not None}
