"""Write the table of modules and what they know into CONTRIBUTING.md, from the imports of the notebooks. With --check, only compare.

Fails where a notebook imports one with a higher number: the numbers are the order in which notebooks build on each other.
"""
import re
import sys
from pathlib import Path

from notebook_style import is_export, read_cells

top = Path(__file__).resolve().parent.parent
GROUPS = ["core", "data", "models", "vision", "interpret", "explain", "experiments", "v1", "cli"]
BEGIN, END = "<!-- floors: written by tools/floors.py -->", "<!-- end of floors -->"


def imported(file):
    "The modules of ours that a notebook's exported cells import"
    code = "\n".join(source for kind, source in read_cells(file) if kind == "code" and is_export(source))
    res = set(re.findall(r"from fastai_manager\.([a-z]+\.[a-z_]+) import", code))
    for group, names in re.findall(r"from fastai_manager\.([a-z]+) import ([\w, ]+)", code):
        res |= {f"{group}.{o.split()[0]}" for o in names.split(",")}
    return res


def read_modules():
    "Name, number and imports of each notebook that is exported"
    res = {}
    for file in sorted((top/"nbs").glob("[0-9]*.ipynb")):
        number, name = re.match(r"(\d+)_(.+)", file.stem).groups()
        if "#| default_exp" in file.read_text(encoding="utf-8"):
            res[name] = int(number), imported(file)
    return res


def upwards(modules):
    "Imports that lead from a lower number to a higher one"
    for name, (number, others) in modules.items():
        for o in sorted(others & set(modules)):
            if modules[o][0] >= number:
                yield f"{name} ({number}) imports {o} ({modules[o][0]})"


def table(modules):
    "A row a group: its modules in their order, and the groups that they know"
    rows = ["| group | modules | knows |", "| --- | --- | --- |"]
    for group in GROUPS:
        own = [o for o in modules if o.split(".")[0] == group]
        known = {m.split(".")[0] for o in own for m in modules[o][1]} - {group}
        rows.append(f"| {group} | {', '.join(o.split('.')[-1] for o in own)} | {', '.join(o for o in GROUPS if o in known) or '–'} |")
    return "\n".join(rows)


if __name__ == "__main__":
    modules = read_modules()
    wrong = list(upwards(modules))
    print("\n".join(wrong) or f"{len(modules)} modules, none knows one above it")
    file = top/"CONTRIBUTING.md"
    text = file.read_text(encoding="utf-8")
    new = re.sub(f"{re.escape(BEGIN)}.*?{re.escape(END)}", lambda m: f"{BEGIN}\n{table(modules)}\n{END}", text, flags=re.S)
    if "--check" not in sys.argv:
        file.write_text(new, encoding="utf-8")
    elif new != text:
        wrong.append("CONTRIBUTING.md is out of date: run python tools/floors.py")
        print(wrong[-1])
    sys.exit(bool(wrong))
