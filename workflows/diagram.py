"""A workflow as a picture: Mermaid text for the documentation, and an SVG for the page of a case.

The SVG lays the states out in layers by their distance from the first state, so it needs no layout program.
"""

from collections.abc import Mapping
from html import escape
from typing import Any

from workflows.engine import Step, Workflow
from workflows.stakes import stake_of

ARROW_TIP = (
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
    '<path d="M0 0L8 4L0 8z" class="h-flow-tip"/></marker></defs>'
)
BOX_WIDTH, BOX_HEIGHT, GAP_X, GAP_Y, MARGIN = 176, 40, 64, 26, 12


def mermaid(workflow: Workflow) -> str:
    """The state diagram as Mermaid text, one arrow per step and source, in the order of the table."""
    lines = ["stateDiagram-v2", f"    [*] --> {workflow.initial.value}"]
    for step in workflow.steps:
        for source in step.source:
            who = ", ".join(sorted(role.value for role in step.by))
            lines.append(f"    {source.value} --> {step.leads_to(source).value}: {step.trigger} ({who})")
    lines += [f"    {state.value} --> [*]" for state in workflow.states if workflow.is_final(state)]
    return "\n".join(lines) + "\n"


def page(workflow: Workflow) -> str:
    """The page of the documentation: the diagram and the whole table. What is `at stake` asks for a fresh sign-in."""
    head = "| trigger | from | to | by | at stake | guards | documents | basis |\n|---|---|---|---|---|---|---|---|"
    rows = "\n".join(_row(workflow, step) for step in workflow.steps)
    return f"# {workflow.title}\n\n```mermaid\n{mermaid(workflow)}```\n\n{head}\n{rows}\n"


def _row(workflow: Workflow, step: Step) -> str:
    cells = (
        step.trigger,
        ", ".join(state.value for state in step.source),
        step.dest.value if step.dest is not None else "(stays)",
        ", ".join(sorted(role.value for role in step.by)),
        stake_of(workflow.name, step.trigger) or "–",
        ", ".join(guard.__name__ for guard in step.guards) or "–",
        ", ".join(kind.value for kind in step.documents) or "–",
        step.basis,
    )
    return "| " + " | ".join(cells) + " |"


def _layers(workflow: Workflow) -> list[list[Any]]:
    """The states by their distance from the first one; states that nothing reaches stand in the last layer."""
    depth: dict[Any, int] = {workflow.initial: 0}
    queue = [workflow.initial]
    while queue:
        state = queue.pop(0)
        for step in workflow.steps_from(state):
            goal = step.leads_to(state)
            if goal not in depth:
                depth[goal] = depth[state] + 1
                queue.append(goal)
    last = max(depth.values()) + 1
    layers: list[list[Any]] = [[] for _ in range(last + 1)]
    for state in workflow.states:
        layers[depth.get(state, last)].append(state)
    return [layer for layer in layers if layer]


def svg(workflow: Workflow, names: Mapping[Any, str], present: Any, label: str) -> str:
    """The diagram with the present state marked. `names` are already in the reader's language."""
    layers = _layers(workflow)
    places = {
        state: (MARGIN + column * (BOX_WIDTH + GAP_X), MARGIN + line * (BOX_HEIGHT + GAP_Y))
        for column, layer in enumerate(layers)
        for line, state in enumerate(layer)
    }
    width = 2 * MARGIN + len(layers) * (BOX_WIDTH + GAP_X) - GAP_X
    height = 2 * MARGIN + max(len(layer) for layer in layers) * (BOX_HEIGHT + GAP_Y) - GAP_Y
    edges = dict.fromkeys(
        (source, step.leads_to(source))
        for step in workflow.steps
        for source in step.source
        if step.leads_to(source) != source
    )
    parts = [
        f'<svg class="h-flow" role="img" width="{width}" height="{height}" viewBox="0 0 {width} {height}">',
        f"<title>{escape(label)}</title>",
        ARROW_TIP,
        *(_edge(places[start], places[end]) for start, end in edges),
        *(_box(places[state], names[state], state == present) for state in workflow.states),
        "</svg>",
    ]
    return "".join(parts)


def _edge(start: tuple[int, int], end: tuple[int, int]) -> str:
    middle = BOX_HEIGHT // 2
    if end[0] > start[0]:
        x1, y1, x2, y2 = start[0] + BOX_WIDTH, start[1] + middle, end[0], end[1] + middle
        bend = max(24, (x2 - x1) // 2)
        path = f"M{x1} {y1}C{x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}"
    elif end[0] == start[0]:
        x1, down = start[0] + BOX_WIDTH // 2, end[1] > start[1]
        y1, y2 = (start[1] + BOX_HEIGHT, end[1]) if down else (start[1], end[1] + BOX_HEIGHT)
        path = f"M{x1} {y1}C{x1 + 40} {y1} {x1 + 40} {y2} {x1} {y2}"
    else:
        x1, y1, x2, y2 = start[0] + BOX_WIDTH // 3, start[1], end[0] + BOX_WIDTH // 2, end[1] + BOX_HEIGHT
        path = f"M{x1} {y1}C{x1} {y1 - 30} {x2} {y2 + 30} {x2} {y2}"
    return f'<path class="h-flow-edge" d="{path}" marker-end="url(#tip)"/>'


def _box(place: tuple[int, int], name: str, present: bool) -> str:
    mark = " h-flow-now" if present else ""
    x, y = place
    lines = _wrapped(name)
    first = y + BOX_HEIGHT // 2 + 5 - (len(lines) - 1) * 8
    texts = "".join(
        f'<text x="{x + BOX_WIDTH // 2}" y="{first + 16 * number}" text-anchor="middle">{escape(line)}</text>'
        for number, line in enumerate(lines)
    )
    box = f'<rect x="{x}" y="{y}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="6"/>'
    return f'<g class="h-flow-state{mark}">{box}{texts}</g>'


def _wrapped(name: str, most: int = 22) -> list[str]:
    lines = [""]
    for word in name.split():
        longer = f"{lines[-1]} {word}".strip()
        if len(longer) > most and lines[-1] and len(lines) < 2:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines
