"""Builds the package: `pyproject.toml` names it, `settings.ini` says what it needs, `fastai_manager/__init__.py` its version."""
import re
from configparser import ConfigParser
from pathlib import Path

from setuptools import find_packages, setup

here = Path(__file__).parent
config = ConfigParser(delimiters=["="], interpolation=None)
config.read(here/"settings.ini", encoding="utf-8")
cfg = config["DEFAULT"]
lib = "fastai_manager"
version = re.search(r'^__version__\s*=\s*"(.+)"', (here/lib/"__init__.py").read_text(encoding="utf-8"), re.M).group(1)


def lines(key):
    "The non-empty lines of a setting"
    return [o.strip() for o in cfg[key].splitlines() if o.strip()]


extras = {key.removesuffix("_requirements"): lines(key) for key in cfg if key.endswith("_requirements")}

setup(
    version=version,
    author=cfg["author"],
    author_email=cfg["author_email"],
    license=cfg["license"],
    keywords=cfg["keywords"].split(),
    classifiers=[
        f"Development Status :: {cfg['status']}",
        "Intended Audience :: Science/Research",
        "Topic :: Scientific/Engineering :: Image Recognition",
        *(f"Programming Language :: Python :: {o}" for o in cfg["python_versions"].split()),
    ],
    long_description=(here/"README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    packages=find_packages(include=[lib, f"{lib}.*"]),
    package_data={f"{lib}.explain": ["*.html"]},
    install_requires=lines("requirements"),
    extras_require=extras,
    entry_points={"console_scripts": lines("console_scripts"), "nbdev": [f"{lib}={lib}._modidx:d"]},
)
