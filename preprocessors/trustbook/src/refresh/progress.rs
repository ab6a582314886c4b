//! What a refresh is waiting for, while somebody looks on at a terminal.

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::time::Duration;
use trustbook_core::report::harmless;

/// The lines of what is under way; nothing where there is no terminal.
pub(super) struct Progress(Option<MultiProgress>);

/// One line, which goes away when its work is done.
pub(super) struct Line(Option<ProgressBar>);

impl Progress {
    pub(super) fn new() -> Self {
        let is_seen = std::io::stderr().is_terminal() && std::env::var_os("CI").is_none();
        Progress(is_seen.then(|| MultiProgress::with_draw_target(ProgressDrawTarget::stderr())))
    }

    /// Shows that something is under way.
    pub(super) fn line(&self, what: &str) -> Line {
        Line(self.0.as_ref().map(|all| {
            let bar = all.add(ProgressBar::new_spinner());
            if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {elapsed}") {
                bar.set_style(style);
            }
            bar.set_message(harmless(what));
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        }))
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
