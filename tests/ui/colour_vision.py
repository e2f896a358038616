"""Colours by numbers: contrast (WCAG 2.1), the three common colour-vision deficiencies, and how far two are apart.

The deficiencies are the matrices for severity 1 of G. M. Machado, M. M. Oliveira and L. A. F. Fernandes, "A
physiologically-based model for simulation of color vision deficiency" (2009), applied to linear RGB. Distance is
CIEDE2000 (G. Sharma, W. Wu and E. N. Dalal, 2005), whose published pairs are among the tests.
"""

import math

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]

VISIONS: dict[str, Vector] = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
# Linear sRGB to XYZ, and the white point D65.
_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
_WHITE = np.array([0.95047, 1.0, 1.08883])


def linear(colour: str) -> Vector:
    """Return linear red, green and blue between 0 and 1 of "#RRGGBB"."""
    channels = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio of WCAG 2.1, 1 to 21."""
    lighter, darker = sorted((float(_XYZ[1] @ linear(colour)) for colour in (first, second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def lab(colour: str, vision: str = "normal") -> Vector:
    """Return L*, a* and b* of a colour as somebody with a kind of vision sees it."""
    xyz = _XYZ @ np.clip(VISIONS[vision] @ linear(colour), 0.0, 1.0) / _WHITE
    x, y, z = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def distance(first: str, second: str, vision: str = "normal") -> float:
    """Return how far two colours are apart for somebody with a kind of vision: 1 is just noticed side by side."""
    return ciede2000(lab(first, vision), lab(second, vision))


def ciede2000(first: Vector, second: Vector) -> float:
    """Return the CIEDE2000 difference of two colours given as L*, a*, b*."""
    mean_chroma = (math.hypot(*first[1:]) + math.hypot(*second[1:])) / 2
    g = 0.5 * (1 - math.sqrt(mean_chroma**7 / (mean_chroma**7 + 25**7)))
    (l1, c1, h1), (l2, c2, h2) = (_polar(colour, g) for colour in (first, second))
    turn = 0.0 if c1 * c2 == 0 else (h2 - h1 + 180) % 360 - 180
    d_l, d_c, d_h = l2 - l1, c2 - c1, 2 * math.sqrt(c1 * c2) * math.sin(math.radians(turn / 2))
    l_mean, c_mean = (l1 + l2) / 2, (c1 + c2) / 2
    h_mean = h1 + h2 if c1 * c2 == 0 else _mean_hue(h1, h2)
    t = (
        1
        - 0.17 * math.cos(math.radians(h_mean - 30))
        + 0.24 * math.cos(math.radians(2 * h_mean))
        + 0.32 * math.cos(math.radians(3 * h_mean + 6))
        - 0.20 * math.cos(math.radians(4 * h_mean - 63))
    )
    s_l = 1 + 0.015 * (l_mean - 50) ** 2 / math.sqrt(20 + (l_mean - 50) ** 2)
    s_c, s_h = 1 + 0.045 * c_mean, 1 + 0.015 * c_mean * t
    rotation = 2 * math.sqrt(c_mean**7 / (c_mean**7 + 25**7))
    rotation *= -math.sin(math.radians(60 * math.exp(-(((h_mean - 275) / 25) ** 2))))
    light, chroma, hue = d_l / s_l, d_c / s_c, d_h / s_h
    return math.sqrt(light**2 + chroma**2 + hue**2 + rotation * chroma * hue)


def _polar(colour: Vector, g: float) -> tuple[float, float, float]:
    lightness, a, b = (float(value) for value in colour)
    a *= 1 + g
    return lightness, math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360


def _mean_hue(first: float, second: float) -> float:
    total = first + second
    if abs(first - second) <= 180:
        return total / 2
    return (total + 360) / 2 if total < 360 else (total - 360) / 2
