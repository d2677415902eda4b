"""What is wrong with the terms that settings state where there is no authority's folder to state them."""

from dataclasses import dataclass, field
from datetime import date

from daemon.domain.errors import Problem, Severity
from daemon.domain.rules import Pack
from daemon.rulebook.own.private_mail import private_mail
from daemon.rulebook.own.quiet import (
    LONGEST_HOLD_WORKING_DAYS,
    check_domains,
    check_office,
    too_far_ahead,
    too_old,
    too_short,
    too_tight,
)
from daemon.settings.whole import Settings


@dataclass(slots=True)
class Told:
    """Mistakes of a settings file, each at its key."""

    file: str
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, key: str, what: str, mend: str, *, severity: Severity = Severity.ERROR) -> None:
        """Take a mistake of a key."""
        self.problems.append(Problem(f"{self.file}: {key}", what, mend, severity))


def unfit_terms(settings: Settings, file: str, today: date, pack: Pack) -> list[Problem]:
    """Return what an authority's folder would be refused for, and the settings say instead of one; `pack` is theirs."""
    told, terms = Told(file), settings.terms()
    check_office(told, terms.hours)
    check_domains(told, terms)
    told.problems += too_far_ahead(terms, today, f"{file}: enforce_from")
    feeds = {job: name for name, feed in settings.feeds.items() for job in feed.jobs}
    told.problems += too_old(terms, pack, lambda role: f"{file}: feeds.{feeds[role]}.fresh_within")
    told.problems += too_tight(terms, lambda key: f"{file}: brake.{key}")
    told.problems += too_short(terms, f"{file}: office_hours")
    told.problems += private_mail(terms, lambda key: f"{file}: domains.{key}")
    if terms.hold_working_days > LONGEST_HOLD_WORKING_DAYS:
        what = "no step waits that long before the operator hears of it"
        told.wrong("hold_limit", what, "write 2, or 1")
    return told.problems
