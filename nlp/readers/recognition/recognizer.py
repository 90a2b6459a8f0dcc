"""Have pictures of text read by a process of its own, within limits of its own (``--ocr``)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from threading import Timer
from types import TracebackType
from typing import Any

from nlp.readers.foreign import memory_of_its_own
from nlp.readers.recognition.answers import LENGTH, Found, Recognised, mended
from nlp.readers.source import ReadOptions

PROGRAM = ("-P", "-m", "nlp.readers.recognition.engine")
SECONDS = 180.0  # for one picture, models included; some 5 of a processor that has nothing else to do
HOME = Path(__file__).parents[3]
INSTALL = "pip install -r requirements-ocr.txt"


def is_installed() -> bool:
    """Whether this machine can recognise text."""
    return find_spec("rapidocr") is not None and find_spec("onnxruntime") is not None


class Recognizer:
    """Reads the pictures of one file as long as its limits allow. The process starts with the first picture."""

    def __init__(self, options: ReadOptions) -> None:
        self.until = time.monotonic() + options.max_ocr_seconds
        self.left = options.max_ocr_pages if options.ocr and is_installed() else 0
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Recognizer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def read(self, picture: bytes) -> Recognised | None:
        """Read one picture; ``None`` where it cannot be read, or the limits are reached."""
        seconds = min(SECONDS, self.until - time.monotonic())
        if not self.left or seconds <= 0:
            return None
        self.left -= 1
        process = self.process = self.process or started()
        watch = Timer(seconds, process.kill)
        watch.start()
        try:
            answer = asked(process, picture)
        finally:
            watch.cancel()
            watch.join()
        if answer is None:
            self.end()
            return None
        width, height = answer["size"]
        lines = [
            Found(left, top, right, bottom, mended(text), tuple(begins))
            for left, top, right, bottom, text, begins in answer["lines"]
        ]
        return Recognised(width, height, tuple(lines), tuple(map(tuple, answer["rules"])))

    def end(self) -> None:
        """End the process."""
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None


def started() -> subprocess.Popen[bytes]:
    """Start the process; it may have more memory than a reader process."""
    path = os.pathsep.join(filter(None, [str(HOME), os.environ.get("PYTHONPATH", "")]))
    with memory_of_its_own():
        return subprocess.Popen(
            [sys.executable, *PROGRAM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": path},
        )


def asked(process: subprocess.Popen[bytes], picture: bytes) -> Any:
    """Ask the process; ``None`` if it dies over the question."""
    if process.stdin is None or process.stdout is None:
        return None
    with suppress(OSError, ValueError):
        process.stdin.write(LENGTH.pack(len(picture)) + picture)
        process.stdin.flush()
        head = process.stdout.read(LENGTH.size)
        if len(head) == LENGTH.size:
            return json.loads(process.stdout.read(LENGTH.unpack(head)[0]))
    return None
