#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The example plugins as a stranger has them: each folder is copied, built from what is installed alone, keeps
# the contract by its own 'make check', fires, is installed and removed. Then the same sources with the header
# that ABI 1 began with: plugins of that day work today.
# Any kernel will do.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"
# shellcheck source=tests/install/stranger.inc
. "$TEST_SCRIPT_DIR/stranger.inc"
requires_tool make clang
examples=$(find "$stage" -path '*/examples/plugins')
export PKG_CONFIG_SYSROOT_DIR=$stage PATIENCE=$((20 * TEST_TIME_SCALE))
is "$(pkg-config --variable=abi cleat-plugin)" 1 "cleat-plugin.pc tells the ABI"
is "$(pkg-config --libs-only-l cleat-plugin)" "" "a plugin is linked against nothing"
# /tmp is writable by everybody, which the trust check rightly refuses
home=$(mktemp -d /run/cleat-stranger.XXXXXX)
trap 'rc=$?; rm -rf "$home"; (exit $rc); __end' EXIT
chmod 755 "$home"

# hook NAME: what its test needs of the kernel
hook() {
	case $1 in
	tunfilter) [ -c /dev/net/tun ] || { HOOK_REASON="no /dev/net/tun here"; return 1; } ;;
	*) have_hook tracepoint ;;
	esac
}

# try WHAT NAME [VARIABLE...]
try() {
	local what=$1 name=$2 rc=0
	shift 2
	succeeds "$name$what: builds" make -s -C "$home/$name" \
		CFLAGS="-O2 -Wall -Wextra -Werror" BPF_CFLAGS="-O2 -g -Wall -Werror" "$@" || return
	succeeds "$name$what: keeps the contract" cleat plugins --selftest "$home/$name/$name.plugin"
	if ! hook "$name"; then
		skip "$name$what: its own test" "$HOOK_REASON"
		return
	fi
	"$home/$name/test.sh" >"$TEST_TMP/.out" 2>&1 || rc=$?
	case $rc in
	77) skip "$name$what: its own test" "$(<"$TEST_TMP/.out")" ;;
	0) ok "$name$what: its own test" ;;
	*) not_ok "$name$what: its own test" "$(<"$TEST_TMP/.out")" ;;
	esac
}

for name in tunfilter buckets csv; do
	cp -r "$examples/$name" "$home/"
	try "" "$name"
	succeeds "$name: installs" make -s -C "$home/$name" install DESTDIR="$home/root" \
		plugindir=/plugins mandir=/man
	is "$(find "$home/root" -type f | sort | sed "s|$home/root||" | grep -v '^/man' | xargs)" \
		"/plugins/$name.plugin /plugins/$name.so" "$name: what is installed"
	succeeds "$name: is taken from there" cleat plugins --plugin-dir "$home/root/plugins" "$name"
	succeeds "$name: is removed" make -s -C "$home/$name" uninstall DESTDIR="$home/root" \
		plugindir=/plugins mandir=/man
	is "$(find "$home/root" -type f)" "" "$name: and nothing is left"
	make -s -C "$home/$name" clean
	try ", built with the first header of the ABI" "$name" CPPFLAGS="-I$TEST_SCRIPT_DIR/abi"
done
done_testing
