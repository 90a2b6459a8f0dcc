"""What the checked sample says of the machine: a verdict a code, corrected shares, how much more reading would help."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from nlp.agreement.statistics import compare_codings, presence
from nlp.corpus.codebook import CODED_FACETS, Codebook
from nlp.measures.prevalence import group_of
from nlp.statistics.intervals import Interval
from nlp.statistics.prediction_powered import corrected_share, hand_share
from nlp.statistics.risk import DOUBT, ERROR, effective, guaranteed, more_needed
from nlp.tables import (
    CORRECTED,
    CORRECTED_SHARES,
    GROUPINGS,
    ORDERS,
    RELIABILITY,
    REVIEW_NOTES,
    ROLES,
    VERDICT_WORDS,
    VERDICTS,
)

AUTOMATIC, WITH_CARE, BY_HAND, TOO_FEW = VERDICT_WORDS
FEWEST = 5  # passages with a code on either side, below which nothing is said of it
GOOD_F1, GOOD_LOW, FAIR_KAPPA, FAIR_LOW = 0.8, 0.6, 0.6, 0.4  # thresholds of the verdicts
RESAMPLES = 300
STEPS = 11  # points of the curve


def facets_of(codebook: Codebook) -> dict[str, Sequence[str]]:
    """Roles, and the codes of the coded facets."""
    return {"role": list(ROLES), **{facet: list(codebook.of(facet)) for facet in CODED_FACETS}}


def people(checked: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """CHECKED as rows of passage_id, document_id, facet, code."""
    rows: list[tuple[object, ...]] = []
    for row in checked.fillna("").itertuples():
        rows.append((row.passage_id, row.document_id, "role", row.role))
        codes = [code for code in str(row.codes).split(";") if code in codebook.ids]
        rows += [(row.passage_id, row.document_id, codebook.facet_of(code), code) for code in codes]
    return pd.DataFrame(rows, columns=["passage_id", "document_id", "facet", "code"])


def verdicts(checked: pd.DataFrame, machine: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """VERDICTS: how far each role and code of the machine's LABELS can be trusted, by the CHECKED passages."""
    if checked.empty:
        return VERDICTS.empty()
    told, facets = people(checked, codebook), facets_of(codebook)
    agreed = compare_codings(told, machine, facets, RESAMPLES).set_index(["facet", "code"])
    weight = checked.set_index("passage_id")["weight"]
    scored = machine.groupby(["facet", "code", "passage_id"])["score"].max()
    rows = []
    for (facet, code), row in agreed.iterrows():
        truth = set(told.loc[(told["facet"] == facet) & (told["code"] == code), "passage_id"])
        score = scored.loc[(facet, code)] if (facet, code) in scored.index.droplevel(2) else pd.Series(dtype=float)
        rows.append(verdict_row(str(facet), str(code), row, truth, score, weight, codebook))
    return VERDICTS.frame(rows)


