# shellcheck shell=bash disable=SC2034
# Hosts that are made up on one machine: each has a name, a network interface, a /dev/shm and a /tmp of its own, and a cable
# to one switch. A host is the namespaces of one sleeping process; the disk beside /tmp is shared, as by NFS. To be sourced.
#
#   hosts_up WORK NAME…      starts hosts, 10.77.0.1 and on; keeps what it knows in WORK, which all hosts see, as they see ROOT
#   on NAME COMMAND…         runs a command on a host, in the folder of the caller
#   cut_off NAME, mend NAME  pulls a host's cable at the switch, and plugs it in again; nobody's interface goes down but its own
#   processes NAME           the numbers of the processes on a host, without the one that holds it
#   hosts_down               ends what runs on the hosts, process by process, and the hosts
#
# WORK/agent is a remote agent for Open MPI: it takes a host's name and a command, as ssh does, and passes on no more of the
# environment than ssh does.

hosts_up() {
  hosts_work=$1
  shift
  hosts_names=("$@")
  declare -gA hosts_holder=()
  mkdir -p "$hosts_work/hosts"

  unshare --net sleep infinity &
  hosts_switch=$!
  hosts_settle "$hosts_switch" || return 1
  hosts_in_switch ip link add name bridge type bridge
  hosts_in_switch ip link set bridge up

  local index=0 name
  printf '127.0.0.1 localhost\n' >"$hosts_work/hosts/table"
  for name in "$@"; do printf '10.77.0.%d %s\n' $((++index)) "$name" >>"$hosts_work/hosts/table"; done
  index=0
  for name in "$@"; do
    index=$((index + 1))
    unshare --net --uts --mount --ipc bash -c "$hosts_inside" bash "$name" "$hosts_work" "$ROOT" &
    hosts_holder[$name]=$!
    hosts_settle "${hosts_holder[$name]}" || return 1
    echo "${hosts_holder[$name]}" >"$hosts_work/hosts/$name.pid"
    ip link add name "port$index" netns "$hosts_switch" type veth peer name eth0 netns "${hosts_holder[$name]}"
    hosts_in_switch ip link set "port$index" master bridge up
    on "$name" ip link set lo up
    on "$name" ip address add "10.77.0.$index/24" dev eth0
    on "$name" ip link set eth0 up
  done

  cat >"$hosts_work/agent" <<END
#!/bin/sh
# Runs a command on a host that is made of namespaces: agent HOST COMMAND...
host=\$1
shift
exec nsenter --target "\$(cat "$hosts_work/hosts/\$host.pid")" --net --uts --mount --ipc -- \\
  env -i HOME="\$HOME" PATH="$PATH" /bin/sh -c "\$*"
END
  chmod +x "$hosts_work/agent"
}

# What a host does to itself: its arguments are its name and two folders that it is to see under a /tmp of its own.
# shellcheck disable=SC2016
hosts_inside='
  set -e
  hostname "$1"
  mount --make-rprivate /
  mount -t tmpfs -o mode=1777 shm /dev/shm
  mount --bind "$2/hosts/table" /etc/hosts
  exec 8<"$2" 9<"$3"
  mount -t tmpfs -o mode=1777 tmp /tmp
  mkdir -p "$2" "$3"
  [[ $2 -ef /proc/self/fd/8 ]] || mount --no-canonicalize --bind /proc/self/fd/8 "$2"
  [[ $3 -ef /proc/self/fd/9 ]] || mount --no-canonicalize --bind /proc/self/fd/9 "$3"
  exec 8<&- 9<&-
  exec sleep infinity
'

# Waits until a process has done what makes it a host, and sleeps.
hosts_settle() {
  local tries
  for tries in {1..100}; do
    [[ -e /proc/$1 ]] || break
    [[ $(readlink "/proc/$1/exe") == */sleep ]] && return 0
    sleep 0.05
  done
  echo "a host could not be made of namespaces: that takes root, and a kernel that allows it" >&2
  return 1
}

hosts_in_switch() { nsenter --target "$hosts_switch" --net -- "$@"; }

on() {
  local name=$1
  shift
  # shellcheck disable=SC2016
  nsenter --target "${hosts_holder[$name]}" --net --uts --mount --ipc -- \
    bash -c 'cd "$1" && shift && exec "$@"' bash "$PWD" "$@"
}

hosts_port() {
  local index
  for index in "${!hosts_names[@]}"; do
    [[ ${hosts_names[$index]} == "$1" ]] && echo "port$((index + 1))"
  done
}

cut_off() { hosts_in_switch ip link set "$(hosts_port "$1")" down; }

mend() { hosts_in_switch ip link set "$(hosts_port "$1")" up; }

processes() {
  local space process
  space=$(readlink "/proc/${hosts_holder[$1]}/ns/net")
  for process in /proc/[0-9]*; do
    [[ $(readlink "$process/ns/net" 2>/dev/null) == "$space" ]] || continue
    [[ ${process#/proc/} == "${hosts_holder[$1]}" ]] || echo "${process#/proc/}"
  done
}

hosts_down() {
  local name process signal
  for signal in TERM KILL; do
    for name in "${!hosts_holder[@]}"; do
      for process in $(processes "$name"); do kill -s "$signal" "$process" 2>/dev/null || true; done
    done
    [[ $signal == KILL ]] || sleep 0.5
  done
  for process in "${hosts_holder[@]}" ${hosts_switch:+"$hosts_switch"}; do
    kill "$process" 2>/dev/null || true
    # Not even the shell is to say that it was ended.
    wait "$process" 2>/dev/null || true
  done
  hosts_holder=()
  hosts_switch=
  return 0
}
