"""Light and dark: palette, style sheet and the few colours that carry meaning."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from lodeway.paths import resources_dir
from lodeway.session.document import Theme


@dataclass(frozen=True, slots=True)
class Colours:
    """Colours of the window, as ``#rrggbb``. ``gain`` and ``loss`` always come with a sign or a word."""

    window: str
    base: str
    alternate: str
    text: str
    quiet: str
    line: str
    accent: str
    accent_text: str
    bar: str
    bar_track: str
    bar_full: str
    warn: str
    gain: str
    loss: str


COLOURS: dict[Theme, Colours] = {
    "light": Colours(
        window="#F2F3F3", base="#FFFFFF", alternate="#F7F8F8", text="#1F2A30", quiet="#5B6770", line="#D3D8DB",
        accent="#0F5FA8", accent_text="#FFFFFF", bar="#54758A", bar_track="#E3E8EA", bar_full="#8C2F1B",
        warn="#B7791F", gain="#1E7A46", loss="#B3261E",
    ),
    "dark": Colours(
        window="#1B252C", base="#151E24", alternate="#192229", text="#D9E1E6", quiet="#95A3AC", line="#34434D",
        accent="#5AA9E6", accent_text="#0B1419", bar="#7FA3B8", bar_track="#2A3840", bar_full="#E8846B",
        warn="#E0B050", gain="#6CC590", loss="#F08A80",
    ),
}  # fmt: skip


def palette(theme: Theme) -> QPalette:
    """The palette of the window's controls."""
    c = COLOURS[theme]
    made = QPalette()
    role = QPalette.ColorRole
    for one, colour in {
        role.Window: c.window, role.WindowText: c.text, role.Base: c.base, role.AlternateBase: c.alternate,
        role.Text: c.text, role.Button: c.window, role.ButtonText: c.text, role.BrightText: c.loss,
        role.Highlight: c.accent, role.HighlightedText: c.accent_text, role.Link: c.accent,
        role.LinkVisited: c.accent, role.PlaceholderText: c.quiet, role.ToolTipBase: c.base,
        role.ToolTipText: c.text, role.Light: c.base, role.Midlight: c.alternate, role.Mid: c.line,
        role.Dark: c.quiet, role.Shadow: c.line,
    }.items():  # fmt: skip
        made.setColor(one, QColor(colour))
    for one in (role.WindowText, role.Text, role.ButtonText):
        faded = QColor(c.quiet)
        faded.setAlpha(150)
        made.setColor(QPalette.ColorGroup.Disabled, one, faded)
    return made


