"""json-cases.py PROGRAM: texts that are JSON, that are not, and random ones.

The cases follow the categories of the JSON test suite of N. Seriot (RFC 8259):
y must be accepted, n must be refused.  Where the standard leaves a choice, the
library refuses what it cannot represent: halves of surrogate pairs, numbers
above all floats, bytes that are not UTF-8, a byte order mark.
"""
import json
import random
import subprocess
import sys

ACCEPTED = [
    '[[]   ]', '[""]', '[]', '["a"]', '[false]', '[null, 1, "1", {}]',
    '[null]', '[1\n]', ' [1]', '[1,null,null,null,2]', '[2] ', '[123e65]',
    '[0e+1]', '[0e1]', '[ 4]', '[-0]', '[20e1]', '[-0.0]', '[123.456e78]',
    '[-123]', '[-1]', '[1E22]', '[1E-2]', '[1E+2]', '[123e45]', '[1e-2]',
    '[1e+2]', '[123]',
    '[-0.000000000000000000000000000000000000000000000000000000000000000000000000000001]',
    '{"asd":"sdf", "dfg":"fgh"}', '{"asd":"sdf"}', '{}', '{"":0}',
    '{"foo\\u0000bar": 42}', '{ "min": -1.0e+28, "max": 1.0e+28 }',
    '{"x":[{"id": 1}]}', '{"a":[]}',
    '{"title":"\\u041f\\u043e\\u043b\\u0442\\u043e" }', '{\n"a": "b"\n}',
    '["\\u0060\\u012a\\u12AB"]', '["\\uD801\\udc37"]',
    '["\\ud83d\\ude39\\ud83d\\udc8d"]', '["\\"\\\\\\/\\b\\f\\n\\r\\t"]',
    '["\\\\u0000"]', '["\\""]', '["a/*b*/c/*d//e"]', '["\\\\a"]', '["\\\\n"]',
    '["\\u0012"]', '["\\uFFFF"]', '["asd"]', '[ "asd"]', '["\\uDBFF\\uDFFF"]',
    '["new\\u00A0line"]', '["\uffff"]', '["\\u0000"]', '["\\u002c"]',
    '["\u03c0"]', '["\U0001bfff"]', '["asd "]', '" "', '["\\u0821"]',
    '["\\u2028"]', '["\u2028\u2029"]', '["\\u0061\\u30af"]',
    '["new\\u000Aline"]', '["a\x7fa"]', '["\u2342\u3234\u2342"]',
    '["\\u200B"]', '["\\u005C\\u0022"]', 'false', '42', '-0.1', 'null',
    '"asd"', 'true', '""', '["a"]\n', '[true]', '\t[\r\n] ',
]

REFUSED = [
    '[1 true]', '["": 1]', '[""],', '[,1]', '[1,,2]', '["x",,]', '["x"]]',
    '["",]', '["x"', '[x', '[3[4]]', '[1:2]', '[,]', '[-]', '[   , ""]',
    '["a",\n4\n,1,', '[1,]', '[1,,]', '["\x0ba"\\f]', '[*]', '[""', '[1,',
    '[1,\n1\n,1', '[{}', '[fals]', '[nul]', '[tru]', '[++1234]', '[+1]',
    '[+Inf]', '[-01]', '[-1.0.]', '[-2.]', '[-NaN]', '[.-1]', '[.2e-3]',
    '[0.1.2]', '[0.3e+]', '[0.3e]', '[0.e1]', '[0E+]', '[0E]', '[0e+]', '[0e]',
    '[1.0e+]', '[1.0e-]', '[1.0e]', '[1 000.0]', '[1eE2]', '[2.e+3]',
    '[2.e-3]', '[2.e3]', '[9.e+]', '[Inf]', '[NaN]', '[\uff11]', '[1+2]',
    '[0x1]', '[0x42]', '[Infinity]', '[0e+-1]', '[-123.123foo]', '[-Infinity]',
    '[-foo]', '[- 1]', '[-012]', '[-.123]', '[-1x]', '[1ea]', '[1.]', '[.123]',
    '[1.2a-3]', '[1.8011670033376514H-308]', '[012]', '["x", truth]',
    '{[: "x"}', '{"x", null}', '{"x"::"b"}', '{"a":"a" 123}', "{key: 'value'}",
    '{"a" b}', '{:"b"}', '{"a"', '{"a":', '{1:1}', '{9999E9999:1}',
    '{null:null,null:null}', '{"id":0,,,,,}', "{'a':0}", '{"id":0,}',
    '{"a":"b"}/**/', '{"a":"b"}/', '{"a":"b"}//', '{"a":"b",,"c":"d"}',
    '{a: "b"}', '{"a":"a', '{ "foo" : "bar", "a" }', '{"a":"b"}#', '[',
    '["\\uD800\\"]', '["\\uD800\\u"]', '["\\uD800\\u1"]', '["\\uD800\\u1x"]',
    '[\xe9]', '["\\x00"]', '["\\\\\\"]', '["\\\t"]', '["\\\U0001f300"]',
    '["\\"]', '["\\u00A"]', '["\\uD834\\uDd"]', '["\\uD800\\uD800\\x"]',
    '["\\a"]', '["\\uqqqq"]', '[\\u0020"asd"]', '[\\n]', '"',
    "['single quote']", 'abc', '["\\', '["a\nb"]', '["\t"]', '"\\UA66D"',
    '""x', '<.>', '[<null>]', '[1]x', '[1]]', '["asd]', 'a\xe5', '[True]',
    '1]', '{"x": true,', '[][]', ']', '{]', '{"":', '{"a":/*comment*/"b"}',
    '{"a": true} "x"', '[,', '{,', '{"', "{'a'", '["\\{["\\{["\\{["\\{', '[u',
    '[a', '*', '{"a":"b"}#{}', '[\\u000A""]', '[1}', '{"asd":"asd"', '\xe5',
    '[\u2060]', '\ufeff', '["\\ud800"]', '["\\udc00"]', '["\\ud800abc"]',
    '["\\uDd1ea"]', '["\\uD888\\u1234"]', '["\\uDd1e\\uD834"]', '[1e400]',
    '[-1e999]', '[123123e100000]', '\ufeff{}', 'truee', 'nulll', '[01]',
    '{"a" : }', '\xa0[]', '[\u2028]',
]


