//! `unless`: the setting on which a sentence depends, compared with the settings on which fields depend.

use super::ClaimSources;
use super::seen::{ClaimResult, Reason, Why};
use crate::register::Record;
use crate::register::value::Value;

/// The condition under which a sentence holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// The setting.
    pub setting: String,
    /// The value of the setting if nobody changes it.
    pub default: Option<String>,
    /// The value of the setting at each hosting option that the claim is limited to; one entry without a name if it has
    /// no limit.
    pub values: Vec<SettingAt>,
    /// The evidence for the default.
    pub evidence: Option<String>,
}

/// The value of a setting at one hosting option.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingAt {
    /// The name of the option for readers; `None` for all options.
    pub name: Option<String>,
    /// The value, if the vendor states it.
    pub value: Option<String>,
}

/// Returns the condition of a claim. A field that depends on a setting missing from the condition becomes a reason
/// against the claim.
pub(super) fn of(sources: &ClaimSources<'_>, record: &Record, seen: &mut ClaimResult) -> Option<Condition> {
    let condition = read(sources, record);
    if record.field("unless").is_some() && condition.is_none() {
        let reason = Reason::new(Why::Lacking, "its `unless` names no `setting`");
        seen.push(reason.help("write `unless = { setting = \"...\", default = \"...\" }`"));
    }
    for (when, reason) in std::mem::take(&mut seen.depends) {
        let is_named = condition.as_ref().is_some_and(|condition| names(&when, &condition.setting));
        if !is_named {
            seen.push(reason);
        }
    }
    if let Some(Condition { setting, default: Some(default), values, .. }) = &condition {
        let same = |value: &str| value.trim().eq_ignore_ascii_case(default.trim());
        for value in values.iter().filter_map(|option| option.value.as_deref()).filter(|value| !same(value)) {
            let what = format!("`{setting}` is {value} here, not {default}, so the sentence does not hold");
            let at = record.field("unless").map_or(record.span, |fact| fact.key_span);
            let reason = Reason::new(Why::Against, what).at(at, "its `unless` says so");
            seen.push(reason.help("say in the sentence what holds with this value"));
        }
    }
    condition
}

fn read(sources: &ClaimSources<'_>, record: &Record) -> Option<Condition> {
    let Some(Value::Table(entries)) = record.value("unless") else { return None };
    let text = |name: &str| entries.iter().find(|(key, _)| key == name).map(|(_, value)| value.text());
    let value = text("value");
    let named = sources.facts.shown_deployments(&record.common).map(|id| {
        let option = sources.facts.public_record("deployment", id);
        let name = option.map_or_else(|| id.to_owned(), Record::title);
        SettingAt { name: Some(name), value: value.clone() }
    });
    let mut values: Vec<SettingAt> = named.collect();
    if values.is_empty() {
        values.push(SettingAt { name: None, value });
    }
    Some(Condition { setting: text("setting")?, default: text("default"), values, evidence: text("evidence") })
}

/// Returns true if a text names a setting as a whole word: `a_b_c` does not name `a_b`.
pub(super) fn names(text: &str, setting: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    let is_whole = |at: usize| {
        let (before, after) = (&text[..at], &text[at + setting.len()..]);
        !before.ends_with(is_part) && !after.starts_with(is_part)
    };
    !setting.trim().is_empty() && text.match_indices(setting).any(|(at, _)| is_whole(at))
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn a_setting_is_named_as_a_whole_word() {
        assert!(names("store_prompts is on", "store_prompts") && names("`store_prompts`: true", "store_prompts"));
        assert!(names("logging of content is on", "logging of content"));
        assert!(!names("store_prompts_in_logs is on", "store_prompts") && !names("x", "") && !names("x", " "));
        assert!(!names("Store_prompts is on", "store_prompts"));
    }
}
