"""What the options of a REST source refuse to be told."""

import ssl
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from daemon.ports import Unreadable
from daemon.testing.rest.server import RestServer
from integrations.rest_api.config import Config
from tests.integrations.rest_api.conftest import CHILDREN, MEETINGS, QUERIES, Connect, child
from tests.integrations.smtp.conftest import TLS

URL = "https://cases.potterby.example/api"


@pytest.mark.parametrize(
    ("options", "what"),
    [
        pytest.param({"url": "http://cases.potterby.example"}, "TLS alone", id="without TLS"),
        pytest.param({"url": "https://a:b@cases.example"}, "a login", id="with a login"),
        pytest.param({"url": "https://cases.example?x=1"}, "a query", id="with a query"),
        pytest.param({"url": "https://169.254.169.254/"}, "nobody may answer", id="a machine's own"),
        pytest.param({"url": "https://[::ffff:169.254.169.254]/"}, "nobody may", id="the same in six"),
        pytest.param({"url": "ftp://cases.example"}, "no address", id="no web"),
        pytest.param({"queries": {}}, "give one", id="no query"),
        pytest.param({"queries": {"a": CHILDREN | {"path": "https://else.example"}}}, "no path", id="another host"),
        pytest.param({"queries": {"a": CHILDREN | {"path": "../admin"}}}, "no path", id="upwards"),
        pytest.param({"queries": {"a": CHILDREN | {"ref": "id"}}}, "no path", id="no JSON path"),
        pytest.param({"queries": {"a": CHILDREN | {"ref": None}}}, "`ref` is missing", id="no ref"),
        pytest.param({"queries": {"a": CHILDREN | {"fields": {"held_on": "$.x"}}}}, "no field of", id="no field"),
        pytest.param({"queries": {"a": CHILDREN | {"within": "b"}}}, "`path` or `within`", id="both"),
        pytest.param({"queries": {"meetings": MEETINGS}}, "names no query", id="within nothing"),
        pytest.param({"queries": {"a": CHILDREN | {"preset": "dfe_csc"}}}, "preset", id="preset and more"),
        pytest.param({"updated_since": "since", "queries": QUERIES | {"b": CHILDREN}}, "whole cases", id="parts"),
        pytest.param({"paging": {"kind": "cursor", "at": "$.c"}}, "`parameter`", id="no parameter"),
        pytest.param({"paging": {"kind": "link_header", "at": "$.c"}}, "`at`", id="a path too many"),
        pytest.param({"key": {"file": "none"}}, "no such file", id="no key"),
        pytest.param({"key": {"file": "key", "header": "Host"}}, "no header", id="a header of ours"),
        pytest.param({"proxy": "http://a:b@proxy"}, "no proxy", id="a proxy with a login"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_one_line(tmp_path: Path, options: dict[str, Any], what: str) -> None:
    (tmp_path / "key").write_text("a-key")
    (tmp_path / "key").chmod(0o600)

    with pytest.raises(ValidationError, match=what):
        Config.model_validate(
            {"url": URL, "queries": QUERIES} | options, context={"base": tmp_path}
        )


def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("a-key")
    (tmp_path / "key").chmod(0o644)

    with pytest.raises(ValidationError, match="chmod 600"):
        Config.model_validate(
            {"url": URL, "queries": QUERIES, "key": {"file": "key"}}, context={"base": tmp_path}
        )


@pytest.mark.parametrize(
    ("certificate", "trusted", "ok"),
    [
        pytest.param("localhost.pem", True, True, id="its own"),
        pytest.param("elsewhere.pem", True, False, id="somebody else's"),
        pytest.param("localhost.pem", False, False, id="signed by nobody whom we know"),
    ],
)
def test_the_name_on_the_certificate_counts(
    connect: Connect, certificate: str, trusted: bool, ok: bool
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / certificate, TLS / "key-for-tests.pem")

    with RestServer(context=context) as other:
        other.rows.append(child("SC-1"))
        source = connect(other, ca_file=str(TLS / "authority.pem") if trusted else None)
        if ok:
            assert len(source.read(None).records) == 1
        else:
            with pytest.raises(Unreadable, match="its certificate cannot be verified"):
                source.read(None)
            assert other.asked == []


def test_a_reading_goes_by_the_proxy_alone(server: RestServer, connect: Connect) -> None:
    source = connect(proxy="http://127.0.0.1:1")

    with pytest.raises(Unreadable, match="cannot be reached"):
        source.read(None)

    assert server.asked == []
