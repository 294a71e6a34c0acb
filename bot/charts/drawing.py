"""A chart as a picture file."""

from bot.charts import burnup, group, heatmap
from bot.charts.canvas import Canvas
from bot.charts.grounds import PALETTES, Form, Ground
from bot.domain.charts import BurnupChart, Chart, GroupChart, HeatChart, ProgressChart


def draw(chart: Chart, *, form: Form = Form.PNG, ground: Ground = Ground.CHAT) -> bytes:
    """Draw a chart: the same facts give the same bytes."""
    canvas = Canvas(height=_height(chart), palette=PALETTES[ground])
    match chart:
        case BurnupChart():
            burnup.draw(canvas, chart)
        case HeatChart():
            heatmap.draw(canvas, chart)
        case GroupChart():
            group.draw(canvas, chart)
        case ProgressChart():
            if chart.burnup is not None:
                burnup.draw(canvas, chart.burnup)
            heatmap.draw(canvas, chart.heat, top=_below(chart))
    return canvas.saved(form)


def _height(chart: Chart) -> int:
    match chart:
        case BurnupChart():
            return burnup.HEIGHT
        case HeatChart():
            return heatmap.height(chart)
        case GroupChart():
            return group.height(chart)
        case ProgressChart():
            return _below(chart) + heatmap.height(chart.heat)


def _below(chart: ProgressChart) -> int:
    """Where the heat map begins."""
    return burnup.HEIGHT - 20 if chart.burnup is not None else 0
