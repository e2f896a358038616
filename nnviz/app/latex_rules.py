"""The optimisers' update rules in LaTeX's maths, in the symbols of the lines that put numbers into them."""

from typing import Final

_STEP: Final = r"p \leftarrow p - \eta\,"
_VELOCITY: Final = r"v \leftarrow \mu\,v + g"
_BETAS: Final = r"\beta_1 = 0.9, \quad \beta_2 = 0.999, \quad \epsilon = 10^{-8}"
_MEANS: Final = (
    r"m \leftarrow \beta_1\,m + (1 - \beta_1)\,g; \quad v \leftarrow \beta_2\,v + (1 - \beta_2)\,g^{2}; \quad "
)
_ADAM: Final = (
    rf"{_MEANS}\hat{{m}} = \frac{{m}}{{1 - \beta_1^{{t}}}}, \quad \hat{{v}} = \frac{{v}}{{1 - \beta_2^{{t}}}}; \quad "
    rf"{_STEP}\frac{{\hat{{m}}}}{{\sqrt{{\hat{{v}}}} + \epsilon}}; \quad {_BETAS}"
)
RULES: Final = {
    "gradient_descent": rf"{_STEP}g, \quad g = \frac{{1}}{{n}}\sum_{{i=1}}^{{n}} \frac{{\partial L_i}}{{\partial p}}",
    "sgd": rf"{_VELOCITY}; \quad {_STEP}v",
    "nesterov": rf"{_VELOCITY}; \quad {_STEP}(g + \mu\,v)",
    "rmsprop": (
        r"s \leftarrow \alpha\,s + (1 - \alpha)\,g^{2}; \quad "
        rf"v \leftarrow \mu\,v + \frac{{g}}{{\sqrt{{s}} + \epsilon}}; \quad {_STEP}v; \quad "
        r"\alpha = 0.99, \quad \epsilon = 10^{-8}"
    ),
    "adagrad": (
        rf"s \leftarrow s + g^{{2}}; \quad {_STEP}\frac{{g}}{{\sqrt{{s}} + \epsilon}}; \quad \epsilon = 10^{{-10}}"
    ),
    "adam": _ADAM,
    "adamw": rf"p \leftarrow p - \eta\,\lambda\,p; \quad {_ADAM}",
    "nadam": (
        r"\mu_t = \beta_1\left(1 - \frac{1}{2}\,0.96^{t/250}\right); \quad "
        rf"{_MEANS}\hat{{v}} = \frac{{v}}{{1 - \beta_2^{{t}}}}; \quad "
        rf"{_STEP}\frac{{1}}{{\sqrt{{\hat{{v}}}} + \epsilon}}"
        r"\left(\frac{(1 - \mu_t)\,g}{1 - \prod_{i=1}^{t}\mu_i}"
        r" + \frac{\mu_{t+1}\,m}{1 - \prod_{i=1}^{t+1}\mu_i}\right); \quad "
        rf"{_BETAS}"
    ),
    "lbfgs": r"p \leftarrow p - t\,H\,g, \quad H \approx \left(\nabla^{2} L\right)^{-1}",
}
"""By the key of `nnviz.engine.optimizers.OPTIMIZERS`."""
