"""The Sankey of a trace: who paid in, through which accounts, where it ended, and what other rules say.

Only traced money is drawn, to scale, under the chosen rule; beside every end stand all rules with the
least and the most of them.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from api.evidence.display import listed, money, number, print_scale, shown, whole_money, with_code
from api.evidence.figures.figure import Figure, Line, Twin
from api.evidence.figures.flows import EndRow, Flows, Node, flows
from api.evidence.figures.layout import THIN, Box, Labels, columns, place_column, pull, scale_of, weight
from api.evidence.figures.marks import ENDS, end_bar, key_row, patterns, rule_mark, whisker
from api.evidence.figures.svg import (
    ACCENT,
    CARE,
    INK,
    INK2,
    INK3,
    drawing,
    element,
    fitted,
    px,
    text,
    width_of,
)
from api.evidence.tables.trace import principal
from graph.model.printing import code_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from api.evidence.contents import Trace

NAME = "sankey"
WIDTH, LEFT, BARS, NAMES, AMOUNTS, DOTS, DOTS_WIDE = 880, 112, 424, 440, 688, 704, 70
BAR, HEIGHT, TOP, ROW, GROUPED = 9, 240, 34, 24, ("held", "spent")


def sankey(trace: Trace) -> Figure:
    """Draw the trace under its chosen rule."""
    found, asset = flows(trace), trace.given.claim_asset
    words = in_words(trace, found)
    ends, rule = _count(len(found.rows), "end"), rule_mark(found.chosen).name
    title = f"Traced money from {_count(len(found.claimants), 'claimant')} to {ends}, {rule}"
    return Figure(NAME, title, words, _Sankey(found, asset).svg(title, words), twin(trace, found))


def totals(found: Flows) -> dict[str, dict[str, Fraction]]:
    """Return outcome to rule to claim units."""
    return {end: _added((r for r in found.rows if r.node[0] == end), found.rules) for end in ENDS}


def in_words(trace: Trace, found: Flows) -> str:
    """Say the figure in one sentence."""
    asset, sums = trace.given.claim_asset, totals(found)
    words = {
        "held": "held",
        "spent": "spent",
        "fees": "paid in fees",
        "swallowed": "swallowed by overdrafts",
        "lost": "lost",
    }
    parts = [f"{money(sums[e][found.chosen], asset)} {words[e]}" for e in ENDS]
    low, high = min(sums["held"].values()), max(sums["held"].values())
    return (
        f"Of {with_code(found.total, asset)}: {listed(parts)}. "
        f"Held under any of the {number(len(found.rules))} rules: "
        f"{money(low, asset)} to {money(high, asset)}."
    )


def twin(trace: Trace, found: Flows) -> Twin:
    """Return the figure as a table: every end under every rule, with least and most."""
    asset = trace.given.claim_asset
    codes = [found.chosen, *(c for c in found.rules if c != found.chosen)]
    lines = []
    for end, sums in totals(found).items():
        rows = [r for r in found.rows if r.node[0] == end]
        if not rows:
            continue
        inline = end not in GROUPED and len(rows) == 1
        name = f"{end.capitalize()}, {shown(rows[0].label, 40)}" if inline else end.capitalize()
        lines.append(Line((name, *_figures(sums, codes, asset)), strong=True))
        if not inline:
            lines += [Line((shown(r.label, 40), *_figures(r.values, codes, asset))) for r in rows]
    rounded = {c: Fraction(principal(trace.comparison.results[c].rounding.legs)) for c in codes}
    if any(rounded.values()):
        lines.append(Line(("Shares below one sub-unit", *_figures(rounded, codes, asset))))
    every = _added(found.rows, found.rules)
    whole = [money(every[c] + rounded[c], asset) for c in codes]
    lines.append(Line(("Sum", *whole, "", ""), strong=True))
    header = ("Where it ended", *(rule_mark(c).name for c in codes), "Least", "Most")
    code = shown(code_of(asset), 16)
    caption = f"{code}. The first rule is the one chosen. Least and most are taken per line."
    return Twin(caption, header, tuple(lines))


def _added(rows: Iterable[EndRow], rules: tuple[str, ...]) -> dict[str, Fraction]:
    kept = list(rows)
    return {code: sum((r.values[code] for r in kept), Fraction(0)) for code in rules}


def _figures(values: Mapping[str, Fraction], codes: list[str], asset: str) -> Iterable[str]:
    low, high = min(values.values()), max(values.values())
    yield from (money(values[c], asset) for c in codes)
    yield money(low, asset)
    yield ("◇ " if disputed(low, high) else "") + money(high, asset)


def disputed(low: Fraction, high: Fraction) -> bool:
    """Say whether the rules differ by more than half of the most."""
    return 2 * (high - low) > high


def _count(count: int, noun: str) -> str:
    return f"{number(count)} {noun}{'' if count == 1 else 's'}"


class _Sankey:
    """One drawing."""

    def __init__(self, found: Flows, asset: str) -> None:
        self.found, self.asset = found, asset
        self.scale = scale_of(found, HEIGHT)
        self.column = columns(found)
        self.last = max(self.column.values(), default=0) + 1
        self.boxes: dict[Node, Box] = {}
        self.labels = Labels()
        self.parts: list[str] = []
        self.unit = print_scale(found.total, asset)
        self.most = max((max(r.values.values()) for r in found.rows), default=Fraction(0))

    def svg(self, title: str, words: str) -> str:
        rows, below = self._ends()
        low = self._place()
        self._ribbons()
        self._bars()
        self.parts += rows
        codes = self.found.rules
        marks = [
            (rule_mark(c), rule_mark(c).name + (" (chosen)" if c == self.found.chosen else "")) for c in codes
        ]
        legend, height = key_row(marks, LEFT, max(low, below) + 20, WIDTH)
        self.parts.append(legend)
        return drawing(NAME, WIDTH, height, title, words, self.parts, patterns(NAME))

    def _x(self, node: Node) -> Fraction:
        box = self.boxes[node]
        if node[0] == "claimant":
            return Fraction(LEFT)
        if box.column == self.last:
            return Fraction(BARS)
        return LEFT + Fraction(BARS - LEFT) * box.column / self.last

    def _height(self, value: Fraction) -> Fraction:
        return max(THIN, value * self.scale)

    def _ends(self) -> tuple[list[str], Fraction]:
        """Stack the rows of ends, groups in their order; return their labels and the lower edge."""
        parts = [
            text(LEFT + BAR, 14, "Paid in by", size=11, anchor="end", fill=INK3, class_="hd"),
            text(NAMES, 14, "Where it ended", size=11, fill=INK3, class_="hd"),
            text(
                AMOUNTS,
                14,
                fitted(code_of(self.asset), 11, 80),
                size=11,
                anchor="end",
                fill=INK3,
                class_="hd",
            ),
            text(DOTS, 14, "All rules", size=11, fill=INK3, class_="hd"),
            text(WIDTH, 14, "Least – most", size=11, anchor="end", fill=INK3, class_="hd"),
        ]
        y = Fraction(TOP)
        for end in ENDS:
            rows = [r for r in self.found.rows if r.node[0] == end]
            if rows and end in GROUPED:
                sums = _added(rows, self.found.rules)
                parts.append(text(NAMES, y + 8, end.capitalize(), bold=True, class_="gh"))
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
        parts.append(text(DOTS, y + 4, "0", size=11, anchor="middle", fill=INK3, class_="ax"))
        unit, mark = self.unit
        right, most = DOTS + DOTS_WIDE, whole_money(self.most, self.asset, unit) + mark
        parts.append(text(right, y + 4, most, size=11, anchor="middle", fill=INK3, class_="ax"))
        return parts, y

    def _end(self, row: EndRow, middle: Fraction, *, named: bool) -> list[str]:
        box, end = self.boxes[row.node], row.node[0]
        value = row.values[self.found.chosen]
        parts = [end_bar(NAME, end, Fraction(BARS), box.top, Fraction(BAR), box.height)] if value else []
        room = AMOUNTS - NAMES - width_of(money(value, self.asset), 12) - 8
        head = f"{end.capitalize()} · " if named else ""
        name = fitted(row.label, 12, room - width_of(head, 12, bold=True))
        parts.append(text(NAMES, middle + 4, name, head=head))
        parts.append(self._amount(value, middle + 4))
        parts.append(whisker(row.values, self.found.chosen, DOTS, middle, DOTS_WIDE, self.most))
        parts.append(self._band(row.values, middle + 4))
        return parts

    def _amount(self, value: Fraction, y: Fraction, *, bold: bool = False) -> str:
        return text(AMOUNTS, y, money(value, self.asset), anchor="end", bold=bold, class_="nu")

    def _band(self, values: Mapping[str, Fraction], y: Fraction) -> str:
        low, high = min(values.values()), max(values.values())
        wide = disputed(low, high)
        unit, mark = self.unit
        words = f"{whole_money(low, self.asset, unit)} – {whole_money(high, self.asset, unit)}{mark}"
        return text(
            WIDTH,
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
        room = Fraction(BARS - LEFT) / self.last * Fraction(3, 2)
        name, middle = fitted(label, 12, max(room, Fraction(70))), x + Fraction(BAR, 2)
        over, under = box.top - 30, box.top + box.height + 3
        higher = [over - n for n in (14, 28, 42) if over - n > TOP - 20]
        tops = [over, *higher, under, *(under + n for n in range(14, 200, 14))]
        top = self.labels.claim((name, amount), middle, tops, 12, 13)
        if top is not None:
            self.parts.append(text(middle, top + 11, name, anchor="middle", halo=True))
            self.parts.append(text(middle, top + 24, amount, anchor="middle", halo=True, class_="nu"))
