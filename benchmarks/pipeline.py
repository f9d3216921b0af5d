"""How fast images reach the model, and the model trains: this library, plain fastai and timm's loader, side by side.

    python benchmarks/pipeline.py                                  # generated photographs, both stages
    python benchmarks/pipeline.py --path landuse --repeats 5       # your folder, with a folder for each class
    python benchmarks/pipeline.py --path landuse --seeds 5         # accuracy too, over five seeds
    python benchmarks/pipeline.py --task segmentation              # a U-Net on generated images and masks
    python benchmarks/pipeline.py --task segmentation --path camvid   # on yours: images/x.png, labels/x_P.png, codes.txt

All train the same architecture from scratch on the same images with the same split, batch, rate and augmentation
(fastai's recipe: items at 1.75 times the size, then aug_transforms with min_scale=0.75). Each measurement is a process
of its own, and they take turns; ratios are taken within a turn, since a machine may be slower at one time than at another.
Rates are images a second of the training part of the epochs after the first. The ceiling is the same learner on batches
that are on the device already, epoch by epoch in turn, in one process.
"""
import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

OTHERS = ("fastai", "timm")
RECIPE = dict(min_scale=0.75)


def our_vision(a, **more):
    "A `FastVision`, not trained"
    from fastai_manager.all import FastVision, get_transforms
    if a.task == "segmentation":
        masks = dict(masks="labels", mask_suffix="_P") if (Path(a.path)/"labels").is_dir() else dict(masks="masks")
        return FastVision(a.arch, dict(path=a.path, images="images", **masks, codes="codes.txt", size=a.size, bs=a.bs, ds_tfms=get_transforms(), pretrained=False,
            seed=a.seed, run_dir=None, cache=a.cache, precision=a.precision, **more), task="segmentation")
    return FastVision(a.arch, dict(path=a.path, size=a.size, bs=a.bs, ds_tfms=get_transforms(**RECIPE), pretrained=False, seed=a.seed,
        run_dir=None, cache=a.cache, precision=a.precision, train_bn=a.train_bn, stratify=True, **more), task="classification")


def split(vis):
    "Files, class numbers and names, as `vis` splits them: to train, to validate"
    table = vis.data.table
    return [(t.file.tolist(), [vis.classes.index(o) for o in t.label], t.label.tolist()) for _, t in table.groupby("valid")]


def fastai_learner(a, vis):
    "fastai's recommended recipe, with its own defaults"
    from fastai.vision.all import DataBlock, CategoryBlock, ImageBlock, Resize, accuracy, aug_transforms, vision_learner, set_seed
    (train, _, labels), (valid, _, valid_labels) = split(vis)
    label = dict(zip([*train, *valid], [*labels, *valid_labels]))
    block = DataBlock((ImageBlock, CategoryBlock), get_y=label.get,
        splitter=lambda items: [list(range(len(train))), list(range(len(train), len(items)))],
        item_tfms=Resize(round(a.size*1.75)), batch_tfms=aug_transforms(size=a.size, **RECIPE))
    set_seed(a.seed)
    dls = block.dataloaders([*train, *valid], bs=a.bs)
    from torchvision import models
    return vision_learner(dls, getattr(models, a.arch), pretrained=False, metrics=accuracy, train_bn=True)


def fastai_unet(a, vis):
    "fastai's recipe for masks, with its own defaults"
    from fastai.vision.all import DataBlock, ImageBlock, MaskBlock, Resize, aug_transforms, foreground_acc, set_seed, unet_learner
    from torchvision import models
    table = vis.data.table
    files, mask = [*table.file[~table.valid], *table.file[table.valid]], dict(zip(table.file, table.label))
    n = (~table.valid).sum()
    block = DataBlock((ImageBlock, MaskBlock(vis.classes)), get_y=mask.get, splitter=lambda items: [list(range(n)), list(range(n, len(items)))],
        item_tfms=Resize(round(a.size*1.75)), batch_tfms=aug_transforms(size=a.size))
    set_seed(a.seed)
    return unet_learner(block.dataloaders(files, bs=a.bs), getattr(models, a.arch), pretrained=False, metrics=foreground_acc)


