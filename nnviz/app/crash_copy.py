"""The newest weights, written beside the crash reports before the program ends."""

from datetime import datetime
from pathlib import Path

import numpy as np

from nnviz.app.crash import LOG, report_folder
from nnviz.data.dataset import Dataset
from nnviz.errors import UserError
from nnviz.export.bundle import ModelBundle
from nnviz.export.formats import save
from nnviz.export.provenance import mask_facts
from nnviz.run.snapshot import Snapshot


def save_crash_copy(last: Snapshot | None, dataset: Dataset | None) -> Path | None:
    """Write a snapshot's weights; return where, or None if there are none to save."""
    if last is None or dataset is None or not np.isfinite(last.parameters).all():
        return None
    path = report_folder() / f"recovered-{datetime.now().astimezone():%Y%m%d-%H%M%S}.npz"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        facts: dict[str, str | int | float] = {"dataset": dataset.name, "epoch": last.epoch, "step": last.step}
        facts |= mask_facts(last.mask)
        save(ModelBundle(last.config, last.parameters, dataset.preprocessor, facts), path)
    except (OSError, UserError) as error:
        LOG.warning("the network was not saved: %s", error)
        return None
    return path
