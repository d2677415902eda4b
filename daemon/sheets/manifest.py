"""The manifest of a drop: what each of its files must be, and that nobody else wrote it."""

import hmac
from hashlib import sha256

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from daemon.domain.sheet import SheetRefusedError

LARGEST_BYTES = 1_000_000
SEAL = ".hmac"  # the seal of manifest.json stands in manifest.json.hmac
AGAIN = "wait for the next drop, or have it exported again; nothing was taken from this one"


class Described(BaseModel):
    """What one file must be; what is not given is not held against it."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    rows: int | None = Field(default=None, ge=0)
    sha256: str | None = Field(default=None, pattern="^[0-9a-fA-F]{64}$")


class Manifest(BaseModel):
    """The files of a drop by their names, and the moment up to which they are known."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    files: dict[str, Described]
    made_at: AwareDatetime | None = None


def parse_manifest(data: bytes, name: str) -> Manifest:
    """Return what a manifest says; raises SheetRefusedError."""
    try:
        return Manifest.model_validate_json(data.removeprefix(b"\xef\xbb\xbf"))
    except ValidationError as error:
        (first, *_) = error.errors(include_url=False, include_input=False)
        where = ".".join(str(part) for part in first["loc"]) or "it"
        what = f"is no manifest that can be read: {where} is wrong"
        mend = 'write {"made_at": "…Z", "files": {"conference.csv": {"rows": 12, "sha256": "…"}}}'
        raise SheetRefusedError(name, what, mend) from None


def hold_to_seal(data: bytes, name: str, seal: bytes, key: bytes) -> None:
    """Raise SheetRefusedError unless the manifest was sealed with our key (HMAC-SHA256, hexadecimal)."""
    ours = hmac.new(key.strip(), data, sha256).hexdigest()
    if not hmac.compare_digest(ours.encode(), seal.strip().lower()):
        mend = f"have its HMAC-SHA256 written to {name}{SEAL}, with the key of manifest_key_file"
        raise SheetRefusedError(name, "is not sealed with our key", mend)


def hold_to(manifest: Manifest, name: str, data: bytes) -> None:
    """Raise SheetRefusedError unless a file is the one that the manifest describes."""
    described = manifest.files.get(name)
    if described is None:
        raise SheetRefusedError(name, "is not in the manifest", AGAIN)
    if described.sha256 and sha256(data).hexdigest() != described.sha256.lower():
        raise SheetRefusedError(name, "is not the file that the manifest describes", AGAIN)


def hold_to_count(manifest: Manifest, name: str, rows: int) -> None:
    """Raise SheetRefusedError unless a file has as many rows as the manifest says."""
    expected = manifest.files[name].rows
    if expected is not None and expected != rows:
        what = f"has {rows} rows where the manifest says {expected}"
        raise SheetRefusedError(name, what, AGAIN)
