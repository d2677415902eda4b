"""Finds integrations by the manifest in their folder, and imports one only when it is used."""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from daemon.domain.errors import Problem, Refusal
from daemon.ports import Clock
from daemon.settings.mistakes import mend, mistakes

OURS = "integrations"  # the package whose folders are searched; it is never imported by name
GROUP = "daykeeper.integrations"  # entry points of other distributions: each names a package
MANIFEST = "manifest.toml"
Capability = Literal[
    "source", "channel", "directory", "calendar", "inbox", "teams", "text", "post", "vault"
]
OWN_WAY = frozenset({"teams", "text"})  # words for which an adapter may have a class of its own
Place = Annotated[str, Field(pattern=r"^[a-z_0-9]+(\.[a-z_0-9]+)*:[A-Za-z_0-9]+$")]


class Manifest(BaseModel):
    """What an integration says of itself without being imported.

    `provides` and `config` name a class for each capability as `package.module:Class`; `extra` is
    the pip extra that brings the vendor's library, empty where none is needed.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    title: str
    extra: str = ""
    provides: Mapping[Capability, Place]
    config: Mapping[Capability, Place]


def find() -> dict[str, Manifest]:
    """Return every integration by its name; raises Refusal for manifests that cannot be read."""
    found: dict[str, Manifest] = {}
    problems: list[Problem] = []
    for file in _manifests():
        try:
            manifest = Manifest.model_validate(tomllib.loads(file.read_text("utf-8")))
        except ValidationError as error:
            problems += mistakes(error, Manifest, _below(str(file), ": "))
            continue
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError):
            problems.append(Problem(str(file), "this cannot be read as TOML", "correct it"))
            continue
        if manifest.name in found:
            what = f'another integration is called "{manifest.name}" too'
            problems.append(Problem(str(file), what, "remove one of the two"))
        for capability in manifest.provides.keys() - manifest.config.keys():
            what = f"no model is named for the options of the {capability}"
            problems.append(Problem(f"{file}: config.{capability}", what, "add it"))
        found[manifest.name] = manifest
    if problems:
        raise Refusal(*problems)
    return found


def way(name: str, word: str) -> Capability:
    """Return what an adapter is to be loaded as for a channel's word: a channel, unless it has one of that name."""
    manifest = find().get(name)
    if word == "calendar" or (word in OWN_WAY and manifest and word in manifest.provides):
        return word  # type: ignore[return-value]  # all are capabilities
    return "channel"


def load(
    name: str,
    capability: Capability,
    options: Mapping[str, Any],
    *,
    base: Path,
    clock: Clock,
    where: str,
) -> Any:
    """Return an adapter, built as `Class(config, clock)` from its checked options.

    Args:
        base: the folder beside which relative paths of the options are looked for.
        where: the table of the settings that asks, as `feeds.diary`; problems name keys below it.

    Raises Refusal for an unknown integration, one that cannot do this, a vendor's library that is
    not installed, and options that its model refuses.
    """
    manifest = _manifest(name, capability, where)
    adapter = _fetch(manifest.provides[capability], manifest, where)
    return adapter(options_of(name, capability, options, base=base, where=where), clock)


def options_of(
    name: str, capability: Capability, options: Mapping[str, Any], *, base: Path, where: str
) -> Any:
    """Return an adapter's options, checked as `load` does, without loading it. Raises Refusal."""
    manifest = _manifest(name, capability, where)
    model = _fetch(manifest.config[capability], manifest, where)
    try:
        return model.model_validate(dict(options), context={"base": base})
    except ValidationError as error:
        found = mistakes(error, model, _below(f"{where}.options", "."))
        raise Refusal(*found) from None


def _manifest(name: str, capability: Capability, where: str) -> Manifest:
    manifests = find()
    fitting = tuple(one.name for one in manifests.values() if capability in one.provides)
    if name not in manifests:
        what = f'no integration is called "{name}"'
        raise Refusal(Problem(f"{where}.adapter", what, mend(name, fitting)))
    if name not in fitting:
        what = (
            f'"{name}" is no {capability}; it is a {" and ".join(sorted(manifests[name].provides))}'
        )
        raise Refusal(Problem(f"{where}.adapter", what, mend(name, fitting)))
    return manifests[name]


def _fetch(place: str, manifest: Manifest, where: str) -> Any:
    module, _, name = place.partition(":")
    try:
        return getattr(import_module(module), name)
    except ModuleNotFoundError as error:
        if error.name is None or f"{module}.".startswith(f"{error.name}."):
            raise  # the manifest names a module that is not there: a bug, not a setting
        extra = f"[{manifest.extra}]" if manifest.extra else ""
        what = f'"{manifest.name}" needs {error.name.partition(".")[0]}, which is not installed'
        how = f"run: pip install 'daykeeper{extra}'"
        raise Refusal(Problem(f"{where}.adapter", what, how)) from None


def _below(table: str, joint: str) -> Callable[[str], str]:
    return lambda key: f"{table}{joint}{key}" if key else table


def _manifests() -> Iterator[Path]:
    """Yield every manifest: our folders by name, then what other distributions bring."""
    for root in _folders(OURS):
        yield from sorted(root.glob(f"*/{MANIFEST}"))
    for entry in entry_points(group=GROUP):
        for folder in _folders(entry.value):
            yield folder / MANIFEST


def _folders(package: str) -> list[Path]:
    spec = find_spec(package)
    return [Path(place) for place in (spec and spec.submodule_search_locations) or ()]
