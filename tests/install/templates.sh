#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# cleat new: each template becomes a project that builds with what is installed, and whose own test sees what
# it is for. Where there is no compiler, those that were built with the stage are run.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"
stage=${TEST_BIN_DIR%/tests/kernel}
projects=$TEST_OBJ_DIR/built
cd "$TEST_TMP" || exit 1

fails_with 2 "no template 'xpd': did you mean 'xdp'" "a kind that is not there" cleat new xpd one
fails_with 2 "'1st' is no name" "a name that is none" cleat new xdp 1st
fails_with 2 "what is it to be called" "no name" cleat new xdp
succeeds "a list of the kinds" grep -qE '^  xdp +counts packets' <(cleat new)
mkdir taken
fails_with 1 "cannot make the directory taken" "a directory that is there" cleat new xdp taken
is "$(ls -A taken)" "" "nothing is put there"

# a stranger's: in a folder of its own, on a base of ours; and one that is broken leaves nothing
mkdir -p mine/odd mine/broken
printf 'summary = an odd one\nbase = counts\nprogram = odd\nkeys = k=@NAME@/@ID@\n' >mine/odd/template.conf
printf '@SUMMARY@ @ID@ @PROGRAM@ @UNKNOWN@ a@b @KEYS@\n@UNSHARE@\n' >mine/odd/NAME.txt
printf 'summary = broken\nbase = nonesuch\n' >mine/broken/template.conf
echo text >mine/broken/NAME.txt
ours=$(find "$stage" -path '*/templates/shared')
export CLEAT_TEMPLATE_PATH=$TEST_TMP/mine:${ours%/shared}
succeeds "a stranger's template" cleat new odd of-mine
is "$(cat of-mine/of-mine.txt)" "an odd one of_mine odd @UNKNOWN@ a@b k=of-mine/of_mine" "its words are replaced"
succeeds "and it has what its base has" grep -q 'o.program_odd' of-mine/of-mine.c
fails_with 1 "needs 'nonesuch'" "a base that is not there" cleat new broken gone
succeeds "and leaves nothing" test ! -e gone
unset CLEAT_TEMPLATE_PATH

if [ -n "${SANITIZED-}" ]; then
	skip "the templates" "a stranger's program is built without the sanitizers"
	done_testing
	exit
fi
if command -v clang cc make pkg-config >/dev/null; then
	projects=$TEST_TMP/projects
	succeeds "each template builds" bash "$TEST_SCRIPT_DIR/projects" "$stage" "$projects" || bail "no projects"
elif ! [ -d "$projects" ]; then
	skip "the templates" "no compiler, and none were built with the stage"
	done_testing
	exit
fi
pc=$(find "$stage" -name cleat.pc)
LD_LIBRARY_PATH=${pc%/pkgconfig/*}
if ! find_plugins; then
	skip "the templates' own tests" "$NO_PLUGINS"
	done_testing
	exit
fi
export LD_LIBRARY_PATH PATIENCE=$((100 * ${TEST_TIME_SCALE:-1}))

# kind NAME HOOK: where this kernel has it
kind() {
	if have_hook "$2"; then
		succeeds "$1: its test sees what it is for" "$projects/my-$1/test.sh"
	else
		skip "$1: its test sees what it is for" "$HOOK_REASON"
	fi
	checked+=" $1"
}
checked=
kind xdp xdp_link
kind tc tcx
kind cgroup cgroup_link
kind sk_lookup xdp_link # of the same kernel, 5.9
kind tracepoint tracepoint
kind raw_tracepoint raw_tracepoint
kind uprobe uprobe
kind perf_event perf_event
kind socket_filter xdp_link # its variables are read in memory, 5.5
kind iter iter
kind struct_ops struct_ops
# Not every C library has probes: of a program of ours.
printf '#!/bin/sh\necho value | %s >/dev/null\n' "$TEST_BIN_DIR/probed" >probed
chmod 755 probed
export PROBE="binary=$TEST_BIN_DIR/probed provider=demo name=value" PROBED=$TEST_TMP/probed
kind usdt perf_link # 5.15: in all processes, wherever the program is in memory
kind kprobe kprobe
kind fentry fentry
kind lsm lsm
for made in "$projects"/my-*; do
	[[ "$checked " == *" ${made##*/my-} "* ]] || not_ok "${made##*/my-} is tested"
	succeeds "${made##*/my-}: its unit is sound" cleat check "$made/${made##*/}.ini"
done
done_testing
