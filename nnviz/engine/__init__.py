"""The neural network, in pure NumPy: no Qt, no clock, no thread, no file.

``arrays``         the array types, and what a call of a plan is
``activations``    registry of activation functions: value, derivative, and their calls in a plan
``initializers``   registry of initialisations: He and Glorot
``losses``         registry of losses: value, derivative, and which output activation each is fused with
``optimizers``     registry of update rules: stochastic gradient descent with momentum, Adam
``config``         LayerConfig and MLPConfig: the architecture, frozen
``mlp``            MLP: one flat parameter vector, per-layer views of it; transplant
``layers``         Dense: one layer's buffers, and its forward and backward calls
``plan``           StepPlan: a whole training step as a list of bound NumPy calls on preallocated arrays
``metrics``        accuracy, R2, mean absolute error, root mean squared error
``evaluation``     loss and metric of the training and validation rows in one state
``divergence``     where and why a step left the range of the numbers
``settings``       TrainingConfig, TrainingData, TrainerState: what the trainer is given, and what it hands out
``training``       Trainer: epochs, shuffling, batches, steps

Plans lay activations out with one ROW per unit and one column per sample: then every buffer that an element-wise
function touches is contiguous, and the constant 1 that multiplies the biases is simply one more row.
"""
