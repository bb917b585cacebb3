"""What can go wrong, in words the reader understands. Views never catch these: the desk's middleware answers."""

from collections.abc import Mapping

from django.utils.functional import Promise

Text = str | Promise


class SuhuiError(Exception):
    """A failure with a sentence for the person who meets it.

    `message` is translatable and says what happened and what to do; `status` is the HTTP status a door answers with.
    """

    status = 400

    def __init__(self, message: Text) -> None:
        super().__init__(str(message))
        self.message = message


class BadInput(SuhuiError):
    """What was entered cannot be used; `fields` maps a field's name to its sentence."""

    status = 422

    def __init__(self, message: Text, fields: Mapping[str, Text] | None = None) -> None:
        super().__init__(message)
        self.fields = dict(fields or {})


class Refused(SuhuiError):
    """A rule of the house does not allow this now (a closed case cannot be assigned). Nothing was changed."""

    status = 409


class Conflict(SuhuiError):
    """Someone else was faster: the row is no longer as the caller saw it. Nothing was changed."""

    status = 409


class NotAllowed(SuhuiError):
    """The person may not do this."""

    status = 403


class Missing(SuhuiError):
    """There is no such thing, or it is not the person's to see: the two answers are the same on purpose."""

    status = 404