def timm_learner(a, vis):
    "timm's loader with two workers, and the precision and memory format that are fastest here"
    import torch
    from fastai.vision.all import DataLoaders, Learner, accuracy, CrossEntropyLossFlat
    from PIL import Image
    from timm.data import create_loader
    from fastai_manager.models.convnet import splitter
    from fastai_manager.models.precision import precision_callbacks

    class Files(torch.utils.data.Dataset):
        "What timm's loader takes"
        def __init__(self, files, ys): self.files, self.ys, self.transform, self.target_transform = files, ys, None, None
        def __len__(self): return len(self.files)
        def __getitem__(self, i): return self.transform(Image.open(self.files[i]).convert("RGB")), self.ys[i]

    def loader(files, ys, training):
        return create_loader(Files(files, ys), (3, a.size, a.size), a.bs, is_training=training, use_prefetcher=a.device == "cuda", num_workers=a.workers,
            scale=(RECIPE["min_scale"], 1), ratio=(1, 1), hflip=0.5, color_jitter=0.2, interpolation="bilinear", crop_pct=1, device=torch.device(a.device))
    torch.manual_seed(a.seed)
    dls = DataLoaders(*[loader(f, y, training) for (f, y, _), training in zip(split(vis), (True, False))], device=torch.device(a.device))
    return Learner(dls, vis.model, CrossEntropyLossFlat(), metrics=accuracy, splitter=splitter, cbs=precision_callbacks(vis.precision, a.device))


def learner(a):
    "The learner of one side"
    vis = our_vision(a)
    if a.side == "ours": return vis.learn
    theirs = dict(fastai=fastai_unet) if a.task == "segmentation" else dict(fastai=fastai_learner, timm=timm_learner)
    return theirs[a.side](a, vis)


def peak_megabytes():
    "Largest memory of this process and of its largest worker"
    return sum(resource.getrusage(o).ru_maxrss for o in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))/1024


