"""What every test may ask for: the corpus, the real compilation where it lies beside the project, one coded passage."""

from __future__ import annotations

import os
import tempfile
import warnings
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from made import CodedPassage, CodeOne, passages_of
from made_files import bad_pdfs, build, builders, make_doc, make_ole, make_pdf, make_workbook, mixed_pdf, write
from made_run import Result, small_run

from nlp.base.supported import unsupported
from nlp.corpus.folder import Corpus, open_corpus
from nlp.corpus.lexicon import Lexicon

PROJECT = Path(__file__).parent.parent
__all__ = ["bad_pdfs", "build", "builders", "make_doc", "make_ole", "make_pdf", "make_workbook", "mixed_pdf", "write"]

# The same examples in every run, so that a red test stays red; HYPOTHESIS_PROFILE=explore looks for new ones.
settings.register_profile(
    "steady",
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
settings.register_profile("explore", settings.get_profile("steady"), derandomize=False, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


def pytest_configure(config: pytest.Config) -> None:
    """Keep what the tests make again (jieba's dictionary, models) away from the user's own; quiet two libraries."""
    if reason := unsupported():
        pytest.exit(reason, returncode=2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # jieba's source has escapes that Python complains about when it is compiled
        import jieba  # noqa: F401
    # A failing property test shows its arguments; the lexicon among them is long.
    config.addinivalue_line("filterwarnings", "ignore:Generating overly large repr")
    if "LIANGZHANGPI_CACHE" not in os.environ:
        os.environ["LIANGZHANGPI_CACHE"] = tempfile.mkdtemp(prefix="liangzhangpi-tests-")
        config.add_cleanup(lambda: remove(Path(os.environ.pop("LIANGZHANGPI_CACHE"))))


def remove(folder: Path) -> None:
    """Remove a cache folder, which may hold folders."""
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    folder.rmdir()


@pytest.fixture(scope="session")
def corpus() -> Corpus:
    """The corpus that ships with the project."""
    return open_corpus()


@pytest.fixture(scope="session")
def lexicon(corpus: Corpus) -> Lexicon:
    """The lexicon that ships with the project."""
    return corpus.lexicon


@pytest.fixture(scope="session")
def shared() -> Path:
    """``../shared`` as seen from the project; a clone may stand without it."""
    return PROJECT.parent / "shared"


@pytest.fixture(scope="session")
def compilation(shared: Path) -> Path:
    """The real compilation of five reports, which is no part of the project."""
    path = shared / "reports" / "compilation.txt"
    if not path.is_file():
        pytest.skip(f"没有真实汇编 {path.name}：它不随项目发布，放在项目旁边的 shared/reports/ 里才测")
    return path


@pytest.fixture(scope="session")
def code_one(corpus: Corpus) -> CodeOne:
    """One passage through ``nlp.code_passages``."""
    from nlp.run.notebook import code_passages

    def code(text: str, section: str = "") -> CodedPassage:
        return CodedPassage(text, code_passages(passages_of([text], [section]), corpus, "rules"))

    return code


@pytest.fixture(scope="session")
def result(corpus: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Result:
    """A small run of the main job: its folder and its tables."""
    return small_run(corpus, tmp_path_factory.mktemp("语料"), tmp_path_factory.mktemp("结果"))
