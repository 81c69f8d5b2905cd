#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The types that programs are relocated against: the running kernel's, those of
# a file, and those that a kernel without any is missing. Such a kernel is made
# by hiding the files, in the script's own mount namespace.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"
requires_hook raw_tracepoint
requires_hook tp_btf
object=$TEST_OBJ_DIR/types.bpf.o
kernel=/sys/kernel/btf/vmlinux
release=$(uname -r)
cp "$kernel" "$TEST_TMP/vmlinux.btf"

# unit_of PROGRAM: the path of a unit in which only this program is loaded
unit_of() {
	local other
	{
		printf '[object]\npath = types.bpf.o\n'
		for other in relocated raw plain; do
			if [ "$other" != "$1" ]; then printf '[program %s]\nload = no\n' "$other"; fi
		done
	} | test_unit "$1"
}
relocated=$(unit_of relocated)
raw=$(unit_of raw)
plain=$(unit_of plain)

# place: where the program finds the member, 0 before it ran
place() { /bin/true; cleat map get types_place 0 2>/dev/null | sed 's/.* //'; }
place_is() { [ "$(place)" = "$1" ]; }
place_is_kernel() { [[ $(place) =~ ^[1-9] ]] && ! place_is 3000; }

# runs WHAT CONDITION ARGUMENT... -- UNIT: attached, and the program found it there
runs() {
	local what=$1 condition=$2
	shift 2
	if ! start_cleat run "$@"; then
		not_ok "$what" "$(<"$RUN_ERR")"
		return
	fi
	# shellcheck disable=SC2086
	if wait_for $condition; then ok "$what"; else not_ok "$what" "at $(place)"; fi
	stop_run
}

runs "the kernel's own types" place_is_kernel "$relocated"
runs "types of a file, raw" place_is_kernel --btf "$TEST_TMP/vmlinux.btf" "$raw"
# The object's own types are good enough: nothing moves. Attaching is by the kernel's.
runs "types in an ELF file; attached by the kernel's" "place_is 3000" --btf "$object" "$relocated"
fails_with 1 '/nowhere.*[Nn]o such file' "a file of types that is not there" \
	cleat run --btf /nowhere "$raw"
fails_with 1 'BTF' "a file without types" cleat run --btf "$plain" "$raw"
fails_with 1 "$object: error: types of a second kernel" "types of two kernels" \
	cleat run --btf "$TEST_TMP/vmlinux.btf" --btf "$object" "$raw"
fails_with 1 "
/nowhere: error: cannot be read: no such file or directory" "verify names the file, and no program" \
	cleat verify --btf /nowhere "$object"
is "$(grep -c 'error:' "$TEST_TMP/.out")" 1 "once for all programs"

# --- what older kernels want, and newer ones do not mind ---------------------------------

# Before 5.11 maps and programs count as locked memory.
out=$(ulimit -S -l 0; cleat verify --json "$object" 2>&1) || true
is "$(grep -c '"loaded":true' <<<"$out")" 3 "a limit of locked memory is no hindrance"
# constants: the map of constants is among the maps of a program that does not read it
constants() {
	local map
	map=$(cleat list maps | awk '$3 == ".rodata.types" { print $1 }')
	[ -n "$map" ] && cleat list programs | awk '$3 == "plain"' | grep -qw "$map"
}
start_cleat run "$plain" || bail "attached"
if [[ $("$TEST_BIN_DIR/probes") == *"feature bind-map yes"* ]]; then
	if constants; then ok "constants stay with the program"; else
		not_ok "constants stay with the program" "$(cleat list programs; cleat list maps)"
	fi
else
	skip "constants stay with the program" "this kernel does not bind maps to programs"
fi
stop_run

# --- a kernel without types ------------------------------------------------------------

mount -t tmpfs none /sys/kernel/btf
fails_with 1 "needs the kernel's BTF for CO-RE, and this kernel has none"$'\n'"  hint: give its BTF as a file" \
	"without types CO-RE says what is missing" cleat run "$raw"
fails_with 1 "attaching to 'sched_process_exec' needs the kernel's BTF, and this kernel has none" \
	"and so does what is attached by them" cleat run --btf "$TEST_TMP/vmlinux.btf" "$relocated"
runs "what needs no types is loaded" true "$plain"
runs "a file makes up for them" place_is_kernel --btf "$TEST_TMP/vmlinux.btf" "$raw"

mkdir -p /boot
mount -t tmpfs none /boot
cp "$object" "/boot/vmlinux-$release"
runs "types where distributions put them" "place_is 3000" "$raw"
done_testing
