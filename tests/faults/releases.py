"""A newer release of ours, made from this one: what differs, the fault says. It lies in a folder of its own."""

import shutil
import sys
from pathlib import Path

from tests.small import SMALL

ROOT = Path(__file__).parents[2]
PARTS = ("daemon", "integrations", "policies")
MESSAGE = "tests-of-the-next-release"  # one that it alone sends by itself
TEXT = f'message: {MESSAGE}\nsubject: "{{{{ ref }}}}: something new"\nlead: "{{{{ ref }}}}: something new."\n'
CHANGE_OF_SHAPE = '''"""A table that the next release needs."""

import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{before}"


def upgrade() -> None:
    """Add it."""
    op.create_table("next_release", sa.Column("number", sa.Integer(), primary_key=True))
'''


def newer_release(
    folder: Path, *, has_new_words: bool = False, has_new_shape: bool = False
) -> Path:
    """Return the folder of release 99.0.0: it sends one more message by itself, and its rules have that message.

    `has_new_words`: its rules are written in words that this release cannot read. `has_new_shape`: its
    database has a table more.
    """
    for part in PARTS:
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "tests").symlink_to(ROOT / "tests")
    shutil.copytree(SMALL, folder / "rules")
    _change(folder / "daemon/__init__.py", 'RELEASE = "', 'RELEASE = "99.')
    _change(
        folder / "daemon/rulebook/wording/messages.py",
        '*("now-received"',
        f'*("{MESSAGE}", "now-received"',
    )
    for policies in ("policies", "rules"):
        texts = folder / policies / "statutory-england/messages"
        (texts / f"{MESSAGE}.yaml").write_text(TEXT, "utf-8")
        if has_new_words:
            with (texts / "now-received.yaml").open("a", encoding="utf-8") as file:
                file.write("mood: friendly\n")
    if has_new_words:
        _change(
            folder / "daemon/rulebook/language/schema.py",
            '("clear", "outside"))',
            '("clear", "outside", "mood"))',
        )
    if has_new_shape:
        versions = folder / "daemon/store/migrations/versions"
        before = max(path.name for path in versions.glob("v0*.py"))[1:5]
        (versions / "v9999_next.py").write_text(CHANGE_OF_SHAPE.format(before=before), "utf-8")
    return folder


def settings_of_newer(config: Path, release: Path) -> Path:
    """Return settings beside these that name the newer release's rules."""
    newer = config.with_name("newer.toml")
    text = config.read_text("utf-8")
    newer.write_text(text.replace(str(SMALL), str(release / "rules")), "utf-8")
    return newer


def command_of(release: Path) -> list[str]:
    """Return how the `daykeeper` of that release is called, from its folder."""
    return [sys.executable, "-m", "daemon.cli"]


def _change(path: Path, before: str, after: str) -> None:
    text = path.read_text("utf-8")
    if before not in text:
        raise LookupError(f"{path.name}: {before}")
    path.write_text(text.replace(before, after, 1), "utf-8")
