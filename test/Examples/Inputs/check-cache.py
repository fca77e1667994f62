#!/usr/bin/env python3
"""check-cache.py PROGRAM: the same requests to both."""
import collections
import random
import subprocess
import sys

generator = random.Random(2)
for capacity, keys, count in [(1, 2, 50), (2, 4, 200), (100, 150, 20000),
                              (1000, 900, 5000), (7, 100, 3000)]:
    cache = collections.OrderedDict()
    requests, answers = [], []
    asked = found = 0
    for i in range(count):
        key = f"k{generator.randrange(keys)}"
        if generator.random() < 0.4:
            requests.append(f"put {key} value {i}")
            cache[key] = f"value {i}"
            cache.move_to_end(key)
            if len(cache) > capacity:
                cache.popitem(last=False)
            continue
        requests.append(f"get {key}")
        asked += 1
        if key in cache:
            found += 1
            cache.move_to_end(key)
            answers.append(f"{key} = {cache[key]}")
        else:
            answers.append(f"{key} is not there")
    answers.append(f"{found} of {asked} were there")
    out = subprocess.run([*sys.argv[1:], str(capacity)], text=True, check=True,
                         input="\n".join(requests) + "\n",
                         capture_output=True).stdout
    assert out.splitlines() == answers, (capacity, keys)
