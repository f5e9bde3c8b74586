"""The frame of every page: its head with the policy, its list of sections, and its scripts."""

import json
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from bench.report.page import SHOWS_SAMPLES, policy
from bench.report.page.sections import Section
from bench.text import visible

VENDORED = ("d3.min.js", "plot.umd.min.js")
"""The libraries of the charts, in the order in which they are loaded."""
_OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]{0,30}(?![\w-])")


def render(
    title: str,
    lead: str,
    sections: Sequence[tuple[Section, Mapping[str, Any]]],
    colours: Sequence[str] = (),
) -> str:
    """One page as text.

    `lead`: the sentence below the title. `sections`: each with the variables of its template. `colours`: those of the
    rows, in the order of their numbers. The scripts are left out if no section has charts, or a table to sort.
    """
    charts = {name: value for _, content in sections for name, value in content.get("charts", {}).items()}
    of_samples = "samples" in charts
    styles = [asset("page.css") + (asset("samples.css") if of_samples else "") + _colour_styles(colours)]
    libraries = [_vendored(name) for name in VENDORED] if charts else []
    scripts = [*libraries, asset("page.js"), *([asset("samples.js")] if of_samples else [])]
    text: str = _template("page.html").render(
        title=title,
        lead=lead,
        sections=[_made(section, content) for section, content in sections],
        charts=charts,
        of_samples=of_samples,
        shows_samples=Markup(SHOWS_SAMPLES),
        styles=[Markup(style) for style in styles],
        scripts=[Markup(script) for script in scripts],
        policy=policy.policy(scripts, [*styles, policy.OF_PLOT] if charts else styles),
    )
    return text


def asset(name: str) -> str:
    """A style sheet or a script of the page."""
    return _text("assets", name)


def _made(section: Section, content: Mapping[str, Any]) -> Mapping[str, Any]:
    body = Markup(_template(section.template).render(content))
    return {"name": section.name, "title": section.title, "link": section.link, "body": body}


def _template(name: str) -> Any:
    return _environment().get_template(name)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("bench.report.page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    environment.filters["inert_json"] = _inert_json
    environment.filters["whole_options"] = whole_options
    return environment


def _shown(value: object) -> object:
    """Text with its hidden characters shown; the environment escapes it afterwards."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def whole_options(text: str) -> Markup:
    """A sentence or a command, escaped, in which no line ends inside an option such as --seeds.

    >>> whole_options("<b> --seeds 10")
    Markup('&lt;b&gt; <span class="whole">--seeds</span> 10')
    """
    return Markup(_OPTION.sub(r'<span class="whole">\g<0></span>', str(escape(visible(text)))))


def _inert_json(value: object) -> Markup:
    """JSON that cannot end the script element in which it stands."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Markup(text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"))


def _colour_styles(colours: Sequence[str]) -> str:
    """The colours of the rows as custom properties, lighter in a dark theme on a screen."""
    light = "".join(f"--row-{number}:{colour};" for number, colour in enumerate(colours))
    dark = "".join(f"--row-{number}:color-mix(in oklab,{colour} 55%,white);" for number, colour in enumerate(colours))
    return f":root{{{light}}}@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}"


def _vendored(name: str) -> str:
    return _text("vendor", name)


def _text(*parts: str) -> str:
    return files("bench.report.page").joinpath(*parts).read_text("utf-8")
