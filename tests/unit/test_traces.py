"""Traces: what a real receiver of OTLP is told of rounds, readings and sends, and that it is no case data."""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from daemon.app import build, utc_now
from daemon.domain.errors import Refusal
from daemon.settings.whole import load
from daemon.testing.stand_in import StandIn
from tests.faults.authority import DUE_AT, Authority
from tests.faults.leaks import CANARIES, IDS, found, plant
from tests.faults.receiver import Receiver
from tests.faults.runner import Daemon, offset_to, until
from tests.unit.settings_file import LEAST, lines

KEYS = {
    "round.decided": set(),
    "feed.read": {"feed", "outcome", "whole", "records", "problems"},
    "message.sent": {"channel", "message", "outcome", "reason"},
}


class Collector(BaseHTTPRequestHandler):
    """Takes OTLP over HTTP, in protobuf, and keeps what it was told."""

    def do_POST(self) -> None:
        """Read one batch."""
        data = self.rfile.read(int(self.headers["Content-Length"]))
        packed = self.headers.get("Content-Encoding", "")
        unpack: Any = {"gzip": gzip.decompress, "deflate": zlib.decompress}.get(packed, bytes)
        data = unpack(data)
        server: Any = self.server
        server.raw.append(data)
        server.headers_seen.append(self.headers.get("X-Api-Key", ""))
        self.send_response(server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def collector() -> Iterator[StandIn]:
    with StandIn(Collector) as one:
        server: Any = one._server
        server.raw, server.headers_seen, server.status = [], [], 200
        yield one


def spans(collector: StandIn) -> list[tuple[str, dict[str, Any]]]:
    """Return the name and the attributes of each span that came."""
    told = []
    server: Any = collector._server
    for raw in server.raw:
        for resource in ExportTraceServiceRequest.FromString(raw).resource_spans:
            for scope in resource.scope_spans:
                for one in scope.spans:
                    assert one.end_time_unix_nano >= one.start_time_unix_nano
                    assert list(one.events) == []
                    kept = {each.key: each.value for each in one.attributes}
                    told.append(
                        (one.name, {key: str(value).strip() for key, value in kept.items()})
                    )
    return told


def settings(folder, url: str) -> str:
    key = folder / "collector.header"
    key.write_text("X-Api-Key: s3cr3t\n")
    key.chmod(0o600)
    return f'\n[traces]\nendpoint = "{url}/v1/traces"\nheader_file = "collector.header"\n'


@pytest.mark.slow
def test_a_collector_is_told_of_each_round_reading_and_send_and_of_no_case(tmp_path, collector):
    with Receiver(tmp_path / "mail") as mail:
        authority = Authority(tmp_path, 3, 1)
        authority.write(mail.port)
        plant(authority)
        mail.switch(refuse=["sw-north-0@council.example"])
        with authority.config.open("a") as file:
            file.write(settings(tmp_path, collector.url))
        offset = offset_to(DUE_AT - timedelta(minutes=5))
        with Daemon(authority.config, offset, "--as-shipped") as daemon:
            until(lambda: mail.count() >= 8, 60, "messages go out")
            daemon.wait_for("delivery.recorded", outcome="refused")
            assert daemon.stop() == 0  # and tells what is left

    told = spans(collector)
    names = {name for name, _ in told}
    sent = [kept for name, kept in told if name == "message.sent"]
    assert names == KEYS.keys()
    assert all(kept.keys() <= KEYS[name] for name, kept in told)
    assert {"accepted", "Permanent"} <= {kept["outcome"].split('"')[1] for kept in sent}
    assert {kept["feed"].split('"')[1] for name, kept in told if name == "feed.read"} == {
        "cases",
        "diary",
    }
    raw = {"what the collector was told": b"".join(collector._server.raw)}
    assert found(raw, (*CANARIES, *IDS)) == []
    assert set(collector._server.headers_seen) == {"s3cr3t"}


def test_a_collector_that_is_away_holds_up_nothing(tmp_path, collector):
    authority = Authority(tmp_path, 1, 1)
    authority.write(1)
    collector._server.status = 503
    with authority.config.open("a") as file:
        file.write(settings(tmp_path, "http://127.0.0.1:1"))

    with closing(build(load(authority.config), clock=utc_now)) as app:
        app.line.decide()

    assert spans(collector) == []


@pytest.mark.parametrize(
    ("endpoint", "what"),
    [
        pytest.param("http://collector.example/v1/traces", "no collector", id="in clear"),
        pytest.param("https://u:p@collector.example/v1/traces", "no collector", id="a login"),
        pytest.param("https://collector.example/v1/traces?key=x", "no collector", id="a key"),
    ],
)
def test_an_address_that_is_no_collector_is_refused(tmp_path, endpoint, what):
    file = tmp_path / "daykeeper.toml"
    file.write_text(f'{LEAST}\n[traces]\nendpoint = "{endpoint}"\n')

    (line,) = lines(file)

    assert line.startswith("daykeeper.toml: traces.endpoint: this is no collector")
    assert what in line


def test_a_header_that_others_may_read_is_refused(tmp_path):
    file = tmp_path / "daykeeper.toml"
    file.write_text(LEAST + settings(tmp_path, "https://collector.example"))
    (tmp_path / "collector.header").chmod(0o644)

    with pytest.raises(Refusal, match="chmod 600"):
        load(file).traces.headers()
