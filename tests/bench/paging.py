"""Pages of the console with ten thousand stored cases, as a service manager and a social worker open them."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import httpx

from daemon.domain.link import case_code, page_code
from daemon.domain.person import Person
from daemon.rulebook import shipped
from daemon.testing.world import PACK, World, at, person
from tests.bench.quarter import TEAMS, quarter
from tests.bench.row import Row, Sizes, seconds
from tests.doors.entrance import entrance, nonce_in
from tests.doors.provider import provided

EVENING, MORNING = "2025-12-31 17:45", "2026-01-02 09:05"
DIFFERENT = 100  # cases; larger numbers are these again and again, each under its own reference
PATIENCE_S = 600.0
WORKERS = 180  # whom the records name
WHO = {
    "a service manager": {"preferred_username": "sue@council.example", "roles": ["DK-Managers"]},
    "a social worker": {"preferred_username": "{}@council.example", "roles": ["DK-Staff"]},
}
COPIED = (  # tables that hold something of a case, or of a message about it
    "fragments", "cases", "numbers", "conferences", "conference_cases", "obligations", "notices", "messages",
    "deliveries", "journal",
)  # fmt: skip
# a message's id is 32 hexadecimal digits; what seals the journal is made anew
NOT_COPIED = {("journal", name) for name in ("id", "number", "hash", "sealed_at")}


def measure(sizes: Sizes) -> Iterator[Row]:
    """Yield how long each page takes: the wall's time, from the request to the last byte, medians."""
    with ExitStack() as held:
        world = stored(Path(held.enter_context(TemporaryDirectory())), sizes.reported)
        held.callback(world.close)
        provider = held.enter_context(provided())
        place = held.enter_context(entrance(world, provider.issuer))
        for who, claims in WHO.items():
            worker = str(world.record("SC-100000")["roles"]["social_worker"])
            name = str(claims["preferred_username"]).format(worker)
            provider.claims = {**claims, "preferred_username": name}
            with place.browser() as browser:
                browser.get("/", timeout=PATIENCE_S)
                for page, open_ in pages(browser, world).items():
                    last = open_()
                    took = median(seconds(open_) for _ in range(sizes.long_runs))
                    note = f"{last.status_code}, {len(last.content) / 1024:.0f} kB"
                    yield Row(17, f"{page}, {who}, {sizes.reported:,} cases", took, "s", note=note)


def pages(browser: httpx.Client, world: World) -> dict[str, Callable[[], httpx.Response]]:
    """Return what opens each page."""
    meeting = next(one["id"] for one in world.record("SC-100000")["meetings"])
    ways = {
        "waiting": "/", "board": "/board", "overdue": "/board/overdue", "cases": "/cases",
        "cases, page 40": "/cases?page=40",
        "case": f"/cases/{case_code('SC-100000')}", "conferences": "/conferences", "past": "/conferences/past",
        "conference": f"/conferences/{page_code(meeting)}/record", "deliveries": "/service/deliveries",
        "issues": "/issues", "people": "/people", "journal": "/journal", "report": "/report", "feeds": "/service/feeds",
    }  # fmt: skip

    def get(path: str) -> Callable[[], httpx.Response]:
        return lambda: browser.get(path, timeout=PATIENCE_S)

    def search(path: str, **fields: str) -> Callable[[], httpx.Response]:
        nonce = nonce_in(browser.get("/cases"))
        return lambda: browser.post(path, data={"nonce": nonce, **fields}, timeout=PATIENCE_S)

    found = {name: get(path) for name, path in ways.items()}
    found["a case found"] = search("/cases", ref="SC-100000")
    found["a case not found"] = search("/cases", ref="SC-1")
    found["the journal of a case"] = search("/journal", about="SC-100000")
    found["the journal of a kind"] = search("/journal", kind="sending")
    found["held"] = get("/held")
    return found


def stored(folder: Path, many: int) -> World:
    """Return an authority whose line has taken cases in and told people of them; copied until there are so many."""
    world = World(folder, EVENING, policies=shipped())
    world.house.signs_in = True
    world.directory.everybody += staff()
    rules, words = world.deciding.rulebook.packs[PACK].rules, world.deciding.words
    for one in quarter(min(many, DIFFERENT), rules, words):
        meetings = [{**each, "id": f"{one['family']}-{each['id']}"} for each in one["meetings"]]
        roles = {role: name.partition("@")[0] for role, name in one["roles"].items()}
        world.feed.bodies[str(one["ref"])] = {**one, "meetings": meetings, "roles": roles}
    world.turn()
    world.clock.now = at(MORNING)
    world.turn()
    with closing(sqlite3.connect(world.store.path)) as connection, connection:
        for table in COPIED:
            copy(connection, table, (many - 1) // DIFFERENT)
    return world


def copy(connection: sqlite3.Connection, table: str, times: int) -> None:
    """Copy a table's rows so many times, each under a reference, a family and a message of its own."""
    connection.execute(f"CREATE TEMP TABLE first AS SELECT * FROM {table}")
    columns = [row[1:3] for row in connection.execute(f"PRAGMA table_info({table})")]
    kept = [(name, kind) for name, kind in columns if (table, name) not in NOT_COPIED]
    names, made = (
        ", ".join(one) for one in zip(*((n, _another(n, k)) for n, k in kept), strict=True)
    )
    for number in range(1, times + 1):
        sql = f"INSERT OR IGNORE INTO {table} ({names}) SELECT {made} FROM temp.first"
        connection.execute(sql, {"n": str(number)})
    connection.execute("DROP TABLE temp.first")


def _another(name: str, kind: str) -> str:
    if kind != "TEXT":
        return name
    own = f"replace(replace({name}, 'SC-1', 'SC-' || :n || '-1'), 'F-0', 'F-' || :n || '-0')"
    return f"CASE WHEN length({name}) = 32 AND {name} NOT GLOB '*[^0-9a-f]*' THEN {name} || :n ELSE {own} END"


def staff() -> list[Person]:
    """Return the people whom the records name."""
    managers = [person(f"tm-{team}", "team_manager", team) for team in TEAMS]
    return managers + [person(f"sw{n:03}", "social_worker") for n in range(WORKERS)]
