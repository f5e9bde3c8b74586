"""Where there is no difference, at most one family in twenty has a claim."""

import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from documents import RESULTS, ROOT, marked
from scipy.stats import binom

SCRIPT = ROOT / "docs" / "results" / "calibration.py"


@pytest.mark.slow
def test_without_a_difference_few_families_have_a_claim(tmp_path: Path) -> None:
    """So many claims or more have a probability below 0.1 % if a family has a claim with 5 %."""
    subprocess.run([sys.executable, str(SCRIPT), "60", str(tmp_path / "made.csv")], check=True, cwd=ROOT)
    made, published = pd.read_csv(tmp_path / "made.csv"), pd.read_csv(RESULTS / "benchmarks" / "calibration.csv")
    assert (made.with_a_claim < binom.ppf(0.999, 60, 0.05)).all()
    assert made.with_a_claim.sum() > 0
    designs = ["seeds", "pairing", "distribution"]
    pd.testing.assert_frame_equal(made[designs], published[designs])


def test_the_published_shares_are_at_most_five_percent() -> None:
    published = pd.read_csv(RESULTS / "benchmarks" / "calibration.csv")
    assert (published.families == 10_000).all()
    assert (published.with_a_claim < binom.ppf(0.999, 10_000, 0.05)).all()
    shares = 100 * published.with_a_claim / published.families
    text = marked("docs/guides/reading-a-table.md", "calibration")
    assert re.findall(r"\d+\.\d+", text) == [f"{shares.min():.1f}", f"{shares.max():.1f}"]


def test_wrong_use_is_one_line() -> None:
    done = subprocess.run([sys.executable, str(SCRIPT)], capture_output=True, text=True, cwd=ROOT)
    assert (done.returncode, done.stderr) == (1, "usage: python docs/results/calibration.py FAMILIES FILE.csv\n")
