"""Every file of a secret that any adapter's options name is refused where others may read it (RELIABILITY T11)."""

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, get_args

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from daemon.plugins import find

# What such a name calls is no secret: a list of authorities, a font.
PUBLIC = {"ca_file", "font_file"}
SECRET = re.compile(r"(?:.+_)?file")


def models(model: Any) -> Iterator[type[BaseModel]]:
    """Yield the models in a type, however it wraps them."""
    if isinstance(model, type) and issubclass(model, BaseModel):
        yield model
    for part in get_args(model):
        yield from models(part)


def secrets(model: type[BaseModel], above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the way to each option of a model, and of those within it, that names a file of a secret."""
    for name, field in model.model_fields.items():
        is_path = Path in (field.annotation, *get_args(field.annotation)) or name.endswith("_file")
        if SECRET.fullmatch(name) and name not in PUBLIC and is_path:
            yield (*above, name)
        for inner in models(field.annotation):
            yield from secrets(inner, (*above, name))


def options() -> Iterator[tuple[str, str, type[BaseModel], tuple[str, ...]]]:
    for name, manifest in sorted(find().items()):
        for capability, place in manifest.config.items():
            module, _, word = place.partition(":")
            model = getattr(import_module(module), word)
            for way in secrets(model):
                yield name, capability, model, way


FOUND = [
    pytest.param(model, way, id=f"{name}, {capability}: {'.'.join(way)}")
    for name, capability, model, way in options()
    # A directory's or a feed's own sheet: data, which lies in a folder with rights of its own.
    if name not in ("people_csv", "xlsx_diary") or way[-1] != "file"
]

OWN_TESTS = ("url_file", "workflows_file")  # each is read by a way of its own
AGAIN = [
    pytest.param(model, way, id=f"{name}, {capability}: {'.'.join(way)}")
    for name, capability, model, way in options()
    if way[-1] not in (*OWN_TESTS, *(("file",) if name in ("people_csv", "xlsx_diary") else ()))
]


def complaints(model: type[BaseModel], way: tuple[str, ...], base: Path, mode: int) -> list[str]:
    """Return what is said of that option, where its file has these rights."""
    file = base / "a.secret"
    file.touch()
    file.chmod(mode)
    given: Any = str(file)
    for name in reversed(way):
        given = {name: given}
    try:
        model.model_validate(given, context={"base": base})
    except ValidationError as error:
        return [
            str(one["msg"])
            for one in error.errors()
            if tuple(map(str, one["loc"]))[: len(way)] == way
        ]
    return []


@pytest.mark.parametrize(("model", "way"), FOUND)
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o606])
def test_every_file_of_a_secret_is_refused_where_others_may_read_it(tmp_path, model, way, mode):
    refused = complaints(model, way, tmp_path, mode)
    taken = complaints(model, way, tmp_path, 0o600)

    assert any("others may read this file; run chmod 600 on it" in one for one in refused)
    assert not any("others may read" in one for one in taken)


@pytest.mark.parametrize(("model", "way"), AGAIN)
def test_every_such_file_is_looked_at_again_whenever_it_is_read(tmp_path, model, way):
    for name in way[:-1]:
        (model, *_) = models(model.model_fields[name].annotation)
    field = model.model_fields[way[-1]]
    file = tmp_path / "a.secret"
    file.write_text("the first")
    file.chmod(0o600)
    kind = Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation
    option = TypeAdapter(kind).validate_python(str(file), context={"base": tmp_path})

    file.chmod(0o644)
    file.write_text("another, for everybody")

    assert option.read_text() == "the first"


def test_there_are_as_many_as_we_know_of():
    assert len(FOUND) >= 20
