"""The reference page of DEC's options equals the declarations."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "docs" / "reference" / "generate.py"


def test_the_page_is_up_to_date():
    spec = spec_from_file_location("generate", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    generate = module_from_spec(spec)
    spec.loader.exec_module(generate)
    assert generate.PAGE.read_text(encoding="utf-8") == generate.page(), "run: python docs/reference/generate.py"
