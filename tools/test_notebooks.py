"""Test the notebooks, each in a process of its own: python tools/test_notebooks.py [nbs/325_vision.learner.ipynb …]

nbdev's `test_nb` runs a notebook; here it runs in a process that saw no other notebook, so that what one of them patches
or leaves behind never meets the next, whatever the order and the number of workers. The processes are forked from one
that has imported the libraries below us, so that seventy notebooks do not import torch seventy times.
Prints the slowest ten, the failed ones, and closes with `N passed, N failed`.
"""
import argparse
import multiprocessing
import os
import pkgutil
import random
import sys
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import wait
from pathlib import Path
from threading import Lock

top = Path(__file__).resolve().parent.parent
PRELOAD = ["fastai.vision.all", "nbdev.test", "sklearn.datasets", "scipy.stats", "skimage.metrics"]  # nothing of ours


EXACT = {"334_vision.resume.ipynb", "612_experiments.engines.ipynb"}  # compare bits of several processes, of which one alone would be changed


def jitter(seed, size=1e-5):
    """Multiply gradients by 1 ± `size` before each step: what rounding on another processor does to a training

    The noise follows from `seed` and the place of the step in the training, so that the same training twice ends with the
    same bits here, too, and two that differ in their last digits stay as close to each other as they are without it.
    """
    import torch
    from fastai.learner import Learner
    step = Learner._step

    def jittered(self):
        grads = [p.grad for p, *_ in self.opt.all_params(with_grad=True)]
        generator = torch.Generator().manual_seed(zlib.crc32(f"{self.epoch} {self.iter}".encode(), seed))
        for grad in grads:
            grad.mul_(1 + size*torch.randn(grad.shape, generator=generator).to(grad.device, grad.dtype))
        return step(self)
    Learner._step = jittered


def run_one(file, flags, cell_timing_min, jitter_seed):
    "Run a notebook; what this process exits with says how it went"
    from nbdev.config import get_config
    from nbdev.test import test_nb
    if jitter_seed is not None and Path(file).name not in EXACT:
        jitter(jitter_seed)
    multiprocessing.set_start_method(None, force=True)  # workers of the notebook start as they do elsewhere
    skip = [o for o in (get_config(top).tst_flags or "").split() if o not in flags]
    passed, _ = test_nb(file, skip_flags=skip, force_flags=flags, basepath=top, cell_timeout=3600,
        cell_timing_min=cell_timing_min) # nbdev allows a cell 600 s, which a busy machine may need
    sys.exit(not passed)


one_at_a_time = Lock()  # starting a process looks after those that have ended, too; two threads that ask for the same
#                         exit code each get a part of it, and one of them takes a notebook that passed for one that died


def timed(context, file, args):
    "Run `file` in a process of its own; gives (passed, seconds)"
    start = time.monotonic()
    process = context.Process(target=run_one, args=(file, args.flags.split(), args.cell_timing_min, args.jitter))
    with one_at_a_time:
        process.start()
    wait([process.sentinel])
    with one_at_a_time:
        process.join()
    took, passed = time.monotonic() - start, process.exitcode == 0
    died = f" (exit code {process.exitcode})" if process.exitcode not in (0, 1) else ""
    print(f"{'ok    ' if passed else 'FAILED'} {took:6.1f} s  {file.relative_to(top/'nbs')}{died}", flush=True)
    return passed, took


def in_order(files, order, seed):
    "`files` by name, the tutorials first, which take longest; or reversed, or shuffled by `seed`"
    files = sorted(files, key=lambda o: (o.parent.name != "tutorials", o.name))
    if order == "reversed":
        files.reverse()
    if order == "shuffled":
        random.Random(seed).shuffle(files)
    return files


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebooks", nargs="*", type=Path, help="which ones; all where none is named")
    parser.add_argument("--flags", default="", help="directives whose cells run too, such as cuda")
    parser.add_argument("--n-workers", type=int, default=min(os.cpu_count() or 1, 8), help="how many at a time")
    parser.add_argument("--order", default="named", choices=["named", "reversed", "shuffled"])
    parser.add_argument("--seed", type=int, default=0, help="of the shuffled order")
    parser.add_argument("--jitter", type=int, help="a seed: gradients are off by 1e-5, as on another processor")
    parser.add_argument("--cell-timing-min", type=float, help="name the cells that take longer, in seconds")
    args = parser.parse_args()

    from nbdev.config import get_config
    from nbdev.doclinks import nbglob
    os.chdir(top)
    files = [o.resolve() for o in args.notebooks] or [o.resolve() for o in nbglob(top/"nbs", as_path=True)]
    if missing := [str(o) for o in files if not o.is_file()]:
        sys.exit(f"no such notebook: {', '.join(missing)}")
    sys.path.insert(0, str(top))
    pkgutil.resolve_name(get_config(top).test_setup)()
    # notebooks share the cores: two trainings with all threads on two cores slow each other tenfold
    os.environ.setdefault("OMP_NUM_THREADS", str(max(1, (os.cpu_count() or 1)//args.n_workers)))
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOAD)
    files, start = in_order(files, args.order, args.seed), time.monotonic()
    with ThreadPoolExecutor(args.n_workers) as pool:
        results = dict(zip(files, pool.map(lambda o: timed(context, o, args), files)))
    failed = [str(o.relative_to(top/"nbs")) for o, (passed, _) in results.items() if not passed]
    slowest = sorted(results, key=lambda o: -results[o][1])[:10]
    print("slowest: " + ", ".join(f"{o.stem} {results[o][1]:.0f} s" for o in slowest))
    if failed:
        print("failed: " + ", ".join(failed))
    print(f"{len(results)} notebooks in {time.monotonic() - start:.0f} s, {args.n_workers} at a time")
    print(f"{len(results) - len(failed)} passed, {len(failed)} failed")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
