# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# What every policy test begins with: the list of the project's files, and TAP.
# It knows how to tell our files from those that a build makes, in a clone and
# in an unpacked tarball; it refuses to know any policy.
#
# A policy is a function that prints one line per violation, given to `policy`
# with its name. Nothing printed is a pass.
set -u
export LC_ALL=C

policy_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=${top_srcdir:-${policy_dir%/tests/policy}}
build=${top_builddir:-$top/build}
cd "$top" || exit 99

__n=0 __bad=0

# policy DESCRIPTION COMMAND...
policy() {
	local what=$1 found
	shift
	found=$("$@")
	if [ -z "$found" ]; then
		echo "ok $((++__n)) - $what"
	else
		echo "not ok $((++__n)) - $what"
		printf '#   %s\n' "${found//$'\n'/$'\n#   '}"
		__bad=1
	fi
}

# no_policy DESCRIPTION REASON
no_policy() { echo "ok $((++__n)) - $1 # SKIP $2"; }

finish() {
	echo "1..$__n"
	exit $__bad
}

# files [-e REGEX] FOLDER...: the project's own files, by name
__files() {
	if [ -e .git ] && git -c safe.directory='*' ls-files -co --exclude-standard 2>/dev/null; then
		return
	fi
	find . -type f ! -path './.git/*' -printf '%P\n' | grep -vE \
		-e '^(build|build-aux|m4|autom4te\.cache|_build|_inst)/' \
		-e '(^|/)(\.deps|\.libs|\.dirstamp)(/|$)' -e '\.(o|lo|la|d|log|trs|tar\.xz)$' \
		-e '^(configure|aclocal\.m4|Makefile\.in|include/config\.h\.in)~?$' \
		-e '^(Makefile|libtool|config\.(status|log)|cleat|stamp-h1)$'
}
all_files=$(__files | while read -r f; do if [ -f "$f" ]; then echo "$f"; fi; done | sort -u)

# files REGEX: those whose path matches it
files() { grep -E "$1" <<<"$all_files" || true; }

# in_files REGEX GREP-ARGUMENTS...: grep over those files, with names and lines
in_files() {
	local list
	list=$(files "$1")
	shift
	if [ -n "$list" ]; then tr '\n' '\0' <<<"$list" | xargs -0 grep -nH "$@" -- 2>/dev/null; fi
	return 0
}
