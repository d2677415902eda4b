"""The pages on which a person writes a letter to a family, looks at it, and has it posted or posts it themselves."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from starlette.responses import Response
from starlette.routing import BaseRoute

from daemon.decide.telling.wording import say_list
from daemon.domain.errors import Permanent, Temporary, Unknown, WireError
from daemon.domain.letter import Letter, read_address, read_text
from daemon.domain.times import day_of, say
from daemon.engine.conference.posting import Posting, Task
from daemon.engine.wording.entry_letter import SOMEBODY, code_of
from daemon.web.visits import Visit, Visits

GONE = (
    "This letter is no longer yours to write",
    "Its meeting has begun, has changed, or somebody else writes it. Nothing has been posted now.",
)
CHANGED = (
    "Nothing has been posted",
    "The meeting has changed, or the letter has been posted since you opened this page. Look at it again.",
)
REFUSED = "It cannot be posted ({}). Nothing has been posted."
LATER = "It was not taken ({}), and nothing has been posted. Try again in a few minutes, or post it yourself."
CLOSED = "It was not taken ({}), and nothing has been posted. Tell whoever looks after this service; post it yourself."
UNSURE = "Nobody can say whether it was taken ({}). Press again in a minute: it is looked up first."
UNPRINTABLE: Mapping[str, str] = {
    "no-shape-for-a-character": "A character of the letter cannot be printed",
    "address-too-wide": "A line of the address does not fit the window of the envelope",
    "too-long": "The letter is longer than ten pages",
}


@dataclass(frozen=True, slots=True)
class LetterPages:
    """Shows letters to whoever writes them. Nothing is kept of what they say, nor of where they go."""

    posting: Posting
    visits: Visits

    def routes(self) -> list[BaseRoute]:
        """Return the list, and the page of each letter."""
        return [
            self.visits.route("/letters", self.listed),
            self.visits.route("/letters/{id}", self.meet, ("GET", "POST")),
        ]

    def listed(self, visit: Visit) -> Response:
        """Return the letters that are somebody's to write."""
        found = self.posting.tasks(visit.who, visit.now)
        return visit.page(
            "letters.html.j2", letters=[self._entry(one) for one in found], said=False
        )

    def meet(self, visit: Visit) -> Response:
        """Return one letter's page, after what was posted to it has been taken."""
        task = self.posting.find(visit.who, visit.path["id"], visit.now)
        if task is None:
            return visit.words(404, *GONE)
        fields = visit.fields
        if not visit.is_post or task.posted:
            return self._write(visit, task, {"text": self.posting.start(task)})
        if fields.get("do") == "hand":
            is_done = self.posting.by_hand(visit.who, task, visit.now)
            return self._done(visit) if is_done else visit.words(409, *CHANGED)
        try:
            address = read_address(fields.get("address", ""))
        except ValueError as error:
            return self._write(visit, task, fields, ("address", str(error)))
        try:
            text = read_text(fields.get("text", ""))
        except ValueError as error:
            return self._write(visit, task, fields, ("text", str(error)))
        letter = Letter(address, text, self.posting.house.terms.title, day_of(visit.now))
        return self._take(visit, task, letter)

    def _take(self, visit: Visit, task: Task, letter: Letter) -> Response:
        fields, post = visit.fields, self.posting.house.post
        if post is None or fields.get("do") == "change":
            return self._write(visit, task, fields)
        try:
            pdf = post.print(letter)
            if fields.get("do") == "print":
                named = {"Content-Disposition": 'inline; filename="letter.pdf"'}
                return Response(pdf, media_type="application/pdf", headers=named)
            if fields.get("do") == "post" and self._has_seen(fields, task, letter):
                is_done = self.posting.post(visit.who, task, letter, visit.now)
                return self._done(visit) if is_done else visit.words(409, *CHANGED)
        except Permanent as error:
            what = UNPRINTABLE.get(error.reason, REFUSED.format(error.reason))
            return self._write(visit, task, fields, ("address", what))
        except WireError as error:
            says = UNSURE if isinstance(error, Unknown) else LATER
            if isinstance(error, Temporary) and error.is_ours:
                says = CLOSED  # in a few minutes it would be the same
            return self._look_at(visit, task, letter, says.format(error.reason))
        return self._look_at(visit, task, letter)

    def _write(
        self, visit: Visit, task: Task, fields: Mapping[str, str], error: tuple[str, str] = ("", "")
    ) -> Response:
        return visit.page(
            "letter.html.j2", 400 if error[1] else 200,
            **self._entry(task), can_post=self.posting.house.post is not None,
            address=fields.get("address", ""), text=fields.get("text", ""),
            error=error[1], error_at=error[0],
        )  # fmt: skip

    def _look_at(self, visit: Visit, task: Task, letter: Letter, error: str = "") -> Response:
        return visit.page(
            "letter-look.html.j2", 503 if error else 200,
            **self._entry(task), lines=letter.address, text=letter.text,
            address="\n".join(letter.address), seen=self._seal(task, letter), error=error,
            is_likeness=getattr(self.posting.house.post, "is_likeness", False),
        )  # fmt: skip

    def _done(self, visit: Visit) -> Response:
        found = [self._entry(one) for one in self.posting.tasks(visit.who, visit.now)]
        return visit.page("letters.html.j2", letters=found, said=True)

    def _entry(self, task: Task) -> dict[str, object]:
        words = self.posting.house.deciding.words
        return {
            "path": f"/letters/{task.id}", "title": words.meetings.get(task.kind, task.kind),
            "to": words.role(task.to_role) if task.to_role else SOMEBODY, "code": code_of(task.row),
            "when": say(task.row.starts_at), "cases": say_list(task.refs), "several": len(task.refs) > 1,
            "posted": task.posted, "is_back": task.is_back, "is_anew": task.is_anew, "is_apart": task.row.is_apart,
        }  # fmt: skip

    def _seal(self, task: Task, letter: Letter) -> str:
        """Return what only a page that showed this very letter carries."""
        said = "\0".join([task.key, *letter.address, letter.text])
        return hmac.new(self.visits.key, f"letter\0{said}".encode(), sha256).hexdigest()

    def _has_seen(self, fields: Mapping[str, str], task: Task, letter: Letter) -> bool:
        return hmac.compare_digest(
            fields.get("seen", "").encode(), self._seal(task, letter).encode()
        )
