"""Requests of anything: what the door's description allows and much that it does not, as chance has it (F28)."""

from collections import Counter

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from requests import RequestException
from schemathesis import Case, GenerationMode

from tests.doors.posting.stage import Signer

NO_ANSWER = 599


def ask(port: int, signer: Signer, many: int, chance: int) -> Counter[int]:
    """Return how often each code was answered to so many requests; 599 where none came."""
    codes: Counter[int] = Counter()
    if not many:
        return codes
    base = f"http://127.0.0.1:{port}"
    door = schemathesis.openapi.from_url(f"{base}/api/openapi.json")["/api/records"]["POST"]
    right, wrong = (door.as_strategy(mode) for mode in GenerationMode)

    @seed(chance)
    @settings(
        max_examples=many,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=right | wrong)
    def one(case: Case) -> None:
        try:
            codes[case.call(base_url=base, auth=signer).status_code] += 1
        except RequestException:
            codes[NO_ANSWER] += 1

    one()
    return codes
