// Waits for the next build, reloads the page, and shows what is wrong with the book.
(function () {
  "use strict";
  var link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = "/__trustbook/reload.css";
  document.head.append(link);

  function show(state) {
    var panel = document.getElementById("trustbook-report");
    if (panel) panel.remove();
    if (!state.report) return;
    panel = document.createElement("details");
    panel.id = "trustbook-report";
    panel.open = state.errors > 0;
    var summary = document.createElement("summary");
    summary.textContent = state.errors > 0 ? state.errors + " errors: this would not be published" : "Warnings";
    var text = document.createElement("pre");
    text.textContent = state.report;
    text.tabIndex = 0;
    panel.append(summary, text);
    document.body.append(panel);
  }

  async function wait(version) {
    for (;;) {
      try {
        var response = await fetch("/__trustbook/state?" + version, { cache: "no-store" });
        var state = await response.json();
        if (version !== 0 && state.version !== version) {
          location.reload();
          return;
        }
        if (version === 0) show(state);
        version = state.version;
      } catch (error) {
        await new Promise(function (resolve) { setTimeout(resolve, 1000); });
      }
    }
  }
  wait(0);
})();
