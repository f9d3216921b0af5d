"""How the notebooks read, in figures: python tools/notebook_style.py [folder of notebooks …]

Exported cells (without those that only import): their lines, definitions, and whether an example follows before the next one;
lines over 120 characters; words of prose for a line of code.
"""
import ast
import json
import re
import statistics
import sys
from pathlib import Path

top = Path(__file__).resolve().parent.parent
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def read_cells(file):
    "Kind and source of each cell of a notebook"
    return [(o["cell_type"], "".join(o["source"])) for o in json.loads(file.read_text(encoding="utf-8"))["cells"]]


def is_export(source):
    "Does a cell go into the package?"
    return bool(re.match(r"#\|\s*exports?i?\b(?!\w)", source))


def body_of(source):
    "The statements of a code cell; none where it is no Python"
    try:
        return ast.parse(source).body
    except SyntaxError:
        return []


def only_imports(source):
    "Does a cell import, and nothing else?"
    body = body_of(source)
    return bool(body) and all(isinstance(o, (ast.Import, ast.ImportFrom)) for o in body)


def exported_cells(cells):
    "Exported cells that define something, as (position, source without directives)"
    plain = lambda s: "\n".join(o for o in s.splitlines() if not o.startswith("#|")).strip()
    return [(i, plain(s)) for i, (kind, s) in enumerate(cells) if kind == "code" and is_export(s) and not only_imports(s)]


def followed_by_example(cells, i):
    "Is there a cell of code that is not exported before the next exported one?"
    later = next((s for kind, s in cells[i+1:] if kind == "code" and not s.startswith("#| hide")), None)
    return later is not None and not is_export(later)


def measure(files):
    "The figures of some notebooks, by name"
    lines, definitions, examples, wide, code, words = [], [], [], 0, 0, 0
    for cells in map(read_cells, files):
        for i, source in exported_cells(cells):
            rows = source.splitlines()
            lines.append(len(rows))
            definitions.append(sum(isinstance(o, DEFINITIONS) for o in body_of(source)))
            examples.append(followed_by_example(cells, i))
            wide, code = wide + sum(len(o) > 120 for o in rows), code + len(rows)
        words += sum(len(s.split()) for kind, s in cells if kind == "markdown")
    p90 = statistics.quantiles(lines, n=10, method="inclusive")[-1]
    return {"exported cells": len(lines), "lines: median": statistics.median(lines), "lines: 90 %": round(p90, 1), "lines: most": max(lines),
            "definitions in a cell": round(statistics.mean(definitions), 2), "lines over 120 characters": f"{wide/code:.1%}",
            "example before the next": f"{statistics.mean(examples):.0%}", "words for a line of code": round(words/code, 1)}


if __name__ == "__main__":
    for folder in [Path(o) for o in sys.argv[1:]] or [top/"nbs"]:
        files = [o for o in sorted(folder.rglob("*.ipynb")) if not o.name.startswith("_") and ".ipynb_checkpoints" not in o.parts]
        library = [o for o in files if exported_cells(read_cells(o))]
        print(f"{folder.name}, {len(library)} notebooks")
        print("\n".join(f"  {k:28}{v}" for k, v in measure(library).items()))
