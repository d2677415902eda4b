"""A number agrees with its noun."""

import pytest

from daemon.cli import main
from daemon.domain.counts import counted
from tests.small import SMALL


@pytest.mark.parametrize(
    ("many", "said"),
    [(0, "0 errors"), (1, "1 error"), (2, "2 errors")],
    ids=["none", "one", "two"],
)
def test_one_is_said_without_an_s(many, said):
    assert counted(many, "error") == said


def test_a_noun_may_have_a_plural_of_its_own():
    assert [counted(many, "entry", "entries") for many in (1, 2)] == ["1 entry", "2 entries"]


def test_check_of_one_mistake_ends_with_one_error(tmp_path, capsys):
    terms = "based_on: stoke-on-trent\nfallback: duty_mailbox\nfeeds: {conference_diary: 4 hours}\n"
    far = "enforce_from: 2099-03-02\nmailboxes: {duty_mailbox: duty@potterby.example}\n"
    (tmp_path / "authority.yaml").write_text(f"{terms}{far}policies: {SMALL}\n", "utf-8")

    assert main(["check", str(tmp_path), "--quick"]) == 1

    assert capsys.readouterr().out.endswith("; scenarios left out; 1 error\n")
