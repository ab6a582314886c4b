//! Conditions that hold, that do not hold, and that are refused at the right place before they run.

use super::view::View;
use super::{ConditionFault, evaluate};
use crate::facts::Facts;
use crate::lock::Lock;
use crate::register;
use crate::span::SourceMap;
use crate::theme::words::Words;
use crate::world::MemoryWorld;
use cel::Value;
use jiff::civil::date;

const REGISTER: &str = r#"
[defaults]
stated = 2026-01-01
[vendor]
legal_name = "Exämple Ltd"
employees = 12
founded = 2020-02-03
secret = { value = "x", visibility = "internal" }
[[subprocessor]]
id = "us-cloud"
name = "Cloud"
purpose = "Runs servers"
data = ["user.contact.email"]
countries = ["US", "DE"]
status = "active"
[[subprocessor]]
id = "mail"
name = "Mail"
purpose = "Sends mail"
data = ["user.contact.email"]
countries = ["DE"]
status = "ended"
transfer = { mechanism = "none" }
"#;

fn with<T>(register: &str, look: impl FnOnce(&View<'_>) -> T) -> T {
    let today = date(2026, 1, 15);
    let mut world = MemoryWorld::new(today);
    world.insert("facts/all.toml", register);
    let register = register::read(&world, &mut SourceMap::default());
    assert_eq!(register.problems, []);
    let facts = Facts::resolve(register, &Lock::default(), &Words::default(), today);
    look(&View::of(&facts))
}

fn run(source: &str) -> Result<Value, ConditionFault> {
    with(REGISTER, |view| evaluate(source, view).map(|(value, _)| value))
}

#[test]
fn conditions_are_true_or_false() {
    for (source, expected) in [
        ("vendor.employees > 10", true),
        ("vendor.employees > 10 && vendor.founded < '2021-01-01'", true),
        ("vendor.legal_name == 'Exämple Ltd'", true),
        ("'US' in subprocessor['us-cloud'].countries", true),
        ("subprocessor.mail.status == 'active'", false),
        ("subprocessor.all(id, subprocessor[id].data.exists(item, item == 'user.contact.email'))", true),
        ("subprocessor.exists(id, 'FR' in subprocessor[id].countries)", false),
        ("size(subprocessor) == 2", true),
        ("subprocessor.mail.transfer.mechanism == 'none'", true),
        ("has(subprocessor.mail.transfer) ? true : false", true),
        ("has(subprocessor['us-cloud'].transfer)", false),
        ("!vendor.legal_name.startsWith('B')", true),
    ] {
        assert_eq!(run(source), Ok(Value::Bool(expected)), "{source}");
    }
}

#[test]
fn what_can_not_be_evaluated_is_told_at_its_place() {
    for (source, at, why) in [
        ("vendor.employes > 10", "vendor.employes", "did you mean `employees`?"),
        ("true || vendor.nobody == 1", "vendor.nobody", "`vendor` has no `nobody`"),
        ("vendor.secret == 'x'", "vendor.secret", "that is public"),
        ("nothing.at_all == 1", "nothing", "the register has no `nothing`"),
        ("vendor.legal_name == 'ä' && vendor.x == 1", "vendor.x", "`vendor` has no `x`"),
        ("vendor.employees.more == 1", "", "is a value"),
        ("subprocessor['us_cloud'].status == 'active'", "", "did you mean `us-cloud`?"),
        ("now() > 3", "", "no function `now`"),
        ("vendor.legal_name.matches('a+')", "", "no function `matches`"),
        ("true", "true", "names no fact"),
        ("1 == 1", "", "names no fact"),
        ("vendor.employees >", "", "not CEL"),
        ("vendor.employees > 'a'", "", "cannot be evaluated"),
        ("", "", "not CEL"),
        ("subprocessor.filter(id, id == 'x').all(id, false)", "", "nothing here"),
        ("vendor.employees == 12 ? vendor.x : 1", "vendor.x", "no `x`"),
        ("Type{a: vendor.employees} == 1", "", "cannot create objects"),
    ] {
        let (range, found) = run(source).unwrap_err();
        assert!(found.contains(why), "{source}: {found}");
        assert!(source.is_char_boundary(range.start) && source.is_char_boundary(range.end), "{source}: {range:?}");
        assert!(at.is_empty() || source[range.clone()].contains(at.rsplit('.').next().unwrap()), "{source}: {range:?}");
    }
}

#[test]
fn what_could_cost_too_much_is_refused() {
    let ones = vec!["1"; 120].join("+");
    let many = format!("vendor.employees > {ones}");
    assert_eq!(run(&many), Ok(Value::Bool(false)));
    let deep = ["(", "[", "!", "-", "!(", "{1:", "size(", "vendor.employees ? 1 : "];
    for open in deep {
        let text: String = open.repeat(900 / open.len());
        assert!(run(&text).is_err(), "{open}");
        assert!(run(&format!("{text}vendor.employees")).is_err(), "{open}");
    }
    for text in
        [".a".repeat(490), "a.".repeat(490), "1+".repeat(490), "a[".repeat(12), "1 in ".repeat(190), "a&&".repeat(330)]
    {
        assert!(run(&format!("vendor{text}")).is_err());
        assert!(run(&text).is_err());
    }
    assert!(run(&"x".repeat(1001)).unwrap_err().1.contains("longer"));
    let three = "subprocessor.all(a, subprocessor.all(b, subprocessor.all(c, a == c)))";
    assert!(run(three).unwrap_err().1.contains("more than 2 deep"));
    let list: Vec<String> = (0..3000).map(|at| format!("\"{at}\"")).collect();
    let large = format!("[defaults]\nstated = 2026-01-01\n[a]\nb = [{}]\n", list.join(", "));
    let twice = "a.b.all(x, a.b.all(y, x != y || x == y))";
    let found = with(&large, |view| evaluate(twice, view).map(|(value, _)| value));
    assert!(found.unwrap_err().1.contains("too large"));
    let once = with(&large, |view| evaluate("a.b.all(x, x != 'a')", view).map(|(value, _)| value));
    assert_eq!(once, Ok(Value::Bool(true)));
}
