"""How errors become answers. The REST framework calls ``answer`` for every exception that a view lets through."""

from django.db import IntegrityError
from rest_framework.exceptions import APIException
from rest_framework.views import exception_handler


class Conflict(APIException):
    """The change contradicts what is there: a name is taken, or something still refers to the object."""

    status_code = 409
    default_detail = "This contradicts what is there: a name is taken, or the object is in use."
    default_code = "conflict"


def answer(error, context):
    """What the database refuses is the client's conflict, not a failure of ours."""
    return exception_handler(Conflict() if isinstance(error, IntegrityError) else error, context)
