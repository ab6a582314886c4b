//! Records in the tables, lists, labelled sections and questions of a page.

use super::columns::{self, Shape};
use super::draft::{self, Draft};
use super::page::{Cell, Content, Part};
use super::values::{self, one_line};
use std::ops::Range;
use trustbook_core::pattern::Pattern;
use trustbook_core::register::kinds;
use trustbook_core::register::period::Period;
use trustbook_core::register::types::read_duration;

/// Records that stand together on a page, and the bytes that state them.
#[derive(Debug)]
pub(super) struct Group {
    /// The records, all of one kind.
    pub(super) drafts: Vec<Draft>,
    /// The bytes of the page.
    pub(super) range: Range<usize>,
}

/// The most words of a name.
const LONGEST_NAME: usize = 8;

static SCHEME: Pattern = Pattern::new(
    r"(?i)^(SOC ?[123]|ISO(?:/IEC)? ?\d{4,5}(?:-\d+)?|ISAE \d{4}|PCI(?:[- ]DSS)?|CSA STAR|FedRAMP|HITRUST(?: CSF)?|TISAX|BSI C5|C5|Cyber Essentials(?: Plus)?|NEN ?7510|HDS|ENS)(?:[ :](20\d\d)|,? \(?(Type (?:I{1,2}|1|2))\)?)?\b[.:]?$",
);
static PLACED: Pattern = Pattern::new(r"(?i)[.;,]?\s*(?:location|country|region)s?:\s*([^:.]+?)\.?\s*$");
static STRICT: Pattern = Pattern::new(r"(?i)sub-? ?processor");
/// Matches the names of rights over personal data.
static RIGHT: Pattern = Pattern::new(
    r"(?i)^(?:the |your )?(?:right|know|access|rectif|correct|eras|delet|restrict|portab|object|withdraw|complain|opt|non-discrim|automated)",
);
/// Matches headings about what is done with subprocessors, not which they are.
static ABOUT: Pattern = Pattern::new(
    r"(?i)\b(?:chang|notif|notice|object|updat|engag|appoint|oblig|liab|selecti|requirement|vetting|how\b|your\b|contact)",
);
/// Matches the sentence before a list that says where all of it is.
static ALL_IN: Pattern =
    Pattern::new(r"(?i)\b(?:located|based|established|hosted|headquartered)(?: only)? in (?:the )?([^:.,]+):\s*$");

/// Matches titles of texts whose headings may be questions, and no answers of a review.
static POLICY: Pattern = Pattern::new(r"(?i)polic|privacy|cookie|terms|agreement|addendum|notice");

/// Finds the records of a page.
pub(super) fn find(text: &str, parts: &[Part]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        let drafts = match &part.content {
            Content::Table(head, rows) => table(head, rows, &part.above),
            Content::List(items) => list(items, &part.above).map(|mut drafts| {
                let before = at.checked_sub(1).and_then(|at| parts.get(at));
                drafts.iter_mut().for_each(|draft| all_in(draft, before));
                drafts
            }),
            Content::Pairs(terms) => pairs(terms, part.heading()),
            _ => None,
        };
        groups.extend(
            drafts.filter(|drafts| !drafts.is_empty()).map(|drafts| Group { drafts, range: part.range.clone() }),
        );
    }
    let free = |groups: &[Group], range: &Range<usize>| {
        groups.iter().all(|group| group.range.end <= range.start || range.end <= group.range.start)
    };
    for group in sections(parts).into_iter().chain(questions(text, parts)) {
        if free(&groups, &group.range) {
            groups.push(group);
        }
    }
    groups.sort_by_key(|group| group.range.start);
    groups
}

fn table(head: &[Cell], rows: &[Vec<Cell>], above: &[String]) -> Option<Vec<Draft>> {
    let labels: Vec<&str> = head.iter().map(|cell| cell.text.trim()).collect();
    let (shape, fields) = columns::find(&labels, above)?;
    let heading = above.last().map_or("", String::as_str);
    let is_empty = |row: &&Vec<Cell>| row.iter().any(|cell| !cell.text.trim().is_empty());
    let draft = |row: &Vec<Cell>| {
        let cells = row.iter().enumerate();
        let pairs: Vec<_> = cells
            .map(|(at, cell)| (fields.get(at).copied().flatten(), labels.get(at).copied().unwrap_or_default(), cell))
            .collect();
        draft::of(shape, &pairs, heading)
    };
    // Each row has to be a record: nothing of a table may be lost.
    rows.iter().filter(is_empty).map(draft).collect()
}

