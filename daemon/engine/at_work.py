"""AtWork: whether anything is being decided or sent at this moment, for whoever should give way to it."""

from threading import Lock


class AtWork:
    """Counts those who are at work; each says so by a `with`, on whichever thread."""

    def __init__(self) -> None:
        self._lock, self._many = Lock(), 0

    def __enter__(self) -> None:
        with self._lock:
            self._many += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._many -= 1

    def __bool__(self) -> bool:
        """Return whether anybody is at work."""
        return self._many > 0
