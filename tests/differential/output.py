"""Random values, and what the AWS CLI's own formatters print of them.

    output.py SEED COUNT

needs a Python with `awscli` 2.38 and `ruamel.yaml` (with its C extension). SEED may be `-` for a new one. Prints the seed, then
cases that hold every character there is, then COUNT cases of each format, one JSON object a line; `output.rs` beside it prints
the same values and compares.

A value travels as nested lists, so that nodes that occur twice can be told: ["v", scalar], ["e"] for the placeholder date,
["l", number, items], ["m", number, [[key, value], …]] and ["r", number] for a node that came before.
"""

import argparse
import datetime
import io
import json
import random
import sys

import colorama
from awscli import errorformat, errorhandler, formatter, text

EPOCH = datetime.datetime(1970, 1, 1)

WORDS = """yes no on off true True TRUE false null Null NULL ~ y n 1 0 -1 +1 007 0o7 0x1F 0b11 1_000 -_ +_ 1. .5 -.5e+3 1e3 1.5E-7
.inf -.Inf .nan .NaN - -- --- ... ? : # & * ! | > ' " % @ ` = < << <<< , [ ] { } [] {} -a ?a :a a: a:b a#b #a & &a *a !a
2024-01-01 2024-1-1 2024-01-01T00:00:00Z 12:30:45 1:2 !!str a,b a? lorem ipsum dolor sit amet consectetur
ResponseMetadata Name Id Key Value Tags executionArn redriveDate arn:aws:states:us-east-1:123456789012:execution:a:b""".split()

PIECES = [
    "abcdefghijklmnopqrstuvwxyz", " ", "  ", "0123456789", "-?:,[]{}#&*!|>'\"%@`=<", "\n", "\r", "\t", "\\", "\0\x01\x07\x08\x0b\x0c\x1b\x1f",
    "\x7f\x80\x84\x85\x86\x9f\xa0", "\u2028\u2029", "\ufeff\ufffd\ufffe\uffff\ue000\ud7ff", "é½±°ßŉǰαΣı\u0345", "世界あ한→①※\u3000", "😀\U00010000\U0010ffff\U000e0001", "é",
]
NUMERIC = "0123456789_+-.eExobinfaNTZ: \t"


def random_text(rng):
    kind = rng.random()
    if kind < 0.2:
        return rng.choice(WORDS)
    if kind < 0.3:
        return "".join(rng.choice(NUMERIC) for _ in range(rng.randint(1, 10)))
    if kind < 0.35:
        zone = rng.choice(["", "Z", " Z", "+1", "-01:30", " +0130", "z"])
        stamp = "%d-%d-%d" if rng.random() < 0.5 else "%04d-%02d-%02d"
        parts = (rng.choice([1, 1970, 2024]), rng.randint(1, 12), rng.randint(1, 31))
        between = rng.choice(["T", "t", " ", "  ", "\t", "_", ""])
        time = "%d:%02d:%02d" % (rng.randint(0, 23), rng.randint(0, 59), rng.randint(0, 59))
        return stamp % parts + rng.choice(["", between + time, between + time + rng.choice([".", ".5", ""]) + zone])
    if kind < 0.6:
        words = [rng.choice(WORDS) for _ in range(rng.choice([2, 3, 5, 10, 20, 40]))]
        return "".join(word + rng.choice([" "] * 12 + ["  ", "   ", "\n", "\n\n", " \n", "\t", "é ", "' ", '" ', "😀 ", ": ", " #", "\u2028"]) for word in words)[: rng.choice([-1, None, 128, 129, 80])]
    if kind < 0.65:
        return rng.choice(["x", "é", "ab ", "世", "'", "\n", " a"]) * rng.choice([1, 2, 40, 79, 80, 81, 127, 128, 129])
    if kind < 0.68:
        return ""
    return "".join(rng.choice(rng.choice(PIECES)) for _ in range(rng.choice([1, 1, 2, 3, 4, 6, 10, 30, 120])))


def random_key(rng):
    return rng.choice(WORDS) if rng.random() < 0.5 else random_text(rng)


def random_scalar(rng):
    kind = rng.random()
    if kind < 0.55:
        return random_text(rng)
    if kind < 0.62:
        return None
    if kind < 0.7:
        return rng.random() < 0.5
    if kind < 0.82:
        return rng.choice([0, 1, -1, rng.randint(-(10**6), 10**6), rng.randint(-(10**40), 10**40), 2**63, -(2**63), 2**63 - 1])
    if kind < 0.98:
        number = rng.choice([rng.random(), rng.uniform(-1e6, 1e6), 10.0 ** rng.randint(-330, 308), rng.gauss(0, 1) * 10.0 ** rng.randint(-30, 30)])
        return rng.choice([number, -number, float(round(number, 3)), 0.0, -0.0, 1e16, 1e-5, float("inf"), float("-inf"), float("nan"), 5e-324])
    return EPOCH


def random_value(rng, depth, pool):
    if pool and rng.random() < 0.04:
        return rng.choice(pool)
    kind = rng.random()
    if depth <= 0 or kind < 0.35:
        return random_scalar(rng)
    size = rng.choice([0, 1, 1, 2, 2, 3, 4, 6])
    if kind < 0.65:
        value = [random_value(rng, depth - 1, pool) for _ in range(size)]
    else:
        value = {random_key(rng): random_value(rng, depth - 1, pool) for _ in range(size)}
    pool.append(value)
    return value


