//! What the service answers, what a query makes of it, and what is printed.

use redrive_execution::aws::exchange::Response;
use redrive_execution::aws::{redrive_result, refusal};
use redrive_execution::error::Error;
use redrive_execution::host::Host;
use redrive_execution::jmespath::Expression;
use redrive_execution::settings::TimestampFormat;
use redrive_execution::value::Value;

use super::{every_format, shown};
use crate::fuzz::corpus::Corpus;
use crate::fuzz::random::Random;
use crate::fuzz::{mutate, values};

pub fn query(random: &mut Random, corpus: &Corpus) {
    let text = mutate::text(random, &corpus.queries);
    let Ok(expression) = Expression::compile(&text) else { return };
    let data = values::value(random, 4, &corpus.bodies);
    if let Ok(found) = expression.search(&data) {
        every_format(&found);
    }
    let body: &String = random.pick(&corpus.bodies);
    let body = Value::from_json(body).unwrap_or(Value::Null);
    let _ = expression.search(&body);
}

pub fn answer(random: &mut Random, corpus: &Corpus) {
    let status = *random.pick(&[200, 200, 204, 300, 301, 400, 403, 404, 413, 429, 500, 503, 599, 999, 100]);
    let body = mutate::bytes(random, &corpus.bodies);
    let query_error = random.once_in(4).then(|| mutate::text(random, &["InvalidArn;Sender".to_owned()]));
    let headers = query_error.map(|error| ("x-amzn-query-error".to_owned(), error)).into_iter().collect();
    let exhausted_retries = random.once_in(2).then_some(2);
    let response = Response { status, headers, body, exhausted_retries, ..Response::default() };
    let host = Host::fixed(&[]);
    for format in [TimestampFormat::Iso8601, TimestampFormat::Wire] {
        match redrive_result(&response, format, &host) {
            Ok(result) => every_format(&result),
            Err(error) => shown(error),
        }
    }
    match refusal::read(&response, "RedriveExecution") {
        Ok(refusal) => shown(Error::Service(Box::new(refusal))),
        Err(error) => shown(error),
    }
}

pub fn rendering(random: &mut Random, corpus: &Corpus) {
    every_format(&values::value(random, 5, &corpus.bodies));
}
