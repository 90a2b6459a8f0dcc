"""The page in a real browser: offline, without a fault, from a number to its quotations; filters, search, keys."""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from made_run import Result

from nlp.corpus.lexicon import Lexicon
from nlp.search.fold import lowered, matchable

sync_api = pytest.importorskip("playwright.sync_api", reason="没有安装 playwright：pip install -r requirements-dev.txt")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SAMPLE, SEED = 30, 20
FOUND = re.compile(r"找到 (\d+) 段，见于 (\d+) 篇文档、(\d+) 个独立来源、(\d+) 个单位")


@pytest.fixture(scope="module")
def browser() -> Iterator[sync_api.Browser]:
    """The system's Chromium without a window; playwright's own copy is never fetched."""
    program = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if program is None:
        pytest.skip("没有 Chromium：apt-get install chromium 之后才测")
    with sync_api.sync_playwright() as playwright:
        try:
            opened = playwright.chromium.launch(executable_path=program, headless=True, args=["--no-sandbox"])
        except sync_api.Error as error:  # Ubuntu's package may be a stub that needs snap
            pytest.skip(f"{program} 打不开：{str(error).splitlines()[0]}")
        yield opened
        opened.close()


class Visit:
    """A page opened from disk with the network off, and all that it asked for or complained of."""

    def __init__(self, browser: sync_api.Browser, path: Path, width: int = 1280) -> None:
        self.context = browser.new_context(viewport={"width": width, "height": 844}, offline=True)
        self.page = self.context.new_page()
        self.asked: list[str] = []
        self.complaints: list[str] = []
        self.page.route("**/*", self.answer)
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.address = path.as_uri()
        self.page.goto(self.address)

    def answer(self, route: sync_api.Route) -> None:
        """Let the page itself through, and nothing else."""
        if route.request.url.split("#")[0] == self.address:
            route.continue_()
        else:
            self.asked.append(route.request.url)
            route.abort()

    def follow(self, link: sync_api.ElementHandle) -> None:
        """Click a number and wait until its quotations stand there."""
        link.click()
        self.page.wait_for_function(
            "h => document.getElementById('list').dataset.query === h", arg=link.get_attribute("href")
        )

    def counts(self) -> dict[str, int]:
        """What the page says it found, by unit."""
        said = FOUND.fullmatch(self.page.inner_text("#found"))
        assert said
        return dict(zip("pdso", map(int, said.groups()), strict=True))

    def shown(self) -> list[str]:
        """Ids of all passages that are listed, after asking for more until there are none."""
        while self.page.is_visible("#more"):
            self.page.click("#more")
        return [str(node.get_attribute("data-passage")) for node in self.page.query_selector_all(".passage")]


@pytest.fixture
def visit(browser: sync_api.Browser, result: Result) -> Iterator[Visit]:
    """The report, opened; at the end it must have asked for nothing and complained of nothing."""
    opened = Visit(browser, result.out / "report.html")
    yield opened
    assert opened.asked == []
    assert opened.complaints == []
    opened.context.close()


def test_a_sample_of_numbers_opens_as_many_quotations(visit: Visit) -> None:
    links = visit.page.query_selector_all("main a.n")
    for section in visit.page.query_selector_all("section.folded h2 button"):
        section.click()
    visible = [link for link in links if link.is_visible()]
    assert len(visible) > 100
    for link in random.Random(SEED).sample(visible, SAMPLE):
        said, unit = int(link.inner_text()), re.findall(r"[?&]u=(\w)", str(link.get_attribute("href")))[0]
        visit.follow(link)
        found = visit.counts()
        assert found[unit] == said, link.get_attribute("href")
        listed = visit.shown()
        assert len(listed) == found["p"]
        assert len({passage.split("#")[0] for passage in listed}) == found["d"]


def test_a_number_leads_to_report_section_and_position(visit: Visit, result: Result) -> None:
    labels, passages = result.tables["labels"], result.tables["passages"].set_index("passage_id")
    code = labels.loc[labels["facet"] == "manifestation", "code"].value_counts().index[0]
    expected = set(labels.loc[labels["code"] == code, "passage_id"])
    visit.follow(visit.page.query_selector(f'section#manifestation table a.n[href="#q?u=p&code={code}"]'))
    visit.shown()
    cards = visit.page.query_selector_all(".passage")
    texts = [card.query_selector("p").inner_text() for card in cards]
    assert sorted(texts) == sorted(passages.loc[list(expected), "text"])
    for card in cards:
        told = card.query_selector("footer").inner_text()
        assert re.search(r"《.*》.*，第 \d+ 段", told)
        assert card.query_selector("mark")
    sections = {str(passages.at[passage, "section"]) for passage in expected if passages.at[passage, "section"]}
    assert sections <= {s for s in sections for card in cards if f"＞{s}，" in card.inner_text()}


def test_back_leads_to_the_number_again(visit: Visit) -> None:
    link = visit.page.query_selector("section#manifestation a.n")
    visit.follow(link)
    assert visit.page.evaluate("document.activeElement.id") == "passages-title"
    visit.page.click("#back")
    assert visit.page.evaluate("document.activeElement.getAttribute('href')") == link.get_attribute("href")


