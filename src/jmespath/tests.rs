//! What the AWS CLI answers to queries, and what the comparison with Python's jmespath has shown to be easily got wrong.

use std::rc::Rc;

use super::Expression;
use crate::value::{MAXIMUM_DEPTH, Value};

const TOO_DEEP: &str = "compile: maximum recursion depth exceeded";

/// Python's `repr` of the result, or the message.
fn outcome(query: &str, document: &str) -> String {
    search(query, document).map_or_else(|message| message, |value| value.python_repr())
}

fn search(query: &str, document: &str) -> Result<Value, String> {
    let expression = Expression::compile(query).map_err(|error| format!("compile: {error}"))?;
    let document = Value::from_json(document).unwrap();
    expression.search(&document).map_err(|error| format!("run: {error}"))
}

#[track_caller]
fn check(document: &str, cases: &[(&str, &str)]) {
    for (query, expected) in cases {
        assert_eq!(outcome(query, document), *expected, "{query}");
    }
}

#[test]
fn numbers_keep_their_kind() {
    let cases = [
        ("sum(`[0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]`)", "1.0"),
        ("sum(`[10000000000000000, 1, 1, 1, 1.0]`)", "1.0000000000000004e+16"),
        ("sum(`[9223372036854775807, 1]`)", "9223372036854775808"),
        ("sum(`[1, 0.1, 9223372036854775808, 0.1, -9223372036854775808]`)", "1.2000000000000002"),
        // Once integers have outgrown a machine word nothing is compensated any more.
        ("sum(`[18446744073709551616, -18446744073709551616, 0.1, 0.2, 0.3]`)", "0.6000000000000001"),
        ("sum(`[0.1, 0.2, 0.3]`)", "0.6"),
        ("ceil(`1e22`)", "10000000000000000000000"),
        ("abs(`-9223372036854775808`)", "9223372036854775808"),
        ("`9007199254740993` == `9007199254740992.0`", "False"),
        ("to_string(`[1.0, 1e16, NaN, \"é\"]`)", "'[1.0,1e+16,NaN,\"\\\\u00e9\"]'"),
        ("max(`[1, 1.0]`)", "1"),
        ("sort(`[2, 1.5, 1, 100000000000000000000, -1e300]`)", "[-1e+300, 1, 1.5, 2, 100000000000000000000]"),
    ];
    check("null", &cases);
}

#[test]
fn comparisons_and_truth() {
    let cases = [
        ("`[1]` == `[true]`", "True"),
        ("`2` == `true`", "False"),
        ("contains(`[true]`, `1`)", "True"),
        ("`\"a\"` < `\"b\"`", "True"),
        ("`true` < `2`", "None"),
        ("`1` < `\"a\"`", "run: '<' not supported between instances of 'int' and 'str'"),
        ("`1.5` >= `\"a\"`", "run: '>=' not supported between instances of 'float' and 'str'"),
        ("`NaN` == `NaN`", "False"),
        ("`[NaN]` == `[NaN]`", "True"),
        ("`0` || 'x'", "0"),
        ("`0` && 'x'", "'x'"),
        ("!`0`", "False"),
        ("!`\"\"`", "True"),
        ("!`[]`", "True"),
    ];
    check("null", &cases);
    check("{}", &[("[&a, &a] | @[0] == @[1]", "False"), ("[&a] | @[0] == @[0]", "True")]);
}

