"""A pack: files, a manifest with the hash of each, and its signature, in one archive that is the same byte for byte.

The manifest is what `sha256sum -c` reads, and the signature what `openssl pkeyutl` checks: nobody needs us for it.
"""

from collections.abc import Mapping
from hashlib import sha256
from io import BytesIO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from daemon.evidence.key import Signer

MANIFEST, SIGNATURE, PUBLIC = "manifest.sha256", "manifest.sig", "public-key.pem"
SEALS = (MANIFEST, SIGNATURE)  # of all other files the manifest has the hash
FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # of every file: the archive says no more than its files
README = """This pack shows what was due for one case, who was told, what is known of it being seen, and what was done.

case.html     to be read by people
case.json     the same for machines
journal.jsonl what was decided and why, as it stands in the service's journal. Each line has the entry, the hash
              before it and its own: SHA-256 over the hash before it and the entry as JSON with sorted keys,
              no spaces, and nothing escaped that need not be

Check it without us, in the folder into which you unpacked it:

  sha256sum -c manifest.sha256
  openssl pkeyutl -verify -pubin -inkey public-key.pem -rawin -in manifest.sha256 -sigfile manifest.sig
  openssl pkey -pubin -in public-key.pem -outform DER | sha256sum

The last line gives the fingerprint of the key. Compare it with the one that the authority has published: whoever
changes a pack can sign it with a key of their own, and only the fingerprint tells. Or: daykeeper journal verify PACK
"""


def pack(files: Mapping[str, bytes], signer: Signer) -> bytes:
    """Return the archive of these files, signed."""
    whole = {**files, "README.txt": README.encode(), PUBLIC: signer.public}
    words = manifest(whole)
    return archive({**whole, MANIFEST: words, SIGNATURE: signer.sign(words)})


def manifest(files: Mapping[str, bytes]) -> bytes:
    """Return a line a file: its SHA-256 and its name."""
    lines = [f"{sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files)]
    return "".join(lines).encode()


def archive(files: Mapping[str, bytes]) -> bytes:
    """Return a ZIP archive in which nothing but names and contents can differ."""
    out = BytesIO()
    with ZipFile(out, "w", ZIP_STORED) as whole:
        for name in sorted(files):
            entry = ZipInfo(name, FIRST_DAY)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            whole.writestr(entry, files[name])
    return out.getvalue()
