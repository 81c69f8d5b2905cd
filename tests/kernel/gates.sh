#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# A load does not become dearer unnoticed: user instructions, bpf() calls, all system calls, page
# faults and peak memory of a whole process (loads.c), held against gates.tsv. No clock is asked, so
# a busy machine changes nothing. What depends on the machine is known: the walk over the kernel's
# types, and the look at each plugin that is installed, by their index. Any kernel will do.
#
# When a figure became better, or worse for a good reason, put it into gates.tsv; the run prints all.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"
requires_tool valgrind strace
if [ -n "${SANITIZED-}" ]; then skip_all "this build has the sanitizers: other instructions"; fi
libc=$(getconf GNU_LIBC_VERSION 2>/dev/null) || libc=other
machine="$(uname -m), $libc"
gates=$(dirname "$TEST_LIB")/gates.tsv
measured=$(sed -n 's/^# measured on: //p' "$gates")
if [ "$machine" != "$measured" ]; then
	skip_all "the figures are of $measured; here is $machine"
fi
[ -n "${CLEAT_PLUGIN_PATH-}" ] || requires_plugins
# a copy, of which no other test can make the index out of date
cp -r "$CLEAT_PLUGIN_PATH" "$TEST_TMP/plugins"
chmod -R go-w "$TEST_TMP/plugins"
export CLEAT_PLUGIN_PATH=$TEST_TMP/plugins
"$CLEAT" plugins --index "$CLEAT_PLUGIN_PATH" || bail "no index of the plugins"

btf=$(stat -c %s /sys/kernel/btf/vmlinux 2>/dev/null) || btf=0
mount -t tracefs none /sys/kernel/tracing 2>/dev/null || true

lowest() { cut -d' ' -f"$1" "$TEST_TMP/time" | sort -n | head -n 1; } # COLUMN

# figures OBJECT: instructions, bpf() calls, system calls, faults, KB
figures() {
	local loads=$TEST_BIN_DIR/loads object=$1 trace=$TEST_TMP/trace
	strace -f -o "$trace" "$loads" "$object" 3>/dev/null || return 1
	valgrind --tool=callgrind --callgrind-out-file="$TEST_TMP/callgrind" "$loads" "$object" \
		3>/dev/null 2>"$TEST_TMP/valgrind" || return 1
	# of several: what else the machine does decides how much of a file is mapped at a time
	for _ in 1 2 3 4 5; do
		/usr/bin/time -f '%R %M' -o "$TEST_TMP/time" -a "$loads" "$object" 3>/dev/null || return 1
	done
	echo "$(sed -n 's/.*Collected : //p' "$TEST_TMP/valgrind")" \
		"$(grep -c ' bpf(' "$trace")" "$(grep -c '(' "$trace")" "$(lowest 1)" "$(lowest 2)"
	rm "$TEST_TMP/time"
}

# within NAME GOT OWN [EACH NUMBER]...: at most a twentieth more than OWN and NUMBER times EACH
within() {
	local name=$1 got=$2 gate
	shift 2
	gate=$(awk 'BEGIN { sum = ARGV[1]; for (i = 2; i < ARGC; i += 2) sum += ARGV[i] * ARGV[i + 1]
		printf "%d", sum }' "$@")
	if [ $((got * 100)) -le $((gate * 105)) ]; then
		ok "$name: $got, the gate is $gate"
	else
		not_ok "$name" "$got, more than 5 % above the gate of $gate"
	fi
}

mb=$(awk -v bytes="$btf" 'BEGIN { print bytes / 1048576 }')
plugins=$(find "$CLEAT_PLUGIN_PATH" -name '*.plugin' | wc -l)
while read -r object own per_plugin per_mb calls own_calls plugin_calls faults kb; do
	case $object in '#'* | '') continue ;; esac
	if ! got=$(figures "$TEST_OBJ_DIR/$object.bpf.o" 2>"$TEST_TMP/err"); then
		not_ok "$object" "is not measured: $(tail -n 3 "$TEST_TMP/err")"
		continue
	fi
	read -r i c s f m <<<"$got"
	within "$object: user instructions" "$i" "$own" "$per_plugin" "$plugins" "$per_mb" "$mb"
	is "$c" "$calls" "$object: bpf() calls"
	within "$object: system calls" "$s" "$own_calls" "$plugin_calls" "$plugins"
	within "$object: page faults" "$f" "$faults"
	within "$object: peak memory in KB" "$m" "$kb"
done <"$gates"
done_testing
