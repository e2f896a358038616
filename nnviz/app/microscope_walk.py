"""The stages that walk the layers: forward from the inputs, and backward from the loss."""

from nnviz.app.lens_forward import GradientBook, NeuronBook
from nnviz.app.lens_numbers import multiply
from nnviz.app.lens_sums import Formula, Name, formula
from nnviz.app.lenses import Place
from nnviz.app.microscope_bench import MOST_LINES, Bench
from nnviz.app.microscope_rows import enter_mean, enter_products
from nnviz.app.microscope_stage import Light, Stage, Table
from nnviz.engine.activations import ACTIVATIONS
from nnviz.engine.explain import BIAS
from nnviz.engine.mlp import layer_blocks

_FORWARD_HEADS = ("reads", "weight × input", "product")
_BACK_HEADS = ("next layer", "weight × dL/dz", "passed back")


class ForwardBook:
    """Enters one neuron of a layer for the followed row.

    Attributes
    ----------
    neuron
        Its sum and its activation.
    passes
        The key of what the next layer reads of it, by unit.
    """

    def __init__(self, bench: Bench, layer: int, known: dict[int, int]) -> None:
        self._bench, self._layer = bench, layer
        unit = bench.path[layer + 1]
        trace = bench.loss.forward.neuron(layer, unit)
        keep = bench.path[layer]
        self.neuron = NeuronBook(bench.ledger, trace, bench.names, most=MOST_LINES, keep=keep, known=known)
        self.passes = {unit: self.neuron.passed}

    def stage(self) -> Stage:
        """Return the stage, from the settled ledger."""
        bench, layer = self._bench, self._layer
        view = self.neuron.view()
        config = bench.rehearsal.config.layers[layer]
        activation = ACTIVATIONS[config.activation].label.lower() if config.activation != "relu" else "ReLU"
        each = f"Each of the {config.units:,} neurons adds up" if config.units > 1 else "The neuron adds up"
        sentence = f"{each} what it reads times its weights, plus its bias: z. "
        if config.activation == "identity":
            sentence += "z is its output a. "
        elif config.activation == "softmax":
            sentence += "Softmax turns the z of all outputs into shares that add up to 1. "
        else:
            sentence += f"Its activation, {activation}, makes its output a of it. "
        if self.neuron.trace.kept != 1:
            sentence += "Dropout sets some outputs to 0 and enlarges the others. "
        sentence += f"Followed: {bench.names.unit(layer, bench.path[layer + 1])}, for {bench.row_name(bench.at)}."
        products = bench.loss.forward.layers[layer].products
        function = "z" if config.activation == "identity" else f"{activation}(z)"
        tex = "z" if config.activation == "identity" else rf"{Name(activation, is_function=True).piece.latex}(z)"
        return Stage(
            kind="forward",
            layer=layer,
            name=f"Forward: {bench.layer_name(layer)}",
            sentence=sentence,
            symbols=Formula(f"z = Σ w a + b,   a = {function}", rf"z = \sum w a + b, \quad a = {tex}"),
            lines=(view.activation, *self.neuron.dropped()),
            light=bench.light(
                [(layer, products)], 1, (layer, layer + 1), f"Edges: weight × input, {bench.row_name(bench.at)}"
            ),
            tables=(
                Table(f"{view.name}, {bench.row_name(bench.at)}", _FORWARD_HEADS, view.incoming, bench.path[layer]),
            ),
        )


