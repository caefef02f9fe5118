"""Compares the JSON parser with Python's `json`: both accept the same texts, and values are returned unchanged.

A value is sent as a custom attribute in a state document: it is parsed, stored and written again.
"""

import json
import math
import random

import pytest

NUMBERS = [
    "0", "-0", "1", "-1", "9007199254740993", "9223372036854775807", "-9223372036854775808", "0.1", "1.0", "-0.0", "1e2",
    "1E+2", "1e-2", "1.5e300", "5e-324", "123456789.123456789", "0.30000000000000004",
]
STRINGS = [
    '""', '"a"', r'"\""', r'"\\"', r'"\/"', r'"\b\f\n\r\t"', r'"\u0000"', r'"\u001f"', r'"\u00e9"', r'"\ud83d\ude00"',
    '"é"', '"😀"', '"\u2028"', '"\x7f"', '"שלום"', r'"\u00E9"', '" "',
]
REFUSED = [
    "", " ", "{", "[", "nul", "tru", "NaN", "Infinity", "-Infinity", "01", "-", "+1", "1.", ".1", "1e", "1e+", "0x1", "1_0",
    '"', '"\\', r'"\x"', r'"\u12"', r'"\ud800"', r'"\udc00"', r'"\ud800\ud800"', '"\x01"', '"\n"', "'a'", "{a:1}", '{"a"}',
    '{"a":}', '{"a":1,}', "[1,]", "[,1]", "[1 2]", "{1:2}", "[1]]", "1 2", "/* c */1", "[1]//", '{"a":1 "b":2}', "\ufeff1",
]
# Python's json is less strict: it accepts these three words and lone surrogates.
LAX = {"NaN", "Infinity", "-Infinity", r'"\ud800"', r'"\udc00"', r'"\ud800\ud800"'}


def echo(server, text, token="hostile-json"):
    """The value that the server stores for a JSON text in a member of any type."""
    document = ('{"contacts":[{"id":"c1","custom_attributes":{"x":%s}}]}' % text).encode("utf-8", "surrogatepass")
    status, body = server.call("PATCH", "/_mock/state", document, token=token)
    if status != 200:
        assert status == 400, (status, body)
        return None
    status, body = server.call("GET", "/_mock/state?collections=contacts", token=token)
    assert status == 200
    return next(c for c in json.loads(body)["contacts"] if c["id"] == "c1")["custom_attributes"]["x"]


def alike(left, right):
    """Whether values are equal and have the same types: 1 is neither 1.0 nor true."""
    if type(left) is not type(right):
        return False
    if isinstance(left, list):
        return len(left) == len(right) and all(map(alike, left, right))
    if isinstance(left, dict):
        return list(left) == list(right) and all(alike(left[key], right[key]) for key in left)
    return left == right and (not isinstance(left, float) or math.copysign(1, left) == math.copysign(1, right))


@pytest.mark.parametrize("text", NUMBERS + STRINGS + ["true", "false", "[]", "{}", "[[[]]]", ' [ 1 , { "a" : null } ] '])
def test_valid_json_is_returned_unchanged(server, text):
    assert alike(echo(server, text), json.loads(text))


@pytest.mark.parametrize("text", REFUSED)
def test_invalid_json_is_rejected(server, text):
    if text not in LAX:
        with pytest.raises(ValueError):
            json.loads('{"x":%s}' % text)
    assert echo(server, text) is None


@pytest.mark.parametrize("seed", range(10))
def test_random_values_are_returned_unchanged(server, seed):
    chance = random.Random(seed)
    for _ in range(40):
        value = anything(chance, 5)
        text = json.dumps(value, ensure_ascii=chance.random() < 0.5, indent=chance.choice([None, 1]))
        assert alike(echo(server, text), value), text


def anything(chance, depth):
    kind = chance.randrange(9 if depth else 6)
    match kind:
        case 0: return chance.choice([None, True, False])
        case 1: return chance.randint(-(2**63), 2**63 - 1) >> chance.randrange(64)
        case 2: return chance.uniform(-1, 1) * 10.0 ** chance.randint(-300, 300)
        case 3 | 4 | 5: return "".join(character(chance) for _ in range(chance.randrange(12)))
        case 6 | 7: return [anything(chance, depth - 1) for _ in range(chance.randrange(4))]
        case _: return {f"{character(chance)}{n}": anything(chance, depth - 1) for n in range(chance.randrange(4))}


def character(chance):
    code = chance.choice([chance.randrange(128), chance.randrange(0x800), chance.randrange(0x10000), chance.randrange(0x110000)])
    return chr(code) if not 0xD800 <= code < 0xE000 else "?"


@pytest.mark.parametrize("depth", [511, 5000, 1_000_000])
def test_depth_has_a_limit(server, depth):
    """Moderate nesting is parsed and rejected by the operation, deeper nesting by the parser. The server keeps running."""
    status, body = server.call("POST", "/contacts/search", b'{"query":' + b"[" * depth + b"]" * depth + b"}")
    assert status == 400, body


@pytest.mark.parametrize("body", [b"\xff", b'{"a":"\xc3("}', b'{"a":"\xed\xa0\x80"}', b'{"a":"\xf5\x80\x80\x80"}', b'{"a":"\xc0\x80"}'])
def test_invalid_utf8_is_rejected(server, body):
    assert server.call("POST", "/contacts", body)[0] == 400