CHOICES = [
    pytest.param({"kind": "国企"}, lambda rows: rows["kind_of_unit"] == "国企", id="单位类别"),
    pytest.param({"year": "2020"}, lambda rows: rows["date"].str[:4] == "2020", id="年份"),
    pytest.param(
        {"kind": "机关", "genre": "调研报告", "organ": "某某局"},
        lambda rows: (rows["kind_of_unit"] == "机关") & (rows["organ"] == "某某局") & (rows["genre"] == "调研报告"),
        id="几样一起",
    ),
]


@pytest.mark.parametrize(("choice", "wanted"), CHOICES)
def test_a_choice_redraws_numbers_bars_and_quotations(
    visit: Visit, result: Result, choice: dict[str, str], wanted: object
) -> None:
    mine = rows_of(result)[wanted(rows_of(result))]  # type: ignore[operator]
    for name, value in choice.items():
        visit.page.select_option(f"#choose-{name}", value)
    assert visit.counts()["p"] == len(mine) > 0
    code = "formalism"
    held = mine[mine["codes"].map(lambda codes: code in codes)]
    row = visit.page.query_selector(f'section#manifestation tr:has(a[href="#code-{code}"])')
    assert int(row.query_selector("td a.n").inner_text()) == len(held)
    bar = visit.page.query_selector("section#manifestation a.bar >> nth=0")
    told = re.match(r"(.*)：(\d+) 中有 (\d+)", bar.query_selector("title").text_content())
    assert told
    numbers = [link for link in visit.page.query_selector_all("main a.n") if link.is_visible()]
    numbers = [link for link in numbers if not link.evaluate("a => a.closest('.fixed, #list, #documents')")]
    for link in random.Random(SEED).sample(numbers, 10):
        said, unit = int(link.inner_text()), re.findall(r"[?&]u=(\w)", str(link.get_attribute("href")))[0]
        visit.follow(link)
        assert visit.counts()[unit] == said, link.get_attribute("href")
        assert {name.split("#")[0] for name in visit.shown()} <= set(mine["document_id"])
    visit.page.click("#choose-none")
    assert visit.counts()["p"] == len(result.tables["passages"])


def test_a_bar_opens_its_quotations(visit: Visit) -> None:
    bar = visit.page.query_selector("section#manifestation a.bar")
    n, total = bar.get_attribute("data-n"), bar.get_attribute("data-total")
    assert 0 < int(n) <= int(total)
    href = bar.get_attribute("href")
    bar.click()
    visit.page.wait_for_function("h => document.getElementById('list').dataset.query === h", arg=href)
    assert visit.counts()["d"] == int(n)


def test_the_page_of_a_unit(visit: Visit, result: Result) -> None:
    visit.page.select_option("#choose-organ", "某某局")
    box = visit.page.query_selector("#unit-page")
    documents = result.tables["documents"]
    assert len(box.query_selector_all("ul li")) == int((documents["organ"] == "某某局").sum())
    gaps = result.tables["gaps"]
    n = int(((gaps["unit"] == "某某局") & (gaps["kind"] == "诊断了没开方")).sum())
    assert f"有病无方 {n} 处" in box.inner_text()


FILTERS = [
    pytest.param("#role", "manifestation", lambda rows: rows["role"] == "manifestation", id="角色"),
    pytest.param("#code", "formalism", lambda rows: rows["codes"].map(lambda codes: "formalism" in codes), id="代码"),
    pytest.param("#kind", "国企", lambda rows: rows["kind_of_unit"] == "国企", id="单位类别"),
    pytest.param("#year", "2020", lambda rows: rows["date"].str[:4] == "2020", id="年份"),
    pytest.param("#form", "短材料", lambda rows: rows["source"] == "摘要.csv", id="篇幅"),
]


@pytest.mark.parametrize(("control", "value", "wanted"), FILTERS)
def test_filters(visit: Visit, result: Result, control: str, value: str, wanted: object) -> None:
    rows = rows_of(result)
    visit.page.select_option(control, value)
    assert visit.counts()["p"] == int(wanted(rows).sum()) > 0  # type: ignore[operator]


def rows_of(found: Result) -> pd.DataFrame:
    """Passages with what the filters ask of them."""
    labels = found.tables["labels"]
    rows = found.tables["passages"].merge(found.tables["documents"].drop(columns="text"), on="document_id")
    roles = labels[labels["facet"] == "role"].set_index("passage_id")["code"]
    codes = labels[labels["facet"] != "role"].groupby("passage_id")["code"].agg(set)
    nothing: set[str] = set()
    held = rows["passage_id"].map(codes).map(lambda value: value if isinstance(value, set) else nothing)
    return rows.assign(role=rows["passage_id"].map(roles), codes=held)


