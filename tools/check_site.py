"""Would the site build? Process the notebooks as nbdev does before Quarto renders them; check page names and internal links.

Quarto itself is not needed. `python tools/check_site.py --links` checks names and links alone.
"""
import re
import sys
from collections import Counter
from pathlib import Path

import yaml
from nbdev.quarto import nbpath2html
from nbdev.serve import proc_nbs
from notebook_style import is_export, read_cells

top = Path(__file__).resolve().parent.parent
nbs = top/"nbs"
site, repo = "https://fastai-manager.github.io/fastai-manager/", "https://github.com/fastai-manager/fastai-manager/blob/main/"
colab = "https://colab.research.google.com/github/fastai-manager/fastai-manager/blob/main/"


def notebooks():
    "The notebooks that become pages"
    return [o for o in sorted(nbs.rglob("*.ipynb")) if not any(p.startswith((".", "_")) for p in o.relative_to(nbs).parts)]


def markdown(file):
    "The markdown of a notebook or of a Markdown file"
    if file.suffix != ".ipynb":
        return file.read_text(encoding="utf-8")
    return "\n\n".join(source for kind, source in read_cells(file) if kind == "markdown")


def page(file):
    "The address of a notebook's page within the site"
    return nbpath2html(file.relative_to(nbs)).as_posix()


def anchors(file):
    "What may stand behind `#` in a link to `file`: its headings as pandoc names them, and what is documented on it"
    slug = lambda s: re.sub(r"\s+", "-", re.sub(r"[^\w\s.-]", "", re.sub(r"^[^a-zA-Z]+", "", s.lower())).strip())
    res = {slug(o) for o in re.findall(r"^#+ (.+)$", markdown(file), re.M)}
    if file.suffix == ".ipynb":
        code = "\n".join(source for kind, source in read_cells(file) if kind == "code" and is_export(source))
        res |= {o.lower() for o in re.findall(r"^(?:def|class) (\w+)", code, re.M)}
        res |= {f"{c}.{o}".lower() for o, c in re.findall(r"^def (\w+)\((?:self|cls):(\w+)", code, re.M)}
    return res


def links(file):
    "Targets of the links and pictures of `file`, without code"
    text = re.sub(r"```.*?```|`[^`\n]*`", "", markdown(file), flags=re.S)
    return re.findall(r"\]\(([^)\s]+)\)", text)


def find_target(link, file, pages):
    "The file that `link` in `file` leads to: `None` where it leaves the project, `False` where there is none"
    path = link.partition("#")[0]
    for prefix, folder in ((repo, top), (colab, top)):
        if path.startswith(prefix):
            return folder/path.removeprefix(prefix) if (folder/path.removeprefix(prefix)).exists() else False
    if path.startswith(site):
        return pages.get(path.removeprefix(site) or "index.html", False)
    if re.match(r"\w+:", path):
        return None
    if not path:
        return file
    place = (file.parent/path).resolve()
    if place.suffix == ".html" and place.is_relative_to(nbs):
        return pages.get(place.relative_to(nbs).as_posix(), False)
    return place if place.exists() else False


def wrong_links():
    "Links that lead nowhere, and anchors that are not there"
    pages = {page(o): o for o in notebooks()}
    for file in [*notebooks(), *top.glob("*.md")]:
        for link in links(file):
            target, anchor = find_target(link, file, pages), link.partition("#")[2]
            if target is False:
                yield f"{file.relative_to(top)}: {link} leads nowhere"
            elif target is not None and anchor and anchor not in anchors(target):
                yield f"{file.relative_to(top)}: {target.name} has no {anchor!r}"


def wrong_names():
    "Pages of the same name, with or without their numbers"
    names = Counter(Path(page(o)).stem for o in notebooks() if o.parent == nbs)
    numbers = Counter(m[1] for o in notebooks() if (m := re.match(r"(\d+)_", o.name)))
    yield from (f"{n} pages are called {k!r}" for k, n in names.items() if n > 1)
    yield from (f"{n} notebooks have the number {k}" for k, n in numbers.items() if n > 1)


def listed(o):
    "The notebooks that a part of the navigation names"
    if isinstance(o, str):
        return [o] if o.endswith(".ipynb") else []
    return [x for part in (o.values() if isinstance(o, dict) else o if isinstance(o, list) else []) for x in listed(part)]


def wrong_navigation():
    "Pages that no one finds, and entries without a page; pictures without a word for those who cannot see them"
    there = {o.relative_to(nbs).as_posix() for o in notebooks()}
    bars = {o: listed(yaml.safe_load((nbs/o).read_text(encoding="utf-8"))) for o in ("_quarto.yml", "sidebar.yml")}
    for bar, entries in bars.items():
        yield from (f"{bar} lists {o}, which is not there" for o in entries if o not in there)
    yield from (f"sidebar.yml does not list {o}" for o in sorted(there-set(bars["sidebar.yml"])))
    tutorials = {o for o in there if o.startswith("tutorials/")}
    yield from (f"_quarto.yml does not list {o} in the navigation bar" for o in sorted(tutorials-set(bars["_quarto.yml"])))
    for file in [*notebooks(), *top.glob("*.md")]:
        yield from (f"{file.relative_to(top)}: the picture {o} has no alternative text" for o in re.findall(r"!\[\s*\]\(([^)]+)\)", markdown(file)))


if __name__ == "__main__":
    wrong = [*wrong_names(), *wrong_links(), *wrong_navigation()]
    print("\n".join(wrong) or f"{len(notebooks())} pages: names, links and navigation are right")
    if "--links" not in sys.argv:
        print("processed into", proc_nbs(str(nbs), n_workers=0, force=True))
    sys.exit(bool(wrong))
