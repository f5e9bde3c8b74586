"""The libraries of the page are those that versions.json names."""

import importlib.util
import json
import shutil
from pathlib import Path

from documents import ROOT

specification = importlib.util.spec_from_file_location("vendor", ROOT / "docs/contributing/vendor.py")
assert specification is not None
vendor = importlib.util.module_from_spec(specification)
assert specification.loader is not None
specification.loader.exec_module(vendor)


def test_every_file_has_its_digest_and_its_licence():
    assert vendor.wrong_files() == []
    libraries = json.loads((vendor.FOLDER / vendor.VERSIONS).read_text())
    for library in libraries:
        assert library["source"].endswith(f"-{library['version']}.tgz")
        assert any(file["inside"] == "LICENSE" for file in library["files"].values())
        script = next(name for name in library["files"] if name.endswith(".js"))
        assert f"v{library['version']} " in (vendor.FOLDER / script).read_text("utf-8")[:100]


def test_a_changed_or_unknown_file_is_found(tmp_path: Path):
    folder = tmp_path / "vendor"
    shutil.copytree(vendor.FOLDER, folder)
    (folder / "d3.min.js").write_text("changed")
    (folder / "other.js").write_text("unknown")
    (folder / "LICENSE.plot").unlink()
    assert vendor.wrong_files(folder) == ["LICENSE.plot", "d3.min.js", "other.js"]
