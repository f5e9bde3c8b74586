"""Every figure of an experiment, declared once. Imports no plotting library."""

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, cast

from bench.report.figures import limits
from bench.report.figures.limits import Limit
from bench.report.figures.views import CompressionView, DataView, FitsView, FitView, IndexView, KView, ProposalView
from bench.report.outcomes import Outcomes
from bench.report.sets_view import SetsView

if TYPE_CHECKING:
    from matplotlib.figure import Figure

View = Outcomes | DataView | FitsView | FitView | KView | SetsView | CompressionView | IndexView | ProposalView


@dataclass(frozen=True)
class FigureDeclaration:
    """One figure: its name, the type of its view and the function that draws it."""

    name: str
    """File name without ending. In the file name of a `FitView`'s figure, the label of the group follows."""
    view: type[View]
    """The only argument of the function has this type."""
    function: str
    """Address of the function, as `module:function`. The function returns None if there is nothing to show."""
    limits: tuple[Limit, ...] = ()
    """The function gets only views that are within the limits, except limits of which the figure shows the first."""
    needs_records: bool = False
    """Whether an `Outcomes` view must be read from records; otherwise the files of an earlier call stay."""

    def can_draw(self, view: View) -> bool:
        """Whether this type of view, and this view, has all that the figure needs."""
        if type(view) is not self.view:
            return False
        return not (self.needs_records and isinstance(view, Outcomes) and view.written_from)

    def draw(self, view: View) -> "Figure | None":
        """Draw the figure. Imports the module of the function, and with it matplotlib and seaborn."""
        module, _, name = self.function.partition(":")
        return cast("Figure | None", getattr(import_module(module), name)(view))


FIGURES: tuple[FigureDeclaration, ...] = (
    FigureDeclaration("labels", Outcomes, "bench.report.figures.labels:label_strips", limits.LABELS),
    FigureDeclaration(
        "silhouettes", Outcomes, "bench.report.figures.silhouettes:silhouette_strips", limits.SILHOUETTES
    ),
    FigureDeclaration(
        "training",
        Outcomes,
        "bench.report.figures.training:training_curves",
        limits.TRAINING,
        needs_records=True,  # cells.csv has no histories
    ),
    FigureDeclaration("classes", DataView, "bench.report.figures.classes:class_distribution", limits.CLASSES),
    FigureDeclaration(
        "agreement", FitsView, "bench.report.figures.agreement_heatmap:agreement_heatmap", limits.AGREEMENT
    ),
    FigureDeclaration(
        "time-to-accuracy", FitsView, "bench.report.figures.time_to_accuracy:time_to_accuracy", limits.TIME_TO_ACCURACY
    ),
    FigureDeclaration("k", KView, "bench.report.figures.k_panels:k_panels", limits.K),
    FigureDeclaration("proposed-k", ProposalView, "bench.report.figures.proposed_k:proposed_k"),
    FigureDeclaration("confusion", FitView, "bench.report.figures.confusion:confusion", limits.CONFUSION),
    FigureDeclaration("map", FitView, "bench.report.figures.som_map:som_map", limits.MAP),
    FigureDeclaration("centres", FitView, "bench.report.figures.centres:centres", limits.CENTRES),
    FigureDeclaration("examples", FitView, "bench.report.figures.cluster_examples:cluster_examples", limits.EXAMPLES),
    FigureDeclaration("reconstructions", FitView, "bench.report.figures.reconstructions:reconstructions"),
    FigureDeclaration("tsne", FitView, "bench.report.figures.tsne_plot:tsne_plot", limits.TSNE),
    FigureDeclaration("ranks", SetsView, "bench.report.figures.ranks:rank_strips", limits.RANKS),
    FigureDeclaration(
        "critical-difference",
        SetsView,
        "bench.report.figures.critical_difference:critical_difference_diagram",
        limits.CRITICAL_DIFFERENCE,
    ),
    FigureDeclaration(
        "compression", CompressionView, "bench.report.figures.compression:compression_panels", limits.COMPRESSION
    ),
    FigureDeclaration("index", IndexView, "bench.report.figures.index_heatmap:index_heatmap", limits.INDEX),
)
"""All figures, in the order in which they are drawn."""
