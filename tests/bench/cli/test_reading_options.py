"""The help of the options that say how data are read."""

import pytest

from bench.cli.app import main


@pytest.mark.parametrize("command", ["run", "describe"])
def test_the_help_says_how_no_labels_are_asked_for(
    command: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("COLUMNS", "200")
    assert main([command, "--help"]) == 0
    (line,) = [line for line in capsys.readouterr().out.splitlines() if "--label-column" in line]
    assert "COLUMN|none" in line
    assert "none: use no labels." in line
