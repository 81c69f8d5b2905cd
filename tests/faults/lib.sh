# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# Sweeps: a command is run again and again, and in each run the next thing goes wrong (inject.c), until
# there is none left. It knows how a run may end, and refuses to know what runs.
#
# FAULTS_STRIDE: of so many points one is tried (1: all of them); fewer where everything is slow
: "${FAULTS_STRIDE:=$((97 * TEST_TIME_SCALE))}"

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
inject=("$here/inject" -l "$here/.libs/preload.so" -o "$TEST_TMP/result" -t $((10 * TEST_TIME_SCALE)))
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0:detect_leaks=1:exitcode=99
# What the dynamic linker keeps is known for no leak by who asks for it: here that is the preloaded library.
echo 'leak:dl_open_worker' >"$TEST_TMP/no-leaks"
export LSAN_OPTIONS=${LSAN_OPTIONS:+$LSAN_OPTIONS:}suppressions=$TEST_TMP/no-leaks:print_suppressions=0
__runs=0
always=: # after each run
remove=: # after a run that went wrong

# plugins NAME...: cleat sees these alone; the rest is the same for each
plugins() {
	local all name
	all=$(dirname "$(find "${CLEAT%/*}" -name xdp.plugin | head -n 1)")
	rm -rf "$TEST_TMP/plugins"
	mkdir "$TEST_TMP/plugins"
	for name in "$@"; do cp "$all/$name.so" "$all/$name.plugin" "$TEST_TMP/plugins"; done
	export CLEAT_PLUGIN_PATH=$TEST_TMP/plugins
}

# objects_of FOLDER: units find the objects of that folder of the tests
# shellcheck disable=SC2034
objects_of() { TEST_OBJ_DIR=${here%/*}/$1; }

# injected OPTION... -- COMMAND...: one run; sets HOW STATUS WHAT SEEN DESCRIPTORS, and SAID
injected() {
	local options=()
	while [ "$1" != -- ]; do options+=("$1"); shift; done
	shift
	__runs=$((__runs + 1))
	CLEAT_WRAP="${inject[*]} ${options[*]}" \
		${IN_NS:+nsenter --net="/run/netns/$IN_NS" --} "$CLEAT" "$@" </dev/null >"$TEST_TMP/out" 2>"$TEST_TMP/err"
	read -r HOW STATUS WHAT SEEN DESCRIPTORS <"$TEST_TMP/result"
	SAID=$(<"$TEST_TMP/err")
}

# told: counts errors, and the reasons that they give. Checks of a unit say all that follows from one
# reason, and what is missing after a warning follows from that.
told() {
	local line reason warned='' known=$'\n'
	ERRORS=0 REASONS=0
	while IFS= read -r line; do
		case $line in
		*': warning: '*) warned=yes ;;
		*': error: '*"no plugin for "* | *': error: '*"no output plugin "*)
			ERRORS=$((ERRORS + 1))
			if [ -z "$warned" ]; then REASONS=$((REASONS + 1)); fi
			;;
		*': error: '*)
			ERRORS=$((ERRORS + 1)) reason=${line##*: }
			if [[ $known != *$'\n'$reason$'\n'* ]]; then REASONS=$((REASONS + 1)); fi
			known+=$reason$'\n'
			;;
		esac
	done <<<"$SAID"
}

# state: what must not be there after any run; a test may add to it
state() { (cd /sys/fs/bpf && find . ! -type d ! -name '*.debug' -print); }

# wrong: says what is wrong with the last run, if anything is
wrong() {
	local left
	if [ "$HOW" != exit ]; then echo "$HOW $STATUS"; return; fi
	told
	if [ "$STATUS" -gt 1 ]; then echo "status $STATUS"; fi
	if [ $((ERRORS > 0)) != "$STATUS" ]; then echo "status $STATUS with $ERRORS messages"; fi
	if [ "$REASONS" -gt 1 ]; then echo "$REASONS reasons for one fault"; fi
	if [[ $SAID == *Sanitizer* || $SAID == *"runtime error"* ]]; then echo "a sanitizer's report"; fi
	if [ "$DESCRIPTORS" -gt 0 ]; then echo "$DESCRIPTORS descriptors are open at the end"; fi
	left=$(state)
	# what could not be detached stays, and it is said
	if [ -n "$left" ] && [[ $SAID != *"still attached"* ]]; then echo "left: $left"; fi
}

# wrong_after SIGNAL: when that came. Before it is waited for it ends the process as always.
wrong_after() {
	local signal=$1 left
	if [ "$HOW $STATUS" = "exit 0" ] || [ "$HOW" = signal ]; then :; else echo "$HOW $STATUS"; fi
	told
	if [ "$ERRORS" != 0 ]; then echo "an error"; fi
	left=$(state)
	if [ -n "$left" ] && [ "$signal" != KILL ]; then echo "left: $left"; fi
}

# sweep WHAT JUDGE POINT-OPTION KIND COMMAND...: makes one test of it. POINT-OPTION N says which is
# the one; JUDGE is wrong or wrong_after.
sweep() {
	local what=$1 judge=$2 point=$3 kind=$4 n bad found=0 tried=0 why=''
	shift 4
	# not the same ones each time that something is swept
	for ((n = 1 + __runs % FAULTS_STRIDE; ; n += FAULTS_STRIDE)); do
		# shellcheck disable=SC2086
		injected $kind $point "$n" -- "$@"
		if [ "$WHAT" = nothing ]; then break; fi
		tried=$((tried + 1))
		bad=$($judge)
		$always
		if [ -z "$bad" ]; then continue; fi
		found=$((found + 1))
		if [ $found -le "${FAULTS_SHOW:-5}" ]; then why+="$kind $point $n, $WHAT: $bad"$'\n'"$SAID"$'\n'; fi
		cleanup
	done
	# what comes to its end without a fault must be right, too
	bad=$(wrong)
	if [ -n "$bad" ] || [ "$STATUS" != 0 ]; then
		found=$((found + 1))
		why+="without a fault: status $STATUS $bad"$'\n'"$SAID"
		cleanup
	fi
	POINTS=$((${POINTS-0} + tried))
	if [ $found = 0 ]; then
		ok "$what: $tried of $SEEN points"
	else
		not_ok "$what: $found of $tried points are wrong" "$why"
	fi
}

# cleanup: takes away what should not be there, so that the next run begins with nothing
cleanup() {
	$remove
	find /sys/fs/bpf -mindepth 1 -delete 2>/dev/null
}

# sweep_all WHAT COMMAND...: everything that fails from the command's begin to its end
sweep_all() {
	local what=$1 error
	shift
	sweep "$what: an allocation fails" wrong -a '' "$@"
	leaves_nothing "$what: allocations: nothing is left"
	if [ -n "${SANITIZED-}" ]; then return; fi # which make system calls of their own
	for error in ENOMEM EPERM EINVAL EMFILE EINTR ENOSPC; do
		sweep "$what: $error" wrong -n "-e $error" "$@"
	done
	leaves_nothing "$what: system calls: nothing is left"
}

# sweep_run WHAT UNIT: that, and signals, from its load to its end
sweep_run() {
	local what=$1 command=(run --ready-fd 9 "$2")
	sweep_all "$what" "${command[@]}"
	if [ -n "${SANITIZED-}" ]; then return; fi
	sweep "$what: SIGINT" "wrong_after INT" -n "-s INT" "${command[@]}"
	sweep "$what: SIGTERM" "wrong_after TERM" -n "-s TERM" "${command[@]}"
	sweep "$what: SIGKILL" killed -n "-s KILL" "${command[@]}"
	leaves_nothing "$what: signals: nothing is left"
}
