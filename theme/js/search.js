// The search: a dialog over an index that is fetched at its first use and read here, in the browser.
// What is typed goes into no address, no request and no storage; the parts of the index that are fetched tell
// the site's own server no more than the first two letters of a word, and which pages may be shown.
(function () {
  "use strict";
  var dialog = document.getElementById("tb-search");
  var opener = document.querySelector(".search-open");
  if (!dialog || !opener || !dialog.showModal || !window.fetch) return;
  var input = dialog.querySelector("input");
  var status = dialog.querySelector("[role=status]");
  var list = dialog.querySelector("ol");
  var words = dialog.dataset;

  var LONGEST = 40, AROUND = 70;
  // The book can ask for fewer results or for more.
  var SHOWN = Math.min(Number(words.most) || 20, 100);
  // What a word weighs by where it stands: the bits of the index, from the lowest.
  var WEIGHTS = [1, 5, 12, 30, 2];
  var ALONE = /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u{20000}-\u{3ffff}]/u;
  var RUNS = new RegExp(ALONE.source + "|\\p{N}[\\p{N}\\p{M}]*|(?:(?!" + ALONE.source + "|\\p{N})[\\p{Alphabetic}\\p{M}])+", "gu");
  var LETTERS = { "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ς": "σ" };

  // The same as `words.rs` does.
  function bare(text) { return text.normalize("NFKD").replace(/\p{M}/gu, ""); }
  function fold(text) {
    return bare(bare(text).toLowerCase()).replace(/[ßæœøłđðþıς]/g, function (c) { return LETTERS[c]; });
  }
  function cut(word) {
    return Array.from(fold(word)).filter(function (c) { return /[\p{Alphabetic}\p{N}]/u.test(c); }).slice(0, LONGEST).join("");
  }
  // What is between two spaces is one term: it is found as one word, or by all of its parts.
  function terms(query) {
    return query.split(/\s+/).map(function (text) {
      var parts = (text.match(RUNS) || []).map(cut).filter(Boolean);
      return { parts: parts, whole: parts.join("").slice(0, LONGEST) };
    }).filter(function (term) { return term.parts.length; }).slice(0, 12);
  }

  // Files, each fetched once. One that fails is asked for again.
  var files = new Map();
  function load(name) {
    if (!files.has(name)) {
      var answer = fetch(words.root + "assets/search/" + name, { credentials: "omit", referrerPolicy: "no-referrer" });
      files.set(name, answer.then(function (found) {
        if (!found.ok) throw new Error(name);
        return found.json();
      }).catch(function (error) {
        files.delete(name);
        throw error;
      }));
    }
    return files.get(name);
  }
  function last(starts, key) {
    var low = 0, high = starts.length;
    while (high - low > 1) {
      var middle = (low + high) >> 1;
      if (starts[middle] <= key) low = middle; else high = middle;
    }
    return low;
  }
  function key(word) {
    return Array.from(word).slice(0, 2).map(function (c) { return c < "\ud7ff" ? c : "\ufffd"; }).join("");
  }

  // Whether two words differ by one letter: another, one more, one less, or two that changed places.
  function near(a, b) {
    if (Math.abs(a.length - b.length) > 1) return false;
    var at = 0, end = 0;
    while (at < a.length && a[at] === b[at]) at++;
    while (end < Math.min(a.length, b.length) - at && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
    var left = a.slice(at, a.length - end), right = b.slice(at, b.length - end);
    if (left.length < 2 && right.length < 2) return true;
    return left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0];
  }
  // How well a word of the index fits one that was typed, from 0 to 1.
  function fits(word, typed, isWhole) {
    if (word === typed) return 1;
    if (isWhole || typed.length < 2) return 0;
    if (word.startsWith(typed)) return 0.4 + 0.4 * typed.length / word.length;
    return 0;
  }
  function weigh(bits) {
    for (var sum = 0, at = 0; bits; bits >>= 1, at++) if (bits & 1) sum = Math.max(sum, WEIGHTS[at]);
    return sum;
  }
  // The sections that have a word, each with what it weighs there.
  function look(index, typed, fit) {
    var part = last(index.words, key(typed));
    return load(index.at + "/words-" + part + ".json").then(function (entries) {
      var found = new Map();
      entries.forEach(function (entry) {
        var much = fit(entry[0], typed);
        if (!much) return;
        var place = 0;
        entry[1].forEach(function (number) {
          place += number >>> 5;
          var weight = much * weigh(number & 31);
          if (weight > (found.get(place) || 0)) found.set(place, weight);
        });
      });
      return found;
    });
  }
  function typo(word, typed) { return word.length > 3 && near(word, typed) ? 0.3 : 0; }
  // One word with a typo: the letter may be one of the first two, by which the parts are made.
  function guess(index, typed) {
    if (typed.length < 4) return Promise.resolve(new Map());
    var begins = [typed, typed[1] + typed[0] + typed.slice(2), typed.slice(1), typed[0] + typed.slice(2)];
    var parts = new Map(begins.map(function (begin) { return [last(index.words, key(begin)), begin]; }));
    return Promise.all(Array.from(parts.values(), function (begin) {
      return look(index, begin, function (word) { return typo(word, typed); });
    })).then(function (all) { return all.reduce(join); });
  }
  function join(into, more) {
    more.forEach(function (weight, place) { into.set(place, Math.max(weight, into.get(place) || 0)); });
    return into;
  }
  function both(all) {
    var found = new Map();
    all[0].forEach(function (weight, place) {
      if (all.every(function (one) { return one.has(place); })) {
        found.set(place, all.reduce(function (sum, one) { return sum + one.get(place); }, 0) / all.length);
      }
    });
    return found;
  }
  function term(index, one) {
    var whole = look(index, one.whole, function (word, typed) { return fits(word, typed, false); });
    var parts = one.parts.length < 2 ? [] : one.parts.map(function (part, at) {
      return look(index, part, function (word, typed) { return fits(word, typed, at < one.parts.length - 1); });
    });
    return Promise.all([whole].concat(parts)).then(function (all) {
      var found = all.length > 1 ? join(all[0], both(all.slice(1))) : all[0];
      return found.size ? found : guess(index, one.whole);
    });
  }

  // The best sections: those with all words first. `isAll` says whether there are any such.
  function find(query) {
    return load("index.json").then(function (index) {
      var asked = terms(query);
      var wanted = asked.filter(function (one) { return one.parts.length > 1 || index.common.indexOf(one.whole) < 0; });
      return Promise.all((wanted.length ? wanted : asked).map(function (one) { return term(index, one); })).then(function (all) {
        var sum = new Map();
        all.forEach(function (found) {
          // A word that stands in few places says more.
          var rare = Math.log(1 + index.sections / (found.size || 1));
          found.forEach(function (weight, place) {
            var before = sum.get(place) || { place: place, count: 0, weight: 0 };
            before.count++;
            before.weight += weight * rare;
            sum.set(place, before);
          });
        });
        var ranked = Array.from(sum.values());
        var whole = ranked.filter(function (one) { return one.count === all.length; });
        var isAll = whole.length > 0;
        if (isAll) ranked = whole;
        ranked.sort(function (a, b) { return b.weight - a.weight || a.place - b.place; });
        return Promise.all(ranked.slice(0, SHOWN).map(function (one) { return text(index, one.place); })).then(function (shown) {
          return { shown: shown, count: ranked.length, isAll: isAll, asked: asked };
        });
      });
    });
  }
  function text(index, place) {
    var part = last(index.texts, place);
    return load(index.at + "/texts-" + part + ".json").then(function (pages) {
      var at = place - index.texts[part];
      for (var page = 0; at >= pages[page][2].length; page++) at -= pages[page][2].length;
      var section = pages[page][2][at];
      return { path: pages[page][0], page: pages[page][1], id: section[0], title: section[1], text: section[2] };
    });
  }

  // Where the words that were typed stand in a text, by its runs of letters.
  function marks(body, asked) {
    var found = [], run;
    RUNS.lastIndex = 0;
    while ((run = RUNS.exec(body))) {
      var word = cut(run[0]);
      var isMeant = asked.some(function (one) {
        return one.parts.concat(one.whole).some(function (typed) { return fits(word, typed, false) || typo(word, typed); });
      });
      if (isMeant) found.push([run.index, run.index + run[0].length]);
    }
    return found;
  }
  function marked(element, body, asked, most) {
    var found = marks(body, asked), at = 0, end = body.length;
    if (most && end > most) {
      at = found.length ? Math.max(0, found[0][0] - AROUND) : 0;
      if (at) at = body.indexOf(" ", at) + 1 || at;
      if (at + most < end) end = body.lastIndexOf(" ", at + most);
      if (end <= at) end = Math.min(at + most, body.length);
    }
    if (at) element.append("… ");
    found.forEach(function (range) {
      if (range[0] < at || range[1] > end) return;
      var mark = document.createElement("mark");
      mark.textContent = body.slice(range[0], range[1]);
      element.append(body.slice(at, range[0]), mark);
      at = range[1];
    });
    element.append(body.slice(at, end) + (end < body.length ? " …" : ""));
    return element;
  }
  function make(name, kind) {
    var element = document.createElement(name);
    element.className = kind;
    return element;
  }
  function item(one, asked) {
    var row = document.createElement("li"), link = document.createElement("a");
    var path = one.path.split("/").map(encodeURIComponent).join("/");
    link.href = words.root + path + (one.id ? "#" + encodeURIComponent(one.id) : "");
    marked(link.appendChild(make("span", "search-title")), one.title || one.page, asked);
    if (one.title) link.appendChild(make("span", "search-page")).textContent = one.page;
    if (one.text) marked(link.appendChild(make("span", "search-text")), one.text, asked, 180);
    row.append(link);
    return row;
  }
  // Who has gone on into the list already stays at the same result, or goes back to where it is typed.
  function show(rows) {
    var held = list.contains(document.activeElement) && document.activeElement.href;
    list.replaceChildren.apply(list, rows);
    if (!held) return;
    var same = Array.from(list.querySelectorAll("a")).find(function (link) { return link.href === held; });
    (same || input).focus();
  }
  function say(kind, count) { status.textContent = kind ? words[kind].replace("{}", count) : ""; }

  var turn = 0, timer = 0, answered = null;
  function search() {
    clearTimeout(timer);
    timer = 0;
    var mine = ++turn, query = input.value;
    if (!terms(query).length) {
      show([]);
      say(query.trim() ? "none" : "");
      // The first use brings the index, so that the first answer is there at once.
      return load("index.json").catch(function () { if (mine === turn) say("failed"); });
    }
    return find(query).then(function (found) {
      if (mine !== turn) return;
      show(found.shown.map(function (one) { return item(one, found.asked); }));
      var kind = !found.count ? "none" : !found.isAll ? "partly" : found.count === 1 ? "one" : found.count > SHOWN ? "first" : "many";
      say(kind, found.count);
    }).catch(function () {
      if (mine !== turn) return;
      show([]);
      say("failed");
    });
  }
  function open() {
    if (dialog.open) return;
    dialog.showModal();
    input.select();
    answered = search();
  }
  function close() { dialog.close(); }

  opener.hidden = false;
  document.querySelector(".a-z-link").hidden = true;
  opener.addEventListener("click", open);
  dialog.querySelector("button").addEventListener("click", close);
  dialog.addEventListener("click", function (event) {
    // Beside the dialog, or a place on this page, for which nothing is loaded.
    if (event.target === dialog || event.target.closest("a")) close();
  });
  input.addEventListener("input", function () {
    clearTimeout(timer);
    timer = setTimeout(function () { answered = search(); }, 80);
  });
  dialog.addEventListener("keydown", function (event) {
    var links = Array.from(list.querySelectorAll("a")), at = links.indexOf(document.activeElement);
    var step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && links.length) {
      event.preventDefault();
      (links[at + step] || (step < 0 ? input : links[at] || links[0])).focus();
    } else if (event.key === "Enter" && event.target === input && !event.isComposing) {
      event.preventDefault();
      if (timer) answered = search();
      // To the first answer to what stands there now.
      answered.then(function () {
        var first = list.querySelector("a");
        if (first && dialog.open) first.click();
      });
    }
  });
  document.addEventListener("keydown", function (event) {
    var isK = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
    if (dialog.open || event.defaultPrevented || !isK) return;
    event.preventDefault();
    open();
  });
})();
