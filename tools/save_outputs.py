"""Run notebooks in a Jupyter kernel and store their outputs, as the site shows them: python tools/save_outputs.py [nbs/325_vision.learner.ipynb …]

Cells marked `#| cuda` are left as they are. What libraries warn of, and text that progress bars leave behind, is not stored.
"""
import os
import re
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient

top = Path(__file__).resolve().parent.parent
os.environ["PYTHONWARNINGS"] = "ignore::FutureWarning"
os.environ["PYTHONPATH"] = str(top)
folder = tempfile.TemporaryDirectory()
os.environ["FASTAI_MANAGER_CACHE"] = os.environ["FASTAI_MANAGER_RUN_ROOT"] = folder.name


def worth_keeping(output):
    "Is `output` for readers?"
    if output.output_type == "stream":
        return output.name == "stdout" and "\r" not in output.text
    data = output.get("data", {})
    html = data.get("text/html", "")
    bar = re.search(r"<style>\s*(/\* Turns off|progress \{)|<progress", html) or html.strip() == "<div></div>" or ("text/html" in data and not html.strip())
    return not bar and bool(data or output.output_type == "error")


for file in [Path(o) for o in sys.argv[1:]] or sorted(top.glob("nbs/**/[!_.]*.ipynb")):
    nb = nbformat.read(file, as_version=4)
    run = nbformat.NotebookNode({**nb, "cells": [o for o in nb.cells if not o.source.startswith("#| cuda")]})  # the same cells
    NotebookClient(run, timeout=900, kernel_name="python3", resources={"metadata": {"path": str(file.parent)}}).execute()
    for cell in run.cells:
        if cell.cell_type == "code":
            cell.outputs = [o for o in cell.outputs if worth_keeping(o)]
    nbformat.write(nb, file)
    print(f"{file.name}: done", flush=True)
