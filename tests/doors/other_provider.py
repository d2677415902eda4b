"""A provider of sign-ins that is not ours (`oidc-provider-mock`), in a process of its own."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any
from urllib.parse import quote

import httpx

from tests.ports import free_port

START_S = 60.0


@contextmanager
def other_provider() -> Iterator[str]:
    """Yield its issuer until this ends."""
    port = free_port()
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port)]
    process = subprocess.Popen(
        [*command, "--require-nonce", "true"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    issuer = f"http://127.0.0.1:{port}"
    try:
        until = monotonic() + START_S
        while not _answers(issuer):
            assert monotonic() < until, "the provider did not start"
            assert process.poll() is None, "the provider ended"
        yield issuer
    finally:
        process.terminate()
        process.wait()


def introduce(issuer: str, subject: str, **claims: Any) -> None:
    """Have it know somebody."""
    answer = httpx.put(f"{issuer}/users/{quote(subject)}", json=claims)
    assert answer.status_code == 204, answer.text


def _answers(issuer: str) -> bool:
    try:
        return httpx.get(f"{issuer}/.well-known/openid-configuration", timeout=5).status_code == 200
    except httpx.TransportError:
        return False
