"""Writes the tables of README.md and of the pages in docs/results from the published CSV files.

    python docs/results/write_tables.py
    python docs/results/write_tables.py --check

Each table stands between the lines `<!-- begin NAME -->` and `<!-- end NAME -->` of its page. With --check nothing is
written: a table that differs from its CSV file is named, and the exit code is 1.
"""

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from statistics import fmean

import pandas as pd

from bench.errors import UsageError
from bench.report.groups import group
from bench.report.ledger import read_ledger
from bench.report.published_outcomes import read_for_tables
from bench.report.tables.embed import replace_block
from bench.statistics.intervals import interval_of_mean
from bench.store.store import Store

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "results"
SCORED = {"accuracy": ".3f", "ari": ".3f"}
TIMED = {**SCORED, "fit_seconds": ",.1f"}
LABELLED = {**SCORED, "nmi": ".3f"}
"""The metrics of tables, each with the form of its values."""
PEERS = {
    "dec": "this project; preset `small`, the default for bundled data",
    "umap-gmm-hidden": "this project; UMAP and a mixture on the middle layer of the network of `dec`",
    "umap-gmm": "this project; UMAP of the pixels and a mixture",
    "som": "this project",
    "kmeans": "this project",
    "mini-batch-kmeans": "scikit-learn, `MiniBatchKMeans`",
    "agglomerative": "scikit-learn, `AgglomerativeClustering` (Ward)",
    "gaussian-mixture": "scikit-learn, `GaussianMixture`",
    "bisecting": "scikit-learn, `BisectingKMeans`",
    "birch": "scikit-learn, `Birch`",
    "hdbscan": "hdbscan 0.8.44, `HDBSCAN`: it takes no number of clusters",
    "torchsom": "TorchSOM 1.3.1: a map of 10 × 10 units, as `som`, grouped by its own K-Means",
    "clustpy-dec": "ClustPy 0.0.3, `DEC`",
    "clustpy-idec": "ClustPy 0.0.3, `IDEC`",
    "clustpy-dcn": "ClustPy 0.0.3, `DCN`",
    "clustpy-n2d": "ClustPy 0.0.3, `N2D`, with a t-SNE of two dimensions",
}
"""By row of the table of other packages, its class."""
CONSENSUS = {
    "multiple-features-consensus": "UCI's Multiple Features, 2,000 digits of 16 × 15 pixels",
    "digits-consensus": "scikit-learn's digits, 1,797 of 8 × 8",
    "fashion-consensus": "Fashion-MNIST, 20,000 images of 28 × 28",
}
"""By folder, the name of its data in the tables about `consensus`."""
BASELINES = ("umap-gmm", "ae-kmeans", "pca-kmeans", "kmeans")
TOLERANCE = 0.005
"""ARI that a fit may lose to its own start."""
METHODS = {
    "ae-kmeans": "K-Means on the codes of the same autoencoder",
    "ae-gmm": "a Gaussian mixture on the same codes",
    "umap-gmm-hidden": "UMAP and mixture on its middle layer",
}
"""What some rows are."""
INDICES = ("Silhouette", "Davies–Bouldin", "Calinski–Harabasz")
SPACES = ("own", "input", "PCA-50", "UMAP of PCA-50", "several")
OF_INDICES = {
    "digits": ("digits", "1,797 digits of 8 × 8 pixels"),
    "multiple-features": ("Multiple Features", "2,000 digits of 16 × 15 pixels"),
    "mnist-20k": ("MNIST", "20,000 digits of 28 × 28 pixels"),
    "fashion-20k": ("Fashion-MNIST", "20,000 images of clothes"),
    "ag-news": ("AG News", "7,600 news texts"),
}
"""By folder, the name of its data and what they are, on the page about indices."""


def markdown(header: Sequence[str], rows: Iterable[Sequence[str]], texts: int = 1) -> str:
    """A table in Markdown. The first `texts` columns have texts, the others numbers.

    >>> print(markdown(["", "ARI"], [["dec", "0.5"]]))
    | | ARI |
    |:--|--:|
    | dec | 0.5 |
    """
    marks = [":--"] * texts + ["--:"] * (len(header) - texts)
    return "\n".join([_line(header), f"|{'|'.join(marks)}|", *map(_line, rows)])


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |".replace("|  |", "| |")


def cells(folder: str, column: str) -> pd.DataFrame:
    """One metric of a published folder: seeds in rows, methods in columns."""
    return pd.read_csv(RESULTS / folder / "cells.csv").pivot(index="seed", columns="method", values=column)


def means(folder: str) -> pd.DataFrame:
    """The table of a published folder, by label of the row."""
    return pd.read_csv(RESULTS / folder / "table.csv").set_index("label")


