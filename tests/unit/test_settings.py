"""Settings: one file, the environment above it, and what nobody wrote."""

from datetime import date, time, timedelta

import pytest

from daemon.app import outside_of
from daemon.domain.brake import Limits
from daemon.settings.whole import Settings, load
from tests.unit.settings_file import FEED, LEAST


def test_four_lines_are_enough(write, tmp_path):
    settings = load(write(LEAST))

    assert settings.database == f"sqlite:///{tmp_path}/state/daykeeper.sqlite"
    assert settings.web.secret_file == tmp_path / "state/link.key"
    assert outside_of(settings).file == tmp_path / f"state/{settings.authority}.state"
    assert (settings.web.host, settings.web.port) == ("127.0.0.1", 8700)
    assert (settings.rulebook, settings.hold_limit) == (None, 1)
    assert settings.office().opens == dict.fromkeys(range(5), time(9))


def test_a_full_file_is_read_as_it_is_meant(write, tmp_path):
    text = f"""{LEAST}
        database = "sqlite:////var/lib/daykeeper/d.sqlite"
        rulebook = "our/policies"
        enforce_from = 2026-03-02
        closure_days = [2026-12-29, 2026-12-30]
        hold_limit = "2 working days"
        brake = {{ one_pass = "off" }}
        [office_hours]
        monday = "08:30-17:30"
        saturday = "10:00-12:00"
        [domains]
        internal = ["Potterby.example"]
        {FEED}
        options = {{ folder = "drop" }}
        [merge_order]
        "*" = ["diary", "daykeeper"]
        [channels.email]
        adapter = "smtp"
    """

    settings = load(write(text))

    office = settings.office()
    assert settings.database == "sqlite:////var/lib/daykeeper/d.sqlite"
    assert settings.rulebook == tmp_path / "our/policies"
    assert settings.enforce_from == date(2026, 3, 2)
    assert settings.domains.internal == ("potterby.example",)
    assert settings.hold_limit == 2
    assert settings.terms().brake == Limits(None, 30)
    assert office.opens == {0: time(8, 30), 5: time(10)}
    assert office.closes == {0: time(17, 30), 5: time(12)}
    assert office.closures == {date(2026, 12, 29), date(2026, 12, 30)}
    assert settings.feeds["diary"].fresh_within == timedelta(hours=4)
    assert settings.feeds["diary"].read_every == timedelta(minutes=5)
    assert settings.feeds["diary"].options == {"folder": "drop"}
    assert settings.channels["email"].adapter == "smtp"


def test_the_environment_stands_above_the_file(write, monkeypatch):
    monkeypatch.setenv("DAYKEEPER_WEB__LISTEN", "0.0.0.0:9000")
    monkeypatch.setenv("DAYKEEPER_FEEDS__DIARY__FRESH_WITHIN", "2 days")

    settings = load(write(LEAST + FEED + '[web]\nlisten = "127.0.0.1:1"'))

    assert settings.web.listen == "0.0.0.0:9000"
    assert settings.feeds["diary"].fresh_within == timedelta(days=2)
    assert settings.feeds["diary"].adapter == "csv_files"


def test_settings_are_never_changed(write):
    settings: Settings = load(write(LEAST))

    with pytest.raises(ValueError, match="frozen"):
        settings.title = "Another"