def verdict_row(
    facet: str, code: str, agreed: Any, truth: set[str], score: pd.Series, weight: pd.Series, codebook: Codebook
) -> dict[str, object]:
    """The verdict on one code: ``score`` of the passages that the machine gives it, ``truth`` those of people."""
    named = score[score.index.isin(weight.index)]
    wrong, weights = ~named.index.isin(truth), weight.reindex(named.index).to_numpy(float)
    hit, all_true = float(weights[~wrong].sum()), float(weight[weight.index.isin(truth)].sum())
    total = float(weights.sum())
    sure = guaranteed(named.to_numpy(float), wrong, weights)
    n, errors = effective(wrong, weights)
    covered = int((score >= sure.threshold).sum()) if sure.threshold is not None else 0
    f1 = 2 * hit / (all_true + total) if all_true + total else None
    verdict = TOO_FEW
    if min(agreed["n_gold"], len(named)) >= FEWEST and f1 is not None:
        good = f1 >= GOOD_F1 and agreed["low"] >= GOOD_LOW
        fair = agreed["kappa"] >= FAIR_KAPPA and agreed["low"] >= FAIR_LOW
        verdict = AUTOMATIC if good else WITH_CARE if fair else BY_HAND
    name = codebook.role_name(code) if facet == "role" else codebook.name(code)
    certain = (
        f"把握 {sure.threshold:.2f} 以上的 {covered} 段，误标率九成把握不超过 {sure.bound:.0%}"
        if sure.threshold is not None
        else f"误标率还不能保证在 {ERROR:.0%} 以内"
    )
    f1_words = f"F1 {f1:.2f}、κ {agreed['kappa']:.2f}；" if f1 is not None else ""
    return {
        "facet": facet,
        "code": code,
        "verdict": verdict,
        "n_checked": agreed["n"],
        "n_true": agreed["n_gold"],
        "n_named": len(named),
        "precision": hit / total if total else None,
        "recall": hit / all_true if all_true else None,
        "f1": f1,
        **{column: agreed[column] for column in ("kappa", "alpha", "low", "high")},
        "threshold": sure.threshold,
        "n_covered": covered,
        "error_bound": sure.bound if len(named) else None,
        "n_more": 0 if sure.threshold is not None else more_needed(n, errors),
        "sentence": f"{name}：{verdict}。盲核 {agreed['n']} 段，人给出 {len(truth)} 段、机器给出 {len(named)} 段；"
        f"{f1_words}{certain}。",
    }


def corrected_shares(
    checked: pd.DataFrame, machine: pd.DataFrame, passages: pd.DataFrame, documents: pd.DataFrame, codebook: Codebook
) -> pd.DataFrame:
    """CORRECTED_SHARES of passages: over all, by year and by kind of unit, each group against all others."""
    if passages.empty:
        return CORRECTED_SHARES.empty()
    ids, told = list(passages["passage_id"]), people(checked, codebook)
    place = {name: i for i, name in enumerate(ids)}
    at = np.array([place[name] for name in checked["passage_id"]], dtype=int)
    weights = checked["weight"].to_numpy(float)
    groups = [("全部", pd.Series("全部", index=passages.index))]
    for title, name in zip(GROUPINGS, ("kind_of_unit", "year"), strict=True):
        groups.append((title, passages["document_id"].map(group_of(documents, name)).replace("", np.nan)))
    rows: list[dict[str, object]] = []
    for facet, codes in facets_of(codebook).items():
        given, truth = presence(machine, ids, facet, codes), presence(told, list(checked["passage_id"]), facet, codes)
        for k, code in enumerate(codes):
            if not given[:, k].any() and not truth[:, k].any():
                continue
            for by, group in groups:
                for name in sorted(set(group.dropna())):
                    here = (group == name).to_numpy()
                    row = {"facet": facet, "code": code, "by": by, "group": name}
                    rows.append(row | share_row(given[:, k], at, truth[:, k], weights, here))
    return CORRECTED_SHARES.frame(rows)


def share_row(
    given: np.ndarray, at: np.ndarray, truth: np.ndarray, weights: np.ndarray, here: np.ndarray
) -> dict[str, object]:
    """The corrected share among the units ``here``, and its difference to that among all others."""
    one = part_share(given, at, truth, weights, here)
    n = int(here[at].sum())
    hand = hand_share(truth[here[at]], weights[here[at]], int(here.sum())) if n else Interval(np.nan, np.nan, np.nan)
    row: dict[str, object] = {
        "denominator": int(here.sum()),
        "n_checked": n,
        "machine": float(given[here].mean()),
        **one.columns("share"),
        "hand_low": hand.low,
        "hand_high": hand.high,
        "status": CORRECTED[int(len(at) > 0)],
    }
    if not here.all():
        other = part_share(given, at, truth, weights, ~here)
        difference = one.value - other.value
        row |= {
            "difference": difference,
            "difference_low": difference - np.hypot(one.value - one.low, other.high - other.value),
            "difference_high": difference + np.hypot(one.high - one.value, other.value - other.low),
        }
    return row


