"""The verb ``parts``: what the engine is made of: every part with its formula, its source and what proves it."""

from dataclasses import asdict, dataclass

from nnviz.cli.output import write_document, write_line
from nnviz.engine.activations import ACTIVATIONS
from nnviz.engine.finding_kinds import FINDINGS
from nnviz.engine.initializers import INITIALIZERS
from nnviz.engine.losses import LOSSES
from nnviz.engine.metrics import METRICS
from nnviz.engine.optimizers import OPTIMIZERS
from nnviz.engine.regularization import REGULARIZERS
from nnviz.engine.schedules import SCHEDULES

PROOFS = {
    "activation": (
        "finite differences of every pair with a loss, values and slopes",
        ("test_gradients", "test_activations"),
    ),
    "loss": ("finite differences, values worked by hand", ("test_gradients", "test_losses", "test_loss_gradients")),
    "optimiser": ("100 steps beside PyTorch", ("test_against_torch", "test_explain_update")),
    "schedule": ("100 steps beside PyTorch, closed forms", ("test_against_torch", "test_schedules")),
    "regulariser": ("100 steps beside PyTorch, finite differences", ("test_against_torch", "test_regularization")),
    "initialisation": ("range, variance, orthogonality, same seed", ("test_initializers",)),
    "metric": (
        "beside scikit-learn on ties, absent classes and constants",
        ("test_metrics", "test_classification_metrics"),
    ),
    "diagnosis": (
        "made ill on purpose, and healthy networks left alone",
        ("test_diagnostics", "test_diagnostics_curves"),
    ),
}


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the engine: what kind of part, its name in settings and files, and its plain facts."""

    kind: str
    name: str
    label: str
    formula: str
    source: str
    proof: str


def parts() -> tuple[Part, ...]:
    """Return every part of every registry."""
    return (
        *(
            Part("activation", a.name, a.label, f"{a.formula};  {a.derivative_formula}", a.source, _proof("activation"))
            for a in ACTIVATIONS.values()
        ),
        *(
            Part("loss", a.name, a.label, f"{a.formula};  {_outputs(a.name)}", a.source, _proof("loss"))
            for a in LOSSES.values()
        ),
        *(Part("optimiser", a.name, a.label, a.formula, a.source, _proof("optimiser")) for a in OPTIMIZERS.values()),
        *(Part("schedule", a.name, a.label, a.formula, a.source, _proof("schedule")) for a in SCHEDULES.values()),
        *(
            Part("regulariser", a.name, a.label, a.formula, a.source, _proof("regulariser"))
            for a in REGULARIZERS.values()
        ),
        *(
            Part("initialisation", a.name, a.label, a.formula, a.source, _proof("initialisation"))
            for a in INITIALIZERS.values()
        ),
        *(Part("metric", a.name, a.label, a.formula, a.source, _proof("metric")) for a in METRICS.values()),
        *(Part("diagnosis", a.name, a.label, a.measure, a.source, _proof("diagnosis")) for a in FINDINGS.values()),
    )


def _proof(kind: str) -> str:
    what, files = PROOFS[kind]
    return f"{what}: {', '.join(f'{name}.py' for name in files)}"


def _outputs(loss: str) -> str:
    tasks = LOSSES[loss].outputs.items()
    return "output: " + ", ".join(f"{' or '.join(names)} ({task})" for task, names in tasks)


def markdown() -> str:
    """Return the parts as tables, one for each kind, as the README has them."""
    blocks = []
    for kind in PROOFS:
        chosen = [part for part in parts() if part.kind == kind]
        lines = [f"**{kind.capitalize()}** ({_proof(kind)})", "", "| name | formula | source |", "|---|---|---|"]
        lines += [f"| `{part.name}` | {_cell(part.formula)} | {_cell(part.source)} |" for part in chosen]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def _cell(text: str) -> str:
    """Return text that a Markdown table shows as it is."""
    for mark in ("\\", "|", "*", "_", "<", "["):
        text = text.replace(mark, f"\\{mark}")
    return text


def run(*, as_json: bool = False, as_markdown: bool = False) -> int:
    """Print all parts; returns 0."""
    if as_json:
        write_document({"parts": [asdict(part) for part in parts()]})
    elif as_markdown:
        for line in markdown().splitlines():
            write_line(line)
    else:
        for part in parts():
            write_line(f"{part.kind} {part.name}: {part.formula}")
            write_line(f"    {part.source}")
            write_line(f"    proof: {part.proof}")
    return 0
