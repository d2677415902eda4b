"""Every fault of the plan. A new module of faults is added to this list."""

from tests.faults import (
    broken,
    burst,
    crowd,
    disk,
    flood,
    leaks,
    on_redis,
    points,
    refusal,
    replay,
    restore,
    scarce,
    servers,
    soak,
    steps,
    storm,
    upgrade,
    watcher,
)

MODULES = (
    storm,
    points,
    crowd,
    steps,
    servers,
    soak,
    disk,
    broken,
    burst,
    on_redis,
    restore,
    scarce,
    refusal,
    replay,
    upgrade,
    watcher,
    leaks,
    flood,
)
PLANS = sorted((plan for one in MODULES for plan in one.PLANS), key=lambda plan: int(plan.row[1:]))
