"""status: how the service stands, from its database; loud where something is wrong."""

import argparse
import json
import sys
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from daemon.domain.counts import counted
from daemon.domain.delivery import IN_WORDS
from daemon.domain.times import say

EXAMPLES = """examples:
  daykeeper status --config daykeeper.toml
  daykeeper status --config daykeeper.toml --json
"""
HELD = {
    "restore": "by a restore",
    "pause": "by a pause",
    "unreadable": "because their case cannot be read",
    "unrecorded": "because their answer cannot be recorded",
    "family": "because their family is held, or they are silenced",
}


def add(verbs: "argparse._SubParsersAction[Any]") -> None:
    """Declare the verb."""
    verb = verbs.add_parser(
        "status",
        help="feeds, what is due, held, refused or quarantined, the audit",
        epilog=EXAMPLES,
    )
    verb.add_argument("--config", required=True, metavar="FILE", help="the authority's settings")
    verb.add_argument("--json", action="store_true", help="one JSON object")
    verb.set_defaults(act=act)


def act(args: argparse.Namespace) -> int:
    """Print how everything stands; 1 where a person must look."""
    from daemon.app import edition_in_force, in_force, utc_now
    from daemon.cli.examining.machine import on_this_machine
    from daemon.cli.examining.open_secrets import open_secrets
    from daemon.cli.examining.own_files import examine_records
    from daemon.cli.examining.writable import writable
    from daemon.cli.given import settings_of, stored
    from daemon.domain.times import day_of, say_day
    from daemon.engine.standing.oversight import Expected
    from daemon.engine.standing.overview import standing
    from daemon.examined import Grade
    from daemon.rulebook import for_trials, read_edition, shipped
    from daemon.rulebook.checks.reach import untold
    from daemon.rulebook.own.quiet import changes_gone
    from daemon.settings.audit import missing
    from daemon.settings.written import EMBEDDED

    settings = settings_of(args.config)
    folder = settings.rulebook or shipped()
    lying, wrong = read_edition(folder)
    is_queued, can_sign_in = settings.broker != EMBEDDED, settings.web.sign_in is not None
    with stored(settings) as store:
        edition = edition_in_force(store, settings)
        terms = edition.authority or settings.terms()
        roles = {
            name: (feed.jobs, terms.fresh_for(feed.jobs) or timedelta(0))
            for name, feed in settings.feeds.items()
        }
        now = (store.clock() or utc_now)()
        if lying is not None:
            own = folder.resolve().name
            wrong += (
                *changes_gone(edition.written, lying.written, own),
                *untold(lying, own, day_of(now)),
            )
        deciding = in_force(store, settings, edition)
        audit = settings.audit
        audited = Expected(audit.every, audit.alive.at if audit.alive else None) if audit else None
        said = standing(
            store, now, roles, deciding, wrong, is_queued=is_queued, can_sign_in=can_sign_in,
            audited=audited, mailboxes=terms.mailboxes, operator=settings.operator,
        )  # fmt: skip
        attention, said["machine"] = on_this_machine(
            settings, store, deciding.calendar.days.known_until, now
        )
        said["attention"] += [*attention, *open_secrets(settings)]
        said["attention"] += [
            f"{where}: {one}" for where, one in examine_records(settings) if one.grade is Grade.FAIL
        ]
        said["attention"] += [
            str(one.as_problem())
            for one in writable(settings, Path(args.config))
            if one.is_everybodys
        ]
        said["unwatched_from_outside"] = missing(audit)
        said["rulebook"]["for_trials"] = [*for_trials(edition.texts)]
        if settings.shadow is None:  # what is kept of one is of an earlier time
            said["rulebook"]["shadow"] = None
    if terms.enforce_from and terms.enforce_from > day_of(now):
        day = say_day(terms.enforce_from)
        said["attention"].append(f"nothing due before {day} is told to anybody (enforce_from)")
    sys.stdout.write(
        (json.dumps(said, ensure_ascii=False) if args.json else "\n".join(in_words(said))) + "\n"
    )
    return 1 if said["attention"] else 0


