"""Random texts that may be dates, as the AWS CLI reads them.

    date_text.py SEED COUNT

needs a Python with dateutil (as the AWS CLI has). SEED may be `-` for a new one. Prints the seed, then COUNT cases, one JSON object a
line; `date_text.rs` beside it reads the same texts and compares. A case holds the `zone`, the `now` that was, the `today` that fills in
what a text leaves out, whether `gmt` is UTC whatever the zone, the `text`, and either the date it is as `shown` or the `error`.
"""

import datetime
import json
import os
import random
import sys
import time
import warnings

from dateutil import tz
from dateutil.parser import parse
from dateutil.parser._parser import DEFAULTPARSER

ZONES = ["UTC", "America/New_York", "Europe/Berlin", "Europe/London", "Europe/Dublin", "Asia/Kolkata", "Australia/Sydney", "Australia/Lord_Howe",
         "Pacific/Apia", "EST5EDT,M3.2.0,M11.1.0", "<+0530>-5:30", "UTC-3", "GMT+3", "Z/Z", "CEST", "XYZ/Nowhere", "No/Such_Zone", "Asia/Tokyo"]
NAMES = ["UTC", "GMT", "Z", "z", "EST", "EDT", "CET", "CEST", "BST", "IST", "JST", "AEST", "AEDT", "BRST", "XYZ", "utc", "Gmt", "ABCDE", "ABCDEF", "A", "T"]
WORDS = ["at", "on", "and", "ad", "m", "t", "of", "st", "nd", "rd", "th", "am", "pm", "a", "p", "AM", "PM", "A", "P", "h", "hour", "hours", "minute",
         "minutes", "s", "second", "seconds", "H", "M", "S", "T", "Of", "a.m.", "p.m.", "nan", "inf", "Infinity", "next", "é", "noon", "BC"]
DAYS = ["Mon", "Monday", "tue", "Wednesday", "Thu", "fri", "SAT", "Sunday", "Tues", "Thurs"]
MONTHS = ["Jan", "january", "Feb", "MAR", "April", "may", "Jun", "July", "Aug", "Sep", "Sept", "September", "oct", "Nov", "DECEMBER", "Febr"]
MARKS = [" ", " ", " ", "-", "/", ".", ",", ":", "+", "T", "'", ";", "(", ")", "  ", ", ", "\t", "\n", "\0", "\x1c", "_", "%", "%s", "\u2003", "\u00b2"]


def digits(rng, length):
    return "".join(rng.choice("0123456789") for _ in range(length))


def number(rng):
    kind = rng.random()
    if kind < 0.45:
        return str(rng.choice([rng.randint(0, 12), rng.randint(0, 32), rng.randint(0, 62), rng.randint(0, 100)]))
    if kind < 0.6:
        return f"{rng.randint(0, 61):02}"
    if kind < 0.75:
        return str(rng.choice([rng.randint(1900, 2100), rng.randint(0, 10100), rng.randint(98, 102)]))
    if kind < 0.85:
        return digits(rng, rng.randint(1, 16))
    if kind < 0.97:
        return digits(rng, rng.choice([1, 2, 2, 3, 4, 6])) + rng.choice([".", ".", ","]) + digits(rng, rng.choice([1, 1, 2, 3, 6, 7]))
    return rng.choice([digits(rng, rng.randint(17, 70)), digits(rng, 2) + "." + digits(rng, rng.randint(20, 70)), "0." + "9" * rng.randint(25, 31),
                       str(2**31 - rng.randint(0, 1)), "9" * 5000, "\u0662\u0660\u0662\u0663", "1\u00b2", "\uff11\uff12"])


def date(rng, moment):
    return moment.strftime(rng.choice([
        "%Y-%m-%d", "%Y-%m-%d", "%Y%m%d", "%y%m%d", "%Y.%m.%d", "%Y/%m/%d", "%m/%d/%Y", "%m/%d/%y", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%y", "%d %b %Y", "%d %B %Y",
        "%b %d, %Y", "%B %d %Y", "%b-%d-%Y", "%d-%b-%y", "%b/%d/%Y", "%Y-%b-%d", "%a, %d %b %Y", "%A %d %B", "%a %b %d", "%b %Y", "%b of %y", "%b of %Y",
        "%d of %b", "%dth of %B %Y", "%d %b", "%Y", "%y", "%A", "%a", "%d", "%Y-%m", "%m-%Y", "%y-%m", "%y %b %d", "%Y-%j", "%Y%j", "%G-W%V-%u", "%Y %d %b",
        "%d%b%Y", "%b %d %y", "%d %Y %b", "%d %y %b", "%m %d", "%c", "%x", "%y-%m-%d", "%b %d '%y", ""]))


def clock(rng, moment):
    return moment.strftime(rng.choice([
        "%H:%M:%S", "%H:%M:%S", "%H:%M", "%H:%M:%S.%f", "%H:%M:%S,%f", "%H%M%S", "%H%M%S.%f", "%H%M", "%H", "%Hh%Mm%Ss", "%Hh%M", "%H h %M m", "%Hh", "%Mm%S",
        "%M minutes", "%S seconds", "%Hh %M", "%H hours %M minutes %S.%f s", "%I:%M %p", "%I:%M:%S%p", "%I%p", "%I %p", "%I am", "%I a.m.", "%Ip", "%I:%Ma",
        "%H:%M.%S", "%H.%M.%S", "%I.%M %p", "%Mm", "%S s", "%H:%M:%S:%f", "%p %I", "%I %p %M", "%r", "%H.5h", "%M.25 m", "%Hh%Mm%S.%fs", ""]))


