//! Which of the numbers of a date is its year, its month, its day.

use super::characters::{are_digits, length};
use super::decimal::Decimal;
use super::error::Stop;
use super::whole::Whole;

/// The numbers of a date in their order, and what is known of them.
#[derive(Clone, Debug, Default)]
pub struct YearMonthDay {
    numbers: Vec<Whole>,
    year: Option<usize>,
    month: Option<usize>,
    has_century: bool,
}

/// The year, the month and the day of a date; none where the text does not tell.
pub type Resolved = (Option<Whole>, Option<Whole>, Option<Whole>);

impl YearMonthDay {
    /// How many numbers there are.
    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    /// Whether a year of two digits means that very year.
    pub fn has_century(&self) -> bool {
        self.has_century
    }

    /// Whether `value` could be the day, as far as month and year are known.
    pub fn could_be_day(&self, value: &Decimal) -> Result<bool, Stop> {
        let number = |index: Option<usize>| index.and_then(|index| self.numbers.get(index));
        let most = match number(self.month) {
            None => 31,
            Some(month) => {
                let is_leap = number(self.year).is_none_or(Whole::is_leap_year);
                days_in_month(month.value(), is_leap).ok_or(Stop::NoDate)?
            }
        };
        Ok(value.whole.value() >= 1 && !value.exceeds(most))
    }

    /// Adds the number of a month's name.
    pub fn add_month(&mut self, month: i64) -> Result<(), Stop> {
        self.numbers.push(Whole::from(month));
        put(&mut self.month, self.numbers.len() - 1)
    }

    /// Adds a token; one of more than two digits is the year.
    pub fn add_text(&mut self, token: &str) -> Result<(), Stop> {
        if are_digits(token) && length(token) > 2 {
            return self.add_year(token);
        }
        self.numbers.push(Whole::read(token)?);
        Ok(())
    }

    /// Adds a token that is the year.
    pub fn add_year(&mut self, token: &str) -> Result<(), Stop> {
        self.has_century |= are_digits(token) && length(token) > 2;
        self.numbers.push(Whole::read(token)?);
        put(&mut self.year, self.numbers.len() - 1)
    }

    /// Adds a number without its fraction; one of more than 100 is the year.
    pub fn add_number(&mut self, number: &Decimal) -> Result<(), Stop> {
        self.numbers.push(number.whole.clone());
        if number.exceeds(100) {
            self.has_century = true;
            put(&mut self.year, self.numbers.len() - 1)?;
        }
        Ok(())
    }

    /// Tells the numbers apart.
    ///
    /// # Errors
    /// More than three.
    pub fn resolved(self) -> Result<Resolved, Stop> {
        let (year_at, month_at) = (self.year, self.month);
        let mut numbers = self.numbers.into_iter();
        match (numbers.next(), numbers.next(), numbers.next(), numbers.next()) {
            (None, ..) => Ok((None, None, None)),
            (Some(one), None, ..) => Ok(match (year_at, month_at) {
                (Some(_), _) => (Some(one), None, None),
                (None, Some(_)) => (None, Some(one), None),
                (None, None) => year_or_day(one, None),
            }),
            (Some(one), Some(two), None, _) => Ok(of_two(one, two, year_at, month_at)),
            (Some(one), Some(two), Some(three), None) => Ok(of_three([one, two, three], year_at, month_at)),
            (Some(_), Some(_), Some(_), Some(_)) => Err(Stop::NoDate),
        }
    }
}

/// The days of a month; none where there is no such month.
pub fn days_in_month(month: i64, is_leap_year: bool) -> Option<i64> {
    match month {
        4 | 6 | 9 | 11 => Some(30),
        2 => Some(28 + i64::from(is_leap_year)),
        1..=12 => Some(31),
        _ => None,
    }
}

fn put(place: &mut Option<usize>, index: usize) -> Result<(), Stop> {
    match place.replace(index) {
        None => Ok(()),
        Some(_) => Err(Stop::NoDate),
    }
}

fn year_or_day(number: Whole, month: Option<Whole>) -> Resolved {
    if is_year(&number) { (Some(number), month, None) } else { (None, month, Some(number)) }
}

/// What no day of a month is.
fn is_year(number: &Whole) -> bool {
    number.value() > 31
}

fn of_two(one: Whole, two: Whole, year_at: Option<usize>, month_at: Option<usize>) -> Resolved {
    match (year_at, month_at) {
        (Some(0), Some(_)) => (Some(one), Some(two), None),
        (Some(_), Some(_)) => (Some(two), Some(one), None),
        (None, Some(0)) => year_or_day(two, Some(one)),
        (None, Some(_)) => year_or_day(one, Some(two)),
        (_, None) if is_year(&one) => (Some(one), Some(two), None),
        (_, None) if is_year(&two) => (Some(two), Some(one), None),
        (_, None) => (None, Some(one), Some(two)),
    }
}

fn of_three([one, two, three]: [Whole; 3], year_at: Option<usize>, month_at: Option<usize>) -> Resolved {
    let order = match (year_at, month_at) {
        // Year and month are known, so the day is.
        (Some(year), Some(month)) => match (year, month) {
            (0, 1) => Order::YearMonthDay,
            (0, _) => Order::YearDayMonth,
            (1, 0) => Order::MonthYearDay,
            (1, _) => Order::DayYearMonth,
            (_, 0) => Order::MonthDayYear,
            _ => Order::DayMonthYear,
        },
        (None, Some(0)) if is_year(&two) => Order::MonthYearDay,
        (None, Some(0)) => Order::MonthDayYear,
        (None, Some(1)) if is_year(&one) => Order::YearMonthDay,
        // A year of two digits is mostly written last.
        (None, Some(1)) => Order::DayMonthYear,
        (None, Some(_)) if is_year(&two) => Order::DayYearMonth,
        (None, Some(_)) => Order::YearDayMonth,
        (year, None) if is_year(&one) || year == Some(0) => Order::YearMonthDay,
        (_, None) if one.value() > 12 => Order::DayMonthYear,
        (_, None) => Order::MonthDayYear,
    };
    let (year, month, day) = match order {
        Order::YearMonthDay => (one, two, three),
        Order::YearDayMonth => (one, three, two),
        Order::MonthYearDay => (two, one, three),
        Order::DayYearMonth => (two, three, one),
        Order::MonthDayYear => (three, one, two),
        Order::DayMonthYear => (three, two, one),
    };
    (Some(year), Some(month), Some(day))
}

#[derive(Clone, Copy)]
enum Order {
    YearMonthDay,
    YearDayMonth,
    MonthYearDay,
    DayYearMonth,
    MonthDayYear,
    DayMonthYear,
}
