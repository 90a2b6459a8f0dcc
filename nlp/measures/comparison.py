"""Two results held against each other: which codes, roles and themes are new, gone, more or less often written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from nlp.base.errors import DataError
from nlp.corpus.codebook import CODED_FACETS, Codebook
from nlp.measures.forms import ALL, REPORT, form_of, main_form, of_form
from nlp.statistics.intervals import newcombe
from nlp.tables import COMPARISON, COMPARISON_UNITS, ROLES

FEWEST = 5  # sources or units a side: fewer say nothing of a year
LEVEL = 0.05
ALIKE = 0.25  # overlap of the words of two themes (Jaccard) from which on they are one
MATCHES = ("organ",)
UNTESTED = "主题是各年各归各的，只列占比，不作检验"
Tables = Mapping[str, pd.DataFrame]


@dataclass(frozen=True, eq=False)
class Side:
    """One result, as far as it is compared: its documents by what is counted (sources, or units)."""

    tables: Tables
    holder: pd.Series  # of every document that counts
    role_shares: pd.DataFrame  # holder × role: mean share of passages

    @property
    def size(self) -> int:
        """How many are counted."""
        return int(self.holder.nunique())

    def with_item(self, documents: pd.Series) -> set[str]:
        """Those counted that one of ``documents`` belongs to."""
        return set(self.holder.reindex(documents.unique()).dropna())


def sides(old: Tables, new: Tables, match: str | None) -> tuple[Side, Side]:
    """Both results; of units that stand on both sides if matched. Raises DataError for what cannot be matched."""
    if match not in (None, *MATCHES):
        raise DataError.at(f"不能按这一列配对：{match}", where="--match", fix="用 organ（单位），或不给")
    forms = [form_of(each["documents"], each["passages"]) for each in (old, new)]
    form = REPORT if all(main_form(each) == REPORT for each in forms) else ALL
    chosen = [of_form(each["documents"], of, form) for each, of in zip((old, new), forms, strict=True)]
    holders = [holder_of(each, documents, match) for each, documents in zip((old, new), chosen, strict=True)]
    if match:
        both = set(holders[0]) & set(holders[1])
        if not both:
            raise DataError.at(
                "两边没有同名的单位", where="--match organ", fix="在 documents.csv 里统一单位的写法，或不配对"
            )
        holders = [holder[holder.isin(both)] for holder in holders]
    return tuple(  # type: ignore[return-value]
        Side(each, holder, role_shares(each["labels"], holder))
        for each, holder in zip((old, new), holders, strict=True)
    )


def holder_of(tables: Tables, documents: pd.DataFrame, match: str | None) -> pd.Series:
    """Unit or independent source of every document with text, by document id."""
    held = documents[documents["document_id"].isin(tables["passages"]["document_id"])]
    if match:
        named = held[held["organ"].fillna("") != ""]
        return pd.Series(named["organ"].str.strip().array, index=named["document_id"])
    groups = tables["sources_of_documents"].set_index("document_id")["source_group"]
    return groups.reindex(held["document_id"])


def role_shares(labels: pd.DataFrame, holder: pd.Series) -> pd.DataFrame:
    """Mean share of passages of every role, one row a source or unit."""
    roles = labels[(labels["facet"] == "role") & labels["document_id"].isin(holder.index)]
    counts = pd.crosstab(roles["document_id"].map(holder), roles["code"]).reindex(columns=list(ROLES), fill_value=0)
    return counts.div(counts.sum(axis="columns"), axis="index")


def comparison(old: Tables, new: Tables, codebook: Codebook, match: str | None = None) -> pd.DataFrame:
    """COMPARISON of two results (last year's, this year's): reliable changes first.

    Parameters
    ----------
    old, new : tables of a run: documents, passages, labels, sources_of_documents; themes, theme_terms, theme_passages
    match : ``organ`` compares only units on both sides, each with itself; None compares all independent sources

    Notes
    -----
    Shares: Fisher's exact test and Newcombe's interval; matched: McNemar's exact test, the interval as if the two years
    were independent (too wide rather than too narrow). Roles: Mann–Whitney (matched: Wilcoxon) and Welch's interval.
    p values of all rows are corrected together (Benjamini and Hochberg 1995), those of roles by Bonferroni before.
    """
    one, other = sides(old, new, match)
    rows = [*code_rows(one, other, codebook, match), *role_rows(one, other, codebook, match)]
    rows += theme_rows(one, other, match)
    table = COMPARISON.frame(rows)
    tested = table["p"].notna()
    # The shares of the roles sum to one: they are corrected for each other first.
    together = (table["p"] * np.where(table["kind"] == "角色", len(ROLES), 1)).clip(upper=1.0)
    if tested.any():
        table.loc[tested, "p_adjusted"] = stats.false_discovery_control(together[tested].to_numpy())
    apart = (table["low"] > 0) | (table["high"] < 0)
    table["reliable"] = (table["p_adjusted"] < LEVEL) & apart & table["change"].ne("不变")
    order = table.assign(size=table["difference"].abs().fillna(0), first=~table["reliable"])
    ranked = order.sort_values(["first", "size", "kind", "item"], ascending=[True, False, True, True]).index
    return COMPARISON.shape(table.loc[ranked])


def code_rows(one: Side, other: Side, codebook: Codebook, match: str | None) -> list[dict[str, object]]:
    """A row a code."""
    held = [side.tables["labels"][side.tables["labels"]["sure"]] for side in (one, other)]
    rows = []
    for facet in CODED_FACETS:
        for code in codebook.of(facet):
            labels = [each[(each["facet"] == facet) & (each["code"] == code)] for each in held]
            has = [side.with_item(of["document_id"]) for side, of in zip((one, other), labels, strict=True)]
            quoted = [quotation_of(side, of) for side, of in zip((one, other), labels, strict=True)]
            what = {"kind": "代码", "facet": facet, "item": code, "name": codebook.name(code)}
            rows.append(what | shares_row(one, other, has, match) | quotations(*quoted))
    return rows


def shares_row(one: Side, other: Side, has: list[set[str]], match: str | None) -> dict[str, object]:
    """Numbers, interval and p of what some sources or units have."""
    n_old, n_new = len(has[0]), len(has[1])
    row: dict[str, object] = {
        "unit": "单位" if match else "独立来源",
        "n_old": n_old,
        "denominator_old": one.size,
        "n_new": n_new,
        "denominator_new": other.size,
        "share_old": n_old / one.size if one.size else None,
        "share_new": n_new / other.size if other.size else None,
        "change": change_of(n_old * other.size, n_new * one.size),
    }
    if min(one.size, other.size) < FEWEST:
        return row | {"note": f"一边不足 {FEWEST} 个，不比"}
    if n_old == n_new == 0:
        return row | {"note": "两年都没有写到"}
    span = newcombe(n_old, one.size, n_new, other.size)
    if match:
        appeared, vanished = len(has[1] - has[0]), len(has[0] - has[1])
        p = stats.binomtest(appeared, appeared + vanished).pvalue if appeared + vanished else 1.0
    else:
        p = stats.fisher_exact([[n_old, one.size - n_old], [n_new, other.size - n_new]]).pvalue
    return row | {"difference": float(span.value), "low": float(span.low), "high": float(span.high), "p": float(p)}


def change_of(before: float, after: float) -> str:
    """How something changed, in one word."""
    if before == after:
        return "不变"
    return "新出现" if not before else "消失" if not after else "增加" if after > before else "减少"


def role_rows(one: Side, other: Side, codebook: Codebook, match: str | None) -> list[dict[str, object]]:
    """A row a role: the mean share of its passages in a source or unit."""
    rows = []
    for role in ROLES:
        before, after = one.role_shares[role], other.role_shares[role]
        row: dict[str, object] = {
            "kind": "角色",
            "facet": "role",
            "item": role,
            "name": codebook.role_name(role),
            "unit": "各单位的平均占比" if match else "各独立来源的平均占比",
            "denominator_old": len(before),
            "denominator_new": len(after),
            "share_old": before.mean(),
            "share_new": after.mean(),
            "change": change_of(round(before.mean(), 6), round(after.mean(), 6))
            if len(before) and len(after)
            else "不变",
        }
        if min(len(before), len(after)) < FEWEST:
            rows.append(row | {"note": f"一边不足 {FEWEST} 个，不比"})
        else:
            rows.append(row | tested_shares(before, after, match))
    return rows


def tested_shares(before: pd.Series, after: pd.Series, match: str | None) -> dict[str, object]:
    """Difference of two means with its interval and p."""
    if match:
        apart = (after - before).dropna()
        if not apart.any():
            return {"difference": 0.0, "low": 0.0, "high": 0.0, "p": 1.0}
        span = stats.ttest_1samp(apart, 0).confidence_interval()
        p = stats.wilcoxon(apart).pvalue
        mean = apart.mean()
    else:
        if pd.concat([before, after]).nunique() == 1:
            return {"difference": 0.0, "low": 0.0, "high": 0.0, "p": 1.0}
        span = stats.ttest_ind(after, before, equal_var=False).confidence_interval()
        p = stats.mannwhitneyu(after, before).pvalue
        mean = after.mean() - before.mean()
    return {"difference": float(mean), "low": float(span.low), "high": float(span.high), "p": float(p)}


def theme_rows(one: Side, other: Side, match: str | None) -> list[dict[str, object]]:
    """A row a theme: those whose words are alike are one; the others stand on one side only.

    Every year has its own model, so that a difference may be one of the models: shares are told, nothing is tested.
    """
    shown = [side.tables["themes"][side.tables["themes"]["shown"]] for side in (one, other)]
    words = [words_of(side.tables["theme_terms"]) for side in (one, other)]
    rows = []
    for pair in alike(words[0], words[1], *shown):
        held = [
            side.tables["theme_passages"][side.tables["theme_passages"]["theme_id"] == theme]
            for side, theme in zip((one, other), pair, strict=True)
        ]
        has = [side.with_item(of["document_id"]) for side, of in zip((one, other), held, strict=True)]
        quoted = [quotation_of(side, of, "weight") for side, of in zip((one, other), held, strict=True)]
        named = pd.concat([shown[1][shown[1]["theme_id"] == pair[1]], shown[0][shown[0]["theme_id"] == pair[0]]]).iloc[
            0
        ]
        what = {"kind": "主题", "facet": named["facet"], "item": "→".join(each or "—" for each in pair)}
        row = what | {"name": named["label"]} | shares_row(one, other, has, match) | quotations(*quoted)
        row |= {"p": None, "note": row.get("note") or UNTESTED}
        if not all(pair):
            row |= dict.fromkeys(("difference", "low", "high")) | {"change": "只在今年" if pair[1] else "只在去年"}
        rows.append(row)
    return rows


def words_of(terms: pd.DataFrame) -> dict[str, frozenset[str]]:
    """The words of every theme."""
    return {str(theme): frozenset(part["term"]) for theme, part in terms.groupby("theme_id")}


def alike(
    old: Mapping[str, frozenset[str]],
    new: Mapping[str, frozenset[str]],
    old_themes: pd.DataFrame,
    new_themes: pd.DataFrame,
) -> list[tuple[str, str]]:
    """Pairs of themes of one facet whose words are most alike, each in one pair; then those without one."""
    facet = dict(zip(old_themes["theme_id"], old_themes["facet"], strict=True))
    facets = dict(zip(new_themes["theme_id"], new_themes["facet"], strict=True))
    scored = sorted(
        (-len(a & b) / len(a | b), one, other)
        for one, a in old.items()
        for other, b in new.items()
        if facet.get(one) is not None and facet.get(one) == facets.get(other) and len(a | b)
    )
    taken: list[tuple[str, str]] = []
    for score, one, other in scored:
        if -score >= ALIKE and all(one != x and other != y for x, y in taken):
            taken.append((one, other))
    alone = [(one, "") for one in sorted(facet) if one not in {x for x, _ in taken}]
    return taken + alone + [("", other) for other in sorted(facets) if other not in {y for _, y in taken}]


def quotation_of(side: Side, labels: pd.DataFrame, by: str = "score") -> str | None:
    """The passage of the surest row of ``labels``, with unit and title."""
    mine = labels[labels["document_id"].isin(side.holder.index)]
    if mine.empty:
        return None
    best = mine.sort_values([by, "passage_id"], ascending=[False, True]).iloc[0]
    passages, documents = side.tables["passages"], side.tables["documents"]
    text = passages.loc[passages["passage_id"] == best["passage_id"], "text"].iloc[0]
    document = documents[documents["document_id"] == best["document_id"]].iloc[0]
    place = "，".join(filter(None, (text_or(document["organ"]), text_or(document["title"], "《{}》"))))
    return f"{text}（{place or best['document_id']}）"


def text_or(value: object, form: str = "{}") -> str:
    """A text in ``form``, nothing where it is missing."""
    return form.format(value) if isinstance(value, str) and value else ""


def quotations(old: str | None, new: str | None) -> dict[str, object]:
    """Both quotations as columns."""
    return {"quotation_old": old, "quotation_new": new}


def comparison_units(old: Tables, new: Tables, codebook: Codebook) -> pd.DataFrame:
    """COMPARISON_UNITS: what every unit that stands on both sides wrote last year, this year, in both."""
    one, other = (unit_codes(each) for each in (old, new))
    counts = [each["documents"].groupby("organ").size() for each in (old, new)]
    rows = []
    for organ in sorted(set(counts[0].index) & set(counts[1].index) - {""}):
        for facet in CODED_FACETS:
            before, after = one.get((organ, facet), {}), other.get((organ, facet), {})
            gone, added = sorted(set(before) - set(after)), sorted(set(after) - set(before))
            rows.append(
                {
                    "organ": organ,
                    "facet": facet,
                    "documents_old": counts[0][organ],
                    "documents_new": counts[1][organ],
                    "gone": names(gone, codebook),
                    "kept": names(sorted(set(before) & set(after)), codebook),
                    "added": names(added, codebook),
                    "quotation_old": before[gone[0]] if gone else None,
                    "quotation_new": after[added[0]] if added else None,
                }
            )
    return COMPARISON_UNITS.frame(rows)


def names(codes: list[str], codebook: Codebook) -> str | None:
    """Names of codes, None where there is none."""
    return "、".join(map(codebook.name, codes)) or None


def unit_codes(tables: Tables) -> dict[tuple[str, str], dict[str, str]]:
    """Codes of every unit and facet, each with its surest passage."""
    organ = tables["documents"].set_index("document_id")["organ"]
    texts = tables["passages"].set_index("passage_id")["text"]
    labels = tables["labels"]
    held = labels[labels["sure"] & (labels["facet"] != "role")].sort_values(
        ["score", "passage_id"], ascending=[False, True]
    )
    found: dict[tuple[str, str], dict[str, str]] = {}
    for row in held.itertuples():
        name = organ.get(row.document_id)
        if isinstance(name, str) and name:
            found.setdefault((name.strip(), str(row.facet)), {}).setdefault(str(row.code), str(texts[row.passage_id]))
    return found
