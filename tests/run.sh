#!/usr/bin/env bash
# Sets everything up and runs the whole check: lint, format, types, import contracts, tests and the frozen program.
# Arguments go to pytest: bash tests/run.sh tests/solve -x       without the frozen program: bash tests/run.sh -m "not bundle"
set -u
. "$(dirname "${BASH_SOURCE[0]}")/../desktop/setup.sh"
set_up "$top/tests/requirements.txt" offscreen
if [ "$(uname -s)" = Linux ]; then  # what the frozen program is built with
    lacking=
    command -v objdump >/dev/null 2>&1 || lacking=binutils
    library=$("$python" - <<'PY'
import ctypes, sys, sysconfig
name = sysconfig.get_config_var("INSTSONAME")
for place in (name, f"{sysconfig.get_config_var('LIBDIR')}/{name}"):
    try:
        ctypes.CDLL(place)
        break
    except OSError:
        pass
else:
    print(f"libpython3.{sys.version_info.minor}")
PY
    )
    # shellcheck disable=SC2086
    [ -z "$lacking$library" ] || need_packages "PyInstaller needs system packages that are missing" $lacking $library
fi
export QT_QPA_PLATFORM=offscreen
cd "$top" || exit 2
exec "$python" -m pytest --numprocesses auto --dist loadfile "$@"
