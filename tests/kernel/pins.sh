#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# Pins that several loaders share: the maps of variables keep what is in them, constants must be the
# same, and of loaders that come at once one makes the map and all have it.
# Any kernel will do.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"
requires_hook raw_tracepoint

# unit NAME LINES: with the variables pinned
unit() {
	test_unit "$1" <<-END
		[object]
		path = variables.bpf.o
		[map .data.custom]
		pin = /sys/fs/bpf/shared/data
		[map .rodata.custom]
		pin = /sys/fs/bpf/shared/constants
		$2
	END
}
data() { cleat map dump --json /sys/fs/bpf/shared/data; }

# --- contents -----------------------------------------------------------------------------
run_unit "$(unit first "")" || bail "pinned: $(<"$RUN_ERR")"
first=$RUN_PID
shared="$(map_id .data.custom) $(map_id .rodata.custom)"
ours() { echo "$(map_id .data.custom) $(map_id .rodata.custom)"; }
like "$(data)" '"a":3,"b":4' "the first has what the object says"
like "$(cleat show map /sys/fs/bpf/shared/data)" "id +$(map_id .data.custom)\b" "show finds it by its pin"
fails_with 1 "/sys/fs/bpf/shared/data is a map and no program" "but no program there" \
	cleat show program /sys/fs/bpf/shared/data
fails_with 1 "cannot open the link at /sys/fs/bpf/shared/nothing: no such file or directory" \
	"nor anything where nothing is" cleat show link /sys/fs/bpf/shared/nothing
succeeds "changed" cleat map set /sys/fs/bpf/shared/data 0 "{ custom_data = { a = 10, b = 20 } }"
run_unit "$(unit second "[global custom_data]
value = { a = 100, b = 200 }")" || bail "a second: $(<"$RUN_ERR")"
is "$(ours)" "$shared" "the second has the same maps"
like "$(data)" '"a":10,"b":20' "variables are as they were left"
like "$(<"$RUN_ERR")" "note: .*'custom_data' keeps what the existing .data.custom has" \
	"and it is said that the value of the unit is not used"
summed() { /bin/true; [[ $(cleat map dump --json "$(map_id .bss.custom)") =~ \"custom_bss\":38 ]]; }
succeeds "and its program works with them" wait_for summed
stop_run
is $? 0 "ends well"
fails_with 1 "the constants in the pinned .rodata.custom are not the object's.*hint: remove the pin" \
	"other constants are refused" cleat run "$(unit other "[global custom_rodata]
value = 6")"
like "$(data)" '"a":10,"b":20' "and the pins are as they were"

# --- at once ----------------------------------------------------------------------------------
late() { LD_PRELOAD=$TEST_BIN_DIR/.libs/late-pin.so "$CLEAT" "$@"; }
if late --version >/dev/null 2>&1; then
	LD_PRELOAD=$TEST_BIN_DIR/.libs/late-pin.so run_unit "$(unit late "")" ||
		bail "a pin that comes between the look and the pinning: $(<"$RUN_ERR")"
	is "$(ours)" "$shared" "a pin that comes between the look and the pinning is taken"
	is "$(cleat list maps | grep -c '\.data\.custom')" 1 "and the map that was made for nothing is gone"
	stop_run
else
	skip "a pin that comes between the look and the pinning" "this build cannot be preloaded"
fi
stop_run "$first"
is "$(ls /sys/fs/bpf/shared)" "" "who made the pins takes them away"

mkfifo "$TEST_TMP/go"
exec {go}<>"$TEST_TMP/go"
many=() ids=()
all=$(unit all "")
for i in 1 2 3 4 5 6; do
	mkfifo "$TEST_TMP/ready-$i"
	exec {fd}<>"$TEST_TMP/ready-$i"
	ids+=("$fd")
	set -m
	# all wait for the same word
	(read -r -u "$go" _ && exec "$CLEAT" run --ready-fd 9 "$all") </dev/null >"$TEST_TMP/all-$i" 2>&1 9>"$TEST_TMP/ready-$i" &
	set +m
	many+=("$!")
	__pids+=("$!")
done
printf 'now\nnow\nnow\nnow\nnow\nnow\n' >&"$go"
good=0
for i in 1 2 3 4 5 6; do
	if read -r -t $((20 * TEST_TIME_SCALE)) -u "${ids[i - 1]}" _; then good=$((good + 1)); else diag_file "$TEST_TMP/all-$i"; fi
done
is "$good" 6 "six at once, and all run"
is "$(cleat list maps | grep -c '\.data\.custom')" 1 "with one map of variables"
ended=0
for pid in "${many[@]}"; do
	if stop_run "$pid"; then ended=$((ended + 1)); fi
done
is "$ended" 6 "all end well"
is "$(ls /sys/fs/bpf/shared)" "" "and leave no pin"
done_testing
