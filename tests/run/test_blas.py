"""Threads for matrix products: by size, and never all cores."""

import pytest
from threadpoolctl import threadpool_info

from nnviz.engine.mlp import LayerConfig, config_for_task
from nnviz.run.blas import blas_threads, default_threads, limit_blas


@pytest.mark.parametrize(
    ("sizes", "batch", "cores", "threads"),
    [
        ((2, 8, 8, 1), 10, 16, 1),
        ((30, 64, 64, 1), 64, 16, 1),
        ((784, 128, 64, 1), 128, 2, 1),
        ((784, 128, 64, 1), 128, 4, 2),
        ((784, 128, 64, 1), 32, 16, 1),
        ((784, 512, 512, 1), 128, 64, 4),
        ((784, 512, 512, 1), 128, 1, 1),
    ],
)
def test_only_large_products_are_shared_out_and_never_over_more_than_half_of_the_cores(
    sizes: tuple[int, ...], batch: int, cores: int, threads: int
) -> None:
    config = config_for_task("binary", sizes[0], 1, [LayerConfig(units) for units in sizes[1:-1]])
    assert blas_threads(config, batch, cores) == threads


def test_without_a_window_all_cores_may_work() -> None:
    config = config_for_task("binary", 784, 1, [LayerConfig(512)])
    assert blas_threads(config, 128, 2, beside_window=False) == 2
    assert blas_threads(config, 128, 64, beside_window=False) == 4


def test_limit_holds_inside_the_block_only() -> None:
    def blas() -> list[int]:
        return [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]

    before = blas()
    with limit_blas(1):
        assert set(blas()) <= {1}
    assert blas() == before


def test_this_process_has_at_least_one_core() -> None:
    assert default_threads() >= 1
