"""The log can hold no case data, and the metrics have their names."""

import io
import json
import logging
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import structlog

from daemon.domain.person import Person
from daemon.metrics import Metrics
from daemon.telemetry import BLANK, LeakError, set_up_logs

CANARY = "jo.bloggs@potterby.example"
PERSON = Person("sw1", {"email": CANARY})


def logged(act, form="json", level="debug", *, strict=False) -> str:
    """Return what is written while `act(log)` runs."""
    stream = io.StringIO()
    set_up_logs(form, level, stream=stream, strict=strict)
    act(structlog.get_logger("daykeeper.test"))
    return stream.getvalue()


def look_up(secret: str) -> str:
    rows: dict[str, str] = {}
    try:
        return rows[secret]
    except KeyError as error:
        raise ValueError(f"no row for {secret}") from error


def test_a_line_is_one_json_object_with_its_event_and_ids():
    text = logged(lambda log: log.info("delivery.recorded", message="m-1", attempt=2, ok=True))

    line = json.loads(text)
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "delivery.recorded", "level": "info", "message": "m-1", "attempt": 2, "ok": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"name": "Jo"}, id="a name"),
        pytest.param({"child_name": "Jo"}, id="a name of somebody"),
        pytest.param({"Reply-To": "Jo"}, id="a header"),
        pytest.param({"subject": "about Jo"}, id="a subject line"),
        pytest.param({"body": b"Jo"}, id="a body"),
        pytest.param({"case": {"surname": "Jo"}}, id="a name inside a table"),
        pytest.param({"sent": [f"to {CANARY}"]}, id="an address inside a list"),
        pytest.param({"reason": f"no mailbox {CANARY} here"}, id="an address inside a sentence"),
        pytest.param({"holder": PERSON}, id="a person as an object"),
        pytest.param({"raw": CANARY.encode()}, id="bytes"),
        pytest.param({"link": "https://x.example/l?token=Jo"}, id="what a URL carries"),
    ],
)
def test_what_could_tell_who_a_case_is_about_is_blanked_and_in_tests_raises(fields):
    text = logged(lambda log: log.info("case.saved", **fields))

    assert "case.saved" in text
    assert "Jo" not in text
    assert "bloggs" not in text
    with pytest.raises(LeakError):
        logged(lambda log: log.info("case.saved", **fields), strict=True)


def test_what_may_be_logged_passes_a_strict_log_unchanged():
    fields = {
        "case_ref": "SC-100234", "obligation": "SC-100234/icpc-invite-list/icpc-1", "retry_in_s": 1.5,
        "at": datetime(2026, 3, 2, tzinfo=UTC), "on": date(2026, 3, 2), "place": Path("a/b"),
        "lanes": ("urgent", "bulk"), "counts": {"open": 3}, "reason": None,
    }  # fmt: skip

    line = json.loads(logged(lambda log: log.info("case.saved", **fields), strict=True))

    assert line["lanes"] == ["urgent", "bulk"]
    assert line["counts"] == {"open": 3}
    assert line["place"] == "a/b"
    assert BLANK not in line.values()


@pytest.mark.parametrize("form", ["json", "console"])
def test_an_exception_is_told_by_its_type_and_place_never_by_its_words(form):
    def act(log):
        try:
            look_up(CANARY)
        except ValueError:
            log.exception("message.unwritten", message="m-1")

    text = logged(act, form)

    assert "bloggs" not in text
    assert "row for" not in text
    assert "builtins.ValueError at unit/test_telemetry.py:" in text
    assert "builtins.KeyError at " in text


def test_a_librarys_lines_go_the_same_way():
    def act(_):
        logging.getLogger("vendor").error("cannot reach %s", CANARY)
        try:
            look_up(CANARY)
        except ValueError:
            logging.getLogger("vendor").exception("it broke")

    text = logged(act)

    assert "bloggs" not in text
    assert [json.loads(line)["event"].split()[0] for line in text.splitlines()] == ["cannot", "it"]


@pytest.mark.parametrize(
    "name",
    [
        "httpx",
        "sqlalchemy.engine",
        "uvicorn.access",
        "uvicorn.error",
        "mail.log",
        "dramatiq.worker",
    ],
)
def test_libraries_that_say_too_much_are_quiet_even_when_we_debug(name):
    text = logged(lambda _: logging.getLogger(name).info("GET /link/secret"))

    assert text == ""