def mean_sd(row: "pd.Series[float]", forms: Mapping[str, str]) -> list[str]:
    """Mean ± standard deviation of each metric of a row of `means`; the value alone if no seed reaches the method."""
    texts = []
    for name, form in forms.items():
        mean, sd = row[f"{name}_mean"], row[f"{name}_sd"]
        texts.append(f"{mean:{form}} ± {sd:{form}}" if pd.notna(sd) else f"{mean:{form}}")
    return texts


def signed(change: float) -> str:
    """A change with its sign and three decimals.

    >>> signed(0.1234), signed(-0.1234), signed(-0.0001)
    ('+0.123', '−0.123', '0.000')
    """
    text = f"{change:+.3f}".replace("-", "−")
    return text if text.strip("+−0.") else "0.000"


def headline() -> str:
    """The table of the README."""
    forms = {"accuracy": ".3f", "ari": ".3f", "silhouette_input": ".3f", "fit_seconds": ",.0f"}
    rows = {
        "dec (flagship)": ("`dec`, preset `flagship`", "the best DEC that we know how to make"),
        "n2d": ("`n2d`, `layer=hidden`", "the start of this DEC: no clustering phase"),
        "umap-gmm": ("`umap-gmm`", "a Gaussian mixture on a UMAP of the pixels"),
        "ae-kmeans": ("`ae-kmeans`", "K-Means on the codes of the pretrained autoencoder"),
        "som": ("`som`", "a 10 × 10 map of the pixels, grouped"),
        "kmeans": ("`kmeans`", "K-Means on pixels"),
    }
    table = means("mnist-flagship")
    header = ["Method", "What it is", "Accuracy", "ARI", "Silhouette in pixels", "Seconds of a fit"]
    return markdown(header, [[*text, *mean_sd(table.loc[label], forms)] for label, text in rows.items()], texts=2)


def consensus_means() -> str:
    """Accuracy and ARI of `dec`, and ARI of its start and of two baselines."""
    rows = []
    for folder, name in CONSENSUS.items():
        accuracy, ari = cells(folder, "accuracy"), cells(folder, "ari")
        values = [accuracy["dec"], ari["dec"], ari["umap-gmm-hidden"], ari["umap-gmm"], ari["kmeans"]]
        linked = f"[{name}](../../results/{folder}/table.md)"
        rows.append([linked, *(f"{each.mean():.3f} ± {each.std():.3f}" for each in values)])
    names = ("`dec`, accuracy", "`dec`, ARI", "its start, ARI", "`umap-gmm`, ARI", "`kmeans`, ARI")
    return markdown(["", *names], rows)


def consensus_seeds() -> str:
    """The ARI of `dec` and of its start with each seed, and how many seeds hold what is promised."""
    rows = []
    for folder, name in CONSENSUS.items():
        ari = cells(folder, "ari")
        dec, start, best = ari["dec"], ari["umap-gmm-hidden"], ari[list(BASELINES)].mean().max()
        pairs = [f"{of_dec:.3f} ({of_start:.3f})" for of_dec, of_start in zip(dec, start, strict=True)]
        kept = [(dec >= start - TOLERANCE).sum(), (dec >= best).sum()]
        rows.append([name.split(",")[0], *pairs, *(f"{count} of {len(ari)}" for count in kept)])
    seeds = [f"Seed {seed}" for seed in range(5)]
    return markdown(["", *seeds, "Not below the start", "Not below the baselines"], rows)


def by_accuracy(folder: str) -> str:
    """All rows of one folder, the best mean accuracy first."""
    rows = []
    for label, row in means(folder).sort_values("accuracy_mean", ascending=False).iterrows():
        what = METHODS.get(str(label))
        rows.append([f"`{label}`{f': {what}' if what else ''}", *mean_sd(row, LABELLED)])
    return markdown(["", "Accuracy", "ARI", "NMI"], rows)


def effects(folder: str) -> str:
    """All rows of one folder, and their change of ARI against the first row, paired by seed, with its interval."""
    path = RESULTS / folder
    groups = group(read_for_tables(Store(path.parent, path.name, read_only=True)).all)
    first, table, rows = groups[0].by_seed("ari"), means(folder), []
    for each in groups:
        ari = each.by_seed("ari")
        changes = [ari[seed] - first[seed] for seed in first if seed in ari]
        interval = interval_of_mean(changes)
        assert interval is not None, f"{folder}: {each.label} has fewer than two seeds in common with the first row"
        text = f"{signed(fmean(changes))} [{signed(interval.low)}, {signed(interval.high)}]"
        rows.append([f"`{each.label}`", *mean_sd(table.loc[each.label], SCORED), "" if each is groups[0] else text])
    return markdown(["", "Accuracy", "ARI", "Change of ARI [95 %]"], rows)


