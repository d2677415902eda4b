"""Who posts to which feed, what a replay says, and a provider that is away or has changed its keys."""

from datetime import timedelta
from typing import Any

import pytest
from joserfc.jwk import RSAKey

from daemon.engine.house import Feed
from daemon.testing.world import World
from daemon.web.records import A_MINUTE
from integrations.posted_records.config import Config, Oidc
from integrations.posted_records.source import PostedRecords
from tests.doors.conftest import Door
from tests.doors.posting.conftest import fed
from tests.doors.posting.stage import RECORD, kept, posted, said, sent, signature, verdicts
from tests.doors.provider import WickedProvider

STRANGER = RSAKey.generate_key(2048, {"kid": "first", "use": "sig"})


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
    world: World, door: Door, token_feed: Feed, provider: WickedProvider, claims: dict[str, Any]
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
    door: Door,
    token_feed: Feed,
    provider: WickedProvider,
    claims: dict[str, Any],
    change: dict[str, Any],
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
    world: World, door: Door, token_feed: Feed, provider: WickedProvider, claims: dict[str, Any]
) -> None:
    token = provider.sign(claims)
    newer = said({"ref": "SC-9", "facts": {"strategy_discussion_held": "2026-03-03"}})
    sent(door, token, "k-1")
    world.clock.now += timedelta(minutes=1)
    sent(door, token, "k-2", newer)
    world.clock.now += timedelta(minutes=1)

    again = sent(door, token, "k-1")

    world.line.watcher.poll(token_feed)
    with world.store.read() as tx:
        state = tx.feeds.get("posted")
    assert verdicts(again) == ["older"]
    assert sent(door, token, "k-1", newer).status_code == 409
    assert kept(world, "SC-9")["facts"] == {"strategy_discussion_held": "2026-03-03"}
    assert state is not None
    assert state.ok
    assert state.as_known_at == world.clock.now - timedelta(minutes=1)


def test_a_token_that_ends_while_it_is_used_ends(
    world: World, door: Door, token_feed: Feed, provider: WickedProvider, claims: dict[str, Any]
) -> None:
    token = provider.sign(claims)
    first = sent(door, token)
    world.clock.now += timedelta(hours=1, minutes=2)

    assert verdicts(first) == ["changed"]
    assert sent(door, token).status_code == 403
