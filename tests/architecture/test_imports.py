"""What `make lint` holds of imports is held of every part: a new one is in its lists, or is an exception by name."""

import re
import tomllib

import pytest

from daemon.cli.main import VERBS
from tests.architecture.test_habits import ROOT

CONTRACTS = {
    one["id"]: one
    for one in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"][
        "contracts"
    ]
}
FOR_TESTS = {"daemon.testing", "daemon.demo"}  # what is made for tests, and the one that shows it
HOLD_SQL = {"daemon.store", "integrations.sql_query"}
# what an adapter may see; the suites in `daemon.testing` are for its tests
SEEN = {
    *("daemon.domain", "daemon.examined", "daemon.mapping", "daemon.option_parts"),
    *("daemon.option_paths", "daemon.ports", "daemon.returns", "daemon.sheets", "daemon.testing"),
}


def parts(package: str) -> set[str]:
    """Return the modules and packages that lie directly in a package."""
    found = (one for one in (ROOT / package).iterdir() if one.suffix == ".py" or one.is_dir())
    return {f"{package}.{one.stem}" for one in found if not one.stem.startswith("__")}


def test_every_part_has_its_place_in_the_line():
    layers = {word.strip() for row in CONTRACTS["line"]["layers"] for word in row.split("|")}

    assert layers == parts("daemon") - {"daemon.testing"}


def test_whoever_is_new_reads_what_each_folder_of_the_verbs_is_for():
    told = (ROOT / "CONTRIBUTING.md").read_text().partition("| folder of `daemon/decide/` |")[2]
    told, _, _ = told.partition("\n\n")

    folders = {one.parent.name for one in (ROOT / "daemon/decide").glob("*/__init__.py")}
    assert set(re.findall(r"^\| `(\w+)` \|", told, re.MULTILINE)) == folders


def test_beside_the_folders_of_the_command_lie_its_verbs_alone():
    flat = {one.stem for one in (ROOT / "daemon/cli").glob("*.py")}

    assert flat == {*VERBS, "main", "__init__", "__main__"}


def test_whoever_is_new_reads_what_helps_the_verbs_of_the_command():
    told = (ROOT / "CONTRIBUTING.md").read_text().partition("| folder of `daemon/cli/` |")[2]
    told, _, _ = told.partition("\n\n")

    folders = {one.parent.name for one in (ROOT / "daemon/cli").glob("*/__init__.py")}
    assert set(re.findall(r"^\| `(\w+)` \|", told, re.MULTILINE)) == folders


def test_a_folder_of_the_verbs_brings_nothing_of_itself():
    """`explain` starts in a fraction of a second: it loads the files that it needs, and no folder of them."""
    firsts = {one: one.read_text() for one in (ROOT / "daemon/decide").rglob("__init__.py")}

    assert [str(one) for one, text in firsts.items() if "import " in text] == []


@pytest.mark.parametrize(
    ("contract", "key", "held"),
    [
        pytest.param(
            "product-without-tests",
            "source_modules",
            (parts("daemon") - FOR_TESTS) | {"integrations"},
            id="tests",
        ),
        pytest.param("integrations", "forbidden_modules", parts("daemon") - SEEN, id="adapters"),
        pytest.param(
            "sql",
            "source_modules",
            (parts("daemon") | parts("integrations")) - FOR_TESTS - HOLD_SQL,
            id="sql",
        ),
    ],
)
def test_a_contract_names_every_part_that_it_is_about(contract, key, held):
    assert set(CONTRACTS[contract][key]) == held
