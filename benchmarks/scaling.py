"""Listing, splitting and building from 1,000 to 100,000 images, and an epoch of reading them: time and memory.

    python benchmarks/scaling.py                # 1,000, 10,000 and 100,000 images of 32 × 32 pixels
    python benchmarks/scaling.py --n 1000 5000
"""
import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def write(folder, n):
    "`n` small images in ten class folders"
    import numpy as np
    from PIL import Image
    rng = np.random.default_rng(0)
    for c in range(10): (folder/f"class {c}").mkdir(parents=True, exist_ok=True)
    for i in range(n): Image.fromarray(rng.integers(0, 256, (32, 32, 3), dtype=np.uint8)).save(folder/f"class {i % 10}"/f"{i:06}.jpg")


def memory():
    "Megabytes of this process's own (anonymous) memory, and of files mapped into it, which the system may take back"
    found = dict(line.split(":") for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("Rss"))
    return [int(found[k].split()[0])/1024 for k in ("RssAnon", "RssFile")]


def measure(folder, cache):
    "Build the data, then read every image"
    import warnings
    warnings.simplefilter("ignore")
    from fastai_manager.all import ImageDataBunch
    res, before = {}, memory()[0]
    start = time.perf_counter()
    data = ImageDataBunch.from_folder(folder, size=32, bs=64, cache=cache, stratify=True)
    res["build"], res["own memory of the data"] = time.perf_counter()-start, memory()[0]-before
    for name in ("first epoch", "second epoch"):
        start, peak = time.perf_counter(), 0
        for i, _ in enumerate(data.train):
            if i % 100 == 0: peak = max(peak, memory()[0])
        res[name], res[f"own memory while reading, {name}"] = time.perf_counter()-start, peak-before
    res["mapped"] = memory()[1]
    return res


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--n", type=int, nargs="+", default=[1000, 10_000, 100_000])
    p.add_argument("--out", help="write the figures to this JSON file")
    p.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    a = p.parse_args()
    if a.child: return print(json.dumps(measure(*a.child)))
    found = []
    for n in a.n:
        with tempfile.TemporaryDirectory() as tmp:
            write(Path(tmp)/"images", n)
            for run in ("new", "again"):
                done = subprocess.run([sys.executable, __file__, "--child", f"{tmp}/images", f"{tmp}/cache"], capture_output=True, text=True)
                if done.returncode: sys.exit(done.stderr[-2000:])
                r = json.loads(done.stdout.strip().splitlines()[-1])
                found.append(dict(images=n, run=run, **r))
                print(f"{n:7} images, {run:5}: build {r['build']:6.2f} s ({1e6*r['build']/n:5.0f} µs an image), first epoch {r['first epoch']:6.2f} s, second {r['second epoch']:6.2f} s; "
                    f"own memory {r['own memory of the data']:5.0f} MB built, {r['own memory while reading, first epoch']:5.0f} and {r['own memory while reading, second epoch']:5.0f} MB while reading; {r['mapped']:5.0f} MB of files mapped", flush=True)
    if a.out: Path(a.out).write_text(json.dumps(found, indent=1))


if __name__ == "__main__": main()
