"""Entry point of `python -m bench`."""

import sys

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells use it."""

if __name__ == "__main__":  # a spawned worker imports this module, too
    try:
        from bench.cli.app import main

        code = main()
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        code = INTERRUPTED
    sys.exit(code)
