#!/bin/sh
# SPDX-License-Identifier: MIT
# Install Limpet on a box that has its own system: the program, an account for it, a configuration with every key
# explained, and a service of systemd, OpenRC or busybox init, whichever the box has. Run again, it brings a newer
# program; the configuration and the data stay.
#
# usage: install.sh LIMPET            the program, built for this box's processor; it goes to PREFIX (/usr/local)
#        install.sh --helper LIMPET   only its helper, for a Limpet in a container: see container/Dockerfile
#        install.sh --remove          takes away all but the configuration and the data
set -eu
program=${PREFIX:-/usr/local}/bin/limpet
ini=/etc/limpet.ini
key=/etc/limpet.helper-key
inittab=/etc/inittab
respawn="::respawn:$program"
service=limpet
command=daemon
here=$(cd "$(dirname "$0")" && pwd)

fail() {
  echo "install.sh: $1" >&2
  exit 1
}

init_system() {
  if [ -d /run/systemd/system ]; then
    echo systemd
  elif command -v openrc-run >/dev/null || [ -x /sbin/openrc-run ]; then
    echo openrc
  elif [ -f "$inittab" ] && grep -q '::respawn:\|::sysinit:' "$inittab"; then
    echo busybox
  else
    echo none
  fi
}

# A system without useradd(8) has its accounts in these two files, and nowhere else.
make_account() {
  ! grep -q '^limpet:' /etc/passwd || return 0
  if command -v useradd >/dev/null; then
    useradd --system --user-group --home-dir /var/lib/limpet --no-create-home --shell /bin/false limpet
    return
  fi
  id=100
  while cut -d: -f3 /etc/passwd /etc/group | grep -qx "$id"; do id=$((id + 1)); done
  echo "limpet:x:$id:" >>/etc/group
  echo "limpet:*:$id:$id:Limpet:/var/lib/limpet:/bin/false" >>/etc/passwd
}

# The old program goes on until it is started again; one that is cut off is never there.
copy_program() {
  mkdir -p "${program%/*}"
  cp "$1" "$program.new"
  chmod 755 "$program.new"
  mv "$program.new" "$program"
}

make_configuration() {
  [ ! -e "$ini" ] || return 0
  (umask 077 && "$program" config >"$ini.new")
  mv "$ini.new" "$ini"
}

# The helper and who asks it read the same file.
configure_helper() {
  [ -s "$key" ] || (umask 077 && od -An -v -N32 -tx1 /dev/urandom | tr -d ' \n' >"$key")
  grep -q '^\[helper\]' "$ini" || printf '\n[helper]\n;socket =\n;key =\n' >>"$ini"
  sed "/^\[helper\]/,/^\[/ {
    s#^;socket =.*#socket = /run/limpet/helper.sock#
    s#^;key =.*#key = @$key#
  }" "$ini" >"$ini.new"
  cat "$ini.new" >"$ini"
  rm "$ini.new"
}

copy_service() { sed "s#/usr/local/bin/limpet#$program#" "$here/service/$1" >"$2"; }

start() {
  case $1 in
    systemd)
      copy_service "$service.service" "/etc/systemd/system/$service.service"
      systemctl daemon-reload
      systemctl enable "$service.service"
      systemctl restart "$service.service"
      ;;
    openrc)
      copy_service "$service.openrc" "/etc/init.d/$service"
      chmod 755 "/etc/init.d/$service"
      rc-update add "$service" default
      rc-service "$service" restart
      ;;
    busybox)
      if grep -qF "$respawn $command" "$inittab"; then
        killall limpet || true # init starts it again
      else
        echo "$respawn $command" >>"$inittab"
        kill -HUP 1
      fi
      ;;
    none)
      echo "This box has none of the init systems that install.sh knows. Have it run at its start, as root:"
      echo "  $program $command"
      ;;
  esac
}

remove() {
  case $(init_system) in
    systemd)
      for service in limpet limpet-helper; do
        [ -e "/etc/systemd/system/$service.service" ] || continue
        systemctl disable --now "$service.service" || true
        rm -f "/etc/systemd/system/$service.service"
      done
      systemctl daemon-reload
      ;;
    openrc)
      for service in limpet limpet-helper; do
        [ -e "/etc/init.d/$service" ] || continue
        rc-service "$service" stop || true
        rc-update del "$service" default || true
        rm -f "/etc/init.d/$service"
      done
      ;;
    busybox)
      grep -vF "$respawn" "$inittab" >"$inittab.new" || true
      cat "$inittab.new" >"$inittab"
      rm "$inittab.new"
      kill -HUP 1
      killall limpet || true
      ;;
  esac
  rm -f "$program"
  echo "Limpet is removed. Its configuration, $ini, and its data, /var/lib/limpet, are still there."
}

[ "$(id -u)" = 0 ] || fail "only root can install a service; run it with sudo"
if [ "${1:-}" = --remove ]; then
  remove
  exit 0
fi
if [ "${1:-}" = --helper ]; then
  service=limpet-helper
  command=helper
  shift
fi
[ "$#" = 1 ] || fail "name one program, and nothing else: install.sh build/$(uname -m)/limpet"
[ -f "$1" ] || fail "there is no file $1; make builds it"
"$1" --version >/dev/null 2>&1 || fail "$1 does not run on this box; is it built for its processor, $(uname -m)?"

[ "$command" = helper ] || make_account
copy_program "$1"
make_configuration
[ "$command" != helper ] || configure_helper
"$program" check || fail "the configuration has mistakes; mend $ini, then run install.sh again"
start "$(init_system)"
if [ "$command" = helper ]; then
  echo "Limpet's helper is installed. A Limpet in a container asks it with the same $ini and $key."
else
  echo "Limpet is installed. limpet status shows what it sees; $ini says what can be set."
fi
