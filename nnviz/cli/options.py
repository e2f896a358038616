"""The options of the verbs that train, as argparse has them; their defaults are `TrainOptions`'s."""

import argparse
from pathlib import Path

from nnviz.cli.arguments import fraction, hidden_sizes, non_negative, non_negative_float, positive, positive_float


def describe_network(verb: argparse.ArgumentParser) -> None:
    """Add what every verb that trains needs: the data, the network, and how it is trained.

    No default is given here: an option that is left out is left out of the namespace, too.
    """
    verb.add_argument("path", type=Path, metavar="DATA.csv")
    data = verb.add_argument_group("data", argument_default=argparse.SUPPRESS)
    data.add_argument("--target", metavar="COLUMN", help="the column to predict (default: guessed)")
    data.add_argument(
        "--task",
        choices=("auto", "classification", "binary", "multiclass", "regression"),
        help="default: auto, from the target's values",
    )
    data.add_argument("--ignore", action="append", metavar="COLUMN", help="leave a column out; repeatable")
    describe_reading(data)
    data.add_argument("--seed", type=non_negative, metavar="N", help="of split, weights and batches (default: 0)")
    _describe_layers(verb.add_argument_group("network", argument_default=argparse.SUPPRESS))
    _describe_training(verb.add_argument_group("training", argument_default=argparse.SUPPRESS))
    _describe_regularization(verb.add_argument_group("regularisation", argument_default=argparse.SUPPRESS))
    verb.add_argument("--quiet", action="store_true", help="no progress line")


def describe_reading(parser: argparse.ArgumentParser | argparse._ArgumentGroup) -> None:
    """Add what every verb that reads a table can be asked for."""
    parser.add_argument(
        "--sample-rows",
        type=positive,
        default=argparse.SUPPRESS,
        metavar="N",
        help="read a random sample of so many rows, as for a file larger than memory",
    )
    parser.add_argument(
        "--sheet", default=argparse.SUPPRESS, metavar="NAME", help="of a workbook (default: the first with cells)"
    )


def _describe_layers(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--hidden", type=hidden_sizes, metavar="8,8", help="units of each hidden layer, 0 for none (default: 8,8)"
    )
    group.add_argument("--activation", metavar="NAME", help="of the hidden layers (default: tanh)")
    group.add_argument("--initializer", metavar="NAME", help="of the hidden layers (default: by activation)")
    group.add_argument("--loss", metavar="NAME", help="default: the task's usual one; 'nnviz parts' lists all names")


def _describe_training(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--optimizer", metavar="NAME", help="default: adam")
    group.add_argument("--learning-rate", type=positive_float, metavar="RATE", help="default: 0.015")
    group.add_argument("--momentum", type=fraction, metavar="SHARE", help="of sgd, nesterov and rmsprop (default: 0)")
    group.add_argument("--batch-size", type=positive, metavar="ROWS", help="default: 32")
    group.add_argument("--epochs", type=positive, metavar="N", help="default: 200")
    group.add_argument("--schedule", metavar="NAME", help="of the learning rate (default: constant)")
    group.add_argument("--period", type=positive_float, metavar="EPOCHS", help="of the schedule")
    group.add_argument("--factor", type=positive_float, metavar="SHARE", help="of the schedule")
    group.add_argument("--warmup", type=non_negative_float, metavar="EPOCHS", help="of linear warm-up (default: 0)")
    group.add_argument(
        "--patience",
        type=non_negative,
        metavar="EPOCHS",
        help="stop after so many without improvement (default: 0)",
    )
    group.add_argument("--monitor", choices=("loss", "metric"), help="what improvement means (default: loss)")


def _describe_regularization(group: argparse._ArgumentGroup) -> None:
    number = non_negative_float
    group.add_argument("--l1", type=number, metavar="STRENGTH", help="penalty on |w| (default: 0)")
    group.add_argument("--l2", type=number, metavar="STRENGTH", help="penalty on w^2 / 2 (default: 0.001)")
    group.add_argument("--weight-decay", type=number, metavar="SHARE", help="decoupled (default: the optimiser's)")
    group.add_argument("--dropout", type=fraction, metavar="SHARE", help="of hidden outputs (default: 0)")
    group.add_argument("--input-noise", type=number, metavar="STD", help="added to the inputs (default: 0)")
    group.add_argument("--clip-value", type=number, metavar="MAX", help="of each entry of the gradient (default: none)")
    group.add_argument("--clip-norm", type=number, metavar="MAX", help="of the whole gradient (default: none)")
    group.add_argument("--label-smoothing", type=fraction, metavar="SHARE", help="default: 0")
    group.add_argument("--class-weight", choices=("none", "balanced"), help="default: none")
