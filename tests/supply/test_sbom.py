"""Each lock has its bill of materials, of which no part is missing (RELIABILITY T16)."""

import json

import pytest

from tests.supply.locks import file_of, pins
from tests.supply.sbom import write


@pytest.mark.parametrize("lock", ["run", "vendors"])
def test_a_bill_of_materials_has_as_many_parts_as_its_lock(tmp_path, lock):
    many = write(file_of(lock), tmp_path / "bill.json")

    bill = json.loads((tmp_path / "bill.json").read_text("utf-8"))
    assert many == len(bill["components"]) == len(pins(file_of(lock).read_text("utf-8"))) > 20
    assert bill["bomFormat"] == "CycloneDX"
    assert bill["metadata"]["component"]["name"] == "daykeeper"
    assert all(one["purl"].startswith("pkg:pypi/") for one in bill["components"])


def test_a_lock_with_nothing_in_it_has_no_bill(tmp_path):
    (tmp_path / "empty.txt").write_text("# nothing\n")

    with pytest.raises(ValueError, match="it is empty"):
        write(tmp_path / "empty.txt", tmp_path / "bill.json")
