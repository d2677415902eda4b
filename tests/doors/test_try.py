"""`daykeeper try` as an administrator meets it: one test message, and what proves that it came."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from daemon.cli import main
from daemon.demo.settings import AUTHORITY, BY_MICROSOFT365, SETTINGS
from daemon.testing.mail_server import MailServer
from daemon.testing.microsoft365.faults import Fault
from daemon.testing.microsoft365.server import Microsoft365

WHO = "sw01@potterby.example"
MAIL = 'host = "127.0.0.1", port = {port}, security = "none", sender = "daykeeper@potterby.example"'
CALENDAR = f'[channels.calendar]\nadapter = "smtp"\noptions = {{{{ {MAIL} }}}}\n'
FOLDER = '[channels.email]\nadapter = "folder"\noptions = { folder = "out", sender = "daykeeper@potterby.example" }\n'
PEOPLE = "staff_id,email,role,team\nsw01,sw01@potterby.example,social_worker,north\n"


@pytest.fixture
def config(tmp_path: Path) -> list[str]:
    """Give the option that names the settings."""
    (tmp_path / "feeds").mkdir()
    (tmp_path / "feeds" / "people.csv").write_text(PEOPLE)
    return ["--config", str(tmp_path / "daykeeper.toml")]


@pytest.fixture
def server(tmp_path: Path, config: list[str]) -> Iterator[MailServer]:
    """Give a mail server that the settings name for mail and calendar."""
    with MailServer(tmp_path / "mail") as server:
        text = SETTINGS.format(mail_port=server.port, port=0) + CALENDAR.format(port=server.port)
        Path(config[1]).write_text(text)
        yield server


@pytest.fixture
def office(tmp_path: Path, config: list[str]) -> Iterator[Microsoft365]:
    """Give a tenant that the settings name for mail."""
    with Microsoft365(tmp_path / "microsoft365") as office:
        secret = tmp_path / "microsoft365" / "secret"
        secret.touch(mode=0o600)
        secret.write_text(office.tenant.secret)
        text = BY_MICROSOFT365.format(address=office.address, port=0)
        Path(config[1]).write_text(text)
        yield office


def test_a_mail_that_cannot_be_looked_up_is_said_to_be_handed_over_and_where_to_look(
    config, server, capsys
):
    assert main(["try", "email", "--to", WHO, *config]) == 0

    handed, looked, seen = capsys.readouterr().out.splitlines()
    assert re.fullmatch(r"handed over: .+, by email as 000001; this is not yet delivered", handed)
    assert looked.startswith("looked up: cannot be, ")
    assert seen.startswith("see it arrive: open that mailbox, its junk folder too")
    (mail,) = server.mails()
    assert mail["To"] == WHO
    assert mail["Subject"] == "Test from Daykeeper"
    assert "about no case" in str(mail)


def test_somebody_of_the_directory_is_found_by_their_id(config, server):
    assert main(["try", "email", "--to", "sw01", *config]) == 0

    assert server.mails()[0]["To"] == WHO


def test_what_can_be_looked_up_is(tmp_path, config, capsys):
    Path(config[1]).write_text(AUTHORITY.format(port=0) + FOLDER)

    assert main(["try", "email", "--to", WHO, *config]) == 0

    assert "looked up: found: the other side has it\n" in capsys.readouterr().out
    assert len(list((tmp_path / "out").glob("try-*.eml"))) == 1


@pytest.mark.parametrize(
    ("hides", "line"),
    [
        pytest.param(0, "looked up: found: the other side has it", id="it lies in Sent Items"),
        pytest.param(9, "looked up: not yet found; it may still be on its way", id="it lies nowhere"),
    ],
)  # fmt: skip
def test_outlook_is_asked_whether_it_has_the_mail(config, office, capsys, hides, line):
    office.tenant.hides_sent = hides

    assert main(["try", "email", "--to", WHO, "--wait", "0", *config]) == 0

    assert line in capsys.readouterr().out.splitlines()


def test_a_lost_answer_is_looked_up_and_may_turn_out_well(config, office, capsys):
    office.misbehave(Fault(504, after=True, on="/send$", times=1))

    assert main(["try", "email", "--to", WHO, "--wait", "0", *config]) == 0

    handed, looked, _ = capsys.readouterr().out.splitlines()
    assert handed == "handed over: not known, for no answer came (failed-504)"
    assert looked == "looked up: found: the other side has it"
    assert len(office.tenant.delivered) == 1


def test_a_lost_answer_that_nobody_can_look_up_ends_with_1(config, server, capsys):
    server.switch(drop_after_data_rate=1.0)

    assert main(["try", "email", "--to", WHO, *config]) == 1

    assert "channels.email: no answer: answer-lost; see whether it came" in capsys.readouterr().err


def test_a_notice_in_teams_says_that_only_teams_shows_it(config, office, capsys):
    assert main(["try", "teams", "--to", WHO, *config]) == 0

    assert "see it arrive: look into that channel, chat or activity feed" in capsys.readouterr().out
    assert len(office.tenant.notices) == 1


def test_a_test_entry_is_made_moved_and_cancelled_under_one_name(config, server, capsys):
    calendar = ["try", "calendar", "--to", WHO, *config]

    assert main(calendar) == 0
    (name, *_) = re.findall(r"try-[0-9a-f]{32}", capsys.readouterr().out)
    assert main([*calendar, "--move", name]) == 0
    assert "one entry, and no second one" in capsys.readouterr().out
    assert main([*calendar, "--cancel", name]) == 0
    assert "has gone from that calendar" in capsys.readouterr().out

    entries = [
        next(one for one in mail.walk() if one.get_content_type() == "text/calendar").get_content()
        for mail in server.mails()
    ]
    said = [re.findall(r"(?:METHOD|SEQUENCE):(\w+)", one) for one in entries]
    hours = [re.findall(r"DTSTART;TZID=\S+:\d+T(\d\d)", one) for one in entries]
    assert [one[:2] for one in said] == [["REQUEST", "0"], ["REQUEST", "1"], ["CANCEL", "2"]]
    assert hours == [["10"], ["11"], ["11"]]
    assert len({uid for one in entries for uid in re.findall(r"UID:(\S+)", one)}) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(
            ["email", "--move", f"try-{'0' * 32}"], "only an entry of a calendar", id="a mail"
        ),
        pytest.param(["emial"], 'did you mean "email"?', id="a channel that nobody configured"),
    ],
)
def test_what_cannot_be_tried_is_said_in_one_line(config, server, capsys, words, said):
    assert main(["try", *words, "--to", WHO, *config]) == 1

    assert said in capsys.readouterr().err
    assert server.received() == []


def test_an_entry_that_is_no_test_cannot_be_named(config, server, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["try", "calendar", "--cancel", "conference-1", "--to", WHO, *config])

    assert ended.value.code == 2
    assert "is no test entry" in capsys.readouterr().err
    assert server.received() == []


def test_a_directory_that_cannot_be_read_asks_for_an_address(tmp_path, config, server, capsys):
    (tmp_path / "feeds" / "people.csv").unlink()

    assert main(["try", "email", "--to", "sw01", *config]) == 1

    assert "or give an address" in capsys.readouterr().err