def rows_of(folder: str) -> str:
    """All rows of one folder in their order, with the silhouette in pixels and the seconds."""
    forms = {**SCORED, "silhouette_input": ".3f", "fit_seconds": ",.0f"}
    table = means(folder)
    rows = [[f"`{label}`", *mean_sd(row, forms), f"{row['n_seeds']:.0f}"] for label, row in table.iterrows()]
    return markdown(["", "Accuracy", "ARI", "Silhouette in pixels", "Seconds of a fit", "Seeds"], rows)


def tuned() -> str:
    """The defaults and the chosen settings of the tuned baselines."""
    rows = [[f"`{label}`", *mean_sd(row, LABELLED)] for label, row in means("mnist-tuned").iterrows()]
    return markdown(["Row", "Accuracy", "ARI", "NMI"], rows)


def peers_differences() -> str:
    """Ours minus ClustPy's, paired by seed."""
    columns = {name: cells("peers-mnist-5k/equal", name) for name in ("accuracy", "ari", "fit_seconds")}
    rows = []
    for kind in ("dec", "idec"):
        ours, theirs = f"our-{kind}", f"clustpy-{kind}"
        paired = [columns[name][ours] - columns[name][theirs] for name in ("accuracy", "ari")]
        values = [f"{signed(each.mean())} ± {each.std():.3f}" for each in paired]
        ratio = columns["fit_seconds"][theirs].mean() / columns["fit_seconds"][ours].mean()
        rows.append([kind.upper(), *values, f"{ratio:.2f}"])
    return markdown(["", "Accuracy", "ARI", "Seconds: ClustPy's / ours"], rows)


def peers_equal() -> str:
    """Our DEC and IDEC, and those of ClustPy, with equal settings."""
    rows = [[f"`{label}`", *mean_sd(row, TIMED)] for label, row in means("peers-mnist-5k/equal").iterrows()]
    return markdown(["", "Accuracy", "ARI", "Seconds of a fit"], rows)


def peers_defaults() -> str:
    """All classes with their defaults, the best mean accuracy first."""
    rows = []
    for label, row in means("peers-mnist-5k/defaults").sort_values("accuracy_mean", ascending=False).iterrows():
        name, noise = str(label), row["noise_share_mean"]
        seeds = f"{row['n_seeds']:.0f}" if pd.notna(row["accuracy_sd"]) else "takes none"
        values = [f"{100 * noise:.0f} %" if noise else "–", *mean_sd(row, TIMED), seeds]
        rows.append([f"`{name}`", PEERS[name], *values])
    header = ["Row", "Class", "In no cluster", "Accuracy", "ARI", "Seconds of a fit", "Seeds"]
    return markdown(header, rows, texts=2)


def index_sets() -> str:
    """The folders of the page about indices."""
    rows = []
    for folder, (_, data) in OF_INDICES.items():
        first = worth(folder).iloc[0]
        linked = f"[{folder}](../../results/{folder}/index.md)"
        rows.append([linked, data, *(str(int(first[name])) for name in ("n_methods", "n_partitions"))])
    return markdown(["Results", "Data", "Methods", "Clusterings"], rows, texts=2)


def worth(folder: str) -> pd.DataFrame:
    """What each criterion is worth on the data of a published folder, by criterion and space."""
    table = pd.read_csv(RESULTS / folder / "index_worth.csv").fillna({"space": "–"})
    return table.set_index(["criterion", "space"])


def index_worth() -> str:
    """Kendall's τ of each criterion with the ARI, with its interval, on each data set."""
    worths = [worth(folder) for folder in OF_INDICES]
    criteria = [
        *((f"ACE of {index}" if space == "several" else index, space) for index in INDICES for space in SPACES),
        ("stability over seeds", "–"),
        ("agreement with other methods", "–"),
    ]
    rows = []
    for criterion in criteria:
        values = [table.loc[criterion] for table in worths]
        texts = [f"{each.tau:+.2f} [{each.low:+.2f}, {each.high:+.2f}]".replace("-", "−") for each in values]
        rows.append([*criterion, *texts])
    return markdown(["Criterion", "Space", *(name for name, _ in OF_INDICES.values())], rows, texts=2)


def search_regrets() -> str:
    """For each grid: ARI of the chosen point and of the best, and the regret of this rule and of the earlier one."""
    folder, rows = "search-multiple-features", []
    for method, grid in pd.read_csv(RESULTS / folder / "search.csv").groupby("method", sort=False):
        ari = grid.ari_mean
        chosen, earlier, best = ari[grid.chosen].iloc[0], ari[grid.chosen_by_own_indices].iloc[0], ari.max()
        values = [f"{value:.3f}" for value in (chosen, best, best - chosen, best - earlier)]
        rows.append([f"[{folder}](../../results/{folder}/search.md)", f"`{method}`", str(len(grid)), *values])
    names = ("Points", "ARI, chosen", "ARI, best", "Regret", "Regret of the earlier rule")
    return markdown(["Results", "Method", *names], rows, texts=2)


