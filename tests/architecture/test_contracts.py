"""Every adapter that ships passes the contract suite of each port that it is loaded as."""

import ast
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SUITES = {
    "source": {"CaseSourceContract"},
    "directory": {"DirectoryContract"},
    "channel": {"ChannelContract", "CardChannelContract"},
    "teams": {"NoticeChannelContract"},
    "text": {"NoticeChannelContract"},
    "calendar": {"CalendarContract"},
    "inbox": {"InboxContract", "MailboxContract"},
    "post": {"CourierContract"},
    "vault": {"VaultContract"},
}
# there is nothing to read: what is posted is tested at its door
POSTED = ("posted_records", "source")
ADAPTERS = [
    (file.parent.name, port, place.partition(":")[2])
    for file in sorted(ROOT.glob("integrations/*/manifest.toml"))
    for port, place in tomllib.loads(file.read_text("utf-8"))["provides"].items()
    if (file.parent.name, port) != POSTED
]


def suites(name: str) -> set[str]:
    """Return the suites that the tests of an integration inherit."""
    return {
        base.id
        for file in (ROOT / "tests" / "integrations" / name).glob("*.py")
        for one in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(one, ast.ClassDef) and one.name.startswith("Test")
        for base in one.bases
        if isinstance(base, ast.Name)
    }


@pytest.mark.parametrize(
    ("name", "port", "adapter"), ADAPTERS, ids=[f"{name}, {port}" for name, port, _ in ADAPTERS]
)
def test_an_adapter_passes_the_suite_of_its_port(name: str, port: str, adapter: str) -> None:
    inherited = suites(name)
    named = "".join(
        file.read_text("utf-8") for file in (ROOT / "tests" / "integrations" / name).glob("*.py")
    )

    assert inherited & SUITES[port]
    assert adapter in named
