"""Habits that no linter knows: how tests are made, how large files grow, what they are called."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PRODUCT = sorted([*ROOT.glob("daemon/**/*.py"), *ROOT.glob("integrations/**/*.py")])
TESTS = sorted([*ROOT.glob("tests/**/*.py"), *ROOT.glob("daemon/testing/**/*.py")])
MARKERS = frozenset(ROOT.glob("tests/**/__init__.py"))  # a folder of tests explains itself
TEXTS = [
    file
    for pattern in ("*", ".ci/*", "deploy/**/*", "docs/**/*", "requirements/*", "policies/**/*")
    for file in ROOT.glob(pattern)
    if file.is_file()
]
LARGEST = 300  # lines
LARGER: dict[str, str] = {
    # file: why it is one thing that would not read better as two
}
EMPTY_WORDS = frozenset({"utils", "util", "common", "helpers", "helper", "base", "core", "misc"})


def said(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield every forbidden way of testing with its line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [alias.name for alias in node.names]
            module = getattr(node, "module", None) or ""
            if any("unittest" in name for name in (module, *names)):
                yield node.lineno, "fakes stand at the ports: no unittest, no mock"
            if module == "time" and "sleep" in names:
                yield node.lineno, "wait for an event or a condition, with a deadline"
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if (node.value.id, node.attr) == ("time", "sleep"):
                yield node.lineno, "wait for an event or a condition, with a deadline"
            if node.value.id == "monkeypatch" and node.attr in ("setattr", "delattr", "setitem"):
                yield node.lineno, "our own code is not patched: give it an argument"
            if node.value.id in ("mocker", "mock"):
                yield node.lineno, "fakes stand at the ports: no unittest, no mock"


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("from unittest import mock", id="mock"),
        pytest.param("import unittest.mock as m", id="mock under another name"),
        pytest.param("def t(mocker): mocker.patch('x')", id="the mocker fixture"),
        pytest.param("from time import sleep", id="sleep by its name"),
        pytest.param("import time\ntime.sleep(1)", id="sleep"),
        pytest.param("def t(monkeypatch): monkeypatch.setattr(a, 'b', c)", id="patching"),
    ],
)
def test_the_check_itself_finds_what_is_forbidden(code):
    assert list(said(ast.parse(code)))


def test_no_test_mocks_patches_or_sleeps():
    found = [
        f"{file.relative_to(ROOT)}:{line}: {why}"
        for file in TESTS
        for line, why in said(ast.parse(file.read_text("utf-8")))
    ]

    assert found == []


def test_a_large_file_has_a_reason():
    large = {
        str(file.relative_to(ROOT)): count
        for file in PRODUCT
        if (count := len(file.read_text("utf-8").splitlines())) > LARGEST
    }

    assert large.keys() == LARGER.keys(), large


def test_every_file_says_first_what_it_is_for():
    silent = [
        str(file.relative_to(ROOT))
        for file in [*PRODUCT, *TESTS]
        if file not in MARKERS and not ast.get_docstring(ast.parse(file.read_text("utf-8")))
    ]

    assert silent == []


def test_no_module_and_no_folder_has_a_name_that_says_nothing():
    named = {
        str(file.relative_to(ROOT)): {*file.relative_to(ROOT).parent.parts, file.stem}
        for file in PRODUCT
    }

    assert [
        file for file, names in named.items() if EMPTY_WORDS & {name.lstrip("_") for name in names}
    ] == []


def test_no_file_knows_the_machine_that_it_was_written_on():
    machine = re.compile(
        r"(/home/|/root/|/work/|[a-z]:\\users\\|https?://[a-z.]*(pypi|pythonhosted))", re.IGNORECASE
    )
    found = [
        f"{file.relative_to(ROOT)}: {match[0]}"
        for file in [*PRODUCT, *TESTS, *TEXTS]
        if file != Path(__file__)
        for match in machine.finditer(file.read_text("utf-8", errors="replace"))
    ]

    assert found == []
