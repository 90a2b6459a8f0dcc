#!/usr/bin/env bash
# LibreOffice Writer 7.4.7.2 (Debian 12 package libreoffice-writer), python-docx 1.2.0.
# A .docx whose body ends with a table (valid: only sectPr follows) is converted to .doc and back to .docx by soffice.
# Expected: the table comes back with its six cells. Seen: no table; the six texts stand glued together in one
# paragraph, "cell0cell1cell2cell3cell4cell5", exit status 0. With one paragraph behind the table all is well.
# Exit status 1 if this changes (the table comes back, or the control loses it, too); 3 without soffice.
set -euo pipefail
command -v soffice > /dev/null || { echo "soffice is not installed"; exit 3; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q python-docx==1.2.0
"$folder/venv/bin/python" - "$folder" <<'PY'
import sys
import docx

for name, has_end in (("last", False), ("control", True)):
    document = docx.Document()
    document.add_paragraph("before")
    table = document.add_table(rows=2, cols=3)
    for i, cell in enumerate(cell for row in table.rows for cell in row.cells):
        cell.text = f"cell{i}"
    if has_end:
        document.add_paragraph("after")
    document.save(f"{sys.argv[1]}/{name}.docx")
PY
convert() { soffice "-env:UserInstallation=file://$folder/profile" --headless --convert-to "$1" --outdir "$2" "${@:3}" > /dev/null 2>&1; }
convert doc "$folder/old" "$folder/last.docx" "$folder/control.docx"
convert docx "$folder/back" "$folder/old/last.doc" "$folder/old/control.doc"
"$folder/venv/bin/python" - "$folder" <<'PY'
import sys
import docx

last, control = (docx.Document(f"{sys.argv[1]}/back/{name}.docx") for name in ("last", "control"))
texts = [paragraph.text for paragraph in last.paragraphs]
print("table last:", len(last.tables), "tables,", texts)
print("paragraph behind it:", len(control.tables), "tables")
glued = len(last.tables) == 0 and "cell0cell1cell2cell3cell4cell5" in texts
sys.exit(0 if glued and len(control.tables) == 1 else 1)
PY
