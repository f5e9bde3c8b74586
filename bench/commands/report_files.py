"""The files of the report: everything that is written without the data, after a run and by `report`."""

from bench.analysis.views import k_view
from bench.commands.ending import notes_above
from bench.commands.pages import write_pages
from bench.report.figures.views import ProposalView
from bench.report.figures.write import figure_folder, write_figures
from bench.report.groups import group
from bench.report.outcomes import read
from bench.report.proposed_k import proposed_k_frame
from bench.report.stored_answer import published_caveats
from bench.report.tables.caveats import TRACEBACKS
from bench.report.tables.search import write_search
from bench.report.tables.write import write_tables
from bench.store.proposal import read_proposal
from bench.store.store import Store
from bench.text import at_most


def write_report(store: Store, *, latex: bool = False, pdf: bool = False) -> None:
    """Write all tables, the figures that need no data, and the page; with `latex` also LaTeX, with `pdf` also PDF.

    Those of a search are written from the silhouettes that it has measured.

    k.csv and its figure are written if rows have several numbers of clusters, and removed otherwise; proposed-k.csv and
    its figure, if the number of clusters was proposed from the data. Without records,
    they stay as they are, because they need the arrays of the fits. The warnings of the store get one line for each
    thing that is left out. Raises UsageError if the experiment has neither records nor a cells.csv that is whole.
    """
    if store.is_published_copy():
        _write_published(store, latex=latex, pdf=pdf)
        write_pages(store)
        return
    view = k_view(store, group(read(store).all))  # first: a damaged fit that it finds is missing in the tables, too
    write_tables(store, notes_above(store), latex=latex)
    write_search(store)
    write_figures(store, pdf=pdf)
    with figure_folder(store, pdf=pdf) as folder:
        folder.write_table("k.csv", view.curves)
        folder.draw(view)
        proposal = read_proposal(store)
        folder.write_table("proposed-k.csv", proposed_k_frame(proposal))
        folder.draw(ProposalView(proposal))
    for sentence in view.left_out:
        store.warn(sentence)
    write_pages(store)


def _write_published(store: Store, *, latex: bool, pdf: bool) -> None:
    """Write the tables and the figures for which cells.csv is enough."""
    table = store.path("table.md")
    before = published_caveats(table) if table.exists() else []
    write_tables(store, notes_above(store), latex=latex)
    after = published_caveats(table)
    if lost := [caveat for caveat in before if caveat not in after and not caveat.startswith(TRACEBACKS)]:
        shown = " ".join(at_most(lost, "the version before has them."))
        store.warn(
            f"{table}: caveats of the version before ({len(lost)}) are missing now, because cells.csv does not have "
            f"them, or because their words have changed: {shown}"
        )
    write_search(store)
    write_figures(store, pdf=pdf)