def run(mode, data):
    result = subprocess.run([sys.argv[1], mode], input=data,
                            capture_output=True)
    if result.returncode not in (0, 1):
        sys.exit(f"{mode} {data[:100]!r}: {result}")
    return result.returncode, result.stdout.decode().rstrip("\n")


def check_accepted(source, modes=("tree", "events", "region")):
    wanted = json.loads(source)
    for mode in modes:
        status, out = run(mode, source.encode())
        if status or json.loads(out) != wanted:
            sys.exit(f"{mode} {source:.100}: {status} {out:.100}")
    return out


def check_refused(data):
    first = run("tree", data)
    if first[0] != 1:
        sys.exit(f"accepted {data[:100]!r}: {first[1]:.100}")
    line, column = map(int, first[1].split(":")[:2])
    head = data.decode(errors="replace").encode().split(b"\n")
    assert line <= len(head) and column <= len(head[line - 1].decode()) + 1
    try:
        data.decode()
    except UnicodeDecodeError:
        return first[1]
    if "too large" in first[1]:
        return first[1]  # what only the tree needs to know
    second = run("events", data)
    if second != first:
        sys.exit(f"{data[:100]!r}: {first}, but by events {second}")
    return first[1]


for source in ACCEPTED:
    check_accepted(source)
for source in REFUSED:
    check_refused(source.encode())

for data in (b"", b" ", b'["\xff"]', b'["\xe0\xff"]', b'["\xed\xa0\x80"]',
             b'["\xc0\xaf"]', b"[\xff]", b"\xe5", b"[1\x00]", b'["a\x00a"]',
             b'["\x1f"]', b"\xef\xbb\xbf[]", b"123\x00", b"[\x0c]", b"[1]\x0b",
             b"[" * 100000, b'{"a":' * 100000, b"[" * 1001 + b"]" * 1001,
             b'"' + b"a" * 100000):
    check_refused(data)
assert check_refused(b"[" * 1001).startswith("1:1001: ")
check_accepted("[" * 900 + "]" * 900)
check_accepted('{"a":' * 900 + "1" + "}" * 900)
assert run("tree", b"[" * 1000 + b"]" * 1000)[0] == 0
assert run("events", b"[" * 1000 + b"]" * 1000)[0] == 0
assert run("tree", b'{"a": 1, "a": 2}')[1] == '{"a":1,"a":2}'
assert run("events", b"[1.50, -0, 1E400]")[1] == "[1.50,-0,1E400]"

generator = random.Random(11)


def make_number():
    kind = generator.randrange(5)
    if kind == 0:
        return generator.randint(-2**63, 2**63 - 1)
    if kind == 1:
        return generator.uniform(-1e3, 1e3)
    if kind == 2:
        return generator.getrandbits(70)
    if kind == 3:
        return generator.uniform(-1, 1) * 10.0**generator.randint(-300, 300)
    return round(generator.uniform(-1000, 1000), generator.randrange(6))


def make_value(depth):
    kind = generator.randrange(9 if depth else 6)
    if kind < 2:
        return make_number()
    if kind == 2:
        return generator.choice([True, False, None, {}, [], "", 1e300, -0.0])
    if kind < 6:
        return "".join(generator.choices("abc \"\\/\n\t\r\b\f\x01\x7fé€𝄞,:[",
                                         k=generator.randrange(12)))
    if kind < 8:
        return [make_value(depth - 1) for _ in range(generator.randrange(7))]
    return {f"key {i}\t": make_value(depth - 1)
            for i in range(generator.randrange(7))}


def same(a, b):
    """Equal numbers, where b may have floats for integers that are large."""
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    if isinstance(a, list):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, int) and abs(a) >= 2**63 and isinstance(b, float):
        return float(a) == b
    return type(a) is type(b) and repr(a) == repr(b)


for _ in range(60):
    value = [make_value(5) for _ in range(20)]
    for ascii_only in (True, False):
        for indent in (None, 1):
            source = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
            for mode in ("tree", "events", "region"):
                status, out = run(mode, source.encode())
                if status or not same(value, json.loads(out)):
                    sys.exit(f"{mode}: {source}\n{out}")
    # One byte changed: both ways agree whether it is JSON, and so does Python.
    data = bytearray(source.encode())
    data[generator.randrange(len(data))] = generator.choice(b'"[]{},:\\0e-\n')
    try:
        json.loads(data)
    except (ValueError, UnicodeDecodeError):
        check_refused(bytes(data))
