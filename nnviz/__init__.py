"""nnviz: watch a neural network learn your own data.

The map. Each floor imports only from the floors below it; ``tests/test_architecture.py`` checks that.

``main``        composition root: arguments, crash hooks, the application model and the main window
``cli``         headless verbs: inspect, train, predict (no QApplication), and selftest
``ui``          widgets: panels, plots and dialogs, told what to show by the main window
``app``         Qt without widgets: the application model, the frame clock, background jobs, settings
``run``         one training run off the GUI thread: commands in, snapshots and events out
``export``      a trained model to a file and back, and the comparison that proves it
``data``        any CSV file to arrays: reading, typing, target and roles, preprocessing
``engine``      pure NumPy: activations, losses, the network, backpropagation, optimisers
``resources``   where the shipped files are
``errors``      expected trouble

This module imports nothing, so that ``nnviz.__version__`` is cheap.
"""

__version__ = "0.1.0"
