(function () {
  "use strict";
  var data = JSON.parse(document.getElementById("data").textContent);
  var P = [], D = data.documents, STEP = 30, limit = STEP, state = {}, back = null, choice = {};
  var UNIT = { p: "段", d: "篇文档", s: "个独立来源", o: "个单位" };
  var WHOLE = 5; // passages: a unit with fewer is not asked for gaps
  var LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", g;
  for (g = 0x391; g < 0x3CA; g++) { LETTERS += String.fromCharCode(g); }
  var controls = ["t", "role", "code", "kind", "organ", "genre", "year", "form"], $ = function (id) { return document.getElementById(id); };
  var chosen = { kind: "ckind", organ: "corgan", genre: "cgenre", year: "cyear" }; // control of the choice at the top → in addresses
  var codeAt = {}, roleAt = {};
  data.codes.forEach(function (c, i) { codeAt[c[0]] = i; });
  data.roles.forEach(function (r, i) { roleAt[r[0]] = i; });
  // A passage: document, position, section, text (null where the page has no room for it), role, marks, copied, reason, sure role.
  data.passages.forEach(function (run) {
    run[1].split(",").forEach(function (word, k) {
      var marks = [], sure = 1, at = 1;
      for (; at < word.length; at++) {
        var c = word[at];
        if (c === "~") { sure = 0; } else if (c !== "?" && c !== "!") { marks.push([LETTERS.indexOf(c), 0, 0, sure]); sure = 1; }
      }
      P.push([run[0], k + 1, 0, null, word[0] === "-" ? -1 : +word[0], marks, word.indexOf("!") > 0 ? 1 : 0, "", word[1] === "?" ? 0 : 1]);
    });
  });
  data.texts.forEach(function (t) {
    var p = P[t[0]];
    p[1] = t[1]; p[2] = t[2]; p[3] = t[3]; p[7] = t[5];
    t[4].forEach(function (span, k) { p[5][k][1] = span[0]; p[5][k][2] = span[1]; });
  });
  Object.keys(data.sets).forEach(function (name) {
    var at = 0;
    data.sets[name] = data.sets[name] ? data.sets[name].split(",").map(function (s) { return (at += parseInt(s, 36)); }) : [];
  });
  data.texts = null;
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
  function viewOf(p) { return p.view || (p.view = view(p[3] || "")); }
  function namesOf(p) { var d = D[p[0]]; return d.names || (d.names = view(d[2] + " " + d[1]).text); }
  function wordings(t) { // alternatives, each the whole wording and its words
    return (t || "").split("|").map(function (w) {
      return { whole: view(w.trim()).text, words: w.trim().split(/\s+/).map(function (x) { return view(x).text; }).filter(Boolean) };
    }).filter(function (w) { return w.whole; });
  }
  function says(p, w) {
    var text = viewOf(p).text, names = namesOf(p);
    return text.indexOf(w.whole) >= 0 || w.words.every(function (x) { return text.indexOf(x) >= 0 || names.indexOf(x) >= 0; });
  }

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

  function inChoice(q, d) {
    return (!q.ckind || d[3] === q.ckind) && (!q.corgan || d[2] === q.corgan) && (!q.cgenre || d[10] === q.cgenre) &&
      (!q.cyear || (q.cyear === "无" ? !d[4] : d[4].slice(0, 4) === q.cyear));
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
        (!q.organ || d[2] === q.organ) && (!q.genre || d[10] === q.genre) && inChoice(q, d) &&
        (any || words.some(function (w) { return says(p, w); }));
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
    var v = viewOf(p), sought = [];
    words.forEach(function (w) { sought = sought.concat(v.text.indexOf(w.whole) >= 0 ? [w.whole] : w.words); });
    sought.forEach(function (w) {
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
    var said = Object.keys(chosen).map(function (name) { return state[chosen[name]]; }).filter(Boolean);
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
    var here = pool.filter(function (i) { return P[i][3] !== null; });
    $("held").textContent = here.length < pool.length ? "材料太多，网页里只放得下其中 " + here.length + " 段（" + n.p + " 段中把握最大的和随机的）；全部在 tables/ 的 labels.csv 和 passages.csv 里。" : "";
    $("found").textContent = "找到 " + n.p + " 段，见于 " + n.d + " 篇文档、" + n.s + " 个独立来源、" + n.o + " 个单位";
    ["p", "d", "s", "o"].forEach(function (u) { $("found").dataset[u] = n[u]; });
    $("counted").textContent = state.u && state.u !== "p" ? "所点的数字以“" + UNIT[state.u].replace(/^[篇个]/, "") + "”为单位：" + n[state.u] + " " + UNIT[state.u] + "。" : "";
    $("only").hidden = !said.length; $("what").textContent = "只看：" + said.join("；");
    list.textContent = "";
    spread(here).slice(0, limit).forEach(function (i) { list.appendChild(card(i)); });
    $("more").hidden = here.length <= limit;
    $("back").hidden = !back;
  }

  function fill() { controls.forEach(function (name) { $(name === "t" ? "q" : name).value = state[name] || ""; }); }

  function withChoice(q) { // a query under the choice at the top
    Object.keys(chosen).forEach(function (name) { if (choice[name]) { q[chosen[name]] = choice[name]; } });
    return q;
  }

  function asked(address) { // the query of an address
    var q = {};
    new URLSearchParams(address.slice(address.indexOf("?") + 1)).forEach(function (value, name) { q[name] = value; });
    return q;
  }

  function wilson(n, total) {
    var z = 1.959963984540054, p = n / total, c = (p + z * z / (2 * total)) / (1 + z * z / total);
    var h = z / (1 + z * z / total) * Math.sqrt(p * (1 - p) / total + z * z / (4 * total * total));
    return [p, Math.max(0, c - h), Math.min(1, c + h)];
  }
  function percent(x) { return x >= 0.0995 || x === 0 ? Math.round(x * 100) + "%" : (x * 100).toFixed(1) + "%"; }

  function recount() { // every number, share and bar that the choice at the top changes
    var memory = {}, any = Object.keys(choice).some(function (name) { return choice[name]; });
    function count(address) {
      if (!(address in memory)) { memory[address] = counts(select(asked(address)))[asked(address).u]; }
      return memory[address];
    }
    document.querySelectorAll("main a.n").forEach(function (link) {
      if (link.closest("#list, .fixed")) { return; }
      link.dataset.q = link.dataset.q || link.getAttribute("href");
      link.dataset.n = link.dataset.n || link.textContent;
      var address = link.dataset.q;
      if (any) { address = "#q?" + new URLSearchParams(withChoice(asked(address))); }
      link.setAttribute("href", address);
      link.textContent = any ? count(address) : link.dataset.n;
    });
    document.querySelectorAll("main td.share").forEach(function (cell) {
      cell.dataset.said = cell.dataset.said || cell.textContent;
      var of = cell.previousElementSibling.querySelectorAll("a.n"), n = +of[0].textContent, total = +of[1].textContent;
      cell.textContent = !any ? cell.dataset.said : total ? wilson(n, total).map(percent).join("（").replace(/（([^（]*)$/, "–$1）") : "—";
    });
    document.querySelectorAll("a.bar").forEach(function (bar) {
      bar.dataset.q = bar.dataset.q || bar.getAttribute("href");
      var q = any ? "#q?" + new URLSearchParams(withChoice(asked(bar.dataset.q))) : bar.dataset.q;
      var whole = "#q?" + new URLSearchParams(withChoice(asked(bar.dataset.of)));
      var n = any ? count(q) : +bar.dataset.n, total = any ? count(whole) : +bar.dataset.total;
      draw(bar, q, n, total);
    });
    document.body.classList.toggle("chosen", any);
    $("chosen-note").hidden = !any;
    if (any) {
      var n = counts(select(withChoice({})));
      $("chosen-note").textContent = "只看所选的 " + n.d + " 篇文档、" + n.p + " 段：下面的数字、占比、条形和引文已经重算；灰色的判断、主题、图和倍数仍按全部材料，" +
        "要所选范围的，用命令 briefing 或 analyze 加 --where。";
    }
    unitPage();
    state = withChoice({}); limit = STEP; fill(); show();
  }

  function draw(bar, q, n, total) {
    var w = total ? wilson(n, total) : [0, 0, 0];
    bar.setAttribute("href", q);
    bar.querySelector("rect").setAttribute("width", w[0] * 100);
    var line = bar.querySelector("line"); line.setAttribute("x1", w[1] * 100); line.setAttribute("x2", w[2] * 100);
    bar.querySelector("title").textContent = bar.dataset.name + "：" + total + " 中有 " + n + "，" + percent(w[0]) + "（95% 区间 " + percent(w[1]) + "–" + percent(w[2]) + "）；点开看引文";
    bar.parentNode.parentNode.querySelector(".said").textContent = n + " / " + total + (total >= 5 ? "，" + percent(w[0]) : "");
  }

  function add(parent, tag, text, kind) { var node = document.createElement(tag); if (text !== undefined) { node.textContent = text; } if (kind) { node.className = kind; } parent.appendChild(node); return node; }
  function link(parent, q, n) { var a = add(parent, "a", n, "n"); a.href = "#q?" + new URLSearchParams(q); return a; }

  function unitPage() { // all that one unit writes, by year; its gaps with both sides; its place among its kind
    var box = $("unit-page"), unit = choice.organ;
    box.textContent = ""; box.hidden = !unit; document.body.classList.toggle("of-unit", !!unit);
    if (!unit) { return; }
    var mine = D.map(function (d, i) { return i; }).filter(function (i) { return inChoice(withChoice({}), D[i]); });
    var years = mine.map(function (i) { return D[i][4].slice(0, 4); }).filter(function (y, k, all) { return y && all.indexOf(y) === k; }).sort();
    var place = data.units.places[unit];
    add(box, "h3", unit);
    if (place) { add(box, "p", "写到问题表现 " + place[0] + " 种" + (place[2] > 1 ? "，在同类 " + place[2] + " 个单位中由多到少排第 " + place[1] : "") + "。写得多，也可能是查得认真。"); }
    var list = add(box, "ul");
    mine.forEach(function (i) { var li = add(list, "li", cited(D[i]) + "："), q = withChoice({ u: "p", doc: D[i][0] }); link(li, q, counts(select(q)).p); li.appendChild(document.createTextNode(" 段")); });
    var scroll = add(box, "div", undefined, "scroll"), table = add(scroll, "table"), head = add(add(table, "thead"), "tr"), body = add(table, "tbody");
    ["代码", "全部（段）"].concat(years).forEach(function (name, k) { add(head, "th", name, k ? "num" : "").scope = "col"; });
    data.codes.forEach(function (c) {
      var n = counts(select(withChoice({ code: c[0] }))).p;
      if (!n) { return; }
      var tr = add(body, "tr"); add(tr, "th", c[1]).scope = "row";
      [""].concat(years).forEach(function (year) {
        var q = withChoice({ u: "p", code: c[0] }); if (year) { q.year = year; }
        link(add(tr, "td", undefined, "num"), q, counts(select(q)).p);
      });
    });
    var gaps = data.units.gaps.filter(function (g) { return g[0] === unit; });
    add(box, "h4", "有病无方 " + gaps.length + " 处");
    gaps.forEach(function (g) {
      add(box, "p", "写了“" + g[1] + "”，要找的对策（" + g[2] + "）一段也没有：");
      if (P[g[3]][3] !== null) { box.appendChild(card(g[3])); }
    });
  }

  function reveal(id) { // unfold the section that holds an element
    var node = id && id[0] !== "q" && document.getElementById(id), section = node && node.closest("section");
    if (section && section.classList.contains("folded")) { fold(section, false); node.scrollIntoView(); }
  }
  function fold(section, folded) {
    section.classList.toggle("folded", folded);
    section.querySelector("h2 button").setAttribute("aria-expanded", String(!folded));
  }
  document.querySelectorAll("main section").forEach(function (section) {
    var head = section.querySelector("h2"), button = document.createElement("button");
    if (section.id === "overview" || section.id === "passages" || !head) { return; }
    button.type = "button"; button.className = "fold"; button.textContent = head.textContent; head.textContent = "";
    head.appendChild(button);
    button.addEventListener("click", function () { fold(section, !section.classList.contains("folded")); });
    fold(section, section.hasAttribute("data-folded"));
  });
  if (window.innerWidth < 1100) { document.querySelector("nav details").open = false; }
  document.querySelector("nav").addEventListener("click", function (event) { if (event.target.hash) { reveal(event.target.hash.slice(1)); } });
  document.querySelectorAll("a.bar").forEach(function (bar) { draw(bar, bar.getAttribute("href"), +bar.dataset.n, +bar.dataset.total); });
  document.querySelectorAll("main td.num").forEach(function (cell) {
    var before = cell.previousElementSibling;
    if (/^[\d.]+%（.*–.*）$/.test(cell.textContent) && before && before.querySelectorAll("a.n").length === 2) { cell.classList.add("share"); }
  });
  Object.keys(chosen).forEach(function (name) {
    $("choose-" + name).addEventListener("input", function () { choice[name] = this.value; recount(); });
  });
  $("choose-none").addEventListener("click", function () { Object.keys(chosen).forEach(function (name) { choice[name] = $("choose-" + name).value = ""; }); recount(); });

  function follow() {
    if (location.hash.slice(0, 2) !== "#q") { return; }
    state = asked(location.hash);
    limit = STEP; fill(); show();
    $("list").dataset.query = location.hash;
    $("passages").scrollIntoView(); $("passages-title").focus({ preventScroll: true });
  }

  controls.forEach(function (name) {
    var control = $(name === "t" ? "q" : name);
    control.addEventListener("input", function () {
      if (name === "t" && state.u) { var typed = control.value; state = withChoice({}); fill(); control.value = typed; } // a new question
      state[name] = control.value; delete state.u; limit = STEP; show();
    });
  });
  $("more").addEventListener("click", function () { limit += STEP; show(); });
  $("clear").addEventListener("click", function () { state = withChoice({}); limit = STEP; fill(); show(); $("q").focus(); });
  $("back").addEventListener("click", function () { var to = back; back = null; if (to) { to.scrollIntoView({ block: "center" }); to.focus({ preventScroll: true }); } $("back").hidden = true; });
  document.addEventListener("click", function (event) {
    var link = event.target.closest ? event.target.closest("a.n, a.bar") : null;
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
  window.addEventListener("hashchange", function () { reveal(location.hash.slice(1)); follow(); });

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
