"""Every line that the service may write to its log, read from the code: its event, level and fields."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
LEVELS = {
    "debug": "debug", "info": "info", "warning": "warning", "error": "error",
    "critical": "critical", "exception": "error",
}  # fmt: skip


class Line(NamedTuple):
    """One call that writes to the log; `place` is FILE:LINE."""

    event: str
    level: str
    fields: tuple[str, ...]
    place: str


def lines() -> list[Line]:
    """Return every call that writes to the log; raises ValueError where its event is no plain word."""
    files = (path for part in ("daemon", "integrations") for path in (ROOT / part).rglob("*.py"))
    return [line for path in sorted(files) for line in _of(path)]


def _of(path: Path) -> Iterator[Line]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        call = node.func
        if call.attr not in LEVELS or not _is_log(call.value):
            continue
        place = f"{path.relative_to(ROOT)}:{node.lineno}"
        fields = [one.arg for one in node.keywords if one.arg and one.arg != "exc_info"]
        is_failure = call.attr == "exception" or any(one.arg == "exc_info" for one in node.keywords)
        for event in _events(node.args[0], place):
            yield Line(
                event, LEVELS[call.attr], (*fields, *(["exception"] if is_failure else [])), place
            )


def _is_log(node: ast.expr) -> bool:
    if isinstance(node, ast.Call):
        made = node.func
        return isinstance(made, ast.Name | ast.Attribute) and ast.unparse(made).endswith(
            "get_logger"
        )
    return isinstance(node, ast.Name) and node.id == "log"


def _events(node: ast.expr, place: str) -> list[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return _events(node.body, place) + _events(node.orelse, place)
    raise ValueError(
        f"{place}: the event of a log line is no plain word; write it out, so that it can be looked up"
    )
