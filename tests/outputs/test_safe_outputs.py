"""What a report holds stays harmless, and nameless if asked, in everything that is written; the job keeps to itself."""

from __future__ import annotations

import csv
import io
import os
import re
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from selectolax.lexbor import LexborHTMLParser
from typer.testing import CliRunner

from nlp.cli.app import app

PROJECT = Path(__file__).parents[2]
BODY = "某处支部把学习排在每周五下班之后，人到不齐，笔记倒是齐的，制度就这样挂在墙上、流于形式。"
CAUSE = "究其原因，处长兼着书记，考核又只看业务指标，党建工作难以量化，谁也不愿多花力气。"
SECRETS = ("13800138000", "13900139000", "15912345678", "110101199003070038", "zhang@mof", "65981234", "18612345678")
FORMULA = '=HYPERLINK("http://a.example","点我")'
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)>"
HOSTILE = f"""{FORMULA}
一、{SCRIPT}
{BODY}{SCRIPT}
+{CAUSE}
-{BODY}考核只看台账。
@SUM(A1)党建与业务两张皮。
"""
HOSTILE_TABLE = f"""编号,标题,单位,正文
=1+1,{SCRIPT},+某局,=2+5+cmd|' /C calc'!A0{CAUSE}
@x,-标题,=单位,{SCRIPT}{BODY}
"""
TEXTS = {
    "张某13800138000.txt": f"关于支部空转的报告（联系人15912345678）\n一、存在问题\n{BODY}联系人手机13900139000，"
    f"身份证号110101199003070038。\n二、原因分析\n{CAUSE}邮箱zhang@mof.gov.cn。\n联系电话：010-65981234\n",
    "列名.csv": "13800138000,乙\n1,2\n",
    "表.csv": f"编号,标题,单位,正文\n13800138000,见13900139000,某局15912345678,{BODY}\n",
    "documents.csv": "source,title,organ\n张某13800138000.txt,报告18612345678,某局\n",
    "=1+1.txt": HOSTILE,
    "注入.csv": HOSTILE_TABLE,
    "=坏.xyz": "x",
    "页.html": f"<title>{FORMULA}</title><p>{BODY}</p><p>&lt;script&gt;alert(1)&lt;/script&gt;{CAUSE}</p>",
}
# Python reads this file at its start, in the main process and in every reader process.
WATCH = """
import os, sys

FORBIDDEN = ("socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo", "socket.gethostby",
             "urllib.Request", "http.client.connect", "ftplib.", "smtplib.", "pickle.find_class")

def dask_is_naming():
    "Where dask is installed, its import pickles functions of its own to name them; no file is read."
    frame = sys._getframe()
    while frame and not frame.f_code.co_filename.replace(os.sep, "/").endswith("dask/tokenize.py"):
        frame = frame.f_back
    return frame is not None

def watch(event, arguments):
    if event == "pickle.find_class" and dask_is_naming():
        return
    if event.startswith(FORBIDDEN) or event in ("tempfile.mkstemp", "tempfile.mkdtemp"):
        line = f"{event} {arguments!r}".replace(chr(10), " ")
        descriptor = os.open(os.environ["WATCHED"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(descriptor, line.encode("utf-8", "replace") + b"\\n")
        os.close(descriptor)
    if event.startswith(FORBIDDEN):
        raise PermissionError(event)

sys.addaudithook(watch)
"""


@dataclass(frozen=True)
class Job:
    """A finished job: what it wrote, said, and did."""

    out: Path
    said: str
    events: list[str]
    left: list[str]  # temporary files that it left behind

    def files(self, *suffixes: str) -> list[Path]:
        """Outputs. The ledger is none: it notes where the inputs lie, so that a batch can go on."""
        every = sorted(path for path in self.out.rglob("*") if path.is_file() and not path.name.startswith("ledger"))
        return [path for path in every if path.suffix in suffixes or not suffixes]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which every place that is shown holds a formula, a script or a personal number."""
    folder = tmp_path_factory.mktemp("报送")
    for name, text in TEXTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def job(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Job:
    """The main job, with sockets and pickles forbidden, in an own process as a user starts it."""
    place = tmp_path_factory.mktemp("运行")
    (place / "看").mkdir()
    (place / "tmp").mkdir()
    (place / "看" / "sitecustomize.py").write_text(WATCH, encoding="utf-8")
    (place / "看到").touch()
    own = {"PYTHONPATH": f"{place / '看'}{os.pathsep}{PROJECT}", "WATCHED": str(place / "看到")}
    done = subprocess.run(
        [sys.executable, "-m", "nlp", "analyze", str(folder), "--out", str(place / "结果"), "--redact"],
        cwd=place,
        env=os.environ | own | {"TMPDIR": str(place / "tmp")},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 1, done.stderr
    assert "有 2 个输入未能读入" in done.stderr, done.stderr
    events = (place / "看到").read_text(encoding="utf-8").splitlines()
    left = [path.name for path in (place / "tmp").rglob("*")]
    return Job(place / "结果", done.stdout + done.stderr, events, left)


def test_no_socket_is_opened_and_no_pickle_loaded(job: Job) -> None:
    assert [event for event in job.events if not event.startswith("tempfile.")] == []


def test_the_watch_sees_what_it_forbids(job: Job) -> None:
    place = job.out.parent
    code = """
import pickle, socket
for deed in (lambda: pickle.loads(pickle.dumps(socket.socket)), lambda: socket.socket().connect(("127.0.0.1", 9))):
    try:
        deed()
    except PermissionError as fault:
        print(fault)
