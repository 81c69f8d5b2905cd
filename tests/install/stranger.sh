#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# What is installed is enough: a stranger builds a program and a plugin with
# nothing but the installed headers and pkg-config, and the installed cleat
# takes the plugin. It refuses to know the source tree.
# Any kernel will do.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"
requires_tool cc pkg-config
if [ -n "${SANITIZED-}" ]; then skip_all "a stranger's program is built without the sanitizers"; fi

stage=${TEST_BIN_DIR%/tests/kernel}
pc=$(find "$stage" -name cleat.pc)
if [ -z "$pc" ]; then bail "cleat.pc is installed"; fi
export PKG_CONFIG_PATH=${pc%/*} PKG_CONFIG_SYSROOT_DIR=$stage
read -ra cflags < <(pkg-config --cflags cleat)
read -ra libs < <(pkg-config --libs cleat)
is "$(pkg-config --variable=abi cleat)" 1 "pkg-config tells the plugin ABI"
plugindir=$(pkg-config --variable=plugindir cleat)
case $plugindir in "$stage"/*) ;; *) plugindir=$stage$plugindir ;; esac
if [ -d "$plugindir" ]; then ok "and where plugins are"; else not_ok "and where plugins are" "$plugindir"; fi
is "$(find "$stage/usr" -name '*.la')" "" "no libtool files are installed"

cd "$TEST_TMP" || exit 1
succeeds "a program builds" cc -Wall -Wextra -Werror "${cflags[@]}" -o program \
	"$TEST_SCRIPT_DIR/program.c" "${libs[@]}" &&
	is "$(LD_LIBRARY_PATH=${pc%/pkgconfig/*} ./program)" fine "and runs"

mkdir -m 755 plugins
cp "$TEST_SCRIPT_DIR/stranger.plugin" plugins/
succeeds "a plugin builds" cc -Wall -Wextra -Werror -fPIC -shared -fvisibility=hidden \
	"${cflags[@]}" -o plugins/stranger.so "$TEST_SCRIPT_DIR/stranger.c" || bail "no plugin"
# /tmp is writable by everybody, which the trust check rightly refuses
home=$(mktemp -d /run/cleat-stranger.XXXXXX)
chmod 755 "$home"
cp -r plugins "$home/"
export CLEAT_PLUGIN_PATH=$home/plugins:$plugindir
succeeds "cleat knows the plugin" cleat plugins stranger
like "$(cleat plugins)" "stranger" "and lists it beside its own"
chmod 666 "$home/plugins/stranger.so"
fails_with 1 "stranger.*(writable|mode)" "unless others can write to it" cleat plugins stranger
rm -rf "$home"
done_testing
