"""The figures in the README and in docs/ are the published ones."""

import math
import re
import subprocess
from pathlib import Path

import pandas as pd
import pytest
from documents import RESULTS, ROOT, marked, table_rows
from speed_table import PUBLISHED, summary

from bench.statistics.intervals import interval_of_mean

TUNED = {"umap-gmm": ["n_neighbors", "n_components", "min_dist"], "som": ["rows", "columns", "sigma", "grouping"]}
"""The options that docs/results/tuning.sh varies, by method."""


def test_the_sentence_about_the_part_of_dec_is_the_published_one():
    """Each figure of the README's paragraph, in order."""
    text = marked("README.md", "part-of-dec")
    accuracy = _by_update("flagship", "accuracy")
    published = pd.read_csv(RESULTS / "mnist-flagship" / "table.csv").set_index("preset")["accuracy_mean"]
    start, best = accuracy[0].mean(), accuracy[-1].mean()
    figures = [f"{value:.3f}" for value in (start, best - start, published["doubled"])]
    assert re.findall(r"\d\.\d+", text) == [*figures[:2], marked("docs/results/mnist.md", "p-bound"), figures[2]]
    assert marked("docs/results/mnist.md", "p-bound") in (ROOT / "docs/results/ablation.md").read_text()
    assert marked("docs/results/index.md", "flagship") == f"{best:.3f}"


def test_scores_of_plain_dec_are_the_published_ones():
    sha12, shorter, flagship = (
        pd.read_csv(RESULTS / folder / "cells.csv")
        for folder in ("reproduce-sha12", "mnist-3-methods", "mnist-flagship")
    )
    groups = [
        sha12[sha12.method == "dec"],
        shorter[shorter.method == "dec"],
        flagship[(flagship.method == "dec") & (flagship.preset == "doubled")],
        flagship[flagship.method == "ae-kmeans"],
    ]
    expected = [[f"{group[column].mean():.3f}" for column in ("accuracy", "ari")] for group in groups]
    assert [row[1:] for row in table_rows(marked("docs/results/mnist.md", "plain-dec"))] == expected


@pytest.mark.parametrize("document", ["README.md", "docs/results/mnist.md", "docs/results/ablation.md"])
def test_a_marker_inside_a_line_is_not_its_beginning(document: str):
    """Markdown shows a line that begins with a comment as it is, without links or emphasis."""
    lines = (ROOT / document).read_text().splitlines()
    assert [line for line in lines if re.match(r"<!-- (begin|end) \S+ -->.", line)] == []


def test_figures_on_other_data_are_the_published_ones():
    expected = []
    for folder in ("multiple-features-flagship", "digits-flagship"):
        lines = (RESULTS / folder / "table.md").read_text().replace("*", "").splitlines()
        for label in ("dec ", "n2d (layer=hidden) ", "umap-gmm "):
            line = next(line for line in lines if line.startswith(f"| {label}"))
            expected.append([column.strip() for column in line.split("|")[2:5]])
    assert [row[1:4] for row in table_rows(marked("docs/results/other-data.md", "other-data"))] == expected


@pytest.mark.parametrize("folder", ["fashion-20k", "ag-news"])
def test_dec_improves_its_start_on_clothes_and_news_with_every_seed(folder: str):
    accuracy = pd.read_csv(RESULTS / folder / "cells.csv").pivot(index="seed", columns="method", values="accuracy")
    assert (accuracy["dec"] > accuracy["ae-kmeans"]).all()


def test_true_labels_have_a_lower_silhouette_in_pixels_than_most_baselines():
    truth = pd.read_csv(RESULTS / "mnist-flagship" / "true_labels.csv")["silhouette_input"][0]
    published = pd.read_csv(RESULTS / "mnist-flagship" / "table.csv").set_index("label")["silhouette_input_mean"]
    presets = [label for label in published.index if label.startswith("dec (") and "doubled" not in label]
    baselines = published.drop([label for label in published.index if label.startswith("dec")])
    assert (published[presets] < truth).all()
    assert (baselines > truth).mean() > 0.5


def test_the_seconds_of_other_packages_are_those_of_their_table():
    ratios = [row[-1] for row in table_rows(marked("docs/results/peers.md", "equal-differences"))]
    assert marked("docs/results/index.md", "peers-seconds") == f"{min(ratios)} to {max(ratios)}"


def test_figures_of_the_steps_of_flagship_are_the_published_ones():
    accuracy, ari = (_by_update("flagship", column) for column in ("accuracy", "ari"))
    expected = [[f"{scores[update].mean():.3f}" for scores in (accuracy, ari)] for update in (0, -5, -1)]
    assert [row[1:3] for row in table_rows(marked("docs/results/mnist.md", "flagship-steps"))] == expected


def test_n2d_has_the_scores_of_the_start_of_flagship_with_every_seed():
    cells = pd.read_csv(RESULTS / "mnist-flagship" / "cells.csv")
    for column in ("accuracy", "ari"):
        n2d = cells[cells.method == "n2d"].set_index("seed")[column]
        assert n2d.to_dict() == pytest.approx(_by_update("flagship", column)[0].to_dict(), rel=1e-12, abs=0)


