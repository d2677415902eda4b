"""release: what waits for a person's word: a restored database, messages that were refused, what the brake holds."""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from typing import Any

from daemon.domain.counts import counted

EXAMPLES = """examples:
  daykeeper release --config daykeeper.toml                        what this database does not know; changes nothing
  daykeeper release --config daykeeper.toml --yes --by "A. Name"   note all that as sent, and let it go on
  daykeeper release refused --config daykeeper.toml                what was refused for good; changes nothing
  daykeeper release refused --config daykeeper.toml --yes --by "A. Name" --why "the mailbox is there again"
  daykeeper release refused --config daykeeper.toml --message 2c98d1… --yes --why "…"     only this one
  daykeeper release brake --config daykeeper.toml                  what the brake holds; changes nothing
  daykeeper release brake --config daykeeper.toml --yes --why "the import was right"      let it go out
"""


def add(verbs: "argparse._SubParsersAction[Any]") -> None:
    """Declare the verb."""
    verb = verbs.add_parser(
        "release",
        help="let a restored database go on, or refused or held messages out",
        epilog=EXAMPLES,
    )
    verb.add_argument(
        "what", nargs="?", choices=("restore", "refused", "brake"), default="restore",
        help="what is released (default: restore)",
    )  # fmt: skip
    verb.add_argument("--config", required=True, metavar="FILE", help="the authority's settings")
    verb.add_argument(
        "--yes", action="store_true",
        help="release it; restore: nothing listed is sent again, refused, brake: all listed goes out",
    )  # fmt: skip
    verb.add_argument("--message", metavar="ID", action="append", help="refused: only this message")
    verb.add_argument(
        "--why",
        metavar="TEXT",
        help="refused, brake: the reason, for the journal",
    )
    verb.add_argument("--by", metavar="NAME", help="who releases it (default: this account)")
    verb.add_argument("--json", action="store_true", help="one JSON object")
    verb.set_defaults(act=act)


def act(args: argparse.Namespace) -> int:
    """Print what waits to be released; 1 while it does."""
    return {"restore": _restore, "refused": _refused, "brake": _brake}[args.what](args)


def _brake(args: argparse.Namespace) -> int:
    from daemon.app import utc_now
    from daemon.cli.given import acting, settings_of, stored
    from daemon.domain.errors import Problem, Refusal
    from daemon.engine.telling.brake import held, in_json, release

    why = (args.why or "").strip()
    if args.yes and not why:
        what = "say what was mended, or why it is right: the journal keeps it"
        raise Refusal(Problem("--why", "is missing", what))
    by = acting(args.by) if args.yes else ""
    settings = settings_of(args.config)
    with stored(settings, thorough=True) as store:
        with store.read() as tx:
            found = held(tx)
        if args.yes:
            release(store, (store.clock() or utc_now)(), by, why)
    said = in_json(found) | {"released": bool(args.yes and found.on)}
    lines = [json.dumps(said, ensure_ascii=False)] if args.json else brake_in_words(said)
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if said["on"] and not args.yes else 0


def brake_in_words(said: dict[str, Any]) -> list[str]:
    """Return what the brake holds as lines of plain text: by what it says and to whom, the most first."""
    if not said["on"]:
        return ["there is nothing to release: the brake is off"]
    many = len(said["held"])
    lines = [
        f"{many} {'notice is' if many == 1 else 'notices are'} held since {said['since']}: {said['why']}"
    ]
    each = Counter((one["message"], one["role"]) for one in said["held"])
    for (message, role), number in each.most_common():
        people = {
            one["to"] for one in said["held"] if (one["message"], one["role"]) == (message, role)
        }
        whom = "1 person" if len(people) == 1 else f"{len(people)} people"
        lines.append(f"  {number} x {message} to {role} ({whom})")
    if said["released"]:
        at_night = "outside office hours what is not urgent waits for the opening"
        return [*lines, f"released: what still holds goes out at once; {at_night}"]
    return [
        *lines,
        "what no longer holds falls away by itself once the cause is mended",
        "to let the rest go out: the same command with --yes --why TEXT",
    ]


