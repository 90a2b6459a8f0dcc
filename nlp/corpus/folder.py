"""The corpus folder as one value: codebook, lexicon and gold, each checked when it is read."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from nlp.base.errors import DataError
from nlp.corpus.codebook import Codebook, load_codebook, readable_codes
from nlp.corpus.lexicon import Lexicon, Phrase, load_lexicon, load_phrases
from nlp.store.files import read_table

GOLD_PASSAGES = ("passage_id", "document_id", "section", "text", "group")
GOLD_LABELS = ("passage_id", "coder", "facet", "code", "start", "end", "evidence", "difficulty")
# Whole documents coded by sentence: three files that a corpus has all or none of.
GOLD_DOCUMENTS = ("document_id", "group", "title", "organ", "kind_of_unit", "level", "date", "genre", "voice")
GOLD_SENTENCES = ("document_id", "position", "paragraph", "kind", "text")
SENTENCE_LABELS = (
    "document_id",
    "position",
    "coder",
    "facet",
    "code",
    "start",
    "end",
    "evidence",
    "difficulty",
    "note",
)
SENTENCE_FILES = {
    "documents.csv": GOLD_DOCUMENTS,
    "sentences.csv": GOLD_SENTENCES,
    "sentence_labels.csv": SENTENCE_LABELS,
}
ONLY_TRAINING = "训练用"  # what the document ids of gold passages begin with that stand in no report
LEARNED_FROM = ("codebook", "lexicon", "gold")  # what a model depends on
PARTS = (*LEARNED_FROM, "harvest")  # folders whose every file is a part of the version
GOLD = "gold"  # the coder id of the adjudicated coding


@dataclass(frozen=True)
class Corpus:
    """What an expert edits; ``versions`` are hashes of its parts, for the key of a model and for ``run.json``."""

    folder: Path
    codebook: Codebook
    lexicon: Lexicon
    versions: dict[str, str]

    def gold_passages(self) -> pd.DataFrame:
        """Passages of the reference corpus; ``group`` holds together what one writer wrote of one kind."""
        return read_table(self.folder / "gold" / "passages.csv", required=GOLD_PASSAGES)

    def reported_passages(self) -> pd.DataFrame:
        """Gold passages that stand in the shipped reports; the others only train."""
        gold = self.gold_passages()
        return gold[~gold["document_id"].str.startswith(f"{ONLY_TRAINING}·")].reset_index(drop=True)

    def gold_labels(self, coder: str = GOLD) -> pd.DataFrame:
        """Labels of one coder: passage_id, facet, code, start, end, evidence, difficulty."""
        table = read_table(self.folder / "gold" / "labels.csv", required=GOLD_LABELS)
        return table[table["coder"] == coder].astype({"start": int, "end": int}).reset_index(drop=True)

    def answers(self) -> dict[str, frozenset[str]]:
        """Which remedies answer which manifestation or cause (``codebook/answers.csv``). Raises DataError.

        A corpus without this file has no answers: then any remedy answers.
        """
        path = self.folder / "codebook" / "answers.csv"
        if not path.is_file():
            return {}
        table = read_table(path, required=("code", "remedy"))
        return {str(code): frozenset(group["remedy"]) for code, group in table.groupby("code")}

    def slogans(self) -> tuple[Phrase, ...]:
        """Slogans and wordings whose trends are followed (``lexicon/slogans.csv``). Raises DataError."""
        return load_phrases(self.folder / "lexicon" / "slogans.csv")

    def gold_documents(self) -> pd.DataFrame:
        """Whole documents coded by sentence, which only train; no row where the corpus has none."""
        return self.sentence_table("documents.csv")

    def gold_sentences(self) -> pd.DataFrame:
        """Headings and sentences of the whole documents in order; the texts of a paragraph joined give its line."""
        return self.sentence_table("sentences.csv").astype({"position": int, "paragraph": int})

    def sentence_labels(self, coder: str = GOLD) -> pd.DataFrame:
        """Labels of the sentences of whole documents by one coder (writer, second, or the adjudicated gold)."""
        table = self.sentence_table("sentence_labels.csv")
        numbers = {"position": int, "start": int, "end": int}
        return table[table["coder"] == coder].astype(numbers).reset_index(drop=True)

    def sentence_table(self, name: str) -> pd.DataFrame:
        """One of SENTENCE_FILES; empty where the corpus has no whole documents."""
        path = self.folder / "gold" / name
        if not path.exists():
            return pd.DataFrame({column: pd.Series([], dtype="str") for column in SENTENCE_FILES[name]})
        return read_table(path, required=SENTENCE_FILES[name])

    def manifest(self) -> pd.DataFrame:
        """The manifest of the shipped reports."""
        return read_table(self.folder / "documents.csv", required=("source",))


def open_corpus(folder: Path | str | None = None) -> Corpus:
    """Read codebook and lexicon of a corpus folder (default: the shipped one). Raises DataError."""
    path = Path(folder) if folder is not None else shipped_corpus()
    if not path.is_dir():
        raise DataError.at("找不到语料文件夹", where=path, fix="检查路径，或用 --corpus 指明语料文件夹")
    codebook, lexicon = codebook_and_lexicon(path)
    return Corpus(path, codebook, lexicon, {name: digest(files_of(path / name)) for name in PARTS})


def shipped_corpus() -> Path:
    """The corpus folder that comes with the program: inside it where it is installed, beside it in a checkout."""
    package = Path(__file__).parents[1]
    installed = package / "_corpus"
    return installed if installed.is_dir() else package.parent / "corpus"


def files_of(folder: Path) -> list[Path]:
    """Every file below a folder, in order; not what an editor or a file manager keeps there for itself."""
    files = [file for file in folder.rglob("*") if file.is_file() and not file.name.startswith((".", "~$"))]
    return sorted(files)


def codebook_and_lexicon(path: Path) -> tuple[Codebook, Lexicon]:
    """Read both; if the codebook is faulty, the faults of the lexicon are told with it."""
    try:
        codebook = load_codebook(path / "codebook" / "codes.csv")
    except DataError as fault:
        try:
            load_lexicon(path / "lexicon", readable_codes(path / "codebook" / "codes.csv"))
        except DataError as more:
            raise DataError.all_of([fault, more]) from fault
        raise
    problems = frozenset(codebook.of("manifestation") + codebook.of("cause"))
    return codebook, load_lexicon(path / "lexicon", codebook.ids, problems)


def digest(files: list[Path]) -> str:
    """Hash of the names and contents of ``files``."""
    total = hashlib.sha256()
    for file in files:
        total.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return total.hexdigest()[:16]
