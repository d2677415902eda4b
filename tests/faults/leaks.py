"""Canaries in every field of every feed, and a scan of all that leaves: none may be there (RELIABILITY T2).

What leaves is the log of each process, every command that Redis was sent and what it would keep on a disk, the figures
for machines, the answers about health, and what a list of processes shows.
"""

import json
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Thread
from urllib.error import HTTPError
from urllib.request import urlopen

import redis

from tests.faults.authority import DOMAIN, DUE_AT, MORNING_AT, Authority
from tests.faults.on_redis import database
from tests.faults.plans import Figure, Plan, Result
from tests.faults.receiver import Receiver
from tests.faults.redis_plans import wake_all
from tests.faults.runner import Daemon, offset_to, until
from tests.faults.storm import FAULTS
from tests.redis import RedisServer

NAME, STREET, NUMBER = "Zorblatt", "Quagmire-Terrace", "07700-900461"
PASSWORD = "canary-of-the-broker"
LINK = "https://meet.example/secret-of-a-room"
# What may stand nowhere but in the database and in the message itself. A case's number is an id: a log may name it.
CANARIES = (NAME, STREET, NUMBER, PASSWORD, LINK, DOMAIN, "partner.example")
IDS = ("SC-0", "M-F-0")
INVITEES = "conference_id,invitee_id,role,person,agency,email,is_family,contact\n"
SPOILT = f'M-9,ICPC,{NAME} of {STREET},2026-02-31,"{NAME}",booked,{STREET}\n'
WITHIN_S, DRAIN_S = 60.0, 60.0


def found(texts: Mapping[str, bytes], canaries: tuple[str, ...] = CANARIES) -> list[str]:
    """Return each canary that stands in a text, with where: as it is, in other letters, or in hexadecimal."""
    return [
        f"{canary} in {where}"
        for where, text in texts.items()
        for canary in canaries
        for form in (canary.lower().encode(), canary.lower().encode().hex().encode())
        if form in text.lower()
    ]


def plant(authority: Authority) -> None:
    """Put a canary into every field that holds words about somebody."""
    with sqlite3.connect(authority.folder / "cases.sqlite") as cases:
        cases.execute("ALTER TABLE enquiries ADD COLUMN child_name DEFAULT '" + NAME + "'")
        cases.execute("ALTER TABLE enquiries ADD COLUMN address DEFAULT '" + STREET + "'")
        cases.execute("UPDATE enquiries SET family = ? || family", (f"{NAME}-",))
    cases.close()
    sheet = authority.diary / "conference.csv"
    head, *rows = sheet.read_text("utf-8").splitlines()
    meetings = [row.split(",")[0] for row in rows]
    more = f",{STREET},{LINK},chair@partner.example"
    lines = [f"{head},venue,online_link,chair", *(row + more for row in rows)]
    sheet.write_text("\n".join(lines) + "\n", "utf-8")
    guest = f"{NAME} Senior,health,{NAME.lower()}@partner.example,no,{NUMBER}"
    parent = f"{NAME} of {STREET},,,yes,{NUMBER}"
    (authority.diary / "invitee.csv").write_text(
        INVITEES
        + "".join(
            f"{meeting},I1,gp,{guest}\n{meeting},I2,parents_carers,{parent}\n"
            for meeting in meetings
        ),
        "utf-8",
    )
    for file in authority.diary.iterdir():
        os.utime(file, (MORNING_AT.timestamp(), MORNING_AT.timestamp()))


@contextmanager
def overheard(server: RedisServer) -> Iterator[bytearray]:
    """Yield what grows by every command that Redis is sent."""
    said = bytearray()
    patient = redis.Redis(
        port=server.port, password=server.password, protocol=2, socket_timeout=None
    )
    with patient as client, client.monitor() as monitor:  # however long nothing is said

        def listen() -> None:
            with suppress(redis.RedisError, OSError, ValueError):
                while True:
                    said.extend(repr(monitor.next_command()).encode() + b"\n")

        ear = Thread(target=listen, daemon=True)
        ear.start()
        yield said
        server.stop()  # ends what is listened to
        ear.join(WITHIN_S)


