#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# Completion in bash and in zsh, by the installed files: what the program offers for verbs, options, units, keys,
# values, interfaces, programs and maps of objects, and of the kernel.
# Any kernel will do.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"
stage=${TEST_BIN_DIR%/tests/kernel}
bash_file=$(find "$stage" -path '*bash-completion*' -name cleat)
zsh_file=$(find "$stage" -path '*site-functions*' -name _cleat)
mkdir "$TEST_TMP/bin"
# a link would look for its stage beside itself
printf '#!/bin/sh\nexec "%s" "$@"\n' "$CLEAT" >"$TEST_TMP/bin/cleat"
chmod 755 "$TEST_TMP/bin/cleat"
PATH=$TEST_TMP/bin:$PATH
object=$TEST_OBJ_DIR/embed.bpf.o

# offers WORDS... -- REGEX WHAT: the program itself
says() { "$CLEAT" complete -- "$@" | xargs; }
like "$(says ma)" '^map$' "a verb"
like "$(says "")" ' check .* map .*help --help' "all verbs"
is "$("$CLEAT" complete -- "" | grep -x complete)" "" "but not itself"
like "$(says help pl)" '^plan plugins|^plugins plan' "a verb to be explained"
like "$(says map --w)" '^--with$' "an option"
like "$(says run --log-level d)" '^debug$' "the value of an option"
like "$(says run --plugin-dir x)" '^:files$' "a file for an option"
like "$(says map cr)" '^create$' "an operation"
like "$(says map create ring)" '^ringbuf$' "a map type"
like "$(says map create ringbuf max-e)" '^max-entries=$' "a key of a map"
like "$(says list attached xd)" '^xdp$' "a plugin"
like "$(says list attached xdp interface=l)" 'interface=lo' "an interface"
like "$(says plugins kprobe_)" '^kprobe_multi$' "a plugin to be shown"
like "$(says new xd)" '^xdp$' "a kind of project"
like "$(says run x)" ':files$' "units are files, too"
like "$(says features he)" '^helpers$' "what kernels can do"
is "$(says nonesuch x)" "" "nothing for a verb that is none"
if [ -e "$object" ]; then
	first=$("$CLEAT" inspect --json "$object" | tr -d '\n' | sed -nE 's/.*"programs": ?\[[^]]*\{ *"name": ?"([a-z_0-9]*)".*/\1/p')
	like "$(says program run "$object" "${first:0:3}")" "$first" "a program of an object"
	like "$(says attach "$object" "${first:0:3}")" "$first" "a program to be attached"
	like "$(says attach "$object" "$first" "")" '=' "and a key of its plugin"
	like "$(says verify "$object" m)" '^map :files$' "what may follow an object"
	like "$(says verify "$object" global "")" '=' "a global variable of an object"
fi

# in_bash LINE: what bash completes it to
in_bash() {
	bash --norc -c '. "$1"; COMP_LINE=$2 COMP_POINT=${#2}; read -ra COMP_WORDS <<<"$2"; COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
		_cleat 2>/dev/null; printf "%s\n" "${COMPREPLY[@]}"' bash "$bash_file" "$1" | xargs
}
if [ -z "$bash_file" ]; then
	not_ok "the completion for bash is installed"
else
	is "$(in_bash "cleat insp")" inspect "bash: a verb"
	is "$(in_bash "cleat list attached xdp mod")" "mode=" "bash: a key"
	is "$(in_bash "cleat list attached xdp interface=l")" lo "bash: the value of a key, behind the '='"
	touch "$TEST_TMP/some file.ini"
	is "$(cd "$TEST_TMP" && in_bash "cleat run some")" "some file.ini" "bash: a file"
fi

if [ -z "$zsh_file" ]; then
	not_ok "the completion for zsh is installed"
elif ! command -v zsh >/dev/null; then
	skip "zsh" "no zsh here"
else
	# the function with compadd and _files as words that print
	in_zsh() {
		zsh -f -c 'compadd() { while [[ $1 != -- ]]; do shift; done; shift; print -l -- $@ }
			_files() { print FILES }
			words=(${=1}) CURRENT=${#words}; [[ $1 != *" " ]] || { words+=(""); ((CURRENT++)) }
			run() { '"$(grep -v '^#' "$zsh_file")"' }; run' zsh "$1" 2>&1 | xargs
	}
	is "$(in_zsh "cleat insp")" inspect "zsh: a verb"
	is "$(in_zsh "cleat list attached xdp interface=l")" "interface=lo" "zsh: an interface"
	is "$(in_zsh "cleat inspect ")" FILES "zsh: files"
	succeeds "zsh: the file is sound" zsh -n "$zsh_file"
fi
done_testing
