"""Settings that state terms themselves are refused for what an authority's folder would be refused for."""

from datetime import date

import pytest

from daemon.cli.examining.stated_terms import unfit_terms
from daemon.domain.errors import Severity
from daemon.rulebook import read_edition
from daemon.settings.whole import load
from tests.small import SMALL
from tests.unit.settings_file import LEAST

WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday")
TEN_MINUTES = "[office_hours]\n" + "".join(f'{day} = "09:00-09:10"\n' for day in WEEK)


@pytest.mark.parametrize(
    ("text", "where", "says"),
    [
        pytest.param('[domains]\ninternal = ["potterby.example", "Gmail.com"]', "domains.internal",
                     "gmail.com is a mail provider of the public", id="private mailboxes as our own"),
        pytest.param('[domains]\naccepted = ["btinternet.com"]', "domains.accepted",
                     "btinternet.com is a mail provider of the public", id="private mailboxes as a partner's"),
        pytest.param(TEN_MINUTES, "office_hours", "in a whole week people can be told for 50 min",
                     id="ten minutes a day"),
    ],
)  # fmt: skip
def test_terms_that_no_authority_keeps_are_errors(tmp_path, text, where, says):
    file = tmp_path / "daykeeper.toml"
    file.write_text(LEAST + text, "utf-8")
    edition, _ = read_edition(SMALL)
    assert edition is not None

    found = unfit_terms(
        load(file), "daykeeper.toml", date(2026, 3, 2), edition.book.pack("stoke-on-trent")
    )

    (error,) = [one for one in found if one.severity is Severity.ERROR]
    assert error.where == f"daykeeper.toml: {where}"
    assert says in error.what
