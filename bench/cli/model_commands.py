"""The commands that use the kept model of a fit: `predict`, `export` and `compress`."""

from pathlib import Path
from typing import Annotated

import typer

from bench.cli.option_groups import with_option_groups
from bench.cli.options import Name, ResultsDir
from bench.cli.terminal import console
from bench.datasets.catalogue import DEFAULT_SPLIT
from bench.machine.threads import MAX_THREADS
from bench.store.reading import Reading


@with_option_groups
def predict(
    name: Annotated[
        str, typer.Argument(metavar="NAME|FOLDER", help="The results folder, or the path of a folder of `export`.")
    ],
    dataset: Annotated[str, typer.Option(help="The new data: id on the Hub, local folder or file, or bundled set.")],
    to: Annotated[Path, typer.Option(metavar="FILE", help="The CSV file that is written; it must be new.")],
    method: Annotated[
        str | None,
        typer.Option(
            metavar="METHOD",
            help="The fit: a name in the first column of the table, or its method; not for a folder of `export`. "
            "\\[default: the only row]",
        ),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="The seed of the fit. \\[default: the lowest finished one]")
    ] = None,
    split: Annotated[str, typer.Option(help="Split expression of the new data.")] = DEFAULT_SPLIT,
    device: Annotated[
        str | None, typer.Option(help="Device for the network: auto, cpu, cuda or mps. \\[default: that of the fit]")
    ] = None,
    results_dir: ResultsDir = Path("results"),
    *,
    reading: Reading,
) -> int:
    """Label new images, texts or rows of a table with the model of a finished fit.

    The new data are prepared as the data of the fit were: with the same size of images, scaling, words or model.
    """
    from bench.commands.predict import PredictRequest, is_model_folder, predict_exported
    from bench.commands.predict import predict as label
    from bench.console.progress import printed_warnings
    from bench.store.store import Store

    request = PredictRequest(
        method=method, seed=seed, dataset=dataset, split=split, reading=reading, to=to, device=device
    )
    if is_model_folder(name, results_dir):
        return predict_exported(Path(name), request, console())
    with printed_warnings(Store(results_dir, name), console()) as store:
        return label(store, request, console())


def export(
    name: Name,
    to: Annotated[Path, typer.Option(metavar="FOLDER", help="The folder that is written; it must be new or empty.")],
    method: Annotated[
        str | None,
        typer.Option(
            metavar="METHOD",
            help="The fit: a name in the first column of the table, or its method. \\[default: the only row]",
        ),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="The seed of the fit. \\[default: the lowest finished one]")
    ] = None,
    onnx: Annotated[
        bool,
        typer.Option(
            "--onnx", help="Also write the encoder and the soft assignment of dec as ONNX. Reads the data of the fit."
        ),
    ] = False,
    license_: Annotated[
        str | None,
        typer.Option(
            "--license",
            metavar="ID",
            help="Licence of the model for the card, such as cc-by-4.0. \\[default: the card names none]",
        ),
    ] = None,
    results_dir: ResultsDir = Path("results"),
) -> int:
    """Write the model of a finished fit as a folder for the Hugging Face Hub, with a model card.

    `predict FOLDER` and `methods.load(FOLDER)` read the folder. Nothing is uploaded.
    """
    from bench.commands.export import export as write
    from bench.console.progress import printed_warnings
    from bench.store.store import Store

    with printed_warnings(Store(results_dir, name), console()) as store:
        return write(store, method, seed, to, console(), onnx=onnx, licence=license_)


def compress(
    name: Name,
    method: Annotated[
        str, typer.Option(metavar="METHOD", help="A name in the first column of the table, or a method: all its rows.")
    ] = "dec",
    prune: Annotated[
        str | None, typer.Option(metavar="SHARE[,SHARE…]", help="Shares of the weights that become zero.")
    ] = None,
    prune_channels: Annotated[
        str | None, typer.Option(metavar="SHARE[,SHARE…]", help="Shares of the channels that are removed.")
    ] = None,
    quantize: Annotated[
        str | None, typer.Option(metavar="int8", help="Integers of 8 bits; needs the extra onnx.")
    ] = None,
    finetune_epochs: Annotated[
        int, typer.Option(metavar="N", min=0, help="Epochs of the clustering loss after pruning.")
    ] = 2,
    samples: Annotated[
        int | None,
        typer.Option(metavar="N", min=100, help="Use at most N samples, drawn at random. \\[default: all of the fit]"),
    ] = None,
    threads: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=1,
            max=MAX_THREADS,
            help="Threads of fine-tuning. \\[default: OMP_NUM_THREADS, or the cores]",
        ),
    ] = None,
    into: Annotated[
        Path | None,
        typer.Option(help="Also write the table into this document, between <!-- begin/end NAME -->."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Measure again what the table has already.")] = False,
    results_dir: ResultsDir = Path("results"),
) -> int:
    """Measure smaller forms of kept models: pruned, and with integers of 8 bits.

    Every finished seed is measured. compression.md has the size, the speed and the labels of each form beside the
    float32 model.
    """
    from bench.commands.compress import compress as measure
    from bench.commands.compress_request import CompressRequest
    from bench.console.progress import printed_warnings
    from bench.store.store import Store

    request = CompressRequest(
        method=method,
        prune=prune,
        prune_channels=prune_channels,
        quantize=quantize,
        epochs=finetune_epochs,
        samples=samples,
        threads=threads,
        into=into,
        force=force,
    )
    with printed_warnings(Store(results_dir, name), console()) as store:
        return measure(store, request, console())
