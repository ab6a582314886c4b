// The switch between light and dark, the way to the search, the menu, long tables, and buttons that copy code.
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
  var words = document.body.dataset;

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

  // A chapter could hold an element with any id, name and attributes, but not the address of this script.
  var own = Object.getOwnPropertyDescriptor(Document.prototype, "currentScript").get.call(document).src;
  // The search opens at once, and its script is fetched when it is first opened.
  var search = document.getElementById("tb-search");
  var opener = document.querySelector(".search-open");
  var script = null;
  function open() {
    if (search.open) return;
    search.showModal();
    search.querySelector("input").select();
    if (script) return;
    script = document.createElement("script");
    script.src = new URL("search.js", own).href;
    script.addEventListener("error", function () {
      search.querySelector("[role=status]").textContent = search.dataset.failed;
      script = null;
    });
    document.head.append(script);
  }
  if (search && opener && search.showModal && window.fetch) {
    opener.hidden = false;
    document.querySelector(".a-z-link").hidden = true;
    opener.addEventListener("click", open);
    search.addEventListener("click", function (event) {
      // Beside the dialog, its button, or a place on this page, for which nothing is loaded.
      if (event.target === search || event.target.closest("a, .search-close")) search.close();
    });
    document.addEventListener("keydown", function (event) {
      var isK = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
      if (search.open || event.defaultPrevented || !isK) return;
      event.preventDefault();
      open();
    });
  }

  // Bring the current page into view where the menu scrolls by itself.
  var nav = document.querySelector(".site-nav");
  var current = nav && nav.querySelector("[aria-current]");
  function reveal() {
    if (!current) return;
    var place = current.getBoundingClientRect();
    var frame = nav.getBoundingClientRect();
    if (place.top < frame.top || place.bottom > frame.bottom) {
      nav.scrollTop += place.top - frame.top - frame.height / 2;
    }
  }
  // On a narrow window the menu covers the page, so the page takes no focus meanwhile.
  function cover(is) {
    document.querySelectorAll(".skip, .site-header, main, .site-footer").forEach(function (part) { part.inert = is; });
  }
  if (nav) {
    reveal();
    nav.addEventListener("beforetoggle", function (event) {
      // The focus goes back to the button, so it has to be there again by then.
      if (event.newState === "closed") cover(false);
    });
    nav.addEventListener("toggle", function (event) {
      if (event.newState !== "open") return;
      cover(true);
      reveal();
      nav.querySelector(".nav-close").focus();
    });
    window.matchMedia("(min-width: 55rem)").addEventListener("change", function () {
      if (nav.matches(":popover-open")) nav.hidePopover();
    });
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

  // A long table can be filtered, and sorted by each column. A row is a body of the table, or a row of its one body.
  var LONG = 8;
  var collator = new Intl.Collator(root.lang, { numeric: true });
  function said(row, at) {
    var cell = (row.rows ? row.rows[0] : row).cells[at];
    if (!cell) return "";
    var time = cell.querySelector("time");
    return time ? time.dateTime : cell.textContent.trim();
  }
  document.querySelectorAll(".tb-block:not(.tb-fields) .table-scroll > table").forEach(function (table) {
    var bodies = Array.from(table.tBodies);
    // A block of the book's own may have a table without rows or without a caption.
    if (!bodies.length) return;
    var rows = bodies.length > 1 ? bodies : Array.from(bodies[0].rows);
    var heads = table.tHead ? Array.from(table.tHead.rows[0].cells) : [];
    if (rows.length < LONG || !words.filter) return;
    heads.forEach(function (head, at) {
      if (!head.textContent.trim()) return;
      var button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.append.apply(button, head.childNodes);
      head.append(button);
      button.addEventListener("click", function () {
        var sign = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
        heads.forEach(function (other) { other.removeAttribute("aria-sort"); });
        head.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
        rows.sort(function (a, b) { return sign * collator.compare(said(a, at), said(b, at)); });
        rows.forEach(function (row) { row.parentNode.append(row); });
      });
    });
    var input = document.createElement("input");
    var status = document.createElement("span");
    input.type = "search";
    input.className = "filter";
    input.placeholder = words.filter;
    input.setAttribute("aria-label", words.filter + (table.caption ? ": " + table.caption.textContent.trim() : ""));
    status.className = "vh";
    status.setAttribute("role", "status");
    table.parentNode.before(input, status);
    input.addEventListener("input", function () {
      var wanted = input.value.trim().toLowerCase(), count = 0;
      rows.forEach(function (row) {
        row.hidden = row.textContent.toLowerCase().indexOf(wanted) < 0;
        if (!row.hidden) count++;
      });
      status.textContent = words.filtered.replace("{}", count);
    });
  });

  // A link into what is folded unfolds it.
  function unfold() {
    var target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (var at = target; at; at = at.parentElement) {
      at.hidden = false;
      if (at.localName === "details") at.open = true;
    }
    if (target && target.closest("details")) target.scrollIntoView();
  }
  try { unfold(); } catch (e) { /* The address is no text. */ }
  window.addEventListener("hashchange", unfold);

  // A button on each block of code, where the browser lets a page write to the clipboard.
  var status = null;
  function copy(event) {
    var code = event.target.parentNode.querySelector("code");
    navigator.clipboard.writeText(code.innerText).then(function () {
      if (!status) {
        status = document.createElement("p");
        status.className = "vh";
        status.setAttribute("role", "status");
        document.body.append(status);
      }
      status.textContent = "";
      // A region that was empty when it came is read once it has text.
      setTimeout(function () { status.textContent = words.copied; }, 50);
      event.target.textContent = words.copied;
      setTimeout(function () { event.target.textContent = words.copy; }, 2000);
    }, function () { /* The reader refused. */ });
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
