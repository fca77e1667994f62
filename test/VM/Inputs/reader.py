# Another reader of packages, written after docs/bytecode-format.md alone: it checks the
# container and the signature, and prints the sections.  Usage: reader.py PACKAGE [KEY.pub]
import base64
import hashlib
import struct
import sys

NAMES = {1: "MANIFEST", 2: "CODE", 3: "FUNCTIONS", 4: "BLOCKS", 5: "TABLES", 6: "IMPORTS", 7: "EXPORTS",
         8: "REGIONS", 9: "DATA", 10: "STRINGS", 11: "SETTINGS", 12: "DEBUG", 13: "NAMES", 14: "DOCUMENT",
         15: "NATIVE", 16: "SIGNATURE"}
REQUIRED = {1, 2, 3, 4, 5, 6, 8, 9, 10}
ROWS = {1: 24, 2: 4, 3: 8, 4: 24, 6: 16, 7: 16, 8: 32, 11: 24, 13: 12, 16: 96}


def read_sections(file):
    magic, major, _, count, size, hashed = struct.unpack_from("<8sHHIQQ", file)
    assert magic == b"FLUXBC\x1a\n" and major == 1 and count <= 64 and size == len(file)
    digest = hashlib.sha256(file[:32] + bytes(32) + file[64:hashed]).digest()
    assert digest == file[32:64]
    sections, previous, end = {}, 0, 64 + 32 * count
    hashed_end = end
    for i in range(count):
        kind, flags, offset, size, unpacked = struct.unpack_from("<IIQQQ", file, 64 + 32 * i)
        assert previous != 16 and (kind > previous or kind == 16)
        previous = kind
        assert offset == end and size <= len(file) - offset and flags & ~3 == 0
        end = (offset + size + 7) // 8 * 8
        assert not any(file[offset + size:end])
        if kind != 16:
            hashed_end = end
        if kind not in NAMES:
            assert not flags & 1
            continue
        assert (flags & 1 != 0) == (kind in REQUIRED)
        assert kind == 14 if flags & 2 else unpacked == size
        assert not unpacked > 65 << 20 or not flags & 2
        assert size % ROWS.get(kind, 1) == 0 and size
        sections[kind] = file[offset:offset + size], unpacked
    assert end == len(file) and hashed_end == hashed
    return digest, sections


def read_native(native):
    count, zero = struct.unpack_from("<II", native)
    assert count and not zero
    end, names = 8 + 48 * count, []
    for i in range(count):
        name, offset, size = struct.unpack_from("<32sQQ", native, 8 + 48 * i)
        text = name.rstrip(b"\0")
        assert text and b"\0" not in text and offset == end and size
        end += size
        names.append(text)
    assert end == len(native) and names == sorted(set(names))
    return [name.decode() for name in names]


# Ed25519 as RFC 8032 writes it.
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def add(a, b):
    (x1, y1), (x2, y2) = a, b
    t = D * x1 * x2 * y1 * y2 % P
    return ((x1 * y2 + x2 * y1) * pow(1 + t, P - 2, P) % P, (y1 * y2 + x1 * x2) * pow(1 - t, P - 2, P) % P)


def multiply(number, point):
    result = (0, 1)
    while number:
        if number & 1:
            result = add(result, point)
        point, number = add(point, point), number >> 1
    return result


def decode(data):
    number = int.from_bytes(data, "little")
    y, sign = number % 2**255, number >> 255
    assert y < P
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    assert (x * x - square) % P == 0 and not (x == 0 and sign)
    return (P - x if x & 1 != sign else x, y)


def encode(point):
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


def verify(key, message, signature):
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    point = decode(key)
    assert s < ORDER and multiply(8, point) != (0, 1)
    k = int.from_bytes(hashlib.sha512(r + key + message).digest(), "little") % ORDER
    base = decode((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
    negated = (P - point[0], point[1])
    assert encode(add(multiply(s, base), multiply(k, negated))) == r


digest, sections = read_sections(open(sys.argv[1], "rb").read())
for kind, (data, unpacked) in sections.items():
    packed = " compressed" if unpacked != len(data) else ""
    if packed:
        assert data[:4] == b"\x28\xb5\x2f\xfd"
    print(NAMES[kind], unpacked, packed)
    if kind == 15:
        print(*read_native(data))
if len(sys.argv) > 2:
    key = base64.b64decode("".join(open(sys.argv[2]).read().splitlines()[1:-1]))[-32:]
    data = sections[16][0]
    assert data[:32] == key
    verify(key, digest, data[32:])
    print("signed")
