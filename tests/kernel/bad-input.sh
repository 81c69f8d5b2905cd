#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# Bad input of every kind through the whole command: one clear message each, in
# the form that all messages have, the right exit status, and nothing left in
# the kernel after each single case. It refuses to know how cleat finds out.
# Any kernel will do.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"
requires_hook raw_tracepoint
name="bad-input.bpf.o"
cd "$TEST_TMP" || exit 1

# --- what is the same in all cases ------------------------------------------------------------

# malformed FILE: lines that are no message of ours, or not in the words of one. Known lines are
# WHERE: LEVEL: WHAT, a hint below it, and the verifier's four columns in.
malformed() {
	awk '
		/^[^ ].*: (error|warning|note): ./ {
			hints = 0
			what = $0
			sub(/^.*: (error|warning|note): /, "", what)
			if (what ~ /^[A-Z]/ && what !~ /^(BTF|ELF|CO-RE)/) print "upper case: " $0
			if (what ~ /\.$/) print "full stop: " $0
			if (what ~ /[Ff]ailed to|[Ii]nvalid argument|\(null\)|error -?[0-9]+/) print "words: " $0
			next
		}
		/^  hint: ./ { if (++hints > 1) print "second hint: " $0; next }
		/^    / { next }
		{ print "no message: " $0 }' "$1"
}

# judge WHAT STATUS ERRORS REGEX GOT: what is in out and err of a command that exited with GOT
judge() {
	local what=$1 status=$2 errors=$3 re=$4 got=$5 n bad=''
	n=$(grep -c ': error: ' err) || true
	if [ "$got" != "$status" ]; then bad+="exited with $got, not $status"$'\n'; fi
	if [ "$n" != "$errors" ]; then bad+="$n errors, not $errors"$'\n'; fi
	if ! [[ $(<err) =~ $re ]]; then bad+="no '$re' in it"$'\n'; fi
	if [ -s out ]; then bad+="wrote to standard output: $(<out)"$'\n'; fi
	bad+=$(malformed err)
	if ! nothing_left; then bad+=" left: $(<"$TEST_TMP/.left")"; fi
	if [ -z "$bad" ]; then
		ok "$what"
	else
		not_ok "$what" "$bad"
		diag_file err
	fi
}

# refused WHAT REGEX [ERRORS]: the unit on standard input, below an [object] section of its own
# unless it has one. AS=COMMAND... runs it as somebody else.
AS=()
refused() {
	local what=$1 re=$2 errors=${3-1} rc=0 text
	text=$(cat)
	if [[ $text != *"[object]"* ]]; then text="[object]"$'\n'"path = $name"$'\n'$text; fi
	printf '%s\n' "$text" >u.ini
	timeout $((20 * TEST_TIME_SCALE)) ${AS[@]+"${AS[@]}"} "$CLEAT" run --quiet u.ini \
		>out 2>err </dev/null || rc=$?
	judge "$what" 1 "$errors" "$re" $rc
}

# Messages can be malformed, and this would see it.
printf '%s\n' 'cleat: error: Failed to open.' '  hint: a' '  hint: b' 'Segmentation fault' >odd
is "$(malformed odd | grep -c .)" 5 "what is no message is seen"

ln -s "$TEST_OBJ_DIR/$name" .

# --- objects ------------------------------------------------------------------------------------

mkdir damaged
damages=$("$TEST_BIN_DIR/bad-object" "$TEST_OBJ_DIR/$name" damaged) || bail "no damaged objects"
for d in $damages; do
	case $d in
	empty | cut-magic) re='is not an ELF file' ;;
	cut-header) re='damaged ELF header' ;;
	cut-* | sections-*) re='reaches beyond the end of the file: is it truncated' ;;
	machine) re='an ELF file for x86-64, not for BPF' ;;
	btf-many-members | ext-*) continue ;; # the kernel's to judge, and not needed to go on
	code-opcode) re="program 'fine': the verifier said no" ;;
	btf-*) re='bpf\.o: error: BTF' ;;
	*) re="damaged/$d\.bpf\.o: error: " ;;
	esac
	refused "object: $d" "damaged/$d\.bpf\.o: error: .*$re|$re" <<<"[object]"$'\n'"path = damaged/$d.bpf.o"
done
is "$(wc -w <<<"$damages")" 36 "all damages were tried"

echo 'int main;' >text.bpf.o
mkdir directory.bpf.o
refused "object: text" 'text\.bpf\.o: error: is not an ELF file' <<<"[object]"$'\n''path = text.bpf.o'
refused "object: a directory" 'directory\.bpf\.o: error: cannot be read: is a directory' \
	<<<"[object]"$'\n''path = directory.bpf.o'
