#!/usr/bin/env bash
# Sets everything up and runs Lodeway; arguments go to the program (a project, a scenario, a GeoPackage, --version ...).
# Without a display the main job is done offscreen: the baseline and the Lobito block are solved, the table is printed,
# and the window as it would look is written to out/lodeway.png.
set -u
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

has_display() {
    case "${QT_QPA_PLATFORM:-}" in offscreen | minimal) return 1 ;; esac
    [ "$(uname -s)" != Linux ] || [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]
}

if has_display; then
    set_up "$top/desktop/requirements.txt" screen
    exec "$venv/bin/lodeway" "$@"
fi
set_up "$top/desktop/requirements.txt" offscreen
unset QT_QPA_PLATFORM  # the program itself sees that there is no display, and says so
exec "$venv/bin/lodeway" "$@"
