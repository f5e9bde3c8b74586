"""`--n-clusters auto`: one number for all methods, recorded, and not computed again."""

import json
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import bench
from bench.analysis.cluster_count import CRITERION, CountFound
from bench.analysis.dip_merging import Merge
from bench.analysis.known_counts import N_KNOWN, N_RIGHT
from bench.cli.app import main
from bench.errors import UsageError
from bench.report.figures.declarations import FIGURES
from bench.store.proposal import PROPOSAL_FILE, read_proposal
from bench.store.store import Store

RUN = ["run", "--dataset", "digits", "--methods", "kmeans,pca-kmeans", "--seeds", "1", "--threads", "1", "--no-models"]
AUTO = [*RUN, "--n-clusters", "auto"]
MERGES = (Merge(4, 0.2), Merge(3, 2.5), Merge(2, 1.5))


@pytest.fixture(autouse=True)
def one_figure(without_figures: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run draws this figure only: the others take longer than the fits."""
    only = tuple(each for each in FIGURES if each.name == "proposed-k")
    monkeypatch.setattr("bench.report.figures.write.FIGURES", only)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One number of samples for each call of the criterion, which proposes 3 for the images of the data set digits."""
    made: list[int] = []

    def propose(features: object, image_shape: object, progress: object) -> CountFound:
        made.append(len(features))  # type: ignore[arg-type]
        assert image_shape == (8, 8, 1)
        return CountFound(3, "a space", 1797, 900, MERGES)

    monkeypatch.setattr("bench.commands.cluster_count.propose_count", propose)
    return made


def ks(folder: Path) -> set[int]:
    return {cell["n_clusters"] for cell in json.loads((folder / "digits/manifest.json").read_bytes())["cells"]}


def test_every_method_gets_the_proposal_and_the_folder_has_its_evidence(
    tmp_path: Path, calls: list[int], capfd: pytest.CaptureFixture[str]
) -> None:
    assert main([*AUTO, "--results-dir", str(tmp_path)]) == 0
    output = capfd.readouterr().out
    line = "a network is pretrained, and three maps of it are made; about 1 minute on one idle core."
    assert f"\nproposing a number of clusters from the data: {line}\n" in output
    assert f"\nk = 3: a proposal: on {N_KNOWN} sets with known classes it was right on {N_RIGHT}, and" in output
    assert ks(tmp_path) == {3}
    folder = tmp_path / "digits"
    proposal = read_proposal(Store(tmp_path, "digits"))
    assert proposal is not None
    assert (proposal.n_clusters, proposal.n_start, proposal.space) == (3, 4, "a space")
    assert (proposal.n_mapped, proposal.n_compared) == (1797, 900)
    evidence = pd.read_csv(folder / "proposed-k.csv")
    assert evidence["k"].tolist() == [2, 3, 4]
    assert evidence["valley"].tolist() == [1.5, 2.5, 0.2]
    assert evidence["is_proposal"].tolist() == [False, True, False]
    assert (folder / "figures/proposed-k.png").stat().st_size > 10_000
    basis = f"{CRITERION}, 900 of 1,797 mapped samples, a space"
    assert f"was proposed from the data ({basis})" in (folder / "table.md").read_text()
    accuracies = pd.read_csv(folder / "cells.csv")["accuracy"]
    assert accuracies.between(0.1, 0.31).all(), "three clusters hold at most three of ten classes"

    calls.clear()
    before = (folder / PROPOSAL_FILE).read_bytes()
    assert main([*AUTO, "--seeds", "2", "--results-dir", str(tmp_path)]) == 0
    assert calls == []
    assert "k = 3: proposed by an earlier run" in capfd.readouterr().out
    assert (folder / PROPOSAL_FILE).read_bytes() == before
    assert (folder / "table.md").read_text().count("was proposed from the data") == 1


def test_a_damaged_proposal_is_set_aside_and_made_again(
    tmp_path: Path, calls: list[int], capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "digits").mkdir()
    path = tmp_path / "digits" / PROPOSAL_FILE
    path.write_text('{"n_clusters": 7}')
    assert main([*AUTO, "--results-dir", str(tmp_path)]) == 0
    assert calls == [1797]
    assert ks(tmp_path) == {3}
    assert f"{PROPOSAL_FILE}.corrupt" in capfd.readouterr().out
    assert read_proposal(Store(tmp_path, "digits")) is not None


def test_a_warning_of_the_pretraining_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def propose(*_: object) -> CountFound:
        for _ in range(2):
            warnings.warn("rotation=15 is too much\nfor these images", stacklevel=1)
        return CountFound(3, "a space", 1797, 900, MERGES)

    monkeypatch.setattr("bench.commands.cluster_count.propose_count", propose)
    assert main([*AUTO, "--dry-run", "--results-dir", str(tmp_path)]) == 0
    expected = "warning: --n-clusters auto: UserWarning: rotation=15 is too much for these images"
    assert "".join(capfd.readouterr()).count(expected) == 1


def test_a_dry_run_records_nothing(tmp_path: Path, calls: list[int], capfd: pytest.CaptureFixture[str]) -> None:
    assert main([*AUTO, "--dry-run", "--results-dir", str(tmp_path)]) == 0
    assert calls == [1797]
    assert "to run" in capfd.readouterr().out
    assert list(tmp_path.iterdir()) == []


def test_other_mistakes_are_found_before_any_wait(
    tmp_path: Path, calls: list[int], capfd: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "table.csv"
    table.write_text("a,b,c\n" + "".join(f"{row},{row % 7},{row % 3}\n" for row in range(120)))
    wrong = ["--methods", "dec", "--preset", "consensus", "--dataset", str(table), "--results-dir", str(tmp_path / "r")]
    assert main([*AUTO, *wrong]) == 2
    assert "preset consensus has convolutions" in capfd.readouterr().err
    assert calls == []
    assert not (tmp_path / "r").exists()


def test_without_a_valley_a_warning_says_that_there_may_be_no_clusters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    flat = CountFound(2, "a space", 1797, 900, (Merge(3, 0.2), Merge(2, 0.49)))
    monkeypatch.setattr("bench.commands.cluster_count.propose_count", lambda *_: flat)
    assert main([*AUTO, "--results-dir", str(tmp_path)]) == 0
    line = "No valley between two clusters is as deep as 1.1: the deepest has 0.49. So the data may have no clusters"
    assert f"\nwarning: {line}" in capfd.readouterr().out
    assert line in (tmp_path / "digits/table.md").read_text()


def test_equal_samples_are_refused_before_any_wait(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    np.savez(tmp_path / "same.npz", x=np.full((120, 8, 8), 0.5, np.float32))
    arguments = ["run", "--dataset", str(tmp_path / "same.npz"), "--methods", "kmeans", "--seeds", "1"]
    assert main([*arguments, "--n-clusters", "auto", "--results-dir", str(tmp_path / "r")]) == 2
    assert (
        capfd.readouterr().err == "error: --n-clusters auto: all 120 samples are equal; expected samples that differ.\n"
    )


def test_without_auto_nothing_is_proposed(tmp_path: Path, calls: list[int]) -> None:
    assert main([*RUN, "--n-clusters", "5", "--results-dir", str(tmp_path)]) == 0
    assert (calls, ks(tmp_path)) == ([], {5})
    assert not any((tmp_path / "digits" / name).exists() for name in (PROPOSAL_FILE, "proposed-k.csv"))


EXPECTED = "is not valid; expected auto, or integers from 2, such as 5,10."


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--n-clusters", "autoo"], f"--n-clusters autoo {EXPECTED}"),
        (["--n-clusters", "auto,5"], "--n-clusters auto,5 is not valid; expected auto alone, or integers."),
        (["--n-clusters", "AUTO"], f"--n-clusters AUTO {EXPECTED}"),
        (
            ["--n-clusters", "auto", "--dataset", "digits,mnist-5k"],
            "--n-clusters auto is for one data set; give the command once for each data set.",
        ),
        (
            ["--n-clusters", "auto", "--limit", "99"],
            "--n-clusters auto: 99 samples are too few to propose a number of clusters; expected 100.",
        ),
    ],
)
def test_wrong_use_is_one_line(
    arguments: list[str], line: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main([*RUN, *arguments, "--results-dir", str(tmp_path)]) == 2
    output = "".join(capfd.readouterr())
    assert line in " ".join(output.split())
    assert "Traceback" not in output
    assert not (tmp_path / "digits" / PROPOSAL_FILE).exists()


def test_from_python(tmp_path: Path, calls: list[int]) -> None:
    results = bench.run("kmeans", dataset="digits", seeds=1, n_clusters="auto", results_dir=tmp_path, verbose=False)
    assert results.table["n_clusters"].tolist() == [3]
    with pytest.raises(UsageError, match=r"n_clusters='autoo' is not valid; expected an integer .*, \"auto\", or None"):
        bench.run("kmeans", dataset="digits", n_clusters="autoo", results_dir=tmp_path, verbose=False)
    with pytest.raises(UsageError, match="n_clusters auto is for one data set"):
        bench.run("kmeans", dataset=["digits", "mnist-5k"], n_clusters="auto", results_dir=tmp_path, verbose=False)
