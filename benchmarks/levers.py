"""What each lever brings to a step of training, on random batches that are there already: the model alone.

    python benchmarks/levers.py                                    # resnet18 at 128 px, batch 32
    python benchmarks/levers.py --arch mobilenet_v3_small --bs 16 --levers layout memory
    python benchmarks/levers.py --out benchmarks/results/levers.json

Both sides of a lever stand in one process and take turns; the ratio of each turn is taken, and the median of the turns
is printed, above 1 where the lever is faster. `unfrozen` trains every layer, `frozen` the head and the batch norm of the
body, `fixed` the head alone (train_bn=False).
"""
import argparse
import json
import time
from pathlib import Path

import torch
from torch import nn

from pipeline import machine, median

STAGES = ("unfrozen", "frozen", "fixed")
LEVERS = dict(
    memory="freed memory is kept, against given back",
    optimizer="Adam in one pass, against fastai's",
    layout="channels last, against channels first",
    compile="torch.compile, against none",
    folding="batch norm folded into the convolutions, against not",
    outputs="outputs of the body computed once, against each time",
)
FITS = dict(folding=("fixed",), outputs=("fixed",))  # the others fit every stage


class Side:
    "A model in a stage, with its optimizer and batches: `step(i)` trains on one"
    def __init__(self, a, stage, layout=torch.channels_last, optimizer=None, compile=False, fold=False, keep=True, outputs=False):
        from fastai.vision.all import params
        from fastai_manager.models.convnet import create_classifier
        from fastai_manager.models.optimizer import fused_adam
        torch.manual_seed(0)
        self.keep, self.model = keep, create_classifier(a.arch, 7, pretrained=False, size=a.size)
        batches = [(torch.randn(a.bs, 3, a.size, a.size), torch.randint(0, 7, (a.bs,))) for _ in range(2)]
        if fold:
            from torch.fx.experimental.optimization import fuse
            self.model[0] = fuse(self.model[0].eval())
        self.model.to(memory_format=layout)
        self.batches = [(x.contiguous(memory_format=layout), y) for x, y in batches]
        self.freeze(stage)
        if outputs:
            with torch.no_grad():
                self.batches = [(self.model[0](x), y) for x, y in self.batches]
            self.model[0] = nn.Identity()
        self.opt = (optimizer or fused_adam)(params(self.model), lr=1e-3)
        if compile:
            self.model[0].compile()

    def freeze(self, stage):
        "Let train what trains in `stage`"
        if stage == "unfrozen":
            return
        norms = {id(p) for m in self.model.modules() if isinstance(m, nn.modules.batchnorm._BatchNorm) for p in m.parameters()}
        for p in self.model[0].parameters():
            p.requires_grad_(stage == "frozen" and id(p) in norms)
        if stage == "fixed":
            self.model[0].eval()

    def step(self, i):
        x, y = self.batches[i % len(self.batches)]
        nn.functional.cross_entropy(self.model(x), y).backward()
        self.opt.step()
        self.opt.zero_grad()

    def seconds(self, steps):
        "Time of a step, the first one not counted"
        from fastai_manager.models.memory import keep_memory
        keep_memory(self.keep)
        self.step(0)
        times = []
        for i in range(steps):
            start = time.perf_counter()
            self.step(i)
            times.append(time.perf_counter() - start)
        return median(times)


def both(a, lever, stage):
    "The two sides of `lever`: with it and without"
    from fastai.optimizer import Adam
    without = dict(memory=dict(keep=False), optimizer=dict(optimizer=Adam), layout=dict(layout=torch.contiguous_format))
    with_it = dict(compile=dict(compile=True), folding=dict(fold=True), outputs=dict(outputs=True))
    return Side(a, stage, **with_it.get(lever, {})), Side(a, stage, **without.get(lever, {}))


def measure(a, lever, stage):
    "Ratio of the two sides of `lever`, turn by turn"
    sides = both(a, lever, stage)
    for o in sides:
        o.seconds(1)
    turns = [[o.seconds(a.steps) for o in sides] for _ in range(a.rounds)]
    ratios = sorted(without/with_it for with_it, without in turns)
    res = dict(ratio=median(ratios), low=ratios[0], high=ratios[-1], rate=a.bs/median([o for o, _ in turns]))
    print(f"  {LEVERS[lever]:58} {stage:9} {res['ratio']:5.2f} times as fast ({res['low']:.2f} to {res['high']:.2f}), {res['rate']:.1f} images/s", flush=True)
    return res


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--arch", default="resnet18")
    p.add_argument("--size", type=int, default=128)
    p.add_argument("--bs", type=int, default=32)
    p.add_argument("--steps", type=int, default=3, help="of each side in a turn")
    p.add_argument("--rounds", type=int, default=5, help="turns")
    p.add_argument("--levers", nargs="+", default=list(LEVERS), choices=list(LEVERS))
    p.add_argument("--stages", nargs="+", default=list(STAGES), choices=STAGES)
    p.add_argument("--out", type=Path, help="write the figures to this JSON file; what it has of other levers stays")
    a = p.parse_args()
    print(f"{a.arch} at {a.size} px, batch {a.bs}\n{machine()}", flush=True)
    res = json.loads(a.out.read_text()) if a.out and a.out.exists() else {}
    res.update(machine=machine(), arch=a.arch, size=a.size, bs=a.bs)
    for lever in a.levers:
        for stage in FITS.get(lever, STAGES):
            if stage in a.stages:
                res.setdefault(lever, {})[stage] = measure(a, lever, stage)
                if a.out:
                    a.out.write_text(json.dumps(res, indent=1))


if __name__ == "__main__":
    main()
