#!/usr/bin/env python3
"""Draws the picture of examples/mandelbrot.flux.md."""
SHADES = ".,:;-~+=*oahkbdpqwmZO0QLCJUYXzcvu#MW&8%B@$"


def rounds_until_escape(re, im):
    x = y = 0.0
    for i in range(200):
        x2, y2 = x * x, y * y
        if x2 + y2 > 4.0:
            return i
        y = 2.0 * x * y + im
        x = x2 - y2 + re
    return 200


for row in range(32):
    im = 1.2 - 2.4 * row / 31
    line = ""
    for column in range(76):
        rounds = rounds_until_escape(-2.2 + 3.2 * column / 75, im)
        line += SHADES[rounds % len(SHADES)] if rounds < 200 else " "
    print(line)
