"""The version is stated once, in pyproject.toml."""

import subprocess
import sys
import tomllib

import yaml
from documents import ROOT

from bench.machine.version import version, version_lines


def test_the_version_is_that_of_the_checkout_and_of_the_citation():
    stated = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert version() == stated == yaml.safe_load((ROOT / "CITATION.cff").read_text())["version"]
    assert version_lines()[0] == f"dec-bench {stated}"


def test_the_option_version_imports_no_heavy_library():
    code = (
        "import sys; from bench.cli.app import main; code = main(['--version']); "
        "sys.exit(code or ', '.join({'torch', 'sklearn', 'scipy', 'pandas'} & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    first, second, third = done.stdout.splitlines()
    assert first == f"dec-bench {version()}"
    assert second.startswith("Python 3.")
    assert third.startswith("torch ")
