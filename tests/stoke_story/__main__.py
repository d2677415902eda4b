"""`python -m tests.stoke_story` writes the list anew onto its page: read every line that changes."""

import io
from pathlib import Path
from tempfile import TemporaryDirectory

from daemon.telemetry import set_up_logs
from tests.stoke_story import conference, page
from tests.stoke_story.listing import lines
from tests.stoke_story.stage import Stage
from tests.stoke_story.story import tell

set_up_logs("json", "info", stream=io.StringIO(), strict=True)
with TemporaryDirectory() as folder:
    stage = Stage(Path(folder), start=conference.START)
    tell(stage)
    page.write(lines(stage))
    stage.close()
