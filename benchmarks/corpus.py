"""What is in the reference corpus: how many of everything, how varied, how well coded, how well read back?

    python benchmarks/corpus.py [--json FILE]

Exit status 1 if a count, a limit of sameness or a share of reading back is not kept.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402

from nlp.agreement.statistics import (  # noqa: E402
    bootstrap,
    cohen_kappa,
    compare_codings,
    confused_codes,
    confused_pairs,
    krippendorff_alpha,
    presence,
    shared_passages,
)
from nlp.corpus.codebook import CODED_FACETS  # noqa: E402
from nlp.corpus.folder import ONLY_TRAINING, Corpus, open_corpus  # noqa: E402
from nlp.run.run import Run  # noqa: E402
from nlp.search.batch_text import flat_of, views_of  # noqa: E402
from nlp.search.cues import finder_for  # noqa: E402
from nlp.search.fold import matchable  # noqa: E402
from nlp.store.files import write_json  # noqa: E402
from nlp.tables import ROLES  # noqa: E402
from nlp.text.segment import segment_documents  # noqa: E402

SHINGLE = 5  # Han characters
ALIKE = 0.35  # Jaccard of the shingle sets above which two passages count as alike
MOST_ALIKE = 0.01  # share of passages that may be alike to one of another report
STRING, MOST_REPORTS = 14, 3  # Han characters; independent reports that may share such a string
COPYIST = "复制"  # a report whose voice in the manifest says so is a copy on purpose
DOUBLED = 500  # passages to be coded twice
SHORT, LONG = 100, 400  # characters of a summary as the issue counts them
TARGET_KAPPA = 0.85  # mean over the codes of a facet
LEAST = {
    "报告": 72,
    "段落": 2400,
    "声音": 12,
    "难负例": 500,
    "二次编码": DOUBLED,
    "role:manifestation": 800,
    "role:cause": 400,
    "role:remedy": 450,
    "role:achievement": 300,
    "role:context": 250,
    "role:other": 60,
    "manifestation": 100,  # each code of the facet
    "cause": 60,
    "remedy": 60,
    "短材料": 200,  # each table, of 100 to 400 characters
}
# Share of gold passages given back word for word; single-line pages, OCR slips and gaps in Big5 make 1 impossible.
READ_BACK = {"全部": 0.93, "docx": 0.97, "html": 0.85, "md": 0.97, "pdf": 0.94, "txt": 0.93, "csv": 0.95, "xlsx": 0.95}
NOT_HAN = re.compile(r"[^\u3400-\u9fff]")
MARK = "\ue000"  # stands for a set phrase, so that what stands around it still counts


def gold_of(corpus: Corpus) -> pd.DataFrame:
    """Gold passages with ``role``, ``codes`` (of the role's facet), ``source`` and ``in_table``."""
    passages, labels = corpus.gold_passages(), corpus.gold_labels()
    manifest = corpus.manifest().set_index("document_id")["source"]
    role = labels[labels["facet"] == "role"].set_index("passage_id")["code"]
    codes = labels[labels["facet"] != "role"].groupby("passage_id")["code"].agg(lambda ids: frozenset(ids))
    source = passages["document_id"].map(manifest)
    return passages.assign(
        role=passages["passage_id"].map(role),
        codes=[value if isinstance(value, frozenset) else frozenset() for value in passages["passage_id"].map(codes)],
        source=source.fillna(passages["document_id"].str.split("·").str[0]),
        in_table=source.isna(),
    )


def counts(corpus: Corpus, gold: pd.DataFrame) -> dict[str, int]:
    """What the issue counts: reports, passages, voices, hard negatives, passages per role and per code (facet/code)."""
    manifest, twice = corpus.manifest(), corpus.gold_labels("second")["passage_id"].nunique()
    total = {
        "报告": len(manifest),
        "报告文件": manifest["source"].nunique(),
        "段落": len(gold),
        "报告的段落": int((~gold["in_table"]).sum()),
        "声音": manifest["voice"].nunique(),
        "难负例": len(hard_negatives(corpus, gold)),
        "二次编码": int(twice),
    }
    by_role = {f"role:{role}": int((gold["role"] == role).sum()) for role in ROLES}
    by_code = {
        f"{facet}/{code}": sum(code in codes for codes in gold["codes"])
        for facet in CODED_FACETS
        for code in corpus.codebook.of(facet)
    }
    return total | by_role | by_code


def hard_negatives(corpus: Corpus, gold: pd.DataFrame) -> list[str]:
    """Passages that are no manifestation and hold a cue of a manifestation."""
    problems = set(corpus.codebook.of("manifestation"))
    others = gold[gold["role"] != "manifestation"]
    flat = flat_of(views_of(list(others["text"]), corpus.lexicon).texts)
    found = finder_for(corpus.lexicon).find_each(flat)
    return [
        passage_id
        for passage_id, hits in zip(others["passage_id"], found, strict=True)
        if any(hit.code in problems for hit in hits)
    ]


def summaries(gold: pd.DataFrame) -> pd.DataFrame:
    """Rows of the tables of summaries: ``n`` all, ``n_long`` of 100 to 400 characters; index = file."""
    rows = gold[gold["in_table"] & (gold["source"] != ONLY_TRAINING)]
    length = rows["text"].str.len()
    return pd.DataFrame(
        {"n": rows.groupby("source").size(), "n_long": length.between(SHORT, LONG).groupby(rows["source"]).sum()}
    )


def spread(corpus: Corpus, material: Run, column: str) -> pd.DataFrame:
    """Reports and summaries per value of ``column`` (kind_of_unit, genre, year, encoding …)."""
    documents = material["documents"].assign(
        year=material["documents"]["date"].str[:4], format=material["documents"]["source"].str.rsplit(".", n=1).str[-1]
    )
    is_report = documents["document_id"].isin(set(corpus.manifest()["document_id"]))
    table = pd.crosstab(documents[column].fillna("（无）"), is_report)
    return table.reindex(columns=[True, False], fill_value=0).set_axis(["报告", "短材料"], axis="columns")


def shortfalls(found: Mapping[str, int], tables: pd.DataFrame) -> list[str]:
    """Counts that stay below what the issue asks for."""
    least = {name: LEAST.get(name, LEAST.get(name.split("/")[0], 0)) for name in found}
    faults = [f"{name} {found[name]} < {least[name]}" for name in found if found[name] < least[name]]
    return faults + [f"{name} {n} < {LEAST['短材料']}" for name, n in tables["n_long"].items() if n < LEAST["短材料"]]


def han(text: str) -> str:
    """The Han characters of a text."""
    return NOT_HAN.sub("", text)


def independent(corpus: Corpus, gold: pd.DataFrame) -> pd.DataFrame:
    """Gold passages without the reports that are copies on purpose."""
    manifest = corpus.manifest()
    copies = set(manifest.loc[manifest["voice"].str.contains(COPYIST), "document_id"])
    return gold[~gold["document_id"].isin(copies)]


def alike(gold: pd.DataFrame) -> list[tuple[str, str, float]]:
    """Pairs of passages of different reports whose shingle sets have a Jaccard index above ``ALIKE``, closest first."""
    texts = [han(text) for text in gold["text"]]
    shingles = [{text[i : i + SHINGLE] for i in range(len(text) - SHINGLE + 1)} for text in texts]
    holders: dict[str, list[int]] = defaultdict(list)
    for at, grams in enumerate(shingles):
        for gram in grams:
            holders[gram].append(at)
    shared = Counter(
        (one, other) for places in holders.values() for k, other in enumerate(places) for one in places[:k]
    )
    ids, document = list(gold["passage_id"]), list(gold["document_id"])
    pairs = [
        (ids[one], ids[other], n / (len(shingles[one]) + len(shingles[other]) - n))
        for (one, other), n in shared.items()
        if document[one] != document[other]
    ]
    return sorted((pair for pair in pairs if pair[2] > ALIKE), key=lambda pair: (-pair[2], pair))


def set_phrases(folder: Path) -> list[str]:
    """Set phrases of the trade, the longest first."""
    lines = (folder / "lexicon" / "set_phrases.txt").read_text(encoding="utf-8").splitlines()
    return sorted({line.strip() for line in lines if line.strip() and line[0] not in "#["}, key=lambda p: (-len(p), p))


def strings_of(text: str, phrases: re.Pattern[str]) -> set[str]:
    """Strings of ``STRING`` Han characters, a set phrase counting as one."""
    marked = phrases.sub(MARK, han(text))
    return {marked[i : i + STRING] for i in range(len(marked) - STRING + 1)}


def recurring(gold: pd.DataFrame, phrases: Sequence[str]) -> list[tuple[str, tuple[str, ...]]]:
    """Strings that stand in more than ``MOST_REPORTS`` reports, with the reports."""
    pattern = re.compile("|".join(phrases) or r"(?!)")
    reports: dict[str, set[str]] = defaultdict(set)
    for text, document in zip(gold["text"], gold["document_id"], strict=True):
        for string in strings_of(text, pattern):
            reports[string].add(document)
    return sorted((s, tuple(sorted(ids))) for s, ids in reports.items() if len(ids) > MOST_REPORTS)


def read_back(corpus: Corpus, material: Run, gold: pd.DataFrame) -> pd.Series:
    """Whether each gold passage comes back from its file word for word, as a piece of its document.

    Pieces are what reading gives; where the role turns inside one, the coder cuts it further.
    """
    table = corpus.lexicon.fold_table
    pieces = segment_documents(material["documents"], corpus.lexicon)
    given = {(r.document_id, matchable(r.text, table).text) for r in pieces.itertuples()}
    return pd.Series([(r.document_id, matchable(r.text, table).text) in given for r in gold.itertuples()], gold.index)


def read_shares(back: pd.Series, gold: pd.DataFrame) -> pd.DataFrame:
    """Passages and share read back: of all reports (``全部``), then per file format; index = format."""
    suffix = gold["source"].str.rsplit(".", n=1).str[-1]
    table = back.groupby(suffix).agg(["size", "mean"])
    reports = back[~gold["in_table"]]
    table.loc["全部"] = [len(reports), reports.mean()]
    return table.astype({"size": int}).loc[[name for name in READ_BACK if name in table.index]]


def unread(shares: pd.DataFrame) -> list[str]:
    """Formats that are read back less well than stated."""
    below = shares[shares["mean"] < pd.Series(READ_BACK).loc[shares.index]]
    return [f"{name} {share:.3f} < {READ_BACK[name]}" for name, share in below["mean"].items()]


def coding_by(corpus: Corpus, coder: str) -> pd.DataFrame:
    """Labels of one coder, each with its document."""
    document = corpus.gold_passages().set_index("passage_id")["document_id"]
    labels = corpus.gold_labels(coder)
    return labels.assign(document_id=labels["passage_id"].map(document))


def agreement(corpus: Corpus, resamples: int = 1000) -> pd.DataFrame:
    """AGREEMENT of the first and the blind second coding, one row a role and a code, before adjudication."""
    facets = {"role": ROLES} | {facet: corpus.codebook.of(facet) for facet in CODED_FACETS}
    return compare_codings(coding_by(corpus, "writer"), coding_by(corpus, "second"), facets, resamples)


def role_agreement(corpus: Corpus, resamples: int = 1000) -> dict[str, float]:
    """κ of the role as a whole with its interval, and α."""
    one, other, document = roles_of_two(corpus)
    kappa = bootstrap(lambda rows: cohen_kappa(one[rows], other[rows]), document, resamples)
    return {**kappa.columns("kappa"), "alpha": krippendorff_alpha(one, other)}


def roles_of_two(corpus: Corpus) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Roles by both coders and the documents of the passages that both coded."""
    writer, second = coding_by(corpus, "writer"), coding_by(corpus, "second")
    ids, document = shared_passages(writer, second)
    one, other = (
        labels[labels["facet"] == "role"].set_index("passage_id")["code"].loc[ids].to_numpy()
        for labels in (writer, second)
    )
    return one, other, document


def facet_means(table: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """Mean κ and mean α over the codes of each facet."""
    means = table[table["facet"] != "role"].groupby("facet")[["kappa", "alpha"]].mean()
    return {facet: (float(means.loc[facet, "kappa"]), float(means.loc[facet, "alpha"])) for facet in CODED_FACETS}


def confusions(corpus: Corpus) -> Iterator[tuple[str, str, str, int]]:
    """(facet, first coder's, second coder's, passages), most frequent first; a code against none included as ``—``."""
    writer, second = coding_by(corpus, "writer"), coding_by(corpus, "second")
    ids, _ = shared_passages(writer, second)
    for one, other, n in confused_pairs(*roles_of_two(corpus)[:2]):
        yield "role", one, other, n
    for facet in CODED_FACETS:
        codes = corpus.codebook.of(facet)
        first, then = presence(writer, ids, facet, codes), presence(second, ids, facet, codes)
        swapped = confused_codes(first, then, codes)
        for one, other, n in swapped:
            yield facet, one, other, n
        in_swap = Counter(name for one, other, n in swapped for name in (one, other) for _ in range(n))
        for k, code in enumerate(codes):
            only_first, only_second = int((first & ~then)[:, k].sum()), int((then & ~first)[:, k].sum())
            if alone := max(0, only_first + only_second - in_swap[code]):
                yield facet, code, "—", alone


def adjudicated(corpus: Corpus) -> int:
    """Passages coded twice and differently in role or codes."""
    given = [
        coding_by(corpus, coder).groupby("passage_id")[["facet", "code"]].agg(frozenset).apply(tuple, axis="columns")
        for coder in ("writer", "second")
    ]
    both = given[0].index.intersection(given[1].index)
    return int((given[0].loc[both] != given[1].loc[both]).sum())


def show(title: str, table: pd.DataFrame) -> None:
    """Print a table under a title."""
    print(f"\n{title}")
    print(table.to_string(float_format=lambda value: f"{value:.3f}"))


def tell_counts(corpus: Corpus, material: Run, found: Mapping[str, int], tables: pd.DataFrame) -> None:
    """Print what there is of everything."""
    print("一、数量")
    print("，".join(f"{name} {n:,}" for name, n in found.items() if "/" not in name and ":" not in name))
    print("角色：" + "，".join(f"{role} {found[f'role:{role}']:,}" for role in ROLES))
    for facet in CODED_FACETS:
        print(f"{facet}：" + "，".join(f"{code} {found[f'{facet}/{code}']}" for code in corpus.codebook.of(facet)))
    show(f"短材料（n_long = {SHORT}–{LONG} 字）", tables)
    for column, title in (("kind_of_unit", "单位类别"), ("year", "年份"), ("format", "格式"), ("encoding", "编码")):
        show(title, spread(corpus, material, column))
    for column, title in (("level", "层级"), ("genre", "文体")):
        values = corpus.manifest()[column].value_counts()
        print(f"\n{title}：" + "，".join(f"{value} {n}" for value, n in values.items()))


def tell_sameness(corpus: Corpus, gold: pd.DataFrame) -> tuple[float, int]:
    """Print and return the share of alike passages and the number of recurring strings."""
    free = independent(corpus, gold)
    pairs, repeated = alike(free), recurring(free, set_phrases(corpus.folder))
    share = len({pid for one, other, _ in pairs for pid in (one, other)}) / len(free)
    copies = gold["document_id"].nunique() - free["document_id"].nunique()
    print(f"\n二、雷同（不算有意写成抄件的 {copies} 篇）")
    print(f"与另一篇的段落 {SHINGLE} 字组 Jaccard 超过 {ALIKE} 的段落：{share:.2%}（{len(pairs)} 对）")
    for one, other, score in pairs[:8]:
        print(f"  {one} {other} {score:.2f}")
    unmasked = len(recurring(free, []))
    print(f"在超过 {MOST_REPORTS} 篇材料里重复的 {STRING} 字串：{len(repeated)}（固定说法不除外时 {unmasked}）")
    for string, ids in repeated[:20]:
        print(f"  {string.replace(MARK, '〔固定说法〕')} {'、'.join(ids)}")
    return share, len(repeated)


def tell_agreement(corpus: Corpus, table: pd.DataFrame, role: Mapping[str, float]) -> None:
    """Print κ and α of the role, of the facets and of every code, and the confused pairs."""
    twice, differing = int(table["n"].max()), adjudicated(corpus)
    print(f"\n三、一致性（第一次编码与盲编第二次，{twice} 段，裁定前；{differing} 段角色或代码不同）")
    print(f"角色：κ {role['kappa']:.3f} [{role['low']:.3f}, {role['high']:.3f}]，α {role['alpha']:.3f}")
    for facet, (kappa, alpha) in facet_means(table).items():
        print(f"{facet} 各代码平均：κ {kappa:.3f}，α {alpha:.3f}")
    columns = ["facet", "code", "n_gold", "n_coder", "kappa", "low", "high", "alpha"]
    renamed = {"n_gold": "n_first", "n_coder": "n_second"}
    show("逐个代码（区间按文档自助抽样）", table[columns].rename(columns=renamed))
    print("混淆：" + "；".join(f"{facet} {one} / {other} {n}" for facet, one, other, n in confusions(corpus)))


def tell_reading(back: pd.Series, gold: pd.DataFrame, shares: pd.DataFrame) -> None:
    """Print the share read back per format and the files that lose most."""
    print("\n四、读回：产品自己读文件、切段，逐字得到标注段落的比例（“全部”只算报告）", end="")
    show("", shares.assign(least=pd.Series(READ_BACK)))
    worst = back.groupby(gold["source"]).mean().sort_values(kind="stable").head(6)
    print("最低的文件：" + "，".join(f"{name} {share:.2f}" for name, share in worst.items()))


def too_low(means: Mapping[str, tuple[float, float]]) -> list[str]:
    """Facets whose mean κ stays below the target."""
    return [f"{facet} 平均 κ {kappa:.3f}" for facet, (kappa, _) in means.items() if kappa < TARGET_KAPPA]


def main() -> int:
    """Count, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, help="write the figures here as well")
    options = parser.parse_args()

    corpus = open_corpus()
    gold, material = gold_of(corpus), Run(corpus, inputs=[corpus.folder / "reports"])
    found, tables = counts(corpus, gold), summaries(gold)
    tell_counts(corpus, material, found, tables)
    share, n_repeated = tell_sameness(corpus, gold)
    table, role = agreement(corpus), role_agreement(corpus)
    tell_agreement(corpus, table, role)
    filed = gold[gold["source"] != ONLY_TRAINING]
    back = read_back(corpus, material, filed)
    shares = read_shares(back, filed)
    tell_reading(back, filed, shares)

    faults = shortfalls(found, tables) + unread(shares) + too_low(facet_means(table))
    if share >= MOST_ALIKE or n_repeated:
        faults.append(f"雷同：{share:.2%}，{n_repeated} 个串")
    print("\n" + ("没有达到：" + "；".join(faults) if faults else "各项都达到"))
    if options.json:
        codes = table.set_index("code")[["facet", "n_gold", "n_coder", "kappa", "low", "high", "alpha"]].round(4)
        figures = {
            "counts": found,
            "alike": share,
            "recurring": n_repeated,
            "role": role,
            "codes": codes.to_dict("index"),
        }
        write_json(figures | {"read_back": shares["mean"].round(4).to_dict()}, options.json)
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