def share(learn, rounds, timer):
    "Our rate as a share of the ceiling: the same learner on batches that are on the device already. Epochs take turns."
    from fastai.vision.all import DataLoaders
    ours = learn.dls
    batches = [tuple(o.clone() for o in b) for _, b in zip(range(20), ours.train)]
    ready = DataLoaders(batches*max(1, len(ours.train)//len(batches)), batches[:1], device=ours.device)
    with learn.no_bar(), learn.no_logging():
        for i in range(2*rounds+2):
            learn.dls = (ours, ready)[i % 2]
            learn.fit(1, 1e-3, cbs=timer)
    learn.dls = ours
    pairs = list(zip(timer.rates[2::2], timer.rates[3::2]))
    return dict(share=median([x/y for x, y in pairs]), rate=median([x for x, _ in pairs]), ceiling=median([y for _, y in pairs]), shares=[x/y for x, y in pairs], peak=peak_megabytes())


def measure(a):
    "One measurement, in a process of its own"
    import torch
    from fastai.vision.all import Callback
    learn, device = learner(a), a.device
    wait = torch.cuda.synchronize if device == "cuda" else lambda: None
    if a.stage == "frozen": learn.freeze()
    if a.what == "loader":
        times = []
        for _ in range(3):
            start, n = time.perf_counter(), 0
            for xb, *_ in learn.dls.train: n += len(xb)
            wait()
            times.append((time.perf_counter()-start)/n)
        return dict(first=1/times[0], rate=1/min(times[1:]), peak=peak_megabytes())

    class Timer(Callback):
        "Images a second of the training part of each epoch"
        order = -100
        def __init__(self): self.rates = []
        def before_train(self): self.n, self.start = 0, time.perf_counter()
        def after_batch(self):
            if self.training: self.n += len(self.xb[0])
        def after_train(self): wait(); self.rates.append(self.n/(time.perf_counter()-self.start))
    timer = Timer()
    if a.what == "accuracy":
        from fastai.vision.all import set_seed
        set_seed(a.seed)
        with learn.no_bar(), learn.no_logging(): learn.fit_one_cycle(a.epochs, 2e-3)
        return dict(zip(learn.recorder.metric_names[1:], map(float, learn.recorder.final_record)))
    if a.what == "share": return share(learn, a.rounds, timer)
    with learn.no_bar(), learn.no_logging(): learn.fit(a.epochs, 1e-3, cbs=timer)
    later = sorted(timer.rates[1:])
    return dict(first=timer.rates[0], rate=later[len(later)//2], peak=peak_megabytes())


def child(a, **change):
    "Run one measurement in a new process, and return what it found"
    options = {**vars(a), **change}
    with tempfile.TemporaryDirectory() as cache:
        done = subprocess.run([sys.executable, __file__, "--child", json.dumps({**options, "cache": str(cache), "path": str(options["path"])})], capture_output=True, text=True)
    if done.returncode: sys.exit(f"{change} failed:\n{done.stderr[-3000:]}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def median(values):
    values = sorted(values)
    return (values[(len(values)-1)//2]+values[len(values)//2])/2


def compare(a, what, stage, sides, **change):
    "Measure `sides` in turn, `a.repeats` times; print rates and the ratios of each round"
    found = {o: [] for o in sides}
    for _ in range(a.repeats):
        for o in sides: found[o].append(child(a, what=what, stage=stage, side=o, **change))
    rates = {o: [r["rate"] for r in found[o]] for o in sides}
    res = {}
    for o in sides:
        ratios = [x/y for x, y in zip(rates["ours"], rates[o])]
        res[o] = dict(rate=median(rates[o]), low=min(rates[o]), high=max(rates[o]), first=median([r["first"] for r in found[o]]), peak=median([r["peak"] for r in found[o]]), ratio=median(ratios), ratios=ratios)
        print(f"  {o:8} {res[o]['rate']:8.1f} images/s ({res[o]['low']:.1f} to {res[o]['high']:.1f}), first epoch {res[o]['first']:7.1f}, peak {res[o]['peak']:6.0f} MB; "
            f"ours is {res[o]['ratio']:.2f} times that ({min(ratios):.2f} to {max(ratios):.2f})", flush=True)
    return res


def against_ceiling(a, stage, **change):
    "Our share of the ceiling"
    r = child(a, what="share", stage=stage, side="ours", **change)
    shares = sorted(r["shares"])
    print(f"  {r['share']:.1%} of the ceiling ({r['rate']:.1f} of {r['ceiling']:.1f} images/s; half of {len(shares)} rounds between {shares[len(shares)//4]:.1%} and {shares[-1-len(shares)//4]:.1%})", flush=True)
    return r


def accuracies(a, stage="unfrozen"):
    "Accuracy of each side over `a.seeds` seeds"
    res = {}
    for o in a.sides:
        found = [child(a, what="accuracy", stage=stage, side=o, seed=42+i, epochs=a.accuracy_epochs) for i in range(a.seeds)]
        values = [r.get("accuracy", r.get("pixel_accuracy", r.get("foreground_acc"))) for r in found]
        mean = sum(values)/len(values)
        spread = (sum((v-mean)**2 for v in values)/max(1, len(values)-1))**0.5
        res[o] = dict(mean=mean, spread=spread, values=values)
        print(f"  {o:8} accuracy {mean:.3f} ± {spread:.3f} over {len(values)} seeds ({', '.join(f'{v:.3f}' for v in values)})", flush=True)
    return res


def machine():
    "What it runs on"
    import torch
    cpu = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.processor()) if Path("/proc/cpuinfo").exists() else platform.processor()
    gpu = torch.cuda.get_device_name() if torch.cuda.is_available() else "no GPU"
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{cores} cores of {cpu} ({instructions()}), {gpu}, Python {platform.python_version()}, torch {torch.__version__}"


def instructions():
    "The widest vector instructions that PyTorch uses here, and whether bf16 is fast"
    import torch
    fast = [name for name, has in (("AMX", "_is_amx_tile_supported"), ("bf16", "_is_avx512_bf16_supported")) if getattr(torch.cpu, has, bool)()]
    return ", ".join([torch.backends.cpu.get_cpu_capability(), *fast])


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--task", default="classification", choices=("classification", "segmentation"))
    p.add_argument("--path", help="folder with a folder for each class, or of images and masks; by default generated ones")
    p.add_argument("--n", type=int, default=800, help="how many images to generate")
    p.add_argument("--arch", default="resnet18")
    p.add_argument("--size", type=int, default=128)
    p.add_argument("--bs", type=int, default=32)
    p.add_argument("--epochs", type=int, default=4, help="of each measurement; the first is reported apart")
    p.add_argument("--repeats", type=int, default=3)
    p.add_argument("--rounds", type=int, default=11, help="pairs of epochs to compare with the ceiling")
    p.add_argument("--seeds", type=int, default=0, help="measure accuracy over so many seeds")
    p.add_argument("--accuracy-epochs", type=int, default=12)
    p.add_argument("--against", nargs="+", default=list(OTHERS), choices=OTHERS, help="what this library is compared with (timm has no loader for masks)")
    p.add_argument("--precision", default="auto")
    p.add_argument("--workers", type=int, default=2, help="processes of timm's loader")
    p.add_argument("--only", nargs="*", default=["unfrozen", "frozen", "loader"], help="of: unfrozen frozen loader")
    p.add_argument("--seed", type=int, default=42)
    p.add_argument("--out", help="write the figures to this JSON file; stages that it has already and that are not measured now stay")
    p.add_argument("--child", help=argparse.SUPPRESS)
    a = p.parse_args()
    if a.child:
        import warnings
        warnings.simplefilter("ignore")
        print(json.dumps(measure(argparse.Namespace(**json.loads(a.child)))))
        return
    import torch
    a.device, a.train_bn = "cuda" if torch.cuda.is_available() else "cpu", True
    a.sides = ["ours", *a.against]
    if a.task == "segmentation": a.sides, a.only = ["ours", "fastai"], [o for o in a.only if o != "frozen"]
    with tempfile.TemporaryDirectory() as tmp:
        if a.path is None:
            from fastai_manager.core.samples import digit_masks, photographs
            print("Writing images …", flush=True)
            a.path = digit_masks(Path(tmp)/"masks", a.n, size=2*a.size) if a.task == "segmentation" else photographs(Path(tmp)/"photographs", a.n)
        print(f"{a.arch} at {a.size} px, batch {a.bs}, {a.path}\n{machine()}", flush=True)
        res = dict(machine=machine(), arch=a.arch, size=a.size, bs=a.bs)
        if a.out and Path(a.out).exists(): res = {**json.loads(Path(a.out).read_text()), **res}
        def keep(): a.out and Path(a.out).write_text(json.dumps(res, indent=1))
        for stage in [o for o in a.only if o != "loader"]:
            print(f"{stage}:", flush=True)
            res[stage] = compare(a, "train", stage, a.sides)
            res[f"{stage} share"] = against_ceiling(a, stage)
            keep()
            if stage == "frozen":
                print("frozen, batch norm fixed (train_bn=False):", flush=True)
                res["fixed"] = compare(a, "train", stage, ("ours", "fastai"), train_bn=False)
                res["fixed share"] = against_ceiling(a, stage, train_bn=False)
                keep()
        if "loader" in a.only:
            print("loader alone:", flush=True)
            res["loader"] = compare(a, "loader", "unfrozen", a.sides)
            keep()
        if a.seeds:
            print("accuracy:", flush=True)
            res["accuracy"] = dict(epochs=a.accuracy_epochs, size=a.size, **accuracies(a))
            keep()


if __name__ == "__main__": main()
