#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# Maps defined in BTF: attributes, slots, and what a unit says in their place.
. "$TEST_LIB"
requires_hook raw_tracepoint

unit() { # NAME LINES
	test_unit "$1" <<-END
		[object]
		path = mapdef.bpf.o
		$2
	END
}
sized='[map md_open]
max-entries = 8'
without='[map md_new]
create = no
[global use_new]
value = false'
value() {
	local v
	v=$(map get "$1" 0 2>/dev/null) || return
	v=${v##*-> }
	echo "${v//[!0-9]/}"
}
counts() { /bin/true; [[ $(value "$1") =~ [1-9] ]]; }
counts_in() { if wait_for counts "$1"; then ok "$2"; else not_ok "$2" "$(value "$1")"; fi; }
shows() { cleat show map "$(map_id "$1")"; }

# --- a use of a map that is left out: switched off, it does no harm ----------------
run_unit "$(unit without "$sized
$without")" || bail "a map that is left out: $(<"$RUN_ERR")"
counts_in md_all "every attribute"
like "$(shows md_all)" 'flags +5' "with its flags"
like "$(map get md_all 0)" 'times = [0-9]' "and types"
counts_in md_named "a definition with a name and a typedef"
counts_in md_zlast "an inner map that is defined later, through its slot"
is "$(map_id md_new)" "" "a map with 'create = no' is not made"
id=$(map_id md_zlast)
is "$(map get md_aouter 2)" "2 -> $id" "slot 2 holds it"
succeeds "a map like the template goes in" map set md_aouter 1 "$(map_id md_named)"
fails_with 1 "one type, sizes and flags" "one that is not is refused" \
	map set md_houter 1 "$(map_id md_named)"
stop_run
is $? 0 "ends well"

fails_with 1 "map 'md_new' is left out" "a use of it that is reached is refused, by its name" \
	cleat run "$(unit reached "$sized
[map md_new]
create = no")"
fails_with 1 "entries for a map that is not made" "so are entries for it" \
	cleat check "$(unit entries "$sized
[map md_new]
create = no
entry = 1")"
fails_with 1 "'\.rodata' is a section of variables: programs cannot do without" "variables cannot be left out" \
	cleat check "$(unit data "$sized
[map .rodata]
create = no")"

run_unit "$(unit slots "$sized
$without
[map md_zlast]
create = no")" || bail "a slot's map is left out: $(<"$RUN_ERR")"
like "$(<"$RUN_ERR")" "map 'md_zlast' is not created: slot 2 of 'md_aouter' stays empty" \
	"a slot whose map is left out stays empty, and it is said"
stop_run

# --- in place of what the object says ------------------------------------------------
fails_with 1 "set max-entries" "no size anywhere" cleat run "$(unit nosize "$without")"
run_unit "$(unit other "$without
[map md_open]
max-entries = 100
type = lru_hash
value-size = 16
flags = !no_prealloc")" || bail "another type: $(<"$RUN_ERR")"
like "$(shows md_open)" 'lru_hash' "another type"
like "$(shows md_open)" '16' "another value size"
counts_in md_open "and it counts"
stop_run
fails_with 1 "unknown key 'inner'" "keys are those of the new type" \
	cleat check "$(unit wrongkey "$without
[map md_aouter]
type = hash
inner = md_named")"

# --- refused: newer kernels say why --------------------------------------------------
refused=$(unit refused "$sized
numa-node = 1000
$without")
if have_hook map_log; then
	fails_with 1 "cannot create a map of type 'hash' .*: the kernel says '[^']*numa[^'.]*'" \
		"a map that the kernel refuses, in its words" cleat run "$refused"
else
	fails_with 1 "cannot create a map of type 'hash' .*: invalid argument" \
		"a map that the kernel refuses" cleat run "$refused"
	skip "in its words" "$HOOK_REASON"
fi

# --- in a card's memory: that is asked of the kernel, and there is no such card here ---
device() { unit device "$sized
device = $1
$without"; }
fails_with 1 "no network interface 'lol'.*did you mean 'lo'" "no such device" cleat run "$(device lol)"
fails_with 1 "cannot create a map of type 'hash' .*not supported.*only cards that run programs" \
	"a device that has no maps" cleat run "$(device lo)"
fails_with 1 "'\.rodata' is a section of variables: no card can have it" "variables stay here" \
	cleat check "$(unit data "[map .rodata]
device = lo")"

# --- pinned, and another: everything that differs is said -----------------------------
mkdir -p /sys/fs/bpf/here
first=$(unit first "$sized
pin = /sys/fs/bpf/here/there/open
$without")
run_unit "$first" || bail "pinned: $(<"$RUN_ERR")"
fails_with 1 "key size 4, not 8; value size 8, not 24; max-entries 8, not 16; flags 0x1, not 0x0" \
	"a pinned map that is another: all that differs, with both values" \
	cleat run "$(unit differs "[map md_open]
max-entries = 16
key-size = 8
value-size = 24
flags = !no_prealloc
pin = /sys/fs/bpf/here/there/open
$without")"
fails_with 1 "of type 'hash', the object says 'lru_hash'" "another type" \
	cleat run "$(unit differs-type "[map md_open]
max-entries = 8
type = lru_hash
flags = !no_prealloc
pin = /sys/fs/bpf/here/there/open
$without")"
if [ -e /sys/fs/bpf/here/there/open ]; then ok "the pin stays"; else not_ok "the pin stays"; fi
stop_run
fails_with 1 "." "a load that fails" cleat run "$(unit fails "$sized
pin = /sys/fs/bpf/here/mine
[map md_new]
create = no")"
if [ -e /sys/fs/bpf/here/mine ]; then not_ok "leaves no pin"; else ok "leaves no pin"; fi

# --- kernel 5.16 has Bloom filters: 64-bit attributes -----------------------------------
if have_hook map_bloom_filter; then
	run_unit "$(unit extra "$sized")" || bail "map_extra: $(<"$RUN_ERR")"
	like "$(cleat show map --json "$(map_id md_new)")" '"(map-)?extra":3' "map_extra"
	stop_run
else
	skip "map_extra" "no Bloom filters on this kernel"
fi
done_testing
