"""Every command that a page shows is one: run by a test, read by our own parser, or of a program that is not ours."""

import argparse
import os
import re
import tomllib
from collections.abc import Callable, Sequence
from importlib.util import find_spec

import pytest

from daemon.cli.main import parser
from tests.deploy.commands import (
    SHELL,
    Command,
    as_typed,
    fenced,
    fences,
    inline,
    pages,
    simple,
    whole,
)
from tests.deploy.tools import ROOT

TYPED = {  # a page whose commands are run as they stand, and the test that runs them
    "docs/tutorial.md": "tests/deploy/test_tutorial.py",
    "docs/how-to/upgrade.md": "tests/deploy/test_how_to.py",
    "docs/how-to/write-an-adapter.md": "tests/deploy/test_own_pages.py",
    "docs/how-to/add-a-channel.md": "tests/deploy/test_own_pages.py",
    "docs/how-to/connect-a-feed.md": "tests/deploy/test_own_pages.py",
}
ELSEWHERE = {  # programs that no test runs from a page, and why
    "systemctl": "no machine of the tests is systemd's; the units that it names are there",
    "systemd-run": "the same",
    "kubectl": "no cluster; the files that it names are there",
    "openssl": "run by the tests of what it makes (DKIM, packs), with other names",
    "install": "writes below /etc; those of docs/how-to/install.md are run below a folder by test_how_to",
    "ln": "the same, below /opt",
    "printf": "the same",
    "chmod": "shown behind the command that makes a key",
    "cat": "waits for somebody who pastes a secret",
    "editor": "waits for somebody who types a secret",
    "python3": "makes an environment below /opt; docs/how-to/upgrade.md is run with the same words",
    "head": "makes a key for a cluster",
    "powershell": "Microsoft's own, in a tenant or on an Exchange Server",
}
# what a reader puts in, as the parser wants it
PLACEHOLDERS = {"ENTRY": "try-" + "0" * 32, "VERB": "run"}
UNITS = {file.name for file in (ROOT / "deploy").glob("*.service")}
EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
ALL = [one for page in pages() for one in fenced(page)]


def daykeeper(words: Sequence[str]) -> str:
    """Return what our parser says against these words, empty where it takes them; nothing is run."""
    try:
        parser().parse_args([PLACEHOLDERS.get(word, as_typed(word)) for word in words])
    except SystemExit:
        return "the parser refuses it"
    return ""


def named(words: Sequence[str]) -> str:
    """Return which verb or option of a command that is only named, not written out, there is not."""
    here: argparse.ArgumentParser = parser()
    for word in (PLACEHOLDERS.get(word, word) for word in words):
        if word.startswith("-"):
            if word.partition("=")[0] not in here._option_string_actions:
                return f"{here.prog} has no {word}"
            continue
        for action in here._actions:
            if isinstance(action, argparse._SubParsersAction):
                if word not in action.choices:
                    return f"{here.prog} has no verb {word}"
                here = action.choices[word]
                break
    return ""


def make(words: Sequence[str]) -> str:
    """Return which target there is not."""
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    unknown = [one for one in words if "=" not in one and one not in targets]
    return f"there is no target {unknown}" if unknown else ""


def python(words: Sequence[str]) -> str:
    """Return which module there is not, and which row of the fault plan."""
    if words[0] == "-":  # what it is handed stands on a page that is typed
        return ""
    if words[0] != "-m" or find_spec(words[1]) is None:
        return f"there is no module {words[1:2]}"
    plan = (ROOT / "tests" / "faults" / "README.md").read_text()
    rows = words[words.index("--only") + 1].split(",") if "--only" in words else []
    unknown = [row for row in rows if not re.search(rf"\b{row}\b", plan)]
    return f"the fault plan has no row {unknown}" if unknown else ""


def pip(words: Sequence[str]) -> str:
    """Return which extra or file there is not."""
    extras = [one for word in words for one in re.findall(r"^daykeeper\[([\w,-]+)\]$", word)]
    files = [word for word in words if word.startswith("requirements/")]
    unknown = [one for some in extras for one in some.split(",") if one not in EXTRAS]
    unknown += [file for file in files if not (ROOT / file).exists()]
    return f"there is no {unknown}" if unknown else ""


def script(words: Sequence[str]) -> str:
    """Return that a script of ours is not there, or cannot be run."""
    return "" if os.access(ROOT / words[0], os.X_OK) else f"{words[0]} cannot be run"


