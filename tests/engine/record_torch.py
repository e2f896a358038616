"""Records, with PyTorch, the parameters that our training runs must reach: writes torch_trajectories.json.

Run from the top folder with a Python that has torch and NumPy: ``python -m tests.engine.record_torch``. The start, the
rows and their order come from nnviz; forward pass, gradient, penalties, clipping, schedule and update from PyTorch.
"""

import json
from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch.optim.lr_scheduler import (
    CosineAnnealingWarmRestarts,
    LambdaLR,
    LinearLR,
    OneCycleLR,
    ReduceLROnPlateau,
    SequentialLR,
    StepLR,
)

from nnviz.engine.mlp import layer_blocks
from nnviz.engine.settings import TrainingData
from tests.engine.torch_cases import CASES, RECORD, RECORDED_STEPS, Case, batches_of, data_of, fingerprint, start_of

ACTIVATIONS: dict[str, Callable[[Any], Any]] = {
    "tanh": torch.tanh,
    "relu": F.relu,
    "sigmoid": torch.sigmoid,
    "identity": lambda z: z,
    "leaky_relu": F.leaky_relu,
    "elu": F.elu,
    "selu": F.selu,
    "gelu": lambda z: F.gelu(z, approximate="tanh"),
    "silu": F.silu,
    "softplus": F.softplus,
    "softsign": F.softsign,
    "hard_sigmoid": lambda z: torch.clamp(z / 6 + 0.5, 0, 1),  # F.hardsigmoid rounds 1/6 to 32 bits
    "sine": torch.sin,
    "gaussian": lambda z: torch.exp(-z * z),
    "softmax": lambda z: torch.softmax(z, dim=1),
}


class Peer:
    """The network of a case, in PyTorch, with its objective and its rows."""

    def __init__(self, case: Case, start: Any, data: TrainingData) -> None:
        self.case = case
        blocks = [torch.tensor(block) for block in layer_blocks(case.network, start)]
        self.weights = [block[:-1].clone().requires_grad_() for block in blocks]
        self.biases = [block[-1].clone().requires_grad_() for block in blocks]
        self.inputs, self.targets = torch.tensor(data.X_train), torch.tensor(data.Y_train)
        self.others = torch.tensor(data.X_validation), torch.tensor(data.Y_validation)
        self.row_weights = torch.ones(case.n_train, dtype=torch.float64)
        if case.config.class_weight == "balanced":
            classes = self.targets.argmax(1) if case.task == "multiclass" else self.targets[:, 0].long()
            counts = torch.bincount(classes)
            self.row_weights = (case.n_train / (len(counts) * counts.double()))[classes]
        if data.sample_weights is not None:
            self.row_weights = self.row_weights * torch.tensor(data.sample_weights)
        self.row_weights = self.row_weights / self.row_weights.mean()

    @property
    def flat(self) -> Any:
        pairs = zip(self.weights, self.biases, strict=True)
        return torch.cat([part.detach().ravel() for pair in pairs for part in pair]).numpy()

    def row_losses(self, inputs: Any, targets: Any) -> Any:
        """Return the loss of each row."""
        case, a = self.case, inputs
        for name, weights, biases in zip(case.hidden, self.weights, self.biases, strict=False):
            a = ACTIVATIONS[name](a @ weights + biases)
        z = a @ self.weights[-1] + self.biases[-1]
        smoothing = case.config.regularization.label_smoothing
        if case.loss == "categorical_cross_entropy":
            return F.cross_entropy(z, targets.argmax(1), reduction="none", label_smoothing=smoothing)
        if case.loss == "binary_cross_entropy":
            smooth = targets * (1 - smoothing) + smoothing / 2
            return F.binary_cross_entropy_with_logits(z, smooth, reduction="none").sum(1)
        if case.loss == "hinge":
            return F.relu(1 - (2 * targets - 1) * z).sum(1)
        function = {"mean_squared_error": F.mse_loss, "mean_absolute_error": F.l1_loss, "huber": F.huber_loss}[
            case.loss
        ]
        return function(ACTIVATIONS[case.output](z), targets, reduction="none").mean(1)

    def penalty(self) -> Any:
        parts = self.case.config.regularization
        weights = torch.cat([each.ravel() for each in self.weights])
        return parts.l1 * weights.abs().sum() + parts.l2 / 2 * weights.square().sum()

    def objective(self, rows: list[int]) -> Any:
        losses = self.row_losses(self.inputs[rows], self.targets[rows])
        return (losses * self.row_weights[rows]).mean() + self.penalty()

    def watched(self) -> float:
        """Return the loss that a plateau watches: of the validation rows, or of the training rows."""
        with torch.no_grad():
            if len(self.others[0]):
                return float(self.row_losses(*self.others).mean())
            return float((self.row_losses(self.inputs, self.targets) * self.row_weights).mean())

    def clip(self) -> None:
        parts, parameters = self.case.config.regularization, [*self.weights, *self.biases]
        if parts.clip_value:
            torch.nn.utils.clip_grad_value_(parameters, parts.clip_value)
        if parts.clip_norm:
            # clip_grad_norm_ divides by the norm plus 1e-6, a safeguard that is not in the method: taken off before.
            norm = torch.nn.utils.get_total_norm([each.grad for each in parameters])
            torch.nn.utils.clip_grads_with_norm_(parameters, parts.clip_norm, norm - 1e-6)


