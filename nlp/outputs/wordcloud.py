"""Word clouds: the same terms and the same seed give the same picture."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from nlp.outputs.figures import PALETTE
from nlp.outputs.fonts import font_path
from nlp.store import Replacement


def draw_cloud(frequencies: Mapping[str, float], path: Path, seed: int = 7) -> Path | None:
    """Draw ``frequencies`` (term → weight) to a PNG; None if there is nothing to draw."""
    from wordcloud import WordCloud

    ordered = dict(sorted(frequencies.items(), key=lambda pair: (-pair[1], pair[0])))
    if not ordered:
        return None
    cloud = WordCloud(
        font_path=str(font_path()),
        width=1200,
        height=600,
        background_color="white",
        random_state=seed,
        max_words=120,
        prefer_horizontal=0.95,
    )
    cloud.generate_from_frequencies(ordered)
    places = {term: i for i, term in enumerate(ordered)}
    cloud.recolor(color_func=lambda word, **_: PALETTE[places[word] % 6])
    path.parent.mkdir(parents=True, exist_ok=True)
    with Replacement(path) as temporary:
        cloud.to_file(str(temporary))
    return path
