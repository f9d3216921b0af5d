"""`python -m fastai_manager`: the command line."""
import sys

from fastai_manager.cli import main

sys.exit(main())
