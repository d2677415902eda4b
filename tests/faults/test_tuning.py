"""The real service while its rules are tuned: a sound change is taken up, a bad one changes nothing."""

import json
import re
from datetime import timedelta
from urllib.request import urlopen

import pytest

from daemon.engine.rules.shadow import contrast
from tests.faults.authority import DUE_AT, Authority
from tests.faults.looking import looking_into
from tests.faults.runner import Daemon, offset_to, until
from tests.scenario.tuned import EARLIER
from tests.small import SMALL

pytestmark = pytest.mark.slow
HALF_PAST = DUE_AT - timedelta(minutes=30)
CHIEF = "safeguarding_service_manager"
TERMS = f"""\
policies: {SMALL}
based_on: stoke-on-trent
fallback: duty_mailbox
mailboxes: {{duty_mailbox: duty@council.example}}
domains: {{internal: [council.example]}}
feeds: {{conference_diary: 4 hours, case_system: 26 hours}}
enforce_from: 2026-01-01
"""
BAD = "change: icpc-invite-list\nladder:\n  invite-list-missed: {at: soon}\n"
MOVED = ("rulebook", "fallback", "pathway_default", "enforce_from", "fresh_within", "brake")


@pytest.fixture
def tuned(tmp_path, mail):
    """Return an authority whose rules stand in a folder of its own."""
    made = Authority(tmp_path, families=1, children=1)
    made.write(mail.port)
    lines = made.config.read_text("utf-8").splitlines()
    kept = [line for line in lines if line.partition(" ")[0] not in MOVED]
    text = re.sub(r"\[domains\]\n.*\n", "", "\n".join(kept))
    made.config.write_text(f'rulebook = "own"\n{text}\n', "utf-8")
    (tmp_path / "own" / "changes").mkdir(parents=True)
    (tmp_path / "own" / "authority.yaml").write_text(TERMS, "utf-8")
    return made


def change(authority: Authority, text: str) -> None:
    (authority.folder / "own" / "changes" / "earlier.yaml").write_text(text, "utf-8")


def rulebook_ok(daemon: Daemon) -> str:
    port = daemon.wait_for("door.opened")["port"]
    with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30) as page:
        found = re.findall(r"^daykeeper_rulebook_ok (\S+)$", page.read().decode(), re.MULTILINE)
    return str(found[0])


def told(mail) -> list[str]:
    return [one for one in mail.received() if CHIEF in str(one)]


def test_a_sound_change_is_in_force_within_seconds_and_a_bad_one_never(tuned, mail, capsys):
    from daemon.cli import main  # noqa: PLC0415

    with Daemon(tuned.config, offset_to(HALF_PAST), "--door") as daemon:
        until(mail.received, 60, "the people of the duty have been told")
        assert told(mail) == []

        change(tuned, EARLIER)
        daemon.wait_for("rulebook.changed", within_s=30)
        until(lambda: told(mail), 60, "the service manager has been told under the new rule")
        assert rulebook_ok(daemon) == "1.0"

        change(tuned, BAD)
        daemon.wait_for("rulebook.refused", within_s=30)
        assert rulebook_ok(daemon) == "0.0"
        daemon.kill()

    main(["status", "--config", str(tuned.config), "--json"])
    said = json.loads(capsys.readouterr().out)["rulebook"]
    with looking_into(tuned) as store, store.read() as tx:
        changes = [one for one in tx.journal.of("rulebook") if one.kind == "rulebook.changed"]
    assert not said["ok"]
    assert said["problems"][0]["where"] == "own/changes/earlier.yaml:3: at"
    assert [len(one.data["differences"]) for one in changes] == [0, 2]
    assert changes[-1].data["digest"] == said["digest"]

    with Daemon(tuned.config, offset_to(HALF_PAST + timedelta(minutes=5)), "--door") as again:
        assert rulebook_ok(again) == "0.0"
        with looking_into(tuned) as store, store.read() as tx:
            assert tx.marks.get("rulebook/in-force") == said["digest"]
        assert again.stop() == 0


def test_a_worker_sends_by_the_rules_that_the_run_has_taken_up(tuned, mail):
    with Daemon(tuned.config, offset_to(HALF_PAST)) as daemon:
        until(mail.received, 60, "the run is at work")
        with Daemon(tuned.config, offset_to(HALF_PAST), kind="worker") as worker:
            change(tuned, "change: invite-list-missed\nsubject: 'Look at {{ ref }}'\n")
            daemon.wait_for("rulebook.changed", within_s=30)
            until(
                lambda: worker.said("rulebook.followed"),
                30,
                "the worker has taken up the new wording",
            )
            assert worker.stop() == 0
        assert daemon.stop() == 0


def test_a_draft_decides_beside_a_running_service_and_tells_nobody(tuned, mail):
    text = tuned.config.read_text("utf-8")
    tuned.config.write_text(f'shadow = "draft"\n{text}', "utf-8")
    (tuned.folder / "draft" / "changes").mkdir(parents=True)
    (tuned.folder / "draft" / "authority.yaml").write_text(TERMS, "utf-8")
    (tuned.folder / "draft" / "changes" / "earlier.yaml").write_text(EARLIER, "utf-8")

    def otherwise() -> list[tuple[str, bool]]:
        with looking_into(tuned) as store:
            _, found = contrast(store)
        return [(one.notice.key.rung, one.told_at is None) for one in found]

    with Daemon(tuned.config, offset_to(HALF_PAST)) as daemon:
        until(mail.received, 60, "the run is at work")
        until(lambda: otherwise() == [("invite-list-missed", True)], 60, "the draft has decided")
        assert told(mail) == []
        assert daemon.stop() == 0
