"""The numbers of the flow model that no table gives, in one place. All are own estimates unless a source is named.

Units: kt contained and k$ inside the program, so that a cost coefficient is USD per contained tonne.
"""

from __future__ import annotations

from typing import Final

from lodeway.model.scenario import Adaptation

INTEREST_PER_YEAR: Final = 0.10
"""Rate at which cargo under way ties up money: price x rate x days / 365."""

RELIABILITY_USD_PER_T_DAY: Final = 1.5
"""Per gross tonne and day on land: slow lines are unreliable; inventory cost alone keeps too much cargo on them."""
RELIABILITY_USD_PER_T_BORDER: Final = 10.0
"""Per gross tonne and border crossed, beside the fee that the link's cost holds."""

BOX_GROSS_T_PER_TEU: Final = 21.0
"""Payload of a twenty-foot box of metal or bags; weight fills it before volume does."""

DETOUR_USD_PER_T: Final = 100.0
"""Per gross tonne: a link whose best path is dearer than the best path of the pair by this and ``DETOUR_DAYS`` is not
offered to that cargo. Wider than any detour that two closed sea gates cause (tested)."""
DETOUR_DAYS: Final = 45.0
EXPORT_PORTS: Final = 10
"""How many ports a source is offered towards the same sea waypoint or port of arrival; 1 is exact for closed gates, the
rest are rivals for closed or full ports. The Copperbelt has a dozen exits."""
IMPORT_PORTS: Final = 3
"""How many ports of arrival a sink is offered from the same sea waypoint or port of departure."""

UNMET_PRICE_STEPS: Final = (3.0, 3.25, 3.5, 3.75, 4.0)
"""Price of missing demand in multiples of the metal's price; rising steps share a shortage between markets."""
UNMET_STEP_WIDTHS: Final = (0.05, 0.10, 0.15, 0.20, 0.50)
"""Share of a market's demand on each step; the width is the resolution of the sharing."""

STOCK_VALUE: Final = 0.25
"""Worth of a tonne that fills the stock build, in multiples of the metal's price: less than any market's demand."""

UNEVEN_OUTPUT_PRICE: Final = 0.10
"""Price, in multiples of the metal's price, of a mine making less than its country's common utilisation. A surplus is
so spread over all mines of a country, and a mine without a way out does not stop its neighbours."""

FIT_BAND: Final = 0.05
"""A reference cell may be missed by this share either way for nothing (flow-model notes: without room every hidden
cost is lifted to the fit price)."""
FIT_TRADE_PRICE: Final = 0.5
"""Price of missing a reference trade cell beyond the band, in multiples of the metal's price."""
FIT_ROUTE_USD_PER_T: Final = 300.0
"""Price of missing a reference route share beyond the band, per gross tonne."""
FIT_CIRCLE_SHARE: Final = 0.45
"""What falling short of a route share costs at most, as a share of the cost of a circle over the route: a higher price
would pay for cargo to run in circles, and two routes on one circle must not pay for it together either."""

ADAPTATION_TRADE: Final[dict[Adaptation, float]] = {"weeks": 10.0, "months": 0.10, "years": 0.005}
"""Price of a tonne of trade above the baseline, in multiples of the metal's price, on the middle step. At ``weeks`` the
first step is above the unmet price: contracts hold."""
ADAPTATION_ROUTE_USD_PER_T: Final[dict[Adaptation, float]] = {"weeks": 150.0, "months": 40.0, "years": 2.0}
"""Price of a gross tonne on a route above the baseline, on the middle step."""
ADAPTATION_STEPS: Final = (0.5, 1.0, 2.0)
"""Multiples of the middle step: departures grow gradually."""
ADAPTATION_SPREAD: Final = 0.05
"""Largest name-hashed addition to the price of a pair, as a share of it: equal prices everywhere would leave ties."""
ADAPTATION_WIDTHS: Final = (0.25, 0.75)
"""Width of the first two steps as a share of the baseline value; the third is open."""
ADAPTATION_FLOOR: Final = 0.10
"""Smallest base of the widths as a share of what the group supplies, so that pairs without trade have steps, too."""

PERTURBATION_USD_PER_T: Final = 0.02
"""Largest name-hashed addition to a cost: breaks ties the same way every time, well above the dual tolerance."""

DELIVERY_EPSILON_KT: Final = 1e-9
"""Values below this (1 mg) are rounding."""

PARCEL_KT: Final = 0.5
"""Filled reference trade below this is put to larger cells: about the smallest parcel that is shipped for itself."""
PARCEL_SHARE: Final = 0.001
"""The same for metals of small tonnage, as a share of what all sources of the commodity supply."""

GRAVITY_THETA_KM: Final = 6_000.0
"""Distance scale of the gravity that fills unlisted reference trade: exp(-km / theta)."""
GRAVITY_HOME: Final = 30.0
"""Preference for the own area in that gravity."""
