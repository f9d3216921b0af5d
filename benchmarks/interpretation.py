"""Memory of one pass over the validation images, and the time of Grad-CAM beside the least that it has to do.

    python benchmarks/interpretation.py                          # 1,000 and 10,000 images; Grad-CAM of 1,000
    python benchmarks/interpretation.py --n 100 1000 --maps 200  # fewer

Each pass is a process of its own. Its memory is what it needs at most beyond what the process had before it, with the
data built and one image predicted; files mapped into memory are told apart, since the system takes their pages back.
Grad-CAM is compared with a plain PyTorch loop that opens the same files, runs the model and differentiates the
likeliest class, in batches of the same size and the same precision. Both open every file anew (no cache of decoded
images), and take turns in one process.
"""
import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from pipeline import machine, median

KEEP_MB = 1 # A larger array lies in a file: predicted and true masks of 64 × 64 pixels do from 256 images on


def write(folder, n, size, masks):
    "`n` small images of noise in ten class folders, or with masks of ten codes"
    import numpy as np
    from PIL import Image
    rng = np.random.default_rng(0)
    for i in range(n):
        file = folder/("images" if masks else f"{i % 10}")/f"{i:06}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(rng.integers(0, 256, (size, size, 3), dtype=np.uint8)).save(file)
        if not masks: continue
        (folder/"masks").mkdir(exist_ok=True)
        Image.fromarray(rng.integers(0, 10, (size, size), dtype=np.uint8)).save(folder/"masks"/file.name)


def memory():
    "Megabytes of this process's own (anonymous) memory, and of files mapped into it"
    found = dict(line.split(":") for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("Rss"))
    return [int(found[k].split()[0])/1024 for k in ("RssAnon", "RssFile")]


class Peak:
    "The largest memory while something is done, looked at a hundred times a second"
    def __enter__(self):
        self.before, self.most, self.stop = memory(), memory(), threading.Event()
        self.thread = threading.Thread(target=self.watch)
        self.thread.start()
        return self

    def watch(self):
        while not self.stop.wait(0.01): self.most = [max(o) for o in zip(self.most, memory())]

    def __exit__(self, *args):
        self.stop.set()
        self.thread.join()
        self.own, self.mapped = [a-b for a, b in zip(self.most, self.before)]


def vision(folder, a):
    "A model that is not trained, and data of which nearly all are validated on"
    from fastai_manager.all import FastVision
    common = dict(path=folder, size=a.size, bs=a.bs, pretrained=False, precision="fp32", valid_pct=a.share, num_workers=a.workers, cache=a.cache, run_dir=None)
    if a.task == "segmentation": return FastVision(a.arch, dict(**common, images="images", masks="masks", codes=[str(i) for i in range(10)]), task="segmentation")
    return FastVision(a.arch, common, task="classification")


def one_pass(a):
    "Memory and time of one pass"
    vis = vision(a.folder, a)
    vis.predict(vis.data.table.file.tolist()[:1])
    with Peak() as peak:
        start = time.perf_counter()
        interp = vis.interpret(max_mb=KEEP_MB)
        seconds = time.perf_counter()-start
    arrays = {k: dict(mb=v.nbytes/2**20, in_a_file=hasattr(v, "filename")) for k, v in interp.arrays.items()}
    return dict(images=len(interp), seconds=seconds, own=peak.own, mapped=peak.mapped, before=peak.before[0], arrays=arrays)


def plain(vis, files, bs):
    "Open the files, run the model, differentiate the likeliest class"
    import numpy as np
    import torch
    from PIL import Image
    model, (mean, std) = vis.model.eval(), [o.flatten().tolist() for o in statistics(vis)]
    device = next(model.parameters()).device
    mean, std = [torch.tensor(o, device=device)[None, :, None, None] for o in (mean, std)]
    found = []
    for i in range(0, len(files), bs):
        x = torch.stack([torch.from_numpy(np.array(Image.open(o).convert("RGB"))).permute(2, 0, 1) for o in files[i:i+bs]])
        x = ((x.to(device).float()/255-mean)/std).requires_grad_()
        found.append(torch.autograd.grad(model(x).amax(1).sum(), x)[0].cpu())
    return found


