"""Compares JSON with the types that the library declares. The library itself accepts any JSON without a check."""

import datetime
import re
import types
import typing

import pydantic
import typing_extensions

SCALARS = {str: (str,), int: (int,), float: (int, float), bool: (bool,)}
UNIONS = (typing.Union, types.UnionType)
NoneType = type(None)
# A generated library for Java, from the same definitions, reads an integer into 32 bits.
INT32 = range(-(2**31), 2**31)
TIME = re.compile("(_at|_until)$")  # Recorded times are as late as 2056.


def misfits(declared, value, place=""):
    """Yields (member, reason) for each value of another type, each missing member and each undeclared member.

    A member is named with the class that declares it: `Contact.avatar`, `ContactList.data[]`.
    """
    origin, arguments = typing.get_origin(declared), typing.get_args(declared)
    if origin is typing_extensions.Annotated:
        yield from misfits(arguments[0], value, place)
    elif origin in UNIONS:
        yield from min((list(misfits(form, value, place)) for form in forms(arguments, value)), key=len)
    elif origin is list and isinstance(value, list):
        for element in value:
            yield from misfits(arguments[0], element, f"{place}[]")
    elif origin is dict and isinstance(value, dict):
        for member in value.values():
            yield from misfits(arguments[1], member, f"{place}.*")
    elif is_model(declared) and isinstance(value, dict):
        yield from misfits_of_members(declared, value)
    elif not fits(declared, value):
        yield place, f"{type(value).__name__} instead of {name_of(declared)}"
    elif declared is int and value not in INT32 and not TIME.search(place):
        yield place, "more than 32 bits"


def forms(alternatives, value):
    """The alternatives of a union that a value can be meant for: by their kind of JSON, and by their constant `type`."""
    kind = [form for form in alternatives if is_container(form) == isinstance(value, (dict, list)) and form is not NoneType]
    marked = [form for form in kind if isinstance(value, dict) and constant_type(form) == value.get("type", "")]
    return (alternatives if value is None else marked or kind) or alternatives


def is_container(declared):
    return is_model(declared) or typing.get_origin(declared) in (list, dict, typing_extensions.Annotated)


def is_model(declared):
    return isinstance(declared, type) and issubclass(declared, pydantic.BaseModel)


def constant_type(declared):
    fields = declared.model_fields if is_model(declared) else {}
    constants = typing.get_args(fields["type"].annotation) if "type" in fields else ()
    return constants[0] if len(constants) == 1 else None


def misfits_of_members(model, value):
    fields = {alias(name, field): field for name, field in model.model_fields.items()}
    for name, member in value.items():
        place = f"{model.__name__}.{name}"
        if name in fields:
            yield from misfits(fields[name].annotation, member, place)
        else:
            yield place, "undeclared"
    for name, field in fields.items():
        if field.is_required() and name not in value:
            yield f"{model.__name__}.{name}", "missing"


def alias(name, field):
    """The name of a member in JSON. The library keeps it in a metadata object of its own."""
    return next((entry.alias for entry in field.metadata if getattr(entry, "alias", None)), name)


def fits(declared, value):
    if declared is typing.Any:
        return True
    if declared in (None, NoneType):
        return value is None
    if declared is datetime.datetime:
        return isinstance(value, str) and is_time(value)
    if typing.get_origin(declared) is typing.Literal:
        return value in typing.get_args(declared)
    return isinstance(value, SCALARS.get(declared, ())) and (declared is bool or not isinstance(value, bool))


def is_time(text):
    try:
        return datetime.datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def name_of(declared):
    """A type in a word: a long list of constants is `Literal`."""
    origin = typing.get_origin(declared)
    return (origin or declared).__name__ if isinstance(origin or declared, type) else str(origin or declared).split(".")[-1]
