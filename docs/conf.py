"""The site: `make docs` builds it with Sphinx, and every warning is an error."""

import re
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]

project = "dec-bench"
author = "The dec-bench authors"
project_copyright = "The dec-bench authors, MIT licence"
release = version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.viewcode"]
exclude_patterns = ["_build"]
nitpicky = False  # docstrings name types of libraries, whose inventories need a network
default_role = "code"  # docstrings have one backtick around code, as Markdown has

myst_enable_extensions = ["alert"]  # > [!NOTE], as GitHub shows it
myst_heading_anchors = 4  # links to headings are those of GitHub
smartquotes = False  # --param stays --param
nb_execution_mode = "off"  # a test executes the notebook; the site shows its stored output
nb_merge_streams = True  # printed lines in one box

autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
autodoc_inherit_docstrings = True
napoleon_use_rtype = False
napoleon_use_ivar = True

html_theme = "pydata_sphinx_theme"
html_title = f"dec-bench {release}"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_sourcelink = False
html_theme_options: dict[str, Any] = {
    "navbar_align": "left",
    "navbar_end": ["theme-switcher"],
    "show_toc_level": 2,
    "footer_start": ["copyright"],
    "footer_end": [],
}

linkcheck_timeout = 20
linkcheck_retries = 2
linkcheck_ignore = [r"https://registry\.example\.org/.*"]

_LINK = re.compile(r"(?<!!)(\[[^\]]*\]\()(\.\./[^)\s]+\))")


def keep_files(app: Any, docname: str, source: list[str]) -> None:
    """Copy each file outside docs/ that a page links to, such as a table in results/, into the site.

    Sphinx would take a Markdown file for a page of the site. The prefix `path:` says that it is a file; GitHub does not
    know this prefix, so the pages are written without it.
    """
    here = Path(app.env.doc2path(docname))

    def marked(link: re.Match[str]) -> str:
        target = (here.parent / link[2].rstrip(")")).resolve()
        outside = not target.is_relative_to(app.srcdir)
        return f"{link[1]}path:{link[2]}" if outside and target.is_file() else link[0]

    if here.suffix == ".md":
        source[0] = _LINK.sub(marked, source[0])


def setup(app: Any) -> None:
    """Called by Sphinx."""
    app.connect("source-read", keep_files)