"""
    own = os.environ | {"PYTHONPATH": str(place / "看"), "WATCHED": str(place / "另")}
    done = subprocess.run([sys.executable, "-c", code], env=own, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["pickle.find_class", "socket.connect"]


def test_temporary_files_lie_in_folders_of_our_own_and_go(job: Job) -> None:
    made = [event for event in job.events if event.startswith("tempfile.")]
    assert made, "读 html 的进程有自己的临时文件夹"
    ours = ("liangzhangpi-", os.environ["LIANGZHANGPI_CACHE"])  # the dictionary's cache is begun beside its place
    assert [event for event in made if not any(place in event for place in ours)] == []
    assert job.left == []
    assert [path.name for path in job.out.rglob(".*")] == []


def words_of(path: Path) -> str:
    """All that a file written by us says, Office and Parquet files unpacked."""
    if path.suffix in (".xlsx", ".docx"):
        with zipfile.ZipFile(path) as archive:
            return "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    if path.suffix == ".parquet":
        return str(pd.read_parquet(path).to_csv())
    return path.read_bytes().decode("utf-8", "replace")


def secrets_in(said: dict[str, str]) -> list[tuple[str, str]]:
    """Personal numbers that stand in an output."""
    return [(name, secret) for name, words in said.items() for secret in SECRETS if secret in words]


def test_no_personal_number_is_in_any_output_of_analyze(job: Job) -> None:
    said = {path.relative_to(job.out).as_posix(): words_of(path) for path in job.files()} | {"屏幕": job.said}
    assert secrets_in(said) == []
    assert any("*" * 11 in words for words in said.values())


@pytest.mark.parametrize(
    "command", [["--format", "jsonl"], ["--unit", "passage", "--format", "xlsx"]], ids=["篇", "段"]
)
def test_no_personal_number_is_in_any_output_of_classify(command: list[str], folder: Path, tmp_path: Path) -> None:
    given = str(folder / "表.csv") if "passage" in command else str(folder)
    call = ["classify", given, "--out", str(tmp_path / "出"), "--coder", "rules", "--redact", *command]
    result = CliRunner().invoke(app, call)
    assert result.exit_code in (0, 1), result.output
    written = Job(tmp_path / "出", result.output, [], []).files()
    assert secrets_in({path.name: words_of(path) for path in written} | {"屏幕": result.output}) == []


def test_the_manifest_still_finds_a_file_whose_name_is_masked(job: Job) -> None:
    rows = csv.DictReader(io.StringIO((job.out / "tables/documents.csv").read_text(encoding="utf-8-sig")))
    organs = {row["source"]: (row["organ"], row["title"]) for row in rows}
    assert organs["张某***********.txt"] == ("某局", "报告***********")


def test_the_hostile_texts_are_really_shown(job: Job) -> None:
    said = {path.name: words_of(path) for path in job.files()}
    assert "alert(1)" in said["passages.csv"]
    assert "alert(1)" in said["report.html"]
    assert "=HYPERLINK" in said["documents.csv"]


def test_no_cell_of_a_csv_is_a_formula(job: Job) -> None:
    for path in job.files(".csv"):
        for row in csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))):
            assert not [cell for cell in row if re.match(r"[=+@\t\r]|-(?![\d.])", cell)], path.name


def test_no_cell_of_a_workbook_is_a_formula_and_nothing_leads_outside(job: Job) -> None:
    for path in job.files(".xlsx"):
        book = openpyxl.load_workbook(path)
        assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            links = [
                name for name in names if name.endswith(".rels") and b'TargetMode="External"' in archive.read(name)
            ]
        assert [name for name in names if "vba" in name.lower() or "externalLink" in name] + links == []


def test_no_markup_of_a_report_runs_in_the_page(job: Job) -> None:
    for path in job.files(".html"):
        words = path.read_text(encoding="utf-8")
        assert SCRIPT not in words
        page = LexborHTMLParser(words)
        # The data of the search list is a script too, of another type; markup in it is escaped.
        assert not [node for node in page.css("script") if (node.text() or "").strip().startswith("alert")]
        for node in page.css("*"):
            for name, value in node.attributes.items():
                assert not (name.startswith("on") and "alert" in (value or ""))
                assert not (value or "").strip().lower().startswith(("javascript:", "http://a.example"))
            assert not (node.tag == "img" and node.attributes.get("src") == "x")


def test_no_field_or_link_of_a_word_file_comes_from_a_report(job: Job) -> None:
    for path in job.files(".docx"):
        with zipfile.ZipFile(path) as archive:
            parts = {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}
        assert "<script>" not in parts["word/document.xml"]
        assert not [name for name, part in parts.items() if name.endswith(".rels") and "a.example" in part]
        fields = re.findall(r'<w:instrText[^>]*>([^<]*)|w:instr="([^"]*)"', parts["word/document.xml"])
        assert not [field for field in fields if re.search("HYPERLINK|INCLUDE|DDE|SUM|cmd", "".join(field))]


def test_no_module_can_load_a_pickle() -> None:
    """What is read from a file is never a pickle: not by ours, nor by the libraries that could."""
    loaders = r"\b(?:pickle|cPickle|dill|cloudpickle|joblib|shelve|marshal)\.(?:loads?|Unpickler|open)\b"
    loaders += r"|\bread_pickle\b|allow_pickle\s*=\s*True|import (?:pickle|dill|joblib|shelve|marshal)\b"
    found = [path.name for path in (PROJECT / "nlp").rglob("*.py") if re.search(loaders, path.read_text("utf-8"))]
    assert found == []
