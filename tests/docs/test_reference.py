"""The pages of the reference equal the declarations and docstrings that they are generated from."""

from importlib.util import module_from_spec, spec_from_file_location

import pytest
from documents import ROOT

SCRIPT = ROOT / "docs" / "reference" / "generate.py"
specification = spec_from_file_location("generate", SCRIPT)
assert specification is not None
assert specification.loader is not None
generate = module_from_spec(specification)
specification.loader.exec_module(generate)


@pytest.mark.parametrize("file", ["methods.md", "dec-options.md", "presets.md", "metrics.md", "api.md"])
def test_the_page_is_up_to_date(file: str):
    page = SCRIPT.with_name(file).read_text(encoding="utf-8")
    assert page == generate.pages()[file], "run: python docs/reference/generate.py"


def test_every_page_of_the_reference_is_generated():
    assert {path.name for path in SCRIPT.parent.glob("*.md")} == {*generate.pages(), "index.md"}
