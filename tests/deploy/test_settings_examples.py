"""The settings to start from are read by the very model that reads an authority's own, and say what each key is for."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from daemon.app import channels_of, feeds_of, inboxes_of, outside_of, staff_of, utc_now
from daemon.cli.examining.machine import file_of
from daemon.cli.examining.unwatched_rules import unwatched
from daemon.domain.errors import Severity
from daemon.plugins import load as load_plugin
from daemon.rulebook import load as read
from daemon.rulebook import shipped
from daemon.settings.whole import load
from daemon.store.place.address import backend_of
from tests.deploy.tools import DEPLOY

EXAMPLE = DEPLOY / "daykeeper.example.toml"
EXAMPLES = sorted([EXAMPLE, *(DEPLOY / "settings").glob("*.toml")])
TLS = DEPLOY.parent / "tests" / "integrations" / "smtp" / "tls"
PEM = "".join((TLS / name).read_text() for name in ("localhost.pem", "key-for-tests.pem"))
KEY = re.compile(r'^(?:[\w-]+|"\*") = ')


def values(table: Any, name: str) -> list[Any]:
    """Return every value of that key, in whatever table it stands."""
    if isinstance(table, list):
        return [found for one in table for found in values(one, name)]
    if not isinstance(table, dict):
        return []
    own = [table[name]] if name in table else []
    return own + [found for one in table.values() for found in values(one, name)]


@pytest.fixture(params=EXAMPLES, ids=lambda file: file.stem)
def example(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Return a copy with the files beside it that it names."""
    text = request.param.read_text()
    for key in ("password_file", "client_secret_file", "certificate_file", "url_file"):
        for name in values(tomllib.loads(text), key):
            file = tmp_path / name
            file.parent.mkdir(exist_ok=True)
            file.write_text(PEM if name.endswith(".pem") else "letters1\n")
            file.chmod(0o600)
    copy = tmp_path / "daykeeper.toml"
    copy.write_text(text)
    return copy


def test_it_loads_and_each_of_its_adapters_takes_its_options(example):
    settings = load(example)

    channels = channels_of(settings, utc_now)
    sources = [feed.source for feed in feeds_of(settings, utc_now).values()]
    inboxes = [box.inbox for box in inboxes_of(settings, utc_now).values()]
    people = staff_of(settings)
    assert people is not None
    base = {"base": settings.folder, "clock": utc_now}
    directory = load_plugin(people.adapter, "directory", people.options, **base, where="people")
    assert settings.audit is not None
    own = settings.audit.mail
    assert own is not None
    mail = load_plugin(own.adapter, "channel", own.options, **base, where="audit.mail")
    for one in (*channels.values(), *sources, *inboxes, directory, mail):
        getattr(one, "close", lambda: None)()  # nothing was asked of anybody
    assert (channels.keys(), len(sources), len(inboxes)) == (
        settings.channels.keys(), len(settings.feeds), len(settings.inbox),
    )  # fmt: skip
    assert backend_of(settings.database).is_shared is settings.database.startswith("postgresql")


def test_a_key_that_is_misspelt_is_found(example):
    example.write_text(example.read_text().replace("[web]\nlisten", "[web]\nlistens"))

    with pytest.raises(Exception, match=r"web\.listens"):
        load(example)


@pytest.mark.parametrize("name", ["small", "large"])
def test_every_key_says_what_it_is_for(name):
    lines = (DEPLOY / "settings" / f"{name}.toml").read_text().splitlines()

    keys = [line for line in lines if KEY.match(line)]
    assert len(keys) > 30
    assert [line for line in keys if not re.search(r"  ?# \S", line)] == []


def test_the_small_one_needs_one_machine_and_the_large_one_workers():
    small, large = (load(DEPLOY / "settings" / f"{name}.toml") for name in ("small", "large"))

    assert (small.broker, large.broker.partition(":")[0]) == ("memory", "redis")
    assert not backend_of(small.database).is_shared
    assert large.web.sign_in is not None
    assert {"email", "teams", "calendar"} <= set(large.channels)


def test_the_small_one_has_every_statutory_limit_begin():
    settings = load(DEPLOY / "settings" / "small.toml")

    book, _ = read(shipped())

    assert book is not None
    found = unwatched(settings, book, settings.pathway_default, is_whole=False)
    assert [str(one) for one in found if one.severity is Severity.ERROR] == []


def test_what_each_writes_lies_where_the_units_may_write():
    for example in EXAMPLES:
        settings = load(example)
        written = [outside_of(settings).file, file_of(settings.database), settings.web.secret_file]
        own = [one for one in written if one is not None and settings.folder not in one.parents]
        assert own
        assert [one for one in own if Path("/var/lib/daykeeper") not in one.parents] == []
    for unit in DEPLOY.glob("daykeeper*.service"):
        if "failed" not in unit.name:
            assert "\nStateDirectory=daykeeper\n" in unit.read_text()
