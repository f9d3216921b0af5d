"""What weights to start from bring, and what images that grow during a training bring, on images of your own.

    python benchmarks/transfer.py weights.safetensors images                                # a folder for each class
    python benchmarks/transfer.py weights.safetensors images --pat "(.+)_\\d+.jpg$"         # classes in the names of files
    python benchmarks/transfer.py weights.safetensors faces --df ages.csv --folder images --other saved/landuse
    python benchmarks/transfer.py weights.safetensors images --ways whole grown --epochs 8  # 64 px, then 128

Every way is trained on the same split with each seed, one after the other in one process, with as many epochs and the
same rates: `scratch` has random weights, `frozen` trains the head alone, `fine_tune` the head for one epoch and then all
layers, `fixed_bn` does so with `train_bn=False`, `fastai` is plain fastai's `vision_learner(…).fine_tune(…)`. `other`
fine-tunes the body of a model that was saved before. `whole` fine-tunes twice at one size, `grown` at half of it first;
`one_cycle` trains all layers in one cycle, `one_cycle_grown` at half of the size until the middle of the cycle.
Seconds are those of the processor, in all threads, so that they do not depend on what else the machine does.
"""
import argparse
import json
import time
from pathlib import Path

WAYS = ("scratch", "frozen", "fine_tune", "fixed_bn", "fastai")


def experiment(a, seed, **more):
    "The experiment that all ways share"
    from fastai_manager.all import FastVision
    source = dict(df=Path(a.path)/a.df, colnames=a.colnames, parent_path=a.path, folder=a.folder) if a.df else dict(fnames=a.path, pat=a.pat) if a.pat else dict(path=a.path)
    task, metrics = ("regression", ["mae", "r2"]) if a.df else ("classification", ["accuracy", "f1_macro"])
    return FastVision(a.arch, dict(**source, size=a.size, bs=a.bs, seed=seed, metrics=metrics, stratify=not a.df or None, augment=a.augment, run_dir=None, **more), task=task)


def fastai_learner(a, seed):
    "fastai's own learner on the same split, with the same weights"
    from fastai.vision.all import DataBlock, CategoryBlock, ImageBlock, Normalize, Resize, accuracy, set_seed, vision_learner
    from safetensors.torch import load_file
    import timm
    vis = experiment(a, seed, pretrained=False)
    table = vis.data.table
    label = dict(zip(table.file, table.label))
    files, n = [*table.file[~table.valid], *table.file[table.valid]], (~table.valid).sum()
    cfg = timm.get_pretrained_cfg(a.arch)
    block = DataBlock((ImageBlock, CategoryBlock), get_y=label.get, splitter=lambda o: [list(range(n)), list(range(n, len(o)))],
        item_tfms=Resize(a.size), batch_tfms=[Normalize.from_stats(cfg.mean, cfg.std)])
    set_seed(seed)
    learn = vision_learner(block.dataloaders(files, bs=a.bs, num_workers=0), a.arch, pretrained=False, normalize=False, metrics=accuracy)
    body = learn.model[0].model
    missing = body.load_state_dict(load_file(a.weights), strict=False).missing_keys
    assert not missing, missing
    learn.freeze()
    return learn


def grow(vis, a, sizes):
    "Fine-tune at one size after the other, half of the epochs each: the head first, then all layers"
    for size in sizes:
        vis.resize(size).fine_tune(a.epochs//len(sizes), a.alpha)


def prepare(a, way, seed):
    "The training of one way, and what measures it afterwards"
    if way == "fastai":
        learn = fastai_learner(a, seed)
        return (lambda: learn.fine_tune(a.epochs, a.alpha)), lambda: float(learn.validate()[1]), learn
    start = dict(scratch=False, other=a.other).get(way, a.weights)
    vis = experiment(a, seed, pretrained=start, **(dict(train_bn=False) if way == "fixed_bn" else {}))
    cycle, rates = vis.fit_model_cyc, slice(a.alpha/200, a.alpha/2)
    fits = dict(scratch=lambda: cycle(a.epochs+1, a.alpha), frozen=lambda: cycle(a.epochs+1, a.alpha),
        whole=lambda: grow(vis, a, [a.size, a.size]), grown=lambda: grow(vis, a, [a.size//2, a.size]), one_cycle=lambda: vis.unfreeze().fit_model_cyc(a.epochs, rates),
        one_cycle_grown=lambda: vis.unfreeze().fit_model_cyc(a.epochs, rates, sizes=[a.size//2, a.size]))
    measure = lambda: float(vis.validate()["mae" if a.df else "accuracy"])
    if a.save and way == "fine_tune" and seed == a.seeds[0]:
        score = measure
        measure = lambda: (vis.save(a.save), score())[1]
    return fits.get(way, lambda: vis.fine_tune(a.epochs, a.alpha)), measure, vis.learn


def measure(a, way, seed):
    "Score and seconds of one training"
    from fastai.vision.all import ProgressCallback, noop
    fit, score, learn = prepare(a, way, seed)
    learn.remove_cbs([o for o in learn.cbs if isinstance(o, ProgressCallback)])
    learn.logger = noop
    wall, cpu = time.perf_counter(), time.process_time()
    fit()
    res = dict(way=way, seed=seed, seconds=time.process_time()-cpu, wall=time.perf_counter()-wall)
    with learn.no_bar():
        return dict(**res, score=score())


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("weights", help="a file of weights, or the folder of a saved model")
    p.add_argument("path", help="the images")
    p.add_argument("--arch", default="tf_efficientnet_lite0")
    p.add_argument("--pat", help="a pattern that finds the class in the name of a file")
    p.add_argument("--df", help="a csv with a name and a number for each image: a regression")
    p.add_argument("--colnames", nargs=2, default=["image_name", "age"], help="of the names and of the numbers")
    p.add_argument("--folder", help="of the images of --df")
    p.add_argument("--other", help="the folder of a saved model, as another start")
    p.add_argument("--save", help="where the first fine-tuned model is saved")
    p.add_argument("--ways", nargs="+", default=WAYS)
    p.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2])
    p.add_argument("--epochs", type=int, default=5)
    p.add_argument("--alpha", type=float, default=5e-3)
    p.add_argument("--size", type=int, default=128)
    p.add_argument("--bs", type=int, default=32)
    p.add_argument("--augment", default="light")
    p.add_argument("--out")
    a = p.parse_args()
    rows = []
    for seed in a.seeds:
        for way in a.ways:
            rows.append(measure(a, way, seed))
            print("{way:>10}  seed {seed}  score {score:.4f}  {seconds:.0f} s of processor, {wall:.0f} s".format(**rows[-1]), flush=True)
    import pandas as pd
    table = pd.DataFrame(rows).groupby("way", sort=False).agg(mean=("score", "mean"), sd=("score", "std"), low=("score", "min"), high=("score", "max"), seconds=("seconds", "median"))
    print(table.round(4).to_string())
    if a.out:
        names = {k: Path(v).name for k, v in vars(a).items() if k in ("weights", "path", "other") and v}
        options = {k: v for k, v in {**vars(a), **names}.items() if k not in ("out", "save")}
        Path(a.out).write_text(json.dumps(dict(options=options, rows=rows), indent=1))


if __name__ == "__main__":
    main()
