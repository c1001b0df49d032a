"""Graphviz colours as hex: `darkgreen`, `dodgerblue3`, `gray40`, `#AABBCC`, `0.6 0.5 0.9`.

Facts: https://graphviz.org/doc/info/colors.html (the X11 scheme) and https://graphviz.org/docs/attr-types/color/. A
numbered name is its base at 100, 93.2, 80.4 or 54.5 %, which is how X11 made its list.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

__all__ = ["hex_colour", "reads_on", "seen_on"]

_NAMES: Final = """
aliceblue F0F8FF antiquewhite FAEBD7 aqua 00FFFF aquamarine 7FFFD4 azure F0FFFF beige F5F5DC bisque FFE4C4 black 000000
blanchedalmond FFEBCD blue 0000FF blueviolet 8A2BE2 brown A52A2A burlywood DEB887 cadetblue 5F9EA0 chartreuse 7FFF00
chocolate D2691E coral FF7F50 cornflowerblue 6495ED cornsilk FFF8DC crimson DC143C cyan 00FFFF darkblue 00008B
darkcyan 008B8B darkgoldenrod B8860B darkgray A9A9A9 darkgreen 006400 darkgrey A9A9A9 darkkhaki BDB76B
darkmagenta 8B008B darkolivegreen 556B2F darkorange FF8C00 darkorchid 9932CC darkred 8B0000 darksalmon E9967A
darkseagreen 8FBC8F darkslateblue 483D8B darkslategray 2F4F4F darkslategrey 2F4F4F darkturquoise 00CED1
darkviolet 9400D3 deeppink FF1493 deepskyblue 00BFFF dimgray 696969 dimgrey 696969 dodgerblue 1E90FF firebrick B22222
floralwhite FFFAF0 forestgreen 228B22 fuchsia FF00FF gainsboro DCDCDC ghostwhite F8F8FF gold FFD700 goldenrod DAA520
gray C0C0C0 green 00FF00 greenyellow ADFF2F grey C0C0C0 honeydew F0FFF0 hotpink FF69B4 indianred CD5C5C indigo 4B0082
ivory FFFFF0 khaki F0E68C lavender E6E6FA lavenderblush FFF0F5 lawngreen 7CFC00 lemonchiffon FFFACD lightblue ADD8E6
lightcoral F08080 lightcyan E0FFFF lightgoldenrod EEDD82 lightgoldenrodyellow FAFAD2 lightgray D3D3D3 lightgreen 90EE90
lightgrey D3D3D3 lightpink FFB6C1 lightsalmon FFA07A lightseagreen 20B2AA lightskyblue 87CEFA lightslateblue 8470FF
lightslategray 778899 lightslategrey 778899 lightsteelblue B0C4DE lightyellow FFFFE0 lime 00FF00 limegreen 32CD32
linen FAF0E6 magenta FF00FF maroon B03060 mediumaquamarine 66CDAA mediumblue 0000CD mediumorchid BA55D3
mediumpurple 9370DB mediumseagreen 3CB371 mediumslateblue 7B68EE mediumspringgreen 00FA9A mediumturquoise 48D1CC
mediumvioletred C71585 midnightblue 191970 mintcream F5FFFA mistyrose FFE4E1 moccasin FFE4B5 navajowhite FFDEAD
navy 000080 navyblue 000080 oldlace FDF5E6 olive 808000 olivedrab 6B8E23 orange FFA500 orangered FF4500 orchid DA70D6
palegoldenrod EEE8AA palegreen 98FB98 paleturquoise AFEEEE palevioletred DB7093 papayawhip FFEFD5 peachpuff FFDAB9
peru CD853F pink FFC0CB plum DDA0DD powderblue B0E0E6 purple A020F0 rebeccapurple 663399 red FF0000 rosybrown BC8F8F
royalblue 4169E1 saddlebrown 8B4513 salmon FA8072 sandybrown F4A460 seagreen 2E8B57 seashell FFF5EE sienna A0522D
silver C0C0C0 skyblue 87CEEB slateblue 6A5ACD slategray 708090 slategrey 708090 snow FFFAFA springgreen 00FF7F
steelblue 4682B4 tan D2B48C teal 008080 thistle D8BFD8 tomato FF6347 turquoise 40E0D0 violet EE82EE violetred D02090
wheat F5DEB3 white FFFFFF whitesmoke F5F5F5 yellow FFFF00 yellowgreen 9ACD32
"""
# The first of the four numbered shades, where it is not the plain name's.
_FIRST: Final = """
antiquewhite FFEFDB brown FF4040 burlywood FFD39B cadetblue 98F5FF chocolate FF7F24 coral FF7256 darkgoldenrod FFB90F
darkolivegreen CAFF70 darkorange FF7F00 darkorchid BF3EFF darkseagreen C1FFC1 darkslategray 97FFFF firebrick FF3030
goldenrod FFC125 hotpink FF6EB4 indianred FF6A6A khaki FFF68F lightblue BFEFFF lightgoldenrod FFEC8B lightpink FFAEB9
lightskyblue B0E2FF lightsteelblue CAE1FF maroon FF34B3 mediumorchid E066FF mediumpurple AB82FF olivedrab C0FF3E
orchid FF83FA palegreen 9AFF9A paleturquoise BBFFFF palevioletred FF82AB pink FFB5C5 plum FFBBFF purple 9B30FF
rosybrown FFC1C1 royalblue 4876FF salmon FF8C69 seagreen 54FF9F sienna FF8247 skyblue 87CEFF slateblue 836FFF
slategray C6E2FF steelblue 63B8FF tan FFA54F thistle FFE1FF turquoise 00F5FF violetred FF3E96 wheat FFE7BA
"""
_SHADES: Final = {"1": 1.0, "2": 0.932, "3": 0.804, "4": 0.545}
_DARK: Final = "#232F3E"
_LIGHT: Final = "#FFFFFF"
_HEX: Final = re.compile(r"#([0-9a-fA-F]{6})(?:[0-9a-fA-F]{2})?")
_SHORT: Final = re.compile(r"#([0-9a-fA-F])([0-9a-fA-F])([0-9a-fA-F])")
_GREY: Final = re.compile(r"gr[ae]y(\d{1,2}|100)")
_SHADE: Final = re.compile(r"([a-z]+)([1-4])")
_HSV: Final = re.compile(r"([01]?\.?\d+)[ ,]+([01]?\.?\d+)[ ,]+([01]?\.?\d+)")


def hex_colour(words: str) -> str | None:
    """Return a Graphviz colour as `#RRGGBB`, None for one that is not known. Of a list of colours the first counts."""
    name = words.split(":")[0].split(";")[0].strip().lower()
    if exact := _HEX.fullmatch(name):
        return f"#{exact[1].upper()}"
    if short := _SHORT.fullmatch(name):
        return "#" + "".join(2 * digit for digit in short.groups()).upper()
    if grey := _GREY.fullmatch(name):
        return "#" + f"{round(255 * int(grey[1]) / 100):02X}" * 3
    if mixed := _HSV.fullmatch(name):
        from colorsys import hsv_to_rgb

        return _hex(*(255 * v for v in hsv_to_rgb(*(min(float(v), 1.0) for v in mixed.groups()))))
    if plain := _table(_NAMES).get(name):
        return f"#{plain}"
    if shade := _SHADE.fullmatch(name):
        base = _table(_FIRST).get(shade[1]) or _table(_NAMES).get(shade[1])
        if base:
            return _hex(*(_SHADES[shade[2]] * v for v in _rgb(base)))
    return None


def reads_on(ground: str) -> str:
    """Return the colour of words that read best on a ground `#RRGGBB`: AWS's dark ink, or white."""
    return _DARK if _luminance(ground) > 0.22 else _LIGHT


def seen_on(colour: str, ground: str, least: float = 3) -> str:
    """Return a colour, or the one that reads best where it stands out from its ground by less than `least` to 1.

    Both are `#RRGGBB`. WCAG 2.2 asks for 3 to 1 of what must be told apart, and what is alike is 1 to 1.
    """
    darker, lighter = sorted((_luminance(colour), _luminance(ground)))
    return colour if (lighter + 0.05) / (darker + 0.05) >= least else reads_on(ground)


def _luminance(colour: str) -> float:
    """Return the relative luminance, as WCAG 2.2 defines it."""
    red, green, blue = (
        v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in (c / 255 for c in _rgb(colour[1:]))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@cache
def _table(text: str) -> dict[str, str]:
    words = text.split()
    return dict(zip(words[::2], words[1::2], strict=True))


def _rgb(digits: str) -> tuple[int, int, int]:
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


def _hex(*channels: float) -> str:
    return "#" + "".join(f"{round(v):02X}" for v in channels)
