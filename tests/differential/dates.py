"""Random dates of responses in random zones, as the AWS CLI shows them.

    dates.py SEED COUNT

needs a Python with dateutil (as the AWS CLI has). SEED may be `-` for a new one. Prints the seed, then COUNT cases, one JSON object a
line; `dates.rs` beside it shows the same dates and compares. A case holds the `zone`, the `now` that was, the `date` as received and
the `shown` text, or none where the AWS CLI fails.
"""

import datetime
import json
import os
import random
import sys
import time

from dateutil import tz

ZONES = ["UTC", "America/New_York", "Europe/Berlin", "Europe/Moscow", "Asia/Kolkata", "Asia/Kathmandu", "Australia/Sydney", "Australia/Lord_Howe",
         "America/St_Johns", "Pacific/Apia", "Africa/Casablanca", "Europe/Dublin", "America/Sao_Paulo", "EST5EDT", "EST5EDT,M3.2.0,M11.1.0", "<+0530>-5:30",
         "Antarctica/Troll", "Asia/Tehran", "No/Such_Zone", "", ":Europe/Paris", "GMT+3", "Africa/Monrovia"]


def date(rng):
    kind = rng.random()
    if kind < 0.6:
        return rng.choice([rng.randint(1_600_000_000, 1_900_000_000), rng.randint(1_600_000_000, 1_900_000_000) + rng.randint(0, 999) / 1000,
                           rng.uniform(1.6e9, 1.9e9)])
    if kind < 0.9:
        return rng.choice([rng.uniform(-2e9, 4e9), rng.randint(-10**9, 10**9), rng.uniform(-1e10, 1e11), rng.random(), 0.5e-6, 1.5e-6, 2.5e-6])
    # Not the first and the last days of the calendar, where the two disagree about hours.
    return rng.choice([0, -1, True, 1e12, -1e12, 1e20, 253370764800, -62104060800])


def main():
    seed = random.randrange(2**32) if sys.argv[1] == "-" else int(sys.argv[1])
    rng = random.Random(seed)
    print(json.dumps({"seed": seed}))
    now = int(time.time())
    left = int(sys.argv[2])
    while left > 0:
        zone = rng.choice(ZONES)
        os.environ["TZ"] = zone
        time.tzset()
        # tzlocal takes the two offsets of the zone when it is made, as in a process that has just started.
        time.timezone, time.altzone
        local = tz.tzlocal()
        for _ in range(min(left, 500)):
            value = date(rng)
            if zone.startswith("EST5EDT"):
                # Before 1970 the C library does not apply such a rule, and versions of the zone's file differ.
                value = abs(value)
            try:
                shown = datetime.datetime.fromtimestamp(value, local).isoformat()
            except (OverflowError, ValueError, OSError):
                shown = None
            print(json.dumps({"zone": zone, "now": now, "date": value, "shown": shown}))
            left -= 1


main()
