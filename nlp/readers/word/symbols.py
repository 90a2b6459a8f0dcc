"""What a character of a symbol font looks like: a ticked box, an arrow, a bullet."""

from __future__ import annotations

FONTS = {  # signs that offices use; whatever is not here is left out, as ornament
    "wingdings": dict.fromkeys((0x6F, 0x70, 0x71, 0x72, 0xA8), "□")
    | {0x6C: "●", 0x6E: "■", 0x75: "◆", 0xA1: "○", 0xA4: "⊙", 0xAB: "★", 0xD8: "➢", 0xE0: "→", 0xE8: "→"}
    | {0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑"}
    | {0x81 + n: chr(ord("①") + n) for n in range(10)}
    | {0x8C + n: chr(ord("❶") + n) for n in range(10)},
    "wingdings 2": {0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0xA3: "□"}
    | {0x6A + n: chr(ord("①") + n) for n in range(10)},
    "webdings": {0x61: "✓", 0x63: "□", 0x67: "■", 0x72: "✗"},
    "symbol": {0xB7: "·", 0xB0: "°", 0xB1: "±", 0xB3: "≥", 0xA3: "≤", 0xB4: "×", 0xB8: "÷", 0xB9: "≠", 0xBB: "≈"}
    | {0xAC: "←", 0xAD: "↑", 0xAE: "→", 0xAF: "↓", 0xA5: "∞", 0xD6: "√", 0xE5: "∑", 0x61: "α", 0x62: "β"},
}
PRIVATE = range(0xF000, 0xF100)  # where Word keeps the characters of such fonts


def symbol(font: str, code: int) -> str:
    """Return what a character of a font looks like; nothing for an ornament, the character itself in another font.

    >>> symbol("Wingdings 2", 0xF052), symbol("Wingdings", 0xA8), symbol("宋体", ord("★"))
    ('☑', '□', '★')
    """
    signs = FONTS.get(font.strip().lower())
    if signs is None:
        return chr(code) if 0x20 <= code < 0xD800 else ""
    return signs.get(code & 0xFF, "")


def looked_up(font: str, text: str) -> str:
    """Return a text as a font shows it; a text in no symbol font is itself."""
    if font.strip().lower() not in FONTS:
        return text
    return "".join(symbol(font, ord(char)) if ord(char) < 0x100 or ord(char) in PRIVATE else char for char in text)
