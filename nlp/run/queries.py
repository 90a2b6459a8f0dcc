"""One result at a time, of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from nlp.base.errors import DataError
from nlp.corpus.codebook import CODED_FACETS
from nlp.corpus.folder import Corpus
from nlp.corpus.own_codes import load_own_codes
from nlp.intake.inputs import nothing_read
from nlp.measures.absent import AROUND, absent_terms, no_keyness, no_places, no_trends
from nlp.measures.additive import seen_of, terms_of
from nlp.measures.forms import form_of, main_form, of_form
from nlp.measures.keyness import OTHERS, keyness_between
from nlp.measures.kwic import in_order, kwic
from nlp.measures.own_codes import own_codes, own_places
from nlp.measures.periods import undated
from nlp.measures.prevalence import group_of
from nlp.measures.trends import code_occurrences, frequent_terms, term_occurrences, trends_of
from nlp.measures.words import words
from nlp.run.how import How
from nlp.run.run import Run, earlier_run, is_run
from nlp.run.stages.coding import source_series
from nlp.run.stages.harvesting import ledger_as_of
from nlp.tables import FAILURES, KWIC


def open_run(inputs: Sequence[str | Path], corpus: Corpus, how: How) -> Run:
    """Open an earlier run's folder, or read files. Raises DataError if there is nothing in them."""
    if is_run(inputs):
        return earlier_run(Path(inputs[0]), corpus, how)
    run = Run(corpus, how, inputs)
    if run["passages"].empty:
        raise nothing_read(inputs, run[FAILURES.name])
    return run


def sources_of(run: Run) -> pd.Series:
    """Independent source of every document, index = document_id."""
    return source_series(run["sources_of_documents"])


def codes_of(run: Run) -> dict[str, pd.DataFrame]:
    """What the codebook finds, be there themes or not: PREVALENCE, and LABELS with the words quoted."""
    return {
        "prevalence": run["prevalence"],
        "labels": run["labels"][run["labels"]["facet"].isin(CODED_FACETS)].reset_index(drop=True),
    }


def trends_table(run: Run, freq: str, terms: Sequence[str] | None, form: str | None = None) -> pd.DataFrame:
    """Trends of codes, roles, slogans and frequent terms, or of ``terms``; of reports where there are summaries too."""
    form = form or main_form(form_of(run["documents"], run["passages"]))
    chosen = terms or frequent_terms(run["term_counts"])
    phrases = () if terms else run.corpus.slogans()
    known = () if terms else (code_occurrences(run["labels"]),)
    seen = seen_of(run["passages"], run["tokens"], chosen, phrases, run.corpus.lexicon, known, run.how.engine.scheduler)
    return trends_of(seen.counts, run["passages"], run["documents"], freq, sources_of(run), form)


def why_absent(
    run: Run, table: pd.DataFrame, freq: str, terms: Sequence[str] | None, form: str | None = None
) -> list[str]:
    """Say why each of ``terms`` that :func:`trends_table` did not count is absent, or why all the table is empty."""
    documents, passages, lexicon = run["documents"], run["passages"], run.corpus.lexicon
    if not terms:
        return [no_trends(documents, freq)] if table.empty else []
    counted = set(table.loc[table["n_occurrences"] > 0, "item"])
    missing = [term for term in dict.fromkeys(terms) if term not in counted]
    places = term_occurrences(run["tokens"], missing, passages, lexicon)
    plain = [kwic(passages, term, AROUND, lexicon.fold_table).assign(item=term) for term in missing]
    forms = form_of(documents, passages)
    written = pd.concat(plain or [KWIC.empty().assign(item="")], ignore_index=True)
    return absent_terms(missing, places, written, documents, forms, freq, form or main_form(forms))


def why_no_keyness(run: Run, table: pd.DataFrame, by: str, target: str, everything: bool) -> list[str]:
    """Say why :func:`keyness_of` found no term."""
    if len(table):
        return []
    name = known_code(run.corpus, target, by) if by in ("role", "code") else target
    here = belongs(run["tokens"], groups_of(run, by), name, by)
    return [no_keyness(int(here.sum()), int((~here).sum()), everything)]


def why_no_places(run: Run, table: pd.DataFrame, wording: str, where: Mapping[str, str | None]) -> list[str]:
    """Say why :func:`kwic_of` found no place."""
    filters = [value for value in where.values() if value]
    return [] if len(table) else [no_places(wording, len(passages_where(run, where)), filters)]


def undated_of(run: Run, freq: str, form: str | None = None) -> int:
    """Documents that :func:`trends_table` leaves out because their date is not fine enough."""
    forms = form_of(run["documents"], run["passages"])
    return undated(of_form(run["documents"], forms, form or main_form(forms)), freq)


