//! Progress display for people at a terminal.

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::time::Duration;
use trustbook_core::report::harmless;

/// The lines of all running tasks; empty without a terminal.
pub(crate) struct Progress(Option<MultiProgress>);

/// One line, which disappears when its task is done.
pub(crate) struct Line(Option<ProgressBar>);

impl Progress {
    pub(crate) fn new() -> Self {
        let is_seen = std::io::stderr().is_terminal() && std::env::var_os("CI").is_none() && !crate::output::is_quiet();
        Progress(is_seen.then(|| MultiProgress::with_draw_target(ProgressDrawTarget::stderr())))
    }

    /// Shows that a task is running.
    pub(crate) fn line(&self, what: &str) -> Line {
        self.shown("{spinner} {msg} {elapsed}", what, ProgressBar::new_spinner())
    }

    /// Shows a task with a count of `whole` parts.
    pub(crate) fn count(&self, whole: usize, what: &str) -> Line {
        self.shown("{spinner} {pos} of {len} {msg} {elapsed}", what, ProgressBar::new(whole as u64))
    }

    fn shown(&self, template: &str, what: &str, bar: ProgressBar) -> Line {
        Line(self.0.as_ref().map(|all| {
            let bar = all.add(bar);
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style);
            }
            bar.set_message(harmless(what));
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        }))
    }
}

impl Line {
    /// Counts one more part of the task as done.
    pub(crate) fn one_more(&self) {
        if let Some(bar) = &self.0 {
            bar.inc(1);
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
