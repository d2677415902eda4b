"""A number with its noun, as people say it."""


def counted(many: int, noun: str, plural: str = "") -> str:
    """Return "1 error" or "2 errors"; `plural` where an s is not enough."""
    return f"{many} {noun if many == 1 else plural or f'{noun}s'}"
