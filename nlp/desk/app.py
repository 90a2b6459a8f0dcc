"""The routes of the desk: every page is plain forms, which htmx sends without loading the page anew."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import parse_qs, quote

from fastapi import Depends, FastAPI, Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from jinja2 import Environment, FileSystemLoader

from nlp.base.errors import DataError
from nlp.desk.guard import Guard
from nlp.desk.state import NAMES, Desk, Visitor
from nlp.outputs.fonts import FAMILY, font_path
from nlp.review.queues import SIZE
from nlp.review.store import Mark

HERE = Path(__file__).parent
LONGEST_NAME = 30  # characters of a coder's name
QUIET: Any = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}  # nothing leaves the machine
ANSWER = 400_000  # bytes of a form at most


async def form_of(request: Request) -> dict[str, str]:
    """The fields of a form, the last of each name."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > ANSWER:
            raise DataError.at("送来的内容太长", where="核对台", fix="缩短备注")
    return {name: values[-1] for name, values in parse_qs(body.decode(), keep_blank_values=True).items()}


def visitor_of(request: Request) -> Visitor:
    """Who sits at the window that a request comes from."""
    desk: Desk = request.app.state.desk
    return desk.visitor(request.scope["session"])


Form = Annotated[dict[str, str], Depends(form_of)]
Here = Annotated[Visitor, Depends(visitor_of)]


def create_app(desk: Desk, port: int, token: str) -> Guard:
    """The desk as an application, behind its guard."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, telemetry=QUIET)
    app.state.desk = desk
    pages = Environment(
        loader=FileSystemLoader(HERE / "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    pages.globals |= {"family": FAMILY, "desk": desk, "kinds": NAMES, "size": SIZE}
    app.mount("/static", StaticFiles(directory=HERE / "static"))

    def page(template: str, /, **told: Any) -> HTMLResponse:
        return HTMLResponse(pages.get_template(template).render(**told))

    @app.exception_handler(DataError)
    def fault(request: Request, error: DataError) -> Response:
        body = "".join(f"<p>{escape(line.strip())}</p>" for line in str(error).splitlines())
        if request.headers.get("hx-request"):
            return HTMLResponse(body, 422)
        return HTMLResponse(pages.get_template("fault.html.j2").render(body=body), 422)

    @app.get("/")
    def home(here: Here) -> Response:
        if not here.coder:
            return page("who.html.j2")
        return page("home.html.j2", visitor=here, queues=desk.queues(here.coder))

    @app.post("/who")
    def who(here: Here, form: Form) -> Response:
        name = " ".join(form.get("coder", "").split())
        if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
            raise DataError.at("请写一个名字", where="核对人", fix=f"一至 {LONGEST_NAME} 个字，每次用同一个")
        here.coder = name
        return see("/")

    @app.post("/mode")
    def mode(here: Here, form: Form) -> Response:
        here.blind = form.get("blind") == "1"
        return see("/")

    @app.post("/queue")
    def queue(here: Here, form: Form) -> Response:
        kind, size = form.get("kind", "random"), form.get("size", str(SIZE))
        if kind not in NAMES or not size.isdecimal() or not int(size):
            raise DataError.at("队列的种类或段数不对", where="新队列", fix="段数写一个正整数")
        return see(f"/queue/{desk.make_queue(kind, known(here).coder, int(size), form.get('query', ''))}")

    @app.get("/queue/{number}")
    def resume(number: int, here: Here) -> Response:
        position = desk.next_position(number, known(here).coder)
        return page("done.html.j2", number=number) if position is None else see(f"/queue/{number}/{position}")

    @app.get("/queue/{number}/{position}")
    def passage(number: int, position: int, here: Here) -> Response:
        shown = page("passage.html.j2", visitor=known(here), **desk.view(number, position, here))
        shown.headers["HX-Push-Url"] = f"/queue/{number}/{position}"
        return shown

    @app.get("/passage")
    def one(id: str, here: Here) -> Response:
        return see(f"/queue/{desk.queue_of_one(id)}/1") if here.coder else page("who.html.j2", then=id)

    @app.get("/number")
    def behind(query: str, here: Here) -> Response:
        return see(f"/queue/{desk.make_queue('number', known(here).coder, query=query)}")

    @app.post("/queue/{number}/{position}")
    def decide(number: int, position: int, here: Here, form: Form) -> Response:
        coder, act = known(here).coder, form.get("act", "decide")
        if act == "undo":
            return see(f"/queue/{number}/{desk.undo(number, coder)}")
        if act == "skip":
            desk.skip(number, position, coder)
        else:
            told: dict[str, Any] = {name: form.get(name, "") for name in ("digest", "note")}
            more = {"doubtful": form.get("doubtful") == "1", "seconds": seconds_of(form.get("seconds", ""))}
            told |= {"sent": form.get("sent") or None}
            desk.decide(
                number, position, coder, form.get("role", ""), marks_in(form.get("codes", "[]")), **told, **more
            )
        return see(f"/queue/{number}")

    @app.get("/report")
    def report() -> Response:
        path = desk.folder / "report.html"
        if not path.is_file():
            raise DataError.at("这个文件夹里没有 report.html", where=desk.folder, fix="重新运行 analyze")
        return FileResponse(path, media_type="text/html")

    @app.get("/font.otf")
    def font() -> Response:
        return FileResponse(font_path(), media_type="font/otf", headers={"cache-control": "max-age=86400"})

    return Guard(app, port, token)


def see(where: str) -> Response:
    """Go on to another page."""
    return RedirectResponse(quote(where), 303)


def known(visitor: Visitor) -> Visitor:
    """A visitor who has given a name. Raises DataError for one who has not."""
    if not visitor.coder:
        raise DataError.at("还不知道是谁在核对", where="核对台", fix="回到首页写下名字")
    return visitor


def seconds_of(told: str) -> float | None:
    """Seconds that a decision took, as the page measured them."""
    return min(float(told), 3600.0) if told.replace(".", "", 1).isdecimal() else None


def marks_in(told: str) -> list[Mark]:
    """Codes with their evidence, as the page sends them. Raises DataError for what no page of ours sends."""
    try:
        return [(str(code), int(start), int(end)) for code, start, end in json.loads(told)]
    except (ValueError, TypeError) as error:
        raise DataError.at("送来的代码读不懂", where="核对台", fix="刷新页面再判") from error
