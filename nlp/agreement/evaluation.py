"""Agreement of a coder with a gold file: what ``python -m nlp evaluate`` prints and writes."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from nlp.agreement.statistics import (
    bootstrap,
    calibration_error,
    cohen_kappa,
    compare_codings,
    confused_codes,
    confused_pairs,
    coverage_risk,
    krippendorff_alpha,
    macro_f1,
    micro_f1,
    presence,
    reliability,
    role_macro_f1,
)
from nlp.base.errors import DataError
from nlp.coding.coder import Coder
from nlp.coding.role_gate import Reading, labels_of
from nlp.corpus.codebook import CODED_FACETS, Codebook
from nlp.corpus.folder import Corpus
from nlp.search.batch_text import flat_of, views_of
from nlp.search.cues import finder_for
from nlp.statistics.intervals import Interval
from nlp.tables import ROLES

RESAMPLES = 500
SUREST = 0.7


@dataclass(frozen=True)
class GoldFile:
    """Passages of a gold file with their coding."""

    passages: pd.DataFrame  # passage_id, document_id, section, text
    roles: list[str]
    codes: list[list[str]]


def read_gold(path: Path, codebook: Codebook) -> GoldFile:
    """Read JSON Lines: id, text, role, codes; document and section if present. Raises DataError with all faults."""
    rows, faults = [], []
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except FileNotFoundError as error:
        raise DataError.at("找不到文件", where=path, fix="检查路径") from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            row, fault = gold_row(line, codebook)
            if fault:
                faults.append(f"第 {number} 行：{fault}")
            elif row:
                rows.append(row)
    if faults or not rows:
        raise DataError.at(
            "标准文件有误", where=f"{path}\n    " + "\n    ".join(faults or ["没有一行"]), fix="一行一个 JSON 对象"
        )
    passages = pd.DataFrame([row[0] for row in rows])
    if passages["passage_id"].duplicated().any():
        again = "、".join(passages.loc[passages["passage_id"].duplicated(), "passage_id"])
        raise DataError.at(f"编号重复：{again}", where=path, fix="改用不同的编号")
    return GoldFile(passages, [row[1] for row in rows], [row[2] for row in rows])


def gold_row(line: str, codebook: Codebook) -> tuple[tuple[dict[str, str], str, list[str]] | None, str]:
    """One passage with role and codes, or what is wrong with its line."""
    try:
        value = json.loads(line)
    except json.JSONDecodeError as error:
        return None, f"不是 JSON（{error.msg}）"
    if not isinstance(value, dict) or not all(name in value for name in ("id", "text", "role", "codes")):
        return None, "缺 id、text、role 或 codes"
    if value["role"] not in ROLES:
        return None, f"没有这个角色：{value['role']}"
    if unknown := [code for code in value["codes"] if code not in codebook.ids]:
        return None, f"编码表里没有：{'、'.join(map(str, unknown))}"
    passage = {
        "passage_id": str(value["id"]),
        "document_id": str(value.get("document") or value["id"]),
        "section": str(value.get("section") or ""),
        "text": str(value["text"]),
    }
    return (passage, value["role"], list(value["codes"])), ""


def evaluate(gold: GoldFile, coder: Coder, corpus: Corpus, by_document: bool = False) -> dict[str, Any]:
    """Compare ``coder`` with ``gold``.

    Returns
    -------
    dict, ready for JSON: role_accuracy, role_macro_f1, ``{facet}_macro_f1`` and ``{facet}_micro_f1`` over all passages;
    intervals, per-code table, κ, false alarms on hard negatives, confused pairs, calibration, coverage and risk.
    With ``by_document`` a document carries the union of its passages' codes, and facets are compared by document.
    """
    readings = coder.read(gold.passages)
    given = labels_of(gold.passages, readings, coder.name)
    wanted = gold_labels(gold, corpus.codebook)
    ids = list(gold.passages["passage_id"])
    groups = gold.passages["document_id"].to_numpy()
    facets = {facet: list(corpus.codebook.of(facet)) for facet in CODED_FACETS}
    one = {facet: presence(wanted, ids, facet, codes) for facet, codes in facets.items()}
    two = {facet: presence(given, ids, facet, codes) for facet, codes in facets.items()}
    if by_document:
        one, two = ({f: by_group(m, groups) for f, m in side.items()} for side in (one, two))
        groups_of_rows = np.unique(groups)
    else:
        groups_of_rows = groups
    role_gold, role_given = np.array(gold.roles), np.array([reading.role.role for reading in readings])
    result: dict[str, Any] = {
        "coder": coder.name,
        "n_passages": len(ids),
        "n_documents": len(np.unique(groups)),
        "unit": "document" if by_document else "passage",
        "role_accuracy": float(np.mean(role_gold == role_given)),
        "role_macro_f1": role_macro_f1(role_gold, role_given),
        "role_kappa": cohen_kappa(role_gold, role_given),
        "role_alpha": krippendorff_alpha(role_gold, role_given),
        "role_accuracy_interval": bounds(
            bootstrap(lambda rows: float(np.mean(role_gold[rows] == role_given[rows])), groups, RESAMPLES)
        ),
    }
    for facet, codes in facets.items():
        result |= facet_figures(facet, codes, one[facet], two[facet], groups_of_rows)
    per_code = compare_codings(wanted, given, {"role": list(ROLES), **facets}, RESAMPLES)
    result["per_code"] = per_code.astype(object).where(per_code.notna(), None).to_dict("records")
    result |= hard_negative_figures(gold, role_given, corpus)
    result["confused_roles"] = confused_pairs(gold.roles, list(role_given))
    result |= calibration_figures(gold, readings, facets)
    return result


def gold_labels(gold: GoldFile, codebook: Codebook) -> pd.DataFrame:
    """The gold coding as rows of passage_id, document_id, facet, code."""
    rows = []
    for passage, role, codes in zip(gold.passages.itertuples(), gold.roles, gold.codes, strict=True):
        rows.append((passage.passage_id, passage.document_id, "role", role))
        rows += [(passage.passage_id, passage.document_id, codebook.facet_of(code), code) for code in codes]
    return pd.DataFrame(rows, columns=["passage_id", "document_id", "facet", "code"])


def by_group(matrix: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Union of the codes within each group, groups in sorted order."""
    names, inverse = np.unique(groups, return_inverse=True)
    union = np.zeros((len(names), matrix.shape[1]), dtype=bool)
    np.logical_or.at(union, inverse, matrix)
    return union