/// Sets the countries of a company that the sentence before its list gives for all.
fn all_in(draft: &mut Draft, before: Option<&Part>) {
    let Some(Part { content: Content::Paragraph(cell), .. }) = before else { return };
    let text = one_line(&cell.text);
    let named = ALL_IN.captures(&text).map(|found| Cell { text: found[1].to_owned(), ..Cell::default() });
    if let (Some(named), Some(countries)) = (named, draft.kind.field("countries"))
        && let values::Read { value: Some(value), rest: None } = values::read(countries, &named)
    {
        draft.set("countries", value);
    }
}

/// Returns the name at the beginning of an item, and the rest.
fn split(cell: &Cell) -> (String, String) {
    let text = one_line(&cell.text);
    let lead = cell.lead.as_deref().map(one_line).filter(|lead| !lead.is_empty() && text.starts_with(lead.as_str()));
    let at = lead.as_ref().map(String::len).or_else(|| {
        let ends = [": ", " – ", " — ", " - ", " ("].iter().filter_map(|mark| text.find(mark));
        ends.min()
    });
    let (name, rest) = text.split_at(at.unwrap_or(text.len()));
    let rest = rest.trim_start_matches([' ', ':', '-', '–', '—', ',', '.']);
    (name.trim_end_matches([':', ' ']).to_owned(), rest.to_owned())
}

fn list(items: &[Cell], above: &[String]) -> Option<Vec<Draft>> {
    let heading = above.last().map_or("", String::as_str);
    let is_list = |kind: &str| Shape::of(kind).is_some_and(|shape| shape.is_announced(heading));
    if items.is_empty() || items.iter().any(|item| item.is_rich) {
        return None;
    }
    let is_strict = |heading: &str| STRICT.is_match(heading) && !ABOUT.is_match(heading);
    // On a page about subprocessors, a list of links with words behind each is one of them under any heading.
    let is_linked = |item: &Cell| {
        let begins = item.lead.as_deref().is_some_and(|lead| item.text.starts_with(lead));
        !item.links.is_empty() && begins && !split(item).1.is_empty()
    };
    if is_strict(heading) || above.iter().any(|heading| is_strict(heading)) && items.iter().all(is_linked) {
        return items.iter().map(|item| company(item, heading)).collect();
    }
    if is_list("certification") {
        return items.iter().map(scheme).collect();
    }
    if is_list("retention") {
        return items.iter().map(|item| kept(&split(item), item)).collect();
    }
    // A list of rights may also be of the rights that a license gives.
    if is_list("right") && items.iter().all(|item| item.lead.as_deref().is_some_and(|lead| RIGHT.is_match(lead))) {
        return items.iter().map(|item| named(item, "right", "description")).collect();
    }
    if is_list("measure") {
        return items.iter().map(measure).collect();
    }
    None
}

fn company(item: &Cell, heading: &str) -> Option<Draft> {
    let (name, rest) = split(item);
    let is_name = name.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit())
        && name.split(' ').count() <= LONGEST_NAME
        && !name.ends_with('.');
    // A name alone is one only where it is marked as such.
    if !is_name || rest.is_empty() && item.lead.is_none() && name.split(' ').count() > 3 {
        return None;
    }
    let shape = Shape::of("subprocessor")?;
    let countries = kinds::find(shape.kind)?.field("countries")?;
    let cell = |text: &str| Cell { text: text.to_owned(), ..Cell::default() };
    let named = Cell { links: item.links.clone(), ..cell(&name) };
    let mut purpose = rest.clone();
    let mut place = None;
    // "Name (Ireland): purpose" and "Name: purpose (Ireland)"
    let inner = rest.find('(').zip(rest.find(')')).filter(|(open, close)| open < close);
    if let Some((open, close)) = inner {
        let words = cell(&rest[open + 1..close]);
        let read = values::read(countries, &words);
        if read.value.is_some() && read.rest.is_none() {
            purpose = one_line(&format!("{}{}", &rest[..open], &rest[close + 1..]));
            place = Some(words);
        }
    }
    let found = PLACED.captures(&purpose);
    let found = found.and_then(|captures| Some((captures.get(0)?.start(), cell(&captures[1]))));
    if let (None, Some((at, words))) = (&place, found) {
        let read = values::read(countries, &words);
        if read.value.is_some() && read.rest.is_none() {
            purpose.truncate(at);
            place = Some(words);
        }
    }
    let purpose = cell(purpose.trim_matches([' ', ':', ',', '-', '–', '—']));
    let mut pairs = vec![(Some("name"), "", &named), (Some("purpose"), "", &purpose)];
    pairs.extend(place.as_ref().map(|place| (Some("countries"), "", place)));
    draft::of(shape, &pairs, heading)
}

