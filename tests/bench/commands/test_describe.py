"""The command `describe`: options, layers, block diagram, and the analysis of a data set."""

from pathlib import Path

import pytest
from rich.console import Console

from bench.cli.app import main
from bench.commands.describe import dataset_analysis, layer_table, option_table
from bench.store.reading import READ_PLAIN


def test_the_preset_gives_the_defaults_that_the_method_does_not_give():
    title, columns, rows = option_table("dec", "sha12")
    assert title == "Options of dec (--param dec.NAME=VALUE), preset sha12"
    assert columns == ["name", "default", "expected", "meaning"]
    assert {row[0]: row[1] for row in rows}["pretrain_epochs"] == "50"
    assert option_table("kmeans", "sha12")[0] == "Options of kmeans (--param kmeans.NAME=VALUE)"


def test_the_totals_of_the_layers_add_up():
    _, _, rows = layer_table("sha12", None, (28, 28, 1))
    numbers = {row[0]: int(row[-1].replace(",", "")) for row in rows if "total" in row[0]}
    assert numbers["encoder, total"] == 494_592
    assert numbers["total"] == numbers["encoder, total"] + numbers["decoder, total"] == 995_009


def test_the_analysis_has_a_row_for_each_class():
    (_, _, facts), (_, _, classes) = dataset_analysis("digits", "train+test", READ_PLAIN, Console())
    assert dict(facts)["samples"] == "1,797"
    assert dict(facts)["image shape"] == "8 × 8 × 1 (height, width, channels)"
    assert [row[0] for row in classes] == [str(digit) for digit in range(10)]
    assert sum(int(row[1]) for row in classes) == 1797


def test_the_block_diagram_shows_the_layers_of_the_real_module(tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    described = ["describe", "dec", "--preset", "sha12", "--diagram"]
    assert main([*described, str(tmp_path / "sha12.svg")]) == 0
    text = (tmp_path / "sha12.svg").read_text()
    for comment in ("73,856", "401,472", "128×7×7", "ConvTranspose2d", "encoder: 494,592 parameters"):
        assert f"<!-- {comment} -->" in text
    assert (tmp_path / "sha12.png").exists()
    assert main([*described, str(tmp_path / "sha12.pdf")]) == 2
    assert "ends in .png or .svg" in capfd.readouterr().err


def test_a_file_in_the_current_folder_needs_no_slash(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DEC_BENCH_CACHE", str(tmp_path / "cache"))
    for name in ("wine.csv", "wine:red.csv"):
        Path(name).write_text("a,b\n1,2\n3,4\n")
        assert main(["describe", name]) == 0
        assert f"Data set {name}" in capfd.readouterr().out
