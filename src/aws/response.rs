//! A successful answer as the AWS CLI shows it: the members that the service declares, dates in the chosen format.

use super::exchange::Answer;
use super::refusal;
use super::timestamp;
use super::zone::LocalZone;
use crate::error::Result;
use crate::host::Host;
use crate::settings::TimestampFormat;
use crate::value::{Map, Value};

/// The one member of the result of RedriveExecution.
pub(crate) const REDRIVE_DATE: &str = "redriveDate";

/// The result of RedriveExecution. Members that the service does not declare are dropped, and so is a null.
pub fn read(answer: &Answer, format: TimestampFormat, host: &Host) -> Result<Value> {
    let body = refusal::result(&answer.body)?;
    let mut result = Map::new();
    if let Some(date) = body.get(REDRIVE_DATE).filter(|date| !matches!(date, Value::Null)) {
        let date = match format {
            TimestampFormat::Wire => date.clone(),
            TimestampFormat::Iso8601 => Value::string(timestamp::iso8601(date, &LocalZone::from_host(host))?),
        };
        result.insert(REDRIVE_DATE.into(), date);
    }
    Ok(Value::map(result))
}
