"""The desk without a browser: who is let in, what is kept, what is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from made_desk import desk_in, text_of

from nlp.base.errors import DataError
from nlp.corpus.folder import Corpus

pytest.importorskip("fastapi", reason="没有 FastAPI：pip install -r requirements-review.txt 才测核对台")
testclient = pytest.importorskip("starlette.testclient", reason="没有 httpx2：装 requirements-dev.txt 才测核对台")

from nlp.desk.app import create_app  # noqa: E402
from nlp.desk.serve import listening  # noqa: E402
from nlp.desk.state import Desk  # noqa: E402
from nlp.review.store import marks_of  # noqa: E402

PORT, TOKEN = 8765, "口令" * 8
HOST = f"http://127.0.0.1:{PORT}"
TEXTS = [text_of(i) for i in range(12)]


def client_of(app: Any, name: str = "") -> Any:
    """A browser's window; with a name it is let in and has said who sits there."""
    client = testclient.TestClient(app, base_url=HOST, client=("127.0.0.1", 50000), headers={"origin": HOST})
    if name:
        client.get("/", params={"token": TOKEN})
        client.post("/who", data={"coder": name})
    return client


@pytest.fixture
def desk(tmp_path: Path, corpus: Corpus) -> Iterator[Desk]:
    """A desk, closed at the end."""
    made = desk_in(tmp_path, corpus)
    yield made
    made.store.close()


@pytest.fixture
def app(desk: Desk) -> Any:
    """The desk as an application."""
    return create_app(desk, PORT, TOKEN)


STRANGERS = [
    pytest.param({}, ("127.0.0.1", 1), "", "口令", id="没有口令"),
    pytest.param({}, ("127.0.0.1", 1), "?token=x", "口令", id="口令不对"),
    pytest.param({}, ("192.0.2.7", 1), f"?token={TOKEN}", "拒绝", id="从别的机器来"),
    pytest.param({"host": "evil.example"}, ("127.0.0.1", 1), f"?token={TOKEN}", "拒绝", id="别的主机名"),
    pytest.param({"origin": "http://evil.example"}, ("127.0.0.1", 1), f"?token={TOKEN}", "拒绝", id="别的来源"),
    pytest.param({"sec-fetch-site": "cross-site"}, ("127.0.0.1", 1), f"?token={TOKEN}", "拒绝", id="跨站"),
]


@pytest.mark.parametrize(("headers", "client", "query", "words"), STRANGERS)
def test_strangers_are_refused(app: Any, headers: dict[str, str], client: Any, query: str, words: str) -> None:
    stranger = testclient.TestClient(app, base_url=HOST, client=client)
    for path in ("/", "/report", "/static/desk.js", "/passage"):
        answer = stranger.get(path + query, headers=headers)
        assert answer.status_code == 403
        assert words in answer.text
        assert "set-cookie" not in answer.headers


WRONG_POSTS = [
    pytest.param({"origin": "http://evil.example"}, id="别的来源"),
    pytest.param({"origin": "null"}, id="来源不明"),
    pytest.param({"origin": ""}, id="来源为空"),
    pytest.param({"origin": HOST, "sec-fetch-site": "cross-site"}, id="跨站"),
    pytest.param({"origin": f"http://127.0.0.1:{PORT + 1}"}, id="同一台机器的别的端口"),
]


@pytest.mark.parametrize("headers", WRONG_POSTS)
def test_a_form_from_elsewhere_is_refused_even_with_the_cookie(app: Any, desk: Desk, headers: dict[str, str]) -> None:
    client = client_of(app, "王")
    before = len(desk.store.queued())
    assert client.post("/queue", data={"kind": "random"}, headers=headers).status_code == 403
    assert len(desk.store.queued()) == before