def test_search_marks_what_it_found(visit: Visit, result: Result) -> None:
    visit.page.fill("#q", "挂在墙上")
    hits = result.tables["passages"]["text"].str.contains("挂在墙上", regex=False)
    assert visit.counts()["p"] == int(hits.sum()) > 0
    assert {node.inner_text() for node in visit.page.query_selector_all("mark.hit")} == {"挂在墙上"}
    visit.page.select_option("#role", "remedy")
    assert visit.counts()["p"] == int((hits & (rows_of(result)["role"] == "remedy")).sum())
    visit.page.click("#clear")
    assert visit.counts()["p"] == len(hits)


def test_search_takes_several_words_and_units_and_forgets_the_number(visit: Visit, result: Result) -> None:
    rows = rows_of(result)
    visit.follow(visit.page.query_selector("section#manifestation table a.n"))
    visit.page.fill("#q", "台账 会议")
    both = rows["text"].str.contains("台账") & rows["text"].str.contains("会议")
    assert visit.counts()["p"] == int(both.sum()) > 0
    visit.page.fill("#q", "提不起兴趣|某某局 挂在墙上")
    one = rows["text"].str.contains("提不起兴趣")
    other = rows["organ"].eq("某某局") & rows["text"].str.contains("挂在墙上")
    assert visit.counts()["p"] == int((one | other).sum())


@pytest.mark.parametrize(
    "typed", ["掛在牆上", "挂 在\u3000墙上", " 挂在墙上 |没有的词"], ids=["繁体", "有空格", "几种写法"]
)
def test_search_finds_a_word_however_it_is_typed(visit: Visit, result: Result, typed: str) -> None:
    visit.page.fill("#q", typed)
    assert visit.counts()["p"] == int(result.tables["passages"]["text"].str.contains("挂在墙上", regex=False).sum()) > 0
    assert {node.inner_text() for node in visit.page.query_selector_all("mark.hit")} == {"挂在墙上"}


def test_search_sees_what_kwic_sees(visit: Visit, result: Result, lexicon: Lexicon) -> None:
    """The page's own folding is the program's, but for characters that fold by their word."""
    texts = [str(text) for text in result.tables["passages"]["text"]]
    texts += ["黨 建(dǎng)工\n作 ab cd", "２０２４ 年\u3000⺠主⽣活会，\uf98e 度", "İ 党 建", "“两 张 皮” A b ，甲"]
    seen = visit.page.evaluate("texts => texts.map(t => window.folded(t))", texts)
    assert seen == [lowered(matchable(text, lexicon.fold_table).text) for text in texts]


def test_hostile_text_stays_text(visit: Visit) -> None:
    visit.page.fill("#q", "<script>")
    assert visit.counts()["p"] == 2
    assert "<script>alert('文')</script>" in visit.page.inner_text(".passage")
    assert visit.page.query_selector_all(".passage script, .passage img, #documents b") == []


def test_the_keyboard_is_enough(visit: Visit) -> None:
    visit.page.keyboard.press("Tab")
    assert visit.page.evaluate("document.activeElement.className") == "skip"
    visit.page.keyboard.press("Enter")
    for _ in range(40):
        visit.page.keyboard.press("Tab")
        if visit.page.evaluate("document.activeElement.className") == "n":
            break
    said = int(visit.page.evaluate("document.activeElement.textContent"))
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_function("document.getElementById('list').dataset.query")
    assert said in visit.counts().values()


def test_nothing_is_wider_than_a_phone(browser: sync_api.Browser, result: Result) -> None:
    opened = Visit(browser, result.out / "report.html", width=390)
    opened.page.evaluate("document.querySelectorAll('section.folded h2 button').forEach(b => b.click())")
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert opened.complaints == opened.asked == []
    opened.context.close()


def test_text_can_be_told_from_its_ground(visit: Visit) -> None:
    """Contrast of all text that is shown, after WCAG 2 (4.5 to 1)."""
    poor = visit.page.evaluate(CONTRAST)
    assert poor == []


CONTRAST = """() => {
  const linear = v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
  const light = c => { const f = c.map(v => linear(v / 255));
    return .2126 * f[0] + .7152 * f[1] + .0722 * f[2]; };
  const rgb = s => (s.match(/[\\d.]+/g) || []).map(Number);
  const ground = e => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor);
    if (c.length === 3 || c[3] > 0) return c.slice(0, 3); } return [255, 255, 255]; };
  const poor = new Set();
  for (const e of document.querySelectorAll('body *:not(svg *):not(script)')) {
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())) continue;
    const a = light(rgb(getComputedStyle(e).color).slice(0, 3)), b = light(ground(e));
    if ((Math.max(a, b) + .05) / (Math.min(a, b) + .05) < 4.5) poor.add(e.tagName + ' ' + e.className);
  }
  return [...poor];
}"""


def test_it_prints_on_a4(visit: Visit, tmp_path: Path) -> None:
    import pypdfium2

    visit.page.pdf(path=tmp_path / "报告.pdf", prefer_css_page_size=True)
    document = pypdfium2.PdfDocument(tmp_path / "报告.pdf")
    try:
        width, height = document[0].get_size()
        text = "".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()
    assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == (210, 297)
    assert "要点" in text
    assert "输入要找的字词" not in text
