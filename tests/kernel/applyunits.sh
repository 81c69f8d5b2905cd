#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# Units beside each other: their order, maps that are shared, what two cannot both have; and where there is no BPF file
# system, or one that takes nothing.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"

ROOT=/sys/fs/bpf/cleat
new_netns
new_cgroup

# unit NAME [LINES]: a unit with a program in a cgroup
unit() {
	printf '[object]\npath = apply.bpf.o\n[program door]\nload = no\n[attach sockets]\ncgroup = %s\n%s\n' \
		"$CGROUP" "${2-}" | test_unit "$1"
}
here() { in_ns "$NS_A" "$CLEAT" "$@"; }
made() { if [ -e "$ROOT" ]; then find "$ROOT" -mindepth 1; fi; }
socket() { in_cgroup "$CGROUP" bash -c ': >/dev/udp/127.0.0.1/9'; }
entry() { here map get "$ROOT/$1/maps/seen" "$2" 2>/dev/null | sed 's/.*-> //'; }
map_id() { here show map "$ROOT/$1/maps/seen" --json 2>/dev/null | grep -o '"id":[0-9]*' | head -n 1; }
order() { here plan --json "$@" | grep -o '"unit":"[a-z]*"' | uniq | sed 's/.*:"\(.*\)"/\1/' | tr '\n' ' '; }

# --- order -----------------------------------------------------------------------