def random_table(rng, depth, pool):
    """Values with rows and columns, which tables and text mostly take, and now and then something that breaks them."""
    if rng.random() < 0.03:
        return random_value(rng, 2, pool)
    kind = rng.random()
    if depth <= 0 or kind < 0.2:
        return random_scalar(rng)
    if kind < 0.45:
        keys = [random_key(rng) for _ in range(rng.randint(0, 4))]
        value = {key: random_table(rng, depth - 1, pool) for key in keys}
    elif kind < 0.7:
        keys = [random_key(rng) for _ in range(rng.randint(1, 4))]
        nested = [key for key in keys if rng.random() < 0.2]
        value = []
        for _ in range(rng.randint(1, 4)):
            row = {key: random_scalar(rng) for key in keys if key not in nested and rng.random() < 0.9}
            row.update({key: random_table(rng, depth - 1, pool) for key in nested if rng.random() < 0.9})
            value.append(row)
        if rng.random() < 0.05:
            value.append(rng.choice(["", [], None, 0, "a", [7], [True], ["a"], [[]], {}]))
    elif kind < 0.85:
        value = [random_scalar(rng) for _ in range(rng.randint(0, 4))]
    else:
        length = rng.randint(0, 3)
        value = [[random_scalar(rng) for _ in range(length)] for _ in range(rng.randint(1, 3))]
        if rng.random() < 0.3:
            value.append(random_table(rng, depth - 1, pool))
    pool.append(value)
    return value


def deep_value(rng):
    """Indentation beyond the width of a line."""
    value = {random_key(rng): " ".join(rng.choice(WORDS) for _ in range(12)), random_key(rng): random_scalar(rng)}
    for _ in range(rng.randint(30, 60)):
        value = [value] if rng.random() < 0.4 else {random_key(rng): value}
    return value


def encoded(value, seen):
    if value is EPOCH:
        return ["e"]
    if not isinstance(value, (list, dict)):
        return ["v", value]
    if id(value) in seen:
        return ["r", seen[id(value)]]
    number = seen[id(value)] = len(seen)
    if isinstance(value, list):
        return ["l", number, [encoded(item, seen) for item in value]]
    return ["m", number, [[key, encoded(item, seen)] for key, item in value.items()]]


def printed(name, value, columns, color):
    stream = io.StringIO()
    arguments = argparse.Namespace(query=None, color="on" if color else "off")
    error = None
    try:
        if name == "text":
            text.format_text(value, stream)
        elif name == "enhanced":
            message = f"An error occurred (Code) when calling the RedriveExecution operation: {value['message']}"
            errorformat.write_error(stream, message)
            errorhandler.EnhancedErrorFormatter().format_error(value["members"], stream)
        elif name == "yaml-stream":
            if value != {}:
                formatter.YAMLDumper().dump([value], stream)
        else:
            chosen = formatter.get_formatter(name, arguments)
            if name == "table":
                chosen.table._terminal_width = columns
            chosen._format_response("RedriveExecution", value, stream)
    except Exception as failure:
        error = str(failure)
        if error.startswith("'<' not supported between"):
            # Which words follow depends on the order of a set; the program fails one step later.
            error = "'list' object has no attribute 'get'"
    return stream.getvalue(), error


def case(name, value, columns=80, color=False):
    expected, error = printed(name, value, columns, color)
    return {"format": name, "columns": columns, "color": color, "value": encoded(value, {}), "output": expected, "error": error}


def every_character(step, chunk):
    """All characters, `step` in a string and `chunk` strings in a list."""
    characters = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    strings = ["".join(characters[at : at + step]) for at in range(0, len(characters), step)]
    return [strings[at : at + chunk] for at in range(0, len(strings), chunk)]


def main():
    seed, count = sys.argv[1], int(sys.argv[2])
    seed = random.SystemRandom().randrange(2**32) if seed == "-" else int(seed)
    rng = random.Random(seed)
    # Each coloured table would wrap standard output once more.
    colorama.init = lambda **_: None
    out = sys.stdout
    out.write(json.dumps({"seed": seed}) + "\n")
    for strings in every_character(4, 256):
        for name, value in [
            ("table", strings),
            ("yaml", {text: text for text in strings}),
            ("json", {text: text for text in strings}),
            # The keys in upper case, and Python's repr of a string where a list stands in a column of scalars.
            ("text", [{"column": 0}, {"column": strings, **{text: [0] for text in strings}}]),
        ]:
            out.write(json.dumps(case(name, value)) + "\n")
    for _ in range(count):
        for name in ["yaml", "yaml-stream", "json", "text", "table"]:
            if name == "yaml" and rng.random() < 0.02:
                value = deep_value(rng)
            elif rng.random() < (0.85 if name in ("text", "table") else 0.1):
                value = random_table(rng, 3, [])
            else:
                value = random_value(rng, rng.choice([1, 2, 3, 4]), [])
            columns = rng.choice([80, 80, 0, 40, 132, 200, -1])
            color = name == "table" and rng.random() < 0.2
            out.write(json.dumps(case(name, value, columns, color)) + "\n")
        # An error's message and members in the style `enhanced`.
        members = {rng.choice(["Code", "CODE", "message", random_key(rng)]): random_value(rng, 2, []) for _ in range(rng.randint(1, 4))}
        error = {"message": random_text(rng), "members": members}
        out.write(json.dumps(case("enhanced", error)) + "\n")


main()
