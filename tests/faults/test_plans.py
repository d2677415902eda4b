"""Every fault in its short form: what must hold, holds. `python -m tests.faults` is the long form."""

import pytest

from tests.faults.catalogue import PLANS

IS_SHORT = True
SHORT = [
    pytest.param(plan, backend, id=f"{plan.row}: {plan.title}, on {backend}")
    for plan in PLANS
    for backend in plan.in_short()
]


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.parametrize(("plan", "backend"), SHORT)
def test_nothing_is_lost_doubled_or_early_while(plan, backend, tmp_path):
    assert plan.missing() == []  # the short form stands on what every developer's machine has

    result = plan.run(tmp_path, 1, backend, IS_SHORT)

    print(plan.row, *result.figures, sep="; ")
    assert result.faults() == []
