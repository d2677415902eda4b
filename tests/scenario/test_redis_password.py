"""The password of Redis is changed in its file while a run is there: the next connection takes the new one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from daemon.domain.errors import Refusal
from daemon.domain.message import Lane
from daemon.jobs.examining import examine
from daemon.jobs.on_redis import RedisWire
from daemon.jobs.post import Post
from daemon.jobs.reach import Reach
from daemon.settings.whole import load
from tests.faults.runner import until
from tests.redis import RedisServer

SETTINGS = """
authority = "testshire"
title = "Testshire"
operator = "operator@council.example"
fallback = "duty"
broker = "redis://:word-4711@localhost:6379/0"
broker_password_file = "redis.password"
"""


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    with RedisServer(password="first") as started:
        yield started


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    file = tmp_path / "redis.password"
    file.touch(mode=0o600)
    file.write_text("first\n")
    return file


def rotate(redis: RedisServer, new: str) -> None:
    """Have the server take another password, and cut every connection that came in by the old one."""
    redis.run("CONFIG", "SET", "requirepass", new)
    redis.password = new
    redis.run("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")


def test_a_run_wakes_by_the_new_password_and_is_not_started_again(redis, secret) -> None:
    post = Post(f"redis://127.0.0.1:{redis.port}/0", "testshire", secret)
    wire = RedisWire(redis.url, "testshire", Reach())
    post.start()
    post.ask(Lane.ROUTINE, 1)
    until(lambda: wire.waiting(str(Lane.ROUTINE)) == 1, 20, "a wake-up waits")

    rotate(redis, "second")
    post.ask(Lane.ROUTINE, 2)
    until(lambda: post.reach.reason == "no-access", 20, "the old password is refused")
    secret.write_text("second\n")
    post.ask(Lane.ROUTINE, 2)

    again = RedisWire(redis.url, "testshire", Reach())
    until(lambda: again.waiting(str(Lane.ROUTINE)) == 2, 20, "another waits")
    post.stop()
    for one in (wire, again):
        one.client.close()


def test_a_user_by_name_is_let_in_by_the_file_and_by_another_word_the_reason_is_said(redis, secret):
    redis.run("ACL", "SETUSER", "daykeeper", "on", ">first", "~*", "&*", "+@all")
    address = f"redis://daykeeper@127.0.0.1:{redis.port}/0"

    (fine, *_) = examine(address, "testshire", secret)
    secret.write_text("another")
    (fault,) = examine(address, "testshire", secret)

    assert str(fine.what) == "Redis answers"
    assert "no-access" in fault.what


def test_a_file_that_others_may_read_or_that_is_not_there_is_refused_in_one_line(secret) -> None:
    address = "redis://127.0.0.1:1/0"
    secret.chmod(0o644)

    with pytest.raises(Refusal, match="broker_password_file: others may read this file"):
        Post(address, "testshire", secret)
    secret.unlink()
    with pytest.raises(Refusal, match="broker_password_file: there is no such file"):
        Post(address, "testshire", secret)


def test_a_password_in_the_address_beside_one_in_a_file_is_refused(tmp_path) -> None:
    settings = tmp_path / "daykeeper.toml"
    settings.write_text(SETTINGS, "utf-8")

    with pytest.raises(
        Refusal, match="broker_password_file: a password stands in the address"
    ) as told:
        load(settings)

    assert "4711" not in str(told.value)
