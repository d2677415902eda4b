"""Texts of rules that another release has kept: what this one alone says by itself is added from those that ship."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from daemon.domain.errors import Problem, Severity
from daemon.rulebook.editions.edition import POLICIES, Edition, Written, compile_edition
from daemon.rulebook.packs.load import BASE, shipped
from daemon.rulebook.wording.messages import GENERAL


def compile_kept(written: Mapping[str, str], digest: str) -> tuple[Edition | None, list[Problem]]:
    """Return the edition that was kept under a digest and what is wrong with it; None where there is an error.

    An older release did not have every message that this one sends by itself; those are taken as they ship now.
    What it let a message say it goes on to say: that holds nobody's alarm back.
    """
    edition, problems = compile_edition(Written(completed(written, f"{POLICIES}/")), is_kept=True)
    if edition is not None:
        edition = replace(edition, written=written, digest=digest)
    return edition, problems


def unreadable(digest: str, problems: Sequence[Problem]) -> Problem:
    """Return what is wrong where the rules that are in force are another release's, and this one cannot read them."""
    errors = [one for one in problems if one.severity is Severity.ERROR and not one.of_wording]
    why = [f"{one.where}: {one.what}" for one in errors[:1]] or ["they are not whole"]
    more = f"; {len(errors) - 1} more like it" if len(errors) > 1 else ""
    what = f"this release cannot read the rules that are in force ({why[0]}{more})"
    mend = "have a sound folder take their place, without effective_from, or start the release that put them in force"
    return Problem(f"rules {digest}", what, mend)


def completed(texts: Mapping[str, str], under: str = "") -> dict[str, str]:
    """Return the texts of policies below a path, with the general messages that they lack."""
    folder = f"{BASE}/messages"
    missing = [one for one in sorted(GENERAL) if f"{under}{folder}/{one}.yaml" not in texts]
    ours = {
        f"{under}{folder}/{one}.yaml": (shipped() / folder / f"{one}.yaml").read_text("utf-8")
        for one in missing
    }
    return {**texts, **ours}
