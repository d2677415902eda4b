"""The table of the auditor: what is taken, what is refused, and what of it is missed."""

import pytest

from daemon.domain.errors import Refusal
from daemon.settings.audit import missing
from daemon.settings.whole import load
from tests.unit.settings_file import LEAST, lines

MAIL = '[audit.mail]\nadapter = "smtp"\n'
WHOLE = f"""
[audit]
every = "1 minute"
{MAIL}
[audit.heartbeat]
host = "hc-ping.com"
url_file = "heartbeat.url"
[audit.alive]
to = "ann@potterby.example"
at = "08:15"
"""


@pytest.fixture
def settings(tmp_path):
    file = tmp_path / "daykeeper.toml"

    def write(text):
        file.write_text(LEAST + text, "utf-8")
        return file

    return write


@pytest.fixture
def address(tmp_path):
    file = tmp_path / "heartbeat.url"

    def write(text, mode=0o600):
        file.write_text(text)
        file.chmod(mode)

    return write


def test_a_whole_table_is_read_and_its_files_are_looked_for_beside_it(settings, address):
    address("https://hc-ping.com/1-2-3\n")

    audit = load(settings(WHOLE)).audit

    assert audit.heartbeat.url() == "https://hc-ping.com/1-2-3"
    assert (audit.alive.at.hour, audit.alive.at.minute) == (8, 15)
    assert missing(audit) == []


def test_without_it_nobody_watches_and_that_is_said(settings):
    assert missing(load(settings("")).audit) == [
        "nobody watches from outside this service: no auditor is set up"
    ]


def test_each_way_that_is_left_out_is_said(settings):
    assert len(missing(load(settings('[audit]\nevery = "5 minutes"')).audit)) == 3


@pytest.mark.parametrize(
    ("text", "mode", "what"),
    [
        pytest.param("https://hc-ping.com/1", 0o644, "others may read this file", id="open to all"),
        pytest.param(
            "https://evil.example/1", 0o600, "the address is on another host", id="elsewhere"
        ),
        pytest.param(
            "https://hc-ping.com@evil.example/1", 0o600, "this is no https:// address", id="a trick"
        ),
        pytest.param("https://hc-ping.com:x/1", 0o600, "Port could not be cast", id="no port"),
        pytest.param("http://hc-ping.com/1", 0o600, "this is no https:// address", id="in clear"),
        pytest.param("", 0o600, "this is no https:// address", id="empty"),
    ],
)
def test_an_address_that_cannot_be_relied_on_is_refused_without_a_word_of_it(
    settings, address, text, mode, what
):
    address(text, mode)
    audit = load(settings(WHOLE)).audit

    with pytest.raises(Refusal) as refused:
        audit.heartbeat.url()

    assert refused.value.problems[0].what.startswith(what)
    assert text == "" or text not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(
            '[audit.alive]\nto = "a@b.example"',
            "daykeeper.toml: audit: alive has no way to go; name an adapter in [audit.mail]",
            id="a mail without a way",
        ),
        pytest.param(
            '[audit]\nevery = "2 hours"\nagain_every = "1 hour"',
            "daykeeper.toml: audit: again_every is shorter than every; make it the longer of the two",
            id="told more often than looked for",
        ),
        pytest.param(
            f'{MAIL}[audit.alive]\nto = "a@b.example"\nat = "soon"',
            'daykeeper.toml: audit.alive.at: "soon" is no time of day; write it as "08:30"',
            id="a time that is none",
        ),
        pytest.param(
            '[audit.heartbeat]\nhost = "hc-ping.com/x"\nurl_file = "x"',
            'daykeeper.toml: audit.heartbeat.host: this is no host; write its name alone, as "hc-ping.com"',
            id="more than a host",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused_in_one_line(settings, text, said):
    assert lines(settings(text)) == [said]
