"""Links: made for one message, duty, person and action, and good for nothing else."""

from dataclasses import replace
from random import Random

import pytest

from daemon.domain.link import Action, Purpose, hash_of, is_genuine, item_code, make_token

KEY = bytes(range(32))
FOR = Purpose("m-1", "SC-1/icpc-invite-list/icpc-1", "sue", Action.PROMISE, 2)
TOKEN = make_token(bytes(16), KEY, FOR)


def test_a_link_is_good_for_what_it_was_made_for():
    assert is_genuine(TOKEN, KEY, FOR)


@pytest.mark.parametrize(
    "purpose",
    [
        pytest.param(replace(FOR, message="m-2"), id="another message"),
        pytest.param(replace(FOR, obligation="SC-2/icpc-invite-list/icpc-1"), id="another case"),
        pytest.param(replace(FOR, person="wes"), id="another person"),
        pytest.param(replace(FOR, action=Action.WRONG_PERSON), id="another action"),
        pytest.param(replace(FOR, revision=1), id="what the duty was before"),
        pytest.param(
            Purpose("m-1\x00SC-1", "icpc", "sue", Action.PROMISE, 2),
            id="the same letters, cut elsewhere",
        ),
    ],
)
def test_and_for_nothing_else(purpose):
    assert not is_genuine(TOKEN, KEY, purpose)


def test_not_with_another_key():
    assert not is_genuine(TOKEN, bytes(32), FOR)


def test_of_a_thousand_links_with_one_letter_changed_none_is_accepted():
    random = Random(1)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for _ in range(1000):
        at = random.randrange(len(TOKEN) - 1)  # the last letter carries bits that mean nothing
        other = random.choice(letters.replace(TOKEN[at], ""))
        assert not is_genuine(TOKEN[:at] + other + TOKEN[at + 1 :], KEY, FOR)


@pytest.mark.parametrize(
    "nonsense", ["", "A", "é", "%%%", "A" * 10_000, TOKEN[:-8], TOKEN + "AAAA", "\ud800"]
)
def test_nonsense_is_refused_and_never_raises(nonsense):
    assert not is_genuine(nonsense, KEY, FOR)


def test_the_store_keeps_a_hash_and_a_code_says_nothing_of_the_case():
    assert hash_of(TOKEN) != TOKEN
    assert len(hash_of(TOKEN)) == 64
    assert item_code("m-1", FOR.obligation) == item_code("m-1", FOR.obligation)
    assert item_code("m-1", FOR.obligation) != item_code("m-2", FOR.obligation)
