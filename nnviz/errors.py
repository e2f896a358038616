"""Expected trouble, as opposed to a bug."""


class UserError(Exception):
    """Something the person can act on: a bad file, a senseless setting.

    Parameters
    ----------
    message
        One sentence that says what is wrong and where (file, line, column).
    hint
        One sentence that says what to do about it; may be empty.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".rstrip()


class Cancelled(Exception):  # noqa: N818 - not an error: the person asked for it
    """Raised inside a job that the person called off; nothing is shown for it."""
