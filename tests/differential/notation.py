"""Random text read as JSON by Python, and random values as Python writes them.

    notation.py SEED COUNT

needs a Python 3.14. SEED may be `-` for a new one. Prints the seed, then COUNT cases, one JSON object a line; `notation.rs` beside
it reads the same texts and compares. A case holds the `input`, and either the `error` or what the value is as `repr`, as `str`,
`indented` and `compact` JSON.
"""

import json
import random
import re
import sys

PIECES = ['"', "\\", "\\u", "\\ud83d\\ude00", "\\ud800", "[", "]", "{", "}", ",", ":", " ", "\n", "\t", "\r", "\x0b", "\xa0", "\ufeff", "\x00", "\x1f",
          "1", "0", "-", "+", ".", "e", "E5", "null", "true", "NaN", "-Infinity", "x", "é", "😀", "'"]
CHARACTERS = ["abc", "\"\\/\b\f\n\r\t", "\x00\x01\x1f\x7f\x80\x85\xa0\xad", "éß½", "'\"", "\u0300\u0378\u0600\u200b\u2028\ufeff\ufffd\uffff", "世界", "😀\U000e0001\U0010ffff\U00031350"]


def text(rng):
    if rng.random() < 0.1:
        return "".join(chr(rng.choice([c for c in (rng.randrange(0x110000),) if not 0xD800 <= c < 0xE000] or [65])) for _ in range(rng.randint(1, 5)))
    return "".join(rng.choice(rng.choice(CHARACTERS)) for _ in range(rng.randint(0, 6)))


def number(rng):
    kind = rng.random()
    if kind < 0.3:
        return rng.choice([0, 1, -1, 2**63, -(2**63) - 1, rng.randint(-(10**50), 10**50)])
    value = rng.choice([rng.random(), rng.uniform(-1e6, 1e6), 10.0 ** rng.randint(-330, 308), rng.gauss(0, 1) * 10.0 ** rng.randint(-30, 30),
                        rng.randint(0, 10**18) * 1.0, 0.0, 1e16, 9999999999999998.0, 1e-4, 9.999e-5, 5e-324, float("inf"), float("nan")])
    return rng.choice([value, -value])


def value(rng, depth):
    kind = rng.random()
    if depth <= 0 or kind < 0.4:
        return rng.choice([None, True, False, number(rng), number(rng), text(rng), text(rng)])
    size = rng.choice([0, 1, 2, 3])
    if kind < 0.7:
        return [value(rng, depth - 1) for _ in range(size)]
    return {text(rng): value(rng, depth - 1) for _ in range(size)}


def document(rng):
    kind = rng.random()
    if kind < 0.01:
        return "9" * rng.choice([4299, 4300, 4301]) + rng.choice(["", ".5", "e1"])
    if kind < 0.15:
        return "".join(rng.choice(PIECES) for _ in range(rng.randint(0, 8)))
    if kind < 0.2:
        return "".join(rng.choice("0123456789-+.eE") for _ in range(rng.randint(1, 8)))
    written = json.dumps(value(rng, 3), ensure_ascii=rng.random() < 0.5, indent=rng.choice([None, None, 1, "\t"]))
    if kind < 0.6:
        characters = list(written)
        for _ in range(rng.choice([1, 1, 2])):
            place = rng.randint(0, len(characters))
            characters[place : place + rng.choice([0, 0, 1, 2])] = rng.choice([[rng.choice(PIECES)], [rng.choice(PIECES)], []])
        written = "".join(characters)
        if rng.random() < 0.2:
            written = written[: rng.randint(0, len(written))]
    return written


def main():
    seed, count = sys.argv[1], int(sys.argv[2])
    seed = random.SystemRandom().randrange(2**32) if seed == "-" else int(seed)
    rng = random.Random(seed)
    print(json.dumps({"seed": seed}))
    made = 0
    while made < count:
        written = document(rng)
        case = {"input": written}
        try:
            found = json.loads(written)
        except ValueError as error:
            case["error"] = str(error)
        else:
            case["repr"], case["str"] = repr(found), str(found)
            case["indented"] = json.dumps(found, indent=4, ensure_ascii=False)
            case["compact"] = json.dumps(found, separators=(",", ":"))
            # Half of a surrogate pair cannot travel; this program reads U+FFFD there.
            if re.search("[\ud800-\udfff]", case["indented"]):
                continue
        made += 1
        print(json.dumps(case))


main()
