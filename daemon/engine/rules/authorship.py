"""Who changed a folder: the last commit where it is under git, and whoever owns its newest file."""

import os
import shutil
import subprocess
from pathlib import Path

TIMEOUT_S = 5
QUIET = ("-c", "core.fsmonitor=false", "-c", "log.showSignature=false")  # nothing of theirs is run


def who_changed(folder: Path) -> str:
    """Return who wrote what lies in a folder, as a phrase: "commit 1a2b3c4 by Ann Example"."""
    commit = _git(folder, "log", "-1", "--no-show-signature", "--format=%h by %an", "--", ".")
    if not commit:
        return _owner(folder)
    changed = _git(folder, "status", "--porcelain", "--no-renames", "--", ".")
    if changed is None:
        return f"commit {commit}"
    return (
        f"commit {commit}"
        if not changed
        else f"{_owner(folder)}, not committed; before that commit {commit}"
    )


def _git(folder: Path, *words: str) -> str | None:
    """Return what git says, None where there is no git or no repository of ours."""
    git = shutil.which("git")
    if git is None:
        return None
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command without a shell
            [git, *QUIET, *words], cwd=folder, env={**environment, "GIT_OPTIONAL_LOCKS": "0"},
            capture_output=True, text=True, errors="replace", timeout=TIMEOUT_S, check=False,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def _owner(folder: Path) -> str:
    files = [path for path in folder.rglob("*") if path.is_file() and ".git" not in path.parts]
    if not files:
        return "nobody that is known"
    newest = max(files, key=lambda path: path.stat().st_mtime_ns)
    try:
        owner = newest.owner()
    except (KeyError, OSError):
        owner = f"user {newest.stat().st_uid}"
    return f"{owner}, who owns {newest.relative_to(folder)}"
