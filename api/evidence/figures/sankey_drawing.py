"""The drawing of a Sankey: bars to scale, ribbons, and beside every end all rules on one shared scale."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from api.evidence.display import money, print_scale, whole_money
from api.evidence.figures.layout import (
    THIN,
    Box,
    Labels,
    columns,
    place_column,
    pull,
    scale_of,
    ticks,
    weight,
)
from api.evidence.figures.marks import ENDS, end_bar, key_row, patterns, rule_mark, whisker
from api.evidence.figures.svg import (
    ACCENT,
    CARE,
    INK,
    INK2,
    INK3,
    LINE,
    drawing,
    element,
    fitted,
    px,
    text,
    width_of,
)
from graph.model.printing import code_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from analytics.tracing.flows import Node
    from api.evidence.figures.flows import EndRow, Flows
    from api.evidence.figures.layout import Measure
    from api.evidence.figures.wording import Wording

NAME = "sankey"
BAR, TOP, ROW, GROUPED = 9, 34, 24, ("held", "spent")
AXIS_ROOM = 36
"""Pixels that one word of the axis needs."""


def added(rows: Iterable[EndRow], rules: tuple[str, ...]) -> dict[str, Fraction]:
    """Sum rows by rule."""
    kept = list(rows)
    return {code: sum((r.values[code] for r in kept), Fraction(0)) for code in rules}


def disputed(low: Fraction, high: Fraction) -> bool:
    """Say whether the rules differ by more than half of the most."""
    return 2 * (high - low) > high


class SankeyDrawing:
    """One drawing."""

    def __init__(self, found: Flows, asset: str, measure: Measure, wording: Wording) -> None:
        self.found, self.asset, self.at, self.said = found, asset, measure, wording
        self.scale = scale_of(found, measure.height)
        self.column = columns(found)
        self.last = max(self.column.values(), default=0) + 1
        self.boxes: dict[Node, Box] = {}
        self.labels = Labels()
        self.parts: list[str] = []
        self.unit = print_scale(found.total, asset)
        self.most = max((max(r.values.values()) for r in found.rows), default=Fraction(0))

    def svg(self, title: str, words: str) -> str:
        """Return the drawing with its title and its summary."""
        rows, below = self._ends()
        low = self._place()
        self._ribbons()
        self._bars()
        self.parts += rows
        codes = self.found.rules
        marks = [
            (rule_mark(c), self.said.rule(c) + (f" ({self.said.chosen})" if c == self.found.chosen else ""))
            for c in codes
        ]
        legend, height = key_row(marks, self.at.legend, max(low, below) + 20, self.at.width)
        self.parts.append(legend)
        return drawing(NAME, self.at.width, height, title, words, self.parts, patterns(NAME))

    def _x(self, node: Node) -> Fraction:
        box = self.boxes[node]
        if node[0] == "claimant":
            return Fraction(self.at.left)
        if box.column == self.last:
            return Fraction(self.at.bars)
        return self.at.left + Fraction(self.at.bars - self.at.left) * box.column / self.last

    def _height(self, value: Fraction) -> Fraction:
        return max(THIN, value * self.scale)

    def _ends(self) -> tuple[list[str], Fraction]:
        """Stack the rows of ends, groups in their order; return their labels and the lower edge."""
        parts = [
            text(self.at.left + BAR, 14, self.said.paid_in, size=11, anchor="end", fill=INK3, class_="hd"),
            text(self.at.names, 14, self.said.where, size=11, fill=INK3, class_="hd"),
            text(
                self.at.amounts,
                14,
                fitted(code_of(self.asset), 11, 80),
                size=11,
                anchor="end",
                fill=INK3,
                class_="hd",
            ),
            text(self.at.dots, 14, self.said.all_rules, size=11, fill=INK3, class_="hd"),
            text(self.at.width, 14, self.said.least_most, size=11, anchor="end", fill=INK3, class_="hd"),
        ]
        y = Fraction(TOP)
        for end in ENDS:
            rows = [r for r in self.found.rows if r.node[0] == end]
            if rows and end in GROUPED:
                sums = added(rows, self.found.rules)
                parts.append(text(self.at.names, y + 8, self.said.ends[end], bold=True, class_="gh"))
                parts.append(self._amount(sums[self.found.chosen], y + 8, bold=True))
                parts.append(self._band(sums, y + 8))
                y += 14
            for row in rows:
                height = self._height(row.values[self.found.chosen])
                slot = max(height + 4, Fraction(ROW))
                self.boxes[row.node] = Box(self.last, y + (slot - height) / 2, height)
                parts += self._end(row, y + slot / 2, named=end not in GROUPED)
                y += slot
            y += 8 if rows else 0
        return self._axis(y) + parts, y

    def _axis(self, low: Fraction) -> list[str]:
        """Rule the strips from nothing to the most that any rule gives, with round steps."""
        parts = []
        steps = ticks(self.most, self.asset)
        close = len(steps) * AXIS_ROOM > self.at.dots_wide
        for number, (value, words) in enumerate(steps):
            x = self.at.dots + value * self.at.dots_wide / self.most if self.most else Fraction(self.at.dots)
            parts.append(
                element(
                    "line", class_="gr", x1=x, x2=x, y1=TOP - 12, y2=low - 10, stroke=LINE, stroke_width=1
                )
            )
            told = "" if close and 0 < number < len(steps) - 1 else words
            parts.append(text(x, low + 4, told, size=11, anchor="middle", fill=INK3, class_="ax"))
        return parts

    def _end(self, row: EndRow, middle: Fraction, *, named: bool) -> list[str]:
        box, end = self.boxes[row.node], row.node[0]
        value = row.values[self.found.chosen]
        parts = (
            [end_bar(NAME, end, Fraction(self.at.bars), box.top, Fraction(BAR), box.height)] if value else []
        )
        room = self.at.amounts - self.at.names - width_of(money(value, self.asset), 12) - 8
        head = f"{self.said.ends[end]} · " if named else ""
        name = fitted(row.label, 12, room - width_of(head, 12, bold=True))
        parts.append(text(self.at.names, middle + 4, name, head=head))
        parts.append(self._amount(value, middle + 4))
        parts.append(
            whisker(
                row.values, self.found.chosen, self.at.dots, middle, self.at.dots_wide, self.most, guide=False
            )
        )
        parts.append(self._band(row.values, middle + 4))
        return parts

    def _amount(self, value: Fraction, y: Fraction, *, bold: bool = False) -> str:
        return text(self.at.amounts, y, money(value, self.asset), anchor="end", bold=bold, class_="nu")

    def _band(self, values: Mapping[str, Fraction], y: Fraction) -> str:
        low, high = min(values.values()), max(values.values())
        wide = disputed(low, high)
        unit, mark = self.unit
        words = f"{whole_money(low, self.asset, unit)} – {whole_money(high, self.asset, unit)}{mark}"
        return text(
            self.at.width,
            y,
            f"◇ {words}" if wide else words,
            size=11,
            anchor="end",
            fill=CARE if wide else INK2,
            bold=wide,
            class_="rg dis" if wide else "rg",
        )

    def _place(self) -> Fraction:
        """Place accounts from right to left, then claimants; return the lower edge."""
        low = Fraction(0)
        for node in (*self.found.ledgers, *self.found.claimants):
            height = self._height(weight(self.found, node))
            self.boxes[node] = Box(self.column.get(node, 0), Fraction(TOP), height)
        for column in range(self.last - 1, 0, -1):
            nodes = [n for n in self.found.ledgers if self.column[n] == column]
            wanted = {n: pull(self.found, n, self._right_of(column)) for n in nodes}
            low = max(low, place_column(nodes, self.boxes, wanted, 36, TOP + 28))
        wanted = {n: pull(self.found, n, self.boxes) for n in self.found.claimants}
        return max(low, place_column(list(self.found.claimants), self.boxes, wanted, 16, TOP))

    def _right_of(self, column: int) -> dict[Node, Box]:
        return {n: b for n, b in self.boxes.items() if b.column > column}

    def _ribbons(self) -> None:
        ranked = sorted(
            self.found.links.items(),
            key=lambda item: (self.boxes[item[0][0]].top, self.boxes[item[0][1]].top, item[0]),
        )
        starts: dict[tuple[Node, Node], Fraction] = {}
        for (source, target), value in ranked:
            box = self.boxes[source]
            starts[source, target] = box.top + box.out
            box.out += value * self.scale
        ranked.sort(key=lambda item: (self.boxes[item[0][1]].top, self.boxes[item[0][0]].top, item[0]))
        for (source, target), value in ranked:
            box = self.boxes[target]
            self._ribbon(
                (source, target), starts[source, target], box.top + box.into, max(THIN, value * self.scale)
            )
            box.into += value * self.scale

    def _ribbon(self, link: tuple[Node, Node], start: Fraction, end: Fraction, wide: Fraction) -> None:
        source, target = link
        left, right = self._x(source) + BAR, self._x(target)
        reach = max((right - left) / 2, Fraction(60))
        a, b = px(left + reach), px(right - reach)
        d = f"M{px(left)} {px(start)}C{a} {px(start)} {b} {px(end)} {px(right)} {px(end)}"
        d += f"v{px(wide)}C{b} {px(end + wide)} {a} {px(start + wide)} {px(left)} {px(start + wide)}z"
        gone = target[0] in ENDS and target[0] != "held"
        css, fill = ("flow gone", INK3) if gone else ("flow", ACCENT)
        opacity = "0.15" if source[0] == "claimant" else "0.2"
        self.parts.append(element("path", class_=css, d=d, fill=fill, fill_opacity=opacity))

    def _bars(self) -> None:
        everything = {**self.found.claimants, **self.found.ledgers}
        for node, label in everything.items():
            box, x = self.boxes[node], self._x(node)
            self.parts.append(
                element("rect", class_="nd", x=x, y=box.top, width=BAR, height=box.height, fill=INK)
            )
            amount = money(weight(self.found, node), self.asset)
            if node[0] == "claimant":
                self._beside(label, amount, x - 8, box)
            else:
                self._above(label, amount, x, box)

    def _beside(self, label: str, amount: str, x: Fraction, box: Box) -> None:
        name = fitted(label, 12, x)
        top = self.labels.claim(
            (name, amount), x, [box.middle - 13 + n for n in range(0, 400, 2)], 12, 13, "end"
        )
        at = box.middle - 13 if top is None else top
        self.parts.append(text(x, at + 10, name, anchor="end"))
        self.parts.append(text(x, at + 23, amount, anchor="end", class_="nu"))

    def _above(self, label: str, amount: str, x: Fraction, box: Box) -> None:
        """Write above the bar, else below it, else further away: never over another label."""
        room = Fraction(self.at.bars - self.at.left) / self.last * 2
        name, middle = fitted(label, 12, max(room, Fraction(70))), x + Fraction(BAR, 2)
        over, under = box.top - 30, box.top + box.height + 3
        higher = [over - n for n in (14, 28, 42) if over - n > TOP - 20]
        tops = [over, *higher, under, *(under + n for n in range(14, 200, 14))]
        top = self.labels.claim((name, amount), middle, tops, 12, 13)
        if top is not None:
            self.parts.append(text(middle, top + 11, name, anchor="middle", halo=True))
            self.parts.append(text(middle, top + 24, amount, anchor="middle", halo=True, class_="nu"))
