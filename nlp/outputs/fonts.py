"""Chinese fonts from the font package: for figures, and cut down to the characters in use for a page."""

from __future__ import annotations

import base64
import io
from pathlib import Path

FAMILY = "Noto Sans SC"


def font_path() -> Path:
    """File of the sans-serif font (OFL)."""
    from pylopdf_fonts_zh_cn import sans_path

    return Path(sans_path())


def register_font() -> str:
    """Make the font known to matplotlib; return its family name."""
    from matplotlib import font_manager

    path = str(font_path())
    if path not in {entry.fname for entry in font_manager.fontManager.ttflist}:
        font_manager.fontManager.addfont(path)
    return font_manager.FontProperties(fname=path).get_name()


def make_default() -> str:
    """Let matplotlib write Han characters in every figure of this process; return the family's name."""
    import matplotlib

    family = register_font()
    matplotlib.rcParams["font.family"] = family
    matplotlib.rcParams["axes.unicode_minus"] = False
    return family


def font_face(text: str) -> str:
    """A CSS ``@font-face`` rule with just the characters of ``text``, so that a page shows them on any machine."""
    from fontTools import subset
    from fontTools.ttLib import TTFont

    with TTFont(str(font_path()), recalcTimestamp=False) as font:
        options = subset.Options(layout_features=["kern"], hinting=False, desubroutinize=False)
        chooser = subset.Subsetter(options)
        chooser.populate(text="".join(sorted(set(text) | set(map(chr, range(32, 127))))))
        chooser.subset(font)
        font.flavor = "woff2"
        buffer = io.BytesIO()
        font.save(buffer)
    data = base64.b64encode(buffer.getvalue()).decode("ascii")
    return f'@font-face{{font-family:"{FAMILY}";src:url(data:font/woff2;base64,{data}) format("woff2");}}'
