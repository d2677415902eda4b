"""`docs`, `schema` and `rehearse` as people and tools meet them."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from daemon.cli import main
from daemon.rulebook import load, shipped
from daemon.rulebook.language.schema import SOURCE_KINDS
from daemon.testing.world import loaded
from tests.axe import grave_faults
from tests.bench.quarter import quarter
from tests.faults.runner import until
from tests.small import SMALL
from tests.testshire import settled

LIST = "stoke-on-trent/rules/icpc-invite-list.yaml"
WINDOW = ("--from", "2025-10-01", "--to", "2025-12-31")


@pytest.fixture
def draft(tmp_path):
    folder = tmp_path / "draft"
    shutil.copytree(SMALL, folder)
    text = (
        (folder / LIST)
        .read_text()
        .replace("4 working hours after due", "2 working hours after due")
    )
    (folder / LIST).write_text(text)
    return folder


@pytest.fixture
def records(tmp_path):
    book, _ = load(SMALL)
    rules = book.packs["stoke-on-trent"].rules
    file = tmp_path / "records.jsonl"
    file.write_text("".join(f"{json.dumps(one)}\n" for one in quarter(30, rules, book.vocabulary)))
    return file


def test_coverage_as_json_has_exactly_its_four_keys(capsys):
    code = main(["docs", "--coverage", "--json"])

    said = json.loads(capsys.readouterr().out)
    assert list(said) == ["clauses", "carried", "missing", "twice"]
    assert said["clauses"] == 331
    assert list(said["carried"]) == list(SOURCE_KINDS)
    assert sum(said["carried"].values()) + len(said["missing"]) == 331
    assert code == (1 if said["missing"] or said["twice"] else 0)


def test_coverage_lists_what_nothing_carries(capsys):
    code = main(["docs", "--coverage", "--pack", "stoke-on-trent", "--policies", str(SMALL)])

    said = capsys.readouterr().out
    assert code == 1
    assert "stoke-on-trent      127" in said
    assert "carried by nothing: STK-001, " in said
    assert "DEV-" not in said


def test_json_without_coverage_is_misspelt(capsys):
    assert main(["docs", "--json"]) == 2


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Return the folder into which the pages of all pathways are written."""
    folder = tmp_path_factory.mktemp("docs") / "a" / "b"
    assert main(["docs", "--out", str(folder)]) == 0
    return folder


def test_the_pages_are_written_and_lead_to_one_another(pages):
    names = {file.name for file in pages.iterdir()}
    index = (pages / "index.html").read_text()
    book = loaded(shipped())
    assert names == {"index.html", *(f"{name}.html" for name in book.packs)}
    assert all(f'href="{name}.html"' in index for name in book.packs)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("name", ["index", "statutory-england"])
def test_nothing_keeps_a_reader_from_a_page_of_a_pathway(pages, tab, name, dark):
    assert grave_faults(tab, pages / f"{name}.html", dark=dark) == []


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_nothing_keeps_a_reader_from_the_page_of_any_pathway(pages, tab):
    found = {file.name: grave_faults(tab, file) for file in sorted(pages.glob("*.html"))}

    assert len(found) == 7
    assert {name: faults for name, faults in found.items() if faults} == {}


def test_a_place_that_cannot_be_written_to_is_one_line(tmp_path, capsys):
    (tmp_path / "file").write_text("")

    code = main(["docs", "--out", str(tmp_path / "file")])

    assert code == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_a_schema_is_printed_or_all_are_written_with_what_an_editor_needs(tmp_path, capsys):
    assert main(["schema", "rule"]) == 0
    one = json.loads(capsys.readouterr().out)
    assert main(["schema", "--out", str(tmp_path)]) == 0
    said = capsys.readouterr().out

    settings = json.loads(said[said.index("{") :])["yaml.schemas"]
    assert json.loads((tmp_path / "rule.schema.json").read_text()) == one
    assert {Path(path).name for path in settings} == {file.name for file in tmp_path.iterdir()}


