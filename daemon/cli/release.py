"""release: a restored database may send again, once a person has seen what it does not know."""

import argparse
import getpass
import json
import sys
from typing import Any

EXAMPLES = """examples:
  daykeeper release --config daykeeper.toml                        what this database does not know; changes nothing
  daykeeper release --config daykeeper.toml --yes --by "A. Name"   note all that as sent, and let it go on
"""


def add(verbs: "argparse._SubParsersAction[Any]") -> None:
    """Declare the verb."""
    verb = verbs.add_parser(
        "release", help="what a restored database lacks, and let it go on", epilog=EXAMPLES
    )
    verb.add_argument("--config", required=True, metavar="FILE")
    verb.add_argument("--yes", action="store_true", help="release it: nothing listed is sent again")
    verb.add_argument("--by", metavar="NAME", help="who releases it (default: this account)")
    verb.add_argument("--json", action="store_true")
    verb.set_defaults(act=act)


def act(args: argparse.Namespace) -> int:
    """Print the difference; 1 while it waits to be released."""
    from daemon.app import deciding_of, outside_of, read_rulebook, utc_now  # noqa: PLC0415
    from daemon.cli.given import settings_of  # noqa: PLC0415
    from daemon.engine.release import compare, in_json, release  # noqa: PLC0415
    from daemon.rulebook import shipped  # noqa: PLC0415
    from daemon.store import Store  # noqa: PLC0415

    settings = settings_of(args.config)
    folder = settings.rulebook or shipped()
    deciding = deciding_of(settings, read_rulebook(folder), folder)
    store = Store.open(settings.database, settings.authority)
    outside, now = outside_of(settings), (store.clock() or utc_now)()
    found = compare(store, outside, now)
    is_done = args.yes and not found.is_empty
    if is_done:
        found = release(store, outside, deciding, now, args.by or getpass.getuser())
    store.close()
    if args.json:
        sys.stdout.write(
            json.dumps(in_json(found) | {"released": is_done}, ensure_ascii=False) + "\n"
        )
    else:
        sys.stdout.write("\n".join(in_words(in_json(found), is_done=is_done)) + "\n")
    return 0 if is_done or found.is_empty else 1


def in_words(found: dict[str, Any], *, is_done: bool) -> list[str]:
    """Return the difference as lines of plain text."""
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
    return f"{many} message" if many == 1 else f"{many} messages"
