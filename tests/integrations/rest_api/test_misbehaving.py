"""A source that fails in every way that it can: one plain sentence, nothing of its words, nothing taken."""

from typing import Any

import pytest

from daemon.ports import Unreadable
from daemon.testing.fakes import HandClock
from daemon.testing.rest.faults import Fault
from daemon.testing.rest.server import RestServer
from integrations.rest_api.pages import parsed
from integrations.rest_api.wire import Said
from tests.integrations.rest_api.conftest import PAGING, Connect, child, private

SENTENCES = {
    Fault.PAGE: "no JSON but a page",
    Fault.SHAPE: "no list of rows at",
    Fault.HALF: "no JSON, or only a part",
    Fault.NOISE: "charset|only a part",
    Fault.CHARSET: "charset",
    Fault.UNKNOWN_CHARSET: "charset that we do not read",
    Fault.DEEP: "nested too deep",
    Fault.EMPTY: "no JSON, or only a part",
    Fault.NO_CONTENT: r"error \(204\)",
    Fault.REFUSED: r"refuses our key \(403\)",
    Fault.UNAUTHORISED: r"refuses our key \(401\)",
    Fault.MISSING: r"nothing at this path \(404\)",
    Fault.LIMITED: r"left alone \(429\), for 120 seconds",
    Fault.DOWN: r"left alone \(503\), for 60 seconds",
    Fault.BROKEN: r"an error \(500\)",
    Fault.ELSEWHERE: r"to another host \(302\)",
    Fault.HERE: r"elsewhere \(301\)",
    Fault.NOWHERE: r"to another host \(302\)",
    Fault.PACKED: "packs its answers",
    Fault.LARGE: "an answer is larger than is taken",
    Fault.CUT: "cut off",
    Fault.CUT_INSIDE: "cut off",
    Fault.HANG: "did not answer within",
    Fault.DRIP: "did not answer within|cut off",
    Fault.DRIP_INSIDE: "did not answer within",
}


def test_every_fault_has_its_sentence() -> None:
    assert set(Fault) - {Fault.NONE} == SENTENCES.keys()


@pytest.mark.parametrize("fault", SENTENCES)
@pytest.mark.parametrize("page", ["first", "second"])
def test_a_fault_is_one_plain_sentence_and_what_was_good_comes_again(
    server: RestServer, connect: Connect, clock: HandClock, fault: Fault, page: str
) -> None:
    server.rows += [child("SC-1"), child("SC-2")]
    server.page_size = 1
    source = connect(paging=PAGING["next_link"], answer_within_s=0.5, page_most_bytes=1_000_000)
    server.faults += [fault] if page == "first" else [Fault.NONE, fault]

    with pytest.raises(Unreadable, match=SENTENCES[fault]) as caught:
        source.read(None)
    clock.now = clock.now.replace(hour=23)

    assert "\n" not in str(caught.value)
    assert "not for people" not in str(caught.value)
    assert len(source.read(None).records) == 2


LINKED = ("circle", "elsewhere")
TURNS = [
    *((style, turn) for style in PAGING for turn in ("endless", "same")),
    *((style, turn) for style in ("next_link", "link_header") for turn in LINKED),
    ("next_link", "strange"),
]


@pytest.mark.parametrize(("style", "turn"), TURNS)
def test_pages_without_an_end_are_told_and_not_followed(
    server: RestServer, connect: Connect, style: Any, turn: Any
) -> None:
    server.rows += [child("SC-1"), child("SC-2")]
    server.page_size, server.style, server.turn = 1, style, turn
    source = connect(paging=PAGING[style], pages_most=30)

    with pytest.raises(
        Unreadable, match=r"more than 30 pages|gave before|circles|another host|no address"
    ):
        source.read(None)

    assert len(server.asked) <= 30


def test_what_it_gives_in_all_is_bounded(server: RestServer, connect: Connect) -> None:
    server.rows += [child(f"SC-{number}", notes="x" * 900) for number in range(100)]
    server.page_size = 10
    source = connect(paging=PAGING["next_link"], whole_most_bytes=50_000)

    with pytest.raises(Unreadable, match="gives in all is larger"):
        source.read(None)


def test_a_whole_reading_ends_in_time_however_many_pages_come(
    server: RestServer, connect: Connect
) -> None:
    server.rows += [child(f"SC-{number}") for number in range(100)]
    server.page_size = 1
    source = connect(paging=PAGING["next_link"], timeout_s=0.5, pause_s=0.2)

    with pytest.raises(Unreadable, match=r"not be read whole within 0\.5 seconds"):
        source.read(None)


