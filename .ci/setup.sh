# SPDX-License-Identifier: Apache-2.0
# What apps/run, tests/run and .ci/run share; sourced, needs bash. Everything
# here talks on standard error and leaves standard input alone.

# What it takes to build the programs, and on top of that the tests and checks.
app_packages=(
  cmake
  g++
  libcaf-dev
  libcli11-dev
  libcpp-httplib-dev
  libfmt-dev
  libgd-dev
  libgrpc++-dev
  libmimalloc-dev
  libpng-dev
  libprotobuf-dev
  libncurses-dev
  libspdlog-dev
  libssl-dev
  libtbb-dev
  ninja-build
  nlohmann-json3-dev
  pkg-config
  prometheus-cpp-dev
  protobuf-compiler
  protobuf-compiler-grpc
)
test_packages=(
  "${app_packages[@]}"
  chromium
  clang-format
  etcd-server
  fonts-dejavu-core
  git
  iproute2
  libbenchmark-dev
  libgtest-dev
  nodejs
  procps
  prometheus
  python3
  spin
)
# Some packages of node bring it along, and bear no other one beside them.
if ! command -v npm > /dev/null; then
  test_packages+=(npm)
fi

say() {
  printf '%s: %s\n' "$program" "$*" >&2
}

# Ends the script with status $1 and a line of text.
quit() {
  local status=$1
  shift
  say "$@"
  exit "$status"
}

# Waits until no other run sets up or builds in this clone. The lock ends with
# the script, or with `unlock`.
lock() {
  mkdir -p "$root/build"
  exec 9> "$root/build/.lock"
  if ! flock -n 9; then
    say "waiting for another run that builds in $root"
    flock 9
  fi
}

unlock() {
  exec 9>&-
}

# Runs a command that is only worth seeing when it fails.
quietly() {
  local log status=0
  log=$(mktemp)
  "$@" > "$log" 2>&1 < /dev/null 9>&- || status=$?
  if ((status != 0)); then
    cat "$log" >&2
  fi
  rm -f "$log"
  return "$status"
}

# Prints those of the named packages that are not installed.
missing_packages() {
  local name state
  declare -A present=()
  while read -r name state; do
    if [[ $state == 'install ok installed' ]]; then
      present[$name]=1
    fi
  done < <(dpkg-query -W -f '${Package} ${Status}\n' "$@" 2> /dev/null)
  for name; do
    if [[ ! ${present[$name]:-} ]]; then
      printf '%s\n' "$name"
    fi
  done
}

# Installs those of the named packages that are missing.
install_packages() {
  if ! command -v dpkg-query > /dev/null || ! command -v apt-get > /dev/null
  then
    say "not a Debian system; it must have what these packages hold: $*"
    return
  fi
  local missing
  mapfile -t missing < <(missing_packages "$@")
  if ((${#missing[@]} == 0)); then
    return
  fi
  if ((EUID != 0)); then
    say "packages are missing; run this command, then start again:"
    printf '%s %s\n' "sudo apt-get update && sudo apt-get install -y" \
      "--no-install-recommends ${missing[*]}" >&2
    exit 2
  fi
  say "installing ${missing[*]}"
  local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -y
    -o DPkg::Lock::Timeout=300 --no-install-recommends)
  # Package lists may be absent, or so old that the servers dropped a version.
  if ! "${apt[@]}" --simulate install "${missing[@]}" > /dev/null 2>&1 ||
    ! quietly "${apt[@]}" install "${missing[@]}"; then
    say "fetching the package lists"
    quietly "${apt[@]}" update || quit 1 "cannot fetch the package lists"
    quietly "${apt[@]}" install "${missing[@]}" ||
      quit 1 "cannot install ${missing[*]}"
  fi
}

# Compilers that fit at the same time: one per core, 1.5 GB each.
jobs() {
  local cores memory_kb
  cores=$(nproc)
  memory_kb=$(awk '/^MemAvailable/ {print $2}' /proc/meminfo)
  local fitting=$((memory_kb / 1500000))
  echo $((fitting < 1 ? 1 : fitting < cores ? fitting : cores))
}

# configure DIR PRESET [option...]: installs the packages listed in the array
# `packages` and configures build/DIR, unless that was done before. The stamp
# names the clone, because a build directory does not survive a move.
configure() {
  local dir="$root/build/$1" preset=$2
  shift 2
  local stamp="$dir/.configured" key="$root $preset $*"
  if [[ -f $dir/build.ninja && $stamp -nt $root/.ci/setup.sh &&
    $(cat "$stamp") == "$key" ]]; then
    return
  fi
  install_packages "${packages[@]}"
  say "configuring build/${dir##*/}"
  if [[ -f $stamp && $(cat "$stamp") != "$key" ]]; then
    rm -rf "$dir"
  fi
  rm -f "$stamp"
  (cd "$root" && quietly cmake --preset "$preset" -B "$dir" "$@") ||
    quit 1 "cannot configure the build"
  printf '%s\n' "$key" > "$stamp"
}

# build DIR target...: builds in build/DIR, in silence if nothing is to be done.
build() {
  local dir="$root/build/$1"
  shift
  if [[ $(ninja -C "$dir" -n "$@" 2>&1 < /dev/null) == *'no work to do'* ]]
  then
    return
  fi
  say "building $*"
  ninja -C "$dir" -j "$(jobs)" "$@" >&2 < /dev/null 9>&-
}

# set_up DIR PRESET "targets" [option...]: configures and builds. A failure may
# come from a package that was removed since: then once more, with it.
set_up() {
  local dir=$1 preset=$2 targets
  read -ra targets <<< "$3"
  shift 3
  configure "$dir" "$preset" "$@"
  if ! build "$dir" "${targets[@]}"; then
    if [[ ! $(missing_packages "${packages[@]}") ]]; then
      quit 1 "the build failed"
    fi
    rm -f "$root/build/$dir/.configured"
    configure "$dir" "$preset" "$@"
    build "$dir" "${targets[@]}" || quit 1 "the build failed"
  fi
}