def _refused(args: argparse.Namespace) -> int:
    from daemon.app import utc_now
    from daemon.cli.given import acting, settings_of, stored
    from daemon.domain.errors import Problem, Refusal
    from daemon.engine.sending.refused import in_json, refused, reopen

    if args.yes and not (args.why or "").strip():
        raise Refusal(Problem("--why", "is missing", "say what was mended: the journal keeps it"))
    by = acting(args.by) if args.yes else ""
    settings = settings_of(args.config)
    with stored(settings, thorough=True) as store:
        with store.read() as tx:
            found = refused(tx)
        if args.message:
            found = [one for one in found if one.message.id in args.message]
            if unknown := set(args.message) - {one.message.id for one in found}:
                what = f"no refused message is called {min(unknown)}"
                raise Refusal(Problem("--message", what, "give an id as the list shows it"))
        if args.yes:
            now = (store.clock() or utc_now)()
            found = reopen(store, [one.message.id for one in found], now, by, args.why.strip())
    said = in_json(found)
    if args.json:
        plain = {"refused": said, "released": args.yes}
        sys.stdout.write(json.dumps(plain, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write("\n".join(refused_in_words(said, is_done=args.yes)) + "\n")
    return 0 if args.yes or not found else 1


def refused_in_words(said: Sequence[dict[str, Any]], *, is_done: bool) -> list[str]:
    """Return refused messages as lines of plain text."""
    if not said:
        return ["there is nothing to release: no message stands refused"]
    lines = [f"{_messages(len(said))} refused for good"]
    for one in said:
        heard = "" if one["heard"] else ": NOBODY WAS TOLD INSTEAD"
        roles = ", ".join(one["roles"]) or "nothing of it stands"
        lines.append(
            f"  {one['at']} {one['channel']} {one['message']} {one['reason']} ({roles}){heard}"
        )
        lines += [f"    {about}" for about in one["about"]]
    if is_done:
        lines.append("released: each is tried again at once, but for what has ended meanwhile")
    else:
        lines.append("once the cause is mended: the same command with --yes --by NAME --why TEXT")
    return lines


def _restore(args: argparse.Namespace) -> int:
    from daemon.app import in_force, outside_of, utc_now
    from daemon.cli.given import acting, settings_of, stored
    from daemon.engine.standing.release import compare, in_json, release

    by = acting(args.by) if args.yes else ""
    settings = settings_of(args.config)
    with stored(settings, thorough=True) as store:
        deciding = in_force(store, settings)
        outside, now = outside_of(settings), (store.clock() or utc_now)()
        found = compare(store, outside, now)
        is_done = args.yes and not found.is_empty
        if is_done:
            found = release(store, outside, deciding, now, by)
    if args.json:
        sys.stdout.write(
            json.dumps(in_json(found) | {"released": is_done}, ensure_ascii=False) + "\n"
        )
    else:
        sys.stdout.write("\n".join(in_words(in_json(found), is_done=is_done)) + "\n")
    return 0 if is_done or found.is_empty else 1


def in_words(found: dict[str, Any], *, is_done: bool) -> list[str]:
    """Return the difference as lines of plain text."""
    if found["fault"] is None and found["kept"] is None:
        return [
            "there is nothing to release: nothing is held, and no state file is here to compare this database with"
        ]
    if found["fault"] is None:
        return ["there is nothing to release: this database is the one that was left here"]
    lines = [f"nothing is sent: {found['fault']}"]
    many = len(found["sent"])
    lines.append(
        f"{_messages(many)} went out and {'is' if many == 1 else 'are'} not recorded in it"
    )
    for one in found["sent"]:
        sure = "" if one["outcome"] == "accepted" else " (no answer: it may have arrived)"
        lines.append(f"  {one['at']} {one['channel']} {one['message']}{sure}")
        lines += [f"    {key}" for key in one["notices"]]
    lines.append(f"{len(found['waiting'])} of these notices would be sent again as it stands")
    if not found["noticed_here"]:
        lines.append(
            "CAUTION: this machine sees nothing wrong; read the list on the one that noticed"
        )
    elif not found["reaches_back"]:
        begins = found["kept_from"] or "nothing is kept here"
        lines.append(
            f"CAUTION: this list does not reach back to where the database ends ({begins})"
        )
    if is_done:
        lines.append("released: all of them are noted as sent, and the service goes on by itself")
    else:
        lines.append(
            "promises and other answers given since are lost; all else is worked out again from the feeds"
        )
        lines.append("to note all of them as sent and go on: the same command with --yes --by NAME")
    return lines


def _messages(many: int) -> str:
    return counted(many, "message")
