# Sets a checkout up for desktop/run.sh and tests/run.sh; sourced by both, works with the bash 3.2 of macOS.
#
#   set_up NEEDS QT_USE    NEEDS: a requirements file; QT_USE: "offscreen" or "screen"
#
# Leaves the Python of the checkout's own .venv in $python. A second run finds nothing to do and takes a moment.

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
venv=$top/.venv

stop() {  # one sentence, exit status 2
    printf 'lodeway: %s\n' "$*" >&2
    exit 2
}

say() {
    printf 'lodeway: %s\n' "$*" >&2
}

is_debian_root() {
    [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1
}

apt_install() {
    say "installing system packages: $*"
    if [ -z "${apt_updated:-}" ]; then
        apt-get update -qq >/dev/null || stop "apt-get update failed; check the package sources of this machine, then run this again."
        apt_updated=yes
    fi
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends -o Dpkg::Use-Pty=0 "$@" >/dev/null ||
        stop "apt-get install $* failed; install these packages, then run this again."
}

need_packages() {  # REASON PACKAGES...; installs them, or prints the one line to type
    local reason=$1
    shift
    if is_debian_root; then
        apt_install "$@"
    elif command -v apt-get >/dev/null 2>&1; then
        stop "$reason; type: sudo apt-get update && sudo apt-get install -y $*"
    else
        stop "$reason; install what this system calls $*, then run this again."
    fi
}

python_fits() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' >/dev/null 2>&1
}

find_python() {  # prints the first Python 3.11 to 3.13
    local candidate
    for candidate in ${LODEWAY_PYTHON:+"$LODEWAY_PYTHON"} python3 python3.13 python3.12 python3.11 python; do
        if python_fits "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
    return 1
}

make_venv() {
    local base
    if ! base=$(find_python); then
        if ! command -v python3 >/dev/null 2>&1; then
            need_packages "Python 3.11 to 3.13 is needed" python3 python3-venv
        fi
        base=$(find_python) ||
            stop "Python 3.11, 3.12 or 3.13 is needed and was not found; install one (or name it in LODEWAY_PYTHON), then run this again."
    fi
    if ! "$base" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        need_packages "Python cannot make a virtual environment yet" python3-venv
    fi
    say "making .venv with $("$base" --version 2>&1)"
    "$base" -m venv --clear "$venv" || stop "$base could not make $venv; see the lines above."
}

birth_mark() {
    printf '%s in %s\n' "$("$python" --version 2>&1)" "$top"
}

install_pinned() {  # REQUIREMENTS
    local stamp state
    # a folder that was moved, or a Python that was upgraded, leaves scripts in .venv that start nothing
    if ! { [ -x "$python" ] && python_fits "$python" && [ "$(cat "$venv/.lodeway" 2>/dev/null)" = "$(birth_mark)" ]; }; then
        make_venv
        birth_mark >"$venv/.lodeway"
    fi
    stamp=$venv/.lodeway-$(basename "$(dirname "$1")")
    state=$("$python" - "$top" "$1" <<'PY'
import hashlib, pathlib, sys
top, needs = map(pathlib.Path, sys.argv[1:])
files = sorted({needs, top / "desktop" / "requirements.txt", top / "pyproject.toml"})
print(hashlib.sha256(b"\0".join([str(top).encode(), *(f.read_bytes() for f in files)])).hexdigest())
PY
    )
    [ "$(cat "$stamp" 2>/dev/null)" = "$state" ] && return
    say "installing the pinned packages of ${1#"$top"/} into .venv"
    "$python" -m pip install --quiet --disable-pip-version-check -r "$1" ||
        stop "pip could not install the pinned packages; check the connection to the package index, then run this again."
    "$python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e "$top" ||
        stop "pip could not install Lodeway itself; see the lines above."
    printf '%s\n' "$state" >"$stamp"
}

qt_problem() {  # QT_USE; prints what cannot be loaded, one name a line; nothing where Qt loads
    "$python" "$top/desktop/qt_libraries.py" "$1"
}

check_qt() {  # QT_USE
    [ "$(uname -s)" = Linux ] || return 0
    local missing packages
    missing=$(qt_problem "$1") && return 0
    packages=$("$python" "$top/desktop/qt_libraries.py" "$1" --packages)
    if [ -z "$packages" ]; then
        stop "Qt cannot load these system libraries: $(echo $missing); install them, then run this again."
    fi
    # shellcheck disable=SC2086
    need_packages "Qt needs system libraries that are missing" $packages
    missing=$(qt_problem "$1") || stop "Qt still cannot load: $(echo $missing); install these libraries, then run this again."
}

set_up() {
    python=$venv/bin/python
    if command -v flock >/dev/null 2>&1; then  # run.sh and the tests may start together
        exec 9>"$top/.venv.lock"
        flock 9
    fi
    install_pinned "$1"
    check_qt "$2"
    if command -v flock >/dev/null 2>&1; then
        exec 9>&-
    fi
}
