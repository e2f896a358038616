"""The headless front: arguments to verbs, errors to one sentence, nothing imported that the verb does not need."""

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from nnviz.cli.arguments import (
    ROW_RANGE_HELP,
    fraction,
    positive,
    row_range,
)
from nnviz.cli.options import describe_network, describe_reading
from nnviz.cli.output import write_error
from nnviz.errors import Cancelled, UserError

EXIT_USER_ERROR = 2
EXIT_INTERRUPTED = 130  # 128 + SIGINT
EXIT_BROKEN_PIPE = 141  # 128 + SIGPIPE
_UTF8 = "Set PYTHONIOENCODING=utf-8."


class _Parser(argparse.ArgumentParser):
    """An argument parser whose complaints are user errors like any other."""

    def error(self, message: str) -> NoReturn:
        """Raise UserError where argparse would print its usage and leave."""
        raise UserError(f"{message[:1].upper()}{message[1:].rstrip('.')}.", f"Run '{self.prog} --help'.")


def run(argv: Sequence[str]) -> int:
    """Run the verb ``argv[0]`` with its arguments and return the exit status.

    0: done. 2: the person's input is at fault; one sentence went to standard error, or ``{"error", "hint"}`` with
    ``--json``. 130: interrupted from the keyboard. 141: whoever read the output went away.
    """
    as_json = "--json" in argv
    try:
        code = _dispatch(argv)
        sys.stdout.flush()
    except UserError as error:
        write_error(error, as_json=as_json)
    except BrokenPipeError:
        _silence_stdout()
        return EXIT_BROKEN_PIPE
    except UnicodeEncodeError as error:
        write_error(UserError(f"The output's encoding, {error.encoding}, lacks a character.", _UTF8), as_json=as_json)
    except OSError as error:
        write_error(UserError(f"The operating system refused: {error.strerror or error}."), as_json=as_json)
    except MemoryError:
        write_error(UserError("There is not enough memory.", "Use fewer rows or smaller layers."), as_json=as_json)
    except (KeyboardInterrupt, Cancelled):
        return EXIT_INTERRUPTED
    else:
        return code
    return EXIT_USER_ERROR


def _dispatch(argv: Sequence[str]) -> int:
    try:
        arguments = _parser().parse_args(list(argv))
    except SystemExit as leaving:  # --help has been printed
        return int(leaving.code or 0)
    return _RUNNERS[arguments.verb](arguments)


def _silence_stdout() -> None:
    """Send what is still buffered to nowhere, or Python would complain about the broken pipe when it exits."""
    try:
        descriptor = sys.stdout.fileno()
    except (OSError, ValueError):  # not a real stream
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="nnviz", description="Headless verbs of nnviz; without a verb, the window opens.")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for name, (describe, text) in _VERBS.items():
        verb = verbs.add_parser(name, help=text, description=f"{text[:1].upper()}{text[1:]}.", allow_abbrev=False)
        describe(verb)
        verb.add_argument("--json", action="store_true", help="print one JSON document on standard output")
    return parser


def _describe_inspect(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("path", type=Path, metavar="DATA.csv")
    verb.add_argument("--preview", type=row_range, metavar="FIRST:LAST", help=ROW_RANGE_HELP)
    describe_reading(verb)


def _describe_train(verb: argparse.ArgumentParser) -> None:
    describe_network(verb)
    verb.add_argument(
        "--best",
        action="store_true",
        default=argparse.SUPPRESS,
        help="keep the best weights by validation, not the last; --patience does, too",
    )
    verb.add_argument(
        "--validation",
        type=fraction,
        default=argparse.SUPPRESS,
        metavar="SHARE",
        help="of rows held out (default: 0.25)",
    )
    verb.add_argument(
        "--export",
        type=Path,
        action="append",
        default=argparse.SUPPRESS,
        metavar="FILE",
        help="write the trained model (.npz, .safetensors or .json); repeatable",
    )


def _describe_validate(verb: argparse.ArgumentParser) -> None:
    describe_network(verb)
    verb.add_argument("--folds", type=positive, default=5, metavar="K", help="parts held out in turn (default: 5)")
    verb.add_argument(
        "--seeds", type=positive, default=3, metavar="N", help="networks for each fold: --seed and those after it (3)"
    )
    verb.add_argument("--workers", type=positive, metavar="N", help="processes (default: by the amount of work)")


def _describe_predict(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("model", type=Path, metavar="MODEL", help="a file that nnviz exported")
    verb.add_argument("path", type=Path, metavar="DATA.csv")
    verb.add_argument("--output", type=Path, required=True, metavar="OUT.csv", help="one row per row of DATA.csv")
    verb.add_argument("--quiet", action="store_true", help="no progress line")


def _inspect(arguments: argparse.Namespace) -> int:
    from nnviz.cli import inspect  # noqa: PLC0415 - each verb pays for its own imports only

    reading = {name: getattr(arguments, name, None) for name in ("sample_rows", "sheet")}
    return inspect.run(arguments.path, arguments.preview, arguments.json, **reading)


def _train(arguments: argparse.Namespace) -> int:
    from nnviz.cli import train, training_options  # noqa: PLC0415

    return train.run(training_options.options_from(vars(arguments)), as_json=arguments.json, quiet=arguments.quiet)


def _validate(arguments: argparse.Namespace) -> int:
    from nnviz.cli import training_options, validate  # noqa: PLC0415

    options = validate.ValidateOptions(
        training_options.options_from(vars(arguments)), arguments.folds, arguments.seeds, arguments.workers
    )
    return validate.run(options, as_json=arguments.json, quiet=arguments.quiet)


def _predict(arguments: argparse.Namespace) -> int:
    from nnviz.cli import predict  # noqa: PLC0415

    return predict.run(arguments.model, arguments.path, arguments.output, as_json=arguments.json, quiet=arguments.quiet)


def _describe_parts(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--markdown", action="store_true", help="print tables for a document")


def _parts(arguments: argparse.Namespace) -> int:
    from nnviz.cli import parts  # noqa: PLC0415

    return parts.run(as_json=arguments.json, as_markdown=arguments.markdown)


_VERBS: Mapping[str, tuple[Callable[[argparse.ArgumentParser], None], str]] = {
    "inspect": (_describe_inspect, "say what a CSV file holds"),
    "train": (_describe_train, "train a network on a CSV file and export it"),
    "validate": (_describe_validate, "cross-validate a network: folds times seeds, beside baselines"),
    "predict": (_describe_predict, "predict every row of a CSV file with an exported model"),
    "parts": (_describe_parts, "list what networks are made of: formula, source and proof of every part"),
}
_RUNNERS: Mapping[str, Callable[[argparse.Namespace], int]] = {
    "inspect": _inspect,
    "train": _train,
    "validate": _validate,
    "predict": _predict,
    "parts": _parts,
}
