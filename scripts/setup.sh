#!/usr/bin/env bash
# Installs what a build needs: Debian packages (when it may), then a Python environment in .venv.
# Usage: scripts/setup.sh [demo|test]
set -euo pipefail
cd "$(dirname "$0")/.."
purpose=${1:-demo}

packages=(g++ cmake ninja-build python3-dev python3-venv
          libboost-dev libeigen3-dev zlib1g-dev libpugixml-dev nlohmann-json3-dev)
if [ "$purpose" = test ]; then packages+=(libgtest-dev); fi

missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
    missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
  install="apt-get install -y --no-install-recommends ${missing[*]}"
  if [ "$(id -u)" = 0 ]; then
    as_root=()
  elif sudo -n true 2>/dev/null; then
    as_root=(sudo -n)
  else
    echo "Some packages are missing. Run this line, then try again:" >&2
    echo "  sudo $install" >&2
    exit 1
  fi
  echo "installing: ${missing[*]}"
  if ! { "${as_root[@]}" apt-get update -qq &&
         DEBIAN_FRONTEND=noninteractive "${as_root[@]}" ${install/-y/-y -qq} >/dev/null; }; then
    echo "The packages could not be installed. Run this line where there is a network:" >&2
    echo "  sudo $install" >&2
    exit 1
  fi
fi

python=${PYTHON:-python3}
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  echo "Python 3.11 or newer is needed; name one with: make PYTHON=python3.12 $purpose" >&2
  exit 1
fi
[ -x .venv/bin/python ] || "$python" -m venv .venv
stamp=.venv/.installed-$purpose
if [ ! -e "$stamp" ] || [ "requirements/$purpose.txt" -nt "$stamp" ]; then
  if ! .venv/bin/python -m pip install -q --disable-pip-version-check \
       -r "requirements/$purpose.txt"; then
    echo "Python packages could not be installed. Run this line where there is a network:" >&2
    echo "  .venv/bin/python -m pip install -r requirements/$purpose.txt" >&2
    exit 1
  fi
  touch "$stamp"
fi
