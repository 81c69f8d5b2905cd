# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The order of `./dev test`, which sources this file: what is run, in which
# build, side by side with what, and how results are added up. It knows how to
# read results and refuses to know what is tested.

passed=0 failed=0 skipped=0
skips=()
failures=()
logs=''

# add STAGE PASSED FAILED SKIPPED
add() {
	passed=$((passed + $2)) failed=$((failed + $3)) skipped=$((skipped + $4))
	printf '%s: %d passed, %d failed, %d skipped\n' "$@"
}

# failure STAGE WHY LOG: a stage that has no tests to count, or could not be begun
failure() {
	add "$1" 0 1 0
	failures+=("$1: $2")
	if [ -s "${3-}" ]; then tail -n 40 "$3"; fi
}

skip_stage() { # STAGE REASON
	add "$1" 0 0 1
	skips+=("$1: $2")
}

# From what `make check` printed.
count_check() { # STAGE LOG
	local p f s bad line
	p=$(sed -n 's/^# PASS: *//p' "$2" | tail -n 1)
	# a test that says what failed and exits with 1 has failed once, not twice
	bad=$(grep -E '^(FAIL|ERROR|XPASS): ' "$2" | awk '
		/^FAIL: / { said[$2] = 1 }
		!(/^ERROR: .* - exited with status/ && said[$2])')
	f=$(grep -c . <<<"$bad") || true
	s=$(sed -n 's/^# SKIP: *//p' "$2" | tail -n 1)
	if [ -z "$p" ] || [ -z "$s" ]; then
		failure "$1" "no summary of make check" "$2"
		return
	fi
	add "$1" "$p" "$f" "$s"
	while IFS= read -r line; do skips+=("$1: ${line#SKIP: }"); done < <(grep '^SKIP: ' "$2")
	while IFS= read -r line; do failures+=("$1: $line"); done < <(grep . <<<"$bad")
	if [ "$f" != 0 ]; then tail -n 100 "$3"; fi
}

# From what tests/kernel/run printed, once or (tests/vm/matrix) several times.
count_kernel() { # STAGE LOG STATUS
	local line p f s
	while IFS= read -r line; do skips+=("$1: ${line#skipped: }"); done < <(grep '^skipped: ' "$2")
	while IFS= read -r line; do failures+=("$1: ${line#failed: }"); done < <(grep '^failed: ' "$2")
	read -r p f s < <(sed -nE 's/^kernel tests: ([0-9]+) passed, ([0-9]+) failed, ([0-9]+) skipped$/\1 \2 \3/p' "$2" |
		awk '{ p += $1; f += $2; s += $3 } END { if (NR) print p, f, s }') || true
	if [ -z "${p-}" ]; then
		failure "$1" "no result, status $3" "$2"
		return
	fi
	if [ "$3" != 0 ] && [ "$f" = 0 ]; then f=1; failures+=("$1: status $3"); fi
	add "$1" "$p" "$f" "$s"
}

# timed NAME COMMAND...
timed() {
	local name=$1 began=$SECONDS
	shift
	say "$name"
	"$@"
	printf '(%s: %d s)\n' "$name" $((SECONDS - began))
}

run_check() { # STAGE BUILD
	local log=$logs/$1.check
	make_in "$2" check >"$log" 2>&1 || true
	count_check "$1" "$log" "$2/test-suite.log"
}

run_kernel() { # STAGE STAGEDIR [ENV...]
	local log rc=0 name=$1 dir=$2
	shift 2
	log=$logs/$name.kernel
	as_root env "$@" "$dir/tests/kernel/run" </dev/null 2>&1 | tee "$log" || true
	rc=${PIPESTATUS[0]}
	count_kernel "$name" "$log" "$rc"
}

stage_build() {
	local log=$logs/build
	if do_build >"$log" 2>&1 && make_stage "$build" >>"$log" 2>&1; then
		add build 1 0 0
	else
		failure build "does not build" "$log"
		return 1
	fi
	main_stage=$stage
}

stage_sanitizers() {
	local dir=$build-sanitizers log=$logs/sanitizers
	# A leak at exit is a failure of the test that ran the program.
	export ASAN_OPTIONS=detect_leaks=1:abort_on_error=0 UBSAN_OPTIONS=print_stacktrace=1
	if ! { configure_in "$dir" --enable-sanitizers CFLAGS='-O1 -g' &&
		make_in "$dir" all && make_stage "$dir"; } >"$log" 2>&1; then
		failure sanitizers "does not build" "$log"
		return
	fi
	run_check sanitizers "$dir"
	if [ -n "$can_root" ]; then
		run_kernel sanitizers-kernel "$stage" SANITIZED=1 TEST_TIME_SCALE=2 \
			ASAN_OPTIONS="$ASAN_OPTIONS" UBSAN_OPTIONS="$UBSAN_OPTIONS"
	fi
}

# Seconds, from the same seeds in the same order: what once crashed, and the obvious.
stage_fuzz() {
	local log=$logs/fuzz p f t
	if ! have_fuzzer; then
		skip_stage fuzz "clang has no libFuzzer here: install $(fuzzer_package)"
		return
	fi
	if ! build_fuzzers >"$log" 2>&1; then
		failure fuzz "does not build" "$log"
		return
	fi
	as_owner rm -rf "$build-fuzz/fuzz"
	as_owner "$top/tests/fuzz/run" "$build-fuzz" all 3 -seed=1 >"$log" 2>&1 || true
	p=$(grep -c '^ok ' "$log") || true
	f=$(grep -c '^not ok ' "$log") || true
	if [ "$p$f" = 00 ]; then
		failure fuzz "no result" "$log"
		return
	fi
	add fuzz "$p" "$f" 0
	while read -r _ _ t; do failures+=("fuzz: target $t"); done < <(grep '^not ok ' "$log")
	if [ "$f" != 0 ]; then cat "$log"; fi
}

# In the background: a machine needs one CPU and no attention. The oldest kernel and the newest have
# the tests where the kernel matters, and one between them what this machine skips; all tests on all
# kernels are './dev vm-test all'.
vm_kernels='newest, 5.10 and 6.12'

# The scripts that skip something here, once that is known.
skipped_here() {
	until [ -e "$logs/here" ]; do sleep 1; done
	if [ -e "$logs/kernel.kernel" ]; then
		sed -nE 's/^([a-z]+\/[^ ]+) .* [1-9][0-9]* skipped  \([0-9]+ s\)$/\1/p' "$logs/kernel.kernel"
	fi
}

vm_begin() {
	say "kernel tests on $vm_kernels, beside the rest"
	(
		trap - EXIT
		rc=0
		CLEAT_VM_JOBS=$(($(nproc) < 4 ? 1 : 2)) "$top/tests/vm/matrix" "$main_stage" newest 5.10 \
			-- -v -k >"$logs/vm" 2>&1 </dev/null || rc=$?
		mapfile -t names < <(skipped_here)
		if [ $rc != 3 ]; then
			"$top/tests/vm/matrix" "$main_stage" 6.12 -- -v -k "${names[@]}" \
				>>"$logs/vm" 2>&1 </dev/null || rc=$?
		fi
		echo $rc >"$logs/vm.status"
	) &
	vm_pid=$!
}

vm_end() {
	wait "$vm_pid" || true
	local rc
	rc=$(cat "$logs/vm.status")
	if [ "$rc" = 3 ] && ! grep -q '^kernel tests: ' "$logs/vm"; then
		cat "$logs/vm"
		skip_stage vm "no kernel could be fetched"
		return
	fi
	grep -vE '^    (ok|1\.\.|#)' "$logs/vm" || true
	count_kernel vm "$logs/vm" "$rc"
}

# What the repository has and the archive of a release lacks.
not_in_archive() {
	git -C "$top" ls-files 2>/dev/null | grep -vxF .gitignore | LC_ALL=C sort |
		LC_ALL=C comm -23 - <(tar -tf "$(echo "$build"/cleat-*.tar.xz)" | sed 's|^[^/]*/||' | LC_ALL=C sort)
}

stage_distcheck() {
	local log=$logs/distcheck missing
	if make_in "$build" distcheck >"$log" 2>&1; then
		missing=$(not_in_archive | tr '\n' ' ')
		if [ -z "$missing" ]; then
			add distcheck 2 0 0
		else
			failure distcheck "not in the archive: $missing"
		fi
	else
		failure distcheck "make distcheck" "$log"
		grep -hE '^(FAIL|ERROR): ' "$log" || true
	fi
	as_owner rm -f "$build"/cleat-*.tar.xz
}

test_all() {
	logs=$(mktemp -d "${TMPDIR:-/tmp}/cleat-logs.XXXXXX")
	local began=$SECONDS s main_stage='' can_root=1
	if [ "$(id -u)" != 0 ] && ! sudo -n true 2>/dev/null; then can_root=''; fi
	timed "build" stage_build
	vm_begin
	timed "unit and policy tests" run_check check "$build"
	if [ -n "$can_root" ]; then
		timed "kernel tests on $(uname -r)" run_kernel kernel "$main_stage"
	else
		skip_stage kernel "neither root nor sudo"
	fi
	: >"$logs/here"
	timed "sanitizers" stage_sanitizers
	timed "fuzz targets, a moment each" stage_fuzz
	timed "distcheck" stage_distcheck
	timed "kernel tests on $vm_kernels" vm_end
	rm -rf "$logs"

	echo
	for s in ${skips[@]+"${skips[@]}"}; do echo "skipped: $s"; done
	for s in ${failures[@]+"${failures[@]}"}; do echo "failed: $s"; done
	echo "in $((SECONDS - began)) s"
	echo "$passed passed, $failed failed, $skipped skipped"
	[ $failed = 0 ]
}