refused "object: missing" "u\.ini:2: error: \[object\]: no object 'nothing\.bpf\.o' in: " \
	<<<"[object]"$'\n''path = nothing.bpf.o'
refused "object: wrong sha256" 'u\.ini:3: error: \[object\]: .* has the sha256 [0-9a-f]{64}, the unit says 0{63}1' \
	<<<"[object]"$'\n'"path = $name"$'\n'"sha256 = $(printf %064d 1)"
refused "object: no sha256 at all" "u\.ini:3: error: .*expected 64 hexadecimal digits" \
	<<<"[object]"$'\n'"path = $name"$'\n'"sha256 = 12ab"

# --- units --------------------------------------------------------------------------------------

refused "everything that is wrong with a unit, at once" . 13 <<END
[object]
path = $name
sah256 = 1
[objekt]
path = x
[global wieght]
value = 1
[global weight]
value = heavy
[map bad_conuts]
max-entries = 1
[map bad_counts]
max-entrys = 5
max-entries = lots
entry = 1 -> many
entry = 1
entries = nothing.txt
[program fien]
required = no
[program fine]
required = perhaps
[attach fine]
evnet = x
END
seen() { like "$(<err)" "$1" "$2"; } # the message of a line above
seen "u\.ini:3: error: \[object\]: unknown key 'sah256'.  hint: did you mean 'sha256'" "unknown key"
seen "u\.ini:4: error: unknown section 'objekt'.  hint: did you mean 'object'" "unknown section"
seen "u\.ini:6: error: \[global wieght\]: .*'wieght'.*hint: did you mean 'weight'" "unknown global"
seen "u\.ini:9: error: \[global weight\]: at 'heavy': a number was expected" "a value that does not parse"
seen "u\.ini:10: error: \[map bad_conuts\]: .*did you mean 'bad_counts'" "unknown map"
seen "u\.ini:13: error: \[map bad_counts\]: unknown key 'max-entrys'.  hint: did you mean 'max-entries'" "unknown key of a plugin"
seen "u\.ini:14: error: \[map bad_counts\]: .*'lots' is not a size" "a size that is none"
seen "u\.ini:15: error: \[map bad_counts\]: at 'many': a number was expected" "an entry that does not parse"
seen "u\.ini:16: error: \[map bad_counts\]: '1': expected 'KEY -> VALUE'" "half an entry"
seen "u\.ini:17: error: \[map bad_counts\]: cannot read .*nothing\.txt: no such file" "a file of entries that is not there"
seen "u\.ini:18: error: \[program fien\]: .*did you mean 'fine'" "unknown program"
seen "u\.ini:21: error: \[program fine\]: .*'perhaps' is not yes or no" "a choice that is none"
seen "u\.ini:23: error: \[attach fine\]: unknown key 'evnet'.  hint: did you mean 'event'" "unknown key of attach"

refused "lines that are none" "u\.ini:3: error: '\[unit' has no closing '\]'" 2 <<<$'[object]\npath = '"$name"$'\n[unit\n  y'
refused "a global with too much in it" "u\.ini:4: error: \[global weight\]: at '-1': a number from 0 to 4294967295" \
	<<<$'[global weight]\nvalue = -1'
refused "a condition that is none" "u\.ini:4: error: \[unit\]: condition 'bft:struct x'.*did you mean 'btf'" \
	<<<$'[unit]\ncondition = bft:struct x'
refused "a section that no plugin takes" "\[program misspelled\]: no plugin for section 'xpd'.  hint: nearest is 'xdp'" \
	<<<$'[program misspelled]\nload = yes'
printf '1 -> 1\n# fine\n2 -> two\nthree\n' >seeds.txt
refused "bad lines in a file of entries" "seeds\.txt:3: error: .*at 'two': a number was expected" 2 \
	<<<$'[map bad_counts]\nentries = seeds.txt'
seen "seeds\.txt:4: error: .*'three': expected 'KEY -> VALUE'" "each by its own line"
refused "a map that is full" "u\.ini:6: error: \[map bad_counts\]: the map is full: it has room for 2 entries" \
	<<<$'[map bad_counts]\nentry = 1 -> 1\nentry = 2 -> 2\nentry = 3 -> 3'

rc=0
"$CLEAT" run nothing.ini >out 2>err || rc=$?
judge "a unit that is not there" 1 1 'no unit file nothing\.ini' $rc
for arguments in '' '--qiet u.ini' '--ready-fd x u.ini'; do
	rc=0
	# shellcheck disable=SC2086
	"$CLEAT" run $arguments >out 2>err || rc=$?
	is $rc 2 "usage: run $arguments"
done

# --- what only the kernel can tell -------------------------------------------------------------

