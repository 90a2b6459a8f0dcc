"""Codings as REFI-QDA (.qdc, .qdpx) and doccano JSON Lines, out and in.

Programs count positions differently: in characters, in UTF-8 bytes, a line end as one or as two. Written is what most
read alike; read is each of the three, by which fits.
"""

from __future__ import annotations

import json
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree

import pandas as pd

from nlp.base.errors import DataError
from nlp.corpus.codebook import CODED_FACETS, Codebook
from nlp.review.corrections import standing
from nlp.review.store import marks_of
from nlp.review.taken import Told
from nlp.store.files import Replacement, write_text
from nlp.tables import ROLES

PROJECT, BOOK = "urn:QDA-XML:project:1.0", "urn:QDA-XML:codebook:1.0"
ORIGIN = "liangzhangpi"
RARE, REPLACED = 0xFFFF, "〓"  # a character beyond, which some programs count as two, and what stands for it
LARGEST = 500_000_000  # bytes of a project that is read
CLOCK = (2000, 1, 1, 0, 0, 0)


def guid(*parts: object) -> str:
    """The same name gets the same id."""
    return str(uuid5(NAMESPACE_URL, "\0".join(map(str, (ORIGIN, *parts)))))


def plain(text: str) -> str:
    """A text as it is written: line ends as one character, rare characters replaced, so that all count alike."""
    return "".join(REPLACED if ord(c) > RARE else c for c in text)


def add_codes(parent: ElementTree.Element, space: str, codebook: Codebook) -> None:
    """The codebook as a tree: facets, and their codes."""
    codes = ElementTree.SubElement(ElementTree.SubElement(parent, f"{{{space}}}CodeBook"), f"{{{space}}}Codes")
    if space == BOOK:
        parent.remove(parent[0])
        codes = ElementTree.SubElement(parent, f"{{{space}}}Codes")
    for facet in ("role", *CODED_FACETS):
        title = "角色" if facet == "role" else codebook.role_name(facet)
        top = ElementTree.SubElement(
            codes, f"{{{space}}}Code", guid=guid("facet", facet), name=title, isCodable="false"
        )
        for code in (each for each in codebook.codes if each.facet == facet):
            told = {"guid": guid("code", facet, code.id), "name": code.name, "isCodable": "true"}
            text = code.definition + (f"\n不用于：{code.not_when}" if code.not_when else "")
            leaf = ElementTree.SubElement(top, f"{{{space}}}Code", told)
            ElementTree.SubElement(leaf, f"{{{space}}}Description").text = text


def xml_of(root: ElementTree.Element, space: str) -> bytes:
    """A tree as a file."""
    ElementTree.register_namespace("", space)
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


def write_codebook(codebook: Codebook, path: Path) -> Path:
    """Write the codebook as .qdc."""
    root = ElementTree.Element(f"{{{BOOK}}}CodeBook", origin=ORIGIN)
    add_codes(root, BOOK, codebook)
    return write_text(xml_of(root, BOOK).decode(), path)


def write_project(
    decisions: pd.DataFrame, passages: pd.DataFrame, documents: pd.DataFrame, codebook: Codebook, path: Path
) -> Path:
    """Write what stands decided as .qdpx: documents as plain text, roles and codes as selections with their coder."""
    known, files = passages.set_index("passage_id"), {}
    root = ElementTree.Element(f"{{{PROJECT}}}Project", name="两张皮", origin=ORIGIN)
    rows = standing(decisions)
    rows = rows[rows["passage_id"].isin(known.index)]
    users = ElementTree.SubElement(root, f"{{{PROJECT}}}Users")
    for coder in sorted(set(rows["coder"])):
        ElementTree.SubElement(users, f"{{{PROJECT}}}User", guid=guid("user", coder), name=coder)
    add_codes(root, PROJECT, codebook)
    sources = ElementTree.SubElement(root, f"{{{PROJECT}}}Sources")
    by_document = rows.groupby(rows["passage_id"].map(known["document_id"]), sort=True)
    for document in documents[documents["document_id"].isin(by_document.groups)].itertuples():
        name, text = guid("source", document.document_id), str(document.text)
        files[f"sources/{name}.txt"] = plain(text).encode()
        told = {"guid": name, "name": str(document.document_id), "plainTextPath": f"internal://{name}.txt"}
        source = ElementTree.SubElement(sources, f"{{{PROJECT}}}TextSource", told)
        if n := sum(ord(c) > RARE for c in text):
            ElementTree.SubElement(source, f"{{{PROJECT}}}Description").text = f"有 {n} 个罕用字写作“{REPLACED}”"
        for row in by_document.get_group(document.document_id).itertuples():
            passage = known.loc[row.passage_id]
            spans = [("role", str(row.role), 0, int(passage["end"]) - int(passage["start"]))]
            spans += [(codebook.facet_of(c), c, a, b) for c, a, b in marks_of(str(row.codes)) if c in codebook.ids]
            for facet, code, a, b in spans:
                start, end = int(passage["start"]) + a, int(passage["start"]) + b
                place = {"startPosition": str(start), "endPosition": str(end), "name": plain(text[start:end])[:80]}
                place |= {"creatingUser": guid("user", row.coder), "creationDateTime": str(row.time)}
                place |= {"guid": guid(row.number, facet, code, a, b)}
                selection = ElementTree.SubElement(source, f"{{{PROJECT}}}PlainTextSelection", place)
                given = {"guid": guid("coding", row.number, facet, code, a, b), "creatingUser": place["creatingUser"]}
                given["creationDateTime"] = str(row.time)
                coding = ElementTree.SubElement(selection, f"{{{PROJECT}}}Coding", given)
                ElementTree.SubElement(coding, f"{{{PROJECT}}}CodeRef", targetGUID=guid("code", facet, code))
    path.parent.mkdir(parents=True, exist_ok=True)
    with Replacement(path) as temporary, zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, data in {"project.qde": xml_of(root, PROJECT), **files}.items():
            archive.writestr(zipfile.ZipInfo(entry, CLOCK), data)
    return path


