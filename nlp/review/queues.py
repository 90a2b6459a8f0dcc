"""Which passages are checked, and in which order; a sample is drawn by numbers that a seed fixes, never by choice."""

from __future__ import annotations

import hashlib
from collections import Counter
from urllib.parse import parse_qs

import numpy as np
import pandas as pd

from nlp.base.errors import DataError
from nlp.measures.forms import form_of
from nlp.review.corrections import machine_readings, reading_of, settled, standing
from nlp.review.store import digest_of
from nlp.tables import CHECKED, QUEUED

SIZE = 150  # passages of a random sample: an hour
FEWEST = 2  # passages drawn from a stratum, if it has them
OF_A_NUMBER = ("u", "role", "code", "with", "third", "kind", "year", "from", "to", "form", "doc", "set", "copied")
OF_A_CHOICE = ("organ", "genre", "ckind", "corgan", "cgenre", "cyear", "doubtful")  # ckind …: the choice at the top
DOUBTFUL_SET = "拿不准"


def random_queue(passages: pd.DataFrame, machine: pd.DataFrame, seed: int, size: int = SIZE) -> pd.DataFrame:
    """QUEUED: a random sample of PASSAGES, stratified by the machine's LABELS so that seldom codes occur.

    Within a stratum the passages with the smallest random numbers are drawn: with the same seed a larger sample holds
    the smaller one, and is a random sample as a whole.
    """
    stratum = strata(passages, machine)
    drawn = allocation(stratum.value_counts().sort_index(), size)
    number = chances(passages["passage_id"], f"{seed}")
    rows = pd.DataFrame({"passage_id": passages["passage_id"].array, "stratum": stratum.array, "chance": number})
    rows["digest"] = [digest_of(text) for text in passages["text"]]
    rows["n_stratum"] = rows["stratum"].map(stratum.value_counts())
    rows["n"] = rows["stratum"].map(drawn)
    rows["probability"] = rows["n"] / rows["n_stratum"]
    rows = rows[rows.groupby("stratum")["chance"].rank(method="first") <= rows["n"]]
    order = chances(rows["passage_id"], f"{seed}·次序")  # so that whoever stops early has checked a random sample
    return queue_of("random", seed, rows.iloc[np.argsort(order, kind="stable")])


def strata(passages: pd.DataFrame, machine: pd.DataFrame) -> pd.Series:
    """Stratum of every passage: its seldomest code by the machine, or its role."""
    read = machine_readings(machine)
    common = Counter(code for _, codes in read.values() for code in codes)
    names = [
        min(codes, key=lambda c: (common[c], c)) if codes else f"role:{role}"
        for role, codes in (read.get(name, ("other", frozenset())) for name in passages["passage_id"])
    ]
    return pd.Series(names, index=passages["passage_id"], dtype="str")


def allocation(sizes: pd.Series, size: int) -> pd.Series:
    """How many passages of each stratum are drawn: by the root of its size, so that small ones are not lost."""
    room, wanted = sizes.to_numpy(), np.sqrt(sizes.to_numpy())
    drawn = np.minimum(room, FEWEST)
    # One after the other (Webster's rule), so that a larger sample takes nothing away from a stratum.
    for _ in range(min(size, int(room.sum())) - int(drawn.sum())):
        drawn[np.argmax(np.where(drawn < room, wanted / (drawn + 0.5), -1.0))] += 1
    return pd.Series(drawn, index=sizes.index)


def chances(ids: pd.Series, seed: str) -> np.ndarray:
    """A random number for every id, from the seed and the id alone."""
    hashes = (hashlib.sha256(f"{seed}\0{name}".encode()).digest()[:8] for name in ids)
    return np.array([int.from_bytes(each, "big") for each in hashes], dtype=np.uint64)


def doubtful_queue(passages: pd.DataFrame, abstained: pd.DataFrame) -> pd.DataFrame:
    """QUEUED: what the machine leaves to a person, the hardest last."""
    rows = abstained.assign(margin=abstained["first_score"] - abstained["second_score"])
    return listed_queue("doubtful", passages, list(rows.sort_values("margin", ascending=False)["passage_id"]))


def second_queue(passages: pd.DataFrame, decisions: pd.DataFrame, coder: str, seed: int, size: int) -> pd.DataFrame:
    """QUEUED: for a second coder, a random part of what others than ``coder`` decided."""
    rows = standing(decisions)
    ids = pd.Series(sorted(set(rows.loc[rows["coder"] != coder, "passage_id"])), dtype="str")
    chosen = ids.iloc[np.argsort(chances(ids, f"{seed}·二"), kind="stable")][:size]
    return listed_queue("second", passages, list(chosen), seed)


def disputed_queue(passages: pd.DataFrame, decisions: pd.DataFrame) -> pd.DataFrame:
    """QUEUED: what coders read differently, for the adjudicator."""
    groups = standing(decisions).groupby("passage_id", sort=True)
    return listed_queue("disputed", passages, [str(name) for name, rows in groups if settled(rows) is None])


