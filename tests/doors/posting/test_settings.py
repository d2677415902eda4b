"""The settings of a feed that is told: each mistake is named by its key, and nobody may post by default."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from daemon import plugins
from daemon.domain.errors import Refusal

ISSUER = "https://login.example/tenant/v2.0"
TERMS = {"issuer": ISSUER, "audience": "api://daykeeper"}


def terms(**more: str) -> dict[str, Any]:
    """Return options that name a provider, with something else in them."""
    return {"oidc": {**TERMS, "role": "r", **more}}


@pytest.mark.parametrize(
    ("options", "where", "words"),
    [
        pytest.param({}, "", "nobody could post; give `secret_file`, or the table `oidc`", id="nobody"),
        pytest.param({"oidc": TERMS}, ".oidc", "any client of the provider could post", id="anybody"),
        pytest.param(terms(client=""), ".oidc.client", "at least 1 character", id="a client of no name"),
        pytest.param(terms(issuer="http://login.example"), ".oidc.issuer", "write https", id="in the clear"),
        pytest.param(terms(issuer="login.example"), ".oidc.issuer", "this is no issuer", id="no address"),
        pytest.param(terms(algorithm="HS256"), ".oidc.algorithm", "RS256", id="a shared secret"),
        pytest.param(terms(algorithm="none"), ".oidc.algorithm", "RS256", id="no signature"),
        pytest.param({"oidc": {"issuer": ISSUER, "role": "r"}}, ".oidc.audience", "missing", id="for anybody"),
        pytest.param(terms(jwks="x"), ".oidc.jwks", "", id="an unknown key"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_by_its_key(
    tmp_path: Path, options: dict[str, Any], where: str, words: str
) -> None:
    with pytest.raises(Refusal) as refused:
        plugins.load(
            "posted_records", "source", options,
            base=tmp_path, clock=lambda: datetime.now(UTC), where="feeds.case-system",
        )  # fmt: skip

    found = refused.value.problems
    assert [one.where for one in found] == [f"feeds.case-system.options{where}"]
    assert words in f"{found[0].what}; {found[0].mend}"
