"""The block of table.md that says how sure the fits are of themselves."""

from collections.abc import Sequence

from bench.report.groups import Group
from bench.report.markdown import escape, joined, table
from bench.report.numbers import mean_sd

COLUMNS = {
    "starts": "First clusterings ↑",
    "networks": "Networks at the end ↑",
    "vote": "Result and vote ↑",
    "views": "Changed images ↑",
}
"""The header of each value of `certainty`."""
HEADING = """## How sure the fits are, without labels

Mean ARI of clusterings that one fit has made of the same samples: its first clusterings, the clusters of its networks \
at the end, the result and their vote, and images with and without random changes. A fit that is sure is not always \
right. It warns if a value is below 0.9, except that of the networks."""


def certainty_block(groups: Sequence[Group]) -> str:
    """The heading and the table of the groups whose fits have such values; empty if none has."""
    sure = [group for group in groups if any(record.certainty for record in group.fits.values())]
    names = [name for name in COLUMNS if any(group.certainty(name).n for group in sure)]
    rows = [(escape(group.label), *(_cell(group, name) for name in names), group.seeds_text()) for group in sure]
    return joined([HEADING, table(("Method", *(COLUMNS[name] for name in names), "Seeds"), rows)]) if rows else ""


def _cell(group: Group, name: str) -> str:
    summary = group.certainty(name)
    return "–" if summary.mean is None else mean_sd(summary, 3, len(group.ok))
