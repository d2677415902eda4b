"""The partnership's report: timeliness and attendance in figures, small counts left out, nobody named.

`figures` gives the whole report from values; a page, a file and the command show what it says.

Source: MAN-026; READINGS section 3.
"""

from daemon.report.figures import figures
from daemon.report.gather import gathered
from daemon.report.kept import Kept, keep, kept
from daemon.report.page import report_page, shown_on_page
from daemon.report.rows import Gathered, Span
from daemon.report.sheet import report_csv

__all__ = [
    "Gathered", "Kept", "Span", "figures", "gathered", "keep", "kept", "report_csv", "report_page", "shown_on_page",
]  # fmt: skip
