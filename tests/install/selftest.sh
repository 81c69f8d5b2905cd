#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# cleat plugins --selftest: the plugins that come with cleat keep the contract; a stranger's that breaks it in one
# way is told exactly that. And a plugin that crashes is named, while all others go on working.
# Any kernel will do.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"
# shellcheck source=tests/install/stranger.inc
. "$TEST_SCRIPT_DIR/stranger.inc"

for name in xdp kprobe hash ringbuf json; do
	if [ -z "${CLEAT_PLUGIN_PATH-}" ]; then
		skip "$name keeps the contract" "it is inside cleat, and no file"
		continue
	fi
	succeeds "$name keeps the contract" cleat plugins --selftest "$CLEAT_PLUGIN_PATH/$name.plugin"
done
fails_with 1 "no descriptor of /nonexistent" "a file that is not there" cleat plugins --selftest /nonexistent/x.so
fails_with 2 "about its file alone" "with a name" cleat plugins --selftest x.so xdp

# /tmp is writable by everybody, which the trust check rightly refuses
home=$(mktemp -d /run/cleat-breaches.XXXXXX)
trap 'rc=$?; rm -rf "$home"; (exit $rc); __end' EXIT
chmod 755 "$home"
cat >"$home/breaches.plugin" <<END
[plugin]
name    = breaches
kind    = program
abi     = 1
file    = breaches.so
summary = for tests only
manual  = breaches(7)
section = breaches+
END

# build [FLAG...]
build() {
	cc -shared -fPIC -fvisibility=hidden -w "${cflags[@]}" "$@" -o "$home/breaches.so" \
		"$TEST_SCRIPT_DIR/breaches.c" || bail "builds with $*"
}

# breaks DEFINE REGEX
breaks() {
	build "-D$1"
	fails_with 1 "BREACH.*$2.*[1-9][0-9]* breach" "$1" cleat plugins --selftest "$home/breaches.so"
}

build
succeeds "one that keeps it" cleat plugins --selftest "$home/breaches.plugin"
like "$(cleat plugins --json --selftest "$home/breaches.plugin")" '"ok": ?true.*"breaches": ?0' "the same as JSON"
breaks CRASH_IN_INIT "'init': it crashes \(Segmentation fault\)"
breaks REFUSE_INIT "its 'init' refused"
breaks ONCE_ONLY "second context: its 'init' refused"
breaks CRASH_ON_ODD_TEXT "a unit with breaches/%s%n: it crashes \(Aborted\)"
breaks CRASH_ON_NO_WORD "it crashes"
breaks EXIT "it ends the process with status 3"
breaks PRINT "it prints 'here I am'"
breaks SILENT "without a message"
breaks CAPITAL "'Cannot Be' begins with a capital letter"
breaks FULL_STOP "'this cannot be\.' ends with a full stop"
breaks KEEP_OPEN "descriptors? (is|are) left open"
breaks NO_HELP "help of key 'word' says nothing"
breaks EXPORT "exports 'breaches_are_public', too"
build -Wl,--no-as-needed "${libs[@]}"
fails_with 1 "linked against libcleat\.so" "linked against the library" cleat plugins --selftest "$home/breaches.so"
build
sed -i 's/^summary.*/summary = For tests only./' "$home/breaches.plugin"
fails_with 1 "summary is 'For tests only\.'" "a summary with a full stop" cleat plugins --selftest "$home/breaches.so"
sed -i 's/^section.*/section = breeches/' "$home/breaches.plugin"
fails_with 1 "does not say so" "a descriptor that lies" cleat plugins --selftest "$home/breaches.so"
sed -i 's/^abi.*/abi = 2/' "$home/breaches.plugin"
fails_with 1 "needs plugin ABI 2" "another ABI" cleat plugins --selftest "$home/breaches.so"

# as it is installed: named when it crashes, and in nobody's way
sed -i 's/^abi.*/abi = 1/; s/^section.*/section = breaches+/' "$home/breaches.plugin"
build -DCRASH_IN_INIT
export CLEAT_PLUGIN_PATH=$home${CLEAT_PLUGIN_PATH:+:$CLEAT_PLUGIN_PATH}
rc=0
said=$(bash -c '"$@" 2>&1' bash "$CLEAT" plugins breaches 2>&1) || rc=$?
like "$said" "error: $home/breaches\.so: this plugin has crashed.*--selftest $home/breaches\.so" "a crash names the plugin"
is $rc 139 "and is one"
succeeds "the others are listed, and it with them" grep -q '^breaches' <(cleat plugins)
succeeds "the others work" cleat plugins xdp

# of another machine
printf '\x3e' >"$TEST_TMP/machine"
[ "$(uname -m)" != x86_64 ] || printf '\xb7' >"$TEST_TMP/machine" # arm64
dd if="$TEST_TMP/machine" of="$home/breaches.so" bs=1 seek=18 conv=notrunc 2>/dev/null
fails_with 1 "breaches\.so: error: is for another machine" "a plugin for another machine" cleat plugins breaches
done_testing
