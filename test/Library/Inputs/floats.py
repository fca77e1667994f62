"""Gives numbers to the program of floats.flux.md and checks what it prints."""
import math
import random
import struct
import subprocess
import sys

random.seed(7)
texts = ["0", "-0", "1e308", "1.7976931348623158e308", "1.7976931348623159e308",
         "4.9e-324", "2.4703282292062327e-324", "2.4703282292062328e-324",
         "2.2250738585072014e-308", "2.2250738585072011e-308", "1e-400",
         "1e400", "9007199254740993", "9007199254740993.00000000000000000001",
         "0." + "0" * 400 + "1e400", "1" + "0" * 400 + "e-400",
         "179769313486231580793728971405303415079934132710037826936173778980"
         "444968292764750946649017977587207096330286416692887910946555547851"
         "940402630657488671505820681908902000708383676273854845817711531764"
         "475730270069855571366959622842914819860834936475292719074168444365"
         "510704342711559699508093042880177904174497791"]
for _ in range(300):  # any float, and the middle between it and the next
    bits = random.getrandbits(63) % 0x7fe0_0000_0000_0000
    low = struct.unpack("d", struct.pack("Q", bits))[0]
    high = struct.unpack("d", struct.pack("Q", bits + 1))[0]
    a, b = low.as_integer_ratio(), high.as_integer_ratio()
    texts.append(repr(low))
    top, bottom = a[0] * b[1] + b[0] * a[1], 2 * a[1] * b[1]
    # The middle in decimal, exactly: bottom is a power of two.
    shift = bottom.bit_length() - 1
    digits = str(top * 5 ** shift)
    for text in (digits, digits + "1", str(int(digits) - 1)):
        extra = len(text) - len(digits)
        texts.append(f"{text}e{-shift - max(extra, 0)}")
for _ in range(700):
    digits = str(random.getrandbits(random.randrange(1, 130)))
    point = random.randrange(len(digits) + 1)
    text = digits[:point] + "." + digits[point:]
    if random.random() < 0.7:
        text += random.choice("eE") + random.choice(["", "-", "+"]) + str(
            random.randrange(330))
    texts.append(text)
for _ in range(3000):  # what needs 128 bits, and the middle between two floats
    digits = random.getrandbits(random.randrange(1, 64))
    power = random.randrange(-50, 30)
    if random.random() < 0.5:
        half = (random.getrandbits(53) | 1 << 52) * 2 + 1
        power = random.randrange(0, 4)
        digits = half << random.randrange(0, 8)
        while digits % 10 == 0 and digits:
            digits //= 10
            power += 1
    texts.append(f"{digits}e{power}")
    texts.append(f"{digits}"[:-1] + f".{digits % 10}e{power}")


def count_digits(text):
    return len(text.split("e")[0].replace(".", "").strip("-0"))


bad = 0
for start in range(0, len(texts), 100):
    part = texts[start:start + 100]
    output = subprocess.run([sys.argv[1], *part], capture_output=True,
                            text=True, check=True).stdout.splitlines()
    for text, line in zip(part, output, strict=True):
        wanted = float(text)
        if float(line) != wanted or math.copysign(1, float(line)) != \
                math.copysign(1, wanted):
            print(f"{text}: {line}, not {wanted!r}")
            bad = 1
        elif math.isfinite(wanted) and count_digits(line) > count_digits(
                repr(wanted)):
            print(f"{text}: {line} is longer than {wanted!r}")
            bad = 1
sys.exit(bad)
