"""How the figures are shown, and held against what they should be."""


class Goals:
    """What was to be reached, and what was measured."""

    def __init__(self):
        self.rows = []

    def add(self, what, value, limit, unit):
        """The words for a table's cell."""
        met = value <= limit
        self.rows.append([what, f"{value:.3g} {unit}", f"{limit} {unit}", "met" if met else "MISSED"])
        return "met" if met else f"MISSED (<= {limit} {unit})"


def table(title, columns, rows):
    print(f"\n{title}")
    widths = [max(len(str(row[at])) for row in [columns, *rows]) for at in range(len(columns))]
    for row in [columns, ["-" * width for width in widths], *rows]:
        first, *others = [str(cell) for cell in row]
        cells = [first.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(others, widths[1:]))]
        print(("  " + "  ".join(cells)).rstrip(), flush=True)
