"""`make reference`: writes the pages of docs/reference from the code; 1 where something lacks a description."""

import sys

from tests.reference.pages import FOLDER, PAGES, place


def main() -> int:
    """Write every page, and say what is not described yet."""
    FOLDER.mkdir(exist_ok=True)
    pages = [make() for make in PAGES.values()]
    for page in pages:
        place(page).write_text(page.text, "utf-8")
    lacking = [what for page in pages for what in page.lacking]
    for what in lacking:
        sys.stderr.write(f"{what}\n")
    sys.stdout.write(f"{len(pages)} pages written to docs/reference\n")
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
