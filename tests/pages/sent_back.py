"""The forms of a page as a browser sends them back when nobody touched anything."""

from __future__ import annotations

from html.parser import HTMLParser

__all__ = ["forms_of"]


class _Forms(HTMLParser):
    """Each form's fields with the values that a browser would send."""

    def __init__(self):
        super().__init__()
        self.forms = []
        self.inside = False
        self.select = self.area = ""
        self.text = ""
        self.option = None

    def keep(self, name, value):
        if self.inside and name and name != "csrfmiddlewaretoken":
            self.forms[-1].setdefault(name, []).append(value)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form":
            self.inside = True
            self.forms.append({})
        elif tag == "input":
            if given.get("type") not in ("checkbox", "radio") or "checked" in given:
                self.keep(
                    given.get("name"), given.get("value") or ("" if "value" in given else self.empty(given))
                )
        elif tag == "select":
            self.select, self.chosen = given.get("name", ""), None
        elif tag == "option":
            self.end_option()
            self.option, self.text = given, ""
        elif tag == "textarea":
            self.area, self.text = given.get("name", ""), ""
        elif tag == "button" and "name" in given and self.inside and given["name"] not in self.forms[-1]:
            self.keep(given["name"], given.get("value", ""))

    @staticmethod
    def empty(given):
        return "on" if given.get("type") == "checkbox" else ""

    def handle_data(self, data):
        self.text += data

    def end_option(self):
        if self.option is not None and self.select:
            value = self.option.get("value", self.text.strip())
            if self.chosen is None or "selected" in self.option:
                self.chosen = value
        self.option = None

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = False
        elif tag == "select":
            self.end_option()
            if self.chosen is not None:
                self.keep(self.select, self.chosen)
            self.select = ""
        elif tag == "option":
            self.end_option()
        elif tag == "textarea" and self.area:
            self.keep(self.area, self.text.removeprefix("\n"))
            self.area = ""


def forms_of(answer):
    """Every form of a page: the names of its fields with the values to send."""
    reader = _Forms()
    reader.feed(answer.content.decode())
    return reader.forms
