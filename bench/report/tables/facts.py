"""How the data of a table were read: facts, which are no caveats."""

from collections.abc import Sequence

from bench.report.markdown import escape
from bench.store.records import DataSummary

FACTS = "**How the data were read:**"
"""The line before the list of facts in a document."""


def data_facts(data: DataSummary) -> list[str]:
    """How the data were read, one line each, for a terminal and a notebook.

    What makes their figures less trustworthy is not here: it is in `DataSummary.caveats`.
    """
    return [f"Data: {sentence}" for sentence in data.how_read]


def facts_block(facts: Sequence[str]) -> list[str]:
    """The facts, plain text, as a list in a document; nothing if there are none."""
    return ["\n".join([FACTS, "", *(f"- {escape(sentence)}" for sentence in facts)])] if facts else []
