"""A document that is due for its own review is warned of: its rules may be those of an older edition."""

from datetime import date

import pytest

from daemon.cli import main
from daemon.rulebook import shipped
from daemon.rulebook.checks.review import reviews
from daemon.testing.world import loaded

STOKE = "stoke-on-trent"
PLACE = "policies/stoke-on-trent/pack.yaml: review_by"


@pytest.fixture(scope="module")
def packs():
    return loaded(shipped()).packs.values()


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        pytest.param("2026-04-30", None, id="thirty-one days before, nothing is said"),
        pytest.param("2026-05-01", "is due by Sunday 31 May 2026", id="thirty days before"),
        pytest.param("2026-05-31", "is due by Sunday 31 May 2026", id="the day itself"),
        pytest.param("2026-06-01", "was due by Sunday 31 May 2026", id="the day after"),
    ],
)
def test_the_one_pack_with_a_review_date_is_warned_of(packs, today, expected):
    found = [(one.where, one.what) for one in reviews(packs, date.fromisoformat(today), "policies")]

    said = [(PLACE, f"the document's own review {expected}")] if expected else []
    assert found == said


@pytest.mark.parametrize(
    ("pack", "at", "is_warned"),
    [
        pytest.param(STOKE, "2026-06-01", True, id="its own pack, when the day has passed"),
        pytest.param(STOKE, "2026-04-01", False, id="its own pack, long before"),
        pytest.param("devon", "2026-06-01", False, id="another's pack is none of its business"),
    ],
)
def test_check_warns_an_authority_of_its_own_pack(tmp_path, capsys, pack, at, is_warned):
    main(["init", str(tmp_path / "potterby"), "--based-on", pack])
    capsys.readouterr()

    code = main(["check", str(tmp_path / "potterby"), "--quick", "--at", at])

    said = capsys.readouterr().out
    assert code == 0
    assert (f"warning: {PLACE}: " in said) is is_warned