def statistics(vis):
    "Mean and standard deviation that images are normalised by"
    from fastai_manager.data.bunch import normalization
    norm = normalization(vis.data.train)
    return norm.mean, norm.std


def gradcam(a):
    "Seconds of each side, in turn"
    vis = vision(a.folder, a)
    files = vis.data.table.file.tolist()[:a.maps]
    sides = dict(gradcam=lambda: vis.explain(files, "gradcam"), plain=lambda: plain(vis, files, a.bs))
    for o in sides.values(): o()
    seconds = {k: [] for k in sides}
    for _ in range(a.turns):
        for k, func in sides.items():
            start = time.perf_counter()
            func()
            seconds[k].append(time.perf_counter()-start)
    return dict(images=len(files), **seconds, ratios=[x/y for x, y in zip(seconds["gradcam"], seconds["plain"])])


def child(a, **change):
    "Run one measurement in a new process, and return what it found"
    done = subprocess.run([sys.executable, __file__, "--child", json.dumps({**vars(a), **change})], capture_output=True, text=True)
    if done.returncode: sys.exit(f"{change} failed:\n{done.stderr[-3000:]}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--n", type=int, nargs="+", default=[1000, 10_000], help="validation images of each pass")
    p.add_argument("--maps", type=int, default=1000, help="images for Grad-CAM")
    p.add_argument("--turns", type=int, default=3)
    p.add_argument("--arch", default="resnet18")
    p.add_argument("--size", type=int, default=64)
    p.add_argument("--bs", type=int, default=64)
    p.add_argument("--workers", type=int, default=0)
    p.add_argument("--only", nargs="*", default=["classification", "segmentation", "gradcam"], help="of: classification segmentation gradcam")
    p.add_argument("--out", help="write the figures to this JSON file; what it has already and is not measured now stays")
    p.add_argument("--child", help=argparse.SUPPRESS)
    a = p.parse_args()
    if a.child:
        import warnings
        warnings.simplefilter("ignore")
        a = argparse.Namespace(**json.loads(a.child))
        return print("\n"+json.dumps(gradcam(a) if a.what == "gradcam" else one_pass(a)))
    res = json.loads(Path(a.out).read_text()) if a.out and Path(a.out).exists() else {}
    res |= dict(machine=machine(), arch=a.arch, size=a.size, bs=a.bs)
    print(f"{a.arch} at {a.size} px, batch {a.bs}\n{res['machine']}", flush=True)
    def keep(): a.out and Path(a.out).write_text(json.dumps(res, indent=1))
    for task in [o for o in a.only if o != "gradcam"]:
        res[task] = []
        for n in a.n:
            more = max(2*a.bs, 40) # a few to train on
            with tempfile.TemporaryDirectory() as tmp:
                write(Path(tmp)/"data", n+more, a.size, task == "segmentation")
                r = child(a, what="pass", task=task, folder=f"{tmp}/data", cache=f"{tmp}/cache", share=n/(n+more))
            res[task].append(r)
            kept = ", ".join(f"{k} {v['mb']:.1f} MB{' in a file' if v['in_a_file'] else ''}" for k, v in r["arrays"].items())
            print(f"{task:14} {r['images']:6} images: {r['seconds']:6.1f} s, own memory {r['own']:5.0f} MB more, files mapped {r['mapped']:5.0f} MB more; kept: {kept}", flush=True)
        own = [o["own"] for o in res[task]]
        print(f"{task:14} {own[-1]/own[0]:.2f} times the own memory for {res[task][-1]['images']/res[task][0]['images']:.0f} times the images", flush=True)
        keep()
    if "gradcam" in a.only:
        with tempfile.TemporaryDirectory() as tmp:
            write(Path(tmp)/"data", a.maps, a.size, False)
            res["gradcam"] = r = child(a, what="gradcam", task="classification", folder=f"{tmp}/data", cache=False, share=0.2)
        print(f"Grad-CAM of {r['images']} images: {median(r['gradcam']):.2f} s, opening, predicting and differentiating them {median(r['plain']):.2f} s; "
            f"{median(r['ratios']):.2f} times that ({min(r['ratios']):.2f} to {max(r['ratios']):.2f})", flush=True)
        keep()


if __name__ == "__main__": main()
