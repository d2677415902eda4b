"""A mistake in the settings: one line that says where it is and how to mend it, and repeats nothing that is private."""

import pytest

from tests.unit.settings_file import FEED, LEAST, lines


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            LEAST.replace("potterby", "Potter by", 1),
            'daykeeper.toml: authority: use small letters, digits and hyphens; write it as "stoke-on-trent"',
            id="an authority that could stand in no key",
        ),
        pytest.param(
            LEAST.replace('title = "Potterby"\n', ""),
            "daykeeper.toml: title: it is missing; add it",
            id="a required key is missing",
        ),
        pytest.param(
            LEAST.replace("operator@potterby.example", "the operator"),
            'daykeeper.toml: operator: this is no mail address; write it as "duty@council.example"',
            id="an operator that no mail reaches, and whose text is not repeated",
        ),
        pytest.param(
            LEAST + 'brokr = "memory"',
            'daykeeper.toml: brokr: there is no such setting; did you mean "broker"?',
            id="a misspelt key",
        ),
        pytest.param(
            LEAST + '_env_file = "x"',
            "daykeeper.toml: _env_file: there is no such setting; use one of: ",
            id="a word of the machinery below",
        ),
        pytest.param(
            LEAST + 'folder = "x"',
            "daykeeper.toml: folder: there is no such setting; use one of: ",
            id="the one field that no file sets",
        ),
        pytest.param(
            LEAST + 'broker = "redis://:secret@:6379/0"',
            'daykeeper.toml: broker: this address names no place; write "memory" or'
            ' "redis://HOST:6379/0"',
            id="a Redis without a host",
        ),
        pytest.param(
            LEAST + 'broker = "redis://localhost:port/0"',
            "daykeeper.toml: broker: the port of this address is no port; ",
            id="a Redis at a port that is none",
        ),
        pytest.param(
            LEAST + 'broker = "redis://localhost:6379/first"',
            "daykeeper.toml: broker: what follows the port is no number of a database; ",
            id="a Redis database with a name",
        ),
        pytest.param(
            LEAST + 'broker = "redis://localhost/0?decode_responses=1"',
            "daykeeper.toml: broker: it has an option that we do not know, decode_responses;"
            " leave it out",
            id="an option of the library below",
        ),
        pytest.param(
            LEAST + 'broker = "rabbit"',
            'daykeeper.toml: broker: this is no broker that we can use; write "memory" or'
            ' "redis://HOST:6379/0"',
            id="a broker of another product",
        ),
        pytest.param(
            LEAST + FEED.replace("4 hours", "4"),
            'daykeeper.toml: feeds.diary.fresh_within: "4" lacks its unit;'
            ' write a number and a unit, such as "4 hours"',
            id="a duration without its unit",
        ),
        pytest.param(
            LEAST + FEED.replace('"4 hours"', "4"),
            'daykeeper.toml: feeds.diary.fresh_within: "4" lacks its unit;'
            ' write a number and a unit, such as "4 hours"',
            id="a bare number for a duration",
        ),
        pytest.param(
            LEAST + FEED.replace("4 hours", "4 fortnights"),
            'daykeeper.toml: feeds.diary.fresh_within: "4 fortnights" is no length of time;'
            ' write a number and a unit, such as "4 hours"',
            id="a unit that we do not know",
        ),
        pytest.param(
            LEAST + FEED.replace("4 hours", "0 hours"),
            'daykeeper.toml: feeds.diary.fresh_within: "0 hours" cannot be meant;'
            " write a length between a second and ten years",
            id="no time at all",
        ),
        pytest.param(
            LEAST + '[web]\nlisten = "127.0.0.1:87000"',
            "daykeeper.toml: web.listen: 87000 is no port; give a number from 1 to 65535",
            id="a port out of range",
        ),
        pytest.param(
            LEAST + '[web]\nlisten = "8700"',
            'daykeeper.toml: web.listen: this is no place to listen; write it as "127.0.0.1:8700"',
            id="a port without a host",
        ),
        pytest.param(
            LEAST + '[office_hours]\ntuesdy = "09:00-17:00"',
            'daykeeper.toml: office_hours.tuesdy: there is no such setting; did you mean "tuesday"?',
            id="a misspelt weekday",
        ),
        pytest.param(
            LEAST + "[office_hours]\nmonday = 09:00:00",
            "daykeeper.toml: office_hours.monday: these are no opening hours;"
            ' write them in quotes, as "09:00-17:00"',
            id="a time without quotes",
        ),
        pytest.param(
            LEAST + '[office_hours]\nmonday = "17:00-09:00"',
            "daykeeper.toml: office_hours.monday: the office closes before it opens;"
            " put the earlier time first",
            id="hours the wrong way round",
        ),
        pytest.param(
            LEAST + '[office_hours]\nmonday = "09:00-24:00"',
            "daykeeper.toml: office_hours.monday: these are no opening hours;"
            ' write them in quotes, as "09:00-17:00"',
            id="an hour that no clock shows",
        ),
        pytest.param(
            LEAST + 'closure_days = [2026-12-29, "Boxing Day"]',
            'daykeeper.toml: closure_days[2]: "Boxing Day" is not a date; write it as 2026-12-29',
            id="the second of the closure days is no date",
        ),
        pytest.param(
            LEAST + '[merge_order]\n"*" = ["dairy"]' + FEED,
            'daykeeper.toml: merge_order: no feed is called "dairy"; did you mean "diary"?',
            id="an order that names an unknown feed",
        ),
        pytest.param(
            LEAST + FEED.replace("diary", "daykeeper", 1),
            "daykeeper.toml: feeds.daykeeper: this cannot be a feed's name; use small letters,"
            ' digits and hyphens, and not "daykeeper", which stands for what people answered',
            id="a feed with the name of our own",
        ),
        pytest.param(
            LEAST + '[channels.emial]\nadapter = "smtp"',
            'daykeeper.toml: channels.emial: found "emial"; did you mean "email"?',
            id="a misspelt channel",
        ),
        pytest.param(
            LEAST + "[delivery]\nconnections = 900",
            "daykeeper.toml: delivery.connections: 900 is too large; give 64 or less",
            id="too many connections",
        ),
        pytest.param(
            LEAST + "[delivery]\nlease_s = 20",
            "daykeeper.toml: delivery: lease_s is not above send_deadline_s; make the lease longer",
            id="a lease that ends while the send goes on",
        ),
        pytest.param(
            LEAST + 'hold_limit = "1 day"',
            'daykeeper.toml: hold_limit: "1 day" is no count of working days; write it as "1 working day"',
            id="a day that is no working day",
        ),
        pytest.param(
            LEAST + 'brake.one_pass = "never"',
            'daykeeper.toml: brake.one_pass: "never" is no number of escalations; give one above 0, or "off"',
            id="a brake that is no number",
        ),
        pytest.param(
            LEAST + 'database = "daykeeper.sqlite"',
            "daykeeper.toml: database: this is no database URL; write sqlite:///PATH",
            id="a path where a URL is wanted",
        ),
        pytest.param(
            LEAST + 'database = "sqlite:///d.sqlite"\nstate_file = "d.sqlite"',
            "daykeeper.toml: state_file: this is the database itself; name another path",
            id="a state file inside the database",
        ),
        pytest.param(
            LEAST + "[office_hours]\nmonday = 09:00-17:00",
            "daykeeper.toml:7: this is not TOML: ",
            id="hours that are not even TOML, by their line",
        ),
        pytest.param(
            LEAST + 'people = "people.csv"',
            'daykeeper.toml: people: "people.csv" is not a table; write it under a heading in square brackets',
            id="a value where a table is wanted",
        ),
    ],
)
def test_a_mistake_is_one_line_that_says_how_to_mend_it(write, text, expected):
    told = lines(write(text))

    assert len(told) == 1
    assert told[0].startswith(expected)
    assert "\n" not in told[0]


