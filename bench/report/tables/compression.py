"""The tables of `compress`: compression.csv has a row for each fit and form, compression.md means over seeds."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd

from bench.report.digest_csv import read_digest_csv, write_digest_csv
from bench.report.markdown import escape, table
from bench.report.numbers import mean_sd
from bench.report.tables.embed import embed_text
from bench.statistics.summary import Summary, summarize
from bench.store.files import read_file, write_text
from bench.store.records import Manifest
from bench.store.store import Store

CSV, DOCUMENT = "compression.csv", "compression.md"
TEXTS = ("label", "form", "kind", "model_digest", "settings", "machine")
COUNTS = ("seed", "share", "bytes", "deflated_bytes", "n_weights", "n_zeros")
KINDS = ("float32", "pruned", "channels", "onnx", "int8")
"""The kinds of forms, in the order of the table."""
SPEEDS = ("samples_per_second_1", "speedup_1", "samples_per_second_2", "speedup_2")
SHARES = ("accuracy", "ari", "agreement", "ari_float32")
COLUMNS = ("label", "seed", "form", "kind", *COUNTS[1:], *SPEEDS, *SHARES, "settings", "machine", "model_digest")
_HEADER = (
    "",
    "form",
    "KB",
    "KB, deflated",
    "weights that are not 0",
    "samples/s, 1 thread",
    "× float32",
    "samples/s, 2 threads",
    "× float32",
    "accuracy ↑",
    "ARI ↑",
    "labels as float32 ↑",
    "ARI with float32 ↑",
    "seeds",
)
CAVEATS = (
    "Compared are the encoder and the centres, which are all that is needed to label samples. The model that a run "
    "keeps also has the decoder, and is larger.",
    "Pruned weights are zeros. They shrink a file only when it is deflated (zlib, level 9, as in a ZIP file), and they "
    "do not make it faster. Channels that are pruned are removed, so the file is smaller, and the network is faster "
    "unless it is tiny.",
    "× float32 is the speed beside that of the float32 model in torch, measured in the same process. The forms in "
    "ONNX are computed by onnxruntime, which is faster than torch with the same weights: compare int8 with float32 "
    "ONNX to see the effect of the integers.",
    "True labels are used only for the columns accuracy and ARI; pruning, fine-tuning and quantisation never get them.",
)


def read_compression(store: Store, warn: Callable[[str], None]) -> pd.DataFrame:
    """The rows of compression.csv; none if the file is absent or damaged, of which `warn` gets one line."""
    numbers = (*COUNTS, *SPEEDS, *SHARES)
    found = read_digest_csv(store.path(CSV), numbers, TEXTS, warn, "everything is measured again")
    return pd.DataFrame(columns=list(COLUMNS)) if found is None else found[list(COLUMNS)]


def write_compression(store: Store, frame: pd.DataFrame, manifest: Manifest, above: Sequence[str]) -> Path:
    """Write both tables, and return the path of compression.md. `above`: sentences above all figures."""
    write_digest_csv(store.path(CSV), frame[list(COLUMNS)])
    return write_text(store.path(DOCUMENT), _document(frame, manifest, above))


def embed_compression(store: Store, document: Path) -> None:
    """Write compression.md without its title between the markers of `document` with the name of the experiment.

    Raises UsageError if the document lacks them or cannot be read.
    """
    text = read_file(store.path(DOCUMENT)).decode()
    embed_text(store.name, text.partition("\n\n")[2], document)


def in_order(frame: pd.DataFrame, labels: Sequence[str]) -> pd.DataFrame:
    """The rows by label, form and seed; `labels` are in the order of the table."""
    ranks = frame.assign(label=frame["label"].map(labels.index), kind=frame["kind"].map(KINDS.index))
    return frame.loc[ranks.sort_values(["label", "kind", "share", "seed"]).index].reset_index(drop=True)


def means(frame: pd.DataFrame) -> list[tuple[str, str, pd.DataFrame]]:
    """The label, the form and the rows over all seeds of each line of the table."""
    grouped = frame.groupby(["label", "form"], sort=False)
    return [(str(label), str(form), rows) for (label, form), rows in grouped]


def summary(rows: pd.DataFrame, column: str) -> Summary:
    """Mean and standard deviation of a column over seeds; missing values do not count."""
    return summarize([float(value) for value in rows[column].dropna()])


def summary_lines(frame: pd.DataFrame) -> list[str]:
    """One line for each smaller form: size, speed and labels beside the float32 model."""
    lines = []
    for label, form, rows in means(frame):
        if form == "float32":
            continue
        speeds = mean_sd(summary(rows, "speedup_1"), 2, len(rows))
        accuracy = summary(rows, "accuracy")
        known = f", accuracy {mean_sd(accuracy, 3, len(rows))}" if accuracy.n else ""
        lines.append(
            f"{label}, {form}: {rows['deflated_bytes'].mean() / 1000:,.1f} KB deflated, {speeds} times as fast on one "
            f"thread, {mean_sd(summary(rows, 'agreement'), 3, len(rows))} of the labels as float32{known}"
        )
    return lines


def without_clusters(frame: pd.DataFrame) -> list[str]:
    """One line for each form that has lost the clusters of the float32 model, with its seeds."""
    lost = frame[(frame["form"] != "float32") & (frame["ari_float32"] == 0)]
    return [
        f"{label}, {form} (seed{'s' * (len(rows) > 1)} {', '.join(str(int(seed)) for seed in rows['seed'])}): all "
        "samples get one label, or labels that agree with those of float32 only by chance. Too much is pruned."
        for label, form, rows in means(lost)
    ]


def _document(frame: pd.DataFrame, manifest: Manifest, above: Sequence[str]) -> str:
    seeds = frame.groupby("label")["seed"].nunique()
    lines = [_line(label, form, rows, int(seeds[label])) for label, form, rows in means(frame)]
    facts = [f"Measured on: {machine}." for machine in dict.fromkeys(frame["machine"])]
    facts += [f"Settings: {settings}." for settings in dict.fromkeys(frame["settings"])]
    data = manifest.data
    parts = [
        f"# {escape(manifest.name)}: smaller forms of the models",
        *map(escape, (*manifest.notes, *above)),
        f"Data: {escape(data.title)}, split {escape(data.split)}, {data.n_samples:,} samples. Every figure is a mean ± "
        "sample standard deviation over seeds.",
        "\n".join(f"- {escape(line)}" for line in (*facts, *CAVEATS, *without_clusters(frame))),
        table(_HEADER, lines, left=2),
    ]
    return "\n\n".join(parts) + "\n"


def _line(label: str, form: str, rows: pd.DataFrame, n_seeds: int) -> list[str]:
    numbers = rows.assign(
        kb=rows["bytes"] / 1000, deflated=rows["deflated_bytes"] / 1000, kept=rows["n_weights"] - rows["n_zeros"]
    )
    sizes = [_size(summary(numbers, name), digits) for name, digits in (("kb", 1), ("deflated", 1), ("kept", 0))]
    measured = zip((*SPEEDS, *SHARES), (0, 2, 0, 2, 3, 3, 3, 3), strict=True)
    others = [mean_sd(summary(rows, name), digits, len(rows)) for name, digits in measured]
    seeds = str(len(rows)) if len(rows) == n_seeds else f"{len(rows)} of {n_seeds}"
    return [escape(label), escape(form), *sizes, *others, seeds]


def _size(size: Summary, digits: int) -> str:
    """Sizes are often equal for all seeds: then there is no deviation."""
    return mean_sd(Summary(size.mean, size.sd or None, size.n), digits, size.n)
