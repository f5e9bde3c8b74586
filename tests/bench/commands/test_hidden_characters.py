"""Names of classes with characters that act on a terminal, on Markdown and on matplotlib, through every command."""

from pathlib import Path

import numpy as np
import pytest

from bench.cli.app import main
from bench.datasets.images import ImageData

pytestmark = [pytest.mark.slow, pytest.mark.draws]

NAMES = ["\x1b[2J[red]", "two\nlines\t", "\u202egnp.exe\u200b", "$x$ $\\frac{", "_a_ *b* <b>|", "猫 🐈"]
SHOWN = ["\\x1b[2J[red]", "two\\nlines\\t", "\\u202egnp.exe\\u200b", "$x$ $\\frac{", "_a_ *b* <b>|", "猫 🐈"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The name of a folder; its data set has eight images in each of six classes."""
    images = tmp_path / "odd\nname"
    images.mkdir()
    labels = np.repeat(np.arange(6), 8)
    pixels = np.random.default_rng(0).random((48, 64), np.float32) / 10 + labels[:, None].astype(np.float32) / 10
    data = ImageData(str(images), "odd\nname", "r", "train+test", pixels, labels, (8, 8, 1), NAMES, "d" * 64)
    monkeypatch.setattr("bench.commands.data.load", lambda *arguments, **options: data)
    monkeypatch.setattr("bench.analysis.parts.load", lambda *arguments: data)
    return images


@pytest.mark.filterwarnings("error:Glyph")
def test_every_command_shows_them_and_prints_no_control_character(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("DEC_BENCH_CACHE", str(tmp_path / "cache"))
    here = ["--results-dir", str(tmp_path / "res\nults")]

    def lines(*arguments: str) -> list[str]:
        assert main(arguments) == 0
        output, errors = capfd.readouterr()
        assert errors == ""
        assert not any(character < " " and character != "\n" for character in output)
        assert "\u202e" not in output
        return output.splitlines()

    described = lines("describe", str(folder))
    for shown in SHOWN:
        assert any(line.startswith(shown) for line in described), shown
    run = lines(
        *("run", "--dataset", str(folder), "--methods", "kmeans", "--seeds", "1", "--threads", "1", "--name", "odd"),
        *here,
    )
    (cell,) = (number for number, line in enumerate(run) if line.startswith("[1/1] kmeans seed 0: "))
    assert run[cell + 1 : cell + 3] == ["", f"odd: {tmp_path}/odd\\nname, 48 samples"]
    assert run[-2].startswith(f"{tmp_path}/res\\nults/odd/table.md, and ")
    assert run[-1] == f"{tmp_path}/res\\nults/odd/report.html"
    assert lines("report", "odd", *here) == run[cell + 2 :]
    assert lines("show", "odd", *here) == run[cell + 2 :]
    assert any(line.startswith(f"odd   {tmp_path}/odd\\nname") for line in lines("show", *here))
    drawn = lines("figures", "odd", "--threads", "1", *here)
    assert [line for line in drawn if "warning" not in line] == [
        f"{tmp_path}/res\\nults/odd/figures/{name}.png"
        for name in ("classes", "confusion-kmeans", "centres-kmeans", "examples-kmeans")
    ]
    boxes = [line for line in drawn if "warning" in line]
    assert len(boxes) == 1
    assert all("as boxes" in line for line in boxes)
    svg = (tmp_path / "res\nults/odd/figures/classes.svg").read_text()
    for shown in ("\\x1b[2J[red]", "two\\nlines\\t", "\\u202egnp.exe\\u200b", "$x$ $\\frac{"):
        assert f"<!-- {shown} -->" in svg
