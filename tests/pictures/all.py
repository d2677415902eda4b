"""All pictures, with one browser: `make docs`."""

import sys

from tests.pictures import __main__ as messages
from tests.pictures import cards, invitations, letters, pathways
from tests.pictures.camera import Camera


def main() -> int:
    """Make them, and say after each kind how many there are."""
    with Camera() as camera:
        for kind in (pathways, messages, cards, invitations, letters):
            sys.stdout.write(kind.draw(camera))
            sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
