"""Settings of the ways to people: what comes next, and what may not."""

import pytest

from daemon.domain.errors import Refusal
from daemon.settings.channels import failover_of
from daemon.settings.whole import load
from tests.unit.settings_file import LEAST


def test_a_channel_that_may_outlive_its_lease_is_refused(tmp_path):
    file = tmp_path / "daykeeper.toml"
    file.write_text(
        'authority = "a"\ntitle = "A"\noperator = "o@a.example"\nfallback = "d@a.example"\n'
        '[channels.email]\nadapter = "smtp"\noptions = { timeout_s = 60 }\n',
        "utf-8",
    )

    with pytest.raises(Refusal) as refused:
        load(file)

    assert "channels.email.options.timeout_s is longer" in str(refused.value)


WAYS = """
[channels.email]
adapter = "folder"
[channels.teams]
adapter = "microsoft365"
[channels.calendar]
adapter = "smtp"
"""


@pytest.mark.parametrize(
    ("more", "said"),
    [
        pytest.param(
            '[channels.text]\nadapter = "x"\nfailover = ["text"]',
            'channels.text.failover: "text" is this way itself; leave it out',
            id="itself",
        ),
        pytest.param(
            '[channels.letter]\nadapter = "x"\nfailover = ["email"]',
            "channels.letter.failover: what is written to a family goes by no other way",
            id="a letter to a family",
        ),
        pytest.param(
            '[channels.text]\nadapter = "x"\nfailover = ["pigeon"]',
            'channels.text.failover[1]: found "pigeon"',
            id="no way at all",
        ),
        pytest.param(
            '[channels.text]\nadapter = "x"\nfailover = ["calendar"]',
            'channels.text.failover[1]: found "calendar"',
            id="a calendar, which takes entries alone",
        ),
        pytest.param(
            '[channels.teams.beside]\nadapter = "teams"\noptions = { timeout_s = 60 }',
            "channels.teams.beside.options.timeout_s is longer",
            id="a second adapter that may outlive its lease",
        ),
    ],
)
def test_a_next_way_that_is_none_is_refused(write, more, said):
    with pytest.raises(Refusal) as refused:
        load(write(LEAST + WAYS + more))

    assert said in str(refused.value)


def test_what_teams_does_not_take_goes_by_mail_unless_it_is_named_otherwise(write):
    plain = load(write(LEAST + WAYS)).channels
    named = load(
        write(LEAST + WAYS.replace("[channels.calendar]", "failover = []\n[channels.calendar]"))
    ).channels

    assert failover_of(plain) == {"email": (), "teams": ("email",), "calendar": ()}
    assert failover_of(named)["teams"] == ()
