"""The pages of what waits for a signed-in person: the list, one question, and what came of an answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute

from daemon.decide.telling.wording import say_list
from daemon.domain.question import Question
from daemon.domain.times import day_of, say
from daemon.domain.vocabulary import Vocabulary
from daemon.engine.answering.decisions import Decisions
from daemon.engine.answering.dispatch import Came, Draft, Reader
from daemon.engine.answering.replies import RECORDERS
from daemon.engine.answering.silencing import MANAGERS
from daemon.engine.answering.waiving import KEPT, reasons_of
from daemon.engine.conference.posting import Posting
from daemon.engine.conference.room import Room
from daemon.web.forms import read_day, read_moment
from daemon.web.room import entry_of, held_of
from daemon.web.visits import Visit, Visits

TICKED, FURTHER = "on", "further"
UNKNOWN = "?"  # a contact that nobody is
AT_ONCE = "It cannot wait: the next stage is asked at once"
GONE = (
    "This no longer waits for you",
    "It has been answered, or is no longer open. Nothing has changed now.",
)
MISTAKES: Mapping[Came, tuple[str, str]] = MappingProxyType(
    {
        Came.NO_REASON: ("reason-0", "Choose a reason"),
        Came.NO_CASE: ("case-0", "Choose at least one case"),
        Came.SAME_PERSON: (
            "answer-0",
            "You have given the other agreement yourself: two people must agree",
        ),
        Came.NOBODY: (
            "lead",
            "Nobody is known to whom this could go: have the directory corrected, or tell them another way",
        ),
        Came.UNSAID: (
            "way-0",
            "Say how it goes: to the address that is known for them it could say nothing of what it is about",
        ),
        Came.NOT_THEN: (
            "hand-on",
            "Write the day on which you sent it: not before you were asked, and not after today",
        ),
        Came.BAD_DATE: (
            "anew",
            "Choose a working day of the next twelve months, and write the time as 10:00; only a yes has a new date",
        ),
        Came.TOO_LONG: ("lead", "Shorten this: each part may have 4,000 characters"),
    }
)


@dataclass(frozen=True, slots=True)
class QuestionPages:
    """Shows and takes decisions. The store is used on worker threads only."""

    decisions: Decisions
    room: Room
    posting: Posting
    visits: Visits

    def routes(self) -> list[BaseRoute]:
        """Return the list, and the page of each question."""
        return [
            self.visits.route("/", self.home),
            self.visits.route("/questions.json", self.listed),
            self.visits.route("/questions/{id}", self.meet, ("GET", "POST")),
        ]

    @property
    def words(self) -> Vocabulary:
        """The words of the rulebook in force."""
        return self.decisions.house.deciding.words

    def home(self, visit: Visit) -> Response:
        """Return what waits for somebody, the most pressing first."""
        found = self.decisions.waiting_for(visit.who, visit.now)
        chaired = self.room.conferences(visit.who, visit.now)
        return visit.page(
            "home.html.j2",
            may_silence=not visit.who.roles.isdisjoint(MANAGERS),
            may_reply=not visit.who.roles.isdisjoint(RECORDERS),
            waiting=[self._line(one) for one in found],
            letters=sum(not one.posted for one in self.posting.tasks(visit.who, visit.now)),
            conferences=[entry_of(one, self.words) for one in chaired],
            held=[held_of(one, self.words) for one in self.room.held(visit.who, visit.now)],
        )

    def listed(self, visit: Visit) -> Response:
        """Return the questions that wait for somebody, in the form of DOMAIN 5.12."""
        found = self.decisions.waiting_for(visit.who, visit.now)
        asked = [one for one in found if one.rule.approval or one.is_to_confirm]
        return JSONResponse([one.to_json() for one in asked])

    def meet(self, visit: Visit) -> Response:
        """Return one question, or what came of the answer to it."""
        question = self.decisions.find(visit.who, visit.path["id"], visit.now)
        if question is None:
            return visit.words(404, *GONE)
        return self._take(visit, question) if visit.is_post else self._show(visit, question, {})

    def _take(self, visit: Visit, question: Question) -> Response:
        fields = visit.fields
        refs = [ref for at, ref in enumerate(question.refs) if fields.get(f"case-{at}") == TICKED]
        refs = refs if len(question.refs) > 1 else list(question.refs)
        draft = self._drafted(visit, question)
        if question.rule.further and fields.get("answer") == FURTHER:
            came = self.decisions.take_further(
                visit.who, question.id, fields.get("reason", ""), refs, visit.now
            )
        elif question.is_to_confirm and fields.get("answer") == "no":
            came = self.decisions.withhold(
                visit.who, question.id, fields.get("reason", ""), refs, visit.now
            )
        elif question.is_to_confirm and fields.get("answer") != "yes":
            return self._show(visit, question, fields, ("answer-0", "Choose an answer"))
        elif question.rule.approval is None:
            came = (
                self.decisions.send(visit.who, question.id, draft, refs, visit.now)
                if draft
                else Came.GONE
            )
        elif fields.get("answer") not in question.rule.approval.answers:
            return self._show(visit, question, fields, ("answer-0", "Choose an answer"))
        else:
            try:
                anew_at = _anew(question, fields)
            except ValueError:
                return self._show(visit, question, fields, MISTAKES[Came.BAD_DATE])
            came = self.decisions.decide(
                visit.who, question.id, fields["answer"], visit.now,
                reason=fields.get("reason", ""), refs=refs, draft=draft, anew_at=anew_at,
            )  # fmt: skip
        if came is Came.MISWORDED and draft is not None and (amiss := draft.amiss()):
            return self._show(
                visit, question, fields, ("lead", f"{amiss[0]}: {amiss[1]}".capitalize())
            )
        if came in MISTAKES:
            return self._show(visit, question, fields, MISTAKES[came])
        if came is Came.GONE:
            return visit.words(409, *GONE)
        is_sent = question.rule.approval is None and fields.get("answer") not in ("no", FURTHER)
        is_sent = is_sent and not (draft and draft.by_hand_on)
        said = "It is on its way." if is_sent else "It is recorded."
        return visit.page("answered.html.j2", title=question.rule.title, said=said)

    def _show(
        self,
        visit: Visit,
        question: Question,
        fields: Mapping[str, str],
        error: tuple[str, str] = ("", ""),
    ) -> Response:
        approval = question.rule.approval
        draft = self._draft(visit, question, fields) if question.draft else None
        return visit.page(
            "question.html.j2", 400 if error[1] else 200,
            **self._line(question), error=error[1], error_at=error[0],
            chosen=fields.get("answer", ""), reason=fields.get("reason", ""),
            ticked=[not fields or fields.get(f"case-{at}") == TICKED for at in range(len(question.refs))],
            question=approval.question if approval else "Is this message sent?",
            answers=self._answers(question),
            reasons=[(code, code.replace("_", " ").capitalize()) for code in reasons_of(question, self.words)],
            todo=question.rule.todo, why=question.rule.why, remarks=question.remarks, doubts=question.doubts,
            limits=[(title, say(at)) for title, at in question.limits],
            is_to_confirm=question.is_to_confirm,
            held=say(question.held_at) if question.held_at else "", draft=draft,
            takes_date=question.takes_date, anew=fields.get("anew", ""), anew_at=fields.get("anew-at", "10:00"),
            stands=say(question.anew_at) if question.anew_at else "", today=day_of(visit.now).isoformat(),
        )  # fmt: skip

    def _line(self, question: Question) -> dict[str, Any]:
        return {
            "path": f"/questions/{question.id}",
            "title": question.rule.title,
            "refs": question.refs,
            "cases": say_list(question.refs),
            "due": say(question.due_at) if question.due_at else "",
            "agency": self.words.agency(question.agency) if question.agency else "",
            "asks": "Decide" if question.rule.approval else "Read and send",
        }

    def _answers(self, question: Question) -> Sequence[tuple[str, str, str]]:
        """Return each answer with its word and what will stand on record."""
        approval = question.rule.approval
        further = question.rule.further
        beyond = [(FURTHER, AT_ONCE, self.words.label(further))] if further else []
        if question.is_to_confirm:
            fact = self.words.label(question.rule.met_by[0])
            return [
                ("yes", "Send it", fact),
                ("no", "Do not send it", "that it is not required, and why"),
                *beyond,
            ]
        found = []
        for word, fact in approval.answers.items() if approval else ():
            name, _, value = fact.partition(" is ")
            kept = "nothing changes" if fact == KEPT else self.words.label(name)
            found.append(
                (word, word.capitalize(), f"{kept}{': ' if value else ''}{value.replace('_', ' ')}")
            )
        return [*found, *beyond]

    def _drafted(self, visit: Visit, question: Question) -> Draft | None:
        """Return the letter as the form has it, None where it has none."""
        fields = visit.fields
        way, _, number = fields.get("way", "").partition("-")
        if way == "hand":
            return Draft("", "", by_hand_on=read_day(fields.get("hand-on", "")))
        if "lead" not in fields:
            return None
        contact = ""
        if way == "contact":
            _, others = self.decisions.readers(question, visit.now)
            contact = {str(at): one.person.id for at, one in enumerate(others)}.get(number, UNKNOWN)
        return Draft(fields["lead"], fields.get("clear", ""), contact)

    def _draft(
        self, visit: Visit, question: Question, fields: Mapping[str, str]
    ) -> dict[str, object]:
        words = self.decisions.draft(question, visit.now)
        readers, others = self.decisions.readers(question, visit.now)
        roles = [
            self.words.role(role) for role in (question.draft.offer_to if question.draft else ())
        ]
        told, untold = (
            [self._named(one) for one in readers if one.is_told is is_told]
            for is_told in (True, False)
        )
        ways = [("here", f"From here, to {say_list(told)}")] if told else []
        ways += [
            (f"contact-{at}", f"From here, to {self._named(one)} instead")
            for at, one in enumerate(others)
        ]
        ways += [("hand", "By hand: I have sent it myself")] if question.may_go_by_hand else []
        return {
            "subject": words.subject,
            "lead": fields.get("lead", words.lead),
            "ask": fields.get("clear", words.clear),
            "to": told,
            "untold": say_list(untold),
            "roles": say_list([f"the {role}" for role in roles]),
            "is_answer": question.rule.approval is not None,
            "ways": ways if question.may_go_by_hand or others else [],
            "way": fields.get("way", "here" if told else ""),
            "hand_on": fields.get("hand-on", ""),
            "first": day_of(question.asked_at).isoformat(),
        }  # fmt: skip

    def _named(self, reader: Reader) -> str:
        return f"{reader.person.id} ({self.words.role(reader.role)})"


def _anew(question: Question, fields: Mapping[str, str]) -> datetime | None:
    """Return the new date that a form gives, None where it gives none; raises ValueError."""
    if not (question.takes_date and fields.get("anew", "").strip()):
        return None
    return read_moment(fields["anew"], fields.get("anew-at", ""))
