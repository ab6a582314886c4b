//! A refresh that is killed, or runs beside another, leaves a lock that is wholly old or wholly new.

use super::{Book, http};
use crate::command::tree;
use crate::server::{Server, response};
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

/// Starts a server that returns a different version each time.
fn counting() -> Server {
    let count = AtomicUsize::new(0);
    Server::at("127.0.0.1", move |_, stream| {
        let body = format!("{{\"tag_name\": \"v{}\"}}", count.fetch_add(1, Ordering::SeqCst));
        let _ = stream.write_all(response("200 OK", &[], &body).as_bytes());
    })
}

#[test]
fn killed_at_any_moment_it_leaves_the_old_or_the_new_lock() {
    let server = counting();
    let book = Book::new(&["127.0.0.1"], &http(&server.url("/")));
    book.on(10, &["refresh"]).ok();
    for pause in 0..40 {
        let mut child = book.command(&["refresh", "--now", "2026-01-11"]);
        let mut child = child.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        thread::sleep(Duration::from_micros(pause * 1500));
        let _ = child.kill();
        child.wait().unwrap();
        book.on(11, &["check"]).ok();
        assert!(book.value("product.version").is_some());
    }
    // The next refresh sweeps the files of the killed one.
    book.on(12, &["refresh"]).ok();
    let left: Vec<_> = tree(book.path()).into_keys().filter(|path| path.to_string_lossy().contains(".tmp")).collect();
    assert_eq!(left, Vec::<std::path::PathBuf>::new());
}

#[test]
fn two_at_once_wait_for_each_other() {
    let server = counting();
    let book = Arc::new(Book::new(&["127.0.0.1"], &http(&server.url("/"))));
    book.on(10, &["refresh"]).ok();
    let threads: Vec<_> = (0..6)
        .map(|_| {
            let book = Arc::clone(&book);
            thread::spawn(move || drop(book.on(11, &["refresh"]).ok()))
        })
        .collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    book.on(11, &["check"]).ok();
    assert_eq!(server.asked().len(), 7);
    assert_eq!(book.value("product.version").as_deref(), Some("\"v6\""), "the last one built upon the one before");
}

#[test]
fn a_lock_that_can_not_be_written_stays_as_it_is() {
    let server = counting();
    let book = Book::new(&["127.0.0.1"], &http(&server.url("/")));
    book.on(10, &["refresh"]).ok();
    let before = book.lock();
    // A folder replaces the lock.
    std::fs::remove_file(book.path().join("facts/facts.lock")).unwrap();
    std::fs::create_dir(book.path().join("facts/facts.lock")).unwrap();
    let said = book.on(11, &["refresh"]);
    assert_eq!(said.code(), Some(3), "{}", said.all());
    assert!(said.all().contains("help: "), "{}", said.all());
    std::fs::remove_dir(book.path().join("facts/facts.lock")).unwrap();
    std::fs::write(book.path().join("facts/facts.lock"), &before).unwrap();
    // A limit on the size of files simulates a full disk.
    let mut child = std::process::Command::new("sh");
    let own = book.command(&["refresh", "--now", "2026-01-11"]);
    child.arg("-c").arg("ulimit -f 0; trap '' XFSZ; exec \"$0\" refresh --now 2026-01-11").arg(own.get_program());
    let output = child.current_dir(book.path()).output().unwrap();
    let said = super::Said(output);
    assert_eq!(said.code(), Some(3), "{}", said.all());
    assert!(said.all().contains("writing "), "{}", said.all());
    assert_eq!(book.lock(), before);
}
