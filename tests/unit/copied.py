"""A copy of two of the packs that ship, as an authority keeps policies of its own, and what is edited in it."""

import shutil

from daemon.rulebook import shipped

BASE, STOKE = "statutory-england", "stoke-on-trent"


def copy(policies):
    """Have a folder hold the base, one pathway, the bank holidays and the words, as they ship."""
    for part in (BASE, STOKE, "holidays"):
        left_out = shutil.ignore_patterns("scenarios")
        shutil.copytree(shipped() / part, policies / part, ignore=left_out)
    shutil.copy(shipped() / "vocabulary.yaml", policies)


def edit(policies, file, *pairs):
    """Have a file of the copy say something else, once for each pair of an old text and a new one."""
    path = policies / file
    text = path.read_text("utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text, "utf-8")
