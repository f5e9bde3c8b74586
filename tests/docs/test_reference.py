"""The pages of the reference equal the declarations and docstrings that they are generated from."""

import inspect
import re
from importlib.util import module_from_spec, spec_from_file_location

import pytest
from documents import ROOT

import bench

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


PUBLIC = [bench.run, bench.load, bench.Results, bench.Results.labels, bench.Results.embedding]


@pytest.mark.parametrize("public", PUBLIC, ids=lambda public: public.__qualname__)
def test_a_docstring_has_the_sections_that_the_site_reads(public: object):
    """A parameter is a line `name : type` with its meaning below; examples are in a section of their own."""
    sections = re.split(r"^(\w+)\n-{3,}\n", inspect.getdoc(public) or "", flags=re.MULTILINE)
    texts = dict(zip(sections[1::2], sections[2::2], strict=True))
    listed = re.findall(r"^(?:\*\*)?(\w[^:\n]*) : ", texts.get("Parameters", texts.get("Attributes", "")), re.MULTILINE)
    is_class = inspect.isclass(public)
    expected = (
        ["cells", "table", "caveats", "facts", "failures", "path", "sets"]
        if is_class
        else [*inspect.signature(public).parameters]
    )
    assert listed == [name for name in expected if name != "self"]
    assert [name for name, text in texts.items() if ">>>" in text] == ["Examples"]
    assert ">>>" not in sections[0]


def test_the_page_of_metrics_says_which_of_them_are_comparable_across_k():
    lines = [line for line in generate.metrics_page().splitlines() if line.startswith("| `")]
    across = {cells[1].strip(" `"): cells[5].strip() for cells in (line.split("|") for line in lines)}
    assert {name for name, answer in across.items() if answer == "yes"} == {
        "ari",
        *(
            f"{index}_{space}"
            for index in ("silhouette", "davies_bouldin", "calinski_harabasz")
            for space in ("own", "input", "reference")
        ),
    }
    assert {across["accuracy"], across["quantization_error"]} == {"no"}
    assert across["n_clusters_found"] == "", "neither direction is better, so nothing is compared"