fn scheme(item: &Cell) -> Option<Draft> {
    let (name, rest) = split(item);
    let captures = SCHEME.captures(name.trim())?;
    let mut draft = Draft::new("certification")?;
    draft.set("scheme", captures.get(1)?.as_str().into());
    if let Some(edition) = captures.get(2) {
        draft.set("edition", edition.as_str().into());
    }
    if let Some(kind) = captures.get(3) {
        draft.set("report_type", kind.as_str().into());
    }
    if !rest.is_empty() {
        draft.notes.push(rest);
    }
    draft.checks.push("`status`: does the vendor hold it, and since when".to_owned());
    Some(draft)
}

fn kept((data, period): &(String, String), item: &Cell) -> Option<Draft> {
    let words = period.trim_end_matches('.').trim_start_matches("for ");
    let is_criteria = ["as long as", "until ", "for the duration", "for as long as"]
        .iter()
        .any(|begin| period.to_lowercase().starts_with(begin));
    if item.is_rich || data.is_empty() || !is_criteria && read_duration(words).is_none() && Period::read(words).is_err()
    {
        return None;
    }
    let mut draft = Draft::new("retention")?;
    draft.set("data", data.as_str().into());
    draft.set("period", words.into());
    Some(draft)
}

fn measure(item: &Cell) -> Option<Draft> {
    if item.lead.is_some() && !split(item).1.is_empty() {
        return named(item, "measure", "statement");
    }
    let mut draft = Draft::new("measure")?;
    draft.set("statement", one_line(&item.text).into());
    Some(draft)
}

/// Returns the record of an item that begins with its name, with the rest as a field.
fn named(item: &Cell, kind: &str, field: &'static str) -> Option<Draft> {
    let (name, rest) = split(item);
    let mut draft = Draft::new(kind)?;
    draft.set("name", name.trim_end_matches('.').into());
    if !rest.is_empty() {
        draft.set(field, rest.into());
    }
    Some(draft)
}

fn pairs(terms: &[(Cell, Cell)], heading: &str) -> Option<Vec<Draft>> {
    let is_retention = Shape::of("retention").is_some_and(|shape| shape.is_announced(heading));
    let kept = |(term, value): &(Cell, Cell)| kept(&(one_line(&term.text), one_line(&value.text)), value);
    if is_retention { terms.iter().map(kept).collect() } else { None }
}

/// Returns the labels of a part, each with its value: `**Purpose:** Sends e-mail`.
fn labels(part: &Part) -> Option<Vec<(String, Cell)>> {
    let label = |cell: &Cell| {
        let (label, rest) = split(cell);
        let text = one_line(&cell.text);
        let is_label = text[label.len()..].trim_start().starts_with(':')
            || cell.lead.as_deref().is_some_and(|lead| lead.ends_with(':'));
        (is_label && !rest.is_empty())
            .then(|| (label, Cell { text: rest, links: cell.links.clone(), ..Cell::default() }))
    };
    match &part.content {
        Content::List(items) => items.iter().map(label).collect(),
        Content::Pairs(terms) => {
            Some(terms.iter().map(|(term, value)| (one_line(&term.text), value.clone())).collect())
        }
        Content::Paragraph(cell) => {
            let lines = cell.text.split('\n').map(|line| Cell {
                text: line.to_owned(),
                links: cell.links.clone(),
                ..Cell::default()
            });
            lines.map(|line| label(&line)).collect()
        }
        Content::Table(head, rows) if head.len() == 2 => {
            let all = std::iter::once(head).chain(rows);
            let pair = |row: &Vec<Cell>| Some((one_line(&row.first()?.text), row.get(1)?.clone()));
            all.map(pair).collect()
        }
        _ => None,
    }
}

