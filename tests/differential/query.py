"""Random queries on random values, and what Python's jmespath makes of them.

    query.py SEED COUNT

needs a Python 3.14 with `jmespath` 1.0.1. SEED may be `-` for a new one. Prints the seed, then COUNT cases, one JSON object a
line; `query.rs` beside it runs the same queries and compares.

A case holds the `expression`, the `value` as JSON text, the `outcome` (`compile`, `run` or `result`), its `text` (the message, or
Python's repr of the result) and the `nodes` of the result: its containers in the order of a walk, numbered, so that a node that
occurs twice has one number twice.
"""

import json
import random
import re
import sys
import warnings

import jmespath
from jmespath import functions

NAMES = ["a", "b", "c", "k", "name", "_x1", "foo"]
QUOTED = NAMES + ["é", "a b", "x\ty", "\\", "q\"q", "世界", "😀", ""]
WORDS = ["", "a", "b", "abc", "running", "é", "ß", "世界", "😀", "12", "-1.5", "1e3", "1_000", " 7 ", "٣", "nan", "Infinity", "0x1",
         "it's", "a\"b", "a\\b", "tab\t", "line\n", "\x7f\u2028", "2023-11-14T22:13:20.123000+00:00", "zz", "Z"]
ALPHABET = list("abk_019-.*,:@()[]{}|&!<>='\"`?#$% \t\n\\/+~^;é😀") + ["||", "&&", "==", "!=", "[]", "[?", "[*]", "\\u00e9", "\\ud800", "null"]
TYPED = [  # Each function with the kinds of its arguments.
    ("abs", "n"), ("avg", "N"), ("ceil", "n"), ("contains", "v?"), ("ends_with", "ss"), ("floor", "n"), ("join", "sS"), ("keys", "o"),
    ("length", "v"), ("map", "&l"), ("max", "N"), ("max", "S"), ("max_by", "l&"), ("merge", "oo"), ("min", "N"), ("min", "S"), ("min_by", "l&"),
    ("not_null", "??"), ("reverse", "v"), ("sort", "N"), ("sort", "S"), ("sort_by", "l&"), ("starts_with", "ss"), ("sum", "N"), ("to_array", "?"),
    ("to_number", "?"), ("to_string", "?"), ("type", "?"), ("values", "o"), ("nosuch", "?"),
]


