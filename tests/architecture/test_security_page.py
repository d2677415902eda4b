"""docs/security.md: every threat of the model stands in it, and every test that it names is one."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "security.md").read_text("utf-8")
THREATS = [f"T{number}" for number in range(1, 21)]
NAMED = re.compile(r"`([\w/]+\.py)::(\w+)`")


def parts() -> dict[str, str]:
    """Return what is said of each threat."""
    found = re.split(r"^### (T\d+) · ", TEXT, flags=re.MULTILINE)[1:]
    return dict(zip(found[::2], found[1::2], strict=True))


def functions(file: Path) -> set[str]:
    """Return the names of a file's functions, those in classes too."""
    tree = ast.parse(file.read_text("utf-8")) if file.is_file() else ast.Module([], [])
    return {one.name for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)}


def test_every_threat_has_its_tests():
    assert list(parts()) == THREATS
    assert [threat for threat, said in parts().items() if not NAMED.search(said)] == []


def test_every_test_that_the_page_names_is_one():
    named = NAMED.findall(TEXT)

    missing = [f"{file}::{name}" for file, name in named if name not in functions(ROOT / file)]
    assert len(named) > len(THREATS) * 3
    assert missing == []


def test_whatever_the_page_points_at_is_there():
    links = [one for one in re.findall(r"\]\(([^)#]+)", TEXT) if "://" not in one]

    assert links
    assert [one for one in links if not (ROOT / "docs" / one).exists()] == []