/// Returns the sections of a page: the index of each heading, and of the part after the section.
fn bodies(parts: &[Part]) -> Vec<(usize, usize)> {
    let level = |at: usize| match &parts[at].content {
        Content::Heading(level, ..) => Some(*level),
        _ => None,
    };
    let headings: Vec<usize> = (0..parts.len()).filter(|at| level(*at).is_some()).collect();
    let end = |at: usize| {
        let next = headings.iter().copied().find(|next| *next > at && level(*next) <= level(at));
        next.unwrap_or(parts.len())
    };
    headings.iter().map(|at| (*at, end(*at))).collect()
}

/// Finds companies and cookies that each have a heading, with labels below it.
fn sections(parts: &[Part]) -> Vec<Group> {
    let mut groups: Vec<(Group, &'static str, usize)> = Vec::new();
    for (at, end) in bodies(parts) {
        let Content::Heading(_, title, _) = &parts[at].content else { continue };
        let body = &parts[at + 1..end];
        let Some(above) = parts[at].above.last() else { continue };
        let Some(shape) =
            ["subprocessor", "cookie"].iter().filter_map(|kind| Shape::of(kind)).find(|it| it.is_announced(above))
        else {
            continue;
        };
        let read: Option<Vec<_>> = body.iter().map(labels).collect();
        let Some(read) = read.map(|read| read.concat()).filter(|read| !read.is_empty()) else { continue };
        let name = Cell { text: title.clone(), ..Cell::default() };
        let mut pairs: Vec<(Option<&'static str>, &str, &Cell)> = vec![(Some("name"), "", &name)];
        pairs.extend(
            read.iter()
                .map(|(label, cell)| (shape.field(label).filter(|field| *field != "name"), label.as_str(), cell)),
        );
        if pairs.iter().filter(|(field, ..)| field.is_some()).count() < 2 {
            continue;
        }
        let Some(draft) = draft::of(shape, &pairs, above) else { continue };
        let range = parts[at].range.start..body.last().map_or(parts[at].range.end, |part| part.range.end);
        match groups.last_mut() {
            Some((group, kind, next)) if *next == at && *kind == shape.kind => {
                group.drafts.push(draft);
                group.range.end = range.end;
                *next = end;
            }
            _ => groups.push((Group { drafts: vec![draft], range }, shape.kind, end)),
        }
    }
    groups.into_iter().map(|(group, ..)| group).filter(|group| group.drafts.len() > 1).collect()
}

/// Finds questions that are headings, with nothing but paragraphs below each.
fn questions(text: &str, parts: &[Part]) -> Vec<Group> {
    let mut groups: Vec<(Group, usize)> = Vec::new();
    for (at, end) in bodies(parts) {
        let Content::Heading(_, title, _) = &parts[at].content else { continue };
        let body = &parts[at + 1..end];
        let is_plain = |part: &Part| matches!(&part.content, Content::Paragraph(cell) if !cell.is_rich);
        let above = parts[at].above.join("\n");
        let is_policy = POLICY.is_match(&above) && !Shape::of("answer").is_some_and(|shape| shape.is_announced(&above));
        if !title.trim_end().ends_with('?') || is_policy || body.is_empty() || !body.iter().all(is_plain) {
            continue;
        }
        let range = body[0].range.start..body[body.len() - 1].range.end;
        let (Some(mut draft), Some(statement)) = (Draft::new("answer"), text.get(range.clone())) else { continue };
        draft.set("question", title.trim().into());
        draft.set("statement", statement.trim().into());
        let range = parts[at].range.start..range.end;
        match groups.last_mut() {
            Some((group, next)) if *next == at => {
                group.drafts.push(draft);
                group.range.end = range.end;
                *next = end;
            }
            _ => groups.push((Group { drafts: vec![draft], range }, end)),
        }
    }
    groups.into_iter().map(|(group, _)| group).filter(|group| group.drafts.len() > 1).collect()
}

#[cfg(test)]
mod tests {
    use super::super::page;
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let groups = find(text, &page::read(text));
        let line = |draft: &Draft| {
            let fields: Vec<String> =
                draft.fields.iter().map(|(name, value)| format!("{name}={}", draft::words(value))).collect();
            format!(
                "{}: {}{}",
                draft.kind.name,
                fields.join("; "),
                draft.notes.iter().map(|note| format!(" ({note})")).collect::<String>()
            )
        };
        groups.iter().flat_map(|group| group.drafts.iter().map(line)).collect()
    }

    #[test]
    fn tables_become_records_and_lose_no_cell() {
        let text = "## Sub-processors\n\n| Company | Service | Location | Since |\n| --- | --- | --- | --- |\n\
                    | [Example](https://example.com) | Mail | Ireland | 2021 |\n| Other, Inc. | Hosting | Ashburn, VA | |\n";
        assert_eq!(
            found(text),
            [
                "subprocessor: name=Example; url=https://example.com; purpose=Mail; countries=IE; status=active (Since: 2021)",
                "subprocessor: name=Other, Inc.; purpose=Hosting; status=active (Location: Ashburn, VA)",
            ]
        );
        assert_eq!(found("## Plans\n\n| Name | Price |\n| --- | --- |\n| A | 1 |\n"), [] as [&str; 0]);
    }

    #[test]
    fn lists_are_records_where_each_item_is_one() {
        let text = "## Subprocessors\n\n- **Example Mail** (Ireland): sends e-mail\n- Other Host - hosts data\n";
        assert_eq!(
            found(text),
            [
                "subprocessor: name=Example Mail; purpose=sends e-mail; countries=IE; status=active",
                "subprocessor: name=Other Host; purpose=hosts data; status=active",
            ]
        );
        assert_eq!(
            found("# Subprocessors\n\n## Cookies\n\n- [Example](https://x.example): mail. Location: Ireland\n"),
            ["subprocessor: name=Example; url=https://x.example; purpose=mail; countries=IE; status=active"]
        );
        assert_eq!(found("## Certifications\n\n- SOC 2 Type II\n- ISO 27001:2022\n").len(), 2);
        assert_eq!(found("## Certifications\n\n- SOC 2 Type II\n- We care about quality.\n"), [] as [&str; 0]);
        assert_eq!(found("## Data retention\n\n- Logs: 30 days\n- Accounts: as long as you use them\n").len(), 2);
        assert_eq!(found("## Subprocessors\n\n- we check each of them\n"), [] as [&str; 0]);
        assert_eq!(
            found("## Your rights\n\n- **Right to access.** You can see it.\n- **Erasure**: We delete it.\n"),
            [
                "right: name=Right to access; description=You can see it.",
                "right: name=Erasure; description=We delete it."
            ]
        );
        assert_eq!(found("## Rights\n\n- **Fork**: You can.\n"), [] as [&str; 0]);
        let text = "## Subprocessors\n\nThese companies are located in the United States:\n\n- [A](https://a.example). Hosting\n\n\
                    ## Changes to subprocessors\n\n1. **Update this page** at least 30 days before\n";
        assert_eq!(
            found(text),
            ["subprocessor: name=A; url=https://a.example; purpose=Hosting; status=active; countries=US"]
        );
    }

    #[test]
    fn headings_with_labels_and_questions_are_records() {
        let text = "## Subprocessors\n\n### Example\n\n- **Purpose:** Mail\n- **Location:** Ireland\n\n### Other\n\n**Purpose:** Hosting\n";
        assert_eq!(
            found(text),
            [
                "subprocessor: name=Example; purpose=Mail; countries=IE; status=active",
                "subprocessor: name=Other; purpose=Hosting; status=active",
            ]
        );
        let text = "## Is data encrypted?\n\nYes, *always*.\n\n## Where is it?\n\nHere.\n\n## Notes\n\nText.\n";
        assert_eq!(
            found(text),
            [
                "answer: question=Is data encrypted?; statement=Yes, *always*.",
                "answer: question=Where is it?; statement=Here."
            ]
        );
    }
}
