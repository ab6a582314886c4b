//! A browser that runs the steps while everything it does is recorded.

use super::devtools::{DevTools, Event};
use super::recorder::Recorder;
use super::steps::{Does, Input, VisitStep, shown};
use super::traffic::Traffic;
use crate::failure::Failure;
use crate::variables::{self, To};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use trustbook_core::config::security::Security;
use trustbook_core::observation::When;
use url::{Host, Url};

/// The time without network events after which a page counts as quiet.
const QUIET: Duration = Duration::from_millis(500);
/// The time to wait for a page that never becomes quiet.
const PATIENCE: Duration = Duration::from_secs(10);
/// The interval at which cookies are read while a page loads.
const POLL: Duration = Duration::from_millis(250);

/// A page under observation.
pub(super) struct Drive<'a> {
    tools: DevTools,
    recorder: Recorder,
    traffic: Traffic,
    security: &'a Security,
    /// The time to wait for a page or an element.
    time: Duration,
    /// The session of the page. The map has, for each session, the id of its target, and true if that is a page.
    page: String,
    sessions: BTreeMap<String, (String, bool)>,
    has_loaded: bool,
    /// The values of variables that were typed into pages.
    pub(super) secrets: Vec<String>,
}

impl<'a> Drive<'a> {
    /// Opens an empty page.
    ///
    /// # Errors
    /// Returns an error if the browser refuses a command.
    pub(super) fn new(tools: DevTools, security: &'a Security, time: Duration) -> Result<Self, Failure> {
        let mut drive = Drive {
            tools,
            recorder: Recorder::new(When::Before),
            traffic: Traffic::default(),
            security,
            time,
            page: String::new(),
            sessions: BTreeMap::new(),
            has_loaded: false,
            secrets: Vec::new(),
        };
        drive.tools.ask(None, "Browser.setDownloadBehavior", json!({ "behavior": "deny" }))?;
        let attach = json!({ "autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true });
        drive.tools.ask(None, "Target.setAutoAttach", attach)?;
        let target = drive.tools.ask(None, "Target.createTarget", json!({ "url": "about:blank" }))?;
        let target = target["targetId"].as_str().unwrap_or_default().to_owned();
        let until = Instant::now() + time;
        while Instant::now() < until {
            drive.look()?;
            if let Some((session, _)) = drive.sessions.iter().find(|(_, (id, _))| *id == target) {
                drive.page = session.clone();
                // The first address may open in a new process, and only settings that the page has confirmed
                // carry over to it.
                for part in ["Network.enable", "Page.enable", "DOMStorage.enable"] {
                    drive.page(part, json!({}))?;
                }
                return Ok(drive);
            }
        }
        Err(Failure::new("the browser opened no page").help("try again"))
    }

    /// Returns the name of the browser and its major version.
    ///
    /// # Errors
    /// Returns an error if the browser does not answer.
    pub(super) fn version(&mut self) -> Result<String, Failure> {
        let version = self.tools.ask(None, "Browser.getVersion", json!({}))?;
        let product = version["product"].as_str().unwrap_or_default().trim_start_matches("Headless");
        // The exact build is irrelevant to the observation.
        let (name, number) = product.split_once('/').unwrap_or((product, ""));
        Ok(format!("{name} {}", number.split('.').next().unwrap_or_default()).trim().to_owned())
    }

    /// Returns the recording, and the secret values that it must not contain.
    pub(super) fn finish(mut self) -> (Recorder, Vec<String>) {
        self.traffic.finish(&mut self.recorder);
        (self.recorder, self.secrets)
    }

    /// Runs a step, and waits until the page is quiet.
    ///
    /// # Errors
    /// Returns an error if the step fails: the reason as a phrase, with the state of the page.
    pub(super) fn take(&mut self, step: &VisitStep) -> Result<(), Failure> {
        if step.consent {
            self.recorder.phase = When::After;
        }
        let done = match &step.does {
            Does::Visit(url) => self.visit(url),
            Does::Click(selector) => self.click(selector),
            Does::Fill(selector, input) => self.fill(selector, input),
            Does::WaitFor(selector) => self.wait_for(selector),
            Does::Pause(time) => self.pause(*time),
        };
        done?;
        self.settle()
    }

    fn visit(&mut self, url: &Url) -> Result<(), Failure> {
        self.has_loaded = false;
        let went = self.page("Page.navigate", json!({ "url": url.as_str() }))?;
        if let Some(why) = went["errorText"].as_str() {
            let why = why.trim_start_matches("net::");
            return Err(Failure::new(format!("{} cannot be opened: {why}", shown(url)))
                .help("open it in your own browser; a server on this machine has to be running"));
        }
        let until = Instant::now() + self.time;
        // An error page may never finish loading. It is reported after all steps.
        while !self.has_loaded && self.recorder.error().is_none() {
            if Instant::now() > until {
                return Err(Failure::new(format!("{} was not loaded in {} s", shown(url), self.time.as_secs()))
                    .help("give it more time with --timeout"));
            }
            self.look()?;
        }
        Ok(())
    }

    fn click(&mut self, selector: &str) -> Result<(), Failure> {
        self.wait_for(selector)?;
        let script = format!(
            "(() => {{ const found = document.querySelector({}); found.scrollIntoView({{ block: 'center' }}); \
             const box = found.getBoundingClientRect(); const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]; \
             const top = document.elementFromPoint(x, y); \
             return [x, y, box.width * box.height > 0, found.contains(top) || (top?.contains(found) ?? false)]; }})()",
            quoted(selector)
        );
        let found = self.evaluate(&script)?;
        let (x, y) = (found[0].as_f64().unwrap_or_default(), found[1].as_f64().unwrap_or_default());
        if found[2] != json!(true) {
            return Err(Failure::new(format!("`{selector}` is on the page, but is not visible"))
                .help("name what a reader would click on"));
        }
        if found[3] != json!(true) {
            return Err(Failure::new(format!("something covers `{selector}`"))
                .help("first click what covers it, such as a banner"));
        }
        for kind in ["mousePressed", "mouseReleased"] {
            let event = json!({ "type": kind, "x": x, "y": y, "button": "left", "clickCount": 1 });
            self.page("Input.dispatchMouseEvent", event)?;
        }
        Ok(())
    }

    fn fill(&mut self, selector: &str, input: &Input) -> Result<(), Failure> {
        self.wait_for(selector)?;
        let text = match input {
            Input::Text(text) => text.clone(),
            Input::Variable(name) => {
                let value = self.variable(name)?;
                self.secrets.push(value.clone());
                value
            }
        };
        let script = format!(
            "(() => {{ const found = document.querySelector({}); found.focus(); found.select?.(); \
             return document.activeElement === found; }})()",
            quoted(selector)
        );
        if self.evaluate(&script)? != json!(true) {
            return Err(Failure::new(format!("nothing can be typed into `{selector}`")).help("name a field of a form"));
        }
        self.page("Input.insertText", json!({ "text": text }))?;
        Ok(())
    }

    /// Returns the value of a variable for the page that is open now. Links or redirects may have led to another page.
    fn variable(&mut self, name: &str) -> Result<String, Failure> {
        let at = self.evaluate("location.href")?;
        let url = at.as_str().and_then(|url| Url::parse(url).ok());
        let url = url.ok_or_else(|| Failure::new("there is no page to fill in"))?;
        let is_own = match url.host() {
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            name => name == Some(Host::Domain("localhost")),
        };
        if url.scheme() != "https" && !is_own {
            return Err(Failure::new(format!("it would type the variable `{name}` into a page without TLS"))
                .help("observe the page with https: without it a variable goes to this machine only"));
        }
        variables::value(name, self.security, To::Url(&url))
            .map_err(|failure| Failure::new(format!("it {}", failure.what())).helped_by(&failure))
    }

    fn wait_for(&mut self, selector: &str) -> Result<(), Failure> {
        let until = Instant::now() + self.time;
        let script = format!("document.querySelector({}) !== null", quoted(selector));
        loop {
            if self.evaluate(&script)? == json!(true) {
                return Ok(());
            }
            if Instant::now() > until {
                return Err(Failure::new(format!("nothing on the page is `{selector}`"))
                    .help("check the page with the developer tools of a browser; elements in frames are not found"));
            }
            self.pause(Duration::from_millis(100))?;
        }
    }

    fn pause(&mut self, time: Duration) -> Result<(), Failure> {
        let until = Instant::now() + time;
        while Instant::now() < until {
            self.look()?;
        }
        Ok(())
    }

    /// Waits until the network is quiet, for at most [`PATIENCE`]. Meanwhile it reads the cookies regularly.
    fn settle(&mut self) -> Result<(), Failure> {
        let started = Instant::now();
        let (mut quiet, mut polled) = (Instant::now(), Instant::now());
        while quiet.elapsed() < QUIET && started.elapsed() < PATIENCE {
            if self.look()? || !self.traffic.is_quiet() {
                quiet = Instant::now();
            }
            if polled.elapsed() > POLL {
                self.cookies()?;
                polled = Instant::now();
            }
        }
        self.cookies()
    }

    fn cookies(&mut self) -> Result<(), Failure> {
        let mut found = self.tools.ask(None, "Storage.getCookies", json!({}))?;
        self.recorder.cookies(&found["cookies"].take(), now());
        Ok(())
    }

    /// Returns the path and the title of the page, for a message.
    pub(super) fn on_page(&mut self) -> String {
        let found = self.evaluate("[location.href, document.title]").unwrap_or_default();
        let url = found[0].as_str().and_then(|url| Url::parse(url).ok());
        let title = found[1].as_str().unwrap_or_default();
        match url {
            Some(url) => format!("the page is {} with the title “{title}”", shown(&url)),
            None => "there is no page".to_owned(),
        }
    }

    fn evaluate(&mut self, script: &str) -> Result<Json, Failure> {
        let mut done = self.page("Runtime.evaluate", json!({ "expression": script, "returnByValue": true }))?;
        match done["exceptionDetails"]["exception"]["description"].as_str() {
            Some(why) if why.contains("SyntaxError") => {
                Err(Failure::new("it is not a CSS selector")
                    .help("write one such as `#agree` or `button[type=submit]`"))
            }
            Some(why) => Err(Failure::new(why.lines().next().unwrap_or_default().to_owned())),
            None => Ok(done["result"]["value"].take()),
        }
    }

    fn page(&mut self, method: &str, params: Json) -> Result<Json, Failure> {
        let session = self.page.clone();
        self.tools.ask(Some(&session), method, params)
    }

    /// Handles the next event. Returns true if it is a network event.
    fn look(&mut self) -> Result<bool, Failure> {
        let Some(event) = self.tools.next()? else { return Ok(false) };
        let is_network = event.method.starts_with("Network.");
        self.note(event)?;
        Ok(is_network)
    }

    fn note(&mut self, event: Event) -> Result<(), Failure> {
        let Event { session, method, params } = event;
        match method.as_str() {
            "Target.attachedToTarget" => self.attached(&params)?,
            "Page.loadEventFired" => self.has_loaded |= session.as_deref() == Some(&self.page),
            "Page.javascriptDialogOpening" => {
                // Accepting the question "leave this page?" continues the run. All other dialogs are refused.
                let is_leaving = params["type"] == json!("beforeunload");
                self.tools.send(session.as_deref(), "Page.handleJavaScriptDialog", json!({ "accept": is_leaving }))?;
            }
            "DOMStorage.domStorageItemAdded" | "DOMStorage.domStorageItemUpdated" => {
                let of = &params["storageId"];
                let origin = of["storageKey"].as_str().or(of["securityOrigin"].as_str()).unwrap_or_default();
                let is_local = of["isLocalStorage"].as_bool().unwrap_or_default();
                self.recorder.stored(origin, is_local, params["key"].as_str().unwrap_or_default());
            }
            network if network.starts_with("Network.") => {
                let is_main = self.is_main(session.as_deref(), &params);
                self.traffic.note(&mut self.recorder, network, &params, is_main, now());
            }
            _ => {}
        }
        Ok(())
    }

    /// Starts to observe a new page, frame or worker, which waits until then.
    fn attached(&mut self, params: &Json) -> Result<(), Failure> {
        let Some(session) = params["sessionId"].as_str() else { return Ok(()) };
        let id = params["targetInfo"]["targetId"].as_str().unwrap_or_default().to_owned();
        let is_page = params["targetInfo"]["type"] == json!("page");
        self.sessions.insert(session.to_owned(), (id, is_page));
        let attach = json!({ "autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true });
        for (method, params) in [
            ("Network.enable", json!({})),
            ("Page.enable", json!({})),
            ("DOMStorage.enable", json!({})),
            ("Target.setAutoAttach", attach),
            ("Runtime.runIfWaitingForDebugger", json!({})),
        ] {
            // Commands for pages and storage fail in a worker, which has neither.
            self.tools.send(Some(session), method, params)?;
        }
        Ok(())
    }

    /// Returns true if a request belongs to the page itself, not to one of its frames.
    fn is_main(&self, session: Option<&str>, params: &Json) -> bool {
        let of = session.and_then(|session| self.sessions.get(session));
        of.is_some_and(|(target, is_page)| *is_page && params["frameId"].as_str() == Some(target))
    }
}

/// Returns text as a JavaScript string literal.
fn quoted(text: &str) -> String {
    json!(text).to_string()
}

/// Returns the current time, in seconds since 1970.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or_default()
}
