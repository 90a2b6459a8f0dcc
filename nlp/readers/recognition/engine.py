"""The process that reads pictures of text: it loads the models once and answers a picture at a time.

Standard input carries pictures (PNG, JPEG …), each behind its length as eight bytes; standard output carries JSON
behind its length: the lines found, each as left, top, right, bottom (pixels), what it says and where its characters
begin; with the size and the ruled lines of the picture. The models lie in the package (requirements-ocr.txt); nothing
is fetched. One thread: the reader processes share the cores.
"""

from __future__ import annotations

import io
import json
import logging
import os
import sys
from typing import Any

from nlp.readers.recognition.answers import LENGTH

LONGEST_SIDE = 2000  # pixels: a page at 170 dpi; what is larger is made smaller and costs no more
SETTINGS = {  # measured in docs/measurements.md: half the memory and time of the usual ones, the same errors
    "Global.use_cls": False,
    "Global.max_side_len": LONGEST_SIDE,
    "Det.limit_type": "max",
    "Det.limit_side_len": 960,
    "Global.return_word_box": True,  # where every character stands: cells of a table may be one line to it
    "Global.return_single_char_box": True,
    "Rec.rec_batch_num": 1,
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
}
MOST_PIXELS = 60_000_000
DARK = 160  # of 255: what is darker is ink
THICKEST, MOST_RULES = 12, 500  # pixels of a ruled line; lines of one direction on a page


def main() -> None:
    """Answer until the input ends."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints is no answer
    logging.disable(logging.CRITICAL)
    from rapidocr import RapidOCR

    engine = RapidOCR(params=SETTINGS)
    while len(head := sys.stdin.buffer.read(LENGTH.size)) == LENGTH.size:
        raw = sys.stdin.buffer.read(LENGTH.unpack(head)[0])
        answer = json.dumps(found_in(engine, raw)).encode()
        answers.write(LENGTH.pack(len(answer)) + answer)
        answers.flush()


def found_in(engine: Any, raw: bytes) -> dict[str, object]:
    """Read one picture."""
    import numpy as np
    from PIL import Image

    with Image.open(io.BytesIO(raw)) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            return {"size": picture.size, "lines": [], "rules": []}
        pixels = np.asarray(picture.convert("RGB"))
    result = engine(pixels[:, :, ::-1])
    boxes = [] if result.boxes is None else result.boxes.tolist()
    lines = [line_of(box, chars) for box, chars in zip(boxes, result.word_results or (), strict=True) if chars]
    return {"size": [pixels.shape[1], pixels.shape[0]], "lines": lines, "rules": rules_in(pixels)}


def line_of(box: list[list[float]], chars: Any) -> tuple[object, ...]:
    """Return a line: left, top, right, bottom, its characters, and where each begins."""
    across, down = zip(*box, strict=True)
    kept = [(char, min(corner[0] for corner in corners)) for char, _, corners in chars if len(char) == 1]
    text = "".join(char for char, _ in kept)
    return min(across), min(down), max(across), max(down), text, [float(left) for _, left in kept]


def rules_in(pixels: Any) -> list[list[int]]:
    """Find the ruled lines of tables and boxes: what stays of the ink where only long, straight strokes may stay."""
    import cv2

    ink = cv2.threshold(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), DARK, 255, cv2.THRESH_BINARY_INV)[1]
    height, width = ink.shape
    rules: list[list[int]] = []
    for shape in ((max(width // 25, 20), 1), (1, max(height // 60, 20))):
        strokes = cv2.morphologyEx(ink, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_RECT, shape))
        for left, top, wide, high, _ in cv2.connectedComponentsWithStats(strokes)[2][1 : MOST_RULES + 1].tolist():
            if min(wide, high) <= THICKEST:
                rules.append([left, top, left + wide, top + high])
    return rules


if __name__ == "__main__":
    main()