def facet_figures(
    facet: str, codes: list[str], gold: np.ndarray, given: np.ndarray, groups: np.ndarray
) -> dict[str, object]:
    """Macro- and micro-F1 of one facet with intervals, and its confused codes."""
    return {
        f"{facet}_macro_f1": macro_f1(gold, given),
        f"{facet}_micro_f1": micro_f1(gold, given),
        f"{facet}_macro_f1_interval": bounds(bootstrap(lambda r: macro_f1(gold[r], given[r]), groups, RESAMPLES)),
        f"{facet}_micro_f1_interval": bounds(bootstrap(lambda r: micro_f1(gold[r], given[r]), groups, RESAMPLES)),
        f"{facet}_confused": confused_codes(gold, given, codes),
    }


def bounds(interval: Interval) -> tuple[float, float]:
    """The bounds of an interval, ready for JSON."""
    return float(interval.low), float(interval.high)


def hard_negative_figures(gold: GoldFile, role_given: np.ndarray, corpus: Corpus) -> dict[str, object]:
    """Share of hard negatives read as a problem: passages of another role that hold a manifestation cue."""
    problems = set(corpus.codebook.of("manifestation"))
    flat = flat_of(views_of(list(gold.passages["text"]), corpus.lexicon).texts)
    hits = finder_for(corpus.lexicon).find_each(flat)
    hard = np.array(
        [
            role != "manifestation" and any(hit.code in problems for hit in found)
            for role, found in zip(gold.roles, hits, strict=True)
        ]
    )
    alarms = hard & (role_given == "manifestation")
    others = np.array(gold.roles) != "manifestation"
    return {
        "n_hard_negatives": int(hard.sum()),
        "false_alarm_rate": float(alarms.sum() / max(1, hard.sum())),
        "false_alarm_rate_all": float((others & (role_given == "manifestation")).sum() / max(1, others.sum())),
    }