#[test]
fn the_placeholder_date_is_a_python_object() {
    let document = Value::map([("d".into(), Value::Epoch)].into_iter().collect());
    let cases = [
        ("to_string(@)", "'{\"d\":\"1970-01-01 00:00:00\"}'"),
        ("type(d)", "None"),
        ("d == d", "True"),
        ("!d", "False"),
        ("d < d", "None"),
        (
            "merge(@, d)",
            "In function merge(), invalid type for value: 1970-01-01 00:00:00, expected one of: ['object'], received: \"unknown\"",
        ),
        (
            "abs(@)",
            "In function abs(), invalid type for value: {'d': datetime.datetime(1970, 1, 1, 0, 0)}, \
             expected one of: ['number'], received: \"object\"",
        ),
        (
            "sort_by([d], &@)",
            "In function sort_by(), invalid type for value: 1970-01-01 00:00:00, \
             expected one of: ['string', 'number'], received: \"unknown\"",
        ),
        (
            "join(',', [d])",
            "In function join(), invalid type for value: 1970-01-01 00:00:00, \
             expected one of: ['array-string'], received: \"datetime\"",
        ),
    ];
    for (query, expected) in cases {
        let found = Expression::compile(query).unwrap().search(&document);
        assert_eq!(found.map_or_else(|error| error.to_string(), |value| value.python_repr()), expected, "{query}");
    }
}

#[test]
fn slices_and_indices() {
    let cases = [
        ("@[10::-2]", "[5, 3, 1]"),
        ("@[:-10:-1]", "[5, 4, 3, 2, 1]"),
        ("@[-100000000000000000000:100000000000000000000:100000000000000000000]", "[1]"),
        ("@[::-100000000000000000000]", "[5]"),
        ("@[100000000000000000000]", "None"),
        ("@[-9223372036854775808]", "None"),
        ("@[::0]", "run: slice step cannot be zero"),
        ("nope[::0]", "None"),
        ("@[:2 3]", "[1, 2, 3]"),
    ];
    check("[1, 2, 3, 4, 5]", &cases);
    // After an index a slice is not a projection, so the name looks into the list and finds nothing.
    check("[[{\"a\": 1}, {\"a\": 2}]]", &[("[0][0:1].a", "None"), ("@[0] | [0:1].a", "[1]")]);
}