def test_all_mistakes_are_told_at_once(write):
    text = LEAST.replace("potterby", "?", 1) + 'brokr = 1\nlink_days = 0\n[log]\nlevel = "loud"'

    told = lines(write(text))

    assert [line.split(": ")[1] for line in told] == [
        "brokr",
        "authority",
        "link_days",
        "log.level",
    ]


def test_a_mistake_in_the_environment_names_the_variable(write, monkeypatch):
    monkeypatch.setenv("DAYKEEPER_WEB__LISTEN", "nowhere")
    monkeypatch.setenv("DAYKEEPER_AUTHORTY", "potterby")

    told = lines(write(LEAST))

    assert told == [
        'DAYKEEPER_AUTHORTY: there is no such setting; did you mean "authority"?',
        'DAYKEEPER_WEB__LISTEN: this is no place to listen; write it as "127.0.0.1:8700"',
    ]


def test_a_table_in_the_environment_that_is_no_json_is_refused(write, monkeypatch):
    monkeypatch.setenv("DAYKEEPER_FEEDS", "{diary")

    told = lines(write(LEAST))

    assert told == ["DAYKEEPER_FEEDS: this is no JSON; write JSON, or set DAYKEEPER_FEEDS__KEY"]


def test_a_missing_file_and_one_in_another_encoding_are_one_line_each(tmp_path):
    strange = tmp_path / "strange.toml"
    strange.write_bytes("title = 'Pötterby'".encode("utf-16"))

    assert lines(tmp_path / "none.toml") == [
        "none.toml: there is no such file; name the settings with --config FILE"
    ]
    assert lines(strange) == ["strange.toml: it is not UTF-8 text; save it as UTF-8"]


def test_no_mistake_repeats_a_secret_or_an_address(write):
    text = f"""
        {LEAST.replace("duty@potterby.example", "")}
        database = 'hunter2'
        [feeds.one]
        adapter = "sql_query"
        role = ["jo.bloggs@potterby.example"]
        fresh_within = "1 day"
        password = "hunter2"
        [domains]
        unknown = "jo.bloggs@potterby.example"
    """

    told = "\n".join(lines(write(text)))

    assert told.count("\n") == 4
    assert "hunter2" not in told
    assert "bloggs" not in told
