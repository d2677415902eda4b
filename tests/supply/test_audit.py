"""The audit, against a stand-in of an advisory source: it is green only where every pin was asked about (T16)."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from daemon.testing.stand_in import StandIn
from tests.supply.audit import faults

HASH = f"--hash=sha256:{'0' * 64}"
GOOD, BAD = f"six==1.17.0 \\\n    {HASH}\n", f"jinja2==2.4.1 \\\n    {HASH}\n"
ELSEWHERE = f"pywin32==308 ; sys_platform == 'win32' \\\n    {HASH}\n"
KNOWN = {
    "id": "GHSA-462w-v97r-4m45", "summary": "a sandbox that can be left", "schema_version": "1.6.0",
    "aliases": ["CVE-2019-10906"],
    "affected": [{
        "package": {"name": "jinja2", "ecosystem": "PyPI"}, "versions": ["2.4.1"],
        "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2.10.1"}]}],
    }],
}  # fmt: skip


class Source(BaseHTTPRequestHandler):
    """Knows of one version that is bad."""

    def do_POST(self) -> None:
        """Answer as osv.dev does."""
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        server: Any = self.server
        server.asked.append((asked["package"]["name"], asked["version"]))
        is_bad = server.asked[-1] == ("jinja2", "2.4.1")
        body = json.dumps({"vulns": [KNOWN]} if is_bad else {}).encode()
        self.send_response(server.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def source() -> Iterator[StandIn]:
    with StandIn(Source) as one:
        server: Any = one._server
        server.asked, server.status = [], 200
        yield one


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    return tmp_path / "run.txt"


def test_where_nothing_is_known_it_is_green(source, lock):
    lock.write_text(GOOD + ELSEWHERE)

    assert faults(lock, source.url) == (1, [])
    assert source._server.asked == [("six", "1.17.0")]


def test_a_pin_that_is_known_to_be_bad_is_red(source, lock):
    lock.write_text(GOOD + BAD)

    assert faults(lock, source.url) == (
        2, ["jinja2 2.4.1: CVE-2019-10906, mended in 2.10.1"],
    )  # fmt: skip


@pytest.mark.parametrize("status", [404, 500])
def test_a_source_that_does_not_answer_properly_is_red(source, lock, status):
    lock.write_text(GOOD)
    source._server.status = status

    many, (told,) = faults(lock, source.url)

    assert many == 0
    assert told.startswith("nothing was audited")


def test_an_audit_that_audited_nothing_is_red_and_says_so(lock):
    lock.write_text(GOOD)
    many, (unreachable,) = faults(lock, "http://127.0.0.1:1")
    lock.write_text("# nothing\n")
    none, (empty,) = faults(lock, "http://127.0.0.1:1")

    assert (many, none) == (0, 0)
    assert "no advisory source answered at http://127.0.0.1:1; this is no evidence" in unreachable
    assert empty.startswith("nothing was audited")