class Generator:
    def __init__(self, rng):
        self.rng = rng
        self.choice = rng.choice

    def number(self):
        rng = self.rng
        kind = rng.random()
        if kind < 0.5:
            return rng.randint(-3, 5)
        if kind < 0.6:
            return self.choice([2**63, 2**63 - 1, -(2**63), 2**64, 10**20, -(10**25), 2**53 + 1, rng.randint(-(10**40), 10**40), 10**400])
        if kind < 0.9:
            return self.choice([0.0, -0.0, 1.0, 0.5, -1.5, 0.1, 0.2, 1e16, 1e-5, 1e22, 2.0**53, 1e300, rng.uniform(-10, 10), rng.gauss(0, 1) * 10.0 ** rng.randint(-20, 20)])
        return self.choice([float("inf"), float("-inf"), float(2**63), 1e308])

    def text(self):
        if self.rng.random() < 0.8:
            return self.choice(WORDS)
        return "".join(self.choice("abé世😀 \t\n'\"\\`&[]{}\x01\x7f\xa0\u2028") for _ in range(self.rng.randint(0, 8)))

    def scalar(self):
        kind = self.rng.random()
        if kind < 0.15:
            return None
        if kind < 0.3:
            return self.rng.random() < 0.5
        if kind < 0.65:
            return self.number()
        if kind < 0.66:
            return float("nan")
        return self.text()

    def value(self, depth):
        kind = self.rng.random()
        if depth <= 0 or kind < 0.25:
            return self.scalar()
        size = self.choice([0, 1, 2, 3, 3, 4])
        if kind < 0.35:
            return [self.number() for _ in range(size)]
        if kind < 0.45:
            return [self.text() for _ in range(size)]
        if kind < 0.6:
            key = self.choice(NAMES)
            each = self.choice([self.number, self.text, self.scalar, lambda: self.value(depth - 1)])
            return [{key: each(), self.choice(NAMES): self.scalar()} for _ in range(size)]
        if kind < 0.7:
            return [self.value(depth - 1) for _ in range(size)]
        return {self.choice(NAMES if self.rng.random() < 0.9 else QUOTED): self.value(depth - 1) for _ in range(size)}

    def identifier(self):
        if self.rng.random() < 0.85:
            return self.choice(NAMES)
        return json.dumps(self.choice(QUOTED), ensure_ascii=self.rng.random() < 0.5)

    def json_literal(self, value):
        text = json.dumps(value, ensure_ascii=self.rng.random() < 0.5, separators=self.choice([(",", ":"), (", ", ": ")]))
        return "`" + text.replace("`", "\\`") + "`"

    def literal(self):
        kind = self.rng.random()
        if kind < 0.25:
            return "'" + self.text().replace("'", "\\'") + "'"
        if kind < 0.3:
            return "`" + self.text().replace("`", "\\`") + "`"
        return self.json_literal(self.value(self.choice([0, 1, 2])))

    def index(self):
        number = lambda: str(self.choice([0, 1, 2, -1, -2, 7, 10**20, -(10**20)]) if self.rng.random() < 0.9 else self.number() // 1)
        kind = self.rng.random()
        if kind < 0.4:
            return "[" + number() + "]"
        if kind < 0.8:
            part = lambda: number() if self.rng.random() < 0.5 else ""
            text = part() + ":" + part()
            return "[" + text + (":" + part() if self.rng.random() < 0.5 else "") + "]"
        return "[*]"

    def argument(self, kind, depth):
        if self.rng.random() < 0.06:
            kind = "?"
        if kind == "&":
            return "&" + self.expression(depth - 1) if self.rng.random() < 0.3 else "&" + self.choice(NAMES + ["@"])
        if kind == "?" or self.rng.random() < 0.15:
            return self.expression(depth - 1)
        make = {
            "n": self.number, "s": self.text, "N": lambda: [self.number() for _ in range(self.rng.randint(0, 5))],
            "S": lambda: [self.text() for _ in range(self.rng.randint(0, 5))], "v": lambda: self.value(2),
            "o": lambda: {self.choice(NAMES): self.value(1) for _ in range(self.rng.randint(0, 3))},
            "l": lambda: [{self.choice(NAMES[:3]): self.number() for _ in range(2)} for _ in range(self.rng.randint(0, 4))],
        }[kind]
        return self.json_literal(make())

    def function(self, depth):
        name, kinds = self.choice(TYPED)
        arguments = [self.argument(kind, depth) for kind in kinds]
        if self.rng.random() < 0.1:
            arguments = arguments[: self.rng.randint(0, len(arguments))] + [self.argument("?", depth) for _ in range(self.rng.randint(0, 2))]
        return name + "(" + self.choice([", ", ",", ", ", " , ", " "] if self.rng.random() < 0.2 else [", "]).join(arguments) + ")"

    def expression(self, depth):
        if depth <= 0:
            return self.choice([self.identifier, self.identifier, self.literal, lambda: "@", lambda: "*", lambda: "[*]", lambda: "[]", self.index])()
        inner = lambda: self.expression(depth - 1)
        kind = self.rng.randint(0, 22)
        if kind <= 2:
            return inner() + "." + self.choice([self.identifier, self.identifier, inner, lambda: "*", lambda: self.function(depth - 1)])()
        if kind <= 4:
            return inner() + self.index()
        if kind == 5:
            return inner() + "[]"
        if kind == 6:
            return inner() + "[?" + inner() + "]"
        if kind == 7:
            return inner() + self.choice(["||", " || ", " && ", "&&"]) + inner()
        if kind == 8:
            return "!" + inner()
        if kind <= 10:
            return inner() + self.choice([" == ", "!=", "<", " <= ", ">", ">="]) + inner()
        if kind == 11:
            return "(" + inner() + ")"
        if kind <= 13:
            return inner() + " | " + inner()
        if kind == 14:
            return "[" + ", ".join(inner() for _ in range(self.rng.randint(1, 3))) + "]"
        if kind == 15:
            return "{" + ", ".join(self.identifier() + ": " + inner() for _ in range(self.rng.randint(1, 3))) + "}"
        if kind == 16:
            return inner() + self.choice([".", "."]) + "[" + inner() + ", " + inner() + "]"
        if kind == 17:
            return "&" + inner() if self.rng.random() < 0.2 else self.literal()
        if kind == 18:
            twice = inner()  # The same node twice, as often as not.
            return self.choice(["[%s, %s]", "{a: %s, b: %s}", "[%s, @][%s, @]", "[[%s], @, %s]", "@.[*, %s, %s]"]) % (twice, twice)
        return self.function(depth)

    def mutated(self, expression):
        characters = list(expression)
        for _ in range(self.choice([1, 1, 1, 2, 3])):
            place = self.rng.randint(0, len(characters))
            kind = self.rng.random()
            if kind < 0.35:
                del characters[place : place + self.choice([1, 1, 2, 5])]
            elif kind < 0.75:
                characters.insert(place, self.choice(ALPHABET))
            elif kind < 0.85:
                del characters[place:]
            elif characters:
                characters[place % len(characters)] = self.choice(ALPHABET)
        return "".join(characters)


def nodes(result):
    seen, order = {}, []

    def walk(value):
        if isinstance(value, (list, dict)):
            known = id(value) in seen
            order.append(seen.setdefault(id(value), len(seen)))
            if not known:
                for item in value if isinstance(value, list) else value.values():
                    walk(item)

    walk(result)
    return order


class Incomparable(Exception):
    """A dict with keys that are no strings: this program has none."""


def merge(self, *arguments):
    merged = functions.Functions._func_merge(self, *arguments)
    if not all(isinstance(key, str) for key in merged):
        raise Incomparable
    return merged


def outcome(expression, value):
    try:
        compiled = jmespath.compile(expression)
    except Exception as error:
        return "compile", str(error), []
    try:
        result = compiled.search(value)
        text = repr(result)
        to_string = functions.Functions().call_function("to_string", [result])
    except Incomparable:
        raise
    except Exception as error:
        return "run", str(error), []
    return "result", text + "\n" + to_string, nodes(result)


def main():
    seed, count = sys.argv[1], int(sys.argv[2])
    seed = random.SystemRandom().randrange(2**32) if seed == "-" else int(seed)
    warnings.simplefilter("ignore")
    functions.Functions.FUNCTION_TABLE["merge"]["function"] = merge
    generator = Generator(random.Random(seed))
    print(json.dumps({"seed": seed}))
    made = 0
    while made < count:
        value = generator.value(4)
        if generator.rng.random() < 0.7:
            value = {name: generator.value(3) for name in NAMES[: generator.rng.randint(1, 7)]}
        value = json.dumps(value)
        expression = generator.expression(generator.choice([1, 2, 2, 3, 3, 4]))
        if generator.rng.random() < 0.3:
            expression = generator.mutated(expression)
        try:
            kind, text, order = outcome(expression, json.loads(value))
        except Incomparable:
            continue
        # Half of a surrogate pair cannot travel; this program reads U+FFFD there.
        if re.search(r"[\ud800-\udfff]|\\ud[89a-f]", text):
            continue
        made += 1
        case = {"expression": expression, "value": value, "outcome": kind, "text": text, "nodes": order}
        print(json.dumps(case))


main()
