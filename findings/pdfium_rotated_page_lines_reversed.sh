#!/usr/bin/env bash
# pypdfium2 5.15.2 (with the pdfium it bundles), reportlab 5.1.0.
# Three lines of upright text; the page says /Rotate 90, as scanners, printer drivers and viewers write it.
# Expected: the page's rotation turns what is shown, not the order of the text: "one", "two", "three".
# Seen: /Rotate 90 alone gives the lines from the last to the first, 'three\r\ntwo\r\none'; 0, 180 and 270 give them as
# written; after page.set_rotation(0) so does 90. So nlp/readers/formats/pdf_objects.py turns a page upright by the
# direction of its text before it asks for the text.
# Exit status 1 if this changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q pypdfium2==5.15.2 reportlab==5.1.0
"$folder/venv/bin/python" - <<'PY'
import io
import sys

import pypdfium2
from reportlab.pdfgen import canvas

WRITTEN = ["one", "two", "three"]


def lines(rotation, upright=False):
    buffer = io.BytesIO()
    page = canvas.Canvas(buffer, pagesize=(400, 400))
    if rotation:
        page.setPageRotation(rotation)
    for number, word in enumerate(WRITTEN):
        page.drawString(50, 300 - 20 * number, word)
    page.save()
    shown = pypdfium2.PdfDocument(buffer.getvalue())[0]
    if upright:
        shown.set_rotation(0)
    return shown.get_textpage().get_text_range().split()


found = {rotation: lines(rotation) for rotation in (0, 90, 180, 270)}
print(found, lines(90, upright=True))
as_noted = found[90] == WRITTEN[::-1] and all(found[turn] == WRITTEN for turn in (0, 180, 270))
sys.exit(0 if as_noted and lines(90, upright=True) == WRITTEN else 1)
PY
