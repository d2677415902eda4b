"""shadow: where no draft decides beside, and what one would tell otherwise."""

from datetime import UTC, datetime, timedelta

import pytest

from daemon.cli import main
from daemon.cli.shadow import in_json, in_words
from daemon.domain.message import Lane
from daemon.domain.notice import Key, Kind, Notice
from daemon.engine.rules.shadow import SINCE, Contrast
from daemon.settings.whole import load
from daemon.store import Store, create
from tests.doors.tuning.potterby import SETTINGS

DUE = datetime(2026, 3, 6, 17, tzinfo=UTC)


def test_shadow_says_how_to_begin_where_no_draft_has_decided(folder, tmp_path, capsys):
    file = tmp_path / "daykeeper.toml"
    file.write_text(SETTINGS, "utf-8")
    create(load(file).database)

    assert main(["shadow", "--config", str(file)]) == 1

    assert 'no draft has decided yet; name one: shadow = "FOLDER"' in capsys.readouterr().err


def test_shadow_compares_nothing_once_the_settings_name_no_draft_any_more(folder, tmp_path, capsys):
    file = tmp_path / "daykeeper.toml"
    file.write_text(SETTINGS, "utf-8")
    create(load(file).database)
    store = Store.open(load(file).database, "potterby")
    with store.write() as tx:
        tx.marks.put(SINCE, DUE)
    store.close()

    assert main(["shadow", "--config", str(file)]) == 1

    out, err = capsys.readouterr()
    assert (
        "a draft decided beside from Friday 6 March 2026, 5pm on, and the settings name it no more"
        in err
    )
    assert out == ""


@pytest.mark.parametrize(
    ("told_at", "would_at", "said"),
    [
        pytest.param(None, DUE, "would be told on Friday 6 March 2026, 5pm, and was not", id="one more"),
        pytest.param(DUE, None, "would not be told, and was on Friday 6 March 2026, 5pm", id="one fewer"),
        pytest.param(
            DUE, DUE - timedelta(minutes=30),
            "would be told on Friday 6 March 2026, 4:30pm instead of Friday 6 March 2026, 5pm", id="sooner",
        ),
    ],
)  # fmt: skip
def test_what_a_draft_would_tell_otherwise_is_a_line_for_each_person(told_at, would_at, said):
    duty = "SC-1/icpc-invite-list/icpc-1"
    notice = Notice(
        Key(duty, "invite-list-missed", 0, "sue", "email"), Kind.ASK, "invite-list-missed", DUE, DUE,
        Lane.ROUTINE, "safeguarding_service_manager", ("SC-1",), None, because="",
    )  # fmt: skip

    one = Contrast(notice, told_at, would_at)

    who = "sue (safeguarding service manager) by email"
    assert in_words(one) == f"{duty}: invite-list-missed: {who} {said}"
    assert in_json(one)["told_at"] == (told_at and told_at.isoformat())
