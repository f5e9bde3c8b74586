"""docs/architecture.md shows the rooms and floors that the code has."""

import re
import tomllib

from documents import ROOT, marked

PAGE = (ROOT / "docs" / "architecture.md").read_text()


def test_every_path_of_the_source_on_the_page_exists():
    paths = re.findall(r"`((?:bench|methods|tests|docs)/[^`]*)`", PAGE)
    assert len(paths) > 20
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_every_room_is_named():
    rooms = {f"bench/{folder.parent.name}/" for folder in (ROOT / "bench").glob("*/__init__.py")}
    assert rooms == set(re.findall(r"^\| `(bench/[a-z_]+/)` \|", PAGE, re.MULTILINE))


def test_the_floors_are_those_of_the_import_contract():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (layers,) = (
        contract["layers"] for contract in contracts if contract.get("layers", [""])[0].startswith("bench.cli")
    )
    lines = marked("docs/architecture.md", "floors").strip("`\n").splitlines()
    floors = [re.fullmatch(r"floor (\d+) +(.+)", line) for line in lines]
    assert [int(floor[1]) for floor in floors] == list(range(len(layers), 0, -1))
    assert [floor[2] for floor in floors] == [layer.replace("bench.", "") for layer in layers]


def test_the_readme_names_the_same_rooms():
    drawing = (ROOT / "README.md").read_text().partition("\nbench/\n")[2].partition("```")[0]
    named = set(re.findall(r"^  ([a-z_]+)/", drawing, re.MULTILINE))
    assert named == {folder.parent.name for folder in (ROOT / "bench").glob("*/__init__.py")}
