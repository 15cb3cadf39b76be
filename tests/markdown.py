"""The code blocks of a Markdown file, and what its author says about them."""

import dataclasses
import re

FENCE = re.compile(r"```(?P<language>\w*)\s*")
NOTE = re.compile(r"<!-- (?P<kind>not run|run with): (?P<words>.+) -->")


@dataclasses.dataclass
class Block:
    language: str
    line: int  # of the fence, from 1
    text: str
    not_run: str = ""  # why its commands are not run
    run_with: str = ""  # a stand-in, when the page's own servers do not do

    def commands(self):
        """Of a console block: (command, what is shown below it)."""
        found = []
        for line in self.text.splitlines():
            if line.startswith("$ "):
                found.append([line[2:], []])
            else:
                found[-1][1].append(line)
        return [(command, "\n".join(shown)) for command, shown in found]


def blocks(text):
    found, lines, fence = [], text.splitlines(), None
    for number, line in enumerate(lines, 1):
        match = FENCE.fullmatch(line)
        if fence is None and match:
            fence = Block(match["language"], number, "")
            if note := NOTE.fullmatch(lines[number - 2]) if number > 1 else None:
                setattr(fence, note["kind"].replace(" ", "_"), note["words"])
        elif fence is not None and line == "```":
            found.append(fence)
            fence = None
        elif fence is not None:
            fence.text += line + "\n"
    assert fence is None, f"line {fence.line}: this block has no end"
    return found
