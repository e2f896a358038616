"""``python -m nnviz``: the same as the command ``nnviz``."""

import multiprocessing
import sys

from nnviz.main import main

if __name__ == "__main__":
    # In a frozen bundle a worker process starts here too, and must go to its own work instead.
    multiprocessing.freeze_support()
    sys.exit(main())