def by_characters(text: str) -> Callable[[int], int | None]:
    """Positions in characters, a line end being one."""
    return lambda at: at if 0 <= at <= len(text) else None


def by_bytes(text: str) -> Callable[[int], int | None]:
    """Positions in UTF-8 bytes."""
    places, total = {0: 0}, 0
    for i, letter in enumerate(text, 1):
        total += len(letter.encode())
        places[total] = i
    return places.get


def by_two(text: str) -> Callable[[int], int | None]:
    """Positions in characters, a line end being two (CR LF)."""
    places, total = {0: 0}, 0
    for i, letter in enumerate(text, 1):
        total += 2 if letter == "\n" else 1
        places[total] = i
    return places.get


WAYS = {"字符": by_characters, "UTF-8 字节": by_bytes, "字符，换行算两个": by_two}


def read_project(
    path: Path, passages: pd.DataFrame, documents: pd.DataFrame, codebook: Codebook, coder: str = ""
) -> tuple[list[Told], str]:
    """What a .qdpx says of the passages, and how its program counts positions. Raises DataError if it is none."""
    root, files = opened(path)
    users = {u.get("guid"): u.get("name") or "" for u in root.iter(f"{{{PROJECT}}}User")}
    codes = {c.get("guid"): c.get("name") or "" for c in root.iter(f"{{{PROJECT}}}Code")}
    texts = {str(row.document_id): plain(str(row.text)) for row in documents.itertuples()}
    found: list[tuple[str, dict[str, str], list[tuple[str, str]]]] = []
    for source in root.iter(f"{{{PROJECT}}}TextSource"):
        entry = (source.get("plainTextPath") or "").rsplit("/", 1)[-1]
        raw = files.get(entry, (source.findtext(f"{{{PROJECT}}}PlainTextContent") or "").encode())
        text = plain(raw.decode("utf-8-sig", "replace").replace("\r\n", "\n"))
        name = next((name for name, known in texts.items() if known == text), None)
        if name is None:
            raise DataError.at(f"结果里没有这份文字：{source.get('name')}", where=path, fix="用写出它的那个结果文件夹")
        for selection in source.iter(f"{{{PROJECT}}}PlainTextSelection"):
            refs = [
                (codes.get(ref.get("targetGUID"), ""), users.get(coding.get("creatingUser"), "") or coder or "不知何人")
                for coding in selection.iter(f"{{{PROJECT}}}Coding")
                for ref in coding.iter(f"{{{PROJECT}}}CodeRef")
            ]
            found.append((name, dict(selection.attrib), refs))
    way = fitting(found, texts)
    places = {name: WAYS[way](texts[name]) for name in {name for name, _, _ in found}}
    spans = [
        (name, places[name](int(at["startPosition"])), places[name](int(at["endPosition"])), code, who)
        for name, at, refs in found
        for code, who in refs
    ]
    return list(gathered(spans, passages, codebook, path.name)), way


