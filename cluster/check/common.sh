# shellcheck shell=bash disable=SC2034
# What the checks in this folder have in common. To be sourced after ROOT, the repository, is set.

check_name=cluster/check/$(basename -- "$0")

fail() {
  printf '%s: %s\n' "$check_name" "$@" >&2
  exit 2
}

need_root() { ((EUID == 0)) || fail "this has to run as root: $1"; }

# Installs Debian packages whose commands are missing: need COMMAND PACKAGE…
need() {
  command -v "$1" >/dev/null && return
  shift
  command -v apt-get >/dev/null || fail "these packages are missing: $*"
  echo "installing $*"
  DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" >/dev/null 2>&1 ||
    { apt-get update -q >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" >/dev/null; }
  hash -r
}

# The program, in $adarank: what ADARANK_PROGRAM names, else built here.
find_program() {
  if [[ -n ${ADARANK_PROGRAM-} ]]; then
    [[ -x $ADARANK_PROGRAM ]] || fail "ADARANK_PROGRAM is '$ADARANK_PROGRAM', which is not a program"
    adarank=$(realpath -- "$ADARANK_PROGRAM")
    return
  fi
  "$ROOT/cluster/setup"
  swift build --package-path "$ROOT" -c release --product adarank >&2
  adarank=$(swift build --package-path "$ROOT" -c release --show-bin-path)/adarank
}

passed=0
failed=0

# One finding: verdict WHAT CONDITION…, the condition being a command.
verdict() {
  local what=$1
  shift
  if "$@"; then
    passed=$((passed + 1))
    printf 'ok      %s\n' "$what"
  else
    failed=$((failed + 1))
    printf 'FAILED  %s\n' "$what"
  fi
}

# The last line, and what the check is to exit with.
conclude() {
  printf '%d passed, %d failed\n' "$passed" "$failed"
  ((failed == 0))
}

# Waits until a command succeeds: within SECONDS COMMAND…
within() {
  local until=$((SECONDS + $1))
  shift
  until "$@"; do
    ((SECONDS < until)) || return 1
    sleep 0.2
  done
}

# Whether the unfinished run of an output can go on.
has_checkpoint() { [[ -e $1.unfinished/checkpoint.safetensors ]]; }

ended() { ! kill -0 "$1" 2>/dev/null; }

# The digest of a merged model's tensors.
digest() { sed -nE 's/^ *"weights_sha256" *: *"([0-9a-f]+)".*/\1/p' "$1/report.json"; }

# A number in the report of a merged model, at its first level: number NAME FOLDER.
number() { sed -nE "s/^  \"$1\" *: *([0-9.]+),?\$/\1/p" "$2/report.json"; }

# Whether a text that a file is to have is there; else the file is shown.
says() {
  grep -qE -- "$1" "$2" || {
    sed 's/^/  | /' "$2"
    return 1
  }
}
