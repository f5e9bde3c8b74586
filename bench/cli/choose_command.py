"""The command `choose`."""

from pathlib import Path
from typing import Annotated

import typer

from bench.cli.options import Name, ResultsDir, Threads
from bench.cli.terminal import console


def choose(
    name: Name,
    n_clusters: Annotated[
        int | None,
        typer.Option(
            metavar="K", min=1, help="Compare the fits that ask for K clusters. \\[default: the only number there is]"
        ),
    ] = None,
    threads: Threads = None,
    results_dir: ResultsDir = Path("results"),
) -> int:
    """Name one of the finished fits without labels, by one fixed rule, and show the value of each.

    The rule: the cluster of a sample should say as much as possible about the clusters of its nearest neighbours.
    """
    from bench.commands.choose import choose as name_one
    from bench.commands.sets import refuse_over_all
    from bench.console.progress import printed_warnings
    from bench.store.store import Store

    with printed_warnings(Store(results_dir, name), console()) as store:
        refuse_over_all(store, "choose")
        name_one(store, n_clusters, threads, console())
    return 0
