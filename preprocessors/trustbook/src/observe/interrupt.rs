//! Handling of interrupts: the browser is ended before the command.

use crate::failure::Failure;
use std::sync::atomic::{AtomicBool, Ordering};

static ASKED: AtomicBool = AtomicBool::new(false);

/// Listens for Ctrl-C and the system's termination signal until the command ends.
///
/// # Errors
/// Returns an error if the system refuses.
pub(super) fn listen() -> Result<(), Failure> {
    let failed = |error: std::io::Error| Failure::new(format!("interrupts cannot be caught: {error}"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(failed)?;
    std::thread::Builder::new()
        .name("interrupt".to_owned())
        .spawn(move || {
            runtime.block_on(asked());
            ASKED.store(true, Ordering::Relaxed);
        })
        .map_err(failed)?;
    Ok(())
}

#[cfg(unix)]
async fn asked() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
        }
        Err(_) => {
            let _ = tokio::signal::ctrl_c().await;
        }
    }
}

#[cfg(not(unix))]
async fn asked() {
    let _ = tokio::signal::ctrl_c().await;
}

/// Checks for an interrupt.
///
/// # Errors
/// Returns an error if the command was interrupted.
pub(super) fn check() -> Result<(), Failure> {
    match ASKED.load(Ordering::Relaxed) {
        false => Ok(()),
        true => Err(Failure::new("it was interrupted, and nothing was written")),
    }
}
