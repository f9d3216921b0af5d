"""What a reader of the notebooks would stumble over: paths of a machine, tracebacks, cells that are too long, no assertions."""
import json
import re
import sys
from pathlib import Path

top = Path(__file__).resolve().parent.parent
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
    if long := [len(o.splitlines()) for o in exported if len(o.splitlines()) > 45]:
        wrong.append(f"{name}: exported cells of {long} lines")
    if len(exported) >= 3 and not any(re.search(r"\b(assert|test_\w+|expect_fail)\b", o) for o in sources if o not in exported):
        wrong.append(f"{name}: {len(exported)} exported cells and no assertion")
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
