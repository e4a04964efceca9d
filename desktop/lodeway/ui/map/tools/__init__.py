"""Map tools: one file each, and this table."""

from lodeway.ui.map.tools.identify import Identify
from lodeway.ui.map.tools.measure import Measure, MeasureArea
from lodeway.ui.map.tools.note import WriteNote
from lodeway.ui.map.tools.pan import Pan
from lodeway.ui.map.tools.select import Lasso, SelectBox
from lodeway.ui.map.tools.tool import Tool
from lodeway.ui.map.tools.zoom_box import ZoomBox

TOOLS: dict[str, type[Tool]] = {
    tool.id: tool for tool in (Pan, ZoomBox, Identify, SelectBox, Lasso, Measure, MeasureArea, WriteNote)
}
"""Tool id to tool; a new tool is one file and one line here."""

__all__ = ["TOOLS", "Tool"]
