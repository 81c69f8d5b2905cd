#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# Objects of the tree's own tests through cleat and through libbpf, in one run: what libbpf loads, cleat
# loads, with the same instructions. './dev corpus' does the same with the objects of others.
# Any kernel will do.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"
requires_tool cc awk
corpus=$TEST_OBJ_DIR/../corpus
cd "$TEST_OBJ_DIR/.." || exit # where plugins/ and kernel/ are

if ! echo '#include <bpf/libbpf.h>' | cc -E - >/dev/null 2>&1; then skip_all "no libbpf-dev here"; fi
cc -O2 -o "$TEST_TMP/peer" "$corpus/peer.c" -lbpf -lelf -lz || bail "the peer compiles"

maps="array hash prog_array ringbuf lpm_trie array_of_maps hash_of_maps devmap cpumap sk_storage
task_storage stack_trace user_ringbuf bloom_filter queue arena struct_ops_map"
programs="xdp tc socket_filter cgroup_skb cgroup_sock_addr tracepoint raw_tracepoint perf_event kprobe
ksyscall uprobe iter sk_lookup syscall struct_ops flow_dissector"
mkdir "$TEST_TMP/tree"
for map in $maps; do cp "plugins/map/$map/test.bpf.o" "$TEST_TMP/tree/map-$map.o"; done
for program in $programs; do cp "plugins/program/$program/test.bpf.o" "$TEST_TMP/tree/$program.o"; done
for object in externs variables mapdef types language btf legacy guess; do
	cp "kernel/$object.bpf.o" "$TEST_TMP/tree/$object.o"
done

cleat verify --json "$TEST_TMP"/tree/*.o >"$TEST_TMP/cleat" 2>/dev/null || true
"$TEST_TMP/peer" "$TEST_TMP"/tree/*.o >"$TEST_TMP/libbpf"
judge() { # CLEAT LIBBPF
	awk -v root="$TEST_TMP/" -v expected="$corpus/expected.tsv" -v verbose=0 \
		-v kernel="$(uname -r | cut -d. -f1,2)" -f "$corpus/judge.awk" "$2" "$1"
}
succeeds "what libbpf loads, cleat loads, the same" judge "$TEST_TMP/cleat" "$TEST_TMP/libbpf"

# The judge itself: it sees what is lost, what is other, and what is less than was promised.
loads=$(grep -m 1 '"loaded":true' "$TEST_TMP/libbpf") || true
[[ $loads =~ \"object\":\"([^\"]*)\",\"program\":\"([^\"]*)\" ]] || bail "libbpf loads one"
object=${BASH_REMATCH[1]} name=${BASH_REMATCH[2]}
spoil() { sed "\\,\"object\":\"$object\",{/\"program\":\"$name\"/$1}" "$TEST_TMP/cleat" >"$TEST_TMP/spoiled"; }
spoil 's/"loaded":true/"loaded":false/'
fails_with 1 "LOST.*$name" "a program that is lost is seen" judge "$TEST_TMP/spoiled" "$TEST_TMP/libbpf"
spoil 's/"tag":"[0-9a-f]*"/"tag":"0123456789abcdef"/'
fails_with 1 "OTHER.*$name.*0123456789abcdef for" "other instructions are seen" \
	judge "$TEST_TMP/spoiled" "$TEST_TMP/libbpf"
spoil d
fails_with 1 "LOST.*$name.*no verdict" "a verdict that is missing is seen" \
	judge "$TEST_TMP/spoiled" "$TEST_TMP/libbpf"
grep -v '"loaded":true' "$TEST_TMP/cleat" >"$TEST_TMP/spoiled"
fails_with 1 "FEWER.*tree" "less than was promised is seen" \
	judge "$TEST_TMP/spoiled" "$TEST_TMP/libbpf"
done_testing
