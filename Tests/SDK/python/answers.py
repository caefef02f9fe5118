"""Keeps the declared type and the JSON of each answer that the library reads, and finds where they differ.

The library checks nothing: a value of another type, or under a name that it does not know, is passed on as it is.
`Tests/SDK/known_misfits.tsv` lists the members where the library is known to differ from the service.
"""

import csv
import pathlib
import re
from fnmatch import fnmatchcase

from intercom.core import unchecked_base_model as library

from declared_types import misfits

KNOWN = list(csv.DictReader((pathlib.Path(__file__).parents[1] / "known_misfits.tsv").open(), delimiter="\t"))
kept = []
construct_type = library.construct_type
nested = False


def keep(*, type_, object_):
    """The function of the library that makes an answer of JSON. It calls itself for each member."""
    global nested
    if nested:
        return construct_type(type_=type_, object_=object_)
    kept.append((type_, object_))
    nested = True
    try:
        return construct_type(type_=type_, object_=object_)
    finally:
        nested = False


# Must precede the import of the modules that send requests. The library imports them when they are first used.
library.construct_type = keep


def unknown_misfits(answers):
    """The misfits of answers, each a declared type and JSON, that are not listed."""
    found = {(declared, misfit) for declared, value in answers for misfit in misfits(declared, value, short_name(declared))}
    return {misfit for declared, misfit in found if not is_known(*misfit, unstable="intercom.unstable" in str(declared))}


def short_name(declared):
    """`typing.List[intercom.types.Tag]` is `List[Tag]`."""
    return re.sub(r"[\w.]+\.", "", str(declared))


def is_known(member, reason, unstable):
    """Whether the library is known to be wrong. Its models for `unstable` are older than Preview, and lack members."""
    listed = any(row["reason"] == reason and fnmatchcase(member, row["member"].replace("[", "[[]")) for row in KNOWN)
    return listed or (unstable and reason == "undeclared")
