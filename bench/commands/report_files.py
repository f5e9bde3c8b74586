"""The files of the report: everything that is written without the data, after a run and by `report`."""

from bench.analysis.views import k_view
from bench.commands.ending import notes_above
from bench.report.figures.write import figure_folder, write_figures
from bench.report.groups import group
from bench.report.outcomes import read
from bench.report.tables.write import write_tables
from bench.store.store import Store


def write_report(store: Store, *, latex: bool = False, pdf: bool = False) -> None:
    """Write all tables, with `latex` also as LaTeX, and the figures that need no data, with `pdf` also as PDF.

    k.csv and its figure are written if rows have several numbers of clusters, and removed otherwise. The warnings of
    the store get one line for each thing that is left out. Raises UsageError if the experiment has no records.
    """
    view = k_view(store, group(read(store).all))  # first: a damaged fit that it finds is missing in the tables, too
    write_tables(store, notes_above(store), latex=latex)
    write_figures(store, pdf=pdf)
    with figure_folder(store, pdf=pdf) as folder:
        folder.write_table("k.csv", view.curves)
        folder.draw(view)
    for sentence in view.left_out:
        store.warn(sentence)
