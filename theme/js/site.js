// The switch between light and dark, the place in a long menu, and buttons that copy code.
// Nothing is stored before the switch is used; choosing what the system
// prefers anyway removes what was stored.
(function () {
  "use strict";
  var KEY = "trustbook-appearance";
  var root = document.documentElement;
  var system = window.matchMedia("(prefers-color-scheme: dark)");
  // The book can ask for one appearance.
  var asked = root.getAttribute("data-appearance");
  var button = document.querySelector(".theme-switch");

  // Storage can be refused by the browser: the switch then lasts for the page.
  function stored() {
    try { return localStorage.getItem(KEY); } catch (e) { return null; }
  }
  function store(choice) {
    try {
      if (choice) localStorage.setItem(KEY, choice);
      else localStorage.removeItem(KEY);
    } catch (e) { /* see above */ }
  }

  function dark() {
    var choice = root.getAttribute("data-appearance");
    return choice ? choice === "dark" : system.matches;
  }
  function show(choice) {
    choice = choice || asked;
    if (choice === "dark" || choice === "light") root.setAttribute("data-appearance", choice);
    else root.removeAttribute("data-appearance");
    if (button) button.setAttribute("aria-pressed", String(dark()));
  }

  show(stored());

  if (button) {
    button.hidden = false;
    button.addEventListener("click", function () {
      var choice = dark() ? "light" : "dark";
      if (choice === (asked || (system.matches ? "dark" : "light"))) choice = null;
      store(choice);
      show(choice);
    });
    system.addEventListener("change", function () { show(stored()); });
    window.addEventListener("storage", function (event) {
      if (event.key === KEY) show(event.newValue);
    });
  }

  // Bring the current page into view where the menu scrolls by itself.
  var nav = document.querySelector(".site-nav");
  var current = nav && nav.querySelector("[aria-current]");
  function reveal() {
    var place = current.getBoundingClientRect();
    var frame = nav.getBoundingClientRect();
    if (place.top < frame.top || place.bottom > frame.bottom) {
      nav.scrollTop += place.top - frame.top - frame.height / 2;
    }
  }
  if (current) {
    reveal();
    nav.addEventListener("toggle", reveal);
  }

  // Only a table that scrolls is a stop of the keyboard and a region with a name.
  function regions() {
    document.querySelectorAll(".table-scroll").forEach(function (frame) {
      var scrolls = frame.scrollWidth > frame.clientWidth;
      var caption = frame.querySelector("caption");
      frame.toggleAttribute("tabindex", scrolls);
      if (scrolls && caption) {
        frame.tabIndex = 0;
        frame.setAttribute("role", "region");
        frame.setAttribute("aria-label", caption.textContent.trim());
      } else if (!scrolls) {
        frame.removeAttribute("role");
        frame.removeAttribute("aria-label");
      }
    });
  }
  regions();
  window.addEventListener("resize", regions);

  // A link into what is folded unfolds it.
  function unfold() {
    var target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (var at = target; at; at = at.parentElement) if (at.localName === "details") at.open = true;
    if (target && target.closest("details")) target.scrollIntoView();
  }
  try { unfold(); } catch (e) { /* The address is no text. */ }
  window.addEventListener("hashchange", unfold);

  // A button on each block of code, where the browser lets a page write to the clipboard.
  var words = document.body.dataset;
  var said = null;
  function copy(event) {
    var code = event.target.parentNode.querySelector("code");
    navigator.clipboard.writeText(code.innerText).then(function () {
      if (!said) {
        said = document.createElement("p");
        said.className = "vh";
        said.setAttribute("role", "status");
        document.body.append(said);
      }
      said.textContent = "";
      // A region that was empty when it came is read once it has text.
      setTimeout(function () { said.textContent = words.copied; }, 50);
      event.target.textContent = words.copied;
      setTimeout(function () { event.target.textContent = words.copy; }, 2000);
    }, function () { /* The reader said no. */ });
  }
  if (navigator.clipboard && words.copy) {
    document.querySelectorAll("article pre > code").forEach(function (code) {
      var button = document.createElement("button");
      button.type = "button";
      button.className = "copy";
      button.textContent = words.copy;
      button.setAttribute("aria-label", words.copyLabel);
      button.addEventListener("click", copy);
      code.parentNode.append(button);
    });
  }
})();
