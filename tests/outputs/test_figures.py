"""Figures keep one contract: all glyphs, no cut label, unit, n and source, the same bytes; words do not collide."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image

from nlp.corpus.codebook import CODED_FACETS, Codebook
from nlp.corpus.folder import Corpus
from nlp.outputs.figures import FIGURE_TITLES, FIGURES, PALETTE, draw_figures, save
from nlp.outputs.figures.change import apart
from nlp.outputs.figures.flow import strongest
from nlp.outputs.figures.heat import FEW
from nlp.outputs.fonts import font_path, register_font
from nlp.outputs.style import broken, ems, on
from nlp.outputs.wordcloud import HEIGHT, WIDTH, draw_cloud, ellipse, mask_from, packed

Box = tuple[float, float, float, float]  # left, top, right, bottom in pixels
YEARS = ("2021", "2022", "2023")
KINDS = ("机关", "国企", "高校")
SLOGANS = ("两学一做", "八项规定精神学习教育", "两个维护")
TERMS = ("流于形式", "挂在墙上", "走过场", "硬指标", "App", "一岗双责", "补台账", "软任务", "结合点", "老一套")


def share_of(n: int, denominator: int) -> dict[str, object]:
    """The columns of a share, with a made interval."""
    share = n / denominator
    sure = {"n": n, "denominator": denominator, "share": share, "low": share * 0.7, "high": min(1.0, share * 1.3)}
    more = min(denominator, n + 2)
    return sure | {"n_with_doubtful": more, "share_with_doubtful": more / denominator}


def counted(codebook: Codebook, group: str, size: int) -> list[dict[str, object]]:
    """Rows of PREVALENCE for one group, in all units; every code has another share."""
    rows: list[dict[str, object]] = []
    for facet in ("role", *CODED_FACETS):
        for i, code in enumerate(codebook.of(facet)):
            for unit, total in (("段落", 4 * size), ("文档", size), ("独立来源", size - 1)):
                n = 1 + (i * 3 + len(group)) % (total - 2)
                rows.append({"facet": facet, "code": code, "group": group, "unit": unit, **share_of(n, total)})
    return rows


def within(codebook: Codebook, form: str, size: int, full: bool) -> list[dict[str, object]]:
    """Rows of PREVALENCE_WITHIN of one form; ``full``: nearly every document names every code."""
    return [
        row
        | {"form": form, "by": by}
        | ({"share": 0.9, "low": 0.8, "high": 1.0} if full and row["unit"] == "文档" else {})
        for by, groups in (("单位类别", KINDS), ("年份", YEARS))
        for i, group in enumerate(groups)
        for row in counted(codebook, group, size if i else 4)
    ]


def two_forms(codebook: Codebook) -> dict[str, pd.DataFrame]:
    """What :func:`made_tables` lacks of a corpus of whole reports and summaries."""
    return {
        "prevalence_by_form": pd.DataFrame(counted(codebook, "报告", 20) + counted(codebook, "短材料", 900)),
        "prevalence_within": pd.DataFrame(within(codebook, "报告", 12, True) + within(codebook, "短材料", 300, False)),
    }


def labels_of(n_documents: int, n_summaries: int) -> list[dict[str, object]]:
    """Roles of documents of two passages, and of summaries of one."""
    documents = [f"文{i}" for i in range(n_documents + n_summaries)]
    return [
        {"document_id": one, "passage_id": f"{one}#{p}", "facet": "role", "code": "context"}
        for i, one in enumerate(documents)
        for p in range(2 if i < n_documents else 1)
    ]


def moves_of(kind: str, items: tuple[str, ...]) -> list[dict[str, object]]:
    """Rows of TRENDS; the first year has few documents."""
    return [
        {"kind": kind, "item": item, "form": "全部", "freq": "Y", "period": year, "unit": "文档", "solid": y > 0}
        | share_of((i + y) % 4 if y else 1, 3 + 9 * y)
        for i, item in enumerate(items)
        for y, year in enumerate(YEARS)
    ]


def pairs_of(codebook: Codebook) -> list[dict[str, object]]:
    """Rows of LINKS: some more than chance, some less, some in doubt."""
    rows: list[dict[str, object]] = []
    for left, right in (("cause", "manifestation"), ("manifestation", "remedy")):
        for i, one in enumerate(codebook.of(left)):
            for j, other in enumerate(codebook.of(right)):
                lift = (0.4, 1.1, 2.4, 3.9)[(i + 2 * j) % 4]
                rows.append(
                    {"scope": "文档", "pair": f"{left}→{right}", "source_code": one, "target_code": other}
                    | {"n": 1 + (i * j) % 9, "lift": lift, "low": lift * 0.8, "high": lift * 1.4}
                )
    return rows


def changes_of(codes: tuple[str, ...]) -> list[dict[str, object]]:
    """Rows of MOVEMENTS: rising, falling, in doubt, several that end at one level."""
    rows: list[dict[str, object]] = []
    for i, code in enumerate(codes):
        earlier, later = 0.10 + 0.02 * (i % 5), (0.2, 0.2, 0.2, 0.05)[i % 4]
        change, doubt = later - earlier, 0.03 if i % 2 else 0.5
        rows.append(
            {
                "kind": "code",
                "item": code,
                "form": "全部",
                "freq": "Y",
                "unit": "文档",
                "earlier": "2018–2020",
                "later": "2021–2023",
            }
            | {"denominator_earlier": 40, "denominator_later": 50, "share_earlier": earlier, "share_later": later}
            | {"change": change, "change_low": change - doubt, "change_high": change + doubt}
        )
    return rows


def points_of(codes: tuple[str, ...]) -> list[dict[str, object]]:
    """Rows of CORRESPONDENCE: codes on a spiral, some in one place, groups among them."""
    rows: list[dict[str, object]] = []
    for by, groups in (("单位类别", KINDS), ("年份", YEARS)):
        for i, item in enumerate((*codes, *groups)):
            turn, far = i * 0.9, 0.1 + 0.02 * (i % 7)
            place = {"x": far * float(np.cos(turn)), "y": far * float(np.sin(turn)), "quality": 0.2 + 0.03 * i}
            side = "分组" if item in groups else "代码"
            rows.append(
                {"by": by, "side": side, "item": item, "n": 10 + i, "inertia_x": 0.5, "inertia_y": 0.3}
                | {"inertia": 0.12, "p": 0.01 if by == "年份" else 0.8}
                | place
            )
    return rows


def net_of(
    network: str, nodes: tuple[str, ...], codebook: Codebook
) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """Rows of NETWORK_EDGES and NETWORK_NODES: a ring with chords."""
    n = len(nodes)
    edges = [
        {"network": network, "one": nodes[i], "other": nodes[(i + step) % n], "n": 5, "npmi": 0.1 + 0.05 * (i % 5)}
        for i in range(n)
        for step in (1, 2)
    ]
    facets = [codebook.facet_of(node) if network == "代码" else None for node in nodes]
    return edges, [
        {"network": network, "node": x, "facet": f, "n": 3 + i}
        for i, (x, f) in enumerate(zip(nodes, facets, strict=True))
    ]


def made_tables(codebook: Codebook) -> dict[str, pd.DataFrame]:
    """Small tables from which every figure can be drawn."""
    codes = tuple(code for facet in CODED_FACETS for code in codebook.of(facet))
    nets = [net_of("代码", codes, codebook), net_of("词项", TERMS, codebook)]
    n_topics = range(4, 9)
    return {
        name: pd.DataFrame(rows)
        for name, rows in {
            "prevalence": counted(codebook, "全部", 30),
            "prevalence_by_unit": [row for kind in KINDS for row in counted(codebook, kind, 12)],
            "prevalence_by_year": [row for year in YEARS for row in counted(codebook, year, 10)],
            "trends": moves_of("code", codes) + moves_of("term", TERMS) + moves_of("slogan", SLOGANS),
            "bursts": [{"item": codes[0], "form": "全部", "freq": "Y", "start": "2022", "end": "2023"}],
            "movements": changes_of(codes)
            + [
                row | {"kind": "slogan", "direction": to, "q": 0.01}
                for row, to in zip(changes_of(SLOGANS), ("退场", "登场", "看不出方向"), strict=True)
            ],
            "turnover": [
                {"form": "全部", "freq": "Y", "period": y, "denominator": 20, "slogan_change": a, "problem_change": b}
                for y, a, b in zip(YEARS, (None, 0.5, 0.4), (None, 0.1, 0.2), strict=True)
            ],
            "links": pairs_of(codebook),
            "labels": labels_of(9, 40),
            "network_edges": nets[0][0] + nets[1][0],
            "network_nodes": nets[0][1] + nets[1][1],
            "correspondence": points_of(codes),
            "keyness": [
                {"target": target, "term": term, "n_target": 9 + i, "log_ratio": 2.0, "log_likelihood": 40.0 / (i + 1)}
                for target in ("manifestation", "cause", "remedy", "achievement")
                for i, term in enumerate(TERMS)
            ],
            "keyness_by_unit": [
                {"target": kind, "term": term, "n_target": 5, "log_ratio": 1.0, "log_likelihood": 20.0 / (i + 1)}
                for kind in KINDS
                for i, term in enumerate(TERMS)
            ],
            "decision": [
                {"facet": "cause", "n_topics": k, "chosen": k == 6, "n_stable": min(k, 6), "merit": k}
                | dict.fromkeys(("coherence", "c_v", "diversity", "stability", "coverage"), 0.5 + 0.05 * k)
                | {f"{name}_spread": 0.05 for name in ("coherence", "c_v", "diversity", "stability", "coverage")}
                for k in n_topics
            ],
            "theme_shares": [{"theme_id": "cause-01", "unit": "段落", "denominator": 60}],
        }.items()
    }


@pytest.fixture(scope="module")
def tables(corpus: Corpus) -> dict[str, pd.DataFrame]:
    """Small tables from which every figure can be drawn."""
    return made_tables(corpus.codebook)


@dataclass(frozen=True)
class Drawn:
    """A figure after it was saved: its texts with their boxes in pixels of its picture."""

    figure: Figure
    tables: dict[str, pd.DataFrame]
    path: Path
    pixels: np.ndarray
    boxes: list[tuple[str, Box]]
    families: set[str]


def all_figures() -> list[object]:
    """Every registered figure of documents of one form, and those that tell two forms apart of two."""
    second = [name for name in FIGURES if name.endswith("_summaries")]
    one = [pytest.param((name, False), id=name) for name in FIGURES if name not in second]
    apart = ["roles", "codes_cause", "heat_years", "heat_units", *second]
    return one + [pytest.param((name, True), id=f"{name}·两种篇幅") for name in apart]


@pytest.fixture(scope="module", params=all_figures())
def drawn(
    request: pytest.FixtureRequest,
    tables: dict[str, pd.DataFrame],
    corpus: Corpus,
    tmp_path_factory: pytest.TempPathFactory,
) -> Drawn:
    """Every registered figure, drawn once; a missing glyph is a warning, and a warning is an error here."""
    name, apart = request.param
    made = tables | two_forms(corpus.codebook) if apart else tables
    figure = FIGURES[name](made, corpus.codebook)
    assert figure is not None
    path = tmp_path_factory.mktemp("图") / name
    found = boxes_of(figure, path)
    pixels = np.asarray(Image.open(path.with_suffix(".png")).convert("RGB")).astype(int)
    boxes = [(text.get_text(), box) for text, box in found.items()]
    return Drawn(figure, made, path, pixels, boxes, {text.get_fontname() for text in found})


def boxes_of(figure: Figure, path: Path) -> dict[Text, Box]:
    """Save a figure; the texts that were drawn in its picture (matplotlib keeps more than it draws) and where."""
    seen: dict[Text, Box] = {}
    original = Text.draw

    def draw(text: Text, renderer: object) -> None:
        if isinstance(renderer, RendererAgg) and text.get_visible() and text.get_text().strip():
            box = text.get_window_extent(renderer)
            seen[text] = (box.x0, renderer.height - box.y1, box.x1, renderer.height - box.y0)
        original(text, renderer)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Text, "draw", draw)
        save(figure, path)
    return seen


def test_no_label_is_cut_by_the_edge(drawn: Drawn) -> None:
    height, width, _ = drawn.pixels.shape
    cut = [t for t, (x0, y0, x1, y1) in drawn.boxes if x0 < -1 or y0 < -1 or x1 > width + 1 or y1 > height + 1]
    assert cut == []


def test_there_is_ink_where_a_label_stands(drawn: Drawn) -> None:
    bare = []
    for text, (x0, y0, x1, y1) in drawn.boxes:
        patch = drawn.pixels[max(0, int(y0)) : int(y1) + 1, max(0, int(x0)) : int(x1) + 1]
        if re.search(r"[\u4e00-\u9fff]", text) and patch.size and np.ptp(patch, axis=(0, 1)).max() < 40:
            bare.append(text)
    assert bare == []
    assert sum(bool(re.search(r"[\u4e00-\u9fff]", text)) for text, _ in drawn.boxes) >= 3


def test_unit_n_and_source_are_stated(drawn: Drawn) -> None:
    said = drawn.figure.get_supxlabel()
    assert re.search(r"单位：(段落|文档|词|主题)", said)
    assert re.search(r"n＝\D{0,4}\d+ (段|篇)", said.replace("\n", ""))
    assert re.search(r"资料来源：表“.+”", said.replace("\n", ""))
    assert re.search(r"[\u4e00-\u9fff]{4}", drawn.figure.get_suptitle())


def test_all_text_is_in_the_font_of_the_package(drawn: Drawn) -> None:
    assert drawn.families == {register_font()}


def test_the_same_tables_give_the_same_bytes(drawn: Drawn, corpus: Corpus, tmp_path: Path) -> None:
    figure = FIGURES[drawn.path.name](drawn.tables, corpus.codebook)
    assert figure is not None
    svg = save(figure, tmp_path / drawn.path.name)
    for ending in (".png", ".svg"):
        assert (tmp_path / drawn.path.name).with_suffix(ending).read_bytes() == drawn.path.with_suffix(
            ending
        ).read_bytes()
    assert svg.startswith("<svg")
    assert "<dc:date>" not in svg


@pytest.mark.parametrize("name", list(FIGURES))
def test_a_figure_without_rows_is_left_out(tables: dict[str, pd.DataFrame], corpus: Corpus, name: str) -> None:
    assert FIGURES[name]({key: table.head(0) for key, table in tables.items()}, corpus.codebook) is None
    assert name in FIGURE_TITLES


def test_only_figures_that_can_be_filled_are_written(
    tables: dict[str, pd.DataFrame], corpus: Corpus, tmp_path: Path
) -> None:
    empty = {key: table.head(0) for key, table in tables.items()}
    assert set(draw_figures(empty | {"prevalence": tables["prevalence"]}, corpus.codebook, tmp_path)) == {
        "roles",
        "codes_manifestation",
        "codes_cause",
        "codes_remedy",
    }


def said_by(figure: Figure | None) -> str:
    """Title and note of a figure, without line breaks."""
    assert figure is not None
    return (figure.get_suptitle() + figure.get_supxlabel()).replace("\n", "")


FORMS_DRAWN = [
    pytest.param(
        "codes_cause",
        (20, 900),
        ["报告（20 篇）", "短材料（900 篇）"],
        "n＝报告 20 篇、短材料 900 篇，分开数",
        id="并排",
    ),
    pytest.param(
        "codes_cause",
        (20, 4),
        ["报告（20 篇）"],
        "n＝报告 20 篇；横线为 95% 区间（Wilson）；深色为确定的，浅色连同存疑的。短材料只有 4 篇，不画。",
        id="短材料太少",
    ),
    pytest.param("codes_cause", (4, 900), [""], "n＝30 篇", id="报告太少不分开"),
    pytest.param("codes_cause", (20, 0), [""], "n＝30 篇", id="只有报告"),
    pytest.param(
        "roles",
        (20, 900),
        ["报告（80 段）", "短材料（3600 段）"],
        "n＝报告 80 段、短材料 3600 段，分开数",
        id="角色数段落",
    ),
]


@pytest.mark.parametrize(("name", "sizes", "panels", "said"), FORMS_DRAWN)
def test_bars_count_one_form_a_panel(
    tables: dict[str, pd.DataFrame], corpus: Corpus, name: str, sizes: tuple[int, int], panels: list[str], said: str
) -> None:
    rows = [
        row for form, n in zip(("报告", "短材料"), sizes, strict=True) if n for row in counted(corpus.codebook, form, n)
    ]
    figure = FIGURES[name](tables | {"prevalence_by_form": pd.DataFrame(rows)}, corpus.codebook)
    assert said in said_by(figure)
    assert [place.get_title() for place in figure.axes] == panels  # type: ignore[union-attr]
    assert ("分长短占比" in said_by(figure)) == (panels != [""])


def test_bars_are_the_shares_of_the_table(tables: dict[str, pd.DataFrame], corpus: Corpus) -> None:
    made = two_forms(corpus.codebook)
    figure = FIGURES["codes_cause"](tables | made, corpus.codebook)
    assert figure is not None
    rows = made["prevalence_by_form"]
    rows = rows[(rows["facet"] == "cause") & (rows["unit"] == "文档")]
    names = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    for place, form in zip(figure.axes, ("报告", "短材料"), strict=True):
        drawn = {names[round(bar.get_y() + bar.get_height() / 2)]: bar.get_width() / 100 for bar in place.patches}
        mine = rows[rows["group"] == form]
        assert drawn == pytest.approx(dict(zip(map(corpus.codebook.name, mine["code"]), mine["share"], strict=True)))


HEATS = [
    pytest.param(
        "heat_years",
        True,
        ("报告：各年提到各代码的段落占比", "单位：段落（只数报告）；n＝112 段", "不足 5 篇"),
        id="报告数段落",
    ),
    pytest.param(
        "heat_years_summaries", True, ("短材料：各年", "单位：文档（只数短材料）；n＝604 篇"), id="短材料数文档"
    ),
    pytest.param("heat_units", True, ("报告：各类单位", "资料来源：表“分长短再分组的占比”"), id="单位"),
    pytest.param(
        "heat_units", False, ("各类单位提到各代码的文档占比", "n＝36 篇", "资料来源：表“分单位占比”"), id="一种篇幅"
    ),
]


@pytest.mark.parametrize(("name", "apart", "said"), HEATS)
def test_heat_maps_count_one_form(
    tables: dict[str, pd.DataFrame], corpus: Corpus, name: str, apart: bool, said: tuple[str, ...]
) -> None:
    told = said_by(FIGURES[name](tables | (two_forms(corpus.codebook) if apart else {}), corpus.codebook))
    assert [words for words in said if words not in told] == []


def test_a_group_of_few_documents_is_grey_also_where_forms_are_not_told_apart(
    tables: dict[str, pd.DataFrame], corpus: Corpus
) -> None:
    counts = tables["prevalence_by_year"]
    few = counts["group"] == counts["group"].min()
    figure = FIGURES["heat_years"](
        tables | {"prevalence_by_year": counts.assign(denominator=counts["denominator"].mask(few, 4))}, corpus.codebook
    )
    assert "灰色的列名不足 5 篇，不可细读" in said_by(figure)
    assert figure is not None
    names = figure.axes[0].get_xticklabels()
    assert [label.get_color() == FEW for label in names] == [True] + [False] * (len(names) - 1)


@pytest.mark.parametrize("name", ["heat_years_summaries", "heat_units_summaries"])
def test_one_form_has_no_second_map(tables: dict[str, pd.DataFrame], corpus: Corpus, name: str) -> None:
    assert FIGURES[name](tables, corpus.codebook) is None


def test_every_problem_has_its_own_strongest_links(tables: dict[str, pd.DataFrame], corpus: Corpus) -> None:
    codes, causes = corpus.codebook.of("manifestation"), corpus.codebook.of("cause")
    links = pd.DataFrame(pairs_of(corpus.codebook)).assign(lift=1.05, low=0.9, high=1.2, n=5)
    loud = links["target_code"].isin(codes[:2])  # as where everybody writes of two problems: lower bounds above 1
    links.loc[loud, "low"] = 1.01
    best = (links["source_code"] == causes[3]) & (links["target_code"] == codes[4])
    links.loc[best, "lift"] = 3.0
    flows = strongest(links[links["pair"] == "cause→manifestation"], "target_code")
    assert Counter(flow.target for flow in flows) == dict.fromkeys(codes, 2)
    assert {flow.target for flow in flows if flow.sure} == set(codes[:2])
    assert next(flow.source for flow in flows if flow.target == codes[4]) == causes[3]
    figure = FIGURES["links_sankey"](tables | {"links": links}, corpus.codebook)
    shown = {text.get_text() for text in figure.axes[0].texts}  # type: ignore[union-attr]
    assert {corpus.codebook.name(code) for code in codes} <= shown


def test_the_flows_say_what_is_left_out(tables: dict[str, pd.DataFrame], corpus: Corpus) -> None:
    links = pd.DataFrame(pairs_of(corpus.codebook)).assign(n=5)
    lost = corpus.codebook.of("cause")[0]
    links.loc[links["source_code"] == lost, "lift"] = 0.5
    told = said_by(FIGURES["links_sankey"](tables | {"links": links}, corpus.codebook))
    drawn = sum(
        len(strongest(links[links["pair"] == pair], end))
        for pair, end in (("cause→manifestation", "target_code"), ("manifestation→remedy", "source_code"))
    )
    assert f"共 {drawn} 对，其余 {len(links) - drawn} 对（含{corpus.codebook.name(lost)}" in told
    assert "n＝9 篇（两段以上的）" in told, "一段的材料里碰不到一起"
    assert "灰色的带" not in told


def test_where_every_document_names_every_code_passages_are_counted(
    tables: dict[str, pd.DataFrame], corpus: Corpus
) -> None:
    codes = corpus.codebook.of("cause")
    full = pd.DataFrame(moves_of("code", codes)).assign(share=0.95, low=0.9, high=1.0)
    parts = pd.DataFrame(moves_of("code", codes)).assign(unit="段落", denominator=200)
    figure = FIGURES["trend_cause"]({**tables, "trends": pd.concat([full, parts])}, corpus.codebook)
    assert figure is not None
    assert "单位：段落" in figure.get_supxlabel()
    assert "n＝600 段" in figure.get_supxlabel()


def test_a_burst_is_a_band_over_its_years(tables: dict[str, pd.DataFrame], corpus: Corpus) -> None:
    figure = FIGURES["trend_manifestation"](tables, corpus.codebook)
    assert figure is not None
    bands = {place.get_title(): [patch.get_extents().width for patch in place.patches] for place in figure.axes}
    name = corpus.codebook.name(corpus.codebook.of("manifestation")[0])
    assert [title for title, found in bands.items() if found] == [name]


def test_drawing_leaves_the_users_matplotlib_alone(tables: dict[str, pd.DataFrame], corpus: Corpus) -> None:
    import matplotlib

    before = dict(matplotlib.rcParams)
    FIGURES["roles"](tables, corpus.codebook)
    assert dict(matplotlib.rcParams) == before


def test_colours_are_distinct() -> None:
    assert len(set(PALETTE)) == len(PALETTE)


def test_the_font_is_known_once() -> None:
    from matplotlib import font_manager

    name = register_font()
    register_font()
    entries = [entry for entry in font_manager.fontManager.ttflist if entry.fname == str(font_path())]
    assert [entry.name for entry in entries] == [name]


APART = [
    pytest.param([1.0, 5.0, 9.0], [1.0, 5.0, 9.0], id="本来就开"),
    pytest.param([5.0, 5.0, 5.0], [5.0, 6.0, 7.0], id="同一高度"),
    pytest.param([9.0, 9.5, 9.9], [8.0, 9.0, 10.0], id="顶到头往下让"),
    pytest.param([], [], id="空"),
]


@pytest.mark.parametrize(("values", "placed"), APART)
def test_labels_are_moved_apart(values: list[float], placed: list[float]) -> None:
    assert apart(values, 1.0, 10.0) == pytest.approx(placed)


BROKEN = [
    pytest.param("单位：文档；n＝2087 篇", 10, ["单位：文档；n＝2087", " 篇"], id="折行"),
    pytest.param("一二三四五，六", 5, ["一二三四五，", "六"], id="逗号不到行首"),
    pytest.param("一二三四0.5", 4.7, ["一二三四0.5"], id="数字不拆开"),
    pytest.param("短", 9, ["短"], id="不必折"),
]


@pytest.mark.parametrize(("text", "room", "lines"), BROKEN)
def test_long_notes_are_broken(text: str, room: float, lines: list[str]) -> None:
    assert broken(text, room / 72 * 10, 10).split("\n") == lines
    assert ems("一a") == pytest.approx(1.56)


@pytest.mark.parametrize(
    ("colour", "ink"), [("white", "#222222"), ("black", "white"), ("#08306b", "white"), ("#deebf7", "#222222")]
)
def test_values_can_be_read_on_their_cell(colour: str, ink: str) -> None:
    assert on(colour) == ink


# --- word clouds -----------------------------------------------------------------------------------------------------

WEIGHTS = {"流于形式": 12.0, "挂在墙上": 9.5, "走过场": 7.0, "硬指标": 4.0, "App": 2.0}


def ink(picture: Path) -> float:
    """Share of pixels that are not white."""
    return float((np.asarray(Image.open(picture).convert("RGB")) < 250).any(axis=2).mean())


def test_a_cloud_is_the_same_bytes_twice(tmp_path: Path) -> None:
    one = draw_cloud(WEIGHTS, tmp_path / "甲.png", 7)
    two = draw_cloud(dict(reversed(WEIGHTS.items())), tmp_path / "乙.png", 7)
    assert one
    assert two
    assert one.read_bytes() == two.read_bytes()
    assert ink(one) > 0.02


def test_another_seed_gives_another_cloud() -> None:
    assert packed(WEIGHTS, 1) != packed(WEIGHTS, 2)


def test_a_cloud_of_nothing_is_none(tmp_path: Path) -> None:
    assert draw_cloud({}, tmp_path / "空.png") is None
    assert list(tmp_path.iterdir()) == []


def test_a_cloud_of_one_term(tmp_path: Path) -> None:
    path = draw_cloud({"融合": 1.0}, tmp_path / "一.png")
    assert path
    assert ink(path) > 0.01


def test_every_word_finds_room_and_the_heaviest_is_largest() -> None:
    many = {f"第{i}个说法": 100.0 / (i + 1) for i in range(60)}
    words = packed(many, 7)
    assert [word.term for word in words] == list(many)
    assert words[0].size == max(word.size for word in words)


def test_no_word_stands_in_another_and_none_outside_the_mask(tmp_path: Path) -> None:
    mask = ellipse()
    words = packed({f"第{i}个": 50.0 - i for i in range(40)}, 3, mask)
    assert len(words) == 40
    count = np.zeros((HEIGHT, WIDTH), dtype=int)
    for word in words:
        x0, y0, x1, y1 = round(word.x), round(word.y - 0.8 * word.size), round(word.x + 2.2 * word.size), round(word.y)
        count[y0:y1, x0:x1] += 1
    assert count.max() == 1
    assert not count[~mask].any()


def test_a_mask_can_be_a_picture(tmp_path: Path) -> None:
    shape = np.full((100, 200, 3), 255, dtype=np.uint8)
    shape[:, 100:] = 0
    Image.fromarray(shape).save(tmp_path / "形.png")
    mask = mask_from(tmp_path / "形.png")
    assert mask.shape == (300, 600)
    assert not mask[:, :290].any()
    words = packed(WEIGHTS, 7, mask)
    assert len(words) == len(WEIGHTS)
    assert min(word.x for word in words) >= 290


def test_slogans_that_come_and_go_are_named_and_others_left_out(corpus: Corpus) -> None:
    figure = FIGURES["trend_slogans"](made_tables(corpus.codebook), corpus.codebook)
    assert figure is not None
    titles = {axes.get_title() for axes in figure.axes if axes.get_visible()}
    assert titles == {"两学一做：退场", "八项规定精神学习教育：登场"}
