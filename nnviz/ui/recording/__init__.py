"""Films of a panel or of the window.

``frames``  what is on the screen, as an image, at hardly any cost
``mark``    the red mark in the status bar while one is made
``flow``    asks where to, takes frames on the clock's beat, says how it went
"""
