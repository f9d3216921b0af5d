"""What the twentieth experiment costs: short trainings one after the other in one process, by `train_parts`, against a process for each.

    python benchmarks/twenty.py
    python benchmarks/twenty.py --path landuse --arch tf_efficientnet_lite0 --weights tf_efficientnet_lite0.safetensors --unfrozen

Both sides train the same experiments, which differ in the learning rate, the seed and the head, and each in turn: one in the process that goes on, then the same in a process of its own.
"""
import argparse
import contextlib
import io
import json
import multiprocessing
import tempfile
import time
from pathlib import Path


class Frozen:
    "Trains the head alone"
    def __init__(self, epochs, alpha): self.epochs, self.alpha = epochs, alpha
    def __call__(self, vis): vis.freeze().fit_model_cyc(self.epochs, self.alpha)


class Unfrozen(Frozen):
    "Trains all layers"
    def __call__(self, vis): vis.unfreeze().fit_model_cyc(self.epochs, self.alpha)


def experiment(i, a, run_dir):
    "The `i`th part"
    from fastai_manager.experiments.parts import How, Part
    heads = [dict(), dict(lin_ftrs=[256]), dict(ps=0.2)]
    p = dict(path=a.path, size=a.size, bs=32, pretrained=a.weights, train_bn=False, seed=i, split_seed=1, run_dir=run_dir, cache=a.cache, **heads[i%3])
    return Part(f"run {i+1}", a.arch, p, "classification", How(fit=(Unfrozen if a.unfrozen else Frozen)(a.epochs, 10**(-3+i%4/2))))


def resident():
    "Megabytes of memory that this process holds, without what the cache maps"
    status = dict(o.split(":", 1) for o in Path("/proc/self/status").read_text().splitlines())
    return int(status["RssAnon"].split()[0])/1024


class Times:
    "Seconds that building data, building models and fitting take, while inside"
    def __init__(self): self.seconds = dict(data=0., model=0., fit=0.)

    def wrap(self, cls, name, what):
        own, seconds = getattr(cls, name), self.seconds
        def timed(*args, **kwargs):
            start = time.perf_counter()
            try: return own(*args, **kwargs)
            finally: seconds[what] += time.perf_counter()-start
        setattr(cls, name, timed)


def work(a, run_dir, which, alone, pipe):
    "Train the parts `which` as the pipe asks for them, and send what each took"
    start = time.perf_counter()
    import warnings
    warnings.simplefilter("ignore")
    from fastai_manager.all import FastVision
    from fastai_manager.core.sharing import sharing
    from fastai_manager.experiments.parts import train_parts
    import fastai_manager.vision.learner as learner
    times = Times()
    times.wrap(learner, "experiment_data", "data")
    times.wrap(FastVision, "_make_learner", "model")
    times.wrap(FastVision, "_fit", "fit")
    with sharing():
        for i in which:
            if not alone: pipe.recv(); start = time.perf_counter()
            before = dict(times.seconds)
            with contextlib.redirect_stdout(io.StringIO()): done, = train_parts([experiment(i, a, run_dir)], run_dir) # without its bar
            took = {k: round(v-before[k], 3) for k, v in times.seconds.items()}
            pipe.send(dict(seconds=time.perf_counter()-start, **took, loss=done.scores["valid_loss"], memory=resident()))


def in_own_process(context, *args):
    "One part, from the start of its process to its end"
    ours, theirs = context.Pipe()
    start = time.perf_counter()
    process = context.Process(target=work, args=(*args, theirs))
    process.start()
    res = ours.recv()
    process.join()
    return {**res, "seconds": time.perf_counter()-start}


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--path", help="folder with a folder for each class; by default generated photographs")
    p.add_argument("--n", type=int, default=300, help="how many photographs to generate")
    p.add_argument("--runs", type=int, default=20)
    p.add_argument("--epochs", type=int, default=2)
    p.add_argument("--size", type=int, default=128)
    p.add_argument("--arch", default="resnet18")
    p.add_argument("--weights", help="a file of weights to start from; by default random ones")
    p.add_argument("--unfrozen", action="store_true", help="train all layers")
    p.add_argument("--out", help="write the figures to this JSON file")
    a = p.parse_args()
    with tempfile.TemporaryDirectory() as tmp:
        if not a.path:
            from fastai_manager.core.samples import photographs
            a.path = str(photographs(Path(tmp)/"photographs", a.n))
        if not a.weights: # the same body for all, as a pretrained one is
            import torch
            from fastai_manager.models.convnet import find_arch
            a.weights = f"{tmp}/weights.pth"
            torch.save(find_arch(a.arch).build(False).state_dict(), a.weights)
        a.cache = f"{tmp}/cache"
        context = multiprocessing.get_context("spawn")
        in_own_process(context, a, Path(tmp)/"first", [0], True) # the cache is filled for both
        ours, theirs = context.Pipe()
        one = context.Process(target=work, args=(a, Path(tmp)/"one", range(a.runs), False, theirs))
        one.start()
        rows = []
        for i in range(a.runs):
            ours.send(i)
            together = ours.recv()
            rows.append((together, in_own_process(context, a, Path(tmp)/"own", [i], True)))
            assert abs(rows[-1][0]["loss"]-rows[-1][1]["loss"])<1e-6, rows[-1]
        one.join()
    sides = dict(zip(("one process", "own process"), zip(*rows)))
    for name, o in sides.items():
        share = {k: sum(r[k] for r in o) for k in ("seconds", "data", "model", "fit")}
        print(f"{name}: {share['seconds']:6.1f} s for {a.runs} runs; of these data {share['data']:.1f} s, models {share['model']:.1f} s, fitting {share['fit']:.1f} s, the rest (imports, records) {2*share['seconds']-sum(share.values()):.1f} s")
    memory = [r["memory"] for r in sides["one process"]]
    ratio = sum(r["seconds"] for r in sides["one process"])/sum(r["seconds"] for r in sides["own process"])
    print(f"{'unfrozen' if a.unfrozen else 'frozen'}: {ratio:.3f} of the time; the first took {rows[0][0]['seconds']:.2f} s, the second {rows[1][0]['seconds']:.2f} s, the last {rows[-1][0]['seconds']:.2f} s; own memory {memory[0]:.0f} MB after the first, {memory[1]:.0f} MB after the second, {memory[-1]:.0f} MB after the last")
    if a.out: Path(a.out).write_text(json.dumps(dict(ratio=ratio, unfrozen=a.unfrozen, rows=rows), indent=1))


if __name__ == "__main__": main()
