"""CONTRIBUTING.md fits one screen and names what exists; CHANGELOG.md has an entry for this version."""

import re
import tomllib

import pytest
from documents import ROOT

PAGE = (ROOT / "CONTRIBUTING.md").read_text()


def test_the_page_fits_one_screen():
    assert 20 < len(PAGE.splitlines()) <= 40


@pytest.mark.parametrize("document", ["CONTRIBUTING.md", "CHANGELOG.md"])
def test_its_links_lead_to_files(document: str):
    links = re.findall(r"\]\(([^)]+)\)", (ROOT / document).read_text())
    assert len(links) >= 3
    assert [link for link in links if "://" not in link and not (ROOT / link).exists()] == []


def test_its_targets_are_in_the_makefile():
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    named = re.findall(r"^make ([a-z-]+)$|`make ([a-z-]+)`", PAGE, re.MULTILINE)
    assert {first or second for first, second in named} >= {"setup", "test", "help"}
    assert {first or second for first, second in named} <= set(targets)


def test_the_changelog_has_an_entry_for_this_version():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    entries = re.findall(r"^## \[(.+)\] – \d{4}-\d\d-\d\d$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert version in entries
    assert sorted(entries, key=lambda entry: [int(part) for part in entry.split(".")], reverse=True) == entries