def number_queue(
    query: str, passages: pd.DataFrame, labels: pd.DataFrame, documents: pd.DataFrame, abstained: pd.DataFrame
) -> pd.DataFrame:
    """QUEUED: every passage behind a number of the page, by the number's address (``u=p&code=formalism&year=2021``).

    Raises
    ------
    DataError
        For an address that the page does not write, or that leads to no passage.
    """
    told = {name: values[-1] for name, values in parse_qs(query.split("#q?")[-1]).items()}
    unknown = sorted(set(told) - {*OF_A_NUMBER, *OF_A_CHOICE})
    if unknown or not told or told.get("set", DOUBTFUL_SET) != DOUBTFUL_SET:
        what = f"这个数字没有可以逐段核对的条件：{query}"
        raise DataError.at(
            what, where="--number", fix=f"抄写报告里数字的地址（#q? 后面），可用 {'、'.join(OF_A_NUMBER)}"
        )
    known = documents.reindex(columns=["document_id", "date", "kind_of_unit", "organ", "genre"])
    rows = passages.merge(known, on="document_id", how="left")
    role = labels[labels["facet"] == "role"].set_index("passage_id")["code"]
    facts = pd.DataFrame(
        {
            "role": rows["passage_id"].map(role),
            "kind": rows["kind_of_unit"],
            "form": rows["document_id"].map(form_of(documents, passages)),
            "doc": rows["document_id"],
            "organ": rows["organ"],
            "genre": rows["genre"],
            "year": rows["date"].str[:4].fillna("无"),
        }
    )
    facts = facts.join(facts[["kind", "organ", "genre", "year"]].add_prefix("c"))
    keep = pd.Series(True, index=rows.index)
    for name in facts.columns.intersection(list(told)):
        keep &= facts[name] == told[name]
    if "from" in told or "to" in told:
        keep &= facts["year"].between(told.get("from", ""), told.get("to", "9999")) & (facts["year"] != "无")
    if "set" in told:
        keep &= rows["passage_id"].isin(abstained["passage_id"])
    if "copied" in told:
        keep &= rows["reuse_of"].fillna("") != ""
    wanted = [told[name] for name in ("code", "with", "third") if name in told]
    if wanted:
        held = labels[labels["code"].isin(wanted) & labels["passage_id"].isin(rows.loc[keep, "passage_id"])]
        whole = held.groupby("document_id")["code"].nunique() == len(set(wanted))
        held = held[held["document_id"].isin(whole[whole].index)]
        keep &= rows["passage_id"].isin(held["passage_id"])
    if not keep.any():
        raise DataError.at(f"这个数字后面没有段落：{query}", where="--number", fix="检查地址是不是抄全了")
    return listed_queue("number", passages, list(rows.loc[keep, "passage_id"]))


def listed_queue(kind: str, passages: pd.DataFrame, ids: list[str], seed: int = 0) -> pd.DataFrame:
    """QUEUED of the passages named, in this order; those that are no more are left out."""
    texts = dict(zip(passages["passage_id"], passages["text"], strict=True))
    found = [(name, digest_of(texts[name])) for name in ids if name in texts]
    return queue_of(kind, seed, pd.DataFrame(found, columns=["passage_id", "digest"]))


def queue_of(kind: str, seed: int, rows: pd.DataFrame) -> pd.DataFrame:
    """QUEUED in the order of ``rows``; the store gives its number."""
    return QUEUED.shape(rows.assign(queue=0, kind=kind, seed=seed, position=range(1, len(rows) + 1)))


def checked(passages: pd.DataFrame, decisions: pd.DataFrame, queued: pd.DataFrame) -> pd.DataFrame:
    """CHECKED: what people read blind in the last random sample, each with the passages that it stands for.

    Where two read a passage differently and nobody has settled it, the one who checked most is taken.
    """
    samples = queued[queued["kind"] == "random"]
    sample = samples[samples["queue"] == samples["queue"].max()]
    known = passages.set_index("passage_id")
    rows = standing(decisions[decisions["blind"] | (decisions["kind"] == "undo")])
    rows = rows[rows["passage_id"].isin(sample["passage_id"]) & rows["passage_id"].isin(known.index)]
    fresh = [digest_of(str(known.at[row.passage_id, "text"])) == row.digest for row in rows.itertuples()]
    rows = rows[fresh]
    if rows.empty:
        return CHECKED.empty()
    most = rows["coder"].value_counts().sort_index().idxmax()
    stratum = sample.set_index("passage_id")
    found = []
    for name, told in rows.groupby("passage_id", sort=True):
        final = settled(told) or next(iter(told[told["coder"] == most].itertuples()), next(told.itertuples()))
        found.append((name, known.at[name, "document_id"], stratum.at[name, "stratum"], final))
    done = Counter(name for _, _, name, _ in found)
    size = dict(zip(sample["stratum"], sample["n_stratum"], strict=True))
    return CHECKED.frame(
        {
            "passage_id": passage_id,
            "document_id": document_id,
            "stratum": name,
            "weight": size[name] / done[name],
            "coder": final.coder,
            "role": final.role,
            "codes": ";".join(sorted(reading_of(final)[1])) or None,
        }
        for passage_id, document_id, name, final in found
    )
