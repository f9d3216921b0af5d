"""`python -m fastai_manager`: the command line."""
import sys

from fastai_manager.cli import main

if __name__=="__main__": sys.exit(main())
