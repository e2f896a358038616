"""What an activation function is: its value, its derivative, and the calls it contributes to a step plan."""

from collections.abc import Callable
from dataclasses import dataclass

from nnviz.engine.arrays import Call, FloatArray


@dataclass(frozen=True, slots=True)
class Activation:
    """An activation function a = f(z).

    Attributes
    ----------
    name, label
        Key in `ACTIVATIONS`; the name a person reads.
    formula, derivative_formula
        Plain text, in terms of the pre-activation z and the output a.
    output_range
        The bounds of f, as tight as they can be: its smallest and largest value, or what it tends to. Rounding may
        put a value beyond them by a few units in the last place.
    source
        Where the function comes from.
    value
        ``value(z) -> a``: allocates, keeps dtype and shape (..., units). Neither warns nor gives NaN for |z| <= 1e4.
    derivative
        ``derivative(z) -> da/dz`` element by element: allocates, keeps dtype and shape; like `value` never NaN. For
        softmax, whose outputs all depend on all inputs, this is the diagonal of the Jacobian diag(a) - a a^T. At a
        kink it is one of the two one-sided derivatives.
    forward_calls
        ``forward_calls(z, a)``: the calls that write f(z) into a; arrays (units, rows); a may be z itself unless
        `needs_z`.
    backward_calls
        ``backward_calls(z, a, delta)``: the calls that turn delta from dL/da into dL/dz in place; arrays (units, rows).
    needs_z
        Whether `backward_calls` reads z, which must then be kept apart from a; False when the derivative is told from
        the output alone.

    Notes
    -----
    Calls allocate nothing and are as few as can be, since each costs a third of a microsecond however small its arrays
    are. Where it saves one, exp(z) may overflow to the infinity whose reciprocal is the 0 that is wanted: calls are run
    where NumPy ignores overflow. For |z| <= 1e4 they never make NaN. Where their rounding differs from that of `value`
    and `derivative`, it is by a few units in the last place of the larger of 1 and the result.
    """

    name: str
    label: str
    formula: str
    derivative_formula: str
    output_range: tuple[float, float]
    source: str
    value: Callable[[FloatArray], FloatArray]
    derivative: Callable[[FloatArray], FloatArray]
    forward_calls: Callable[[FloatArray, FloatArray], list[Call]]
    backward_calls: Callable[[FloatArray, FloatArray, FloatArray], list[Call]]
    needs_z: bool = False
