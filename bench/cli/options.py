"""Options that several commands have."""

from pathlib import Path
from typing import Annotated

import typer


def whole_number(text: str) -> int:
    """Parser of an option."""
    try:
        return int(text)
    except ValueError:
        raise typer.BadParameter(f"expected a whole number, got '{text}'") from None


Name = Annotated[str, typer.Argument(metavar="NAME", help="An experiment: a folder under the results folder.")]
ResultsDir = Annotated[Path, typer.Option("--results-dir", help="Where experiments are kept.")]
ResultsName = Annotated[str | None, typer.Option("--name", help="Results folder. \\[default: the data set's name]")]
Dataset = Annotated[str, typer.Option(help="Bundled set, Hub id, or local folder; see `list datasets`.")]
Split = Annotated[
    str, typer.Option(help="Split expression of Hugging Face datasets; train+test is what there is of the two.")
]
Seeds = Annotated[str, typer.Option(help="A count (3: seeds 0, 1, 2) or a list (0,4,7; `4,` is seed 4 alone).")]
NClusters = Annotated[
    int | None,
    typer.Option(parser=whole_number, metavar="K", help="Clusters. \\[default: the number of class names]"),
]
Device = Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")]
Threads = Annotated[
    int | None,
    typer.Option(
        parser=whole_number, metavar="N", help="Threads of a cell. \\[default: OMP_NUM_THREADS, else cores / jobs]"
    ),
]
Jobs = Annotated[
    int, typer.Option(parser=whole_number, metavar="N", help="Cells at once, each in a process of its own.")
]
DaskAddress = Annotated[
    str | None,
    typer.Option("--dask", metavar="ADDRESS", help="Dask scheduler that cells run on; local:N starts N workers here."),
]
CellTimeout = Annotated[
    float | None, typer.Option(metavar="SECONDS", help="Most that one cell may take. \\[default: no limit]")
]
CellMemory = Annotated[
    float | None, typer.Option(metavar="GB", help="Most memory of one cell, images apart. \\[default: no limit]")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="List the cells and what is done already; run nothing.")]
EpochsScale = Annotated[
    float, typer.Option(metavar="SHARE", help="Shortens every phase of training, 0 < share ≤ 1; tables say so.")
]
