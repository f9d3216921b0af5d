"""How long `import fastai_manager.all` takes, beside `import fastai.vision.all` that it stands on.

Processes in turn, user and system time of each; and, in processes of their own, the time that fastai_manager adds to a fastai that is
imported already, which does not depend on how busy the machine is from one process to the next.

    python benchmarks/import_time.py
    python benchmarks/import_time.py --turns 15 --out benchmarks/results/import_time.json
"""
import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
from pathlib import Path

SIDES = {"fastai_manager": "import fastai_manager.all", "fastai": "import fastai.vision.all"}
ADDED = """
from time import process_time
import fastai.vision.all
first = process_time()
import fastai_manager.all
print(process_time()/first)
"""


def run(code):
    "What a new process that runs `code` prints; it may keep what it compiles, as an installed package does"
    env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=True, env=env, stdout=subprocess.PIPE, text=True).stdout


def processor_seconds(code):
    "User and system time of a new process that runs `code`"
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run(code)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime+after.ru_stime-before.ru_utime-before.ru_stime


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--turns", type=int, default=7)
    p.add_argument("--out", help="write the figures to this JSON file")
    a = p.parse_args()
    for code in SIDES.values():
        processor_seconds(code)  # files are read and compiled once before
    times, added = {k: [] for k in SIDES}, []
    for i in range(a.turns):  # each first every other time
        for k in list(SIDES)[::1 if i % 2 else -1]:
            times[k].append(processor_seconds(SIDES[k]))
        added.append(float(run(ADDED)))
    medians = {k: statistics.median(v) for k, v in times.items()}
    ratio, within = medians["fastai_manager"]/medians["fastai"], statistics.median(added)
    for k, v in times.items():
        print(f"{SIDES[k]:28}{medians[k]:.2f} s ({min(v):.2f} to {max(v):.2f})")
    print(f"{ratio:.3f} times as long (medians of {a.turns} turns); within one process {within:.3f} ({min(added):.3f} to {max(added):.3f})")
    if a.out:
        Path(a.out).write_text(json.dumps(dict(turns=a.turns, ratio=ratio, within=within, low=min(added), high=max(added), median=medians), indent=1))


if __name__ == "__main__":
    main()
