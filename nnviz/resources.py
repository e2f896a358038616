"""Where the files under ``resources/`` are: the only module that knows bundle, wheel and checkout apart."""

import sys
from pathlib import Path

from nnviz.errors import UserError


def _root() -> Path:
    package = Path(__file__).resolve().parent
    if bundle := getattr(sys, "_MEIPASS", None):
        return Path(bundle) / "nnviz" / "_resources"
    installed = package / "_resources"
    return installed if installed.is_dir() else package.parent / "resources"


def resource_path(name: str) -> Path:
    """Return the path of a shipped file or folder, for example ``"icons/nnviz.svg"``.

    Raises
    ------
    UserError
        If the installation lacks the file.
    """
    path = _root() / name
    if not path.exists():
        raise UserError(f"This installation of nnviz lacks the file {name}.", "Install nnviz again.")
    return path
