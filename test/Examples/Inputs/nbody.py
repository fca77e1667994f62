"""nbody.py DOCUMENT YEARS: the report, with the numbers of the document."""
import math
import re
import sys

with open(sys.argv[1]) as file:
    document = file.read()
DAYS = 365.24
SOLAR_MASS = 4.0 * math.pi * math.pi
bodies = []
for name, body in re.findall(r'name: "(\w+)",(.*?)\)\n', document, re.DOTALL):
    values = dict(re.findall(r"(\w+): ([^,]+)", body))
    bodies.append([eval(values[key], {"DAYS": DAYS, "SOLAR_MASS": SOLAR_MASS})
                   for key in ("x", "y", "z", "vx", "vy", "vz", "mass")]
                  + [name])
sun = bodies[0]
for b in bodies[1:]:
    for i in (3, 4, 5):
        sun[i] -= b[i] * b[6] / sun[6]


def distance(a, b):
    dx, dy, dz = a[0] - b[0], a[1] - b[1], a[2] - b[2]
    return math.sqrt(dx * dx + dy * dy + dz * dz)


def energy():
    total = 0.0
    for i, a in enumerate(bodies):
        total += 0.5 * a[6] * (a[3] * a[3] + a[4] * a[4] + a[5] * a[5])
        for b in bodies[i + 1:]:
            total -= a[6] * b[6] / distance(a, b)
    return total


before = energy()
years = int(sys.argv[2])
for _ in range(years * 100):
    for i, a in enumerate(bodies):
        for b in bodies[i + 1:]:
            d = [a[k] - b[k] for k in range(3)]
            square = d[0] * d[0] + d[1] * d[1] + d[2] * d[2]
            pull = 0.01 / (square * math.sqrt(square))
            for k in range(3):
                a[3 + k] -= d[k] * b[6] * pull
                b[3 + k] += d[k] * a[6] * pull
        for k in range(3):
            a[k] += 0.01 * a[3 + k]

print(f"After {years} years\n")
print("planet     from the sun          x          y   speed (km/s)")
print("-------    ------------   --------   --------   ------------")
for b in bodies[1:]:
    v = [b[k] - sun[k] for k in (3, 4, 5)]
    speed = (math.sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2])
             * 149_597_870.7 / (DAYS * 86400.0))
    print(f"{b[7]:<11}{distance(b, sun):12.4f}{b[0] - sun[0]:11.3f}"
          f"{b[1] - sun[1]:11.3f}{speed:15.2f}")
lost = energy() / before - 1.0
print(f"\nThe energy has changed by {lost * 1_000_000.0:.1f} millionths.")
