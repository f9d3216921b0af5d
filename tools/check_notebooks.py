"""What a reader of the notebooks would stumble over: paths of a machine, tracebacks, cells that are too long, no assertions,
imports among other code, and questions that a kind of label should be asked."""
import ast
import json
import re
import sys
from pathlib import Path

from notebook_style import body_of, exported_cells, only_imports, read_cells

top = Path(__file__).resolve().parent.parent
LONGEST, WIDEST = 30, 120  # lines of an exported cell, characters of a line
KINDS = {"class", "tags", "numbers", "mask", "color", "sharp", "convnet", "unet",
    "classification", "multilabel", "regression", "segmentation", "colorization", "superres"}
ASKED = {"kind", "task", "arch_type", "spec"}
OWN = {"data.labels", "vision.tasks"}  # where kinds and tasks are named


def asks_kind(source):
    "Comparisons of a kind, a task or a type of architecture with a name, and tables that are looked up by one"
    word = lambda o: getattr(o, "attr", getattr(o, "id", None))
    names = lambda o: {x.value for x in ast.walk(o) if isinstance(x, ast.Constant) and isinstance(x.value, str)}
    for o in (x for part in body_of(source) for x in ast.walk(part)):
        if isinstance(o, ast.Compare) and word(o.left) in ASKED and any(names(x) & KINDS for x in o.comparators):
            yield ast.unparse(o)
        if isinstance(o, ast.Subscript) and word(o.slice) in ASKED - {"task"}:
            yield ast.unparse(o)


def mixed_imports(source):
    "Does a cell hold imports and other code? nbdev would run it for the site, and not what it depends on"
    body = body_of(source)
    return not only_imports(source) and any(isinstance(o, (ast.Import, ast.ImportFrom)) for part in body for o in ast.walk(part))


wrong, folders = [], {}
for nb in sorted((top/"nbs").rglob("*.ipynb")):
    if nb.name.startswith(("_", ".")) or any(o.startswith((".", "_")) for o in nb.relative_to(top).parts):
        continue
    code = [o for o in json.loads(nb.read_text(encoding="utf-8"))["cells"] if o["cell_type"] == "code"]
    sources = ["".join(o["source"]) for o in code]
    outputs = json.dumps([o.get("outputs") for o in code])
    name = nb.relative_to(top)
    if found := re.search(r"/(tmp|root|home|Users|work)/[\w.]*", outputs):
        wrong.append(f"{name}: an output shows the path {found[0]}")
    if "Traceback (most recent" in outputs:
        wrong.append(f"{name}: an output holds a traceback")
    exported = [o for o in sources if o.startswith("#| export")]
    cells = [o for _, o in exported_cells(read_cells(nb))]
    if long := [len(o.splitlines()) for o in cells if len(o.splitlines()) > LONGEST]:
        wrong.append(f"{name}: exported cells of {long} lines")
    if wide := [line.strip()[:40] for o in cells for line in o.splitlines() if len(line) > WIDEST]:
        wrong.append(f"{name}: {len(wide)} lines over {WIDEST} characters, such as {wide[0]!r}")
    if nb.stem.partition("_")[2] not in OWN:
        wrong += [f"{name}: {o} asks what the kind of label should answer" for source in cells for o in asks_kind(source)]
    if mixed := [o.splitlines()[0] for o in sources if not o.startswith("#| export") and mixed_imports(o)]:
        wrong.append(f"{name}: imports among other code in {mixed}")
    if len(exported) >= 3 and not any(re.search(r"\b(assert|test_\w+|expect_fail)\b", o) for o in sources if o not in exported):
        wrong.append(f"{name}: {len(exported)} exported cells and no assertion")
    if silent := sum("#| fig-alt:" not in o for o, c in zip(sources, code) if "image/png" in json.dumps(c.get("outputs"))):
        wrong.append(f"{name}: {silent} pictures say nothing to those who cannot see them: add #| fig-alt")
    if "tutorials" in nb.parts and not any(o.get("outputs") for o in code):
        wrong.append(f"{name}: a tutorial without outputs")
    own_folder = any("os.chdir(tmp" in o for o in sources)
    for line in [] if own_folder else "\n".join(sources).splitlines():  # notebooks of one folder are tested side by side
        for folder in re.findall(r'"([^"/]+)"', line) if "rmtree(" in line else []:
            if (other := folders.setdefault((nb.parent, folder), name)) != name:
                wrong.append(f"{name}: writes to the folder {folder!r}, as {other} does")
    wrong += [f"{name}: {word}" for word in ("TODO", "FIXME", "#| eval: false") if any(word in o for o in sources)]
print("\n".join(wrong) or "nothing to stumble over")
sys.exit(bool(wrong))
