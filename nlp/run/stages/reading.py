"""From inputs to passages: read, clean, split into documents, cut, mark copies."""

from __future__ import annotations

from functools import partial

import pandas as pd

from nlp.corpus.folder import Corpus
from nlp.engine.choice import Engine
from nlp.engine.partitions import map_partitions
from nlp.intake.inputs import read_inputs, with_hints
from nlp.intake.manifest import manifest_of
from nlp.measures.where import documents_where
from nlp.run.stage import Made, Setting, Stage
from nlp.tables import CONFLICTS, DOCUMENTS, DROPPED, FAILURES, PASSAGES, REGISTER_CELLS, SOURCE_GROUPS
from nlp.text.clean import clean_sources
from nlp.text.documents import build_documents
from nlp.text.register_cells import register_cells
from nlp.text.reuse import independent_sources, mark_reuse
from nlp.text.segment import segment_documents
from nlp.training.coder import make_coder

STEP = "读入与切分"
PART_DOCUMENTS = 100  # segmented at once


def documents(run: Setting) -> Made:
    """Read the inputs of a run into DOCUMENTS; what became none is told beside them."""
    lexicon, reading = run.corpus.lexicon, run.how.reading
    sources, failures = read_inputs(run.inputs, with_hints(reading, lexicon))
    cleaned, noise = clean_sources(sources, lexicon)
    manifest = manifest_of(run.inputs, reading.redact)
    found, conflicts, repeats = build_documents(cleaned, lexicon, manifest)
    found = documents_where(found, run.how.where)
    dropped = pd.concat([noise, repeats], ignore_index=True)
    return found, conflicts, dropped, failures, register_cells(sources, found)


def passages(run: Setting, documents: pd.DataFrame) -> Made:
    """Cut DOCUMENTS into PASSAGES of one role each and mark those that repeat an earlier one."""
    lexicon, engine = run.corpus.lexicon, run.how.engine
    segment = partial(segment_documents, lexicon=lexicon)
    pieces = map_partitions(segment, documents, part_rows=PART_DOCUMENTS, scheduler=engine.scheduler)
    return (mark_reuse(settled(pieces, run.corpus, run.how.coder, engine), documents, lexicon),)


def settled(pieces: pd.DataFrame, corpus: Corpus, coder: str, engine: Engine) -> pd.DataFrame:
    """Passages: pieces cut where the coder sees the role turn. Raises DataError for an unknown coder."""
    settle = make_coder(coder, corpus).settle
    return map_partitions(settle, pieces, workers=engine.workers, scheduler=engine.scheduler)


def source_groups(run: Setting, documents: pd.DataFrame, passages: pd.DataFrame) -> Made:
    """Name the independent source of every document."""
    return (independent_sources(documents, passages).reset_index(),)


STAGES = (
    Stage(STEP, (DOCUMENTS, CONFLICTS, DROPPED, FAILURES, REGISTER_CELLS), (), documents),
    Stage(STEP, (PASSAGES,), (DOCUMENTS,), passages),
    Stage(STEP, (SOURCE_GROUPS,), (DOCUMENTS, PASSAGES), source_groups),
)