def calibration_figures(gold: GoldFile, readings: list[Reading], facets: dict[str, list[str]]) -> dict[str, object]:
    """Calibration of role and code scores, and the figures among the surest passages."""
    top = np.array([reading.role.ranked[0][1] for reading in readings])
    right = np.array([reading.role.role == role for reading, role in zip(readings, gold.roles, strict=True)])
    flat = [
        (score, code in codes)
        for reading, codes in zip(readings, gold.codes, strict=True)
        for code, score in reading.scores
    ]
    scores, truth = np.array([s for s, _ in flat]), np.array([t for _, t in flat])
    problems = facets["manifestation"]
    wanted = np.array([[code in codes for code in problems] for codes in gold.codes])
    given = np.array(
        [[any(c.code == code for c in r.candidates if c.facet == r.role.role) for code in problems] for r in readings]
    )
    sure = np.array([sureness(reading) for reading in readings])
    curve = coverage_risk(sure, lambda rows: micro_f1(wanted[rows], given[rows]))
    return {
        "role_ece": calibration_error(top, right),
        "role_reliability": reliability(top, right).to_dict("records"),
        "code_ece": calibration_error(scores, truth) if len(scores) else None,
        "code_reliability": reliability(scores, truth).to_dict("records") if len(scores) else [],
        "coverage_manifestation_micro_f1": curve,
        "coverage_role_accuracy": coverage_risk(sure, lambda rows: float(right[rows].mean())),
        "n_abstained": sum(reading.unsure is not None for reading in readings),
    }


def sureness(reading: Reading) -> float:
    """How sure a reading is of the problems it names or denies, 0–1.

    For a problem passage the mean score of the codes given, less where a code not given comes close (nine such passages
    in ten carry a code, so that none found is a doubt, not a finding); its root makes it comparable with what stands
    for any other passage: the probability that it is no problem passage.
    """
    problem = reading.role.scores[ROLES.index("manifestation")]
    if reading.role.role != "manifestation":
        return 1 - problem
    given = {c.code: c.score for c in reading.candidates if c.facet == "manifestation"}
    missed = max((score for code, score in reading.scores if code not in given), default=0.0) / problem
    return math.sqrt(sum(given.values()) / len(given) * math.sqrt(max(0.0, 1 - missed))) if given else 0.0


def as_text(result: dict[str, Any], codebook: Codebook) -> str:
    """The figures for a person to read."""
    lines = [f"段落 {result['n_passages']}，文档 {result['n_documents']}，编码者 {result['coder']}"]
    low, high = result["role_accuracy_interval"]
    lines.append(
        f"角色：准确率 {result['role_accuracy']:.3f}（{low:.3f}–{high:.3f}），"
        f"宏平均 F1 {result['role_macro_f1']:.3f}，κ {result['role_kappa']:.3f}"
    )
    for facet, name in (("manifestation", "表现"), ("cause", "成因"), ("remedy", "对策")):
        a, b = result[f"{facet}_macro_f1_interval"]
        c, d = result[f"{facet}_micro_f1_interval"]
        lines.append(
            f"{name}：宏平均 F1 {result[f'{facet}_macro_f1']:.3f}（{a:.3f}–{b:.3f}），"
            f"微平均 F1 {result[f'{facet}_micro_f1']:.3f}（{c:.3f}–{d:.3f}）"
        )
    lines.append(
        f"难负例 {result['n_hard_negatives']} 段，误报 {result['false_alarm_rate']:.3f}；"
        f"全部非表现段误报 {result['false_alarm_rate_all']:.3f}"
    )
    lines.append(
        f"校准误差 ECE：角色 {result['role_ece']:.3f}，代码 {result['code_ece']:.3f}；拿不准 {result['n_abstained']} 段"
    )
    lines.append("代码  标准/给出  查准 查全 F1 κ")
    for row in result["per_code"]:
        if not row["n_gold"] and not row["n_coder"]:
            continue  # neither side knows it here: there is nothing to compare
        name = codebook.role_name(row["code"]) if row["facet"] == "role" else codebook.name(row["code"])
        lines.append(
            f"  {name}（{row['code']}） {row['n_gold']}/{row['n_coder']}  "
            f"{row['precision']:.2f} {row['recall']:.2f} {row['f1']:.2f} {row['kappa']:.2f}"
        )
    lines += [f"易混角色：{one} 误为 {two} {n} 段" for one, two, n in result["confused_roles"]]
    not_when = {code.id: code.not_when for code in codebook.codes}
    for facet in CODED_FACETS:
        for one, two, n in result[f"{facet}_confused"][:3]:
            lines.append(f"易混代码：{one} 误为 {two} {n} 段；{two} 何时不用：{not_when[two] or '—'}")
    surest = dict(result["coverage_manifestation_micro_f1"])
    lines.append(f"最有把握的 {SUREST:.0%} 段落：表现微平均 F1 {surest[SUREST]:.3f}（全部 {surest[1.0]:.3f}）")
    return "\n".join(lines)
