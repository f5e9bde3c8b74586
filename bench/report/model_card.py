"""The model card of an exported fit: README.md with the front matter that the Hugging Face Hub reads."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import yaml

from bench.metrics.declarations import all_metrics
from bench.report.groups import Group
from bench.report.markdown import escape, table
from bench.report.numbers import decimals, heading, mean_sd, number
from bench.report.outcomes import Outcome, Outcomes
from bench.report.tables.caveats import caveats
from bench.store.records import DataSummary, Record, show_params

CARD, ONNX = "README.md", "model.onnx"


@dataclass(frozen=True, kw_only=True)
class About:
    """What a card says that the records do not have."""

    description: str
    """Of the method, one line."""
    class_name: str | None
    """Of the method, in the package `methods`; None for the method of a plug-in."""
    version: str
    """Of dec-bench."""
    code_licence: str
    """SPDX identifier of the licence of the code."""
    licence: str | None
    """Of the model, as the Hub spells it; None if the user has not named one."""
    hub_id: str | None
    """Id of the data set on the Hub; None for other data."""
    command: str
    """The command that wrote the folder, without local paths."""
    above: Sequence[str]
    """Sentences in plain text that a reader must know before the figures."""
    onnx_difference: float | None
    """Largest difference of the ONNX file from torch; None without such a file."""


def model_card(outcomes: Outcomes, group: Group, fit: Outcome, about: About) -> str:
    """The text of README.md for one fit of a group. Every text from outside is escaped."""
    record = fit.record
    assert record is not None
    clusters = f", {fit.cell.n_clusters} clusters" if fit.cell.n_clusters is not None else ""
    title = f"{group.label}{clusters}, on {outcomes.manifest.data.title}"
    known = [*outcomes.manifest.notes, *about.above]
    listed = caveats(replace(outcomes, all=group.outcomes), [group])
    parts = [
        _front_matter(about) + f"# {escape(title)}",
        f"Method: {escape(about.description)}. The model is one fit, with the seed {fit.cell.seed}, {_settings(fit)}.",
        *map(escape, known),
        *("## Figures", _figures_words(group, fit), _figures(group, fit)),
        *("## Caveats", "\n".join(f"- {escape(each)}" for each in listed) or "There are none."),
        *("## Data", _data(outcomes.manifest.data, record)),
        *("## Use", _use(outcomes.manifest.data, record, about)),
        *("## Origin", _origin(outcomes, record, about)),
        *("## Licence", _licence(about)),
    ]
    return "\n\n".join(parts) + "\n"


def _front_matter(about: About) -> str:
    fields: dict[str, object] = {"library_name": "dec-bench", "tags": ["clustering"]}
    if about.licence is not None:
        fields["license"] = about.licence
    if about.hub_id is not None:
        fields["datasets"] = [about.hub_id]
    return f"---\n{yaml.safe_dump(fields, sort_keys=False)}---\n\n"


def _settings(fit: Outcome) -> str:
    cell = fit.cell
    parts = [f"preset {cell.preset}"] if cell.preset else []
    parts += [f"latent size {cell.latent_dim}"] if cell.latent_dim else []
    parts += show_params(cell.params)
    return escape(", ".join(parts)) if parts else "with the default options"


def _figures_words(group: Group, fit: Outcome) -> str:
    n = len(group.ok)
    others = (
        f"The last column is the mean ± sample standard deviation over the {n} finished seeds of the same "
        f"configuration ({escape(group.seeds_text())} of the table)."
        if n > 1
        else "No other seed of the same configuration has finished, so there is no spread over seeds."
    )
    return (
        f"The column “this model” has the figures of this fit, seed {fit.cell.seed}. {others} All are measured on the "
        "data of the fit. Accuracy, ARI and NMI compare with the true labels, which the fit did not see. Own: measured "
        "in the space of the method, not comparable with other methods."
    )


def _figures(group: Group, fit: Outcome) -> str:
    assert fit.record is not None
    rows = []
    for metric in all_metrics():
        summary = group.summary(metric.name)
        if metric.name in fit.scores or summary.n:
            digits = decimals(metric, [summary])
            this = number(fit.scores.get(metric.name), decimals(metric, []))
            rows.append([escape(heading(metric)), this, mean_sd(summary, digits, len(group.ok))])
    rows.append(["Fit seconds", number(fit.record.fit_seconds, 1), mean_sd(group.fit_seconds(), 1, len(group.ok))])
    return table(["metric", "this model", f"{len(group.ok)} seeds" if len(group.ok) > 1 else "1 seed"], rows)


def _data(data: DataSummary, record: Record) -> str:
    images = f", images of {' × '.join(map(str, data.image_shape))}" if data.image_shape else ""
    kind = f" ({data.feature_kind})" if data.feature_kind else ""
    classes = f"{len(data.class_names)} classes" if data.class_names is not None else "no true labels"
    lines = [
        f"name: {data.title}",
        f"source: {data.source}, revision {data.revision}, split {data.split}",
        f"digest (SHA-256): {record.data_digest}",
        f"{data.n_samples:,} samples of {data.n_features:,} features{kind}{images}; {classes}",
        *data.how_read,
    ]
    return "\n".join(f"- {escape(line)}" for line in lines)


def _use(data: DataSummary, record: Record, about: About) -> str:
    shape = ("n", *map(str, data.image_shape)) if data.image_shape else ("n", str(data.n_features))
    package = "" if about.class_name else f" Also install {escape(record.plugin)}, the package of the method."
    name = about.class_name
    hub = f'`methods.{name}.from_pretrained("OWNER/NAME")` reads only the model, without a folder.' if name else ""
    return f"""FOLDER is the folder of this file. This command downloads it, if it is on the Hugging Face Hub:

