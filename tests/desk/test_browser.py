"""The desk in a real browser: thirty passages by the keyboard, a second coder beside, reload, undo, phone."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest
from made_desk import desk_in

from nlp.corpus.folder import Corpus
from nlp.review.store import Store, marks_of

sync_api = pytest.importorskip("playwright.sync_api", reason="没有安装 playwright：pip install -r requirements-dev.txt")
uvicorn = pytest.importorskip("uvicorn", reason="没有 uvicorn：pip install -r requirements-review.txt 才测核对台")

from nlp.desk.app import create_app  # noqa: E402
from nlp.desk.serve import listening  # noqa: E402

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
N = 40


@dataclass
class Open:
    """A desk that is being served."""

    folder: Path
    address: str


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, corpus: Corpus) -> Iterator[Open]:
    """A desk of forty passages."""
    folder = tmp_path_factory.mktemp("核对台")
    with listening(0) as place:
        port = place.getsockname()[1]
        desk = desk_in(folder, corpus, N)
        server = uvicorn.Server(uvicorn.Config(create_app(desk, port, "t" * 20), log_level="error", ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [place]})
        thread.start()
        while not server.started:
            time.sleep(0.02)
        yield Open(folder, f"http://127.0.0.1:{port}")
        server.should_exit = True
        thread.join()
        desk.store.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[sync_api.Browser]:
    """The system's Chromium without a window."""
    program = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if program is None:
        pytest.skip("没有 Chromium：apt-get install chromium 之后才测")
    with sync_api.sync_playwright() as playwright:
        try:
            opened = playwright.chromium.launch(executable_path=program, headless=True, args=["--no-sandbox"])
        except sync_api.Error as error:
            pytest.skip(f"{program} 打不开：{str(error).splitlines()[0]}")
        yield opened
        opened.close()


class Coder:
    """One coder in a window of their own."""

    def __init__(self, browser: sync_api.Browser, served: Open, name: str, width: int = 1100) -> None:
        self.page = browser.new_context(viewport={"width": width, "height": 844}).new_page()
        self.complaints: list[str] = []
        self.asked: set[str] = set()
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.asked.add("/".join(request.url.split("/")[:3])))
        self.page.goto(f"{served.address}/?token={'t' * 20}")
        self.page.fill("input[name=coder]", name)
        self.page.keyboard.press("Enter")
        self.page.wait_for_selector("h2")

    def begin(self) -> None:
        """Go on with the newest queue, or make the first."""
        some = self.page.locator("a.go")
        (some.first if some.count() else self.page.locator("form:has(input[value=random]) button")).click()
        self.page.wait_for_selector("#decision[data-ready]")

    def place(self) -> int:
        """How many are done, as the page says."""
        return int(self.page.inner_text("#place").split("/")[0])

    def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def send(self) -> None:
        """Send with the keyboard, and wait for the next passage."""
        sent = self.page.get_attribute("input[name=sent]", "value")
        self.press("Enter")
        self.page.wait_for_function(
            "before => { const now = document.querySelector('input[name=sent]');"
            " return !now || (now.value !== before && document.querySelector('#decision').dataset.ready); }",
            arg=sent,
        )


def decided(served: Open, coder: str) -> pd.DataFrame:
    """What the record holds of one coder."""
    store = Store(served.folder / "review.sqlite")
    rows = store.decisions()
    store.close()
    return rows[rows["coder"] == coder]


def test_thirty_passages_by_keyboard_beside_a_second_coder(served: Open, browser: sync_api.Browser) -> None:
    one = Coder(browser, served, "王")
    one.page.fill("input[name=size]", "30")
    one.page.click("form:has(input[value=random]) button")
    one.page.wait_for_selector("#decision[data-ready]")
    two = Coder(browser, served, "李")
    two.begin()
    assert one.page.locator("#machine").count() == 0
    for i in range(30):
        one.press("3", "ArrowRight", "ArrowRight", "e")  # the second clause is the evidence
        if i == 4:
            one.press("ArrowRight", "Shift+ArrowRight", "w", "n")
            one.page.keyboard.type("两处都是")
            one.press("Escape", "d")
        one.send()
        if i < 5:
            two.press("4")
            two.send()
        if i == 14:
            one.page.reload()
            one.page.wait_for_selector("#decision[data-ready]")
            assert one.place() == 15
    assert one.page.locator("#finished").count() == 1
    rows = decided(served, "王")
    assert list(rows["kind"]) == ["decide"] * 30
    assert rows["passage_id"].is_unique
    assert set(rows["role"]) == {"manifestation"}
    assert rows["blind"].all()
    for row in rows.itertuples():
        (mark, *more) = marks_of(row.codes)
        text = desk_text(row.passage_id)
        assert (mark[0], text[mark[1] : mark[2]]) == ("formalism", "𠮷某说起来重要，")
        assert bool(more) == (row.note == "两处都是") == row.doubtful
    (extra,) = [marks_of(row.codes)[1] for row in rows.itertuples() if row.doubtful]
    assert extra[0] == "lip_service"
    assert set(decided(served, "李")["role"]) == {"cause"}
    assert len(decided(served, "李")) == 5
    for coder in (one, two):
        assert coder.complaints == []
        assert coder.asked == {served.address}


def desk_text(passage_id: str) -> str:
    """The text of a passage of the desk."""
    from made_desk import text_of

    return text_of(int(passage_id.split("#")[1]) - 1)


def test_undo_by_key_brings_the_passage_back_and_selected_text_is_evidence(
    served: Open, browser: sync_api.Browser
) -> None:
    coder = Coder(browser, served, "赵")
    coder.begin()
    coder.press("3")
    coder.page.dblclick("#text span:nth-child(1)")  # selects a word, as a mouse or a finger does
    chosen = coder.page.evaluate("window.getSelection().toString()")
    coder.page.click("[data-code=formalism]")
    text = coder.page.inner_text("#text")
    coder.send()
    (row,) = decided(served, "赵").itertuples()
    ((code, start, end),) = marks_of(row.codes)
    assert (code, text[start:end]) == ("formalism", chosen)
    coder.press("z")
    coder.page.wait_for_function("text => document.querySelector('#text').textContent === text", arg=text)
    assert list(decided(served, "赵")["kind"]) == ["decide", "undo"]
    assert coder.place() == 0


def test_a_phone_shows_all_without_scrolling_sideways(served: Open, browser: sync_api.Browser) -> None:
    coder = Coder(browser, served, "孙", width=390)
    coder.begin()
    coder.page.click("#roles label:nth-of-type(3)")
    assert coder.page.evaluate("document.documentElement.scrollWidth") <= 390
    box = coder.page.locator("#send").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 844
    coder.page.click("[data-code=formalism]")
    coder.page.click("#send")
    coder.page.wait_for_function("() => document.querySelector('#place').textContent.startsWith('1 ')")


def test_what_cannot_be_sent_is_told_and_stays_on_the_page(served: Open, browser: sync_api.Browser) -> None:
    coder = Coder(browser, served, "周")
    coder.begin()
    coder.press("Enter")
    coder.page.wait_for_selector("#fault:not([hidden])")
    assert "还没有选角色" in coder.page.inner_text("#fault")
    coder.press("5", "q")
    coder.page.context.set_offline(True)
    coder.press("Enter")
    coder.page.wait_for_function("() => document.querySelector('#fault').textContent.includes('连不上')")
    assert coder.page.locator("#marks li").count() == 1
    coder.page.context.set_offline(False)
    coder.send()
    assert list(decided(served, "周")["role"]) == ["remedy"]
