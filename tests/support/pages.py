"""The pages of the documentation: the README and the Markdown files of docs/, with their blocks, links and headings."""

import re
from dataclasses import dataclass
from pathlib import Path

from documents import ROOT

DOCS = ROOT / "docs"
NOT_EXECUTED = re.compile(r"<!-- not executed: [^>]+ -->\s*\Z")
"""Stands before a block of Python that a test compiles, but does not execute; with the reason."""
MODULE = re.compile(r"# (\w+\.py)\n")
"""The first line of a block of Python that is a file of its own."""


def pages() -> list[Path]:
    """The README, the other Markdown files of the top folder, and every page of docs/, without those of a build."""
    inside = [path for path in DOCS.rglob("*.md") if not path.is_relative_to(DOCS / "_build")]
    return [ROOT / "README.md", *sorted(set(ROOT.glob("*.md")) - {ROOT / "README.md"}), *sorted(inside)]


def name(page: Path) -> str:
    """The page as it is named in the ids of tests."""
    return page.relative_to(ROOT).as_posix()


@dataclass(frozen=True)
class Block:
    """A fenced block of a page."""

    language: str
    text: str
    executed: bool


def blocks(page: Path) -> list[Block]:
    """The fenced blocks of a page, in order."""
    text = page.read_text(encoding="utf-8")
    found = re.finditer(r"^```([^\n]*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [Block(one[1], one[2], not NOT_EXECUTED.search(text[: one.start()])) for one in found]


def write_modules(page: Path, folder: Path) -> list[Path]:
    """Write each block of Python that begins with `# NAME.py` as this file, and return the files."""
    found = [(match[1], block.text) for block in blocks(page) if (match := MODULE.match(block.text))]
    for file, text in found:
        (folder / file).write_text(text, encoding="utf-8")
    return [folder / file for file, _ in found]


def console_lines(page: Path) -> list[str]:
    """Every line of the console blocks of a page."""
    return [line for block in blocks(page) if block.language == "console" for line in block.text.splitlines()]


def prose(page: Path) -> str:
    """A page without its blocks and without code in lines: the text in which links and headings are."""
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"(?<!`)`[^`\n]+`(?!`)", "code", text)


def links(page: Path) -> list[str]:
    """The targets of the links and pictures of a page."""
    return re.findall(r"\]\(([^)\s]+)\)", prose(page))


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub and the site give the headings of a page."""
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    found: dict[str, int] = {}
    result = set()
    for heading in re.findall(r"^#{1,6} +(.+?) *$", text, re.MULTILINE):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        slug = re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-")
        result.add(f"{slug}-{found[slug]}" if slug in found else slug)
        found[slug] = found.get(slug, 0) + 1
    return result


def toctree(page: Path) -> list[Path]:
    """The pages that the tables of contents of a page name."""
    names = [line for block in blocks(page) if block.language == "{toctree}" for line in block.text.split()]
    return [_source(page.parent / one) for one in names if not one.startswith(":")]


def _source(path: Path) -> Path:
    notebook = path.with_name(f"{path.name}.ipynb")
    return notebook if notebook.exists() else path.with_name(f"{path.name}.md")