def test_the_token_opens_once_a_cookie_that_scripts_and_other_sites_do_not_get(app: Any) -> None:
    answer = client_of(app).get("/", params={"token": TOKEN}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "HttpOnly; SameSite=Strict" in answer.headers["set-cookie"]
    page = client_of(app, "王").get("/")
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert TOKEN not in page.text


def test_a_socket_listens_on_this_machine_alone_and_a_port_in_use_is_told() -> None:
    with listening(0) as place:
        place.listen()
        host, port = place.getsockname()
        assert host == "127.0.0.1"
        with pytest.raises(DataError, match=f"端口 {port} 已被占用"):
            listening(port)


def sent(client: Any, queue: int, position: int, **told: str) -> Any:
    """Decide as the page does."""
    page = client.get(f"/queue/{queue}/{position}").text
    digest = page.split('name="digest" value="')[1].split('"')[0]
    fields = {"act": "decide", "digest": digest, "role": "other", "codes": "[]", "note": "", "seconds": "2.5"} | told
    return client.post(f"/queue/{queue}/{position}", data=fields, follow_redirects=False)


def test_a_decision_is_kept_and_the_machine_s_reading_hidden_until_then(app: Any, desk: Desk) -> None:
    client = client_of(app, "王")
    number = desk.make_queue("random", "王", 12)
    assert "机器：" not in client.get(f"/queue/{number}/1").text
    end = len(TEXTS[0])
    told = {
        "role": "manifestation",
        "codes": f'[["formalism", 0, 4], ["lip_service", 5, {end}]]',
        "note": "一句",
        "doubtful": "1",
    }
    assert sent(client, number, 1, **told).headers["location"] == f"/queue/{number}"
    row = desk.store.decisions().iloc[0]
    assert (row["coder"], row["role"], row["note"], row["doubtful"], row["blind"]) == (
        "王",
        "manifestation",
        "一句",
        True,
        True,
    )
    assert marks_of(row["codes"]) == [("formalism", 0, 4), ("lip_service", 5, end)]
    assert row["seconds"] == 2.5
    assert "机器：" in client.get(f"/queue/{number}/1").text
    sent(client, number, 1, role="remedy")
    last = desk.store.decisions().iloc[-1]
    assert (last["kind"], last["role"], last["blind"]) == ("decide", "remedy", False), (
        "看过机器的读法以后再判的不是盲核"
    )


def test_a_form_that_is_sent_twice_counts_once(app: Any, desk: Desk) -> None:
    client = client_of(app, "王")
    number = desk.make_queue("random", "王", 12)
    for _ in range(2):
        sent(client, number, 1, sent="窗口·1")
    assert list(desk.store.decisions()["kind"]) == ["decide", "seen"]


def test_the_second_mode_shows_the_machine_s_reading_and_says_so(app: Any, desk: Desk) -> None:
    client = client_of(app, "王")
    number = desk.make_queue("doubtful", "王")
    client.post("/mode", data={"blind": "0"})
    assert "机器：" in client.get(f"/queue/{number}/1").text
    sent(client, number, 1)
    assert list(desk.store.decisions()["kind"]) == ["seen", "decide"]
    assert not desk.store.decisions().iloc[-1]["blind"]


def test_undo_is_a_new_row_and_skipped_passages_come_last(app: Any, desk: Desk) -> None:
    client = client_of(app, "王")
    number = desk.make_queue("random", "王", 12)
    client.post(f"/queue/{number}/1", data={"act": "skip"})
    assert client.get(f"/queue/{number}", follow_redirects=False).headers["location"] == f"/queue/{number}/2"
    for position in range(2, 13):
        sent(client, number, position)
    assert desk.next_position(number, "王") == 1
    undone = client.post(f"/queue/{number}/1", data={"act": "undo"}, follow_redirects=False)
    assert undone.headers["location"] == f"/queue/{number}/12"
    assert list(desk.store.decisions()["kind"])[-1] == "undo"
    assert desk.next_position(number, "王") == 12


WRONG = [
    pytest.param({"role": ""}, "还没有选角色", id="没有角色"),
    pytest.param({"role": "cause", "codes": '[["formalism", 0, 4]]'}, "不带这些代码", id="角色不带的代码"),
    pytest.param({"role": "manifestation", "codes": '[["formalism", 0, 999]]'}, "证据不在文字里", id="证据出界"),
    pytest.param({"codes": "x"}, "读不懂", id="坏的代码"),
    pytest.param({"digest": "0"}, "与队列里的不同", id="文字不同"),
]


@pytest.mark.parametrize(("told", "words"), WRONG)
def test_what_cannot_be_kept_is_told_and_nothing_is_written(
    app: Any, desk: Desk, told: dict[str, str], words: str
) -> None:
    client = client_of(app, "王")
    answer = sent(client, desk.make_queue("random", "王", 12), 1, **told)
    assert answer.status_code == 422
    assert words in answer.text
    assert desk.store.decisions().empty


GONE = ["/queue/99", "/queue/1/99", "/passage?id=没有%230001"]


@pytest.mark.parametrize("path", GONE)
def test_what_is_not_there_is_told(app: Any, desk: Desk, path: str) -> None:
    desk.make_queue("random", "王", 12)
    answer = client_of(app, "王").get(path)
    assert answer.status_code == 422
    assert "没有" in answer.text or "已经不在" in answer.text


def test_a_quotation_of_the_page_leads_to_its_passage(app: Any, desk: Desk) -> None:
    client = client_of(app, "王")
    for written in ("甲#0004", "甲#4"):
        assert TEXTS[3] in client.get("/passage", params={"id": written}).text
    assert len(desk.store.queued()) == 1, "同一段只排一次"


def test_a_number_of_the_page_leads_to_its_passages(app: Any, desk: Desk) -> None:
    client = client_of(app, "王")
    assert TEXTS[0] in client.get("/number", params={"query": "u=p&code=formalism"}).text
    assert set(desk.store.queued()["passage_id"]) == {f"甲#{i:04d}" for i in range(1, 7)}


def test_a_hostile_text_stays_text(tmp_path: Path, corpus: Corpus) -> None:
    made = desk_in(tmp_path, corpus)
    made.tables["passages"].loc[0, "text"] = TEXTS[0]
    client = client_of(create_app(made, PORT, TOKEN), "<script>王</script>")
    assert "<script>王" not in client.get("/").text
    made.store.close()
