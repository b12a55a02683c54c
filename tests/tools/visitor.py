"""Somebody at the portal who has only a mouse, only a keyboard, or a browser without scripts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from in_browser import follow

#: Sentences of the portal that a visitor waits for, by language.
NUMBER = {"de": ("Keine Datensätze", "1 Datensatz", "{} Datensätze"), "en": ("No datasets", "1 dataset", "{} datasets")}
_FOCUSED = "(element) => element === document.activeElement"
_BEHIND = """(element) => !!document.activeElement
    && !!(document.activeElement.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_PRECEDING)"""
_SEEN = """(element) => { const style = getComputedStyle(element);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none"; }"""


@dataclass
class Visitor:
    """`way` is "mouse", "keyboard" or "plain" (no scripts), `language` "de" or "en"."""

    page: Any
    url: str
    way: str
    language: str

    def open(self, path: str) -> None:
        """Go to a path of the portal, in the visitor's language."""
        self.page.goto(self.url + ("/en" if self.language == "en" else "") + path)

    def says(self, german: str, english: str) -> str:
        """The words in the visitor's language."""
        return german if self.language == "de" else english

    def unfold(self, *boxes: str) -> None:
        """Open what is folded on the way to something, as on a phone all filters are."""
        for box in boxes:
            head = self.page.locator(f"{box} > summary")
            if head.is_visible() and self.page.locator(f"{box}:not([open])").count():
                self.press(f"{box} > summary")

    @property
    def scripts(self) -> bool:
        return self.way != "plain"

    def press(self, selector: str, key: str = "Enter") -> None:
        """Click a thing that stays on the page, or reach it by Tab and press a key."""
        target = self.page.locator(selector)
        if self.way == "keyboard":
            self.reach(target)
            self.page.keyboard.press(key)
        else:
            target.click()

    def go(self, selector: str) -> None:
        """Take a link or a button that leads to another list or page."""
        if self.scripts:
            self.press(selector)
        else:
            follow(self.page.locator(selector))

    def tick(self, selector: str) -> None:
        """Tick a filter, and apply it where no script does."""
        if self.scripts:
            self.press(selector, "Space")
        else:
            self.page.locator(selector).click()
            follow(self.page.locator("#rvr-apply-filters"))

    def write(self, selector: str, text: str) -> None:
        """Fill in a field."""
        field = self.page.locator(selector)
        if self.way == "keyboard":
            self.reach(field)
            self.page.keyboard.press("Control+A")
            self.page.keyboard.type(text)
        else:
            field.fill(text)

    def reach(self, target: Any) -> None:
        """Go to a thing with Tab alone; it must show that it has the focus."""
        target.wait_for()
        key = "Shift+Tab" if target.evaluate(_BEHIND) else "Tab"
        for _ in range(200):
            if target.evaluate(_FOCUSED):
                assert target.evaluate(_SEEN), f"nobody sees that {target} has the focus"
                return
            self.page.keyboard.press(key)
        raise AssertionError(f"{target} cannot be reached by {key}")

    def sees(self, count: int, words: str = "") -> str:
        """Wait for a list of so many datasets; what is read out and where the focus is must be right. Returns its sentence."""
        none, one, many = NUMBER[self.language]
        number = {0: none, 1: one}.get(count, many.format(count))
        head = self.page.locator("#rvr-result-head", has_text=re.compile(f"^{number}\\b.*{re.escape(words)}"))
        head.wait_for()
        sentence = head.inner_text()
        assert self.page.locator(".rvr-results .rvr-card").count() == min(count, 20)
        if self.scripts:
            self._settled(sentence)
        return sentence

    def _settled(self, sentence: str) -> None:
        self.page.locator("body:not(:has(.htmx-request)):not(:has(.htmx-settling))").wait_for()
        status = self.page.locator("#rvr-result-status").text_content()
        if not status:  # a page of its own: it is read from the top, with its title
            assert sentence in self.page.title()
            return
        assert status == sentence
        assert self.page.title().startswith(sentence)
        assert self.page.evaluate("document.activeElement && document.activeElement !== document.body"), "no focus"