def test_lines_below_the_level_are_not_written():
    def act(log):
        log.info("feed.read")
        log.warning("feed.failed")

    text = logged(act, level="warning")

    assert "feed.read" not in text
    assert "feed.failed" in text


def test_metrics_carry_the_names_and_units_that_alerts_are_written_for():
    metrics = Metrics()
    metrics.notices.labels("waiting").set(1)
    metrics.messages.labels("email", "accepted").set(2)
    metrics.obligations.labels("open").set(7)
    metrics.feed_age.labels("diary").set(60)
    metrics.feed_ok.labels("diary").set(1)
    metrics.tick.observe(0.01)

    lines = metrics.render().decode().splitlines()

    for expected in (
        'daykeeper_notices{state="waiting"} 1.0',
        'daykeeper_messages{channel="email",state="accepted"} 2.0',
        'daykeeper_obligations{state="open"} 7.0',
        "daykeeper_due_unsent_oldest_seconds 0.0",
        'daykeeper_feed_age_seconds{feed="diary"} 60.0',
        'daykeeper_feed_ok{feed="diary"} 1.0',
        "daykeeper_rulebook_ok 0.0",
        "daykeeper_quarantine_records 0.0",
        "daykeeper_held_notices 0.0",
        "daykeeper_journal_entries 0.0",
        "daykeeper_tick_seconds_count 1.0",
    ):
        assert expected in lines


LAST = """
import asyncio, sys, threading, structlog
from daemon.telemetry import catch_the_last, set_up_logs
set_up_logs("json")
catch_the_last()
CANARY = "the child jo.bloggs, born in May"

class Odd:
    def __del__(self):
        raise ValueError(CANARY)

def fail():
    raise ValueError(CANARY)

async def leave_a_task():
    async def fall():
        fail()
    task = asyncio.get_running_loop().create_task(fall())
    await asyncio.sleep(0)
    del task

def on_a_worker():
    import dramatiq
    from dramatiq.brokers.stub import StubBroker
    broker = StubBroker()
    broker.emit_after("process_boot")
    act = dramatiq.actor(fail, broker=broker, max_retries=0)
    worker = dramatiq.Worker(broker, worker_timeout=10)
    worker.start()
    act.send()
    broker.join("default", fail_fast=False)
    worker.stop()

def on_a_thread():
    thread = threading.Thread(target=fail, name="audit")
    thread.start()
    thread.join()

def in_an_object():
    Odd()

{"a thread": on_a_thread, "the process": fail, "an object that goes": in_an_object,
 "a task of asyncio": lambda: asyncio.run(leave_a_task()), "a worker of dramatiq": on_a_worker}[sys.argv[1]]()
"""


@pytest.mark.parametrize(
    "where",
    ["a thread", "the process", "an object that goes", "a task of asyncio", "a worker of dramatiq"],
)
def test_what_nobody_caught_is_told_by_its_kind_and_place_never_by_its_words(where):
    ended = subprocess.run(
        [sys.executable, "-c", LAST, where], capture_output=True, text=True, check=False
    )

    lines = [json.loads(line) for line in ended.stderr.splitlines()]
    assert [line for line in lines if "builtins.ValueError at " in line.get("exception", "")]
    assert "bloggs" not in ended.stderr + ended.stdout
    assert (ended.returncode != 0) is (where == "the process")


def test_a_fault_of_ours_in_a_command_is_one_line_without_its_words():
    act = "from daemon.cli import main as m; from daemon.cli.main import say_uncaught; import sys; m(['check'])"
    fault = "sys.excepthook is say_uncaught or sys.exit(9); raise ValueError('jo.bloggs')"

    ended = subprocess.run(
        [sys.executable, "-c", f"{act}; {fault}"], capture_output=True, text=True, check=False
    )

    assert ended.returncode == 1
    assert ended.stderr.startswith("daykeeper: a fault of ours: builtins.ValueError at ")
    assert ended.stderr.count("\n") == 1
    assert "bloggs" not in ended.stderr


def test_two_services_in_one_process_count_for_themselves():
    one, other = Metrics(), Metrics()

    one.journal_entries.set(1)

    assert b"daykeeper_journal_entries 0.0" in other.render()