a=$(unit a '[unit]
after = b')
b=$(unit b)
c=$(unit c '[unit]
before = [ab]')
is "$(order "$a" "$b" "$c")" "c b a " "after, and before a pattern"
is "$(order "$b" "$a")" "b a " "as they are named, where that will do"
is "$(order "$a")" "a " "one that is not here is not waited for"
IN_NS=$NS_A run_unit "$a" "$b" "$c" || bail "run: $(<"$RUN_ERR")"
is "$(grep -ho '\b[abc]: cgroup' "$RUN_ERR" "$RUN_OUT" | cut -c1 | tr '\n' ' ')" "c b a " "run has the same order"
stop_run
b=$(unit b '[unit]
after = c')
c=$(unit c '[unit]
after = a')
fails_with 1 '[abc].ini:8: error: units wait for each other: (a after b after c after a|b after c after a after b|c after a after b after c)' \
	"a circle" here plan "$a" "$b" "$c"
fails_with 1 'units wait for each other' "run refuses it, too" here run "$a" "$b" "$c"
unit self '[unit]
after = self' >/dev/null
is "$(order "$TEST_TMP/self.ini")" "self " "nobody waits for itself"
rm -f "$TEST_TMP"/[abc].ini

# --- owners ----------------------------------------------------------------------

unit=$(unit own '[unit]
owner = net team; us')
succeeds "apply" here apply "$unit"
like "$(here status "$unit")" 'own +applied .* net team' "status names the owner"
like "$(here status --json "$unit")" '"owner":"net team; us"' "as data, too"
succeeds "remove" here remove own

# --- maps that are shared --------------------------------------------------------

owner=$(unit owner '[map seen]
entry = 1 -> 0')
guest=$(unit guest '[map seen]
share = owner')
fails_with 1 "guest.ini:7: error: .*unit 'owner', whose map 'seen' is shared, is neither here nor applied" \
	"a map of nobody" here apply "$guest"
is "$(made)" "" "nothing was made"
is "$(order "$guest" "$owner")" "owner guest " "who shares comes after"
succeeds "apply both" here apply "$guest" "$owner"
is "$(map_id guest)" "$(map_id owner)" "they have one map"
socket
is "$([ "$(entry owner 1)" -ge 2 ] && echo both)" both "and both count in it"
is "$(order "$guest" "$owner")" "" "a second plan has nothing to do"
id=$(map_id owner)
unit owner '[map seen]
entry = 1 -> 0
flags = no_prealloc' >/dev/null
fails_with 1 "is another than the object's: flags 0x1, not 0x0" "a map that is another kind of map" here apply "$guest" "$owner"
is "$(map_id guest) $(map_id owner)" "$id $id" "both have what they had"
unit guest '[map seen]
share = owner
flags = no_prealloc' >/dev/null
like "$(here plan "$guest" "$owner")" 'seen: owner/seen \(that map is new\)' "plan: its owner makes it anew"
succeeds "apply" here apply "$guest" "$owner"
is "$([ "$(map_id owner)" != "$id" ] && echo new)" new "it is a new one"
is "$(map_id guest)" "$(map_id owner)" "which both have"
is "$(order "$guest" "$owner")" "" "and there is nothing to do"
succeeds "apply the owner alone" here apply "$owner"
unit guest '[map seen]
max-entries = 16' >/dev/null
like "$(here plan "$guest")" 'seen: owner/seen -> hash.*\(it is its own again\)' "plan: it is to have its own"
succeeds "apply" here apply "$guest"
is "$([ "$(map_id guest)" != "$(map_id owner)" ] && echo other)" other "it has its own"
unit guest '[map seen]
share = owner/nothing' >/dev/null
fails_with 1 "guest.ini:7: error: .*unit 'owner' has no map 'nothing'" "a map that is not there" here apply "$guest" "$owner"
unit guest '[map seen]
share = owner
entry = 1 -> 1' >/dev/null
fails_with 1 "guest.ini:8: error: .*'entry' does not go with 'share': the map is of unit 'owner'" "entries in it" here check "$guest"
unit guest '[map seen]
share = guest' >/dev/null
fails_with 1 "guest.ini:8: error: .*'guest' is this unit itself" "its own" here check "$guest"
unit guest '[map seen]
share = owner
flags = no_prealloc' >/dev/null
succeeds "apply, of one that is applied" here apply "$guest"
succeeds "remove the owner" here remove owner
socket
is "$([ "$(entry guest 1)" -ge 1 ] && echo counted)" counted "who shares keeps it"
succeeds "remove" here remove --all
is "$(made)" "" "nothing is left"
IN_NS=$NS_A run_unit "$guest" "$owner" || bail "run: $(<"$RUN_ERR")"
ok "run shares, too"
stop_run

# --- what two cannot both have ---------------------------------------------------

new_bpffs
pins() { find "$BPFFS" -mindepth 1 ! -name '*.debug'; }
one=$(unit one "[map seen]
pin = $BPFFS/seen")
two=$(unit two "[map seen]
pin = $BPFFS/seen")
fails_with 1 "two.ini:7: error: .*map 'seen' of unit 'two' has the pin of 'seen' of unit 'one': $BPFFS/seen.*share = one/seen.*one.ini, line 7" \
	"one pin for two maps" here apply "$one" "$two"
hook() { printf '[object]\npath = apply.bpf.o\n[program sockets]\nload = no\n[attach door]\ninterface = %s\nmode = %s\n' "$IF_A" "$2" | test_unit "$1"; }
one=$(hook one native) two=$(hook two generic)
fails_with 1 "two.ini:5: error: .*program 'door' of unit 'two' is to be where 'door' of unit 'one' is: xdp interface=$IF_A" \
	"one hook for two programs" here apply "$one" "$two"
is "$(made)$(pins)" "" "nothing was made"

# --- who may use a pin -----------------------------------------------------------

unit=$(unit lent "[map seen]
pin = $BPFFS/lent
pin-mode = 0640
pin-owner = 12
pin-group = 34")
succeeds "apply with a pin for others" here apply "$unit"
is "$(stat -c '%a %u %g' "$BPFFS/lent")" "640 12 34" "mode, owner and group are as the unit says"
is "$(order "$unit")" "" "a second plan has nothing to do"
succeeds "remove" here remove lent
is "$(pins)" "" "the pin is gone"
unit lent '[map seen]
pin-mode = 1999' >/dev/null
fails_with 1 "lent.ini:8: error: .*pin-mode '1999': expected octal digits, at most 0777" "no mode" here check "$unit"
unit lent '[map seen]
pin-owner = nobody-of-that-name' >/dev/null
fails_with 1 "lent.ini:8: error: .*no user 'nobody-of-that-name'" "no user" here check "$unit"

# --- BPF file systems ------------------------------------------------------------

unit=$(unit plain)
mount -t tmpfs tmpfs /sys/fs/bpf
fails_with 1 'no BPF file system is at /sys/fs/bpf.*mount -t bpf' "none" here apply "$unit"
umount /sys/fs/bpf
mount -o remount,ro /sys/fs/bpf
fails_with 1 'cannot make the directory /sys/fs/bpf/cleat: read-only file system' "a read-only one" here apply "$unit"
mount -o remount,rw /sys/fs/bpf
succeeds "a writable one" here apply "$unit"
unit plain '[global verdict]
value = 1' >/dev/null
program=$(here show program "$ROOT/plain/programs/sockets" --json | grep -o '"id":[0-9]*' | head -n 1)
mount -o remount,ro /sys/fs/bpf
fails_with 1 'read-only file system' "one that has become read-only" here apply "$unit"
mount -o remount,rw /sys/fs/bpf
is "$(here show program "$ROOT/plain/programs/sockets" --json | grep -o '"id":[0-9]*' | head -n 1)" "$program" "nothing was changed"
unit plain >/dev/null
is "$(order "$unit")" "" "and the plan is empty"
succeeds "remove" here remove --all

done_testing