def in_words(said: dict[str, Any]) -> list[str]:
    """Return the status as lines of plain text: how the service is and what is overdue, then what needs a look."""
    lines = [headline(said), *(f"LOOK: {one}" for one in said["attention"])]
    lines.append(
        f"open {said['due']}, of these overdue {said['overdue']}; held for data {said['held']['data']}"
        + "".join(f", {words} {many}" for why, words in HELD.items() if (many := said["held"][why]))
    )
    lines += [
        f"silenced until {one['until']}: {one['ref']} ({one['reason']})" for one in said["silenced"]
    ]
    lines += [feed_in_words(feed) for feed in said["feeds"]]
    if said["directory"]["read_at"]:
        lines.append(f"people: as read at {said['directory']['read_at']}")
    for channel, counts in said["deliveries"].items():
        lines.append(
            f"deliveries by {channel}: "
            + ", ".join(
                f"{IN_WORDS.get(state, state)} {many}" for state, many in counts.items() if many
            )
        )
    if any(said["invitations"].values()):
        lines.append(
            "invitations: "
            + ", ".join(f"{state} {many}" for state, many in said["invitations"].items() if many)
        )
    lines += [
        f"quarantine: {one['where']}: {one['what']}; {one['mend']} ({one['feed']})"
        for one in said["quarantine"]
    ]
    lines += [f"record: {one['where']}: {one['what']}; {one['mend']}" for one in said["records"]]
    rulebook = said["rulebook"]
    if rulebook["since"]:
        lines.append(f"rules {rulebook['digest']}: since {rulebook['since']}, by {rulebook['by']}")
    if rulebook["waits"]:
        lines.append(f"rules that wait: {rulebook['waits']}")
    if (draft := rulebook["shadow"]) and not draft["ok"]:
        first = draft["problems"][0]
        lines.append(
            "the draft that should decide beside them is REFUSED (`daykeeper shadow` has all its mistakes): "
            f"{first['where']}: {first['what']}; {first['mend']}"
        )
    for pack, digest in rulebook["packs"].items():
        lines.append(f"rulebook {pack}: {digest}")
    lines += [
        f"WARNING: the pack {pack} is for trials: nothing holds it against the statutory limits that ship"
        for pack in rulebook["for_trials"]
    ]
    lines += processes_in_words(said)
    lines += [
        f"told although no feed can show it as done; {_ending(one)}: {one['rule']} ({one['pack']})"
        for one in said["by_hand"]
        if one["begins"]
    ]
    if many := len(said["unwatched"]):
        lines.append(
            f"not watched, for no feed carries what would start or meet them: {counted(many, 'rule')}; see --json"
        )
    if many := len(said["unanswerable"]):
        ask = counted(many, "rule asks", "rules ask")
        lines.append(
            f"WARNING: nobody can sign in, and {ask} for a decision: name a provider in [web.sign_in]"
        )
    lines += [f"WARNING: {one}; see docs/how-to/watch.md" for one in said["unwatched_from_outside"]]
    return lines + machine_in_words(said) + watch_in_words(said)


def headline(said: Mapping[str, Any]) -> str:
    """Return both truths in one line: a service that is well may have told of much that is not done."""
    many, looks = said["overdue"], len(said["attention"])
    service = "the service is well"
    if looks:
        service = f"the service needs a person: {counted(looks, 'line')} below"
    if not many:
        return f"{service}; nothing is overdue"
    due_at = say(datetime.fromisoformat(said["overdue_since"]))
    if many == 1:
        return f"{service}; 1 duty is overdue, since {due_at}"
    return f"{service}; {many} duties are overdue, the oldest since {due_at}"


def feed_in_words(feed: Mapping[str, Any]) -> str:
    """Return how a feed stands: whether it can be read and is fresh enough, as of when it is, and its rows."""
    state = "OLDER THAN IT MAY BE" if feed["stale"] else "ok"
    state = state if feed["ok"] else f"CANNOT BE READ: {feed['failure']}"
    return (
        f"feed {feed['name']} ({feed['role']}): {state}; "
        f"data as at {feed['as_known_at'] or 'never'}; {counted(feed['rows'], 'row')}, "
        f"{feed['unreadable']} of them unreadable; {counted(feed['problems'], 'problem')}"
    )


def processes_in_words(said: dict[str, Any]) -> list[str]:
    """Return which processes there are, and what each does."""
    return [
        f"{one['name']} on {one['machine']}: {_doing(one)}; "
        f"settings {one['settings']}, link key {one['link_key']}"
        for one in said["processes"]
    ]


def machine_in_words(said: dict[str, Any]) -> list[str]:
    """Return who leads, what waits in each lane, and how this machine stands."""
    machine, journal, age_s = said["machine"], said["journal"], said["heartbeat"]["age_s"]
    leads = "nobody has led yet" if age_s is None else f"the leader's last round: {age_s} s ago"
    queues = [
        f"{lane} {one['many']}" + (f" (the oldest {one['oldest_s']} s)" if one["many"] else "")
        for lane, one in said["queues"].items()
    ]
    rooms = [
        f"{one['free_mb']} MB free for {one['what']}" for one in machine["disks"] if one["free_mb"]
    ]
    off_s, until = machine["clock_off_s"], machine["holidays_until"]
    clock = [] if off_s is None else [f"the database's clock {off_s:+.0f} s from ours"]
    kept = f"journal: {journal['entries']} entries sealed, {journal['unsealed']} to be, its head {journal['head'][:12]}"
    return [
        f"{leads}; waiting: {', '.join(queues)}",
        f"{kept}; schema {machine['schema']}",
        "; ".join([*rooms, *clock, f"bank holidays known until {until}"]),
    ]


def watch_in_words(said: dict[str, Any]) -> list[str]:
    """Return what was counted again: by the service itself, and by the auditor beside it."""
    audit, watch = said["audit"], said["auditor"]
    lines = [
        f"audit: {audit['at'] or 'not yet'}; {audit['missed'] or 0} missed of {audit['expected'] or 0} expected"
    ]
    if watch["at"]:
        lines.append(
            f"auditor: {watch['at']}, by {watch['by']}; {watch['missed']} missed and {watch['unexplained']} "
            f"unexplained of {watch['expected']} steps of {watch['cases']} cases, in {watch['took_s']} s"
        )
    ways = (
        ("heartbeat outside", "heartbeat"),
        ("auditor's own mail", "mail"),
        ("daily mail", "alive"),
    )
    lines += [f"{name}: last accepted {watch[key]['at']}" for name, key in ways if watch[key]["at"]]
    return lines


def _ending(one: dict[str, Any]) -> str:
    return "it ends when somebody signs in and says so" if one["can_end"] else "NOBODY CAN END IT"


def _doing(process: dict[str, Any]) -> str:
    """Return what a process is there for at present."""
    if process["differs"]:
        return "SENDS NOTHING"
    return "leads" if process["leads"] else "at work"
