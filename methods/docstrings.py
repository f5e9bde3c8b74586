"""The Parameters and Attributes sections of a class docstring, in numpydoc's form."""

import inspect
import re
from collections.abc import Iterable, Sequence
from textwrap import wrap
from typing import TypeVar

_WIDTH = 112
_HEADING = re.compile(r"^(\w[\w ]*)\n-{3,}$", re.MULTILINE)
_ENTRY = re.compile(r"^(?=\S)", re.MULTILINE)

T = TypeVar("T")


def document(cls: type, parameters: Sequence[tuple[str, str, str]]) -> None:
    """Write the Parameters section of `cls`, and add the attributes of its bases to its own.

    `parameters` has name, type and meaning of each argument of the constructor. An attribute that the class documents
    itself replaces the one of its bases. A class without a docstring stays without one.

    >>> class Base:
    ...     '''Base.
    ...
    ...     Attributes
    ...     ----------
    ...     labels_ : (n_samples,)
    ...         Labels.
    ...     '''
    >>> class Child(Base):
    ...     '''Child.
    ...
    ...     Examples
    ...     --------
    ...     None.
    ...     '''
    >>> document(Child, [("epochs", "int, default=3", "passes over the data; none: 3")])
    >>> print(Child.__doc__)
    Child.
    <BLANKLINE>
    Parameters
    ----------
    epochs : int, default=3
        Passes over the data; None: 3.
    <BLANKLINE>
    Attributes
    ----------
    labels_ : (n_samples,)
        Labels.
    <BLANKLINE>
    Examples
    --------
    None.
    """
    text = cls.__dict__.get("__doc__")
    if text is None:
        return
    introduction, found = sections(text)
    made = {"Parameters": "\n".join(_entry(*parameter) for parameter in parameters), "Attributes": _attributes(cls)}
    found = {name: body for name, body in (made | {k: v for k, v in found.items() if k not in made}).items() if body}
    parts = [f"{name}\n{'-' * len(name)}\n{body}" for name, body in found.items()]
    cls.__doc__ = "\n\n".join([introduction, *parts])


def sections(text: str) -> tuple[str, dict[str, str]]:
    """The introduction of a docstring, and the body of each section by its heading.

    >>> sections('''Fit.
    ...
    ...     Returns
    ...     -------
    ...     self
    ...     ''')
    ('Fit.', {'Returns': 'self'})
    """
    introduction, *rest = _HEADING.split(inspect.cleandoc(text))
    return introduction.rstrip(), dict(zip(rest[::2], (body.strip("\n") for body in rest[1::2]), strict=True))


def entries(body: str) -> dict[str, str]:
    """The entries of a section by name: `labels_ : (n_samples,)` and its indented lines are the entry `labels_`."""
    parts = (part.rstrip() for part in _ENTRY.split(body) if part.strip())
    return {re.split(r"\s*:", part, maxsplit=1)[0]: part for part in parts}


def _attributes(cls: type) -> str:
    """The attributes of the class and of its bases; the nearest class counts."""
    merged: dict[str, str] = {}
    for each in cls.__mro__:
        documented = entries(sections(each.__dict__.get("__doc__") or "")[1].get("Attributes", ""))
        merged |= {name: entry for name, entry in documented.items() if name not in merged}
    return _lines(merged.values())


def _entry(name: str, type_: str, meaning: str) -> str:
    sentence = (meaning[0].upper() + meaning[1:]).replace("none:", "None:").rstrip(".") + "."
    return _lines([f"{name} : {type_}", *(f"    {line}" for line in wrap(sentence, _WIDTH, break_on_hyphens=False))])


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(lines)
