"""``python -m nnviz``: the same as the command ``nnviz``."""

import sys

from nnviz.main import main

if __name__ == "__main__":
    sys.exit(main())
