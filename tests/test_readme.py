"""The README's commands, its result tables and those of the pages beside it stay true."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from speed_table import summary

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text()
MNIST = ROOT.parent / "shared" / "data" / "mnist"


def commands() -> list[str]:
    """Every line of the README's console blocks."""
    blocks = re.findall(r"```console\n(.*?)```", README, re.DOTALL)
    return [line for block in blocks for line in block.splitlines()]


def test_there_are_commands_to_test():
    assert "make run" in commands()
    assert sum(line.startswith("python -m bench run") for line in commands()) >= 4


@pytest.mark.parametrize("target", [line.split()[1] for line in commands() if line.startswith("make ")])
def test_make_targets_exist(target: str):
    subprocess.run(["make", "--no-print-directory", "--dry-run", target], cwd=ROOT, check=True, capture_output=True)


def test_make_run_is_the_command_of_the_readme():
    printed = subprocess.run(
        ["make", "--no-print-directory", "--dry-run", "run"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    assert printed.splitlines()[-1].endswith("python -m bench run --methods dec,som,kmeans")


@pytest.mark.parametrize("command", [line for line in commands() if line.startswith("python -m bench")])
def test_commands_are_understood(command: str, tmp_path: Path):
    """Runs are listed instead of run; what is on the Hub is read from a local folder where there is one."""
    arguments = shlex.split(command)[3:]
    if "mnist" in arguments or arguments[0] == "reproduce":
        if not MNIST.is_dir():
            pytest.skip("all of MNIST is not here, and tests ask no Hub")
        arguments = [str(MNIST) if argument == "mnist" else argument for argument in arguments]
    if arguments[0] == "reproduce":
        arguments += ["--dataset", str(MNIST)]
    if arguments[0] in ("run", "reproduce", "search"):
        arguments.append("--dry-run")
    done = subprocess.run(
        [sys.executable, "-m", "bench", *arguments], cwd=tmp_path, capture_output=True, text=True, env=os.environ
    )
    if arguments[0] in ("report", "status", "figures"):  # of a run that is not here; test_cli looks at real ones
        assert done.stderr.startswith("error: no experiment"), done.stderr
    else:
        assert done.returncode == 0, done.stderr
        assert done.stdout


@pytest.mark.parametrize(
    ("document", "folder", "at_least"),
    [
        ("README.md", "mnist-3-methods", 18),
        ("README.md", "mnist-flagship", 18),
        ("docs/ablation.md", "ablation-mnist/alone", 14),
        ("docs/ablation.md", "ablation-mnist/without", 14),
        ("docs/ablation.md", "ablation-mnist/networks", 14),
    ],
)
def test_a_result_table_is_the_published_one(document, folder, at_least):
    name = Path(folder).name
    block = (ROOT / document).read_text().partition(f"<!-- begin {name} -->")[2].partition(f"<!-- end {name} -->")[0]
    rows = [line for line in block.splitlines() if line.startswith("|")]
    published = (ROOT / "results" / folder / "table.md").read_text().splitlines()
    assert len(rows) >= at_least
    assert [row for row in rows if row not in published] == []


def test_figures_on_other_data_are_the_published_ones():
    rows = README.partition("`flagship` unchanged, five\nseeds:\n\n")[2].partition("\n\n")[0].splitlines()[2:]
    folders = ["multiple-features-flagship", "digits-flagship"]
    expected = []
    for folder in folders:
        lines = (ROOT / "results" / folder / "table.md").read_text().replace("*", "").splitlines()
        for label in ("dec ", "n2d (layer=hidden) ", "umap-gmm "):
            line = next(line for line in lines if line.startswith(f"| {label}"))
            expected.append([cell.strip() for cell in line.split("|")[2:5]])
    assert [[cell.strip() for cell in row.split("|")[2:5]] for row in rows] == expected


def test_what_part_of_flagship_is_its_start_is_the_published_one():
    rows = README.partition("**How much of that is DEC?**")[2].split("\n\n")[1].splitlines()[2:]
    accuracy, ari = (_on_the_way("flagship", column) for column in ("accuracy", "ari"))
    expected = [[f"{scores[update].mean():.3f}" for scores in (accuracy, ari)] for update in (0, -5, -1)]
    assert [[cell.strip() for cell in row.split("|")[2:4]] for row in rows] == expected


def test_n2d_ends_where_flagship_starts_with_every_seed():
    cells = pd.read_csv(ROOT / "results" / "mnist-flagship" / "cells.csv")
    for column in ("accuracy", "ari"):
        ends = cells[cells.method == "n2d"].set_index("seed")[column]
        assert ends.to_dict() == pytest.approx(_on_the_way("flagship", column)[0].to_dict(), rel=1e-12, abs=0)


def test_what_the_sharpened_target_changes_is_the_published_one():
    """P has the last four epochs of `flagship`, the last two of `quick`."""
    flagship, quick = _on_the_way("flagship", "accuracy"), _on_the_way("quick", "accuracy")
    changed = flagship[-1] - flagship[-5]
    assert f"accuracy {changed.mean():.5f} ± {changed.std():.5f}".replace("-", "−") in README
    changed = quick[-1] - quick[-3]
    assert f"of `quick` it adds {changed.mean():.4f} ± {changed.std():.4f}." in README


def _on_the_way(preset: str, column: str) -> pd.DataFrame:
    """Of `dec` on all of MNIST, one row a seed; a column an update from the end, which is -1, and 0, the start."""
    kept = pd.read_csv(ROOT / "results" / "mnist-flagship" / "time_to_accuracy.csv")
    kept = kept[kept.label == f"dec ({preset})"]
    by_seed = kept.assign(update=kept.groupby("seed").cumcount()).pivot(index="seed", columns="update", values=column)
    assert len(by_seed) == 5
    return by_seed.rename(columns={update: update - by_seed.shape[1] for update in by_seed.columns if update})


def test_published_folders_hold_no_arrays_and_no_path_of_a_machine():
    kept = subprocess.run(["git", "ls-files", "results"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    names = kept.splitlines()
    assert "results/mnist-3-methods/manifest.json" in names
    assert {Path(name).suffix for name in names} <= {".md", ".csv", ".json", ".png", ".svg"}
    for name in names:
        if Path(name).suffix != ".png":
            assert not re.search(r"/(home|root|work|Users|tmp)/", (ROOT / name).read_text()), name


def test_the_speed_table_is_the_measured_one():
    block = README.partition("<!-- begin speed -->")[2].partition("<!-- end speed -->")[0]
    assert block.strip() == summary(ROOT / "results" / "benchmarks").strip()
