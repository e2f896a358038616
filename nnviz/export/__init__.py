"""A trained model to a file and back, and the comparison that proves it.

``bundle``      what a file holds: network, preprocessing, names, provenance
``document``    the same without the numbers of the network, as JSON values, checked on the way in
``npz_file``, ``safetensors_file``, ``json_file``   one format each: bundle to bytes, bytes to bundle
``formats``     the registry of formats; save, load, recognise by content
``verify``      reload what was written and compare the predictions
``csv_file``    tables written for spreadsheets, guarded against formulas
``split_facts`` how the rows were parted, as plain facts of a file
``atomic``      a file is written whole or not at all
"""

from nnviz.export.bundle import ModelBundle
from nnviz.export.formats import FORMATS, Format, format_for, is_model_file, load, save
from nnviz.export.verify import Verification, export_and_verify

__all__ = [
    "FORMATS",
    "Format",
    "ModelBundle",
    "Verification",
    "export_and_verify",
    "format_for",
    "is_model_file",
    "load",
    "save",
]
