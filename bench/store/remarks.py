"""A remark for the user: a fact, a part or a caveat of the data of an experiment, or an event of this command."""

from typing import Literal

import msgspec


class Remark(msgspec.Struct, frozen=True):
    """One or more sentences for the user, and their kind."""

    text: str
    kind: Literal["fact", "part", "caveat", "event"]
    """A fact says how the data were read. A part says that only some rows were read, because the user asked for it: it
    is not a warning for this user, but each table shows it as a caveat. A caveat says what may be wrong or was left
    out: a reader must know it before trusting a figure, so each table shows it. An event is about this command and
    changes no data, such as a damaged entry of the cache that was made again; no table shows it."""

    def about(self, source: str) -> "Remark":
        """The remark with the name of the data set before it.

        >>> fact("2 columns are standardised").about("iris.csv").text
        "data set 'iris.csv': 2 columns are standardised"
        """
        return Remark(f"data set '{source}': {self.text}", self.kind)


def fact(text: str) -> Remark:
    """A remark that says how the data were read."""
    return Remark(text, "fact")


def part(text: str) -> Remark:
    """A remark that says which part of the rows was read, as the user asked for it."""
    return Remark(text, "part")


def caveat(text: str) -> Remark:
    """A remark about what may be wrong, or about what was left out."""
    return Remark(text, "caveat")


def event(text: str) -> Remark:
    """A remark about this command alone, which changes no data."""
    return Remark(text, "event")
