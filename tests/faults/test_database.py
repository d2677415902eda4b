"""A database that is missing, broken or older at the start: never a fresh one, never silence."""

import sqlite3

import pytest

from tests.faults.authority import Authority
from tests.faults.runner import daykeeper


def be_missing(path):
    path.unlink()


def be_empty(path):
    path.write_bytes(b"")


def be_truncated(path):
    path.write_bytes(path.read_bytes()[:6000])


def be_garbage(path):
    path.write_bytes(b"\x00garbage\xff" * 1000)


def be_older(path):
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE daykeeper_schema SET version_num = '0001'")
    connection.close()


@pytest.mark.parametrize(
    ("harm", "mend"),
    [
        pytest.param(be_missing, "daykeeper database create", id="missing"),
        pytest.param(be_empty, "daykeeper database create", id="empty"),
        pytest.param(be_truncated, "restore the last backup", id="truncated"),
        pytest.param(be_garbage, "restore the last backup", id="garbage"),
        pytest.param(be_older, "daykeeper database upgrade", id="older"),
    ],
)
def test_a_service_is_refused_a_database_that_is_not_in_order(tmp_path, harm, mend):
    authority = Authority(tmp_path, families=1, children=1)
    authority.write(port=2525)
    harm(authority.database)
    before = {path.name: path.read_bytes() for path in tmp_path.glob("daykeeper.sqlite*")}

    ended = daykeeper("run", "--config", str(authority.config))

    after = {path.name: path.read_bytes() for path in tmp_path.glob("daykeeper.sqlite*")}
    (line,) = ended.stderr.splitlines()
    assert ended.returncode == 1
    assert line.startswith(f"{authority.database}: ")
    assert mend in line
    assert after == before
