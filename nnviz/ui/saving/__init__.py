"""Every panel saves or copies itself: as a picture (PNG, SVG) or as numbers (CSV, cells for a spreadsheet).

``pictures``   what is painted becomes an image or vectors; what takes long does so on a worker thread
``parts``      what there is to save in a window: its panels, the inspector, the window itself
``flow``       asks where to, takes the moment, hands it to a worker, says how it went
"""