def units(words: Sequence[str]) -> str:
    """Return which unit there is not; units for several authorities are made of those for one."""
    verbs = {"start", "stop", "status", "enable", "restart", "daemon-reload"}
    names = [one for one in words if not one.startswith("-") and one not in verbs]
    made = {re.sub(r"@[\w.-]*", "", one.removesuffix(".service")) for one in names}
    unknown = [one for one in made if f"{one}.service" not in UNITS | {"daykeeper-failed.service"}]
    return f"there is no unit {unknown}" if unknown else ""


def manifests(words: Sequence[str]) -> str:
    """Return which file of ours there is not."""
    unknown = [one for one in words if one.startswith("deploy/") and not (ROOT / one).exists()]
    return f"there is no {unknown}" if unknown else ""


JUDGES: dict[str, Callable[[Sequence[str]], str]] = {
    "daykeeper": daykeeper, "make": make, "python": python, "pip": pip, "systemctl": units, "kubectl": manifests,
}  # fmt: skip


def wrong(one: Command, judges: dict[str, Callable[[Sequence[str]], str]]) -> str:
    """Return what is wrong with a command: a line, empty where nothing is."""
    if one.words[0].startswith("deploy/"):
        said = script(one.words)
    elif one.program in judges:
        said = judges[one.program](one.words[1:])
    elif one.page in TYPED or one.kind in ELSEWHERE or one.program in ELSEWHERE:
        said = ""
    else:
        said = "no test runs it; type its page, or say in ELSEWHERE why it cannot be run"
    return said and f"{one.place}: {' '.join(one.words)}: {said}"


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_in_a_pages_fences_is_one(page):
    assert list(filter(None, (wrong(one, JUDGES) for one in fenced(page)))) == []


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_that_a_page_names_in_a_sentence_is_one(page):
    judges = JUDGES | {"daykeeper": named}
    programs = (*judges, ".venv/bin/python", "deploy/backup.sh", "deploy/restore.sh")

    assert list(filter(None, (wrong(one, judges) for one in inline(page, programs)))) == []


def test_the_example_of_each_verb_in_the_readme_is_read_by_the_parser():
    table = (ROOT / "README.md").read_text().partition("## The verbs")[2].partition("\n## ")[0]
    examples = re.findall(r"^\|.*\| `daykeeper ([^`]+)` \|$", table, re.MULTILINE)

    assert len(examples) > 30
    for line in examples:
        (words,) = simple(line)
        assert daykeeper(words) == "", line


def test_no_command_hides_in_a_fence_of_plain_words():
    programs = {*JUDGES, *ELSEWHERE} - {"python", "head", "install", "make", "cat"}
    hidden = [
        f"{page.relative_to(ROOT)}:{begins}"
        for page in pages()
        if page.name != "commands.md"  # made of --help, with remarks beside its examples
        for begins, kind, body in fences(page)
        if kind in ("", "text") and programs & {line.split(" ")[0] for line in body.splitlines()}
    ]

    assert hidden == []


def test_whatever_is_said_to_be_run_or_not_to_be_is_there():
    shown = {one.program for one in ALL if one.page not in TYPED} | {one.kind for one in ALL}

    assert [page for page in TYPED if not (ROOT / page).exists()] == []
    for page, test in TYPED.items():
        assert page.rpartition("/")[2] in (ROOT / test).read_text(), test
    assert sorted(ELSEWHERE.keys() - shown) == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        pytest.param("daykeeper staus --config x.toml", "the parser refuses it", id="a verb"),
        pytest.param("daykeeper run --confg x.toml", "the parser refuses it", id="an option"),
        pytest.param("make tset", "there is no target", id="a target"),
        pytest.param("python -m tests.flauts", "there is no module", id="a module"),
        pytest.param("python -m tests.faults --only F99", "no row", id="a row of the fault plan"),
        pytest.param("pip install 'daykeeper[dikm]'", "there is no", id="an extra"),
        pytest.param("sudo systemctl stop daykeeper", "no test runs it", id="another program"),
        pytest.param("systemctl start daykeeperd", "there is no unit", id="a unit"),
        pytest.param("deploy/bakcup.sh x", "cannot be run", id="a script"),
        pytest.param("A=b true && daykeeper rnu | head > x", "refuses", id="behind another one"),
        pytest.param("kubectl apply --filename deploy/none.yaml", "there is no", id="a manifest"),
    ],
)
def test_a_command_that_is_none_is_told(line, said):
    ((_, text),) = whole([(1, line)])

    found = [wrong(Command("a page", 1, SHELL, words), JUDGES) for words in simple(text)]

    assert said in "".join(found)
