// The passage page: evidence is chosen in the text, roles and codes by a key. What is sent are characters (code points).
(function () {
  "use strict";
  var form, text, marks, at, to, begun, plain;
  var $ = function (id) { return document.getElementById(id); };
  function points(units) { return Array.from(plain.slice(0, units)).length; }
  function units(points) { return Array.from(plain).slice(0, points).join("").length; }

  function start() {
    form = $("decision");
    if (!form || form.dataset.ready) { return; }
    form.dataset.ready = "1";
    text = $("text"); plain = text.textContent; marks = []; at = -1; to = -1; begun = Date.now();
    var own = JSON.parse(form.dataset.own || "{}");
    clauses();
    if (own && own.role) {
      var radio = form.querySelector('#roles input[value="' + own.role + '"]');
      if (radio) { radio.checked = true; }
      marks = (own.codes || []).map(function (m) { return [m[0], units(m[1]), units(m[2])]; });
    }
    facet(); show();
  }

  function clauses() { // spans of a clause each, so that keys can walk along them
    var parts = plain.match(/[^，。；：！？、]+[，。；：！？、”’）]*|[，。；：！？、]+/g) || [plain], from = 0;
    text.textContent = "";
    parts.forEach(function (part) {
      var span = document.createElement("span");
      span.textContent = part; span.dataset.from = from; from += part.length; span.dataset.to = from;
      text.appendChild(span);
    });
  }

  function selected() { // start and end in UTF-16 units: the selection, the clauses walked to, or the whole passage
    var s = window.getSelection();
    if (s.rangeCount && !s.isCollapsed && text.contains(s.anchorNode) && text.contains(s.focusNode)) {
      var r = s.getRangeAt(0), before = document.createRange();
      before.setStart(text, 0); before.setEnd(r.startContainer, r.startOffset);
      var from = before.toString().length;
      return [from, from + r.toString().length];
    }
    var spans = text.children;
    if (at >= 0) { return [+spans[Math.min(at, to)].dataset.from, +spans[Math.max(at, to)].dataset.to]; }
    return [0, plain.length];
  }

  function toggle(code) {
    var held = marks.some(function (m) { return m[0] === code; });
    var fresh = !window.getSelection().isCollapsed || at >= 0;
    if (held && !fresh) { marks = marks.filter(function (m) { return m[0] !== code; }); }
    else {
      var s = selected();
      marks = marks.filter(function (m) { return m[0] !== code || m[1] !== s[0]; }).concat([[code, s[0], s[1]]]);
    }
    window.getSelection().removeAllRanges(); at = to = -1; show();
  }

  function role() { var r = form.querySelector("#roles input:checked"); return r ? r.value : ""; }

  function facet() {
    var any = false, now = role(), allowed = {};
    form.querySelectorAll(".code").forEach(function (row) {
      row.hidden = row.dataset.facet !== now;
      if (!row.hidden) { any = true; allowed[row.querySelector("button").dataset.code] = 1; }
    });
    $("facets").hidden = !any;
    marks = marks.filter(function (m) { return allowed[m[0]]; });
  }

  function show() {
    Array.prototype.forEach.call(text.children, function (span, i) {
      var from = +span.dataset.from, end = +span.dataset.to;
      span.className = (marks.some(function (m) { return m[1] < end && m[2] > from; }) ? "marked " : "") +
        (at >= 0 && i >= Math.min(at, to) && i <= Math.max(at, to) ? "at" : "");
    });
    form.querySelectorAll("[data-code]").forEach(function (b) {
      b.setAttribute("aria-pressed", marks.some(function (m) { return m[0] === b.dataset.code; }));
    });
    var list = $("marks"); list.textContent = "";
    marks.forEach(function (m, i) {
      var li = document.createElement("li"), b = form.querySelector('[data-code="' + m[0] + '"]'), x = document.createElement("button");
      li.textContent = b.lastChild.textContent.trim() + "：“" + plain.slice(m[1], m[2]) + "” ";
      x.type = "button"; x.textContent = "去掉"; x.dataset.drop = i; li.appendChild(x); list.appendChild(li);
    });
    form.elements.codes.value = JSON.stringify(marks.map(function (m) { return [m[0], points(m[1]), points(m[2])]; }));
    form.elements.seconds.value = ((Date.now() - begun) / 1000).toFixed(1);
  }

  function walk(step, more) {
    var last = text.children.length - 1;
    if (at < 0) { at = to = step > 0 ? 0 : last; }
    else if (more) { to = Math.max(0, Math.min(last, to + step)); }
    else { at = to = Math.max(0, Math.min(last, to + step)); }
    show();
  }

  function press(id) { var b = $(id); if (b) { b.click(); } }

  document.addEventListener("keydown", function (e) {
    if (!$("decision") || e.ctrlKey || e.metaKey || e.altKey || e.isComposing) { return; }
    var typing = e.target.name === "note";
    if (typing) {
      if (e.key === "Escape") { e.target.blur(); e.preventDefault(); }
      if (e.key === "Enter") { e.preventDefault(); press("send"); }
      return;
    }
    var acts = {
      Enter: function () { press("send"); }, s: function () { press("skip"); }, z: function () { press("undo"); },
      ArrowUp: function () { press("before"); }, ArrowDown: function () { press("after"); },
      ArrowLeft: function () { walk(-1, e.shiftKey); }, ArrowRight: function () { walk(1, e.shiftKey); },
      Escape: function () { at = to = -1; show(); }, n: function () { form.elements.note.focus(); },
      d: function () { form.elements.doubtful.checked = !form.elements.doubtful.checked; },
      x: function () { $("around").open = !$("around").open; }
    };
    var found = form.querySelector('#roles [data-key="' + e.key + '"]');
    var code = form.querySelector('.code:not([hidden]) [data-key="' + e.key.toLowerCase() + '"]');
    if (e.key === "Enter" && e.target.closest && e.target.closest("a, summary, [data-code], [data-drop], #skip, #undo")) { return; }
    if (found) { found.checked = true; facet(); show(); }
    else if (code) { toggle(code.dataset.code); }
    else if (acts[e.key]) { acts[e.key](); }
    else { return; }
    e.preventDefault();
  });
  document.addEventListener("mousedown", function (e) { // a tap on a code must not drop the selection
    if (e.target.closest("[data-code]")) { e.preventDefault(); }
  });
  document.addEventListener("click", function (e) {
    var b = e.target.closest("[data-code]"), x = e.target.closest("[data-drop]");
    if (b) { toggle(b.dataset.code); }
    if (x) { marks.splice(+x.dataset.drop, 1); show(); }
  });
  document.addEventListener("change", function (e) { if (e.target.name === "role") { facet(); show(); } });
  function told(html) { $("fault").innerHTML = html; $("fault").hidden = !html; }
  document.addEventListener("htmx:configRequest", function (e) { // the time up to the sending, not to the last key
    if (form && e.detail.parameters.has && e.detail.parameters.has("seconds")) { e.detail.parameters.set("seconds", ((Date.now() - begun) / 1000).toFixed(1)); }
  });
  document.addEventListener("htmx:responseError", function (e) { told(e.detail.xhr.status === 422 ? e.detail.xhr.responseText : "<p>核对台回答不了，这一条没有存下；稍后再提交一次。</p>"); });
  document.addEventListener("htmx:sendError", function () { told("<p>连不上核对台：它可能已经停了。这一条没有存下；重新运行 review，用新的地址打开。</p>"); });
  document.addEventListener("htmx:afterSwap", function () { told(""); start(); });
  if (document.readyState !== "loading") { start(); } else { document.addEventListener("DOMContentLoaded", start); }
})();