#[test]
fn leniences_of_the_parser() {
    let cases = [
        ("not_null(nope a)", "1"),
        ("not_null(a,)", "1"),
        ("{x: a y: b}", "{'x': 1, 'y': 2}"),
        ("(length)('ab')", "2"),
        ("`{bad json`", "'{bad json'"),
        ("`\u{1f}\u{a0} x `", "'x '"),
        (r"'a\'b\\c\n'", r#""a'b\\\\c\\n""#),
        ("to_array(@)[0].{x: a, x: b}", "{'x': 2}"),
    ];
    check("{\"a\": 1, \"b\": 2}", &cases);
}

#[test]
fn merge_takes_what_python_updates_a_dict_with() {
    let cases = [(
        "merge(@, `[]`)",
        "run: In function merge(), invalid type for value: [], expected one of: ['object'], received: \"array\"",
    )];
    check("{}", &cases);
}

#[test]
fn failures_of_functions() {
    let cases = [
        (
            "nosuch(abs('x'))",
            "run: In function abs(), invalid type for value: x, expected one of: ['number'], received: \"string\"",
        ),
        (
            "max(`[true]`)",
            "run: In function max(), invalid type for value: True, expected one of: ['array-number', 'array-string'], received: \"bool\"",
        ),
        (
            "sort_by(`[{\"a\": null}]`, &a)",
            "run: In function sort_by(), invalid type for value: {'a': None}, expected one of: ['string', 'number'], received: \"null\"",
        ),
        ("max_by(`[1, \"a\"]`, &@)", "run: '>' not supported between instances of 'str' and 'int'"),
        ("min_by(`[1, \"a\"]`, &@)", "run: '<' not supported between instances of 'str' and 'int'"),
        ("ceil(`Infinity`)", "run: cannot convert float infinity to integer"),
        ("floor(`NaN`)", "run: cannot convert float NaN to integer"),
        (
            "to_number(&a)",
            "run: int() argument must be a string, a bytes-like object or a real number, not '_Expression'",
        ),
        ("type(&a)", "None"),
        ("max_by(`[]`, &a)", "None"),
        ("map(&a, `[]`)", "[]"),
    ];
    check("null", &cases);
    let huge = format!("avg(`[1{}]`)", "0".repeat(400));
    check("null", &[(&huge, "run: int too large to convert to float")]);
}

#[test]
fn compile_errors_have_their_place_and_caret() {
    let cases = [
        (
            "foo.`{\"a\": [1.0, null]}`",
            "Expecting: ['quoted_identifier', 'unquoted_identifier', 'lbracket', 'lbrace'], got: literal: Parse error at \
             column 4, token \"{'a': [1.0, None]}\" (LITERAL), for expression:\n\"foo.`{\"a\": [1.0, null]}`\"\n     ^",
        ),
        (
            "{1: a}",
            "Expecting: ['quoted_identifier', 'unquoted_identifier'], got: number: \
             Parse error at column 1, token \"1\" (NUMBER), for expression:\n\"{1: a}\"\n  ^",
        ),
        (
            "@(x)",
            "Invalid function name '@': Parse error at column 0, token \"@\" (CURRENT), for expression:\n\"@(x)\"\n ^",
        ),
        (
            "a[1:2:3:4]",
            "syntax error: Parse error at column 7, token \":\" (COLON), for expression:\n\"a[1:2:3:4]\"\n        ^",
        ),
        ("a[1:", "syntax error: Parse error at column 4, token \"\" (EOF), for expression:\n\"a[1:\"\n     ^"),
        ("a *", "invalid token: Parse error at column 2, token \"*\" (STAR), for expression:\n\"a *\"\n   ^"),
        ("'é' é", "Bad jmespath expression: Unknown token é:\n'é' é\n    ^"),
        ("a =", "Bad jmespath expression: Unknown token '=':\na =\n  ^"),
        ("'a\\'", "Bad jmespath expression: Unclosed ' delimiter:\n'a\\'\n^"),
        ("\"a\\x\"", "Bad jmespath expression: Invalid \\escape:\n\"a\\x\"\n^"),
        ("`a\"b`", "Bad jmespath expression: Bad token a\"b:\n`a\"b`\n^"),
    ];
    for (query, expected) in cases {
        assert_eq!(outcome(query, "null"), format!("compile: {expected}"), "{query}");
    }
    let digits = format!("a[{}]", "9".repeat(5000));
    let expected = "compile: Exceeds the limit (4300 digits) for integer string conversion: value has 5000 digits; \
                    use sys.set_int_max_str_digits() to increase the limit";
    assert_eq!(outcome(&digits, "null"), expected);
}

#[test]
fn nodes_are_shared_where_python_yields_the_same_object() {
    let document = "{\"a\": [1, [2]], \"m\": {\"x\": []}}";
    let same = |query: &str| {
        let Value::List(items) = search(query, document).unwrap() else { panic!("{query} yields no list") };
        match (&items[0], &items[1]) {
            (Value::List(one), Value::List(two)) => Rc::ptr_eq(one, two),
            (Value::Map(one), Value::Map(two)) => Rc::ptr_eq(one, two),
            _ => false,
        }
    };
    for query in [
        "[@, @]",
        "[a, a]",
        "[a[1], a[-1]]",
        "[m.x, m.*|[0]]",
        "[a, not_null(nope, a)]",
        "[a, to_array(a)]",
        "[m.x, sort_by(m.x, &@)]",
        "[a[1], max_by([a[1]], &length(@))]",
        "[[a] | [0], [a][0]]",
        "@.*[] | [[1], [1]]",
        "map(&`[]`, `[1, 2]`)",
        "[m, merge({m: m}).m]",
    ] {
        assert!(same(query), "{query} yields two nodes");
    }
    for query in [
        "[a[:], a]",
        "[a[], a]",
        "[a[*], a]",
        "[reverse(a), a]",
        "[[a], [a]]",
        "[{x: a}, {x: a}]",
        "[`[]`, `[]`]",
        "[m, merge(m)]",
    ] {
        assert!(!same(query), "{query} yields one node");
    }
}

/// The greatest number of repetitions that works.
#[test]
fn nesting_is_bounded() {
    let cases = [
        (MAXIMUM_DEPTH - 1, "(", ")"),
        (MAXIMUM_DEPTH - 1, "!", ""),
        (MAXIMUM_DEPTH - 1, "to_array(", ")"),
        (MAXIMUM_DEPTH - 1, "[", "]"),
        (MAXIMUM_DEPTH, "", "[*]"),
        (MAXIMUM_DEPTH, "", "||a"),
        (MAXIMUM_DEPTH, "", "|a"),
        (MAXIMUM_DEPTH, "", "==a"),
        (MAXIMUM_DEPTH / 2, "", "[]"),
        ((MAXIMUM_DEPTH - 1) / 2, "map(&", ",`[1]`)"),
    ];
    for (most, open, close) in cases {
        let answer = |times: usize| outcome(&format!("{}a{}", open.repeat(times), close.repeat(times)), "null");
        assert!(!answer(most).contains("recursion"), "{open}a{close} {most} times");
        assert_eq!(answer(most + 1), TOO_DEEP, "{open}a{close} {most} times and one");
    }
}

#[test]
fn long_chains_do_not_nest() {
    assert_eq!(outcome(&vec!["a"; 30_000].join("."), "null"), "None");
    assert_eq!(outcome(&format!("a{}", "[0]".repeat(20_000)), "null"), "None");
    assert_eq!(outcome(&format!("[{}]|length(@)", vec!["a"; 20_000].join(",")), "{}"), "20000");
}

#[test]
fn what_a_query_builds_is_not_too_deep_to_drop() {
    assert_eq!(outcome(&format!("@{}", ".{a: @, b: @}".repeat(10_000)), "{}"), TOO_DEEP);
    let wrapped = format!("{}@{}", "[".repeat(200), "]".repeat(200));
    assert_eq!(outcome(&format!("{wrapped} | {wrapped}"), "{}"), TOO_DEEP);
    assert_eq!(outcome(&format!("@{} | length(@)", ".[@]".repeat(200)), "{}"), "1");
}

/// What could be evaluated on itself, or again with each step.
#[test]
fn only_an_expression_written_as_an_argument_is_evaluated() {
    let refused = "run: In function map(), an expression (&...) must be written as the argument itself";
    assert_eq!(outcome("[&map(@[0], [@])] | map(@[0], [@])", "{}"), refused);
    assert_eq!(outcome("[&@] | map([0], [@])", "{}"), refused);
}

#[test]
fn hostile_queries_end_with_an_error() {
    for piece in [
        "[", "(", "!", "&", "{a:", "a.", "a[", "[?", "abs(", "a||", "a&&", "a|", "*.", "[*].", "a==", "`[", "-", "'",
        "\"",
    ] {
        let query = piece.repeat(100_000);
        assert!(Expression::compile(&query).is_err(), "{piece}");
        // A long chain compiles, and nothing else.
        assert_eq!(Expression::compile(&format!("{query}a")).is_ok(), piece == "a.", "{piece}");
    }
    let literal = |depth: usize| format!("`{}{}`", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(outcome(&literal(100_000), "null"), TOO_DEEP);
    assert_eq!(outcome(&literal(100_000).replace(']', ""), "null"), TOO_DEEP);
}

#[test]
fn what_would_fill_the_memory_is_refused() {
    let doubled = |start: &str, step: &str| format!("{start}{}", step.repeat(30));
    let shared = doubled("@", "|[@,@]");
    for query in [
        shared.clone(),
        format!("{shared}|to_string(@)"),
        format!("{shared}|abs(@)"),
        doubled("'x'", "|join('',[@,@])"),
        doubled("[`1`]", "|[@,@][]"),
        doubled("'\"'", "|to_string([@])"),
    ] {
        let error = Expression::compile(&query).unwrap().search(&Value::string("x")).unwrap_err();
        assert_eq!(error.to_string(), "What the query yields is larger than 64 MiB", "{query}");
    }
    let pairs = Expression::compile(&format!("{shared}|length(@)")).unwrap();
    assert_eq!(pairs.search(&Value::string("x")).unwrap().python_repr(), "2");
}
