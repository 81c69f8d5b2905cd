#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# Kernels that lack something, which cleat finds out and does without: a library
# refuses the calls as such a kernel would (lacking.c), and programs load, run and
# are attached all the same. What cannot be done without has one message that says so.
# Any kernel will do.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"
library=$TEST_BIN_DIR/.libs/lacking.so
LACKING='' LD_PRELOAD=$library "$CLEAT" --version >/dev/null 2>&1 || skip_all "this build cannot be preloaded"
new_netns
new_cgroup
printf '#!/bin/sh\nLD_PRELOAD=%s exec %s "$@"\n' "$library" "$CLEAT" >"$TEST_TMP/cleat"
chmod +x "$TEST_TMP/cleat"
CLEAT=$TEST_TMP/cleat
export LACKING

pin=/sys/fs/bpf/table
for ((i = 0; i < 1000; i++)); do echo "$i -> { number = $i, copy = 7 }"; done >"$TEST_TMP/entries"

# unit PROGRAM KEY=VALUE...
unit() {
	local program=$1
	shift
	{
		printf '[object]\npath = lacking.bpf.o\n[global only_pid]\nvalue = %s\n[global verdict]\nvalue = 1\n' $$
		printf '[map table]\npin = %s\nentries = entries\n' $pin
		for p in raw traced packets sending dissect long_one; do
			if [ $p != "$program" ]; then printf '[program %s]\nload = no\n' $p; fi
		done
		printf '[attach %s]\n' "$program"
		printf '%s\n' "$@"
	} | test_unit lacking
}

# writes KEY: the program has written what the global variable and a read from kernel memory gave
fire() { kill -0 $$; }
writes() { fire && [[ $(cleat map get $pin "$1" --json) =~ $value ]]; }

ended() { # WHAT
	stop_run
	is $? 0 "$1: ends well"
	rm -f $pin
}

# works WHAT [WORDS]: without these a program loads, runs, and its map is filled and read
works() {
	local what=$1
	LACKING=${2-$1}
	if ! run_unit "$(unit raw)"; then
		not_ok "$what" "$(<"$RUN_ERR")"
		return
	fi
	succeeds "$what: runs" wait_for writes 9001
	cleat map delete $pin 9001
	is "$(cleat map dump $pin | grep -cv 9001)" 1000 "$what: all that was put in the map comes out"
	ended "$what"
}

untyped='"value":"?(0x0500000005000000|0x0000000500000005|21474836485)'
typed='"value":\{"number":5,"copy":5\}'
value=$typed
works "nothing is lacking" ""
works names
works attach-types
works btf-functions
works read-kernel
works mappings
works batches
works bound-maps
works links
value=$untyped
works btf
works "all of them" names,attach-types,btf,read-kernel,mappings,batches,bound-maps,links
value=$typed

# Before 5.11 memory of BPF counts as locked, of which little is allowed by default.
if (ulimit -S -l 64); then
	ulimit -S -l 64
	works "a low limit of locked memory" ""
fi

# --- attached without a link ------------------------------------------------------------

# says WHAT REGEX PROGRAM KEY=VALUE...
says() {
	local what=$1 wanted=$2 program=$3
	shift 3
	if IN_NS=$NS_B run_unit "$(unit "$program" "$@")"; then
		like "$(cat "$RUN_OUT" "$RUN_ERR")" "$wanted" "$what: said"
		return 0
	fi
	not_ok "$what" "$(<"$RUN_ERR")"
	return 1
}
for LACKING in links links,attach-types,names,btf; do
	if says "$LACKING: xdp" ", by netlink" packets "interface = $IF_B"; then
		succeeds "$LACKING: xdp drops packets" silent answers "$NS_A" "$IP4_B"
		ended "$LACKING: xdp"
	fi
	if says "$LACKING: cgroup" "$CGROUP, mode multi" sending "cgroup = $CGROUP"; then
		succeeds "$LACKING: a cgroup may not send" silent in_cgroup "$CGROUP" \
			nsenter --net="/run/netns/$NS_A" ping -c 1 -W 0.2 "$IP4_B"
		ended "$LACKING: cgroup"
	fi
	if says "$LACKING: flow dissector" "without a link" dissect "netns = self"; then
		ended "$LACKING: flow dissector"
	fi
	if [[ $LACKING = *btf* ]]; then value=$untyped; fi
	if run_unit "$(unit traced)"; then
		succeeds "$LACKING: a tracepoint runs it" wait_for writes 9002
		ended "$LACKING: tracepoint"
	else
		not_ok "$LACKING: tracepoint" "$(<"$RUN_ERR")"
	fi
done

# --- of what version it is ---------------------------------------------------------------

LACKING=any-version cleat verify --json "$TEST_OBJ_DIR/lacking.bpf.o" >"$TEST_TMP/verdicts" 2>/dev/null
like "$(grep -o '"program": *"probe".*' "$TEST_TMP/verdicts")" '"loaded": *true' \
	"a program for kprobes says for which kernel it is"

# --- what there is no way around --------------------------------------------------------

LACKING=long-programs
fails_with 1 "program 'long_one'.*hint: .*4096 .*before Linux 5\.2" "a program of more than 4,096 instructions" \
	cleat run "$(unit long_one)"
LACKING=ring-buffers
fails_with 1 "this kernel has no maps of type 'ringbuf'" "a ring buffer" \
	cleat map create ringbuf pin=/sys/fs/bpf/ring max-entries=4096
is "$(ls $pin /sys/fs/bpf/ring 2>/dev/null)" "" "nothing is left of either"
done_testing