```console
hf download OWNER/NAME --local-dir FOLDER
```

dec-bench {escape(about.version)} has written the folder. Install this version or a newer one: in the folder of its \
source code, with Python 3.11 or newer.{package}

```console
pip install .
```

`predict` labels new data, NEW_DATA, which it prepares as the data of the fit were:

```console
python -m bench predict ./FOLDER --dataset NEW_DATA --to labels.csv
```

In Python, `X` has the shape ({", ".join(shape)}) and is prepared as the data of the fit were: {_values(data)}. Other \
values give other labels, and no error.

```python
import methods

model = methods.load("FOLDER")
labels = model.predict(X)
```

{hub}{_onnx(data, about)}""".rstrip()


def _values(data: DataSummary) -> str:
    """What the numbers of X are."""
    return data.feature_kind or "pixels from 0 (black) to 1 (white), so values of 0 to 255 are divided by 255"


def _origin(outcomes: Outcomes, record: Record, about: About) -> str:
    environment = record.environment
    versions = ", ".join(f"{name} {version}" for name, version in sorted(environment.versions.items()))
    commands = [escape(f"command: {command}") for command in outcomes.manifest.commands]
    lines = [
        *commands,
        escape(f"written by: {about.command}"),
        escape(f"versions: python {environment.python}, {versions}"),
        escape(f"platform: {environment.platform}, {environment.processor}, threads: {environment.threads}"),
        escape(f"device: {record.device or 'cpu'}, precision {record.precision or 'unknown'}"),
        escape(f"code version {record.code_version}, commit {environment.commit or 'unknown'}"),
    ]
    return "\n".join(f"- {line}" for line in lines)


def _licence(about: About) -> str:
    chosen = (
        "No licence is named for this model: ask the person who shares it before you use it."
        if about.licence is None
        else f"The licence of this model is {escape(about.licence)}, as the person who wrote this folder has chosen."
    )
    return (
        f"{chosen} The licence of the code of dec-bench is {escape(about.code_licence)}. The licence of the data is "
        "not known here: find out what it says about models that were trained on the data, before you share this model."
    )


def _onnx(data: DataSummary, about: About) -> str:
    """A paragraph about the ONNX file; empty without one."""
    if about.onnx_difference is None:
        return ""
    return (
        f"\n\n`{ONNX}` has the encoder and the soft assignment for other programs. Its input `samples` is float32, of "
        f"the shape (n, {data.n_features}); its outputs are `codes` and `soft_assignments`. It differs from torch by "
        f"at most {about.onnx_difference:.1g} on samples of the fit."
    )
