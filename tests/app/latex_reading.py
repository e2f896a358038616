r"""Reads LaTeX's maths as a compiler would: groups, arguments, fences; and refuses what would be set as words.

A strict reader of the part of the language that lenses write. It knows each command and what it takes; two letters
side by side that are no command are a word that lost its ``\text``, signs of Unicode are for texts.
"""

import re

TOKEN = re.compile(r"\\[A-Za-z]+|\\.|[{}^_&]|\s+|.", re.DOTALL)
ARGUMENTS = {"frac": 2, "sqrt": 1, "hat": 1, "mathrm": 1, "text": 1, "operatorname": 1}
WORDS = {"mathrm", "text", "operatorname"}
PLAIN = {
    *("eta", "mu", "lambda", "alpha", "epsilon", "beta", "Delta", "partial", "nabla", "infty", "sum", "prod"),
    *("times", "cdot", "approx", "to", "leftarrow", "ln", "log", "tanh", "exp", "max", "min", "quad", "dots"),
}
SPACES = {r"\,", r"\ ", r"\;"}


class LatexError(AssertionError):
    """What a compiler would stop at, or set wrongly."""


class _Compiler:
    def __init__(self, text: str) -> None:
        self.tokens, self.at, self.text = TOKEN.findall(text), 0, text

    def fail(self, why: str) -> LatexError:
        return LatexError(f"{why} at token {self.at} of {self.text}")

    def next(self) -> str | None:
        while self.at < len(self.tokens) and self.tokens[self.at].isspace():
            self.at += 1
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def maths(self, end: str | None = None) -> int:
        """Read up to an end, which is taken; return how many atoms there were."""
        count, letters, scripts = 0, "", set[str]()
        while (token := self.next()) != end:
            if token is None:
                raise self.fail(f"{end} is missing")
            if token in ("}", r"\right", "&"):
                raise self.fail(f"{token} closes nothing")
            if token in "^_":
                self.at += 1
                if not count or token in scripts:
                    raise self.fail(f"{token} has nothing to stand at")
                scripts.add(token)
                self.argument(token)
                letters = ""
                continue
            spaced = self.at > 0 and self.tokens[self.at - 1].isspace()
            letters = f"{'' if spaced else letters}{token}" if len(token) == 1 and token.isalpha() else ""
            if len(letters) > 1 and letters != "'":
                raise self.fail(f"{letters} is a word in maths")
            if token != "'":
                scripts.clear()
            self.atom()
            count += 1
        if end is not None:
            self.at += 1
        return count

    def argument(self, of: str) -> None:
        token = self.next()
        if token == "{":
            self.at += 1
            if not self.maths("}"):
                raise self.fail(f"{of} has an empty argument")
        elif token is None or token in "}^_&" or (token.startswith("\\") and token[1:] not in PLAIN):
            raise self.fail(f"{of} has no argument")
        else:
            self.atom()

    def words(self) -> None:
        if self.next() != "{":
            raise self.fail("words have no group")
        self.at += 1
        depth, maths = 1, False
        while depth:
            if self.at >= len(self.tokens):
                raise self.fail("words have no end")
            token = self.tokens[self.at]
            maths ^= token == "$"
            if token in "^_&#%" and not maths:
                raise self.fail(f"{token} in words")
            depth += (token == "{") - (token == "}")
            self.at += 1
        if maths:
            raise self.fail("a dollar is missing")

    def atom(self) -> None:
        token = self.next()
        assert token is not None
        self.at += 1
        name = token[1:] if token.startswith("\\") else ""
        if token == "{":
            self.maths("}")
        elif token == r"\left":
            self.at += 1  # the fence
            self.maths(r"\right")
            if self.next() is None:
                raise self.fail("the fence is missing")
            self.at += 1
        elif name in WORDS:
            self.words()
        elif name in ARGUMENTS:
            for _ in range(ARGUMENTS[name]):
                self.argument(token)
        elif token.startswith("\\"):
            if name not in PLAIN and token not in SPACES:
                raise self.fail(f"{token} is unknown")
        elif not token.isascii() or token in '$#%~"\\':
            raise self.fail(f"{token!r} in maths")


def compiled(latex: str) -> None:
    """Read a formula; raise where a compiler would stop, or would set a word as a product of letters."""
    _Compiler(latex).maths()


def words_of(latex: str) -> list[str]:
    r"""Return what stands in ``\text``."""
    return re.findall(r"\\text\{((?:[^{}]|\{[^{}]*\})*)\}", latex)
