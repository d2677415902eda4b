"""`daykeeper doctor` and `try` as an administrator meets them before a go-live."""

import json
from datetime import date, datetime
from pathlib import Path

import pytest

from daemon.cli import main
from daemon.demo.settings import SETTINGS
from daemon.demo.world import World
from daemon.domain.times import LONDON
from daemon.jobs.examining import examine
from daemon.rulebook import load_days, shipped
from daemon.testing.mail_server import MailServer
from integrations.sql_query.ssd.loader import create_tables
from tests.ports import free_port
from tests.redis import RedisServer

NOON = datetime(2026, 3, 12, 11, tzinfo=LONDON)


@pytest.fixture
def server(tmp_path):
    with MailServer(tmp_path / "mail") as server:
        yield server


@pytest.fixture
def place(tmp_path, server):
    days = load_days(shipped(), "england-and-wales")
    world = World(7, date(2026, 3, 2), tmp_path / "feeds", days=days, create_tables=create_tables)
    world.reveal(NOON)
    settings = SETTINGS.format(mail_port=server.port, port=0)
    (tmp_path / "daykeeper.toml").write_text(settings, "utf-8")
    return tmp_path


@pytest.fixture
def config(place):
    return ["--config", str(place / "daykeeper.toml")]


@pytest.fixture
def examined(config, capsys):
    def run() -> tuple[int, dict[str, list[str]]]:
        capsys.readouterr()
        code = main(["doctor", *config, "--json"])
        found: dict[str, list[str]] = {}
        for line in map(json.loads, capsys.readouterr().out.splitlines()):
            assert list(line) == ["grade", "where", "what", "mend"]
            found.setdefault(line["where"], []).append(f"{line['grade']}: {line['what']}")
        return code, found

    return run


def add(place: Path, text: str) -> None:
    """Put further lines at the end of the settings."""
    file = place / "daykeeper.toml"
    file.write_text(f"{file.read_text('utf-8')}\n{text}\n", "utf-8")


def test_everything_that_the_settings_name_is_looked_at_and_nothing_is_sent(
    config, server, examined
):
    main(["database", "create", *config])

    code, found = examined()

    assert code == 0
    assert found["database"] == ["ok: it is there, ours, whole and up to date"]
    assert found["broker"] == ["ok: none is needed: `run` sends by itself"]
    assert found["channels.email"][-1].endswith(" may send by it")
    assert found["people"][0].startswith("ok: it can be read, and holds ")
    assert found["feeds.conference-diary"][0].startswith("ok: it can be read, and holds ")
    assert server.received() == []


def test_a_sheet_that_is_not_there_and_that_nothing_else_could_stand_for_is_doubted(
    place, config, examined
):
    main(["database", "create", *config])
    (place / "feeds" / "diary" / "core_group.csv").unlink()

    code, found = examined()

    assert code == 0
    (doubted,) = [one for one in found["feeds.conference-diary"] if one.startswith("warn: sheet")]
    assert doubted.startswith("warn: sheet core_group is not there, and what it would show")


def test_in_words_it_is_a_line_each_and_their_number(config, capsys):
    main(["database", "create", *config])
    capsys.readouterr()

    assert main(["doctor", *config]) == 0

    *lines, last = capsys.readouterr().out.splitlines()
    assert all(line.startswith(("ok: ", "warn: ")) for line in lines)
    assert last.startswith(f"{len(lines)} things looked at: ")
    assert last.endswith(" 0 fail")


def test_a_database_that_is_not_there_fails_and_is_not_made(place, examined):
    code, found = examined()

    assert code == 1
    assert found["database"][0].startswith("fail: ")
    assert not list(place.rglob("daykeeper.sqlite"))


def test_what_fails_hides_nothing_of_the_rest(place, config, server, examined):
    main(["database", "create", *config])
    (place / "feeds" / "people.csv").unlink()
    server.switch(refuse_sender=True)

    code, found = examined()

    assert code == 1
    assert found["people"][0].startswith("fail: ")
    assert found["channels.email"][-1].startswith("fail: it does not let ")
    assert found["feeds.conference-diary"][0].startswith("ok: ")


def test_options_that_are_refused_are_a_finding_of_their_own_place(place, config, examined):
    main(["database", "create", *config])
    add(place, '[channels.calendar]\nadapter = "smtp"\noptions = { host = "localhost" }')

    code, found = examined()

    assert code == 1
    assert found["channels.calendar.options.sender"][0].startswith("fail: ")


def test_a_redis_that_is_not_there_fails(place, config, examined):
    main(["database", "create", *config])
    file = place / "daykeeper.toml"
    broker = f'broker = "redis://127.0.0.1:{free_port()}/0"\n'
    file.write_text(broker + file.read_text("utf-8"), "utf-8")

    code, found = examined()

    assert code == 1
    assert found["broker"] == ["fail: Redis cannot be used (no-connection)"]


@pytest.mark.parametrize(
    ("password", "policy", "found"),
    [
        pytest.param("right", "noeviction", ["ok: Redis answers"], id="it keeps what it has"),
        pytest.param(
            "right",
            "allkeys-lru",
            ["ok: Redis answers", "warn: Redis throws wake-ups away when it is full"],
            id="it throws away",
        ),
        pytest.param(
            "wrong",
            "noeviction",
            ["fail: Redis cannot be used (no-access)"],
            id="it lets us not in",
        ),
    ],
)
def test_a_redis_is_asked_whether_it_can_be_relied_on(password, policy, found):
    with RedisServer("--maxmemory-policy", policy, password="right") as server:
        url = f"redis://:{password}@127.0.0.1:{server.port}/0"

        assert [f"{one.grade}: {one.what}" for one in examine(url, "potterby")] == found
