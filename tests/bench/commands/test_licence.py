"""`export --license`: only what the Hub takes in a card, and a near name for anything else."""

from pathlib import Path

import pytest

from bench.cli.app import main
from bench.report.licences import LICENCES


@pytest.mark.parametrize(
    ("licence", "near"),
    [
        ("apache2", " did you mean 'apache-2.0'?"),
        ("CC-BY-4", " did you mean 'cc-by-4.0'?"),
        ("MIT License", " did you mean 'mit'?"),
        ("GPL-3.0-only", " did you mean 'gpl' or 'gpl-3.0'?"),
        ("my-own-licence", ""),
        ("cc-by-9.9", " did you mean"),
        ("", ""),
        ("mit\nname: x", " did you mean 'mit'?"),
    ],
)
def test_a_licence_that_the_hub_does_not_know_is_one_line_with_near_names(
    licence: str, near: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    place = ["--to", str(tmp_path / "model"), "--results-dir", str(tmp_path)]
    assert main(["export", "nothing", *place, "--license", licence]) == 2
    (line,) = capfd.readouterr().err.splitlines()
    assert line.startswith(f"error: --license {' '.join(licence.split())}".rstrip())
    assert f"is not valid;{near}" in line
    assert "expected an identifier of the Hugging Face Hub, such as mit, apache-2.0 or cc-by-4.0, or other for" in line


def test_the_list_has_each_identifier_once_in_small_letters() -> None:
    assert len(set(LICENCES)) == len(LICENCES)
    assert [each for each in LICENCES if each != each.lower() or each != each.strip() or not each] == []
    assert {"mit", "apache-2.0", "cc-by-4.0", "other"} <= set(LICENCES)
