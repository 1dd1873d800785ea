#!/bin/sh
# Installs Fuatilia from this folder alone: no network, no compiler. sh install.sh [FOLDER]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
target=${1:-$HOME/fuatilia}
python=${PYTHON:-python3}

(cd "$here" && sha256sum --check --strict --quiet SHA256SUMS) || {
  echo "a file of this folder is not as it was packed: fetch it anew; nothing was installed" >&2
  exit 4
}
wanted=$(cat "$here/PYTHON")
found=$("$python" -c 'import platform, sys; print(sys.implementation.cache_tag, platform.system(), platform.machine())') || {
  echo "no Python found: set PYTHON=/path/to/python3" >&2
  exit 1
}
[ "$wanted" = "$found" ] || {
  echo "these wheels are for $wanted, and $python is $found: set PYTHON, or pack on a machine like this one" >&2
  exit 1
}
"$python" -c 'import ensurepip, venv' 2>/dev/null || {
  echo "Python's venv is missing (Debian: python3-venv)" >&2
  exit 1
}
[ ! -e "$target" ] || {
  echo "$target exists: name another folder, or move it away" >&2
  exit 1
}
"$python" -m venv "$target"
"$target/bin/python" -m pip install --quiet --disable-pip-version-check --no-cache-dir \
  --no-index --find-links "$here" fuatilia
"$target/bin/fuatilia" doctor >/dev/null
echo "installed: $target/bin/fuatilia"
