"""The database's verbs on a PostgreSQL server, as people use them."""

from pathlib import Path

import pytest

from daemon.cli import main
from tests.postgres import PASSWORD, Server

SETTINGS = """
authority = "testshire"
title = "Testshire"
operator = "operator@council.example"
fallback = "duty"
database = "{url}"
"""


@pytest.fixture
def database(server: Server):
    name = f"doors_{id(object())}"
    yield name
    server.drop(name)


def settings(folder: Path, url: str) -> str:
    path = folder / "daykeeper.toml"
    path.write_text(SETTINGS.format(url=url), "utf-8")
    return str(path)


def test_a_database_is_made_checked_and_read_on_a_server(tmp_path, server, database, capsys):
    config = settings(tmp_path, server.url(database))
    verbs = (("create",), ("check",), ("upgrade",))

    codes = [main(["database", *verb, "--config", config]) for verb in verbs]
    codes += [main(["journal", "verify", "--config", config])]

    said = capsys.readouterr()
    assert codes == [0, 0, 0, 0]
    assert said.out.splitlines()[:3] == [
        "the database is made",
        "the database is in order; nobody has begun on it",
        "the database is up to date",
    ]
    assert said.err == ""


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("sslmode=wrong", "an option behind the ? of the address is none of PostgreSQL's"),
        ("nosuchoption=1", "an option behind the ? of the address is none of PostgreSQL's"),
        ("tcp_user_timeout=abc", "an option behind the ? of the address is none of PostgreSQL's"),
        ("sslmode=require", "the server speaks no TLS, and the address demands it"),
    ],
)
def test_a_wrong_option_of_the_address_is_named_as_such(tmp_path, server, capsys, option, words):
    url = server.url("postgres")
    config = settings(tmp_path, f"{url}{'&' if '?' in url else '?'}{option}")

    code = main(["database", "check", "--config", config])

    said = "".join(capsys.readouterr())
    assert (code, said.count("\n")) == (1, 1)
    assert words in said


@pytest.mark.parametrize(
    "verb", [("run",), ("status",), ("database", "check"), ("journal", "verify")]
)
@pytest.mark.parametrize(
    ("password", "words"),
    [
        pytest.param("wrong-4711", "the server refuses our user or password", id="wrong password"),
        pytest.param(PASSWORD, "there is no database of that name", id="no such database"),
    ],
)
def test_what_keeps_us_out_is_one_line_and_names_no_password(
    tmp_path, server, database, capsys, verb, password, words
):
    config = settings(tmp_path, server.url(database, password=password))

    code = main([*verb, "--config", config])

    said = "".join(capsys.readouterr())
    assert code == 1
    assert said.count("\n") == 1
    assert f"database {database} on 127.0.0.1:{server.port}: {words}; " in said
    assert "daykeeper database" in said
    assert not [word for word in (password, "://", "Traceback") if word in said]
