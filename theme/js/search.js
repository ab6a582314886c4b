// The search: an index that is read here, in the browser. `site.js` fetches this script when the search is first opened.
// What is typed goes into no address, no request and no storage; the parts of the index that are fetched tell
// the site's own server no more than the first two letters of a word, and which pages may be shown.
(function () {
  "use strict";
  var dialog = document.getElementById("tb-search");
  var input = dialog.querySelector("input");
  var status = dialog.querySelector("[role=status]");
  var list = dialog.querySelector("ol");
  var words = dialog.dataset;
  // A chapter could hold an element with any id, name and attributes, but not the address of this script.
  var root = Object.getOwnPropertyDescriptor(Document.prototype, "currentScript").get.call(document).src.replace(/[^/]*\/[^/]*$/, "");

  var LONGEST = 40, AROUND = 70;
  // The book can ask for fewer results or for more.
  var SHOWN = Math.min(Number(words.most) || 20, 100);
  // What a word weighs by where it stands: the bits of the index, from the lowest.
  var WEIGHTS = [1, 5, 12, 50, 6];
  // The word is the whole title.
  var EXACT = 32;
  // The words that may be one name or one phrase together.
  var PHRASE = 6;
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
      var answer = fetch(root + "assets/search/" + (words.folder || "") + name, { credentials: "omit", referrerPolicy: "no-referrer" });
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

  // How many letters differ, up to three: another, one more, one less, or two that changed places.
  function slips(a, b) {
    if (Math.abs(a.length - b.length) > 2) return 3;
    var older = [], old = [], row = [];
    for (var j = 0; j <= b.length; j++) old[j] = j;
    for (var i = 1; i <= a.length; i++) {
      row = [i];
      for (j = 1; j <= b.length; j++) {
        row[j] = Math.min(old[j] + 1, row[j - 1] + 1, old[j - 1] + (a[i - 1] !== b[j - 1]));
        if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j], older[j - 2] + 1);
      }
      older = old;
      old = row;
    }
    return old[b.length];
  }
  // A word without the ending of a plural: `policies` and `policy`, `Maßnahmen` and `Maßnahme`.
  function stem(word) {
    var bare = word.replace(/y$/, "i").replace(/(?:es|en|e|n|s)$/, "");
    return bare.length > 2 ? bare : word;
  }
  function same(word, typed) { return word === typed ? 1 : stem(word) === stem(typed) ? 0.9 : 0; }
  // How well a word of the index fits one that was typed, from 0 to 1.
  function fits(word, typed) {
    return same(word, typed) || (typed.length > 1 && word.startsWith(typed) ? 0.4 + 0.4 * typed.length / word.length : 0);
  }
  function typo(word, typed) {
    if (word.length < 4 || typed.length < 4) return 0;
    var most = typed.length < 8 ? 1 : 2, count = slips(word, typed);
    if (count <= most) return count < 2 ? 0.3 : 0.2;
    // Another ending, or the beginning of a compound.
    for (var at = 0; at < typed.length && word[at] === typed[at]; at++);
    return at > 5 && at >= 0.6 * typed.length ? 0.1 : 0;
  }
  function weigh(bits, isExact) {
    // A title of a page or a section, or another name of it.
    if (isExact && bits & EXACT) return bits & 8 ? 80 : bits & 4 ? 45 : 30;
    for (var best = 0, at = 0; at < WEIGHTS.length; at++) if (bits >> at & 1) best = Math.max(best, WEIGHTS[at]);
    return best;
  }
  // The sections that have a word, each with what it weighs there. `isAll` says that nothing else was typed.
  function look(index, typed, fit, isAll) {
    var part = last(index.words, key(typed));
    return load(index.at + "/words-" + part + ".json").then(function (entries) {
      var found = new Map();
      entries.forEach(function (entry) {
        var much = fit(entry[0], typed);
        if (!much) return;
        var place = 0;
        entry[1].forEach(function (number) {
          place += number >>> 6;
          var weight = much * weigh(number & 63, isAll && much >= 0.9);
          if (weight > (found.get(place) || 0)) found.set(place, weight);
        });
      });
      return found;
    });
  }
  // A word with a typo: the letter may be one of the first two, by which the parts are made.
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
  // `us-west-1` is one word of the index, and `iso27001` two. Single letters and digits say too little by themselves.
  function term(index, one, isAll) {
    var parts = one.parts.length > 1 && one.parts.every(function (part) { return part.length > 1; }) ? one.parts : [];
    return Promise.all([look(index, one.whole, fits, isAll)].concat(parts.map(function (part, at) {
      return look(index, part, at < parts.length - 1 ? same : fits);
    }))).then(function (all) {
      var found = all.length > 1 ? join(all[0], both(all.slice(1))) : all[0];
      return found.size ? found : guess(index, one.whole);
    });
  }
  // What was typed, in words and in phrases that the index has as one: titles, and names for the same thing.
  function phrases(index, asked) {
    var said = asked.filter(function (one) { return one.parts.length > 1 || index.common.indexOf(one.whole) < 0; });
    if (!said.length) said = asked;
    function from(at, found) {
      if (at >= asked.length) return Promise.resolve(found);
      var most = Math.min(PHRASE, asked.length - at);
      return longest(most).then(function (phrase) {
        if (phrase) found.push(phrase);
        else if (said.indexOf(asked[at]) >= 0) found.push({ all: [asked[at]] });
        return from(at + (phrase ? phrase.all.length : 1), found);
      });
      function longest(count) {
        if (count < 2) return Promise.resolve(null);
        var all = asked.slice(at, at + count);
        var whole = all.map(function (one) { return one.whole; }).join("");
        var isAll = said.every(function (one) { return all.indexOf(one) >= 0; });
        return (whole.length > LONGEST ? Promise.resolve(new Map()) : look(index, whole, same, isAll)).then(function (places) {
          return places.size ? { all: all, places: places } : longest(count - 1);
        });
      }
    }
    return from(0, []);
  }
  function sections(index, phrase, isAll) {
    return Promise.all(phrase.all.map(function (one) { return term(index, one, isAll && !phrase.places); })).then(function (all) {
      var found = all.length > 1 ? both(all) : all[0];
      return phrase.places ? join(phrase.places, found) : found;
    });
  }

  // The best sections: those with all words, or else those that come close; `isAll` says which. `early` is given the
  // first one, for which fewer files are needed than for all.
  function find(query, early) {
    return load("index.json").then(function (index) {
      var asked = terms(query);
      return phrases(index, asked).then(function (wanted) {
        return Promise.all(wanted.map(function (one) { return sections(index, one, wanted.length === 1); }));
      }).then(function (all) {
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
        if (!isAll) ranked = ranked.filter(function (one) { return one.weight * 2 >= ranked[0].weight; });
        var best = ranked.slice(0, SHOWN).map(function (one) { return one.place; });
        var first = best.slice(0, 1).map(function (place) {
          return text(index, place).then(function (section) { early(section, asked); });
        });
        return Promise.all(first).then(function () {
          return Promise.all(best.map(function (place) { return text(index, place); }));
        }).then(function (shown) {
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
        return one.parts.concat(one.whole).some(function (typed) { return fits(word, typed) || typo(word, typed); });
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
    link.href = root + path + (one.id ? "#" + encodeURIComponent(one.id) : "");
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
  function say(kind, value) { status.textContent = kind ? words[kind].replace("{}", function () { return value; }) : ""; }

  var turn = 0, timer = 0, answered = null;
  function search() {
    clearTimeout(timer);
    timer = 0;
    var mine = ++turn, query = input.value.trim();
    if (!terms(query).length) {
      show([]);
      if (query) say("none", query); else say("");
      // The first use brings the index, so that the first answer is there at once.
      return load("index.json").catch(function () { if (mine === turn) say("failed"); });
    }
    var slow = setTimeout(function () { if (mine === turn) say("searching"); }, 200);
    return find(query, function (first, asked) {
      if (mine === turn && !list.children.length) show([item(first, asked)]);
    }).then(function (found) {
      clearTimeout(slow);
      if (mine !== turn) return;
      show(found.shown.map(function (one) { return item(one, found.asked); }));
      var kind = !found.count ? "none" : !found.isAll ? "partly" : found.count === 1 ? "one" : found.count > SHOWN ? "first" : "many";
      say(kind, found.count || query);
    }).catch(function () {
      clearTimeout(slow);
      if (mine !== turn) return;
      show([]);
      say("failed");
    });
  }

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
  answered = search();
})();