class BackwardBook:
    """Enters dL/dz of one neuron for the followed row, and one of its weights' gradients over the batch.

    Attributes
    ----------
    place
        The weight or bias.
    delta
        Keys of the neuron's dL/dz, by unit.
    gradient
        The key of the weight's gradient.
    """

    def __init__(
        self, bench: Bench, layer: int, neuron: NeuronBook, reads: dict[int, int], after: "BackwardBook | None"
    ) -> None:
        self._bench, self._layer = bench, layer
        unit = bench.path[layer + 1]
        ledger, trace = bench.ledger, bench.trace
        known: dict[int, int] | None = after.delta if after is not None else None
        keep = bench.path[layer + 2] if after is not None else -1
        place = Place(layer, unit)
        self._back = GradientBook(ledger, bench.loss, place, bench.names, neuron.a, MOST_LINES, known=known, keep=keep)
        self.delta: dict[int, int] = {unit: self._back.delta}
        self._error = self._enter_error(neuron.a) if after is None else None
        self.place = bench.weight_at(layer)
        deltas = trace.deltas[layer][:, unit]
        own = {bench.at: self._back.delta}
        self._counted: tuple[int, int, int] | None = None
        if self.place.source == BIAS:
            self.gradient, self._rows = enter_mean(bench, deltas, "Σ dL/db", own)
            return
        source = self.place.source or 0
        weights = deltas
        if bench.weighted:
            weights, count = deltas * trace.weights, ledger.number(float(trace.weights[bench.at]))
            counted = ledger.number(float(weights[bench.at]))
            made = ledger.relate(counted, (count, self._back.delta), multiply)
            self._counted, own = (count, counted, made), {bench.at: counted}
        values = trace.reads[layer][:, source]
        read = {bench.at: reads[source]} if source in reads else {}
        self.gradient, self._rows = enter_products(bench, weights, values, "Σ dL/dw", read, own)

    def _enter_error(self, a: int) -> tuple[int, int, int] | None:
        """Enter dL/da = 2 (a - y), where that is what the loss has it be; return the keys of a and y, the relation."""
        loss = self._bench.loss
        if loss.fused or loss.loss_name != "mean_squared_error" or len(loss.target) != 1:
            return None
        ledger = self._bench.ledger
        y = ledger.number(float(loss.target[0]))
        return a, y, ledger.relate(self._back.dloss_da, (a, y), lambda v: 2 * (v[0] - v[1]))

    def _counted_line(self) -> tuple[Formula, ...]:
        """Return what the followed row's dL/dz counts, where rows count differently."""
        if self._counted is None:
            return ()
        ledger, (count, counted, made) = self._bench.ledger, self._counted
        body = (ledger.text(count), "×", ledger.factor(self._back.delta), ledger.sign(made), ledger.text(counted))
        return (formula(Name("counts"), "×", "dL/dz", "=", *body),)

    def _error_line(self) -> tuple[Formula, ...]:
        if self._error is None:
            return ()
        ledger, (a, y, relation) = self._bench.ledger, self._error
        body = ("2", "×", f"({ledger.text(a)} − {ledger.factor(y)})", ledger.sign(relation))
        return (formula("dL/da", "=", "2", "(a − y)", "=", *body, ledger.text(self._back.dloss_da)),)

    def stage(self) -> Stage:
        """Return the stage, from the settled ledger."""
        bench, layer, back = self._bench, self._layer, self._back.view()
        of = "b" if self.place.source == BIAS else "w"
        name, unit = bench.names.weight(self.place), bench.names.unit(layer, self.place.unit)
        rows = Table(
            f"{name}, over the batch",
            self._heads(of),
            self._rows.view(),
            bench.at,
        )
        tables = [rows]
        if back.outgoing is not None:
            title = f"Back to {unit}, {bench.row_name(bench.at)}"
            tables.insert(0, Table(title, _BACK_HEADS, back.outgoing, bench.path[layer + 2]))
        last = layer == bench.last
        first = (
            f"How much would a row's loss change with z of an output? That is dL/dz, here of {unit} for "
            f"{bench.row_name(bench.at)}. "
            if last
            else f"Every neuron of the next layer passes its dL/dz back through its weight; their sum times the "
            f"activation's slope is dL/dz of {unit}, for {bench.row_name(bench.at)}. "
        )
        many = "averaged over the batch" + (", each row as much as it counts" if bench.weighted else "")
        second = (
            f"The gradient of the {name} is dL/dz, {many}."
            if of == "b"
            else f"The gradient of the weight {name} is dL/dz times what it reads, {many}."
        )
        return Stage(
            kind="backward",
            layer=layer,
            name=f"Backward: {bench.layer_name(layer)}",
            sentence=first + second,
            symbols=_symbols(last=last, fused=bench.loss.fused, of=of),
            lines=(*self._error_line(), back.lines[0], *self._counted_line(), self._rows.line(f"dL/d{of}")),
            light=self._light(),
            tables=tuple(tables),
        )

    def _heads(self, of: str) -> tuple[str, str, str]:
        counts = "counts × " if self._bench.weighted else ""
        if of == "w":
            return "row", f"{counts}dL/dz × input", "product"
        return ("row", f"{counts}dL/dz", "product") if counts else ("row", "", "dL/dz")

    def _light(self) -> Light:
        """Light what passes back into this layer for the row, and the gradients of its weights over the batch."""
        bench, layer = self._bench, self._layer
        gradients = (layer, layer_blocks(bench.rehearsal.config, bench.trace.gradient)[layer][:-1])
        if layer == bench.last:
            return bench.light([gradients], -1, (layer, layer + 1), "Edges: gradient of each weight over the batch")
        streams = [(layer + 1, bench.loss.terms(layer)), gradients]
        words = "Edges: weight × dL/dz passed back, then the gradient of each weight"
        return bench.light(streams, -1, (layer, layer + 1, layer + 2), words)


def _symbols(*, last: bool, fused: bool, of: str) -> Formula:
    gradient = (
        "dL/dw = Σ dL/dz a / n",
        r"\frac{\partial L}{\partial w} = \frac{1}{n}\sum\frac{\partial L}{\partial z}a",
    )
    if of == "b":
        gradient = (
            "dL/db = Σ dL/dz / n",
            r"\frac{\partial L}{\partial b} = \frac{1}{n}\sum\frac{\partial L}{\partial z}",
        )
    slope = r"\frac{\partial L}{\partial z} = "
    product = r"\frac{\partial L}{\partial a}\,\frac{\partial a}{\partial z}"
    if last:
        own = ("dL/dz = a − y", slope + "a - y") if fused else ("dL/dz = dL/da da/dz", slope + product)
    else:
        own = (
            "dL/da = Σ w dL/dz,   dL/dz = dL/da da/dz",
            r"\frac{\partial L}{\partial a} = \sum w \frac{\partial L}{\partial z}, \quad " + slope + product,
        )
    return Formula(f"{own[0]},   {gradient[0]}", rf"{own[1]}, \quad {gradient[1]}")
