"""Every reading method of the library reads every record of each fixture folder, and what it reads has the declared types."""

import pytest

import reads
from answers import unknown_misfits

METHODS = reads.methods()


def test_every_reading_method_is_called(connect, token):
    assert set(reads.reading_methods(connect(token))) - set(METHODS) == reads.UNTYPED


@pytest.mark.parametrize("method", METHODS)
def test_what_a_method_reads_has_the_declared_types(read, method):
    assert read[method], "no record in the fixtures"
    assert unknown_misfits(read[method]) == set()
