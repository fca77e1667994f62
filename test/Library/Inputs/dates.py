"""dates.py PROGRAM: compares dates with the calendar of Python."""
import datetime
import random
import subprocess
import sys

generator = random.Random(4)
START = datetime.datetime(1970, 1, 1)
numbers = [generator.randint(-2**63, 2**63 - 1) for _ in range(2000)]
# The moments around the changes of years.
for year in range(1680, 2260, 3):
    change = (datetime.datetime(year, 1, 1) - START).days * 86400 * 10**9
    numbers += [change - 1, change]
for start in range(0, len(numbers), 500):
    part = numbers[start:start + 500]
    lines = subprocess.run([sys.argv[1], *map(str, part)], text=True,
                           capture_output=True, check=True).stdout.splitlines()
    for number, line in zip(part, lines, strict=True):
        moment = START + datetime.timedelta(seconds=number // 10**9)
        wanted = moment.isoformat()
        if number % 10**9:
            wanted += f".{number % 10**9:09}".rstrip("0")
        wanted += f"Z {moment.isoweekday()} {moment.timetuple().tm_yday}"
        if line != wanted:
            sys.exit(f"{number}: {line}, not {wanted}")