def test_the_effect_of_the_sharpened_target_is_the_published_one():
    """P is the target in the last four epochs of `flagship` and in the last two of `quick`."""
    flagship, quick, weak = (_by_update(preset, "accuracy") for preset in ("flagship", "quick", "doubled"))
    effects = {
        "p-flagship": (flagship[-1] - flagship[-5], 5),
        "p-quick": (quick[-1] - quick[-3], 4),
        "p-weak": (weak[-1] - weak[0], 3),
    }
    for name, (effect, digits) in effects.items():
        interval = interval_of_mean(list(effect))
        assert interval.kind == "t"
        text = f"{effect.mean():.{digits}f} [{interval.low:.{digits}f}, {interval.high:.{digits}f}]"
        assert marked("docs/results/mnist.md", name) == text.replace("-", "−"), name
    interval = interval_of_mean(list(effects["p-flagship"][0]))
    bound = float(marked("docs/results/mnist.md", "p-bound"))
    assert bound == math.ceil(max(-interval.low, interval.high) * 1e4) / 1e4


def _by_update(preset: str, column: str) -> pd.DataFrame:
    """Scores of `dec` on all of MNIST at each update of the labels: one row per seed, one column per update.

    Column 0 is the start, before the first update. The last update is -1, the one before it -2.
    """
    scores = pd.read_csv(RESULTS / "mnist-flagship" / "time_to_accuracy.csv")
    scores = scores[scores.label.str.startswith(f"dec ({preset}")]
    numbered = scores.assign(update=scores.groupby("seed").cumcount())
    by_seed = numbered.pivot(index="seed", columns="update", values=column)
    assert len(by_seed) == 5
    return by_seed.rename(columns={update: update - by_seed.shape[1] for update in by_seed.columns if update})


def test_published_folders_hold_no_arrays_and_no_path_of_a_machine():
    tracked = subprocess.run(["git", "ls-files", "results"], cwd=ROOT, check=True, capture_output=True, text=True)
    names = tracked.stdout.splitlines()
    assert "results/mnist-3-methods/manifest.json" in names
    assert {Path(name).suffix for name in names} <= {".md", ".csv", ".json", ".png", ".svg", ".html"}
    for name in names:
        if Path(name).suffix != ".png":
            assert not re.search(r"/(home|root|work|Users|tmp)/", (ROOT / name).read_text()), name


def test_the_speed_table_is_the_measured_one():
    assert marked("docs/results/speed.md", "speed") == summary(PUBLISHED).strip()


def test_the_page_of_smaller_models_has_the_published_table_or_says_that_there_is_none():
    shown = marked("docs/results/compression.md", "compression").strip()
    published = RESULTS / "compression" / "compression.md"
    if published.exists():
        assert shown == published.read_text().partition("\n\n")[2].strip()
    else:
        assert shown == "The table is not measured yet."


def test_the_positive_controls_are_the_published_ones():
    page = "docs/results/positive-controls.md"
    cells = pd.read_csv(RESULTS / "positive-controls" / "cells.csv")
    by_seed = cells.pivot_table("accuracy", ["method", "preset"], "seed", aggfunc="first")
    rows = [row[1:3] for row in table_rows(marked(page, "control-seeds"))]
    labels = [("dec", "xie2016"), ("dec", "idec2017"), ("ae-kmeans", "xie2016")]
    assert rows == [[f"{by_seed.loc[label][seed]:.3f}" for seed in (0, 1)] for label in labels]
    assert by_seed.loc[("ae-kmeans", "xie2016")].equals(by_seed.loc[("ae-kmeans", "idec2017")])
    for preset in ("xie2016", "idec2017"):
        assert marked("docs/results/index.md", preset) == f"{by_seed.loc[('dec', preset)].mean():.3f}"


def test_the_tuned_baselines_have_the_setting_with_the_highest_accuracy():
    fitted = pd.read_csv(RESULTS / "mnist-tuned" / "cells.csv")
    for method, options in TUNED.items():
        cells = pd.read_csv(RESULTS / "tuning-mnist" / method / "cells.csv")
        grid = cells.groupby(options).accuracy.agg(["mean", "count"])
        assert (len(grid), set(grid["count"])) == (16, {3})
        chosen = dict(zip(options, grid["mean"].idxmax(), strict=True))
        rows_of_chosen = fitted[(fitted.method == method) & (fitted[options] == pd.Series(chosen)).all(axis="columns")]
        assert len(rows_of_chosen) == 3, "the setting with the highest mean accuracy on 20,000 images"


def test_the_gain_of_tuning_on_a_part_is_gone_on_all_images():
    grid = pd.read_csv(RESULTS / "tuning-mnist" / "umap-gmm" / "table.csv").set_index("label").accuracy_mean
    default = "umap-gmm (n_neighbors=20, n_components=10, min_dist=0.0)"
    figures = {"tuned-umap-20k": grid.max(), "default-umap-20k": grid[default]}
    assert {name: marked("docs/results/mnist.md", name) for name in figures} == {
        name: f"{value:.3f}" for name, value in figures.items()
    }
    cells = pd.read_csv(RESULTS / "mnist-tuned" / "cells.csv")
    of_umap = cells[cells.method == "umap-gmm"].fillna({"n_neighbors": 20})
    for _, accuracy in of_umap.groupby("n_neighbors").accuracy:
        low, *others = (f"{value:.2f}" for value in sorted(accuracy))
        assert marked("docs/results/mnist.md", "umap-gmm-seeds") == f"{low}, {' and '.join(others)}"
