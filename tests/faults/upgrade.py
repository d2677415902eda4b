"""Two releases on one database: side by side, one after the other, and after a change of its shape (F31)."""

import subprocess
from functools import partial
from pathlib import Path
from threading import Event

from tests.faults.plans import LONG_ONLY, POSTGRES, SQLITE, Figure, Plan, Result
from tests.faults.releases import command_of, newer_release, settings_of_newer
from tests.faults.runner import Daemon, until
from tests.faults.stage import Stage

OVERLAP_S, OVERLAP_SHORT_S = 60.0, 6.0
NOTICED_S = 20.0  # an edition is looked for every 5 s, and others are asked for every 5 s
SLOWLY = {"slow_reply_s": 0.05}
LEADS_S = "--leader-lease-s=3"
REFUSED_S = 60.0


def overlap(
    folder: Path, seed: int, backend: str, is_short: bool, *, has_new_words: bool
) -> Result:
    """Start the newer release beside the older one, have the older start once more, then stop the older."""
    families = 15 if is_short else 250
    release = newer_release(folder / "newer", has_new_words=has_new_words)
    with Stage(folder / "at", seed, backend, families=families, before_s=30) as stage:
        stage.mail.switch(**SLOWLY)
        with stage.daemon(LEADS_S) as older:
            stage.sends(9)
            with newer(stage, release) as other:
                stage.note("newer release beside", has_new_words=has_new_words)
                if has_new_words:
                    older.wait_for("release.overtaken", NOTICED_S)
                    again = stage.daemon(LEADS_S)
                    code, said = again.wait(REFUSED_S), str(again.log)
                    stage.wrong += (
                        [] if code == 1 and "cannot read" in said else [f"not refused: {said}"]
                    )
                else:
                    older.wait_for("rulebook.followed", NOTICED_S)
                    with stage.daemon(LEADS_S) as again:
                        stage.note("older release once more")
                        Event().wait(1)
                        stage.wrong += [] if again.stop() == 0 else ["the older did not stop"]
                Event().wait(OVERLAP_SHORT_S if is_short else OVERLAP_S)
                stage.note("older release stops")
                stage.wrong += [] if older.stop() == 0 else ["the older did not stop"]
                stage.mail.switch()
                stage.finish(other)
        changes = len(other.said("rulebook.changed")) + len(older.said("rulebook.changed"))
        figures = [Figure("editions put in force", changes, 1)]
        return stage.result(*figures, verdict=stage.judge())


def back_again(folder: Path, seed: int, backend: str, is_short: bool) -> Result:
    """Stop the newer release amid its work and start the older one: no change of shape lies between them."""
    families = 15 if is_short else 250
    release = newer_release(folder / "newer", has_new_words=True)
    with Stage(folder / "at", seed, backend, families=families) as stage:
        stage.mail.switch(**SLOWLY)
        for turn in ("forward", "back"):
            with newer(stage, release) as one:
                stage.sends(9)
                stage.note(f"newer release stops, {turn}")
                stage.wrong += [] if one.stop() == 0 else ["the newer did not stop"]
            with stage.daemon() as older:
                if turn == "forward":
                    stage.sends(9)
                    stage.wrong += [] if older.stop() == 0 else ["the older did not stop"]
                else:
                    stage.mail.switch()
                    stage.finish(older)
        return stage.result(verdict=stage.judge())


def reshaped(folder: Path, seed: int, backend: str, is_short: bool) -> Result:
    """Give the database a newer shape under the older release: it stops, is refused, and the newer goes on."""
    families = 15 if is_short else 250
    release = newer_release(folder / "newer", has_new_shape=True)
    with Stage(folder / "at", seed, backend, families=families) as stage:
        stage.mail.switch(**SLOWLY)
        with stage.daemon() as older:
            stage.sends(9)
            config = settings_of_newer(stage.authority.config, release)
            words = [*command_of(release), "database", "upgrade", "--config", str(config)]
            done = subprocess.run(words, cwd=release, capture_output=True, text=True, check=False)
            at = stage.note("database upgraded under the older release", said=done.stdout)
            stage.excuses_at.append(at)  # what was on the wire is not recorded any more
            stage.wrong += [] if done.returncode == 0 else [f"not upgraded: {done.stderr}"]
            code = older.wait(NOTICED_S)
            said = str(older.log[-1]["event"])
            stage.wrong += (
                [] if code == 1 and "a newer release" in said else [f"it went on: {code} {said}"]
            )
        again = stage.daemon()
        code, said = again.wait(REFUSED_S), str(again.log)
        stage.wrong += [] if code == 1 and "a newer release" in said else [f"it started: {said}"]
        stage.mail.switch()
        with newer(stage, release) as one:
            until(
                lambda: stage.mail.count() >= stage.mails_due, REFUSED_S, "every message has come"
            )
            stage.wrong += [] if one.stop() == 0 else ["the newer did not stop"]
        return stage.result(verdict=stage.judge())


def newer(stage: Stage, release: Path) -> Daemon:
    """Return a run of the newer release that was just started."""
    config = settings_of_newer(stage.authority.config, release)
    run = Daemon(config, stage.offset, LEADS_S, root=release)
    stage.runs.append(run)
    return run


ON = (POSTGRES,)
PLANS = [
    Plan(
        "F31",
        "a newer release beside, whose rules the older one reads",
        partial(overlap, has_new_words=False),
        backends=ON,
    ),
    Plan(
        "F31",
        "a newer release beside, whose rules the older one cannot read",
        partial(overlap, has_new_words=True),
        backends=ON,
        short_on=LONG_ONLY,
    ),
    Plan("F31", "to a newer release and back, twice", back_again, short_on=(SQLITE,)),
    Plan("F31", "the database is upgraded under the older release", reshaped, short_on=(SQLITE,)),
]
