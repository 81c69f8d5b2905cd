#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# What the README, the guides and the manual pages show to be typed, typed: in order, beside the files that the page
# shows and the installed examples, with nothing but what is installed where it will be. What stays is left running
# until the page ends. A page cannot know the names of interfaces; what of it cannot run, it says itself (pages.awk). The
# examples of plugins' pages are examples.sh's and mapexamples.sh's.
# Any kernel will do.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"
# shellcheck source=tests/install/stranger.inc
. "$TEST_SCRIPT_DIR/stranger.inc"
# shellcheck source=tests/kernel/shared/shown.sh
. "${TEST_LIB%/*}/shared/shown.sh"
requires_tool clang make
tests=${TEST_BIN_DIR%/kernel}
usr=$(pkg-config --variable=prefix cleat)
case $usr in
/usr | /) skip_all "made for $usr, which is not covered by a test's installation" ;;
esac
# In this script's own mount namespace.
mkdir -p "$usr"
mount --bind "$stage$usr" "$usr" || skip_all "no privilege to mount"
export PKG_CONFIG_PATH=$usr/lib/pkgconfig PATH=$usr/bin:$PATH CLEAT=$usr/bin/cleat
unset CLEAT_PLUGIN_PATH
examples=$(find "$usr/share" -name blocklist.ini)
examples=${examples%/*}
objects=$(pkg-config --variable=bpfdir cleat)
# /tmp is writable by everybody, which the trust check of plugins rightly refuses.
home=$(mktemp -d /run/cleat-documents.XXXXXX)
trap 'rc=$?; cd /; rm -rf "$home"; (exit $rc); __end' EXIT
chmod 755 "$home"
new_netns
IN_NS=$NS_B

# stays COMMAND...: in the background until the page ends
stays() {
	local out=$TEST_TMP/stays-${#stayed[@]}
	set -m
	nsenter --net="/run/netns/$IN_NS" -- bash -c "exec $1" >"$out" 2>&1 </dev/null &
	RUN_PID=$! RUN_ERR=$out
	set +m
	__pids+=("$RUN_PID")
	wait_for test -s "$out" && ! __gone "$RUN_PID"
}

interrupted() { # PAGE
	local pid
	for pid in ${stayed[@]+"${stayed[@]}"}; do
		stop_run "$pid"
		is $? 0 "$1: what stayed ends well"
	done
	stayed=()
}

# typed PAGE COMMAND
typed() {
	local what="$1: $2" command=${2#sudo } words how
	command=${command%%[[:space:]]#*}
	command=${command% &}
	case $command in
	^C) interrupted "$1"; return ;;
	'cd '*)
		if cd "${command#cd }"; then ok "$what"; else not_ok "$what"; fi
		return
		;;
	'cleat run '* | 'cleat attach '*)
		read -ra words <<<"${command#cleat }"
		how=(start_cleat "${words[@]}")
		;;
	./*[[:space:]]*=*)
		if [ ! -e "$(pkg-config --variable=plugindir cleat)/xdp.plugin" ]; then skip "$what" "$NO_PLUGINS"; return; fi
		how=(stays "$command")
		;;
	dpkg-deb*)
		if ! command -v dpkg-deb >/dev/null; then skip "$what" "no dpkg-deb here"; return; fi
		;;&
	*)
		succeeds "$what" timeout 60 nsenter --net="/run/netns/$IN_NS" -- bash -c "$command"
		return
		;;
	esac
	if "${how[@]}"; then
		ok "$what"
		stayed+=("$RUN_PID")
	else
		not_ok "$what" "$(<"$RUN_ERR")"
	fi
}

# page FILE
page() {
	local name=${1#"$tests"/} dir line command=''
	dir=$home/${name//\//-}
	stayed=()
	mkdir "$dir"
	# whoever tries a page has what it begins with
	cp "$examples"/*.bpf.c "$examples"/*.h "$examples"/*.ini "$examples"/*.txt "$objects"/*.bpf.o "$dir/"
	mkdir "$dir/.page"
	awk -v to="$dir/.page" -f "$TEST_BIN_DIR/pages.awk" "$1"
	if ! [ -e "$dir/.page/commands" ] && ! [ -e "$dir/.page/session" ]; then return; fi
	pages+=" $name"
	touch "$dir/.page/commands"
	cp -r "$dir"/.page/* "$dir/"
	cd "$dir" || bail "no directory"
	sed -i "s/\\<v\\?eth[0-9*]/$IF_B/g" ./*.ini ./*.c commands
	while IFS= read -r line <&4 || [ -n "$line" ]; do
		case $line in
		*\\) command+=${line%\\}; continue ;;
		esac
		if [ -n "$command$line" ]; then typed "$name" "$command$line"; fi
		command=
	done 4<commands
	shown "$name" session
	interrupted "$name"
	cd /
	find /sys/fs/bpf -mindepth 1 -depth ! -name '*.debug' -delete
}

pages=
for file in "$tests"/README.md "$tests"/bpf/examples/README.md "$tests"/docs/guides/*.md "$tests"/docs/man/*.scd; do
	page "$file"
done
for wanted in README.md docs/guides/first-unit.md docs/man/cleat-new.8.scd; do
	succeeds "$wanted had something to type" grep -qwF -- "$wanted" <<<"$pages"
done
done_testing