def kept(server: RedisServer) -> bytes:
    """Return what Redis would write to its disk."""
    server.run("SAVE")
    return (server.folder / "dump.rdb").read_bytes()


def shown(*daemons: Daemon) -> bytes:
    """Return what a list of processes shows of these."""
    return b"\n".join(
        Path(f"/proc/{one.process.pid}/cmdline").read_bytes().replace(b"\0", b" ")
        for one in daemons
    )


def asked(port: int, page: str) -> bytes:
    """Return what a page for machines answers."""
    try:
        with urlopen(f"http://127.0.0.1:{port}{page}", timeout=WITHIN_S) as answer:
            return bytes(answer.read())
    except HTTPError as error:
        return error.read()


def leaks(folder: Path, seed: int, backend: str, is_short: bool, *, level: str) -> Result:
    """Have a run and a worker tell of all these cases while mail fails and one is killed; then look for a canary."""
    begun_at = datetime.now(UTC)
    with ExitStack() as stack:
        url = stack.enter_context(database(folder, backend))
        server = stack.enter_context(RedisServer(password=PASSWORD))
        said = stack.enter_context(overheard(server))
        mail = stack.enter_context(Receiver(folder / "mail", seed=seed))
        mail.switch(**FAULTS)
        families = 20 if is_short else 250
        authority = Authority(
            folder, families, 1, read_every="1 second", address=url, broker=server.url
        )
        authority.write(mail.port, with_database=False)
        with authority.config.open("a", encoding="utf-8") as settings:
            settings.write(f'\n[log]\nlevel = "{level}"\n')
        plant(authority)
        offset = offset_to(DUE_AT - timedelta(minutes=5))
        run = stack.enter_context(Daemon(authority.config, offset, "--door", "--as-shipped"))
        start = partial(Daemon, authority.config, offset, "--as-shipped", kind="worker")
        workers = [stack.enter_context(start())]
        until(lambda: mail.count() >= families, WITHIN_S, "messages go out")
        workers[0].kill()
        workers.append(stack.enter_context(start()))
        sheet = authority.diary / "conference.csv"
        sheet.write_text(sheet.read_text("utf-8") + SPOILT, "utf-8")
        until(lambda: mail.count() >= families * 3 + 1, DRAIN_S, "each message has come")
        port = run.wait_for("door.opened")["port"]
        texts = {
            "what a list of processes shows": shown(run, workers[-1]),
            "/metrics": asked(port, "/metrics"),
            "/health/ready": asked(port, "/health/ready"),
            "/health/live": asked(port, "/health/live"),
        }
        wake_all(server)
        texts["what Redis keeps"] = kept(server)
        wrong = [f"exit code {code}" for one in (workers[-1], run) if (code := one.stop())]
        for name, one in (("run", run), ("killed worker", workers[0]), ("worker", workers[1])):
            texts[f"the log of the {name}"] = "\n".join(
                json.dumps(line, ensure_ascii=False) for line in one.log
            ).encode()
        texts["what Redis was told"] = bytes(said)
        letters = b"".join((mail.folder / line["file"]).read_bytes() for line in mail.received())
    ids = {where: text for where, text in texts.items() if not where.startswith("the log")}
    wrong += found(texts) + found(ids, IDS)
    wrong += [f"nothing was looked at: {where}" for where, text in texts.items() if not text]
    wrong += [] if found({"mail": letters}, (IDS[0],)) else ["no message names a case"]
    figures = (
        Figure("canaries found", len(found(texts)), 0),
        Figure("bytes of logs", sum(len(texts[one]) for one in texts if "log" in one)),
        Figure("bytes that Redis was told", len(texts["what Redis was told"])),
    )
    took_s = (datetime.now(UTC) - begun_at).total_seconds()
    done = ({"what": "canaries in every field; a worker killed; a spoilt row"},)
    return Result(None, figures, tuple(wrong), done, took_s)


PLANS = [
    Plan(
        "T2",
        f"canaries stand in every field, at {level.upper()}",
        partial(leaks, level=level),
        short_on=(backend,),
    )
    for level, backend in (("debug", "postgres"), ("info", "sqlite"))
]
