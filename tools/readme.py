"""Write README.md from nbs/index.ipynb: its markdown, with paths as seen from the top. With --check, only compare."""
import re
import sys
from pathlib import Path

from fastcore.nbio import read_nb

top = Path(__file__).resolve().parent.parent
cells = [o.source for o in read_nb(top/"nbs/index.ipynb").cells if o.cell_type == "markdown"]
text = "<!-- Written from nbs/index.ipynb by tools/readme.py: edit the notebook. -->\n\n" + "\n\n".join(cells) + "\n"
text = re.sub(r"\]\(images/", "](nbs/images/", text)
readme = top/"README.md"
if "--check" not in sys.argv:
    readme.write_text(text, encoding="utf-8")
elif not readme.exists() or readme.read_text(encoding="utf-8") != text:
    sys.exit("README.md differs from nbs/index.ipynb: run python tools/readme.py")
