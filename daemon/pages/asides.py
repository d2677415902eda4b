"""What stands beside the rules as comments: the readings that a pack chose, and why."""

import re

QUOTED = re.compile(r""""(?:[^"\\]|\\.)*"|'[^']*'""")


def asides(text: str) -> tuple[tuple[str, str], ...]:
    """Return the comments of a YAML file in order, each with the key of its line, or none.

    Those that stand alone on lines that follow one another are one; beside `house:` they only say what it says.
    """
    found: list[tuple[str, str]] = []
    follows = False
    for line in text.splitlines():
        bare = QUOTED.sub(lambda quoted: "x" * len(quoted[0]), line)
        at = next((place.start() for place in re.finditer(r"(?:^|(?<=\s))#", bare)), None)
        before = line[:at].strip() if at is not None else ""
        words = line[at + 1 :].strip() if at is not None else ""
        key = before.removeprefix("- ").partition(":")[0]
        is_alone = at is not None and not before
        if words and follows and is_alone:
            found[-1] = (found[-1][0], f"{found[-1][1]} {words}")
        elif words and key != "house":
            found.append((key, words))
        follows = is_alone and bool(words)
    return tuple(found)
