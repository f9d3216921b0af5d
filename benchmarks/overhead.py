"""What `FastVision` adds to the `Learner` it wraps: the same training by `fit_model_cyc` and by a plain fastai `Learner`.

    python benchmarks/overhead.py
    python benchmarks/overhead.py --path landuse --rounds 20
"""
import argparse
import json
import tempfile
import time
from pathlib import Path


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--path", help="folder with a folder for each class; by default generated photographs")
    p.add_argument("--n", type=int, default=400, help="how many photographs to generate")
    p.add_argument("--rounds", type=int, default=15)
    p.add_argument("--epochs", type=int, default=1, help="of each training")
    p.add_argument("--no-record", action="store_true", help="with run_dir=None")
    p.add_argument("--size", type=int, default=128)
    p.add_argument("--out", help="write the figures to this JSON file")
    a = p.parse_args()
    import warnings
    warnings.simplefilter("ignore")
    from fastai_manager.all import FastVision, Learner, get_transforms
    from fastai_manager.core.samples import photographs
    from fastai_manager.vision.learner import History
    with tempfile.TemporaryDirectory() as tmp:
        path = a.path or photographs(Path(tmp)/"photographs", a.n)
        vis = FastVision("resnet18", dict(path=path, size=a.size, bs=32, ds_tfms=get_transforms(), pretrained=False, cache=f"{tmp}/cache", run_dir=None if a.no_record else f"{tmp}/runs"), task="classification")
        own = [o for o in vis.learn.cbs if type(o).__name__ in ("Precision", "ScaledPrecision")]
        plain = Learner(vis.dls, vis.model, vis.learn.loss_func, metrics=vis.learn.metrics, splitter=vis.learn.splitter, cbs=own)
        assert not any(isinstance(o, History) for o in plain.cbs)
        times = {"FastVision": [], "Learner": []}
        def timed(name, fit):
            start = time.perf_counter()
            fit()
            times[name].append(time.perf_counter()-start)
        with vis.learn.no_bar(), vis.learn.no_logging(), plain.no_bar(), plain.no_logging():
            vis.fit_model_cyc(1, 1e-3)
            for i in range(a.rounds): # in turn, and each first every other time
                pair = [("FastVision", lambda: vis.fit_model_cyc(a.epochs, 1e-3)), ("Learner", lambda: plain.fit_one_cycle(a.epochs, 1e-3))]
                for o in pair[::1 if i % 2 else -1]: timed(*o)
    ratios = sorted(x/y for x, y in zip(times["FastVision"], times["Learner"]))
    n = len(ratios)
    print(f"A training of {a.epochs} epoch(s) takes {sorted(times['FastVision'])[n//2]:.3f} s by FastVision and {sorted(times['Learner'])[n//2]:.3f} s by a Learner alone; "
        f"median ratio of {n} rounds {ratios[n//2]:.4f} (half of them between {ratios[n//4]:.4f} and {ratios[-n//4]:.4f})")
    if a.out: Path(a.out).write_text(json.dumps(dict(median=ratios[n//2], low=ratios[n//4], high=ratios[-n//4], rounds=n, **{k: sorted(v)[n//2] for k, v in times.items()}), indent=1))


if __name__ == "__main__": main()