refused "a rejection by the verifier" \
	"program 'careless': the verifier said no: R0 .*, at insn [0-9]+ \([^ ]*bad-input\.bpf\.c:38\).*    (38 )?\| \*n \+= 1;.*    > +[0-9]+: \(79\).*r0 is map_value_or_null\(.*more lines\).  hint: the lookup may find nothing" \
	<<<$'[program careless]\nload = yes'
if [ "$(wc -l <err)" -le 14 ]; then ok "its last meaningful lines"; else not_ok "its last meaningful lines" "$(<err)"; fi
if [ -e /sys/kernel/btf/vmlinux ]; then
	refused "a field that this kernel has not" "program 'hopeful': .*'struct task_struct\.soul'.*hint: " \
		<<<$'[program hopeful]\nload = yes'
	if grep -qE '195896080|unknown#' err; then not_ok "is called by its name" "$(<err)"; else ok "is called by its name"; fi
else
	skip "a field that this kernel has not" "no /sys/kernel/btf/vmlinux"
fi
refused "a tracepoint that is not there" "program 'misplaced': .*no tracepoint 'no_such_tracepoint'" \
	<<<$'[program misplaced]\nload = yes'
refused "an interface that is not there" "u\.ini:6: error: \[attach packets\]: no network interface 'eht7'" \
	<<<$'[program packets]\nload = yes\n[attach packets]\ninterface = eht7'
refused "a pattern that matches none" "u\.ini:6: error: \[attach packets\]: no network interface matches 'eht\*'" \
	<<<$'[program packets]\nload = yes\n[attach packets]\ninterface = eht*'
refused "no interface at all" "program 'packets': key 'interface' is missing in \[attach packets\]" \
	<<<$'[program packets]\nload = yes'
refused "a cgroup that is not there" "u\.ini:6: error: \[attach policy\]: no cgroup '/nonexistent'" \
	<<<$'[program policy]\nload = yes\n[attach policy]\ncgroup = /nonexistent'
refused "a directory that is no cgroup" "u\.ini:6: error: \[attach policy\]: '/proc' is not a cgroup" \
	<<<$'[program policy]\nload = yes\n[attach policy]\ncgroup = /proc'

# --- privilege ----------------------------------------------------------------------------------

bare=(setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all --bounding-set=-all)
chmod 755 .
if ! command -v setpriv >/dev/null; then
	skip "no privilege" "no setpriv here"
elif ! "${bare[@]}" "$CLEAT" --version >/dev/null 2>&1; then
	skip "no privilege" "the stage cannot be read by others"
else
	rm "$name" && cp "$TEST_OBJ_DIR/$name" . && chmod 644 "$name"
	AS=("${bare[@]}")
	refused "no privilege" "bad-input\.bpf\.o: error: .*operation not permitted.  hint: needs [A-Z_, ]*CAP_BPF" </dev/null
	AS=()
fi

# --- plugins --------------------------------------------------------------------------------------

