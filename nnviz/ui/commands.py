"""The keyboard: every shortcut of the main window in one table."""

from collections.abc import Callable, Mapping

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QWidget

# Key, name of the command, what it does. Up and Down, which lists and fields need, are the window's own key events.
KEYS: tuple[tuple[str, str, str], ...] = (
    ("Space", "toggle", "Run or pause"),
    ("S", "step_batch", "Train one batch"),
    ("E", "step_epoch", "Train to the end of the epoch"),
    ("Shift+S", "step_back", "Take back one update"),
    ("R", "reset", "Back to the same initial weights"),
    ("G", "runs", "Runs of this session: go back into one, or forget it"),
    ("Ctrl+O", "open", "Open a CSV file or a model"),
    ("Ctrl+E", "export", "Export the trained network"),
    ("Ctrl+S", "save", "Save the panel at hand: picture or numbers"),
    ("Ctrl+Shift+C", "copy_picture", "Copy the picture of the panel at hand"),
    ("Ctrl+Shift+N", "copy_numbers", "Copy the numbers of the panel at hand"),
    ("Ctrl+Shift+R", "record", "Record the panel at hand as GIF or MP4, or stop"),
    ("Ctrl+L", "add_layer", "Add a hidden layer before the output"),
    ("Ctrl+M", "report", "Scores, baselines and diagnosis"),
    ("I", "inspector", "Look inside: a neuron's or weight's numbers"),
    ("J", "what_if", "What if the chosen row had other values?"),
    ("U", "microscope", "Microscope: the next update, stage by stage"),
    ("M", "matrix", "The network as a diagram or as weight matrices"),
    ("F", "fit", "Show the whole network diagram"),
    ("Ctrl++", "zoom_in", "Magnify the network diagram"),
    ("Ctrl+-", "zoom_out", "Make the network diagram smaller"),
    ("L", "log_loss", "Loss axis linear or logarithmic"),
    ("Ctrl+1", "tab_confusion", "Tab: confusion matrix, or errors of numbers"),
    ("Ctrl+2", "tab_roc", "Tab: ROC curves and calibration"),
    ("Ctrl+3", "tab_rows", "Tab: every row with prediction and loss"),
    ("Ctrl+4", "tab_histograms", "Tab: weights, activations and gradients over time"),
    ("Ctrl+5", "tab_gradients", "Tab: gradient flow and diagnosis"),
    ("W", "why", "Why did it stop learning? Findings and what to try"),
    ("Ctrl+6", "tab_landscape", "Tab: loss landscape around the weights"),
    ("D", "draw", "Draw points on the decision map, or stop"),
    ("H", "hard", "Map in hard classes, or blended by probability"),
    ("F2", "set_weight", "Set the chosen weight or bias by hand"),
    ("K", "freeze", "Freeze the chosen neuron or weight, or let it learn"),
    ("X", "silence", "Silence the chosen neuron or weight, or let it sound"),
    ("Ctrl+Z", "undo", "Take back the last stroke, or edit of a weight"),
    ("Ctrl+Shift+Z", "redo", "Do it again"),
    ("Alt+1", "panel_data", "Data panel: show or hide"),
    ("Alt+2", "panel_network", "Network panel: show or hide"),
    ("Alt+3", "panel_decision", "Decision map: show or hide"),
    ("Alt+4", "panel_curves", "Curves: show or hide"),
    ("Alt+5", "panel_tabs", "Tabs: show or hide"),
    ("F10", "view_menu", "View menu: panels, theme, text size"),
    ("F11", "full_screen", "Full screen"),
    ("F5", "present", "Presentation: network, map and curves in large type"),
    ("Alt++", "larger_text", "Larger text"),
    ("Alt+-", "smaller_text", "Smaller text"),
    ("Alt+0", "usual_text", "Text as large as the system's"),
    ("T", "theme", "Dark, light or high-contrast theme"),
    ("Ctrl+T", "settings", "All training settings"),
    ("F1", "keys", "This list"),
    ("Ctrl+Q", "quit", "Quit"),
)
# Where "+" needs Shift, its key without it does too.
ALIASES = {"Ctrl++": "Ctrl+=", "Alt++": "Alt+="}
ROW_KEYS = (
    ("1 2 3 4", "edges: weight, gradient, change (again: since when), row flow"),
    ("1 to 9", "while drawing: the class"),
    ("+ / \N{MINUS SIGN} / Home", "on the map or the curves: zoom in, out, show all"),
    ("Arrows / Enter", "on the map: read values off, choose a row"),
    ("Left, Right / Home, End / B", "on the time rail: an epoch back, on; start, newest; best"),
    ("Shift + Left, Right", "on the time rail: one update back, on"),
    ("C", "on the time rail: keep this moment and compare with it"),
    ("Up / Down", "previous and next row"),
    (
        "Esc",
        "close the microscope; let go of the neuron, then of the row; close a sheet; stop drawing; leave full screen",
    ),
    ("Arrows, Tab", "in the diagram: walk its neurons, and a neuron's weights"),
    ("Enter", "in the diagram: the inspector of a neuron, the editor of a weight"),
    ("Left, Right / P / Enter", "in the microscope: stage before, next; play; apply the update"),
    ("- / +", "in the microscope: walk the updates of the epoch, the epochs of the run; back to the stages"),
    ("Shift + arrows", "in a magnified diagram: move it"),
)


def _press_focused() -> bool:
    """Let Space press the control that has the focus, as everywhere else; return whether there was one."""
    focused = QApplication.focusWidget()
    if isinstance(focused, QAbstractButton):
        focused.animateClick()
        return True
    if isinstance(focused, QComboBox):
        focused.showPopup()
        return True
    return False


def install(window: QWidget, commands: Mapping[str, Callable[[], None]]) -> list[QShortcut]:
    """Bind every key of the table to its command.

    Raises
    ------
    KeyError
        If a command of the table is missing.
    """
    shortcuts = []
    for keys, name, _ in KEYS:
        command = commands[name]
        shortcut = QShortcut(QKeySequence(keys), window)
        if keys in ALIASES:
            shortcut.setKeys([QKeySequence(keys), QKeySequence(ALIASES[keys])])
        shortcut.setAutoRepeat(name in {"step_batch", "step_epoch", "step_back", "zoom_in", "zoom_out"})
        if keys == "Space":
            shortcut.activated.connect(lambda run=command: _press_focused() or run())
        else:
            shortcut.activated.connect(command)
        shortcuts.append(shortcut)
    return shortcuts


def keys_of(command: str) -> str:
    """Return the key of a command as the person reads it, or ""."""
    return next((readable(keys) for keys, name, _ in KEYS if name == command), "")


def readable(keys: str) -> str:
    """Return a key sequence as the person reads it: "Ctrl O" for Ctrl+O, "Ctrl +" for Ctrl++."""
    return keys.replace("++", "+\0").replace("+", " ").replace("\0", "+")
