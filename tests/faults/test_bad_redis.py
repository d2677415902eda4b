"""A Redis that is not there, shut, full, read-only or none at all: one line says so, and all goes out."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from daemon.app import utc_now
from daemon.engine.standing.overview import standing
from daemon.engine.standing.presence import WORKER
from tests.faults.authority import DUE_AT, Authority
from tests.faults.looking import looking_into
from tests.faults.receiver import Receiver
from tests.faults.runner import Daemon, command_line, daykeeper, offset_to, until
from tests.ports import free_port
from tests.redis import RedisServer, agreeing

pytestmark = pytest.mark.slow
EARLIER = DUE_AT - timedelta(minutes=5)
PASSWORD = "swordfish-right"


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    with RedisServer(password=PASSWORD) as server:
        yield server


def reach_nobody(_: RedisServer, __: Receiver) -> str:
    return f"redis://127.0.0.1:{free_port()}/0"


def have_a_wrong_password(redis: RedisServer, _: Receiver) -> str:
    return redis.url.replace(PASSWORD, "swordfish-wrong")


def have_no_password(redis: RedisServer, _: Receiver) -> str:
    return f"redis://127.0.0.1:{redis.port}/0"


def reach_a_full_one(redis: RedisServer, _: Receiver) -> str:
    redis.run("CONFIG", "SET", "maxmemory", "1")
    return redis.url


def reach_a_replica(redis: RedisServer, _: Receiver) -> str:
    redis.run("REPLICAOF", "127.0.0.1", str(free_port()))
    return redis.url


def reach_a_mail_server(_: RedisServer, mail: Receiver) -> str:
    return f"redis://127.0.0.1:{mail.port}/0"


@pytest.mark.parametrize(
    ("mistake", "reason"),
    [
        pytest.param(reach_nobody, "no-connection", id="nobody listens"),
        pytest.param(have_a_wrong_password, "no-access", id="a wrong password"),
        pytest.param(have_no_password, "no-access", id="no password"),
        pytest.param(reach_a_full_one, "full", id="full"),
        pytest.param(reach_a_replica, "read-only", id="read-only"),
        pytest.param(reach_a_mail_server, "no-redis", id="a mail server"),
    ],
)
def test_without_a_redis_that_works_messages_go_out_by_looking(
    tmp_path, mail, redis: RedisServer, mistake: Callable[..., str], reason: str
) -> None:
    everything_goes_out(tmp_path, mail, mistake(redis, mail), reason)


@pytest.mark.parametrize(
    "to_ping",
    [pytest.param(b"+OK\r\n", id="PING, too"), pytest.param(b"+PONG\r\n", id="but PING")],
)
def test_what_says_ok_to_every_command_is_no_redis_and_messages_go_out_by_looking(
    tmp_path, mail, to_ping
) -> None:
    with agreeing(to_ping) as port:
        everything_goes_out(tmp_path, mail, f"redis://127.0.0.1:{port}/0", "no-redis")


def everything_goes_out(folder: Path, mail: Receiver, broker: str, reason: str) -> None:
    """Assert that a run and a worker send all, and each say in one line why they do it without Redis."""
    authority = Authority(folder, families=2, children=1, broker=broker)
    authority.write(mail.port)
    offset = offset_to(EARLIER)

    with (
        Daemon(authority.config, offset) as run,
        Daemon(authority.config, offset, kind="worker") as worker,
    ):
        until(lambda: mail.count() == 6, 60, "all has come")
        lines = [one.wait_for("redis.lost") for one in (run, worker)]
        until(lambda: any("redis" in one for one in attention(authority, offset)), 60, "shown")
        codes = [worker.stop(), run.stop()]
        said = [one.said("redis.lost") for one in (run, worker)]

    assert [line["reason"] for line in lines] == [reason, reason]
    assert [len(some) for some in said] == [1, 1]  # once for each change, not each second
    assert not [line for line in (*run.log, *worker.log) if "swordfish" in str(line)]
    assert codes == [0, 0]


def attention(authority: Authority, offset: timedelta) -> list[str]:
    with looking_into(authority) as store:
        said = standing(store, utc_now() + offset, {}, None, [], is_queued=True)
    return list(said["attention"])


def test_a_run_without_workers_sends_by_itself_and_status_says_so(tmp_path, mail, redis) -> None:
    authority = Authority(tmp_path, families=2, children=1, broker=redis.url)
    authority.write(mail.port)
    offset = offset_to(EARLIER)

    with Daemon(authority.config, offset) as run:
        run.wait_for("workers.seen", many=0)
        until(lambda: mail.count() == 6, 60, "all has come")
        alone = attention(authority, offset)
        with Daemon(authority.config, offset, kind="worker") as worker:
            run.wait_for("workers.seen", many=1)
            together = attention(authority, offset)
            assert worker.stop() == 0
        run.wait_for("workers.seen", many=0)
        assert run.stop() == 0

    assert [one for one in alone if "no worker is there" in one]
    assert not [one for one in together if "worker" in one]
    assert len(redis.run("KEYS", "*")) < 10


def test_a_worker_before_any_run_and_one_with_another_key_are_refused_in_a_sentence(
    tmp_path, mail
) -> None:
    authority = Authority(tmp_path, families=0, children=1)
    authority.write(mail.port)
    words = ("worker", "--config", str(authority.config))

    first = daykeeper(*words)
    with Daemon(authority.config, offset_to(EARLIER)) as run:
        run.stop()
    (tmp_path / "link.key").unlink()
    second = daykeeper(*words)

    assert (first.returncode, second.returncode) == (1, 1)
    assert first.stderr == "database: no run has used it yet; start `daykeeper run` first\n"
    assert second.stderr.startswith(f"{tmp_path / 'link.key'}: this is not the key with which")
    assert second.stderr.count("\n") == 1


def test_a_worker_that_would_tell_people_otherwise_than_the_run_is_refused_in_a_sentence(
    tmp_path, mail
) -> None:
    authority = Authority(tmp_path, families=0, children=1)
    authority.write(mail.port)
    with Daemon(authority.config, offset_to(EARLIER)) as run:
        run.stop()
    other = tmp_path / "other.toml"
    text = authority.config.read_text("utf-8")
    other.write_text(text.replace('internal = ["', 'internal = ["elsewhere.example", "'), "utf-8")

    said = daykeeper("worker", "--config", str(other))

    assert said.returncode == 1
    assert said.stderr == (
        "settings: a worker must tell people as the run does, and these differ: domains; "
        "copy the settings of the run to here\n"
    )


def test_of_two_processes_one_dies_and_is_started_again_and_all_end_together(
    tmp_path, mail
) -> None:
    authority = Authority(tmp_path, families=0, children=1)
    authority.write(mail.port)

    def alive() -> set[int]:
        with looking_into(authority) as store, store.read() as tx:
            return {int(name.split("-")[-1]) for name in tx.leases.held(WORKER, utc_now())}

    with Daemon(authority.config, offset_to(EARLIER)):
        words = ("worker", "--processes", "2", "--threads", "3", "--config", str(authority.config))
        with command_line(*words) as parent:
            until(lambda: len(alive()) == 2, 60, "two are at work")
            first = alive()
            os.kill(min(first), signal.SIGKILL)
            until(lambda: alive() - first, 60, "another one is at work")
            parent.send_signal(signal.SIGTERM)
            assert parent.wait(30) == 0
            until(lambda: not alive() & {max(first)}, 5, "they have said good-bye")
        with command_line(*words) as parent:
            until(lambda: len(alive() - first) >= 2, 60, "two are at work")
            orphans = [pid for pid in alive() if is_there(pid)]
            parent.kill()
            until(lambda: not any(map(is_there, orphans)), 60, "nobody is left without a parent")

    assert len(orphans) == 2


def is_there(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False
