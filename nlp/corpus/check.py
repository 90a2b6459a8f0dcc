"""Every fault of a corpus folder, with file and line: what ``python -m nlp check`` lists."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pandas as pd

from nlp.base.errors import DataError
from nlp.corpus.backtracking import endless
from nlp.corpus.check_sentences import sentence_faults
from nlp.corpus.codebook import CODED_FACETS, Codebook, load_codebook, readable_codes
from nlp.corpus.complete import incomplete_codes
from nlp.corpus.faults import attempt, found
from nlp.corpus.folder import GOLD_LABELS, GOLD_PASSAGES, ONLY_TRAINING
from nlp.corpus.harvest import FOLDER
from nlp.corpus.lexicon import compiles, cue_pattern, load_hints, load_lexicon, load_phrases
from nlp.store.files import read_table
from nlp.tables import FACETS, ROLES, UNIT_KINDS

MANIFEST_COLUMNS = (
    "document_id",
    "source",
    "piece",
    "title",
    "organ",
    "kind_of_unit",
    "level",
    "date",
    "genre",
    "voice",
)
DATE = r"(?:\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?)?"
PATTERNS = {  # tables of the lexicon, and the column that holds a pattern, or a wording that becomes one
    "noise.csv": "pattern",
    "headings.csv": "pattern",
    "unit_kinds.csv": "pattern",
    "genres.csv": "pattern",
    "openers.csv": "pattern",
    "cues.csv": "wording",
}
TABLE_FILES = (".xlsx", ".xls", ".csv", ".jsonl")  # one text a row: their rows bring their own metadata


def check_corpus(folder: Path) -> list[str]:
    """List every fault of ``folder`` as a message in Chinese; an empty list means none."""
    faults: list[str] = []
    codebook = attempt(lambda: load_codebook(folder / "codebook" / "codes.csv"), faults)
    attempt(
        lambda: load_lexicon(
            folder / "lexicon", codebook.ids if codebook else readable_codes(folder / "codebook" / "codes.csv")
        ),
        faults,
    )
    attempt(lambda: load_phrases(folder / "lexicon" / "slogans.csv"), faults)
    manifest = attempt(lambda: read_table(folder / "documents.csv", required=MANIFEST_COLUMNS), faults)
    passages = attempt(lambda: read_table(folder / "gold" / "passages.csv", required=GOLD_PASSAGES), faults)
    labels = attempt(lambda: read_table(folder / "gold" / "labels.csv", required=GOLD_LABELS), faults)
    for file in harvest_files(folder):
        attempt(partial(load_hints, file, None), faults)
    faults += pattern_faults(folder)
    if manifest is not None:
        faults += manifest_faults(manifest, folder)
    if passages is not None and manifest is not None:
        faults += passage_faults(passages, manifest, folder)
    if labels is not None and passages is not None and codebook is not None:
        faults += label_faults(labels, passages, codebook, folder)
    if codebook is not None:
        faults += incomplete_codes(codebook, folder)
    return faults + sentence_faults(folder, codebook)


def harvest_files(folder: Path) -> list[Path]:
    """Tables of patterns by which figures, measures and ledgers are harvested."""
    return sorted((folder / FOLDER).glob("*.csv"))


def pattern_faults(folder: Path) -> Iterator[str]:
    """Faults of rules and cues that compile, but take for ever over an unlucky line."""
    tables = [(folder / "lexicon" / name, column) for name, column in PATTERNS.items()]
    tables += [(path, "pattern") for path in harvest_files(folder)]
    known = [
        (path, str(row.line), str(getattr(row, column)), pattern)
        for path, column in tables
        for table in [attempt(partial(read_table, path, required=(column,)), [])]
        if table is not None
        for row in table.itertuples()
        for pattern in [cue_pattern(str(row.wording)) if column == "wording" else str(row.pattern)]
        if compiles(pattern)
    ]
    for at in endless([pattern for *_, pattern in known]):
        path, line, written, _ = known[at]
        yield str(
            DataError.at(
                f"写法会使匹配极慢：{written}",
                where=f"{path} 第 {line} 行",
                fix="重复里不再套重复（如 (a+)+），几种写法不要都能配上同一个字，.* 改成有上限的 .{0,40}",
            )
        )


def manifest_faults(manifest: pd.DataFrame, folder: Path) -> list[str]:
    """Faults of documents.csv: repeated ids, files that are absent, unlisted files, dates, kinds of unit."""
    path = folder / "documents.csv"
    files = {file.name for file in report_files(folder)}
    listed = set(manifest["source"])
    faults = [
        *found(manifest["document_id"] == "", manifest, "文档没有编号", path, "填写 document_id"),
        *found(manifest.duplicated("document_id", keep=False), manifest, "文档编号重复", path, "改用不同的编号"),
        *found(~manifest["source"].isin(files), manifest, "清单里的文件不在 reports/", path, "补上文件，或删去这一行"),
        *found(
            ~manifest["date"].str.fullmatch(DATE), manifest, "日期写法不对", path, "写成 2022、2022-06 或 2022-06-18"
        ),
        *found(
            ~manifest["kind_of_unit"].isin(UNIT_KINDS),
            manifest,
            "不认识的单位类别",
            path,
            f"只能用：{'、'.join(UNIT_KINDS)}",
        ),
    ]
    if unlisted := sorted(name for name in files - listed if not name.endswith(TABLE_FILES)):
        faults.append(str(DataError.at(f"清单里没有这些文件：{'、'.join(unlisted)}", where=path, fix="每个文件补一行")))
    return faults


def passage_faults(passages: pd.DataFrame, manifest: pd.DataFrame, folder: Path) -> list[str]:
    """Faults of gold/passages.csv: repeated ids, ids that do not belong to their document, unknown documents."""
    path = folder / "gold" / "passages.csv"
    known = set(manifest["document_id"])
    tables = tuple(name for name in manifest["source"] if name.endswith(TABLE_FILES))
    sources = [*tables, *table_names(folder), ONLY_TRAINING]
    of_table = passages["document_id"].str.startswith(tuple(f"{name}·" for name in sources))
    owner = passages["passage_id"].str.rsplit("#", n=1).str[0]
    return [
        *found(passages["text"] == "", passages, "段落没有文字", path, "填写 text，或删去这一行"),
        *found(passages.duplicated("passage_id", keep=False), passages, "段落编号重复", path, "改用不同的编号"),
        *found(passages.duplicated("text", keep=False), passages, "段落文字完全相同", path, "只留一段"),
        *found(owner != passages["document_id"], passages, "段落编号与文档编号不符", path, "写成 文档编号#序号"),
        *found(
            ~passages["document_id"].isin(known) & ~of_table,
            passages,
            "段落的文档不在清单里",
            path,
            "在 documents.csv 补一行，或改正 document_id",
        ),
    ]


def report_files(folder: Path) -> list[Path]:
    """Files among the reports, hidden ones left out; none where the folder is absent."""
    reports = folder / "reports"
    return sorted(f for f in reports.iterdir() if not f.name.startswith(".")) if reports.is_dir() else []


def table_names(folder: Path) -> list[str]:
    """Names of the table files among the reports."""
    return sorted(file.name for file in report_files(folder) if file.suffix in TABLE_FILES)


def label_faults(labels: pd.DataFrame, passages: pd.DataFrame, codebook: Codebook, folder: Path) -> list[str]:
    """Faults of gold/labels.csv: unknown codes, spans that do not quote, codes that the role does not allow."""
    path = folder / "gold" / "labels.csv"
    known = {(facet, code) for facet in CODED_FACETS for code in codebook.of(facet)} | {
        ("role", role) for role in ROLES
    }
    is_known = pd.Series([pair in known for pair in zip(labels["facet"], labels["code"], strict=True)], labels.index)
    key = ["passage_id", "coder", "facet", "code", "start"]
    text = labels["passage_id"].map(passages.drop_duplicates("passage_id").set_index("passage_id")["text"])
    spans = labels["start"].str.fullmatch(r"\d+") & labels["end"].str.fullmatch(r"\d+")
    quotes = pd.Series(
        [
            not isinstance(whole, str) or (ok and facet_quotes(whole, int(a), int(b), facet, evidence))
            for whole, ok, a, b, facet, evidence in zip(
                text,
                spans,
                labels["start"].where(spans, "0"),
                labels["end"].where(spans, "0"),
                labels["facet"],
                labels["evidence"],
                strict=True,
            )
        ],
        labels.index,
    )
    roles = labels[labels["facet"] == "role"]
    role_of = roles.drop_duplicates(["passage_id", "coder"]).set_index(["passage_id", "coder"])["code"]
    own = pd.Series(role_of.reindex(pd.MultiIndex.from_frame(labels[["passage_id", "coder"]])).array, labels.index)
    coded = labels["facet"].isin(CODED_FACETS)
    return [
        *found(~labels["facet"].isin(FACETS), labels, "没有这样的维度", path, f"只能用：{'、'.join(FACETS)}"),
        *found(
            labels["facet"].isin(FACETS) & ~is_known,
            labels,
            "编码表里没有这个代码",
            path,
            "改正拼写，或先在 codes.csv 增加",
        ),
        *found(text.isna(), labels, "没有这个段落", path, "改正 passage_id，或在 passages.csv 补上"),
        *found(~quotes, labels, "证据与原文不符", path, "使 evidence 等于段落文字的 [start:end]"),
        *found(labels.duplicated(key, keep=False), labels, "标注重复", path, "只留一行"),
        *found(
            roles.duplicated(["passage_id", "coder"], keep=False),
            roles,
            "一个编码者给了一段两个角色",
            path,
            "只留一个角色",
        ),
        *found(coded & own.isna(), labels, "有代码而没有角色", path, "补上该编码者的角色行"),
        *found(
            coded & own.notna() & (own != labels["facet"]),
            labels,
            "代码不属于该段角色的维度",
            path,
            "改正角色，或删去代码",
        ),
        *found_uncoded(passages, roles, folder),
    ]


def facet_quotes(text: str, start: int, end: int, facet: str, evidence: str) -> bool:
    """Whether a span lies in the text and, for a code, quotes it; a role's evidence may be left empty."""
    if not 0 <= start < end <= len(text):
        return False
    return text[start:end] == evidence or (facet == "role" and not evidence)


def found_uncoded(passages: pd.DataFrame, roles: pd.DataFrame, folder: Path) -> Iterator[str]:
    """Yield a message if a passage has no adjudicated role."""
    done = set(roles.loc[roles["coder"] == "gold", "passage_id"])
    path = folder / "gold" / "passages.csv"
    yield from found(
        ~passages["passage_id"].isin(done), passages, "段落没有标准角色", path, "在 labels.csv 补上 gold 的角色行"
    )
