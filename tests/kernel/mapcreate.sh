#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# 'cleat map create': a map of each type without an object, pinned, found again and
# used; the same map twice; and what is refused, with nothing left behind.
. "$TEST_LIB"

dir=/sys/fs/bpf/new
id_in() { local rest=${1#*\"id\":}; echo "${rest%%,*}"; }
create() { cleat map create "$1" "pin=$dir/$1" "${@:2}"; }

# a type and the least that must be said of it
while read -r type words; do
	# shellcheck disable=SC2086
	made=$(create "$type" $words --json)
	like "$made" "\"type\":\"$type\"" "$type"
	like "$(cleat show map "$(id_in "$made")")" "type +${type}[[:space:]]" "$type is what the kernel has"
done <<'EOT'
array value-size=8 max-entries=4
percpu_array value-size=8 max-entries=4
hash key-size=4 value-size=8 max-entries=4
percpu_hash key-size=4 value-size=8 max-entries=4
lru_hash key-size=4 value-size=8 max-entries=4
lru_percpu_hash key-size=4 value-size=8 max-entries=4
lpm_trie key-size=8 value-size=1 max-entries=4
prog_array key-size=4 max-entries=4
perf_event_array
cgroup_array key-size=4 max-entries=4
stack_trace key-size=4 value-size=64 max-entries=4
devmap key-size=4 value-size=4 max-entries=4
devmap_hash key-size=4 value-size=4 max-entries=4
cpumap key-size=4 value-size=4 max-entries=1
xskmap key-size=4 value-size=4 max-entries=4
sockmap key-size=4 value-size=4 max-entries=4
sockhash key-size=4 value-size=4 max-entries=4
reuseport_sockarray key-size=4 value-size=8 max-entries=4
queue value-size=4 max-entries=4
stack value-size=4 max-entries=4
array_of_maps key-size=4 max-entries=4 inner=/sys/fs/bpf/new/hash
hash_of_maps key-size=2 max-entries=4 inner=/sys/fs/bpf/new/hash
EOT
while read -r hook type words; do
	if ! have_hook "$hook"; then
		# shellcheck disable=SC2086
		fails_with 1 "this kernel has no maps of type '$type'" "$type: said to be missing" \
			cleat map create "$type" "pin=$dir/$type" $words
		continue
	fi
	# shellcheck disable=SC2086
	succeeds "$type" create "$type" $words
done <<'EOT'
map_ringbuf ringbuf max-entries=4096
map_user_ringbuf user_ringbuf max-entries=4096
map_bloom_filter bloom_filter value-size=4 max-entries=4
map_arena arena max-entries=4
map_rhash rhash key-size=4 value-size=4 max-entries=4
EOT

# --- used ------------------------------------------------------------------------

cleat map set $dir/lpm_trie 192.0.2.0/24 7
is "$(cleat map dump $dir/lpm_trie)" "192.0.2.0/24 -> 7" "a plugin's own text"
cleat map set $dir/hash 1 2
is "$(cleat map dump $dir/hash)" "1 -> 2" "numbers"
cleat map push $dir/queue 5
is "$(cleat map pop $dir/queue)" 5 "a map without keys"
cleat map set $dir/array_of_maps 1 $dir/hash
like "$(cleat map get $dir/array_of_maps 1)" '^1 -> [0-9]+$' "a map in a map"
is "$(create hash key-size=4 value-size=8 max-entries=4)$(cleat map dump $dir/hash)" "1 -> 2" \
	"the same again is the one that is there"
made=$(create hash key-size=4 value-size=8 max-entries=4 --json)
is "$made" "{\"id\":$(id_in "$made"),\"name\":\"hash\",\"type\":\"hash\",\"pin\":\"$dir/hash\"}" "and so in JSON"
succeeds "a name" cleat map create hash pin=$dir/named name=some_name key-size=1 value-size=1 max-entries=1
succeeds "by which it is found" cleat map set some_name 1 1
made=$(cleat map create hash pin=$dir/flags flags=no_prealloc key-size=1 value-size=1 max-entries=1K --json)
like "$(cleat show map "$(id_in "$made")")" 'flags +1' "flags"

# --- typed -----------------------------------------------------------------------

typed() { cleat map create "$1" "pin=$dir/typed_$1" max-entries=4 "${@:2}"; }
succeeds "types of the kernel's" typed hash key-type=u32 "value-type=struct list_head"
cleat map set $dir/typed_hash 5 '{ next = 0x10, prev = 0x20 }'
is "$(cleat map dump $dir/typed_hash)" "5 -> { next = 0x10, prev = 0x20 }" "by which entries are shown and set"
like "$(cleat show map typed_hash)" "list_head" "the kernel knows them"
succeeds "the same again is the one that is there" typed hash key-type=u32 "value-type=struct list_head"
succeeds "the index of an array has its type" typed array "value-type=struct list_head"
like "$(cleat map get $dir/typed_array 1)" '^1 -> \{ (next = |\})' "and its values theirs"
refused_type() { fails_with 1 "$2" "$1" cleat map create hash "pin=$dir/refused" max-entries=4 "${@:3}"; }
refused_type "no such type" "no type 'struct list_haed' in the kernel's BTF.*list_head" key-type=u32 "value-type=struct list_haed"
refused_type "a type of another size" "a key has 8 bytes, but 'u32' has 4" key-size=8 key-type=u32 value-type=u32
refused_type "one type alone" "one needs the other" key-size=8 value-type=u32
succeeds "types of an object" cleat map create --btf "$TEST_OBJ_DIR/mapdef.bpf.o" hash "pin=$dir/of_object" max-entries=4 \
	key-type=u32 "value-type=struct value"
fails_with 1 "no type 'struct list_haed' in '[^']*/mapdef.bpf.o'" "no such type there" cleat map create \
	--btf "$TEST_OBJ_DIR/mapdef.bpf.o" hash "pin=$dir/refused" max-entries=4 key-type=u32 "value-type=struct list_haed"
fails_with 1 "keeps no types of maps of type 'queue'" "a map that has none" \
	cleat map create queue "pin=$dir/refused" max-entries=4 value-type=u32

# --- refused ---------------------------------------------------------------------

refused() { fails_with 1 "$2" "refused: $1" cleat map create "${@:3}" "pin=$dir/refused"; }
refused "no such type" "no map type 'hahs'" hahs
refused "a type that is nearly one" "did you mean 'lru_hash'" lru_hsh
refused "no such key" "'key-sze'.*did you mean 'key-size'|did you mean 'key-size'" hash key-sze=4
refused "no key" "the map has no key: its size is 0" hash value-size=4 max-entries=4
refused "no value" "the map has no value: its size is 0" array max-entries=4
refused "no room" "max-entries is 0.*set max-entries" hash key-size=4 value-size=4
refused "what is no pair" "'4' is not KEY=VALUE" hash 4
refused "a key of objects" "key 'create' is for the maps of objects" hash create=no
refused "types that an object must say" "wants to know the types" sk_storage key-size=4 value-size=4
refused "maps in it that nobody described" "nothing says what the maps in this map are like" \
	hash_of_maps key-size=4 max-entries=4
refused "a map that an object must fill" "the object does not say what is in the map" struct_ops
fails_with 1 "the map at $dir/hash is another than what is asked for: key size 4, not 8; max-entries 4, not 9.*remove $dir/hash" \
	"another map is there" create hash key-size=8 value-size=8 max-entries=9
fails_with 1 "is of type 'hash', not 'lru_hash'" "another type is there" \
	cleat map create lru_hash pin=$dir/hash key-size=4 value-size=8 max-entries=4
fails_with 1 "no BPF file system" "a pin elsewhere" \
	cleat map create hash "pin=$TEST_TMP/x" key-size=4 value-size=8 max-entries=4
fails_with 2 "wants pin=PATH" "no pin" cleat map create hash key-size=4 value-size=8 max-entries=4
fails_with 2 "map create takes TYPE" "no type" cleat map create
is "$(ls $dir/refused "$TEST_TMP/x" 2>/dev/null)" "" "nothing is left of what is refused"
rm -r $dir
leaves_nothing "with their pins the maps are gone"
done_testing
