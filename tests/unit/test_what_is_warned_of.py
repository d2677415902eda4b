"""A warning is a warning: what it is about stays in the rules, and is told."""

import pytest

from daemon.domain.errors import Severity
from daemon.rulebook import read_edition
from tests.small import SMALL

TERMS = f"based_on: stoke-on-trent\nfallback: duty_mailbox\nfeeds: {{conference_diary: 4 hours}}\npolicies: {SMALL}\n"
HEARS_ONCE = """\
change: icpc-limit
ladder:
  icpc-limit-missed: {name: first-told, without: [repeat]}
add_rung:
  at: 2 working days after due
  tell: [social_worker]
  via: [email]
  message: icpc-limit-missed
  repeat: every 5 working days
"""
OPERATOR_ALONE = "change: icpc-invite-list\nladder: {invite-list-missed: {tell: [operator]}}\n"


@pytest.mark.parametrize(
    ("change", "name", "warning"),
    [
        pytest.param(
            OPERATOR_ALONE, "icpc-invite-list", "only the operator is told", id="a local rule"
        ),
        pytest.param(HEARS_ONCE, "icpc-limit", "a manager hears once", id="a statutory limit"),
    ],
)
def test_a_rule_that_is_warned_of_is_in_force(tmp_path, change, name, warning):
    (tmp_path / "changes").mkdir()
    (tmp_path / "authority.yaml").write_text(TERMS, "utf-8")
    (tmp_path / "changes" / "a.yaml").write_text(change, "utf-8")

    edition, problems = read_edition(tmp_path)

    assert edition is not None, problems
    assert any(warning in one.what and one.severity is Severity.WARNING for one in problems)
    assert edition.book.packs["stoke-on-trent"].rule(name) is not None