def opened(path: Path) -> tuple[ElementTree.Element, dict[str, bytes]]:
    """The project of an archive, and its texts by file name. Raises DataError."""
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(info.file_size for info in archive.infolist()) > LARGEST:
                raise DataError.at("项目太大", where=path, fix="只导出有编码的文档")
            data = {info.filename: archive.read(info) for info in archive.infolist() if not info.is_dir()}
        text = next(value for name, value in data.items() if name.endswith(".qde"))
        if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
            raise ValueError("DOCTYPE")
        return ElementTree.fromstring(text), {name.rsplit("/", 1)[-1]: value for name, value in data.items()}
    except (OSError, zipfile.BadZipFile, StopIteration, ElementTree.ParseError, ValueError) as error:
        raise DataError.at(
            f"读不出这个项目（{type(error).__name__}）", where=path, fix="用 REFI-QDA 的 .qdpx"
        ) from error


def fitting(found: Iterable[tuple[str, dict[str, str], Any]], texts: dict[str, str]) -> str:
    """How positions are counted: the way by which all stand in the text, and most show the words that they name."""
    rows = [(name, at) for name, at, _ in found]

    def score(way: str) -> tuple[int, int]:
        places = {name: WAYS[way](texts[name]) for name in {name for name, _ in rows}}
        inside = shown = 0
        for name, at in rows:
            start, end = (places[name](int(at[side])) for side in ("startPosition", "endPosition"))
            if start is not None and end is not None and start < end:
                inside += 1
                words = at.get("name", "")
                shown += bool(words) and texts[name][start:end].startswith(words)
        return shown, inside

    return max(WAYS, key=score)


def gathered(
    spans: Iterable[tuple[str, int | None, int | None, str, str]],
    passages: pd.DataFrame,
    codebook: Codebook,
    where: str,
) -> Iterator[Told]:
    """Codings of spans as one row a passage and coder; the role is said, or follows from the codes."""
    by_document = {name: list(rows.itertuples()) for name, rows in passages.groupby("document_id")}
    facet_of = {code.name: code.facet for code in codebook.codes if code.facet != "role"}
    roles = {codebook.role_name(role) for role in ROLES}
    held: dict[tuple[str, str], dict[str, Any]] = defaultdict(lambda: {"role": "", "codes": []})
    for name, start, end, code, who in spans:
        for row in by_document.get(name, []):
            if start is not None and end is not None and row.start <= start < row.end:
                row_held = held[row.passage_id, who]
                if code in roles and code not in facet_of:
                    row_held["role"] = code
                else:
                    row_held["codes"].append((code, (start - row.start, min(end, row.end) - row.start)))
    for (passage_id, who), said in sorted(held.items()):
        facets = [facet_of[code] for code, _ in said["codes"] if code in facet_of]
        role = said["role"] or (codebook.role_name(facets[0]) if facets else "")
        yield Told(f"{where} {passage_id}（{who}）", passage_id, who, role, said["codes"])


def write_doccano(decisions: pd.DataFrame, passages: pd.DataFrame, codebook: Codebook, path: Path) -> Path:
    """Write what stands decided as doccano's JSON Lines, a passage and coder a line, role and codes as labels."""
    texts = dict(zip(passages["passage_id"], passages["text"], strict=True))
    lines = []
    for row in standing(decisions).itertuples():
        if row.passage_id in texts:
            label = [[0, len(texts[row.passage_id]), codebook.role_name(str(row.role))]]
            label += [[start, end, codebook.name(code)] for code, start, end in marks_of(str(row.codes))]
            line = {"id": row.passage_id, "text": texts[row.passage_id], "label": label, "user": row.coder}
            lines.append(json.dumps(line, ensure_ascii=False))
    return write_text("\n".join(lines) + "\n", path)


def read_doccano(path: Path, passages: pd.DataFrame, codebook: Codebook, coder: str) -> list[Told]:
    """What doccano's JSON Lines say; lines name their passage by ``id``, or by its text. Raises DataError."""
    by_text = dict(zip(passages["text"], passages["passage_id"], strict=True))
    roles = {codebook.role_name(role) for role in ROLES}
    facets = {code.name: code.facet for code in codebook.codes if code.facet != "role"}
    told = []
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), 1):
        try:
            row = json.loads(line)
            label = [
                (str(name), (int(start), int(end))) for start, end, name in row.get("label", row.get("labels", []))
            ]
            text, who = str(row["text"]), str(row.get("user") or coder or "不知何人")
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            fix = "一行一个 JSON，有 text 和 label（[起点, 终点, 名称] 的列表）"
            raise DataError.at("读不懂这一行", where=f"{path} 第 {number} 行", fix=fix) from error
        codes = [(name, span) for name, span in label if name not in roles or name in facets]
        said = [name for name, _ in label if name in roles and name not in facets]
        implied = [codebook.role_name(facets[name]) for name, _ in codes if name in facets]
        passage_id = by_text.get(text, str(row.get("id", "")))
        told.append(Told(f"第 {number} 行", passage_id, who, (said or implied or [""])[0], codes))
    return told
