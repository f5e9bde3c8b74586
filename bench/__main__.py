"""python -m bench."""

import sys

from bench.cli import main

if __name__ == "__main__":  # a spawned worker imports this module, too
    sys.exit(main())
