"""Who may come in: this machine alone, by the address with the token of this start, and no page from elsewhere."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, urlencode

Scope = MutableMapping[str, Any]
App = Callable[[Scope, Any, Any], Awaitable[None]]
HERE = ("127.0.0.1", "localhost")
SAFE = ("GET", "HEAD")
HEADERS = {
    "content-security-policy": "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'",
    "cache-control": "no-store",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
CLOSED = "打不开：地址里没有这次启动的口令，或口令不对。请用启动 review 的窗口里写出的整个地址。"
ELSEWHERE = "拒绝：这个请求不是从核对台自己的页面发出的。请在核对台的页面里操作。"


class Guard:
    """Lets requests through that come from this machine, to this address, from our own pages, with the token or the
    cookie that was given for it."""

    def __init__(self, app: App, port: int, token: str) -> None:
        self.app, self.port, self.token = app, port, token
        self.cookie = f"desk{port}"
        self.sessions: set[str] = set()

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] != "http":
            return
        elif not self.is_ours(scope):
            await refuse(send, ELSEWHERE)
        elif (session := self.session_of(scope)) is not None:
            scope["session"] = session
            await self.app(scope, receive, with_headers(send, scope["path"]))
        elif self.has_token(scope):
            await self.let_in(scope, send)
        else:
            await refuse(send, CLOSED)

    def is_ours(self, scope: Scope) -> bool:
        """Whether a request comes from this machine, to our own name, and (where it changes anything) from our page."""
        sent = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        hosts = [f"{name}:{self.port}" for name in HERE]
        if scope["client"] is None or scope["client"][0] not in ("127.0.0.1", "::1") or sent.get("host") not in hosts:
            return False
        if sent.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            return False
        origin = sent.get("origin")
        return origin == f"http://{sent['host']}" or (origin is None and scope["method"] in SAFE)

    def session_of(self, scope: Scope) -> str | None:
        """The session of a request's cookie, if we gave it."""
        for name, value in scope["headers"]:
            if name == b"cookie":
                try:
                    found = SimpleCookie(value.decode("latin-1")).get(self.cookie)
                except CookieError:
                    return None
                if found is not None and found.value in self.sessions:
                    return found.value
        return None

    def has_token(self, scope: Scope) -> bool:
        """Whether the address holds the token of this start."""
        given = dict(parse_qsl(scope["query_string"].decode("latin-1"))).get("token", "")
        return scope["method"] == "GET" and secrets.compare_digest(given.encode(), self.token.encode())

    async def let_in(self, scope: Scope, send: Any) -> None:
        """Give a cookie in exchange for the token, and the same address without it."""
        session = secrets.token_urlsafe(24)
        self.sessions.add(session)
        rest = [(k, v) for k, v in parse_qsl(scope["query_string"].decode("latin-1")) if k != "token"]
        where = scope["path"] + (f"?{urlencode(rest)}" if rest else "")
        headers = {"location": where, "set-cookie": f"{self.cookie}={session}; HttpOnly; SameSite=Strict; Path=/"}
        await answer(send, 303, "", headers)


def with_headers(send: Any, path: str) -> Any:
    """``send`` that adds what a browser must keep to; the report, which is one file, brings its scripts with it."""
    added = dict(HEADERS)
    if path == "/report":
        added["content-security-policy"] = (
            "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; font-src data:; img-src data:"
        )

    async def sending(message: Any) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], *((k.encode(), v.encode()) for k, v in added.items())]
        await send(message)

    return sending


async def refuse(send: Any, why: str) -> None:
    """Answer 403."""
    await answer(send, 403, why, {})


async def answer(send: Any, status: int, text: str, headers: dict[str, str]) -> None:
    """Answer with plain text."""
    told = HEADERS | {"content-type": "text/plain; charset=utf-8"} | headers
    rows = [(name.encode(), value.encode("latin-1")) for name, value in told.items()]
    await send({"type": "http.response.start", "status": status, "headers": rows})
    await send({"type": "http.response.body", "body": text.encode()})
