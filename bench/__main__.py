"""Entry point of `python -m bench`."""

if __name__ == "__main__":  # a spawned worker imports this module, too
    from bench.machine.interrupt import handle_signals, ignore_signals, was_interrupted

    handle_signals()  # before the slow imports

    import os
    import sys
    from contextlib import suppress

    from bench.cli.app import main

    code = main()
    if was_interrupted():  # threads and exit handlers of libraries would print their own errors, or wait
        with suppress(OSError):  # the reader of a pipe was interrupted, too
            sys.stdout.flush()
        os._exit(code)
    ignore_signals()
    sys.exit(code)