def keyness_of(run: Run, by: str, target: str, reference: str | None, everything: bool = False) -> pd.DataFrame:
    """Terms that set the passages of one group apart: ``by`` is role, code, year, or a column of the documents."""
    named_target = known_code(run.corpus, target, by) if by in ("role", "code") else target
    named_reference = known_code(run.corpus, reference, by) if reference and by in ("role", "code") else reference
    group = groups_of(run, by)
    tokens, stopwords = run["tokens"], run.corpus.lexicon.stopwords
    here = belongs(tokens, group, named_target, by)
    there = belongs(tokens, group, named_reference, by) if named_reference else ~here
    one, other = (terms_of(tokens[side], stopwords, run.how.engine.scheduler) for side in (here, there))
    return keyness_between(one, other, (by, named_target, named_reference or OTHERS), sources_of(run), everything)


def belongs(rows: pd.DataFrame, group: pd.Series, name: str, by: str) -> pd.Series:
    """Which rows (tokens, passages) stand in passages of the group ``name``. Raises DataError if none does."""
    members = {passage for passage, values in group.items() if name in values}
    found = rows["passage_id"].isin(members)
    if not found.any():
        known = sorted({value for values in group for value in values})
        raise DataError.at(f"没有这一组：{name}", where=by, fix=f"可用：{'、'.join(known[:40])}")
    return found


def groups_of(run: Run, by: str) -> pd.Series:
    """Groups that every passage belongs to, indexed by passage id."""
    if by in ("role", "code"):
        rows = run["labels"][(run["labels"]["facet"] == "role") == (by == "role")]
        return rows.groupby("passage_id")["code"].agg(frozenset)
    value = run["passages"]["document_id"].map(group_of(run["documents"], by, run["passages"]))
    groups = [frozenset([v]) if isinstance(v, str) and v else frozenset() for v in value]
    return pd.Series(groups, index=run["passages"]["passage_id"])


def kwic_of(run: Run, wording: str, width: int, where: Mapping[str, str | None], sort: str = "text") -> pd.DataFrame:
    """Key word in context, of the passages that stand ``where`` (role, code, kind_of_unit, year → the one wanted).

    Raises
    ------
    DataError
        If no passage at all stands there.
    """
    found = kwic(passages_where(run, where), wording, width, run.corpus.lexicon.fold_table)
    facts = run["documents"].set_index("document_id")
    for name in ("organ", "date", "title"):
        found[name] = found["document_id"].map(facts[name])
    return in_order(found, sort)


def words_of(run: Run) -> pd.DataFrame:
    """WORDS of a run."""
    return words(run["tokens"], run["labels"], run["documents"], run.corpus.lexicon.stopwords)


def own_codes_of(run: Run, path: Path) -> dict[str, pd.DataFrame]:
    """OWN_CODES and OWN_PLACES by name. Raises DataError for a faulty file."""
    codes = load_own_codes(path, run.corpus.codebook)
    documents, labels = run["documents"], run["labels"]
    places = own_places(codes, run["passages"], documents, labels, run.corpus.lexicon.fold_table)
    return {"codes": own_codes(codes, places, documents, labels, run.corpus.codebook), "places": places}


def filled_manifest(run: Run) -> pd.DataFrame:
    """A ``documents.csv`` of a run: a row a document, what is not known left empty."""
    documents = run["documents"].fillna("")
    rows = documents["document_id"].str.partition("·")[2]
    number = (documents.groupby("source").cumcount() + 1).astype(str)
    several = documents["source"].duplicated(keep=False)
    piece = rows.where(rows != "", number.where(several, ""))
    columns = ["source", "piece", "title", "organ", "kind_of_unit", "date", "genre"]
    return documents.assign(piece=piece)[columns].reset_index(drop=True)


def ledger_of(run: Run, as_of: str | None) -> pd.DataFrame:
    """LEDGER, its deadlines held against a day."""
    tables = (run["register_cells"], run["documents"], run["passages"], run["labels"])
    return ledger_as_of(run.corpus, tables, as_of)


def passages_where(run: Run, where: Mapping[str, str | None]) -> pd.DataFrame:
    """PASSAGES that stand ``where``. Raises DataError if none does."""
    passages = run["passages"]
    for by, given in where.items():
        if given:
            wanted = known_code(run.corpus, given, by) if by in ("role", "code") else given
            members = belongs(run["passages"], groups_of(run, by), wanted, by)
            passages = passages[members.reindex(passages.index)]
    return passages


def known_code(corpus: Corpus, given: str, by: str) -> str:
    """Id of a role or code given by id or by its Chinese name. Raises DataError for an unknown one."""
    codes = {c.id: c.id for c in corpus.codebook.codes if (c.facet == "role") == (by == "role")}
    codes |= {c.name: c.id for c in corpus.codebook.codes if (c.facet == "role") == (by == "role")}
    if given not in codes:
        raise DataError.at(f"编码表里没有：{given}", where=f"--{by}", fix=f"用 {'、'.join(codes)} 之一")
    return codes[given]