def regrets() -> str:
    """The regret of each rule among all fits of each data set."""
    table = pd.read_csv(RESULTS / "choose" / "regret.csv")
    among_all = table[table["among"] == "all"]
    sets, rules = (list(dict.fromkeys(among_all[name])) for name in ("data_set", "criterion"))
    by_set = among_all.pivot(index="criterion", columns="data_set", values="regret").loc[rules, sets]
    header = ["Regret in ARI", *(f"`{name}`" for name in sets[:-1]), "Mean"]
    return markdown(header, [[rule, *(f"{value:.3f}" for value in row)] for rule, row in by_set.iterrows()])


def regrets_of_one_method() -> str:
    """The mean regret of each rule among the fits of one method."""
    table = pd.read_csv(RESULTS / "choose" / "regret.csv")
    of_one = table[table["among"] == "one method"]
    pairs = of_one["named"].str.removeprefix("mean of ")
    values = zip(of_one["criterion"], (f"{value:.3f}" for value in of_one["regret"]), pairs, strict=True)
    return markdown(["Rule", "Mean regret in ARI", "Pairs"], values)


def ledger() -> str:
    """How the experiments were made that one call of `publish` after another has finished."""
    rows = [
        [each.name, each.code_version, each.processor, each.device, each.seeds, f"{each.minutes:.0f}"]
        for each in read_ledger(RESULTS, _refuse, read_only=True).values()
        if each.is_finished
    ]
    return markdown(["Experiment", "Code version", "Processor", "Networks on", "Seeds", "Minutes"], rows, texts=4)


def _refuse(line: str) -> None:
    raise UsageError(line)


BLOCKS: dict[str, dict[str, Callable[[], str]]] = {
    "README.md": {"headline": headline},
    "docs/results/index.md": {"ledger": ledger},
    "docs/results/consensus.md": {"consensus": consensus_means, "consensus-seeds": consensus_seeds},
    "docs/results/other-data.md": {
        "clothes": lambda: by_accuracy("fashion-20k"),
        "small-digits": lambda: by_accuracy("multiple-features"),
        "news": lambda: by_accuracy("ag-news"),
    },
    "docs/results/mnist.md": {
        "mnist-3-methods": lambda: rows_of("mnist-3-methods"),
        "mnist-flagship": lambda: rows_of("mnist-flagship"),
        "mnist-tuned": tuned,
    },
    "docs/results/positive-controls.md": {"positive-controls": lambda: rows_of("positive-controls")},
    "docs/results/ablation.md": {
        "alone": lambda: effects("ablation-mnist/alone"),
        "without": lambda: effects("ablation-mnist/without"),
        "networks": lambda: effects("ablation-mnist/networks"),
        "contrast": lambda: effects("ablation-mnist/contrast"),
    },
    "docs/results/peers.md": {
        "equal": peers_equal,
        "equal-differences": peers_differences,
        "defaults": peers_defaults,
    },
    "docs/results/indices.md": {"index-sets": index_sets, "index-worth": index_worth, "regrets": search_regrets},
    "docs/results/choosing.md": {"regret": regrets, "regret-of-one-method": regrets_of_one_method},
}
"""By page and name, what writes the table."""


def is_written(page: str, name: str, table: str) -> bool:
    """Whether the page has this table between the markers."""
    return f"<!-- begin {name} -->\n\n{table}\n\n<!-- end {name} -->" in (ROOT / page).read_text(encoding="utf-8")


def main(arguments: Sequence[str]) -> int:
    """Write or check all tables. Returns 2 for other arguments, and 1 if a table differs or cannot be written."""
    if arguments not in ([], ["--check"]):
        sys.stderr.write("usage: python docs/results/write_tables.py [--check]\n")
        return 2
    problems = []
    for page, blocks in BLOCKS.items():
        for name, table in blocks.items():
            try:
                if not arguments:
                    replace_block(ROOT / page, name, f"{table()}\n")
                elif not is_written(page, name, table()):
                    problems.append(f"{page}: table '{name}' is not that of its CSV file")
            except FileNotFoundError as error:
                problems.append(f"{page}: table '{name}': there is no file {error.filename}")
            except (UsageError, ValueError, KeyError) as error:
                problems.append(f"{page}: table '{name}' cannot be written: {error}".rstrip("."))
    for line in problems:
        sys.stderr.write(f"{line}.\n")
    return int(bool(problems))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
