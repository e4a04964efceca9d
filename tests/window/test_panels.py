"""The panels over the small world: what they show follows from the document, what is done in them becomes a step."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QLocale, QPoint, Qt
from PySide6.QtWidgets import QLabel, QToolButton
from pytestqt.qtbot import QtBot

from lodeway.carto.layers import LAYERS
from lodeway.model.scenario import LeverUse
from lodeway.session import commands as c
from lodeway.ui import context_menu, numbers, words
from lodeway.ui.bridge import Bridge
from lodeway.ui.panels.figures import market_figures, reasons, total_figures
from lodeway.ui.panels.layers import LayersPanel
from lodeway.ui.panels.results import ResultsPanel, readings
from lodeway.ui.panels.routes import RoutesPanel
from lodeway.ui.panels.routes_data import route_rows
from lodeway.ui.panels.routes_model import KEYS, ROW_ROLE
from lodeway.ui.panels.whatif import WhatIfPanel
from lodeway.ui.source_dialog import source_page
from tests.window.small import COBALT, COPPER, EU27, LITHIUM, SmallEngine


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    yield
    QLocale.setDefault(before)


@pytest.fixture
def bridge(qtbot: QtBot) -> Iterator[Bridge]:
    made = Bridge(SmallEngine())
    made.session.start()
    qtbot.waitUntil(lambda: made.document.is_current and made.document.provenance is not None, timeout=10_000)
    yield made
    made.session.close()


@pytest.fixture
def settle(qtbot: QtBot, bridge: Bridge) -> Callable[[], None]:
    return lambda: qtbot.waitUntil(lambda: bridge.document.is_current, timeout=10_000)


def _cells(panel: RoutesPanel, route: str) -> dict[str, str]:
    row = panel.model.row_of(route)
    return {key: panel.model.index(row, number).data() for number, key in enumerate(KEYS)}


# Rows and figures, without a widget -------------------------------------------------------------------------------


def test_rows_say_unknown_where_nothing_is_known(bridge: Bridge) -> None:
    rows = {row.id: row for row in route_rows(bridge.document)}
    north, south = rows["route:north"], rows["route:south"]
    assert (north.flow_t, north.utilisation, north.exposure, north.change_t) == (60_000.0, 0.6, 0.75, None)
    assert (south.capacity_t, south.utilisation) == (None, None)
    bridge.session.do(c.ChooseCommodity(COBALT, "Cobalt"))
    assert {row.exposure for row in route_rows(bridge.document)} == {None}


def test_figures_keep_losses_costs_and_days_apart(bridge: Bridge, settle: Callable[[], None]) -> None:
    bridge.session.do(c.Block("route:north", "North"))
    settle()
    (copper,) = total_figures(bridge.document)
    assert (copper.unmet_t, copper.unmet_change_t) == (10_000.0, 10_000.0)
    assert copper.added_cost_usd_per_t == pytest.approx(100.0)
    assert copper.added_days == pytest.approx(20.0)
    unmet, _, cost, days = readings(copper)
    assert (unmet.figure, unmet.beside, unmet.role) == ("10.0\u202fkt", "+10.0\u202fkt", "loss")
    assert (cost.figure, cost.beside) == ("+100", "to 300")
    assert (days.figure, days.beside) == ("+20.0", "to 60.0")
    europe = next(f for f in market_figures(bridge.document) if f.market == EU27)
    assert europe.unmet_t == 10_000.0
    assert [reason.words for reason in reasons(bridge.document)] == ["South carries all that it can."]


def test_where_nothing_is_delivered_no_cost_is_invented(bridge: Bridge, settle: Callable[[], None]) -> None:
    bridge.session.do(c.Block("route:north", "North"))
    bridge.session.do(c.Block("route:south", "South"))
    settle()
    (copper,) = total_figures(bridge.document)
    assert (copper.unmet_t, copper.cost_usd_per_t, copper.added_cost_usd_per_t) == (80_000.0, None, None)
    assert readings(copper)[2].figure == numbers.DASH
    assert {row.exposure for row in route_rows(bridge.document)} == {None}


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "–"), (0.0, "0\u202ft"), (0.4, "0\u202ft"), (999.4, "999\u202ft"), (1_000.0, "1.00\u202fkt"),
     (459_950.0, "460\u202fkt"), (999_600.0, "1.00\u202fMt"), (-1_234_567.0, "\u22121.23\u202fMt")],
)  # fmt: skip
def test_tonnes_have_three_digits_and_unknown_is_no_zero(value: float | None, text: str) -> None:
    assert numbers.tonnes(value) == text


def test_numbers_follow_the_locale_of_the_user() -> None:
    QLocale.setDefault(QLocale(QLocale.Language.Portuguese, QLocale.Country.Portugal))
    assert numbers.tonnes(1_234_567.0) == "1,23\u202fMt"
    QLocale.setDefault(QLocale(QLocale.Language.French, QLocale.Country.France))
    assert numbers.plain(1_234_567.0).replace("\u202f", " ") == "1 234 567"


def test_what_rounds_to_zero_has_no_sign() -> None:
    assert (numbers.signed(-0.2), numbers.signed(0.2), numbers.signed(3.0)) == ("0", "0", "+3")


def test_the_scenario_in_words(bridge: Bridge) -> None:
    atlas = bridge.document.atlas
    assert words.scenario_words(atlas, bridge.document.scenario) == "The world as it is"
    bridge.session.do(c.Block("route:north", "North"))
    bridge.session.do(c.Cut("gate:suez", "Suez Canal", 50.0))
    bridge.session.do(c.SetAdaptation("weeks"))
    assert words.scenario_words(atlas, bridge.document.scenario) == (
        "If North is blocked and Suez Canal is cut by 50 %, and trade has weeks to adapt"
    )


# Routes -----------------------------------------------------------------------------------------------------------


def test_routes_show_what_they_carry_and_who_depends_on_them(qtbot: QtBot, bridge: Bridge) -> None:
    panel = RoutesPanel(bridge)
    qtbot.addWidget(panel)
    cells = _cells(panel, "route:north")
    assert cells == {"name": "North", "block": "", "capacity": "100\u202fkt", "flow": "60.0\u202fkt",
                     "use": "60\u202f%",
                     "exposure": "75\u202f%", "change": numbers.DASH}  # fmt: skip
    assert _cells(panel, "route:south")["capacity"] == numbers.DASH
    assert panel.market.currentData() == EU27
    assert panel.commodity.findText("Lithium (not solved)") >= 0


def test_space_blocks_and_space_unblocks(qtbot: QtBot, bridge: Bridge, settle: Callable[[], None]) -> None:
    panel = RoutesPanel(bridge)
    qtbot.addWidget(panel)
    bridge.session.select("route:north")
    assert panel.table.currentIndex().data(ROW_ROLE).id == "route:north"
    qtbot.keyClick(panel.table, Qt.Key.Key_Space)
    settle()
    assert bridge.document.blocked == {"route:north"}
    assert _cells(panel, "route:north")["flow"] == "0\u202ft"
    assert _cells(panel, "route:south")["change"] == "+50.0\u202fkt"
    qtbot.keyClick(panel.table, Qt.Key.Key_Space)
    settle()
    assert bridge.document.blocked == frozenset()


def test_a_click_on_the_switch_blocks_once(qtbot: QtBot, bridge: Bridge, settle: Callable[[], None]) -> None:
    panel = RoutesPanel(bridge)
    qtbot.addWidget(panel)
    panel.resize(460, 300)
    with qtbot.waitExposed(panel):
        panel.show()
    row = panel.model.row_of("route:south")
    index = panel.order.mapFromSource(panel.model.index(row, KEYS.index("block")))
    qtbot.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=panel.table.visualRect(index).center())
    settle()
    assert bridge.document.blocked == {"route:south"}
    assert bridge.session.undo_name == "Block South"
    bridge.session.undo()
    assert bridge.session.undo_name == ""


def test_sorting_puts_the_unknown_last_both_ways(qtbot: QtBot, bridge: Bridge) -> None:
    panel = RoutesPanel(bridge)
    qtbot.addWidget(panel)
    column = KEYS.index("capacity")
    for order in (Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder):
        panel.table.sortByColumn(column, order)
        ids = [panel.order.index(row, 0).data(ROW_ROLE).id for row in range(3)]
        assert ids[0] == "route:north", order
    panel.table.sortByColumn(KEYS.index("flow"), Qt.SortOrder.DescendingOrder)
    assert panel.order.index(0, 0).data() == "North"


def test_the_filter_says_what_to_do_when_nothing_is_left(qtbot: QtBot, bridge: Bridge) -> None:
    panel = RoutesPanel(bridge)
    qtbot.addWidget(panel)
    panel.filter.setText("NORT")
    assert panel.order.rowCount() == 1
    panel.filter.setText("nowhere")
    assert (panel.empty.isHidden(), panel.table.isHidden()) == (False, True)


def test_tool_tips_show_the_source(qtbot: QtBot, bridge: Bridge) -> None:
    panel = RoutesPanel(bridge)
    qtbot.addWidget(panel)
    row = panel.model.row_of("route:north")
    tip = panel.model.index(row, KEYS.index("capacity")).data(Qt.ItemDataRole.ToolTipRole)
    assert "100,000 t/yr" in tip and "The Book" in tip and "90,000 to 110,000" in tip
    spoken = panel.model.index(panel.model.row_of("route:south"), KEYS.index("use"))
    assert spoken.data(Qt.ItemDataRole.AccessibleTextRole) == "South, Use: unknown"


def test_choosers_are_steps(qtbot: QtBot, bridge: Bridge) -> None:
    panel = RoutesPanel(bridge)
    qtbot.addWidget(panel)
    panel.commodity.setCurrentIndex(panel.commodity.findData(LITHIUM))
    panel.commodity.activated.emit(panel.commodity.currentIndex())
    assert bridge.document.commodity == LITHIUM
    bridge.session.undo()
    assert panel.commodity.currentData() == COPPER


# What-if, layers, results -----------------------------------------------------------------------------------------


def test_levers_are_listed_and_can_be_taken_away(qtbot: QtBot, bridge: Bridge) -> None:
    panel = WhatIfPanel(bridge)
    qtbot.addWidget(panel)
    assert "No lever is pulled" in " ".join(label.text() for label in panel.findChildren(QLabel))
    bridge.session.do(c.Block("route:north", "North"))
    bridge.session.do(c.Cut("route:south", "South", 50.0))
    remove = [b for b in panel.findChildren(QToolButton) if b.accessibleName() == "Remove: Block North"]
    assert len(remove) == 1
    qtbot.mouseClick(remove[0], Qt.MouseButton.LeftButton)
    assert bridge.document.scenario.levers == (LeverUse("cut", "route:south", (("percent", 50.0),)),)
    panel.reset.click()
    assert bridge.document.scenario.levers == ()


def test_adaptation_and_year_are_steps(qtbot: QtBot, bridge: Bridge) -> None:
    panel = WhatIfPanel(bridge)
    qtbot.addWidget(panel)
    panel.adaptation.button(2).click()
    panel.year.stepUp()
    panel.year.stepUp()
    assert (bridge.document.scenario.adaptation, bridge.document.scenario.year) == ("years", 2026)
    bridge.session.undo()
    assert (panel.year.value(), bridge.document.scenario.year) == (2024, None)
    bridge.session.undo()
    assert panel.adaptation.checkedId() == 1


def test_layers_follow_the_document_and_groups_are_one_step(qtbot: QtBot, bridge: Bridge) -> None:
    panel = LayersPanel(bridge)
    qtbot.addWidget(panel)
    panel.item("rivers").setCheckState(Qt.CheckState.Unchecked)
    assert bridge.document.hidden_layers == {"rivers"}
    group = panel.item("rivers").parent()
    assert group.checkState() == Qt.CheckState.PartiallyChecked
    group.setCheckState(Qt.CheckState.Unchecked)
    assert bridge.document.hidden_layers == {layer.id for layer in LAYERS if layer.group == "Reference"}
    bridge.session.undo()
    assert bridge.document.hidden_layers == {"rivers"}
    assert panel.item("lakes").checkState() == Qt.CheckState.Checked


def test_results_say_it_in_words(qtbot: QtBot, bridge: Bridge, settle: Callable[[], None]) -> None:
    panel = ResultsPanel(bridge)
    qtbot.addWidget(panel)
    assert panel.sentence.text() == "The world as it is: 80.0\u202fkt of copper arrive a year"
    bridge.session.do(c.Block("route:north", "North"))
    assert panel.sentence.text().endswith("…")
    settle()
    assert panel.sentence.text().startswith("If North is blocked: 10.0\u202fkt of copper a year no longer arrive")
    assert "South carries all that it can." in panel.why.item(0).text()
    bridge.session.do(c.ChooseCommodity(LITHIUM, "Lithium"))
    assert panel.sentence.text() == "Lithium is drawn but not solved."


# Right click and sources ------------------------------------------------------------------------------------------


def _offered(bridge: Bridge, identifier: str) -> list[str]:
    return [text for text, _ in context_menu.lever_commands(bridge.document, identifier)]


def test_the_menu_offers_what_works_on_the_thing(bridge: Bridge) -> None:
    assert _offered(bridge, "gate:suez") == ["Block", "Cut by 25 %", "Cut by 50 %", "Cut by 75 %"]
    assert _offered(bridge, "route:later")[-1] == "Open"
    assert "Open" not in _offered(bridge, "route:north")
    assert _offered(bridge, COPPER) == []
    bridge.session.do(c.Block("gate:suez", "Suez Canal"))
    bridge.session.do(c.Cut("gate:suez", "Suez Canal", 50.0))
    assert _offered(bridge, "gate:suez") == ["Unblock", "Cut by 25 %", "Cut by 75 %", "Remove the Cut"]


def test_every_offered_command_is_one_that_undo_takes_back(bridge: Bridge) -> None:
    for identifier in ("gate:suez", "route:later", "mine:a", "link:a-north", "port:north"):
        for _, command in context_menu.lever_commands(bridge.document, identifier):
            before = bridge.document.scenario
            bridge.session.do(command)
            assert bridge.document.scenario != before
            bridge.session.undo()
            assert bridge.document.scenario == before


def test_the_source_page(bridge: Bridge) -> None:
    page = source_page(bridge.document, "route:north")
    assert "The Book" in page and "https://example.org/book" in page and "ten trains a week" in page
    assert "computed by the flow model" in source_page(bridge.document, "route:south")


def test_menus_of_routes_come_with_the_place(qtbot: QtBot, bridge: Bridge) -> None:
    panel = RoutesPanel(bridge)
    qtbot.addWidget(panel)
    asked: list[tuple[str, QPoint]] = []
    panel.menu_asked.connect(lambda identifier, place: asked.append((identifier, place)))
    panel.table.customContextMenuRequested.emit(panel.table.visualRect(panel.order.index(0, 0)).center())
    assert [identifier for identifier, _ in asked] == ["route:north"]
