"""Counts add up over parts, and a cluster gives the same bytes as this process; a worker that dies costs its part."""

from __future__ import annotations

import io
import os
import pickle
import signal
import socket
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path, PurePath
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made import labels_of, tokens_of
from made_run import report_of
from typer.testing import CliRunner

from nlp.base.errors import DataError
from nlp.cli.app import app
from nlp.corpus.folder import Corpus
from nlp.engine import cluster as cluster_module
from nlp.engine import partitions as engine
from nlp.engine.choice import Engine
from nlp.engine.partitions import map_partitions, map_parts, together
from nlp.measures import additive
from nlp.measures.additive import counts_of
from nlp.measures.counting import added, count_occurrences
from nlp.measures.trends import term_occurrences
from nlp.run import analyze as main_job
from nlp.run.how import How
from nlp.run.run import Run
from nlp.run.stages import coding, counting, reading
from nlp.store.files import write_table
from nlp.tables import OCCURRENCE_COUNTS, THEME_PASSAGES

DOCUMENTS = "甲乙丙丁"
TEXTS = st.dictionaries(
    st.tuples(st.sampled_from(DOCUMENTS), st.integers(1, 4)).map(lambda key: f"{key[0]}#{key[1]:04d}"),
    st.lists(st.sampled_from(["党建", "融合", "考核"]), min_size=1, max_size=4).map(" ".join),
    min_size=1,
)


@given(texts=TEXTS, rows=st.integers(1, 9))
@settings(max_examples=25)
def test_counts_of_parts_add_up_to_those_of_the_whole(texts: dict[str, str], rows: int) -> None:
    tokens = tokens_of(dict(sorted(texts.items())))
    passages = tokens.drop_duplicates("passage_id")
    labels = labels_of(*((pid, "role", ("cause", "remedy")[len(texts[pid]) % 2]) for pid in passages["passage_id"]))
    with pytest.MonkeyPatch.context() as patched:
        whole = counts_of(passages, tokens, labels, frozenset())
        patched.setattr(engine, "PART_ROWS", rows)
        cut = counts_of(passages, tokens, labels, frozenset())
    pd.testing.assert_frame_equal(cut.terms, whole.terms)
    pd.testing.assert_frame_equal(cut.codes, whole.codes)
    assert cut.terms["n"].sum() == len(tokens)
    seen = term_occurrences(tokens, ["党建", "融合|考核"])
    parts = [count_occurrences(part) for (part,) in together([seen], rows=rows)]
    pd.testing.assert_frame_equal(added(OCCURRENCE_COUNTS, parts), count_occurrences(seen))


@given(
    owners=st.lists(st.lists(st.sampled_from(DOCUMENTS), max_size=8), min_size=1, max_size=3), rows=st.integers(1, 5)
)
def test_a_document_stands_in_one_part_of_all_tables(owners: list[list[str]], rows: int) -> None:
    tables = [pd.DataFrame({"document_id": pd.Series(each, dtype="str"), "n": range(len(each))}) for each in owners]
    parts = together(tables, rows=rows)
    for k, table in enumerate(tables):
        back = pd.concat([part[k] for part in parts])
        pd.testing.assert_frame_equal(back.sort_index(), table)
    names = [{name for table in part for name in table["document_id"]} for part in parts]
    assert sum(map(len, names)) == len(set().union(*names))


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Two workers; a task is not tried again by the cluster itself when its worker dies, but comes back lost."""
    distributed = pytest.importorskip("distributed", reason="没有 distributed：装 requirements-dask.txt 才测集群")
    import dask

    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 0}),
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
    ):
        yield cluster


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six reports over three years, and three summaries."""
    folder = tmp_path_factory.mktemp("材料")
    rows = ["source,organ,kind_of_unit,date"]
    for i in range(6):
        (folder / f"{i}.txt").write_text(report_of(i), encoding="utf-8")
        rows.append(f"{i}.txt,某某局,{('机关', '国企')[i % 2]},20{19 + i // 2}-0{i + 1}")
    (folder / "documents.csv").write_text("\n".join(rows), encoding="utf-8")
    short = {"编号": ["一", "二", "三"], "正文": [report_of(i).splitlines()[i + 1] for i in range(3)]}
    pd.DataFrame(short).to_csv(folder / "摘要.csv", index=False)
    return folder