def optimizer_of(peer: Peer) -> Any:
    config = peer.case.config
    groups = [{"params": peer.weights}, {"params": peer.biases, "weight_decay": 0.0}]
    rate, momentum = config.learning_rate, config.momentum
    match config.optimizer:
        case "gradient_descent":
            return torch.optim.SGD(groups, rate)
        case "sgd":
            return torch.optim.SGD(groups, rate, momentum)
        case "nesterov":
            return torch.optim.SGD(groups, rate, momentum, nesterov=momentum > 0)
        case "adagrad":
            return torch.optim.Adagrad(groups, rate)
        case "rmsprop":
            return torch.optim.RMSprop(groups, rate, momentum=momentum)
        case "adam":
            return torch.optim.Adam(groups, rate)
        case "adamw":
            given = config.regularization.weight_decay
            return torch.optim.AdamW(groups, rate, **({} if given is None else {"weight_decay": given}))
        case "nadam":
            return torch.optim.NAdam(groups, rate)
        case "lbfgs":
            parameters = [part for pair in zip(peer.weights, peer.biases, strict=True) for part in pair]
            return torch.optim.LBFGS(
                parameters,
                lr=rate,
                max_iter=1,
                max_eval=26,  # the first look, and 25 for the line search: left out, it would have one
                history_size=10,
                line_search_fn="strong_wolfe",
                tolerance_grad=1e-7,
                tolerance_change=1e-9,
            )
    raise ValueError(config.optimizer)


def schedule_of(peer: Peer, optimizer: Any, updates: int) -> Any:
    """Return PyTorch's schedule, stepped after each update; `updates` is their number in an epoch."""
    config = peer.case.config
    schedule = config.schedule
    period = round(schedule.period * updates)
    lowest = schedule.floor * config.learning_rate
    kind: Any = None
    if schedule.name == "step" and schedule.floor:
        kind = LambdaLR(optimizer, lambda step: max(schedule.floor, schedule.factor ** (step // period)))
    elif schedule.name == "step":
        kind = StepLR(optimizer, period, schedule.factor)
    elif schedule.name == "exponential":
        kind = torch.optim.lr_scheduler.ExponentialLR(optimizer, schedule.factor ** (1 / updates))
    elif schedule.name == "cosine":
        kind = CosineAnnealingWarmRestarts(optimizer, period, schedule.growth, lowest)
    elif schedule.name == "one_cycle":
        kind = OneCycleLR(optimizer, config.learning_rate, period, cycle_momentum=False)
    elif schedule.name == "plateau":
        return ReduceLROnPlateau(
            optimizer,
            factor=schedule.factor,
            patience=schedule.patience,
            threshold=schedule.min_change,
            threshold_mode="abs",
            min_lr=lowest,
            eps=0,
        )
    if schedule.warmup:
        first = round(schedule.warmup * updates)
        warm_up = LinearLR(optimizer, 1 / (first + 1), total_iters=first)
        return SequentialLR(optimizer, [warm_up, kind], [first]) if kind else warm_up
    return kind


def record(case: Case) -> dict[str, Any]:
    """Return a case's start, and its parameters and objective on all rows after the recorded updates."""
    start = start_of(case)
    peer = Peer(case, start, data_of(case))
    batches = batches_of(case, start)
    optimizer = optimizer_of(peer)
    updates = -(-case.n_train // len(batches[0]))
    schedule = schedule_of(peer, optimizer, updates)
    # Decoupled: in PyTorch only AdamW has it.
    decay = 0.0 if case.config.optimizer == "adamw" else case.config.regularization.weight_decay or 0.0
    result: dict[str, Any] = {
        "start": start.tolist(),
        "rows": fingerprint(case, batches),
        "objective": [],
        "parameters": [],
    }

    def closure(rows: list[int]) -> Any:
        optimizer.zero_grad()
        objective = peer.objective(rows)
        objective.backward()
        peer.clip()
        return objective

    for number, rows in enumerate(batches, start=1):
        if case.config.optimizer == "lbfgs":
            optimizer.step(lambda rows=rows: closure(rows))
        else:
            closure(rows)
            with torch.no_grad():
                for weights in peer.weights:
                    weights.mul_(1 - optimizer.param_groups[0]["lr"] * decay)
            optimizer.step()
        if isinstance(schedule, ReduceLROnPlateau):
            if number % updates == 0:
                schedule.step(peer.watched())
        elif schedule is not None:
            schedule.step()
        if number in RECORDED_STEPS:
            with torch.no_grad():
                result["objective"].append(float(peer.objective(list(range(case.n_train)))))
            result["parameters"].append(peer.flat.tolist())
    return result


def main() -> None:
    """Record every case."""
    torch.set_default_dtype(torch.float64)  # else NAdam keeps its product of momenta in 32 bits
    record_of = {"torch": torch.__version__, "steps": RECORDED_STEPS, "cases": {}}
    for name, case in CASES.items():
        record_of["cases"][name] = record(case)
    RECORD.write_text(json.dumps(record_of, separators=(",", ":")).replace('},"', '},\n"') + "\n")


if __name__ == "__main__":
    main()
