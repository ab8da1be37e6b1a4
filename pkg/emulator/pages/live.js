// Shows requests as they arrive, newest first. Values from requests are inserted as
// text, never as HTML. The page holds the texts for people.
(function () {
  "use strict";
  var most = 500; // maximal number of rows; the oldest are removed
  var admin = document.body.getAttribute("data-admin");
  var list = document.getElementById("list");
  var only = document.getElementById("profile");
  var wrong = document.getElementById("wrong");
  var texts = document.getElementById("texts").content.firstElementChild.dataset;
  var last = 0; // number of the latest request

  function el(tag, text, name) {
    var e = document.createElement(tag);
    if (text !== undefined && text !== "") e.textContent = text;
    if (name) e.className = name;
    return e;
  }

  function fill(text, value) { return text.replace("%s", value); }

  // One request.

  function row(record) {
    var item = document.getElementById("row").content.firstElementChild.cloneNode(true);
    var part = function (name) { return item.querySelector("." + name); };
    var bad = record.refusal || record.fault || record.status >= 400 || !record.status;
    item.record = record;
    item.value = record.id;
    item.classList.toggle("bad", !!bad);
    item.classList.toggle("noted", !bad && !!record.diagnosis);
    var at = new Date(record.time);
    item.querySelector("time").dateTime = record.time;
    item.querySelector("time").textContent = at.toLocaleTimeString("en-GB");
    part("status").textContent = record.status || texts.noanswer;
    part("method").textContent = record.method;
    part("path").textContent = record.path;
    var tags = part("tags");
    [record.step, record.user].forEach(function (tag) { if (tag) tags.append(el("span", tag, "tag")); });
    if (record.refusal) tags.append(el("span", texts.refused + ": " + (record.vendor_code ? record.vendor_code + " " : "") + record.refusal, "tag warn"));
    if (record.fault) tags.append(el("span", texts.fault + ": " + record.fault, "tag warn"));
    part("diagnosis").textContent = record.diagnosis;
    item.querySelector("details").addEventListener("toggle", function () {
      var inside = part("inside");
      if (!inside.firstChild) inside.append.apply(inside, details(record));
    });
    return item;
  }

  function details(record) {
    var out = [];
    if (record.diagnosis) {
      out.push(el("h3", texts.diagnosis));
      out.push(el("p", record.diagnosis, "said"));
    }
    if (record.problems && record.problems.length) {
      out.push(table([texts.member, texts.problem, texts.expected, texts.received], record.problems.map(function (p) {
        return [p.member, texts[p.kind] || p.kind, p.expected || "", p.received || ""];
      })));
    }
    var first = record.method + " " + record.target;
    return out.concat(message(texts.request, first, record.request),
      message(texts.response, (record.status || texts.noanswer) + " · " + fill(texts.took, record.took_ms), record.response));
  }

  function table(heads, rows) {
    var t = el("table"), head = t.createTHead().insertRow(), body = t.createTBody();
    heads.forEach(function (text) { var th = el("th", text); th.scope = "col"; head.append(th); });
    rows.forEach(function (cells) {
      var r = body.insertRow();
      cells.forEach(function (cell) { r.append(cell instanceof Node ? wrap(cell) : el("td", cell)); });
    });
    var box = el("div", "", "wide");
    box.tabIndex = 0;
    box.append(t);
    return box;
  }

  function wrap(node) { var td = el("td"); td.append(node); return td; }

  function message(title, first, m) {
    var lines = [first];
    Object.keys(m.headers).sort().forEach(function (name) {
      m.headers[name].forEach(function (value) { lines.push(name + ": " + value); });
    });
    var out = [el("h3", title), pre(lines.join("\n"), title + ", " + texts.headers)];
    out.push(m.body ? pre(pretty(m.body), title + ", " + texts.body) : el("p", texts.nobody, "soft"));
    if (m.cut && m.cut.length) out.push(el("p", texts.cut + ": " + m.cut.join(", "), "soft"));
    return out;
  }

  function pre(text, label) {
    var e = el("pre", text);
    e.tabIndex = 0;
    e.setAttribute("role", "region");
    e.setAttribute("aria-label", label);
    return e;
  }

  // pretty indents JSON, unless parsing would change it, for example numbers above
  // 2 to the 53rd.
  function pretty(text) {
    try {
      var value = JSON.parse(text);
      if (JSON.stringify(value) === text.replace(/\s*([{}[\],:])\s*/g, "$1").trim()) return JSON.stringify(value, null, 2);
    } catch (e) { /* not JSON: show it unchanged */ }
    return text;
  }

  // The list.

  function hidden(record) {
    return only.value && record.profile !== only.value || wrong.checked && !record.diagnosis;
  }

  function tell() {
    var shown = 0;
    [].forEach.call(list.children, function (item) {
      item.hidden = !!hidden(item.record);
      if (!item.hidden) shown++;
    });
    document.getElementById("empty").hidden = shown > 0;
    var count = document.getElementById("count");
    var text = shown === 1 ? count.dataset.one : fill(count.dataset.many, shown);
    if (count.textContent !== text) count.textContent = text;
  }

  function add(records) {
    records.forEach(function (record) {
      last = Math.max(last, record.id);
      list.prepend(row(record));
      while (list.children.length > most) list.lastElementChild.remove();
    });
    tell();
  }

  // The connection.

  function say(state) {
    var e = document.getElementById("connection");
    if (e.className !== "connection " + state) {
      e.className = "connection " + state;
      e.textContent = e.getAttribute("data-" + state);
    }
  }

  function json(path, options) {
    return fetch(admin + path, options).then(function (response) {
      if (!response.ok) throw new Error(path + ": " + response.status);
      return response.json();
    });
  }

  var waiting = [], soon = 0;

  function watch() {
    var source = new EventSource(admin + "events?since=" + last);
    source.onopen = function () { say("open"); };
    source.onmessage = function (event) { // events that arrive together are added together
      waiting.push(JSON.parse(event.data));
      if (!soon) soon = window.setTimeout(function () { soon = 0; add(waiting.splice(0)); }, 50);
    };
    source.onerror = function () {
      say("lost");
      source.close();
      window.setTimeout(watch, 2000);
    };
  }

  function begin() {
    say("opening");
    json("requests?limit=200").then(function (ledger) { add(ledger.requests); watch(); },
      function () { say("lost"); window.setTimeout(begin, 2000); });
  }

  // Profiles.

  function profile(p) {
    var box = el("details", "", "profile"), summary = el("summary");
    summary.append(el("strong", p.name), " ", el("span", p.title, "soft"));
    if ((p.steps || []).some(function (s) { return s.guess; })) summary.append(" ", el("span", texts.partly, "tag guess"));
    box.append(summary, el("p"));
    box.lastChild.append(el("code", p.base_url));
    box.append(table([texts.step, texts.address, texts.known], (p.steps || []).map(function (s) {
      var address = el("span"), known = el("span");
      address.append(el("span", s.method, "method"), " ", el("code", s.url));
      known.append(el("span", texts[s.source] || s.source, "tag " + s.source));
      if (s.guess) {
        if (s.source !== "guess") known.append(" ", el("span", texts.partly, "tag guess"));
        known.append(el("span", s.guess, "soft block"));
      }
      return [s.name, address, known];
    })));
    var inputs = el("dl");
    Object.keys(p.inputs || {}).sort().forEach(function (name) { inputs.append(el("dt", name), el("dd", p.inputs[name])); });
    if (inputs.firstChild) box.append(el("h3", texts.inputs), inputs);
    return box;
  }

  json("profiles").then(function (served) {
    served.profiles.forEach(function (p) {
      var option = el("option", p.name);
      option.value = p.name;
      only.append(option);
      document.getElementById("profiles").append(profile(p));
    });
  }, function () { /* the list of requests reports the lost connection */ });

  only.addEventListener("change", tell);
  wrong.addEventListener("change", tell);
  document.getElementById("clear").addEventListener("click", function () {
    json("requests", { method: "DELETE" }).then(function () { list.replaceChildren(); tell(); }, function () { say("lost"); });
  });
  begin();
})();
