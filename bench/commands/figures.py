"""The command `figures`: draws the figures that need the images or the stored arrays of the fits."""

from pathlib import Path

from rich.console import Console

from bench.analysis.page_material import write_material
from bench.analysis.views import data_view, fit_view, fits_view
from bench.commands.data import data_loader
from bench.commands.pages import write_pages
from bench.console.progress import busy, cell_title, seed_title, share_bar
from bench.datasets.images import ImageData
from bench.errors import UsageError
from bench.machine.threads import choose_threads, limited_threads
from bench.report import courses
from bench.report.figures.file_names import file_names
from bench.report.figures.short_names import short_names
from bench.report.figures.write import figure_folder
from bench.report.groups import group
from bench.report.outcomes import read
from bench.store.store import Store


def load_for(store: Store, console: Console) -> ImageData:
    """Load the data of an experiment, with a bar. Raises UsageError if they cannot be loaded or have changed."""
    recorded = read(store).manifest.data
    data = data_loader(recorded.name, recorded.split, recorded.reading, console)()
    if data.digest != recorded.digest:
        raise UsageError(
            f"data set '{recorded.name}' ({recorded.split}) has changed since the run: expected digest "
            f"{recorded.digest[:12]}, got {data.digest[:12]}; run the experiment again under another --name."
        )
    if data.summary().sizes != recorded.sizes:
        raise UsageError(
            f"{store.path('manifest.json')}: the manifest says {recorded.sizes}, but the data have "
            f"{data.summary().sizes}; remove it, and run the experiment again."
        )
    return data


def draw(
    store: Store, data: ImageData, n_samples: int, threads: int | None, console: Console, *, pdf: bool = False
) -> list[Path]:
    """Write the figures, with `pdf` also as PDF, the tables of their numbers and the page; return the figures' paths.

    The finished fit with the lowest seed stands for its group. A t-SNE plot shows at most `n_samples` samples. The
    warnings of the store get one line for each thing that is left out. Raises UsageError if the experiment has no
    records, and RecordError if the arrays of a fit are damaged.
    """
    n_threads = choose_threads(threads)
    all_groups = group(read(store).all)
    groups = [each for each in all_groups if each.ok]
    short = short_names([each.label for each in all_groups])
    cells = [each.cell for each in groups]
    file_name = file_names([each.label for each in groups])
    with share_bar(console, "figures") as progress, limited_threads(n_threads), figure_folder(store, pdf=pdf) as folder:
        fits = fits_view(store, all_groups, data)
        written = [
            *folder.draw(data_view(data)),
            *folder.write_table("agreement.csv", fits.agreement, index=True),
            *folder.write_table(courses.FILE, fits.timeline),
            *folder.draw(fits),
        ]
        for number, each in enumerate(groups):
            record = min((o.record for o in each.ok if o.record), key=lambda record: record.cell.seed)
            title = f"{short[each.label]}, {seed_title(record.cell)}"
            full = cell_title(record.cell, cells)
            caption = "" if full == title.replace(", ", " ") else full
            view = fit_view(store, record, data, title, n_samples, n_threads, caption)
            written += folder.draw(view, each.label, file_name[each.label])
            progress((number + 1) / len(groups))
        folder.remove_other_labels(written)
    with busy(console, "writing the page"), limited_threads(n_threads):
        write_material(store, groups, data, again=True)
        write_pages(store)
    return written