def counted(folder: Path, corpus: Corpus, out: Path, scheduler: str | None) -> dict[str, bytes]:
    """The bytes of every table that reading, segmenting, coding and counting give."""
    run = Run(corpus, How(coder="rules", engine=Engine(scheduler=scheduler)), [folder])
    run.made[THEME_PASSAGES.name] = THEME_PASSAGES.empty()
    stages = (*reading.STAGES, *coding.STAGES[:2], *counting.STAGES)
    tables = {table.name: run[table.name] for stage in stages for table in stage.makes}
    return {name: write_table(table, out / f"{name}.parquet").read_bytes() for name, table in tables.items()}


@pytest.mark.filterwarnings("ignore")  # of the cluster's library, not ours
def test_a_cluster_gives_the_same_bytes(
    cluster: Any, folder: Path, corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = counted(folder, corpus, tmp_path / "此处", None)
    monkeypatch.setattr(engine, "PART_ROWS", 20)
    monkeypatch.setattr(reading, "PART_DOCUMENTS", 2)
    there = counted(folder, corpus, tmp_path / "彼处", cluster.scheduler_address)
    assert len(here) > 30
    # The places themselves stand in the order of the parts; they are looked up, never written.
    assert [name for name in here if here[name] != there[name] and name != "occurrences"] == []


class NoPaths(pickle.Pickler):
    """Refuses to send a path."""

    def reducer_override(self, value: object) -> Any:
        """Look at what is about to be sent."""
        assert not isinstance(value, PurePath), value
        return NotImplemented


def test_what_is_sent_to_a_worker_names_no_file_of_ours(
    folder: Path, corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[bytes] = []

    def send(stage: Callable[[Any], Any], parts: Sequence[Any], *where: object, **how: object) -> list[Any]:
        buffer = io.BytesIO()
        NoPaths(buffer).dump((stage, parts))
        sent.append(buffer.getvalue())
        return [stage(part) for part in parts]

    for room in (engine, coding, additive):
        monkeypatch.setattr(room, "map_parts", send)
    run = Run(corpus, How(coder="rules"), [folder], {THEME_PASSAGES.name: THEME_PASSAGES.empty()})
    for stage in counting.STAGES:
        assert run[stage.makes[0].name] is not None
    assert len(sent) == 6, "切段、定段、分词、编码、计数、找词"
    assert [data for data in sent if str(corpus.folder).encode() in data] == []


COMMANDS = [
    pytest.param(["trends"], id="趋势"),
    pytest.param(["keyness", "--target", "manifestation", "--all"], id="关键性"),
]


@pytest.mark.filterwarnings("ignore")  # of the cluster's library, not ours
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_gives_the_same_bytes_on_a_cluster(
    cluster: Any, folder: Path, tmp_path: Path, command: list[str]
) -> None:
    tables = []
    for where in ([], ["--scheduler", cluster.scheduler_address]):
        out = tmp_path / f"{len(tables)}.csv"
        words = [command[0], str(folder), *command[1:], "--coder", "rules", "--out", str(out), *where]
        done = CliRunner().invoke(app, words)
        assert done.exit_code == 0, done.output
        tables.append(out.read_bytes())
    assert tables[0] == tables[1]
    assert tables[0].count(b"\n") > 5


def test_a_form_that_is_none_is_named_with_those_there_are(folder: Path, tmp_path: Path) -> None:
    words = [
        "trends",
        str(folder),
        "--form",
        "乱写",
        "--term",
        "党建",
        "--coder",
        "rules",
        "--out",
        str(tmp_path / "出"),
    ]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 2
    assert "没有这种篇幅：乱写" in done.stderr
    assert "用 全部、报告、短材料 之一" in done.stderr


class Deadly:
    """A stage that doubles, but whose worker dies over one part the first time, and over another always."""

    def __init__(self, mark: Path) -> None:
        self.mark, self.home = mark, os.getpid()

    def __call__(self, part: pd.DataFrame) -> pd.DataFrame:
        """Double the column n."""
        once = 7 in list(part["n"]) and not self.mark.exists()
        if os.getpid() != self.home and (once or 15 in list(part["n"])):
            self.mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return part.assign(n=part["n"] * 2)


@pytest.mark.filterwarnings("ignore")  # of the cluster's library, not ours
def test_a_large_part_is_sent_without_a_word(cluster: Any) -> None:
    import dask

    with (
        dask.config.set({"distributed.admin.large-graph-warning-threshold": 1}),
        warnings.catch_warnings(record=True) as told,
    ):
        warnings.simplefilter("always")
        assert map_parts(len, [b"x" * 1000, b"y" * 10], scheduler=cluster.scheduler_address) == [1000, 10]
    assert [str(each.message) for each in told if "graph" in str(each.message)] == []


@pytest.mark.filterwarnings("ignore")  # of the cluster's library, not ours
def test_a_cluster_that_runs_another_program_is_refused(cluster: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster_module, "fingerprint", lambda: "别的程序")  # here, not in the workers
    cluster_module.program.cache_clear()
    with pytest.raises(DataError, match="版本与这里不同"):
        cluster_module.connected(cluster.scheduler_address)
    with pytest.raises(DataError, match="版本与这里不同"):
        cluster_module.call(len, "甲", "别的版本")
    cluster_module.program.cache_clear()


@pytest.mark.skipif(sys.platform == "win32", reason="没有 SIGKILL")
@pytest.mark.filterwarnings("ignore")  # of the cluster's library, not ours
def test_a_stage_survives_the_deaths_of_workers_of_the_cluster(cluster: Any, tmp_path: Path) -> None:
    table = pd.DataFrame({"document_id": [f"{n // 2}" for n in range(20)], "n": range(20)})
    got = map_partitions(Deadly(tmp_path / "死过"), table, part_rows=3, scheduler=cluster.scheduler_address)
    assert (tmp_path / "死过").exists()
    pd.testing.assert_frame_equal(got, table.assign(n=table["n"] * 2))


def test_a_server_that_says_nothing_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed", reason="没有 distributed：装 requirements-dask.txt 才测集群")
    monkeypatch.setattr(cluster_module, "CONNECT_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(DataError, match="连不上集群"):
        cluster_module.connected(f"tcp://127.0.0.1:{silent.getsockname()[1]}")


LOSSES = [
    pytest.param(TimeoutError("No valid workers found"), "没有能用的工作进程", id="没有工作进程"),
    pytest.param(OSError("Stream is closed"), "连接断了", id="调度者没了"),
]


@pytest.mark.parametrize(("fault", "said"), LOSSES)
def test_a_cluster_that_is_lost_is_told(fault: OSError, said: str) -> None:
    with pytest.raises(DataError, match=said) as caught, cluster_module.told_if_lost("--scheduler tcp://甲:1"):
        raise fault
    assert "--resume" in str(caught.value)


def test_a_cluster_that_cannot_be_reached_is_told_before_anything_is_read(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("distributed", reason="没有 distributed：装 requirements-dask.txt 才测集群")
    monkeypatch.setattr(cluster_module, "CONNECT_SECONDS", 0.2)
    monkeypatch.setattr(reading, "read_inputs", lambda *given: pytest.fail("已经读了"))
    with pytest.raises(DataError, match="连不上集群"):
        main_job.analyze([folder], tmp_path / "出", Corpus.__new__(Corpus), How(engine=Engine(1, "tcp://127.0.0.1:9")))


class Dying:
    """A client whose workers die while they are sent something."""

    def __init__(self, faults: list[OSError]) -> None:
        self.faults = faults

    def scatter(self, work: Any, **how: Any) -> str:
        if self.faults:
            raise self.faults.pop(0)
        return "收到"


def sender(faults: list[OSError]) -> Any:
    found = cluster_module.Cluster.__new__(cluster_module.Cluster)
    found.client, found.work, found.where = Dying(faults), len, "--scheduler tcp://甲:1"
    return found


def test_a_worker_that_dies_while_the_work_is_sent_is_no_end() -> None:
    cluster = sender([OSError("Stream is closed")] * 2)
    cluster.send()
    assert cluster.held == "收到"


@pytest.mark.parametrize(("fault", "said"), LOSSES)
def test_a_cluster_that_is_gone_is_not_asked_for_ever(fault: OSError, said: str) -> None:
    with pytest.raises(DataError, match=said):
        sender([fault] * 9).send()
