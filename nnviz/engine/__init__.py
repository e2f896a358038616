"""The neural network, in pure NumPy: no Qt, no clock, no thread, no file.

What a network is
    ``arrays``             the array types, and what a call of a plan is
    ``activations``        registry of activation functions; ``activation`` says what one is, and their functions are in
                           ``classic_activations``, ``rectifiers``, ``smooth_rectifiers`` and ``wave_activations``
    ``initializers``       registry of initialisations
    ``losses``             registry of losses, and which output and task each goes with; ``loss`` says what one is
    ``config``             LayerConfig and MLPConfig: the architecture, frozen
    ``mlp``                MLP: one flat parameter vector, per-layer views of it; transplant

How it is trained
    ``settings``           TrainingConfig, TrainingData, TrainerState: what the trainer is given, and what it hands out
    ``optimizers``         registry of update rules; ``optimizer`` says what one is, the rules are in
                           ``momentum_optimizers``, ``adaptive_optimizers`` and ``lbfgs`` with its ``line_search``
    ``regularization``     penalties, weight decay, noise, clipping; ``stopping``: early stopping and the best weights
    ``schedules``          registry of learning-rate schedules; ``pace`` follows one, ``rate_log`` remembers every rate
    ``layers``, ``plan``, ``update``
                           one layer, a forward and backward pass, and an update as lists of bound NumPy calls
    ``training_rows``      the rows packed, weighted and smoothed
    ``stepping``           Stepper: one update after the other, watched by ``divergence``
    ``training``           Trainer: epochs, settings, state; ``results`` and ``evaluation`` say how good it is
    ``masks``, ``surgery`` what is frozen or silenced, and parameters set by hand between two updates
    ``rate_range``         the learning-rate range test
    ``next_steps``         the next update as several optimisers would make it

What is said of it
    ``metrics``            registry of figures of merit; ``classification_metrics`` has those of classes
    ``scores``             all of them for one set of rows; ``baselines`` to compare with
    ``explain``            the chain rule in numbers: a row, a weight, an update (``explain_*``)
    ``landscape``          the loss over a plane of parameters, which ``landscape_plane`` lays through them
    ``diagnostics``        why a network stopped learning, with evidence (``findings``, ``finding_kinds``,
                           ``diagnostics_*``)

Plans lay activations out with one ROW per unit and one column per sample: then every buffer that an element-wise
function touches is contiguous, and the constant 1 that multiplies the biases is simply one more row.
"""
