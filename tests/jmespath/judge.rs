//! The crate `jmespath` as an independent judge: on the standard part of the language its answers and this program's agree.
//!
//! Left out is where the crate differs from the AWS CLI (which is why it is only a judge): the order of keys, floats that are
//! whole numbers, the average of nothing, literals without quotes, the order of strings by `<`, functions on expressions of mixed types.

use proptest::prelude::*;

use redrive_execution::jmespath::Expression;
use redrive_execution::value::Value;

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn both_engines_agree_on_the_standard_language(query in query(), document in document()) {
        prop_assume!(!writes_a_computed_number(&query));
        let ours = Expression::compile(&query)
            .map_err(|error| error.to_string())
            .and_then(|expression| expression.search(&Value::from_json(&document).unwrap()).map_err(|error| error.to_string()));
        let theirs = jmespath::compile(&query)
            .and_then(|expression| expression.search(jmespath::Variable::from_json(&document).unwrap()))
            .map(|found| Value::from_json(&found.to_string()).unwrap());
        match (&ours, &theirs) {
            (Ok(ours), Ok(theirs)) => {
                prop_assert!(ours.python_eq(theirs), "{query} on {document}: {ours:?}, the judge says {theirs:?}");
            }
            (Err(_), Err(_)) => {}
            _ => prop_assert!(false, "{query} on {document}: {ours:?}, the judge says {theirs:?}"),
        }
    }
}

/// Whether a number that a function yields is turned into text: the judge's are floats there (`0.0` for `0`).
fn writes_a_computed_number(query: &str) -> bool {
    let computes = ["abs(", "avg(", "ceil(", "floor(", "sum("].iter().any(|function| query.contains(function));
    computes && (query.contains("to_string(") || query.contains("join("))
}

/// JSON text: small integers, short strings, keys in their alphabetical order.
fn document() -> impl Strategy<Value = String> {
    let scalar = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|truth| truth.to_string()),
        (-9..10_i32).prop_map(|number| number.to_string()),
        "[a-d]{0,3}".prop_map(|text| format!("\"{text}\"")),
    ];
    scalar.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(|items| format!("[{}]", items.join(","))),
            prop::collection::btree_map("[a-d]", inner, 0..5).prop_map(|members| {
                let members: Vec<String> = members.iter().map(|(key, value)| format!("\"{key}\":{value}")).collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    })
}

fn query() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        4 => "[a-d]",
        1 => "\"[a-d]\"",
        2 => Just("@".to_owned()),
        1 => (-9..10_i32).prop_map(|number| format!("`{number}`")),
        1 => "'[a-d]{0,3}'",
        1 => Just("`[3, 1, 2]`".to_owned()),
        1 => Just("`[\"b\", \"a\"]`".to_owned()),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        let each = inner.clone();
        let bracket = prop_oneof![
            (-4..5_i32).prop_map(|index| format!("[{index}]")),
            (-4..5_i32, -4..5_i32).prop_map(|(start, stop)| format!("[{start}:{stop}]")),
            Just("[::-1]".to_owned()),
            Just("[*]".to_owned()),
            Just("[]".to_owned()),
            inner.clone().prop_map(|condition| format!("[?{condition}]")),
        ];
        prop_oneof![
            (inner.clone(), "[a-d]").prop_map(|(left, name)| format!("({left}).{name}")),
            (inner.clone(), bracket, prop::option::of("\\.[a-d]"))
                .prop_map(|(left, bracket, tail)| format!("({left}){bracket}{}", tail.unwrap_or_default())),
            (inner.clone(), prop::option::of("\\.[a-d]"))
                .prop_map(|(left, tail)| format!("({left}).*{}", tail.unwrap_or_default())),
            (inner.clone(), prop_oneof!["\\|\\|", "&&", "\\|", "==", "!="], each.clone())
                .prop_map(|(left, operator, right)| format!("({left}) {operator} ({right})")),
            (inner.clone(), prop_oneof!["<", "<=", ">", ">="])
                .prop_map(|(left, operator)| { format!("length(to_array({left})) {operator} `2`") }),
            inner.clone().prop_map(|operand| format!("avg([length(to_array({operand})), `2`])")),
            inner.clone().prop_map(|operand| format!("!({operand})")),
            (inner.clone(), each.clone()).prop_map(|(one, two)| format!("[{one}, {two}]")),
            (inner.clone(), each.clone()).prop_map(|(one, two)| format!("{{a: {one}, b: {two}}}")),
            (function(), inner.clone()).prop_map(|(name, argument)| format!("{name}({argument})")),
            (prop_oneof!["sort_by", "max_by", "min_by"], inner.clone(), "[a-d]")
                .prop_map(|(name, list, key)| format!("{name}({list}, &{key})")),
            (inner.clone(), "[a-d]").prop_map(|(list, key)| format!("map(&{key}, {list})")),
            (inner.clone(), "[a-d]").prop_map(|(subject, text)| format!("contains({subject}, '{text}')")),
            (prop_oneof!["not_null", "starts_with", "ends_with"], inner, each)
                .prop_map(|(name, one, two)| format!("{name}({one}, {two})")),
        ]
    })
}

fn function() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "length",
        "keys",
        "values",
        "type",
        "to_array",
        "to_string",
        "reverse",
        "sort",
        "max",
        "min",
        "abs",
        "ceil",
        "floor",
        "sum",
        "nosuch",
    ])
}
