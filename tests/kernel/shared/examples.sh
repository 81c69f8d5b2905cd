# shellcheck shell=bash disable=SC2154,SC2034
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The examples of man pages: the unit of a page with the plugin's example.bpf.c under the
# name that the page gives it, and what the page shows of a terminal. $folders: where the
# plugins are; names that a page cannot know are replaced as aim() was told.

# shellcheck source=tests/kernel/shared/shown.sh
. "${BASH_SOURCE[0]%/*}/shown.sh"

# What pages call it; a shell of its own knows no function.
PATH=${CLEAT%/*}:$PATH

# The kernel counts how often a program ran, when it is asked to.
stats=$(</proc/sys/kernel/bpf_stats_enabled)
echo 1 >/proc/sys/kernel/bpf_stats_enabled
trap 'echo "$stats" >/proc/sys/kernel/bpf_stats_enabled; __end' EXIT
has_run() { grep -qs '^run_cnt:[[:space:]]*[1-9]' "/proc/$RUN_PID/fdinfo"/*; }

done_with=
typeless= # plugins whose maps the kernel took without their types only

# page_unit PLUGIN KEY=VALUE...: sets UNIT, the unit of the page. Lines of the keys have
# these values; one line in a section is enough.
page_unit() {
	local plugin=$1 dir=$TEST_TMP/$1 keys
	shift
	done_with+=" $plugin "
	mkdir "$dir"
	awk -v to="$dir" -f "$TEST_BIN_DIR/pages.awk" "$folders/$plugin/cleat-$plugin.7.scd"
	UNIT=$(find "$dir" -name '*.ini')
	ln -s "$folders/$plugin/example.bpf.o" "$dir/$(sed -nE 's/^path *= *//p' "$UNIT")" || return 1
	keys=$(printf '%s\n' "$@")
	aimed <"$UNIT" | awk -v keys="$keys" '
		BEGIN {
			n = split(keys, line, "\n")
			for (i = 1; i <= n; i++) {
				at = index(line[i], "=")
				if (at) value[substr(line[i], 1, at - 1)] = substr(line[i], at + 1)
			}
		}
		/^\[/ { delete said }
		$2 == "=" && $1 in value {
			if (!($1 in said)) print $1 " = " value[$1]
			said[$1] = 1
			next
		}
		{ print }' >"$dir/unit" && mv "$dir/unit" "$UNIT"
}

# example PLUGIN HOOK FIRE [KEY=VALUE...]: HOOK and FIRE may be "-": nothing is asked of the
# kernel; it cannot be aimed here. HOOK may be several words: all of them are needed. IN_NS says where. Whether a ping comes back is no matter.
example() {
	local plugin=$1 hooks=$2 fire=$3 hook PING_WAIT=0.2
	shift 3
	page_unit "$plugin" "$@" || bail "$plugin: no unit in its page, or no object"
	for hook in $hooks; do
		if [ "$hook" != - ] && ! have_hook "$hook"; then
			skip "$plugin" "$HOOK_REASON"
			return
		fi
	done
	if ! run_unit "$UNIT"; then
		not_ok "$plugin: the example runs" "$(<"$RUN_ERR")"
		return
	fi
	ok "$plugin: the example runs"
	if grep -q 'does not take the types' "$RUN_ERR"; then typeless+="$plugin "; fi
	if [ "$fire" != - ]; then
		$fire >/dev/null 2>&1
		if wait_for has_run; then ok "$plugin: its program is called"; else not_ok "$plugin: its program is called"; fi
	fi
	shown "$plugin" "$TEST_TMP/$plugin/session"
	stop_run
	is $? 0 "$plugin: ends well"
}

# checked PLUGIN REASON: what cannot be run here is sound
checked() {
	page_unit "$1"
	succeeds "$1: the example is sound" cleat check "$UNIT"
	skip "$1: the example runs" "$2"
}

# Those of $folders that nothing was said about.
the_rest_checked() {
	local folder
	for folder in "$folders"/*; do
		if [[ $done_with != *" ${folder##*/} "* ]]; then checked "${folder##*/}" "nothing here says where"; fi
	done
}
