"""How a case stands, as a person reads it: what `explain` prints of a record and of a stored case."""

from datetime import date, datetime
from typing import Any

from daemon.domain.times import say, say_day


def in_words(said: dict[str, Any]) -> list[str]:
    """Return an answer as lines of plain text."""

    def when(text: str | None) -> str:
        return say(datetime.fromisoformat(text)) if text else "no date yet"

    lines = [f"{said['ref'] or 'a record without a reference'}, as at {when(said['at'])}"]
    if silenced := said.get("silenced_until"):
        lines.append(f"  silenced until {when(silenced)}: its clocks run, and nothing goes out")
    for one in said["obligations"]:
        if one["state"] == "not-started":
            lines += ["", f"  {one['rule']}: not started", f"    {one['because']}"]
            continue
        standing = "overdue" if one["overdue"] else one["state"] + (", late" if one["late"] else "")
        lines += [
            "",
            f"  {one['id']}: {standing}",
            f"    due {when(one['due_at'])} ({'; '.join(filter(None, (one['basis'], ', '.join(one['clauses']))))})",
            f"    because {one['because']}",
        ]
        lines += [
            f"      {'+' if step['counted'] else ' '} {say_day(date.fromisoformat(step['date']))}: {step['why']}"
            for step in one["working"]
        ]
        if one["state"] == "open":
            lines += [
                f"    {when(rung['at'])}: {rung['name']} to {', '.join(rung['to'])}"
                f"{'' if rung['from_document'] else ' (house default)'}"
                for rung in one["rungs"]
            ]
    lines += [
        f"  {one['severity']}: {one['where']}: {one['what']}; {one['mend']}"
        for one in said["problems"]
    ]
    return lines
