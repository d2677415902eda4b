"""What an authority sets for its staff directory: which file, and how its columns are called."""

from daemon.sheets.config import PeopleConfig


class Config(PeopleConfig):
    """The options of a `people_csv` directory."""
