"""One parser under atheris, in a process of its own: libFuzzer ends the process where something is found.

python -m tests.fuzz.one csv CORPUS -max_total_time=60
"""

import sys

import atheris

with atheris.instrument_imports(include=["daemon", "integrations"]):
    from tests.fuzz.parsers import PARSERS


def main() -> None:
    """Feed the parser that the first word names; the others are libFuzzer's."""
    name, *words = sys.argv[1:]
    parser = PARSERS[name]
    atheris.Setup([sys.argv[0], *words], parser)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
