"""The learning-rate range test as a background job on a copy of the network."""

from collections.abc import Callable

from nnviz.data.dataset import Dataset
from nnviz.engine.mlp import MLP
from nnviz.engine.rate_range import RateRange, find_rates
from nnviz.run.messages import Checkpoint
from nnviz.run.recipe import training_data


def search_rates(checkpoint: Checkpoint, dataset: Dataset, cancelled: Callable[[], bool]) -> RateRange:
    """Return which learning rates make the loss of this network fall.

    Raises
    ------
    UserError
        For an optimiser that finds its own step length.
    """
    network = MLP(checkpoint.config, checkpoint.state.parameters, checkpoint.state.parameters.dtype)
    mask = checkpoint.state.mask
    return find_rates(
        network,
        training_data(dataset),
        checkpoint.training,
        held=None if mask is None else mask.held,
        go_on=lambda _share: not cancelled(),
    )
