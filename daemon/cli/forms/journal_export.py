"""journal export and verify PACK: one case's signed evidence, made and checked."""

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from daemon.domain.counts import counted

if TYPE_CHECKING:
    pass


def add_export(whats: "argparse._SubParsersAction[Any]") -> None:
    """Declare the export."""
    form = whats.add_parser(
        "export", help="a signed pack about one case, for a chair or an inspector"
    )
    form.add_argument("ref", metavar="REF", help="the case")
    form.add_argument("--config", required=True, metavar="FILE", help="the authority's settings")
    form.add_argument(
        "--for",
        dest="reader",
        required=True,
        metavar="PERSON",
        help="who will read it: an id of the directory, or one plain address",
    )
    form.add_argument(
        "--out", required=True, type=Path, metavar="PACK", help="the archive to write"
    )
    form.add_argument("--by", metavar="NAME", help="who makes it (default: this account)")
    form.set_defaults(act=export)


def export(args: argparse.Namespace) -> int:
    """Write a pack, and say so in the journal. Raises Refusal."""
    from hashlib import sha256

    from daemon.app import in_force, utc_now
    from daemon.cli.given import acting, settings_of, stored
    from daemon.domain.errors import Problem, Refusal
    from daemon.domain.named import mark, one_reader
    from daemon.evidence import Signer, case_evidence, may_have, pack

    settings, by = settings_of(args.config), acting(args.by)
    key = settings.web.secret_file.with_name(f"{settings.authority}.evidence.pem")
    with stored(settings) as store:
        deciding = in_force(store, settings)
        now = (store.clock() or utc_now)()
        with store.write() as tx:
            known = {mark(name) for one in tx.people.all() for name in one.marks}
            reader = one_reader("--for", args.reader, known)
            why = {"for": reader, "by": by}
            files = case_evidence(tx, args.ref, deciding, settings.feed_order, now, why)
            if files is None:
                what = f'no feed has shown a case "{args.ref}"'
                raise Refusal(Problem("REF", what, "check the reference, or see daykeeper status"))
            if not may_have(tx, args.ref, reader, deciding, settings.feed_order):
                what = f"{reader} must not have this case"
                raise Refusal(Problem("--for", what, "ask the service manager who may"))
            signer = Signer.of(key)
            whole = pack(files, signer)
            data = {
                "for": reader,
                "sha256": sha256(whole).hexdigest(),
                "key": signer.fingerprint,
            }
            tx.journal.write(now, "evidence.exported", args.ref, f"for {reader}, by {by}", data)
            write_private(args.out, whole)
    if signer.is_new:
        sys.stderr.write(
            f"{key}: a signing key was made; keep a copy of it, and publish its fingerprint\n"
        )
    sys.stdout.write(f"{args.out}: written, and signed with the key {signer.fingerprint}\n")
    return 0


def verify_pack(args: argparse.Namespace) -> int:
    """Print whether a pack is whole; 1 where it is not."""
    from daemon.evidence import check

    found = check(Path(args.pack), args.key)
    for fault in found.faults:
        sys.stdout.write(f"{args.pack}: {fault}\n")
    if found.faults:
        sys.stdout.write(f"{args.pack}: do not rely on it; ask the authority for the pack again\n")
        return 1
    entries = counted(found.entries, "entry", "entries")
    sys.stdout.write(
        f"the pack is whole: {counted(len(found.files), 'file')}, {entries} of the journal\n"
    )
    if args.key is None:
        sys.stdout.write(
            f"signed with the key {found.key}: compare it with the fingerprint that the authority published\n"
        )
    return 0


def write_private(place: Path, whole: bytes) -> None:
    """Write a new file that nobody else may read. Raises Refusal."""
    from daemon.domain.errors import Problem, Refusal

    try:
        opened = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        raise Refusal(Problem(str(place), "is there already", "name a new file")) from None
    except OSError as error:
        what = f"cannot be written ({error.strerror})"
        raise Refusal(Problem(str(place), what, "name a place that is yours to write to")) from None
    with os.fdopen(opened, "wb") as file:
        file.write(whole)
