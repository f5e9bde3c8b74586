"""Writes the page of an experiment: report.html."""

import json
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from bench.report.groups import group
from bench.report.outcomes import Outcomes
from bench.report.page import policy
from bench.report.page.answer import answers
from bench.report.page.charts import chart_data, colours_of_rows
from bench.report.page.main_table import main_tables, row_names
from bench.report.page.markdown_html import as_html
from bench.report.page.pictures import pictures
from bench.report.page.provenance import provenance
from bench.report.page.samples import samples
from bench.report.published_outcomes import read_for_tables
from bench.report.tables.caveats import caveats
from bench.report.tables.write import render
from bench.store.files import write_text
from bench.store.store import Store

PAGE = "report.html"


def write_page(store: Store, above: Sequence[str] = ()) -> Path:
    """Write report.html from the records, or from a published cells.csv; return its path.

    `above`: sentences in plain text that a reader must know before the figures.
    Raises UsageError as `read_for_tables`.
    """
    return write_text(store.path(PAGE), page(store, read_for_tables(store), above))


def page(store: Store, outcomes: Outcomes, above: Sequence[str] = ()) -> str:
    """The page as text."""
    manifest, groups = outcomes.manifest, group(outcomes.all)
    shown = [*manifest.notes, *above]
    colours = colours_of_rows(groups)
    styles = [_asset("page.css") + _asset("samples.css") + _colour_styles(colours)]
    scripts = [_vendored("d3.min.js"), _vendored("plot.umd.min.js"), _asset("page.js"), _asset("samples.js")]
    context: dict[str, Any] = {
        "title": manifest.name,
        "data": manifest.data,
        "answers": answers(groups, outcomes.labelled),
        "caveats": [*shown, *caveats(outcomes, groups), *([outcomes.written_from] if outcomes.written_from else [])],
        "facts": manifest.data.how_read,
        "rows": row_names(groups),
        "seeds": [each.seeds_text() for each in groups],
        "tables": main_tables(groups, outcomes.labelled),
        "n_finished": len(outcomes.ok),
        "n_cells": len(outcomes.all),
        "pictures": pictures(store),
        "charts": chart_data(groups),
        "samples": samples(store, groups, manifest.data),
        "commands": manifest.commands,
        "provenance": provenance(outcomes),
        "documents": [("All tables, as in table.md", Markup(as_html(render(outcomes, above))))],
        "styles": [Markup(style) for style in styles],
        "scripts": [Markup(script) for script in scripts],
        "policy": policy.policy(scripts, [*styles, policy.OF_PLOT]),
    }
    return _environment().get_template("page.html").render(context)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("bench.report.page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["inert_json"] = _inert_json
    return environment


def _inert_json(value: object) -> Markup:
    """JSON that cannot end the script element in which it stands."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Markup(text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"))


def _colour_styles(colours: Sequence[str]) -> str:
    """The colours of the rows as custom properties, lighter in a dark theme."""
    light = "".join(f"--row-{number}:{colour};" for number, colour in enumerate(colours))
    dark = "".join(f"--row-{number}:color-mix(in oklab,{colour} 55%,white);" for number, colour in enumerate(colours))
    return f":root{{{light}}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}@media print{{:root{{{light}}}}}"


def _asset(name: str) -> str:
    return (files("bench.report.page") / "assets" / name).read_text("utf-8")


def _vendored(name: str) -> str:
    return (files("bench.report.page") / "vendor" / name).read_text("utf-8")
