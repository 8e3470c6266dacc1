# SPDX-License-Identifier: MIT
"""What was measured, beside what it may be."""


class Table:
    def __init__(self):
        self.rows = []

    def add(self, what, goal, measured, met=None, monit=""):
        """`met`: whether the goal was reached; None where there is none."""
        mark = "" if met is None else "ok" if met else "MISSED"
        self.rows.append((what, goal, measured, mark, monit))

    def show(self):
        """Prints it. Whether every goal was reached."""
        head = ("what", "goal", "measured", "", "Monit" if any(row[4] for row in self.rows) else "")
        widths = [max(len(row[column]) for row in [head, *self.rows]) for column in range(len(head))]
        for row in [head, tuple("-" * width for width in widths), *self.rows]:
            print(" | ".join(text.ljust(width) for text, width in zip(row, widths)).rstrip())
        missed = sum(row[3] == "MISSED" for row in self.rows)
        print(f"\n{missed} of the goals missed" if missed else "\nevery goal reached")
        return missed == 0
