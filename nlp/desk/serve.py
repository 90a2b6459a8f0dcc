"""Open the desk: on this machine alone, at a free port, until it is stopped."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Callable

from nlp.base.errors import DataError
from nlp.desk.guard import HERE
from nlp.desk.state import Desk


def listening(port: int) -> socket.socket:
    """A socket that listens on this machine alone; port 0 takes any free one. Raises DataError if it is in use."""
    place = socket.socket()
    try:
        place.bind((HERE[0], port))
    except OSError as error:
        place.close()
        fix = "不写 --port，由程序挑一个空着的"
        raise DataError.at(f"端口 {port} 已被占用或不许用", where=f"--port {port}", fix=fix) from error
    return place


def serve(desk: Desk, port: int, tell: Callable[[str], None], start: str = "/") -> None:
    """Serve the desk until Ctrl-C; ``tell`` gets the address, whose token holds for this start only."""
    import uvicorn

    from nlp.desk.app import create_app

    place, token = listening(port), secrets.token_urlsafe(24)
    try:
        taken = int(place.getsockname()[1])
        mark = "&" if "?" in start else "?"
        tell(f"http://{HERE[0]}:{taken}{start}{mark}token={token}")
        config = uvicorn.Config(create_app(desk, taken, token), log_level="error", access_log=False, ws="none")
        uvicorn.Server(config).run(sockets=[place])
    finally:
        place.close()
        desk.store.close()