def style_sheet(theme: Theme) -> str:
    """What a palette cannot say: an 8 px grid, quiet titles, thin lines. Sizes in px of the 96 dpi screen."""
    c = COLOURS[theme]
    return f"""
    QMainWindow::separator {{ background: {c.line}; width: 1px; height: 1px; margin: 0 2px; }}
    QMainWindow::separator:hover {{ background: {c.accent}; }}
    QMenuBar {{ background: {c.window}; border-bottom: 1px solid {c.line}; }}
    QMenuBar::item {{ padding: 4px 8px; background: transparent; }}
    QMenuBar::item:selected {{ background: {c.bar_track}; border-radius: 4px; }}
    QMenu {{ background: {c.base}; border: 1px solid {c.line}; padding: 4px; }}
    QMenu::item {{ padding: 4px 24px 4px 24px; border-radius: 4px; }}
    QMenu::item:selected {{ background: {c.accent}; color: {c.accent_text}; }}
    QMenu::item:disabled {{ color: {c.quiet}; background: transparent; }}
    QMenu::separator {{ height: 1px; background: {c.line}; margin: 4px 8px; }}
    QStatusBar {{ background: {c.window}; border-top: 1px solid {c.line}; }}
    QStatusBar::item {{ border: none; }}
    QStatusBar QLabel {{ color: {c.quiet}; padding: 0 8px; }}
    QStatusBar QToolButton {{ color: {c.quiet}; border: none; padding: 0 8px; }}
    QStatusBar QToolButton:hover, QStatusBar QToolButton:focus {{ color: {c.accent}; }}
    QTabBar {{ qproperty-drawBase: 0; }}
    QTabBar::tab {{ padding: 2px 10px; color: {c.quiet}; background: transparent; border: none;
        border-bottom: 2px solid transparent; }}
    QTabBar::tab:selected {{ color: {c.text}; border-bottom: 2px solid {c.accent}; }}
    QTabBar::close-button {{ image: url("{_icon_address(f"tab-close-{theme}")}"); margin: 2px; }}
    QTabBar::close-button:hover {{ background: {c.bar_track}; border-radius: 3px; }}
    QTabWidget::pane {{ border: none; }}
    QTableView, QTreeView, QListView {{ background: {c.base}; alternate-background-color: {c.alternate};
        border: none; border-top: 1px solid {c.line}; gridline-color: transparent; outline: 0;
        selection-background-color: {c.bar_track}; selection-color: {c.text}; }}
    QTableView:focus, QTreeView:focus {{ border-top: 1px solid {c.accent}; }}
    QHeaderView {{ background: {c.window}; border: none; }}
    QHeaderView::section {{ background: {c.window}; color: {c.quiet}; border: none; padding: 3px 4px;
        border-bottom: 1px solid {c.line}; font-size: 11px; }}
    QHeaderView::down-arrow, QHeaderView::up-arrow {{ image: none; width: 0; height: 0; }}
    QHeaderView::section:hover {{ color: {c.text}; }}
    QLineEdit {{ background: {c.base}; border: 1px solid {c.line}; border-radius: 4px;
        padding: 2px 6px; min-height: 20px; }}
    QLineEdit:focus {{ border: 1px solid {c.accent}; }}
    QPushButton, QToolButton[card="true"] {{ background: {c.base}; border: 1px solid {c.line}; border-radius: 4px;
        padding: 3px 9px; min-height: 18px; }}
    QPushButton:hover, QToolButton:hover {{ border-color: {c.accent}; }}
    QPushButton:focus {{ border: 1px solid {c.accent}; }}
    QPushButton:checked, QToolButton:checked {{ background: {c.accent}; color: {c.accent_text};
        border-color: {c.accent}; }}
    QPushButton:disabled {{ color: {c.quiet}; }}
    QToolButton {{ border: 1px solid transparent; border-radius: 4px; padding: 3px; background: transparent; }}
    QToolTip {{ background: {c.base}; color: {c.text}; border: 1px solid {c.line}; padding: 4px; }}
    QProgressBar {{ background: {c.bar_track}; border: none; border-radius: 2px; max-height: 4px; }}
    QProgressBar::chunk {{ background: {c.accent}; border-radius: 2px; }}
    QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
    QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
    QScrollBar::handle {{ background: {c.line}; border-radius: 4px; min-height: 24px; min-width: 24px; margin: 1px; }}
    QScrollBar::handle:hover {{ background: {c.quiet}; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
    QTreeView::indicator {{ width: 12px; height: 12px; border: 1px solid {c.quiet}; border-radius: 3px;
        background: {c.base}; }}
    QTreeView::indicator:checked {{ background: {c.accent}; border-color: {c.accent};
        image: url("{_icon_address(f"box-check-{theme}")}"); }}
    QTreeView::indicator:indeterminate {{ background: {c.bar_track}; border-color: {c.accent};
        image: url("{_icon_address(f"box-part-{theme}")}"); }}
    QLabel[role="title"] {{ color: {c.quiet}; font-weight: 600; }}
    QLabel[role="quiet"] {{ color: {c.quiet}; }}
    QLabel[role="heading"] {{ font-weight: 600; }}
    QLabel[role="figure"] {{ font-size: 19px; font-weight: 600; }}
    QLabel[role="loss"] {{ color: {c.loss}; }}
    QLabel[role="gain"] {{ color: {c.gain}; }}
    QFrame#card {{ background: {c.base}; border: 1px solid {c.line}; border-radius: 6px; }}
    QFrame#tools {{ background: {c.base}; border: 1px solid {c.line}; border-radius: 6px; }}
    """


def _icon_address(name: str) -> str:
    """Path of an icon as style sheets want it."""
    return (resources_dir() / "icons" / f"{name}.svg").as_posix()


def apply(app: QApplication, theme: Theme) -> None:
    """Dress the whole program."""
    app.setStyle("Fusion")
    app.setPalette(palette(theme))
    app.setStyleSheet(style_sheet(theme))
