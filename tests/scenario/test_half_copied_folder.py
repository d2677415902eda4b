"""A folder of rules that is half there while the service runs: the last good rules stay, and it is said."""

import json
import os
import shutil

import pytest

from daemon.engine.rules.editions import WRONG
from tests.scenario.tuned import AUTHORITY, EARLIER, Tuned

GONE = "the folder has no changes any more: 1 change of the edition in force would be gone"


@pytest.fixture
def tuned(story, folder):
    made = Tuned(story(), folder / "potterby")
    made.write("changes/earlier.yaml", EARLIER)
    made.editions = made.service()
    made.begin()
    return made


def wrong(tuned):
    return [one["what"] for one in json.loads(tuned.mark(WRONG) or "[]")]


def moment_of_the_missed_list(tuned):
    pack = tuned.world.house.deciding.rulebook.packs["stoke-on-trent"]
    return pack.rule("icpc-invite-list").rung("invite-list-missed").at.text


def test_a_folder_that_has_lost_all_its_changes_is_not_taken_up_nor_after_a_restart(tuned):
    shutil.rmtree(tuned.folder / "changes")
    tuned.notice()

    assert wrong(tuned) == [GONE]
    tuned.editions = tuned.service()
    tuned.begin()
    assert wrong(tuned) == [GONE]
    assert moment_of_the_missed_list(tuned) == "30 minutes before due"


def test_who_means_no_changes_says_so_in_a_file(tuned):
    (tuned.folder / "changes" / "earlier.yaml").unlink()
    tuned.write("changes/none.yaml", "changes: []  # none any more, agreed on 3 March 2026\n")
    tuned.notice()

    assert wrong(tuned) == []
    assert moment_of_the_missed_list(tuned) == "due"


def test_a_file_in_the_place_of_the_folder_of_changes_is_refused(tuned):
    shutil.rmtree(tuned.folder / "changes")
    tuned.write("changes", EARLIER)
    tuned.notice()

    assert "this is no folder" in wrong(tuned)
    assert moment_of_the_missed_list(tuned) == "30 minutes before due"


def test_a_named_pipe_is_told_and_what_comes_after_it_is_read(tuned):
    os.mkfifo(tuned.folder / "changes" / "pipe.yaml")
    tuned.notice()

    assert wrong(tuned) == ["this is no file"]
    (tuned.folder / "changes" / "pipe.yaml").unlink()
    tuned.write("changes/earlier.yaml", EARLIER.replace("30 minutes", "40 minutes"))
    tuned.notice()
    assert wrong(tuned) == []
    assert moment_of_the_missed_list(tuned) == "40 minutes before due"


def test_a_day_far_ahead_before_which_nobody_is_told_is_refused(tuned):
    tuned.write("authority.yaml", AUTHORITY.replace("2018-01-01", "2026-06-01"))
    tuned.notice()

    assert wrong(tuned) == ["nothing that is due before Monday 1 June 2026 would be told"]


def test_with_its_own_file_gone_the_folder_is_refused_by_its_name(tuned):
    (tuned.folder / "authority.yaml").unlink()
    tuned.notice()

    assert wrong(tuned) == ["the rulebook's folder has no authority.yaml"]
    assert moment_of_the_missed_list(tuned) == "30 minutes before due"