def test_whoever_asks_to_be_left_alone_is(
    server: RestServer, connect: Connect, clock: HandClock
) -> None:
    server.faults.append(Fault.LIMITED)
    source = connect()
    with pytest.raises(Unreadable, match="429"):
        source.read(None)

    with pytest.raises(Unreadable, match="left alone until"):
        source.read(None)
    asked = len(server.asked)
    clock.now = clock.now.replace(minute=33)

    assert asked == 1
    assert source.read(None).whole


@pytest.mark.parametrize(
    ("content", "kind", "name"),
    [
        pytest.param('{"a": "é"}'.encode(), "application/json", "é", id="UTF-8"),
        pytest.param('{"a": "é"}'.encode("utf-8-sig"), "application/json", "é", id="with a mark"),
        pytest.param('{"a": "é"}'.encode("utf-16"), "application/json", "é", id="UTF-16"),
        pytest.param('{"a": "é"}'.encode("latin-1"), "text/json; charset=ISO-8859-1", "é", id="Latin-1"),
        pytest.param(b'{"a": NaN}', "application/json", "NaN", id="no number"),
        pytest.param(b'{"a": 1' + b"0" * 5000 + b"}", "application/json", "1" + "0" * 5000, id="a huge number"),
        pytest.param(b'{"a": 1e999}', "application/json", float("inf"), id="infinite"),
    ],
)  # fmt: skip
def test_an_answer_is_read_in_its_charset_and_no_number_breaks_it(
    content: bytes, kind: str, name: object
) -> None:
    assert parsed(Said(200, {"content-type": kind}, content)) == {"a": name}


def test_a_token_is_kept_until_it_ends_and_asked_for_anew_once(
    server: RestServer, connect: Connect, clock: HandClock, tmp_path: Any
) -> None:
    server.rows.append(child("SC-1"))
    server.needs = "token"
    file = private(tmp_path, "secret", "the-secret-of-the-feed")
    oauth2 = {"token_url": f"{server.url}/token", "client_id": "daykeeper", "secret_file": file}
    source = connect(oauth2=oauth2)

    for _ in range(2):
        source.read(None)
    kept = len(server.tokens)
    server.tokens.clear()
    source.read(None)
    anew = len(server.tokens)
    clock.now = clock.now.replace(hour=19)
    source.read(None)

    assert (kept, anew, len(server.tokens)) == (1, 1, 2)


def test_a_token_that_is_refused_twice_ends_the_reading(
    server: RestServer, connect: Connect, tmp_path: Any
) -> None:
    server.needs = "token"
    file = private(tmp_path, "secret", "the-secret-of-the-feed")
    oauth2 = {"token_url": f"{server.url}/token", "client_id": "daykeeper", "secret_file": file}
    source = connect(oauth2=oauth2 | {"credentials": "body"})
    server.faults += [Fault.UNAUTHORISED, Fault.UNAUTHORISED]

    with pytest.raises(Unreadable, match="refuses our key"):
        source.read(None)

    assert len(server.asked) == len(server.tokens) == 2


@pytest.mark.parametrize("fault", [Fault.PAGE, Fault.SHAPE, Fault.BROKEN, Fault.EMPTY])
def test_without_a_token_nothing_is_asked(
    server: RestServer, connect: Connect, tmp_path: Any, fault: Fault
) -> None:
    server.token_fault = fault
    file = private(tmp_path, "secret", "the-secret-of-the-feed")
    oauth2 = {"token_url": f"{server.url}/token", "client_id": "daykeeper", "secret_file": file}

    with pytest.raises(Unreadable, match="no token"):
        connect(oauth2=oauth2).read(None)

    assert server.asked == []


def test_a_key_is_read_each_time_and_never_shown(
    server: RestServer, connect: Connect, tmp_path: Any
) -> None:
    server.needs = "key"
    server.rows.append(child("SC-1"))
    source = connect(key={"file": private(tmp_path, "key", "wrong-key"), "header": "X-Api-Key"})
    with pytest.raises(Unreadable) as caught:
        source.read(None)

    private(tmp_path, "key", "the-key-of-the-feed")

    assert len(source.read(None).records) == 1
    assert "wrong-key" not in str(caught.value)


@pytest.mark.parametrize(
    "text", [pytest.param("two words", id="two words"), pytest.param("", id="nothing")]
)
def test_a_key_that_is_none_is_not_sent(
    server: RestServer, connect: Connect, tmp_path: Any, text: str
) -> None:
    source = connect(key={"file": private(tmp_path, "key", "a-key")})
    (tmp_path / "key").write_text(text)

    with pytest.raises(Unreadable, match="holds no key"):
        source.read(None)

    assert server.asked == []