def test_an_unknown_kind_of_file_is_guessed_at(capsys):
    assert main(["schema", "rules"]) == 1
    assert 'did you mean "rule"?' in capsys.readouterr().err


def test_a_rehearsal_as_a_table_as_json_and_as_a_page(records, draft, tmp_path, tab, capsys):
    words = ["rehearse", str(records), "--present", str(SMALL), "--draft", str(draft), *WINDOW]
    page = tmp_path / "out" / "rehearsal.html"

    assert main([*words, "--html", str(page)]) == 0
    table = capsys.readouterr().out
    assert main([*words, "--json", "--processes", "1"]) == 0
    said = json.loads(capsys.readouterr().out)

    assert said["cases"] == 30
    assert said["notices"]["earlier"] > 0
    assert f"earlier: {said['notices']['earlier']:,};" in table
    assert "icpc-invite-list" in table
    assert f"<dd>{said['notices']['present']:,} under the present rulebook" in page.read_text()
    assert [grave_faults(tab, page, dark=dark) for dark in (False, True)] == [[], []]


def test_a_rehearsal_is_kept_for_the_console_under_the_name_of_its_draft(
    records, draft, tmp_path, capsys
):
    words = ["rehearse", str(records), "--present", str(SMALL), "--draft", str(draft), *WINDOW]
    words += ["--processes", "1", "--keep", "--by", "A. Name"]

    assert main([*words, *settled(tmp_path)]) == 0
    told = capsys.readouterr().out.splitlines()[-1]
    assert main(words) == 2

    file = Path(told.removeprefix("kept: "))
    said = json.loads(file.read_text("utf-8"))
    assert file.parent == tmp_path / "state" / "rehearsals"
    assert file.with_suffix(".html").exists()
    assert (said["made_by"], said["draft"], said["cases"]) == ("A. Name", "draft", 30)
    assert "SC-" not in json.dumps(said)
    assert "--keep needs --config" in capsys.readouterr().err


def test_a_line_that_is_no_record_is_told_and_the_rest_is_rehearsed(records, draft, capsys):
    with records.open("a") as file:
        file.write("nonsense\n")

    code = main(
        [
            "rehearse",
            str(records),
            "--present",
            str(SMALL),
            "--draft",
            str(draft),
            *WINDOW,
            "--json",
        ]
    )

    told = capsys.readouterr()
    assert code == 0
    assert json.loads(told.out)["cases"] == 30
    assert "records.jsonl:31" in told.err


def test_a_draft_that_is_not_sound_is_refused_with_its_mistakes(records, draft, capsys):
    (draft / LIST).write_text("rule: [")

    assert main(["rehearse", str(records), "--draft", str(draft)]) == 1
    assert "icpc-invite-list.yaml" in capsys.readouterr().err


def test_without_records_or_settings_there_is_nothing_to_rehearse(draft, capsys):
    assert main(["rehearse", "--draft", str(draft)]) == 2


@pytest.mark.slow
def test_an_interrupted_rehearsal_says_so_and_leaves_no_process_behind(records, draft, tmp_path):
    lines = records.read_text().splitlines()
    many = tmp_path / "many.jsonl"
    many.write_text("".join(
        line.replace("SC-", f"R{one}-").replace("F-", f"G{one}-") + "\n" for one in range(4000) for line in lines
    ))  # fmt: skip
    page = tmp_path / "never.html"
    words = [
        "rehearse",
        str(many),
        "--present",
        str(SMALL),
        "--draft",
        str(draft),
        *WINDOW,
        "--html",
        str(page),
    ]
    going = subprocess.Popen(
        [sys.executable, "-m", "daemon.cli", *words, "--processes", "2"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    children = Path(f"/proc/{going.pid}/task/{going.pid}/children")
    until(lambda: len(children.read_text().split()) == 2, 120, "two processes")

    going.send_signal(signal.SIGINT)
    out, err = going.communicate(timeout=120)

    assert going.returncode == 130
    assert out == ""
    assert err.endswith("rehearse: interrupted; nothing was written\n")
    assert not page.exists()
    with pytest.raises(ProcessLookupError):
        os.killpg(going.pid, 0)
