"""A rehearsal that is kept names no case and nobody, is read again, and does not pile up."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from daemon.pages.write import rehearsal_page
from daemon.rehearsal.kept import COUNTS, MOST, clear, files, kept_as, read, to_keep

NOW = datetime(2026, 6, 2, 9, 30, 15, tzinfo=UTC)
COUNTED = dict.fromkeys(COUNTS, 7)
SIDES = ("present", "draft")
SAID = {
    "from": "2026-03-02T00:00:00+00:00", "to": "2026-06-01T00:00:00+00:00", "cases": 40, "notices": COUNTED,
    "messages": {"present": 6, "draft": 6},
    "by_rule": [{"rule": "invite-list", "title": "Invite list", **COUNTED, "examples": {"new": ["SC-1: …"]}}],
    "by_role": [{"role": "social_worker", "title": "social worker", **COUNTED}],
    "by_week": [{"from": "2026-03-02", "to": "2026-03-08", "present": 9, "draft": 9}],
    "by_person": [{"person": "sam", "title": "sam", **COUNTED}],
    "busiest_day": {side: {"on": "2026-03-06", "notices": 5} for side in SIDES},
    "busiest_person": {side: {"person": "sam", "on": "2026-03-06", "title": "sam", "notices": 5} for side in SIDES},
}  # fmt: skip
DRAFT = Path("rules/north draft")


def keep(folder: Path, at: datetime = NOW) -> str:
    """Keep the rehearsal as the command does, and return its name."""
    whole, name = to_keep(SAID, DRAFT, "A. Name", at), kept_as(DRAFT, at)
    (folder / f"{name}.json").write_text(json.dumps(whole), "utf-8")
    (folder / f"{name}.html").write_text(rehearsal_page(whole), "utf-8")
    return name


def test_what_is_kept_says_who_when_and_which_draft_and_names_no_case_and_nobody(tmp_path):
    name = keep(tmp_path)

    kept = read(tmp_path / f"{name}.json")

    written = [(tmp_path / f"{name}.{kind}").read_text("utf-8") for kind in ("json", "html")]
    assert name == "2026-06-02-103015-north-draft"
    assert kept is not None
    assert (kept.by, kept.draft, kept.at) == ("A. Name", "north draft", NOW)
    assert kept.said["notices"] == COUNTED
    assert all("SC-1" not in text and "sam" not in text.split() for text in written)
    assert '"sam"' not in written[0]
    assert "By person" not in written[1]
    assert (
        "The draft north draft, rehearsed by A. Name on Tuesday 2 June 2026, 10:30am." in written[1]
    )


def test_what_rehearse_prints_is_shown_too_without_its_cases_and_people(tmp_path):
    file = tmp_path / "june.json"
    file.write_text(json.dumps(SAID), "utf-8")

    kept = read(file)

    assert kept is not None
    assert (kept.by, kept.draft) == ("", "")
    assert "'sam'" not in str(kept.said)
    assert "SC-1" not in str(kept.said)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("[" * 100_000, id="no JSON that anybody wrote"),
        pytest.param("[]", id="a list"),
        pytest.param("{}", id="nothing in it"),
        pytest.param(json.dumps({**SAID, "by_role": None}), id="a part is lacking"),
        pytest.param(json.dumps({**SAID, "notices": {"present": 3}}), id="of an older form"),
        pytest.param(json.dumps({**SAID, "made_at": "on Monday"}), id="made at no moment"),
        pytest.param(" " * 2_000_001, id="far too large"),
    ],
)
def test_a_file_that_is_odd_is_none_and_nothing_falls_over(tmp_path, text):
    (tmp_path / "odd.json").write_text(text, "utf-8")

    assert read(tmp_path / "odd.json") is None


def test_only_the_newest_are_kept_and_what_others_put_there_stays(tmp_path):
    (tmp_path / "april.json").write_text("{}", "utf-8")
    names = [keep(tmp_path, NOW + timedelta(hours=one)) for one in range(MOST + 2)]

    gone = clear(tmp_path)

    left = {one.name for one in tmp_path.iterdir()}
    assert gone == names[:2]
    assert left == {
        "april.json",
        *(f"{name}.{kind}" for name in names[2:] for kind in ("json", "html")),
    }
    assert len(files(tmp_path)) == MOST
    assert files(tmp_path / "nowhere") == []
