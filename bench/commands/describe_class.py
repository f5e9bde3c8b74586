"""A third-party class as tables of text: its parameters with their defaults, and how the benchmark uses it."""

import inspect
import re
from collections.abc import Mapping

from bench.commands.describe import TextTable
from bench.experiments.class_check import Check, check_classes
from methods import registry

_ENTRY = re.compile(
    r"^(\w[\w, ]*?) ?(?::[ ]?([^\n]*))?\n"  # names and type
    r"((?:[ \t]+[^\n]*\n?|\n)*)",  # indented text
    re.MULTILINE,
)
_INTERFACES = ("builtins", "abc", "sklearn.base", "sklearn.utils", "methods.base")
"""The modules of base classes whose documentation is not that of a method."""


def class_tables(name: str) -> list[TextTable]:
    """The tables of the class `package.module:Class`, or of the method of a plug-in. Imports it.

    Raises MethodError if there is no such clusterer.
    """
    check_classes([Check(registry.method(name).target, name)])
    found = registry.third_party_class(name)
    docstring = _docstring(found)
    parameters = [p for p in _parameters(found) if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    meanings, count = _meanings(docstring), registry.count_option(name)
    given = {**({} if count is None else {count: "given by --n-clusters"}), "random_state": "given by --seeds"}
    rows = [
        [p.name, "required" if p.default is p.empty else repr(p.default), given.get(p.name) or meanings.get(p.name, "")]
        for p in parameters
    ]
    is_seeded = any(parameter.name == "random_state" for parameter in parameters)
    facts = [["meaning", docstring.partition("\n")[0] or "not documented"]]
    if (plugin := registry.plugin_of(name)) is not None:
        facts += [["class", plugin.target], ["plug-in", plugin.source]]
    facts.append(["number of clusters", "not a parameter of this class" if count is None else f"taken as {count}"])
    facts.append(["random_state", "taken" if is_seeded else "not a parameter of this class"])
    facts.append(["predict", "yes" if callable(getattr(found, "predict", None)) else "no: not for new samples"])
    options = f"Parameters of {name} (--param {name}.NAME=VALUE)"
    return [(f"Method {name}", ["", ""], facts), (options, ["name", "default", "meaning"], rows)]


def _docstring(found: type) -> str:
    """The documentation of a class or of the method that it extends; not that of an interface, which says nothing."""
    for cls in found.__mro__:
        if not cls.__module__.startswith(_INTERFACES) and (text := cls.__doc__):
            return inspect.cleandoc(text)
    return ""


def _parameters(found: type) -> list[inspect.Parameter]:
    try:
        return list(inspect.signature(found).parameters.values())
    except ValueError:  # a class written in C may have no signature
        return []


def _meanings(docstring: str) -> Mapping[str, str]:
    """By parameter, its type and the first sentence about it, from a docstring in the form of numpydoc."""
    section = re.search(r"^Parameters\n-{3,}\n(.*?)(?=^\S[^\n]*\n-{3,}\n|\Z)", docstring, re.DOTALL | re.MULTILINE)
    if section is None:
        return {}
    meanings = {}
    for names, kind, text in _ENTRY.findall(section[1]):
        sentence = re.split(r"(?<=\.)\s|\n\s*\n", text.strip(), maxsplit=1)[0]
        type_ = re.sub(r",\s*(default\b.*|optional)$", "", kind.strip())
        for name in names.split(", "):
            meanings[name] = ". ".join(part for part in (type_, " ".join(sentence.split())) if part)
    return meanings