def part_share(given: np.ndarray, at: np.ndarray, truth: np.ndarray, weights: np.ndarray, part: np.ndarray) -> Interval:
    """The corrected share among the units of ``part``; where none of them was checked, the machine's, from 0 to 1."""
    inside = part[at]
    if len(at) and not inside.any():
        return Interval(float(given[part].mean()), 0.0, 1.0)
    renumbered = np.cumsum(part) - 1
    return corrected_share(given[part], renumbered[at[inside]], truth[inside], weights[inside])


def reliability(
    checked: pd.DataFrame, machine: pd.DataFrame, doubtful: pd.DataFrame, codebook: Codebook
) -> pd.DataFrame:
    """RELIABILITY: share of passages right in role and all codes after people read some, by doubt and at random."""
    if checked.empty:
        return RELIABILITY.empty()
    facets = facets_of(codebook)
    ids = list(checked["passage_id"])
    told = people(checked, codebook)
    same = [presence(told, ids, f, c) == presence(machine, ids, f, c) for f, c in facets.items()]
    wrong = ~np.hstack(same).all(axis=1)
    weights = checked["weight"].to_numpy(float) / checked["weight"].sum()
    score = machine.groupby("passage_id")["score"].min()
    # Those left to a person come first; of the others, the less sure of its weakest label.
    sureness = score + ~score.index.isin(doubtful["passage_id"])
    rank = sureness.rank(pct=True, method="first").reindex(ids).to_numpy()
    error = float(weights[wrong].sum())
    rows = []
    for read in np.linspace(0, 1, STEPS).round(2):
        left = float(weights[wrong & (rank > read)].sum())
        rows += [(ORDERS[0], read, 1 - left), (ORDERS[1], read, 1 - error * (1 - read))]
    return RELIABILITY.frame(sorted(rows))


def notes(checked: pd.DataFrame, verdict: pd.DataFrame, curve: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """REVIEW_NOTES: a paragraph for the section on method of a report, with the numbers filled in."""
    if checked.empty:
        text = "本报告的占比未经人工校正：编码由程序完成，尚未抽样核对。"
        return REVIEW_NOTES.frame([("方法段落", text)])
    codes = verdict[verdict["facet"] != "role"]
    names = {word: [codebook.name(c) for c in codes.loc[codes["verdict"] == word, "code"]] for word in VERDICT_WORDS}
    listed = "；".join(f"{word} {len(found)} 个（{'、'.join(found)}）" for word, found in names.items() if found)
    random = curve[curve["order"] == ORDERS[1]].set_index("read")["right"]
    doubt = curve[curve["order"] == ORDERS[0]].set_index("read")["right"]
    coders = sorted(set(checked["coder"]))
    text = (
        f"编码由程序完成，并经人工盲核。从全部段落中按机器代码分层随机抽取 {len(checked)} 段，"
        f"由 {len(coders)} 人在不知道机器读法的情况下逐段判定角色与代码。"
        f"角色和代码全对的段落估计占 {random.loc[0.0]:.0%}；若由人再看最拿不准的两成，可到 {doubt.loc[0.2]:.0%}。"
        f"逐个代码看：{listed}。判为“{AUTOMATIC}”的标准是 F1 不低于 {GOOD_F1}、κ 的 95% 区间下限不低于 {GOOD_LOW}；"
        f"“{WITH_CARE}”的标准是 κ 不低于 {FAIR_KAPPA}、下限不低于 {FAIR_LOW}；"
        f"人或机器给出不足 {FEWEST} 段的记为“{TOO_FEW}”。"
        f"误标率的保证用先学后验法（容许 {ERROR:.0%}，失误的机会不超过 {DOUBT:.0%}），只管机器给出的标注，不管漏标。"
        "段落占比用预测驱动推断按抽样权重校正，区间为 95%；文档占比没有校正。"
    )
    return REVIEW_NOTES.frame([("方法段落", text)])
