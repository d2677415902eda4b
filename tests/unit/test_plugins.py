"""Integrations are found by their manifests, and imported only when they are used."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from daemon import plugins
from daemon.domain.errors import Refusal

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SHIPPED = Path(__file__).parents[2] / "integrations"
MANIFEST = """
name = "{name}"
title = "A test"
extra = "{extra}"
[provides]
source = "{package}.source:Source"
[config]
source = "{package}.source:Config"
"""
SOURCE = """
from pydantic import BaseModel

class Config(BaseModel):
    answer: int

class Source:
    def __init__(self, config, clock):
        self.answer, self.made_at = config.answer, clock()
"""


def load(name, capability="source", options=None, base=Path(), where="feeds.diary"):
    return plugins.load(name, capability, options or {}, base=base, clock=lambda: NOW, where=where)


def told(*args, **kwargs) -> list[str]:
    with pytest.raises(Refusal) as refused:
        load(*args, **kwargs)
    return [str(problem) for problem in refused.value.problems]


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Install distributions of other people's integrations, as pip would."""

    def install(
        package: str, source: str = SOURCE, name: str | None = None, extra: str = ""
    ) -> None:
        folder = tmp_path / package
        folder.mkdir()
        (folder / "__init__.py").touch()
        (folder / "source.py").write_text(source)
        text = MANIFEST.format(name=name or package, package=package, extra=extra)
        (folder / "manifest.toml").write_text(text)
        about = tmp_path / f"{package}-1.0.dist-info"
        about.mkdir()
        (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
        (about / "entry_points.txt").write_text(f"[{plugins.GROUP}]\n{package} = {package}\n")

    monkeypatch.syspath_prepend(tmp_path)
    yield install
    for module in [one for one in sys.modules if one.startswith("acme")]:
        del sys.modules[module]


def test_every_shipped_folder_is_an_integration_of_its_own_name():
    folders = {file.parent.name for file in SHIPPED.glob("*/__init__.py")}

    found = plugins.find()

    assert found.keys() == folders


def test_every_shipped_class_can_be_imported_or_says_which_extra_brings_it():
    for manifest in plugins.find().values():
        for capability in manifest.provides:
            for line in told(manifest.name, capability, {"surely no option": 1}):
                assert line.startswith(("feeds.diary.options", "feeds.diary.adapter"))
                assert "pip install" not in line or manifest.extra


def test_an_integration_of_another_distribution_is_found_and_built(install):
    install("acme_cases")

    source = load("acme_cases", options={"answer": 42})

    assert (source.answer, source.made_at) == (42, NOW)


def test_finding_imports_nothing(install):
    install("acme_cases", "raise RuntimeError('imported too early')")

    found = plugins.find()

    assert found["acme_cases"].title == "A test"
    assert "acme_cases.source" not in sys.modules


def test_a_relative_path_is_looked_for_beside_the_settings(tmp_path):
    channel = {"folder": "sent", "sender": "daykeeper@council.example"}

    (tmp_path / "sent").touch()

    (line,) = told("folder", "channel", channel, base=tmp_path)

    assert line == ("feeds.diary.options.folder: this is a file; give the path of a folder")


def test_a_misspelt_integration_is_guessed():
    assert told("csv_flies") == [
        'feeds.diary.adapter: no integration is called "csv_flies"; did you mean "csv_files"?'
    ]


def test_an_integration_that_cannot_do_this_is_refused_with_those_that_can():
    (line,) = told("smtp")

    assert line.startswith(
        'feeds.diary.adapter: "smtp" is no source; it is a calendar and channel; use one of: '
    )
    assert "csv_files" in line
    assert "folder" not in line


def test_wrong_options_are_named_by_their_place_in_the_settings(install):
    install("acme_cases", SOURCE.replace("(BaseModel):", "(BaseModel, extra='forbid'):"))

    assert told("acme_cases", options={"answer": "many", "anwser": 1}) == [
        'feeds.diary.options.answer: "many" is not a whole number; write it without quotes',
        'feeds.diary.options.anwser: there is no such setting; did you mean "answer"?',
    ]


@pytest.mark.parametrize(
    ("extra", "command"),
    [
        pytest.param("acme", "pip install 'daykeeper[acme]'", id="an extra brings it"),
        pytest.param("", "pip install 'daykeeper'", id="our own installation is broken"),
    ],
)
def test_a_missing_library_is_one_line_with_the_command_that_brings_it(install, extra, command):
    install("acme_cases", "import acme_vendor_sdk.client", extra=extra)

    assert told("acme_cases") == [
        f'feeds.diary.adapter: "acme_cases" needs acme_vendor_sdk, which is not installed; run: {command}'
    ]


def test_two_integrations_of_one_name_are_refused(install):
    install("acme_cases", name="smtp")

    (line,) = told("smtp", "channel")

    assert 'another integration is called "smtp" too' in line


def test_a_broken_manifest_is_named_by_its_file(install, tmp_path):
    install("acme_cases")
    (tmp_path / "acme_cases" / "manifest.toml").write_text('name = "acme"\ntitel = "x"')

    lines = told("smtp", "channel")

    assert {line.replace(f"{tmp_path}/", "").split("; ")[0] for line in lines} == {
        "acme_cases/manifest.toml: title: it is missing",
        "acme_cases/manifest.toml: provides: it is missing",
        "acme_cases/manifest.toml: config: it is missing",
        "acme_cases/manifest.toml: titel: there is no such setting",
    }