# Not in /tmp, which everybody can write to.
own=$(mktemp -d /run/cleat-bad.XXXXXX)
trap 'rc=$?; rm -rf "$own"; (exit $rc); __end' EXIT
system=$(find "${CLEAT%/*}" -name array.plugin)
export CLEAT_PLUGIN_PATH=$own${system:+:${system%/*}}

# plugin [MODULE [LINE...]]: a directory with one plugin, with LINEs in its descriptor
plugin() {
	local module=${1-bad-plugin} line
	shift || true
	rm -rf "$own" && mkdir -m 755 "$own"
	cp "$TEST_BIN_DIR/.libs/$module.so" "$own/test.so" && chmod 755 "$own/test.so"
	{
		printf '[plugin]\nkind = program\nfile = test.so\nsummary = for tests only\n'
		for line in "${@:-}"; do echo "$line"; done
		[[ "$*" == *"name = "* ]] || echo 'name = test'
		[[ "$*" == *"abi = "* ]] || echo 'abi = 1'
		[[ "$*" == *"section = cleat_test"* ]] || echo 'section = cleat_test'
	} >"$own/test.plugin"
	chmod 644 "$own/test.plugin"
}
slow=$'[program slow]\nload = yes'
none="no plugin for section 'cleat_test'.  hint: a plugin was left out: 'cleat plugins' says"

plugin
succeeds "the plugin is fine as it is" "$CLEAT" plugins test
plugin bad-plugin 'abi = 2'
refused "a descriptor of another ABI" "test\.plugin:[0-9]+: warning: .*needs plugin ABI 2; this cleat offers 1.*$none" <<<"$slow"
plugin bad-plugin-abi
refused "a plugin of another ABI" "test\.so: error: .*needs plugin ABI 2; this cleat offers 1" <<<"$slow"
plugin bad-plugin-symbol
refused "a plugin that needs what is not there" "test\.so: error: .*the symbol 'cleat_of_the_future'" <<<"$slow"
plugin bad-plugin-entry
refused "a shared object that is no plugin" "test\.so: error: .*no symbol 'cleat_plugin_entry'" <<<"$slow"
plugin
chmod 666 "$own/test.so"
refused "a plugin that others can write to" "refusing $own/test\.so: it is writable by others \(mode 666\)" <<<"$slow"
plugin
chmod 666 "$own/test.plugin"
refused "a descriptor that others can write to" "warning: refusing $own/test\.plugin: it is writable by others \(mode 666\).*$none" <<<"$slow"
plugin
chmod 777 "$own"
refused "a directory that others can write to" "warning: refusing $own: it is writable by others \(mode 777\).*$none" <<<"$slow"
plugin
chown 65534 "$own/test.so"
refused "a plugin that belongs to somebody" "refusing $own/test\.so: it belongs to user 65534" <<<"$slow"
plugin bad-plugin 'section = cleat_test' 'section = cleat_other/'
refused "a descriptor that promises too much" "test\.so: error: .*does not take section 'cleat_other/'; its descriptor says so" <<<"$slow"
plugin bad-plugin 'section = cleat_test+'
refused "a descriptor that says something else" "test\.so: error: .*takes section 'cleat_test'; its descriptor does not say so" <<<"$slow"
plugin bad-plugin 'name = tset'
refused "a descriptor with another name" "test\.so: error: .*is plugin 'test'; its descriptor says 'tset'" <<<"$slow"
plugin bad-plugin 'sections = x'
refused "a descriptor with an unknown key" "test\.plugin:5: warning: .*unknown key 'sections'.  hint: did you mean 'section'.*$none" <<<"$slow"
plugin
sed 's/^name.*/name = other/' "$own/test.plugin" >"$own/other.plugin"
refused "two plugins with one pattern" "section 'cleat_test' is claimed by two plugins: 'other' \($own/other\.plugin\) and 'test' \($own/test\.plugin\)" <<<"$slow"
plugin
rm "$own/test.so"
refused "a plugin that is not there" "cannot find $own/test\.so: no such file" <<<"$slow"
plugin
head -c 3000 "$TEST_BIN_DIR/.libs/bad-plugin.so" >"$own/test.so"
refused "a plugin that was cut off" "test\.so: error: .*is cut off" <<<"$slow"
plugin
refused "a plugin that does not succeed" "u\.ini:5: error: \[attach slow\]: nothing can be attached where there is nothing" \
	<<<"$slow"$'\n[attach slow]\nsucceed = no'

# --- in the middle ----------------------------------------------------------------------------------

# unit NAME LINE...: one more unit with the object
unit() {
	local u=$1
	shift
	printf '[object]\npath = %s\n' "$name" >"$u.ini"
	printf '%s\n' "$@" >>"$u.ini"
}
links() { "$TEST_BIN_DIR/bpf-ids" | grep -c '^link '; }
unit one
unit two
plugin
unit three '[program fine]' 'load = no' '[program slow]' 'load = yes' '[attach slow]' \
	"wait = $TEST_TMP/waits" 'succeed = no'
have_links=$(links) || true

start() { # UNIT...: in the background, until the third waits in the middle of being attached
	set -m
	"$CLEAT" run --quiet "$@" >out 2>err </dev/null &
	run=$!
	set +m
	__pids+=("$run")
	wait_for test -e "$TEST_TMP/waits" || bail "it does not get that far: $(<err)"
}
end() { rc=0; wait "$run" || rc=$?; }

start one.ini two.ini three.ini
if [ "$have_links" -lt "$(links)" ]; then
	ok "the first two are attached while the third is not yet"
else
	not_ok "the first two are attached while the third is not yet" "$(links) links"
fi
rm "$TEST_TMP/waits"
end
judge "the third of three does not attach: none is" 1 1 'three\.ini:[0-9]+: error: \[attach slow\]: nothing can' "$rc"

sed -i 's/^succeed.*/succeed = yes/' three.ini
for signal in INT TERM; do
	start one.ini two.ini three.ini
	kill -s $signal "$run"
	rm "$TEST_TMP/waits"
	end
	judge "SIG$signal while attaching" 0 0 '^$' "$rc"
done

start one.ini two.ini three.ini
kill -s KILL "$run"
end
rm -f "$TEST_TMP/waits"
judge "killed while attaching" 137 0 '^$' "$rc"

run_unit one.ini two.ini || bail "two units run"
kill -s KILL "$RUN_PID"
rc=0
wait "$RUN_PID" || rc=$?
: >err
: >out
judge "killed while running" 137 0 '^$' "$rc"
done_testing
