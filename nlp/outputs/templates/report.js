(function () {
  "use strict";
  var data = JSON.parse(document.getElementById("data").textContent);
  var P = data.passages, D = data.documents, STEP = 30, limit = STEP, state = {}, back = null;
  var UNIT = { p: "段", d: "篇文档", s: "个独立来源", o: "个单位" };
  var WHOLE = 5; // passages: a unit with fewer is not asked for gaps
  var controls = ["t", "role", "code", "kind", "year", "form"], $ = function (id) { return document.getElementById(id); };
  var codeAt = {}, roleAt = {};
  data.codes.forEach(function (c, i) { codeAt[c[0]] = i; });
  data.roles.forEach(function (r, i) { roleAt[r[0]] = i; });
  function organ(d) { return D[d][2] || D[d][0]; }
  function has(p, code, doubtful) { return P[p][5].some(function (m) { return m[0] === code && (doubtful || m[3]); }); }
  function cited(d) { // 云江市财政局，2021年自查报告
    var title = "《" + d[1] + "》", row = d[0].indexOf("·") >= 0 ? "编号" + d[0].slice(d[0].indexOf("·") + 1) : "";
    var what = (d[4] ? d[4].slice(0, 4) + "年" : "") + (d[10] || (d[2] ? title + row : ""));
    return "（" + (d[2] || title + row) + (what ? "，" + what : "") + "）" + (d[2] && d[10] && d[1] ? title + row : "");
  }
  var sizeOf = {};
  P.forEach(function (p) { var o = organ(p[0]); sizeOf[o] = (sizeOf[o] || 0) + 1; });

  // A word is sought as everywhere else (nlp/search/fold.py): traditional characters, width, case, and blanks beside Han
  // or pinyin in brackets make no difference; what is marked is the text as it is written.
  var FOLDED = {}, HAN = /[\u4e00-\u9fff，。；：、“”]/, PINYIN = /[（(][a-zü\u00e0-\u01dc]{1,7}[）)]/g, f;
  for (f = 0; f < data.fold.length; f += 8) {
    FOLDED[String.fromCharCode(parseInt(data.fold.slice(f, f + 4), 16))] = String.fromCharCode(parseInt(data.fold.slice(f + 4, f + 8), 16));
  }
  function view(text) { // the folded copy without interruptions, and where each of its characters stands in the text
    var plain = "", gone = new Uint8Array(text.length), out = "", at = [], i, j, hit;
    for (i = 0; i < text.length; i++) { plain += FOLDED[text[i]] || text[i]; }
    for (i = 0; i < plain.length; i = j + 1) {
      for (j = i; j < plain.length && /\s/.test(plain[j]); j++) { /* to the end of the blanks */ }
      if (j > i && ((i && HAN.test(plain[i - 1])) || (j < plain.length && HAN.test(plain[j])))) { gone.fill(1, i, j); }
    }
    PINYIN.lastIndex = 0;
    while ((hit = PINYIN.exec(plain))) { gone.fill(1, hit.index, hit.index + hit[0].length); }
    for (i = 0; i < plain.length; i++) { if (!gone[i]) { out += plain[i]; at.push(i); } }
    var low = out.toLowerCase();
    if (low.length !== out.length) { low = Array.prototype.map.call(out, function (c) { var l = c.toLowerCase(); return l.length === 1 ? l : c; }).join(""); }
    return { text: low, at: at };
  }
  window.folded = function (text) { return view(text).text; };
  function viewOf(p) { return p.view || (p.view = view(p[3])); }
  function wordings(t) { return (t || "").split("|").map(function (w) { return view(w.trim()).text; }).filter(Boolean); }

  function together(codes, pool) { // passages of documents that have all codes, and carry one of them
    var held = {};
    pool.forEach(function (p) {
      P[p][5].forEach(function (m) { if (m[3] && codes.indexOf(m[0]) >= 0) { (held[P[p][0]] = held[P[p][0]] || {})[m[0]] = 1; } });
    });
    return pool.filter(function (p) {
      var h = held[P[p][0]];
      return h && Object.keys(h).length === codes.length && codes.some(function (c) { return has(p, c); });
    });
  }

  function select(q) {
    var only = q.set ? data.sets[q.set] || [] : P.map(function (_, i) { return i; });
    var words = wordings(q.t), any = !(q.t || "").trim();
    var pool = only.filter(function (i) {
      var p = P[i], d = D[p[0]];
      return (!q.role || (p[4] === roleAt[q.role] && (p[8] || q.doubtful))) && (!q.kind || d[3] === q.kind) && (!q.form || d[5] === q.form) &&
        (!q.year || (q.year === "无" ? !d[4] : d[4].slice(0, 4) === q.year)) && (!q.doc || d[0] === q.doc) &&
        (!q.from || d[4].slice(0, 4) >= q.from) && (!q.to || (d[4] && d[4].slice(0, 4) <= q.to)) &&
        (!q.copied || p[6]) && (!q.whole || sizeOf[organ(p[0])] >= WHOLE) &&
        (any || words.some(function (w) { return viewOf(p).text.indexOf(w) >= 0; }));
    });
    var codes = [q.code, q["with"], q.third].filter(Boolean).map(function (c) { return codeAt[c]; });
    if (codes.length === 1) { pool = pool.filter(function (i) { return has(i, codes[0], q.doubtful); }); }
    if (codes.length > 1) { pool = together(codes, pool); }
    return pool;
  }

  function counts(pool) {
    var d = {}, s = {}, o = {};
    pool.forEach(function (i) { var at = P[i][0]; d[at] = 1; s[D[at][7]] = 1; if (D[at][2]) { o[D[at][2]] = 1; } });
    return { p: pool.length, d: Object.keys(d).length, s: Object.keys(s).length, o: Object.keys(o).length };
  }

  function spread(pool) { // every document speaks once before any speaks twice
    if (state.doc) { return pool; }
    var turn = {}, at = pool.map(function (i) { var d = P[i][0]; turn[d] = (turn[d] || 0) + 1; return [turn[d], i]; });
    return at.sort(function (a, b) { return a[0] - b[0] || a[1] - b[1]; }).map(function (x) { return x[1]; });
  }

  function piece(parent, text, kind) {
    if (!text) { return; }
    if (kind) { var m = document.createElement("mark"); if (kind === 2) { m.className = "hit"; } m.textContent = text; parent.appendChild(m); }
    else { parent.appendChild(document.createTextNode(text)); }
  }

  function write(parent, p) {
    var text = p[3], kinds = new Uint8Array(text.length), words = wordings(state.t), at, i;
    p[5].forEach(function (m) { kinds.fill(1, m[1], m[2]); });
    words.forEach(function (w) {
      var v = viewOf(p);
      for (at = v.text.indexOf(w); at >= 0; at = v.text.indexOf(w, at + w.length)) { kinds.fill(2, v.at[at], v.at[at + w.length - 1] + 1); }
    });
    for (at = 0, i = 1; i <= text.length; i++) { if (i === text.length || kinds[i] !== kinds[at]) { piece(parent, text.slice(at, i), kinds[at]); at = i; } }
  }

  function tag(parent, text) { var s = document.createElement("span"); s.className = "tag"; s.textContent = text; parent.appendChild(s); }

  function card(i) {
    var p = P[i], d = D[p[0]], box = document.createElement("blockquote"), body = document.createElement("p"), foot = document.createElement("footer");
    box.className = "passage"; box.dataset.passage = d[0] + "#" + p[1]; body.style.margin = "0";
    write(body, p); box.appendChild(body);
    if (p[4] >= 0) { tag(foot, data.roles[p[4]][1]); }
    p[5].map(function (m) { return m[0]; }).filter(function (c, k, all) { return all.indexOf(c) === k; }).forEach(function (c) { tag(foot, data.codes[c][1]); });
    var section = data.sections[p[2]];
    foot.appendChild(document.createTextNode(cited(d) + (section ? "＞" + section : "") + "，第 " + p[1] + " 段" +
      [d[3], d[4], d[5]].filter(Boolean).map(function (x) { return " · " + x; }).join("") + (p[6] ? "（与更早的段落雷同）" : "")));
    if (p[7]) { foot.appendChild(document.createElement("br")); foot.appendChild(document.createTextNode("依据：" + p[7])); }
    var fix = document.createElement("a"); fix.className = "fix noprint"; fix.href = "#passages"; fix.textContent = "改"; fix.dataset.fix = box.dataset.passage;
    foot.appendChild(document.createTextNode(" ")); foot.appendChild(fix);
    box.appendChild(foot);
    return box;
  }

  function label() {
    var said = [];
    if (state.set) { said.push(state.set); }
    if (state.doc) { said.push("文档 " + state.doc); }
    if (state["with"]) { said.push("同一篇里还有 " + [state["with"], state.third].filter(Boolean).map(function (c) { return data.codes[codeAt[c]][1]; }).join("、")); }
    if (state.from || state.to) { said.push((state.from || "") + "–" + (state.to || "") + " 年"); }
    if (state.copied) { said.push("与更早的段落雷同"); }
    if (state.whole) { said.push("只看有 " + WHOLE + " 段以上材料的单位"); }
    return said;
  }

  function show() {
    var pool = select(state), n = counts(pool), list = $("list"), said = label();
    $("found").textContent = "找到 " + n.p + " 段，见于 " + n.d + " 篇文档、" + n.s + " 个独立来源、" + n.o + " 个单位";
    ["p", "d", "s", "o"].forEach(function (u) { $("found").dataset[u] = n[u]; });
    $("counted").textContent = state.u && state.u !== "p" ? "所点的数字以“" + UNIT[state.u].replace(/^[篇个]/, "") + "”为单位：" + n[state.u] + " " + UNIT[state.u] + "。" : "";
    $("only").hidden = !said.length; $("what").textContent = "只看：" + said.join("；");
    list.textContent = "";
    spread(pool).slice(0, limit).forEach(function (i) { list.appendChild(card(i)); });
    $("more").hidden = n.p <= limit;
    $("back").hidden = !back;
  }

  function fill() { controls.forEach(function (name) { $(name === "t" ? "q" : name).value = state[name] || ""; }); }

  function follow() {
    if (location.hash.slice(0, 2) !== "#q") { return; }
    state = {};
    new URLSearchParams(location.hash.slice(3)).forEach(function (value, name) { state[name] = value; });
    limit = STEP; fill(); show();
    $("list").dataset.query = location.hash;
    $("passages").scrollIntoView(); $("passages-title").focus({ preventScroll: true });
  }

  controls.forEach(function (name) {
    var control = $(name === "t" ? "q" : name);
    control.addEventListener("input", function () { state[name] = control.value; delete state.u; limit = STEP; show(); });
  });
  $("more").addEventListener("click", function () { limit += STEP; show(); });
  $("clear").addEventListener("click", function () { state = {}; limit = STEP; fill(); show(); $("q").focus(); });
  $("back").addEventListener("click", function () { var to = back; back = null; if (to) { to.scrollIntoView({ block: "center" }); to.focus({ preventScroll: true }); } $("back").hidden = true; });
  document.addEventListener("click", function (event) {
    var link = event.target.closest ? event.target.closest("a.n") : null;
    if (!link) { return; }
    back = link;
    if (link.getAttribute("href") === location.hash) { event.preventDefault(); follow(); } // the same number again
  });
  document.addEventListener("click", function (event) { // to the review desk, or how to open it
    var link = event.target.closest ? event.target.closest("a.fix") : null;
    if (!link) { return; }
    event.preventDefault();
    var id = link.dataset.fix, query = new URLSearchParams(state).toString();
    if (location.pathname === "/report") { location.href = id ? "/passage?id=" + encodeURIComponent(id) : "/number?query=" + encodeURIComponent(query); return; }
    window.prompt("在这里不能改。复制这条命令，打开核对台（“结果”换成这个文件夹）：", "liangzhangpi review 结果 " + (id ? '--passage "' + id + '"' : '--number "' + query + '"'));
  });
  window.addEventListener("hashchange", follow);

  var rows = $("documents"), shown = 0;
  function moreDocuments() {
    D.slice(shown, shown + 50).forEach(function (d) {
      var tr = document.createElement("tr"), n = perDocument[d[0]] || 0;
      [d[1], d[2], d[3], d[5], d[4], d[8], d[9], n, d[6]].forEach(function (value, k) {
        var td = document.createElement("td");
        if (k === 6 || k === 7) { td.className = "num"; }
        if (k === 7 && n) { var a = document.createElement("a"); a.className = "n"; a.href = "#q?" + new URLSearchParams({ u: "p", doc: d[0] }); a.textContent = n; td.appendChild(a); }
        else { td.textContent = value; }
        tr.appendChild(td);
      });
      rows.appendChild(tr);
    });
    shown += 50; $("more-documents").hidden = shown >= D.length;
  }
  var perDocument = {};
  P.forEach(function (p) { var id = D[p[0]][0]; perDocument[id] = (perDocument[id] || 0) + 1; });
  $("more-documents").addEventListener("click", moreDocuments);
  moreDocuments(); show(); follow();
})();
