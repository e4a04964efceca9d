#!/usr/bin/env bash
# Sets everything up and runs the whole check: lint, format, types, import contracts, tests and the frozen program.
# Arguments go to pytest: bash tests/run.sh tests/solve -x       without the frozen program: bash tests/run.sh -m "not bundle"
set -u
. "$(dirname "${BASH_SOURCE[0]}")/../desktop/setup.sh"
set_up "$top/tests/requirements.txt" offscreen
if [ "$(uname -s)" = Linux ] && ! command -v objdump >/dev/null 2>&1; then
    need_packages "PyInstaller needs objdump" binutils
fi
export QT_QPA_PLATFORM=offscreen
cd "$top" || exit 2
exec "$python" -m pytest "$@"