def offset(rng):
    kind = rng.random()
    if kind < 0.25:
        return ""
    name = rng.choice(NAMES)
    sign = rng.choice("+-")
    hours = rng.choice([rng.randint(0, 14), rng.randint(0, 24), rng.randint(0, 99)])
    written = rng.choice([f"{hours:02}00", f"{hours:02}:00", f"{hours}", f"{hours:02}{rng.randint(0, 60):02}", f"{hours}:{rng.randint(0, 60)}", f"{hours:02}:30:15",
                          digits(rng, rng.randint(1, 5)), digits(rng, rng.randint(1, 18)) + ":00", "00:00", "0"])
    if kind < 0.5:
        return name
    if kind < 0.75:
        return sign + written
    return rng.choice([name + sign + written, f"{sign}{written} ({name})", f"{sign}{written}({name})", f"{sign}{written} {name}", f"{name} {sign}{written}"])


def moment(rng):
    kind = rng.random()
    if kind < 0.5:
        return datetime.datetime(rng.randint(1990, 2040), rng.randint(1, 12), rng.randint(1, 28), rng.randint(0, 23), rng.randint(0, 59), rng.randint(0, 59),
                                 rng.choice([0, rng.randint(0, 999_999)]))
    if kind < 0.75:
        # Near where daylight saving begins and ends, for names of the local zone.
        return datetime.datetime(rng.randint(2007, 2040), rng.choice([3, 4, 10, 11]), rng.randint(1, 30), rng.randint(0, 4), rng.choice([0, 15, 29, 30, 31, 59]))
    if kind < 0.97:
        return datetime.datetime(rng.randint(1, 9999), rng.randint(1, 12), rng.randint(1, 28), rng.randint(0, 23), rng.randint(0, 59))
    return rng.choice([datetime.datetime(1, 1, 1), datetime.datetime(1, 1, 1, 0, 30), datetime.datetime(9999, 12, 31, 23, 59, 59)])


def written(rng):
    when = moment(rng)
    parts = [date(rng, when), clock(rng, when)]
    if rng.random() < 0.15:
        parts.reverse()
    between = rng.choice([" ", " ", " ", "T", "T", " at ", ", ", "", "  ", " on "])
    return between.join(parts) + rng.choice(["", "", " "]) + offset(rng)


def mutated(rng, text):
    pieces = list(text)
    for _ in range(rng.choice([1, 1, 2, 3])):
        at = rng.randint(0, len(pieces))
        kind = rng.random()
        if kind < 0.3:
            del pieces[at:at + rng.choice([1, 1, 2, 4])]
        elif kind < 0.5:
            pieces.insert(at, rng.choice(MARKS))
        elif kind < 0.7:
            pieces.insert(at, rng.choice("0123456789"))
        elif kind < 0.8:
            pieces[at:at + 1] = rng.choice("0123456789")
        elif kind < 0.9:
            pieces.insert(at, rng.choice(WORDS + NAMES + MONTHS + DAYS))
        else:
            other = rng.randint(0, len(pieces))
            pieces[at:at] = pieces[min(at, other):max(at, other)]
    return "".join(pieces)


def mixture(rng):
    parts = []
    for _ in range(rng.randint(1, 9)):
        kind = rng.random()
        if kind < 0.4:
            parts.append(number(rng))
        elif kind < 0.75:
            parts.append(rng.choice(MARKS))
        else:
            parts.append(rng.choice(rng.choice([WORDS, WORDS, MONTHS, DAYS, NAMES, [offset(rng)]])))
        if rng.random() < 0.4:
            parts.append(rng.choice([" ", " ", "-", ":", "/"]))
    return "".join(parts)


def text(rng):
    kind = rng.random()
    if kind < 0.35:
        return written(rng)
    if kind < 0.65:
        return mutated(rng, written(rng))
    if kind < 0.95:
        return mixture(rng)
    return rng.choice([digits(rng, rng.randint(1, 16)), digits(rng, 6) + "." + digits(rng, 3), digits(rng, 8) + "T" + digits(rng, rng.randint(1, 7)),
                       "".join(rng.choice("0123456789.,:-/ T+ahmspZ") for _ in range(rng.randint(0, 12)))])


def main():
    warnings.simplefilter("ignore")
    seed = random.randrange(2**32) if sys.argv[1] == "-" else int(sys.argv[1])
    rng = random.Random(seed)
    print(json.dumps({"seed": seed}))
    now = int(time.time())
    left = int(sys.argv[2])
    while left > 0:
        zone = rng.choice(ZONES)
        os.environ["TZ"] = zone
        time.tzset()
        for _ in range(min(left, 500)):
            today = datetime.datetime(rng.randint(2020, 2100), rng.randint(1, 12), 1) + datetime.timedelta(days=rng.randint(0, 30))
            DEFAULTPARSER.info._year, DEFAULTPARSER.info._century = today.year, today.year // 100 * 100
            case = {"zone": zone, "now": now, "today": today.date().isoformat(), "gmt": rng.random() < 0.7, "text": text(rng)}
            tzinfos = {"GMT": tz.tzutc()} if case["gmt"] else None
            try:
                case["shown"] = parse(case["text"], default=today, tzinfos=tzinfos).isoformat()
            except Exception as error:
                case["error"] = f"{'ValueError' if isinstance(error, ValueError) else type(error).__name__}: {error}"
            if zone.startswith("EST5EDT") and case.get("shown", "2") < "1970":
                # Before 1970 the C library does not apply such a rule.
                continue
            print(json.dumps(case))
            left -= 1


main()
