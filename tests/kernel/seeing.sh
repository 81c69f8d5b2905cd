#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# What is seen of what runs: top, metrics, graph. A program is run a known number of times.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"
requires_hook xdp_link

new_netns
here() { in_ns "$NS_A" "$CLEAT" "$@"; }
PIN=/sys/fs/bpf/cleat/seen/programs/door

unit=$(test_unit seen <<END
[object]
path = watch.bpf.o
[program sockets]
load = no
[attach door]
interface = $IF_A
END
)
here apply --quiet "$unit" || bail "applied"
id=$(here show program "$PIN" --json | sed -n 's/.*"id":\([0-9]*\).*/\1/p')
PACKET=$(printf "%0128d" 0)
# runs_of ID: as the kernel counts them
runs_of() { here show program "$1" --json | sed -n 's/.*"runs":\([0-9]*\).*/\1/p'; }
run_it() { here program run "$PIN" data="$PACKET" repeat="$1" >/dev/null; }
counted() { run_it 1 && [ -n "$(runs_of "$id")" ]; }
# field NAME FILE: of our program in JSON
field() { grep -o "{\"id\":$id,[^}]*}" "$2" | sed -n "s/.*\"$1\":\"\{0,1\}\([^,\"}]*\).*/\1/p"; }

# --- top -------------------------------------------------------------------------

if ! in_ns "$NS_A" "$CLEAT" top --once --interval 0.01 2>&1 >/dev/null | grep -q "does not count runs"; then
	here top --json --once --interval $((2 * TEST_TIME_SCALE)) >"$TEST_TMP/top" 2>&1 &
	top=$!
	succeeds "the kernel counts while top runs" wait_for counted
	run_it 1000
	wait $top
	is $? 0 "top ends after one look"
	is "$(field all_runs "$TEST_TMP/top")" "$(runs_of "$id")" "it has the kernel's number of runs"
	is "$([ "$(field runs "$TEST_TMP/top")" -ge 1000 ] && echo all)" all "those of its time among them"
	is "$([ "$(field run_time_ns "$TEST_TMP/top")" -gt 0 ] && echo some)" some "and the time they took"
	is "$(field unit "$TEST_TMP/top") $(field name "$TEST_TMP/top")" "seen door" "the unit that it is of"
	before=$(runs_of "$id")
	run_it 10
	is "$(runs_of "$id")" "$before" "nothing is counted once top has ended"
else
	skip "runs are counted" "this kernel counts them by a sysctl alone, which is not ours to set"
fi
like "$(here top --all --once --interval 0.01)" "ID +TYPE +NAME +RUNS/S +NS/RUN +CPU%.*$id +xdp +door .* seen" \
	"a table, programs that do not run among them"
is "$(here top --json --count 3 --interval 0.01 | grep -c '"programs":\[')" 3 "so many looks as were asked for"
like "$(here top --maps --once --interval 0.01)" "FULL%.*watch.bss" "maps, and how full they are"
fails_with 2 "--interval takes seconds" "a wrong interval" here top --interval never
if command -v tmux >/dev/null; then
	tmux -S "$TEST_TMP/tmux" -f /dev/null new-session -d -x 100 -y 12 \
		"exec '$CLEAT' top --all --interval 0.1 2>'$TEST_TMP/live'"
	screen() { tmux -S "$TEST_TMP/tmux" capture-pane -p; }
	drawn() { screen | grep -q "RUNS/S" && [ "$(screen | grep -c "RUNS/S")" = 1 ]; }
	succeeds "live in a terminal, drawn over itself" wait_for drawn
	tmux -S "$TEST_TMP/tmux" send-keys C-c
	succeeds "ended by a key" wait_for eval '! screen >/dev/null 2>&1'
else
	skip "live in a terminal" "no tmux here"
fi

# --- metrics ---------------------------------------------------------------------

# What a parser of the format asks for: a type before its samples, families in one piece, names and labels, no
# sample twice, counters that end in _total, and the end.
cat >"$TEST_TMP/format.awk" <<'AWK'
function bad(why) { print NR ": " why ": " $0; wrong = 1 }
ended { bad("behind the end") }
/^# EOF$/ { ended = 1; next }
/^# TYPE / {
	if ($3 in type) bad("a family twice")
	family = $3; type[$3] = $4; next
}
/^# (HELP|UNIT) / { if ($3 != family) bad("of another family"); next }
/^#/ { bad("a comment"); next }
{
	if (!match($0, /^[a-zA-Z_:][a-zA-Z0-9_:]*/)) { bad("no name"); next }
	name = substr($0, 1, RLENGTH); rest = substr($0, RLENGTH + 1)
	want = type[family] == "counter" ? family "_total" : family
	if (name != want) bad("not of " family)
	if (rest !~ /^(\{[a-z_]+="([^"\\\n]|\\[\\"n])*"(,[a-z_]+="([^"\\\n]|\\[\\"n])*")*\})? [0-9.e+-]+$/) bad("no sample")
	key = $0; sub(/ [^ ]*$/, "", key)
	if (key in seen) bad("a sample twice")
	seen[key] = 1
}
END { if (!ended) { print "no end"; wrong = 1 } exit wrong }
AWK
sound() { awk -f "$TEST_TMP/format.awk" "$1"; }
here metrics >"$TEST_TMP/metrics" || bail "metrics"
succeeds "metrics are OpenMetrics" sound "$TEST_TMP/metrics"
sed '/^# TYPE cleat_link /d' "$TEST_TMP/metrics" >"$TEST_TMP/spoiled"
fails_with 1 "not of" "which the test can tell" sound "$TEST_TMP/spoiled"
like "$(<"$TEST_TMP/metrics")" "cleat_program_runs_total\{id=\"$id\",name=\"door\",type=\"xdp\",unit=\"seen\"\} [0-9]+" \
	"a program's runs"
like "$(<"$TEST_TMP/metrics")" "cleat_link\{id=\"[0-9]+\",program=\"$id\",[^}]*unit=\"seen\"\} 1" "its link"
like "$(<"$TEST_TMP/metrics")" "cleat_unit_applied\{unit=\"seen\",state=\"forgotten\"\} 0" \
	"a unit that is applied and in no folder"
here metrics --maps --output "$TEST_TMP/cleat.prom" || bail "metrics --output"
succeeds "the same in a file" sound "$TEST_TMP/cleat.prom"
is "$(stat -c %a "$TEST_TMP/cleat.prom") $(find "$TEST_TMP" -name '*.new')" "644 " "that others may read, and nothing beside it"
fails_with 1 "cannot write /nowhere/cleat.prom.new: No such file" "a folder that is not there" \
	here metrics --output /nowhere/cleat.prom
IN_NS=$NS_A start_cleat metrics --output "$TEST_TMP/cleat.prom" --interval 0.05 || bail "metrics --interval"
inode=$(stat -c %i "$TEST_TMP/cleat.prom")
is_another() { [ "$(stat -c %i "$TEST_TMP/cleat.prom")" != "$inode" ]; }
succeeds "written again and again" wait_for is_another
whole=yes
for _ in {1..50}; do sound "$TEST_TMP/cleat.prom" >/dev/null || whole=no; done
is $whole yes "and whole at every moment"
stop_run -s TERM
is $? 0 "until it is ended"

# --- metrics by HTTP -------------------------------------------------------------

ip -n "$NS_A" link set lo up
# fetch METHOD PATH [PORT]: the whole answer
fetch() {
	in_ns "$NS_A" bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$3" && printf "%s %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" "$1" "$2" >&3 && cat <&3' \
		- "$1" "$2" "${3-$port}"
}
if IN_NS=$NS_A start_cleat metrics --listen 0; then
	port=$(sed -n 's|^serving http://127.0.0.1:\([0-9]*\)/metrics$|\1|p' "$RUN_ERR")
	fetch GET /metrics | tr -d '\r' >"$TEST_TMP/answer"
	like "$(sed '/^$/,$d' "$TEST_TMP/answer")" "^HTTP/1.1 200 OK.*Content-Type: application/openmetrics-text; version=1.0.0; charset=utf-8" \
		"a scraper is answered"
	sed '1,/^$/d' "$TEST_TMP/answer" >"$TEST_TMP/scraped"
	succeeds "by what is OpenMetrics" sound "$TEST_TMP/scraped"
	like "$(<"$TEST_TMP/scraped")" "cleat_link\{id=\"[0-9]+\",program=\"$id\",[^}]*unit=\"seen\"\} 1" "and tells of the unit's link"
	before=$(sed -n "s/^cleat_program_runs_total{id=\"$id\",.*} //p" "$TEST_TMP/scraped")
	if here show program "$PIN" --json | grep -q '"runs"'; then
		run_it 10
		after=$(fetch GET /metrics | sed -n "s/^cleat_program_runs_total{id=\"$id\",.*} //p")
		is "$([ "$after" -ge $((before + 10)) ] && echo more)" more "runs are counted from one time to the next"
	else
		skip "runs are counted from one time to the next" "this kernel counts them by a sysctl alone, which is not ours to set"
	fi
	if command -v curl >/dev/null; then
		is "$(in_ns "$NS_A" curl -sS -o "$TEST_TMP/curled" -w "%{http_code}" "http://127.0.0.1:$port/metrics")" \
			200 "curl is answered, too"
		succeeds "with all of it" sound "$TEST_TMP/curled"
	else
		skip "curl is answered, too" "no curl here"
	fi
	like "$(fetch HEAD /metrics)" "^HTTP/1.1 200 OK" "a head alone"
	is "$(fetch HEAD /metrics | grep -c TYPE)" 0 "which has no body"
	like "$(fetch GET /)" "^HTTP/1.1 404 " "another path"
	like "$(fetch POST /metrics)" "^HTTP/1.1 405 .*Allow: GET, HEAD" "another method"
	fails_with 1 "cannot listen at $port: Address already in use" "a port that is taken" here metrics --listen "$port"
	fails_with 1 "cannot listen at 192.0.2.1:0: Cannot assign" "an address that is not ours" here metrics --listen 192.0.2.1:0
	for wrong in nowhere:80 127.0.0.1:99999 127.0.0.1: :80 ::1:80 '[::1' '' 80x; do
		fails_with 2 "--listen takes \[ADDRESS:\]PORT.*not '" "no place: '$wrong'" here metrics --listen "$wrong"
	done
	stop_run -s TERM
	is $? 0 "until it is ended"
	if IN_NS=$NS_A start_cleat metrics --listen '[::1]:0'; then
		like "$(<"$RUN_ERR")" "^serving http://\[::1\]:[1-9][0-9]*/metrics" "an address of IPv6"
		stop_run
	else
		skip "an address of IPv6" "there is none here"
	fi
elif grep -q "cannot serve" "$RUN_ERR"; then
	skip "metrics by HTTP" "no libmicrohttpd here"
else
	not_ok "metrics by HTTP" "$(<"$RUN_ERR")"
fi
fails_with 2 "--listen goes neither" "served, and to a file" here metrics --listen 0 --output "$TEST_TMP/both"

# --- what may stand next ---------------------------------------------------------

for verb in top metrics graph; do
	is "$(cleat complete -- "$verb" '')" "" "$verb: no argument is offered"
done
is "$(cleat complete -- metrics --l) $(cleat complete -- metrics --listen '')" "--listen " "a port is no file"
is "$(cleat complete -- metrics --output '')" ":files" "an output is"
is "$(cleat complete -- graph --s)" "--svg" "an option"

# --- graph -----------------------------------------------------------------------

here graph >"$TEST_TMP/graph" || bail "graph"
like "$(<"$TEST_TMP/graph")" "^digraph cleat \{.*label=\"unit seen\".*p$id \[shape=box, label=\"door\\\\nxdp $id\"\].*\}$" \
	"a unit and its program"
like "$(<"$TEST_TMP/graph")" "label=\"xdp\\\\n[^\"]*interface=$IF_A.*-> p$id " "the hook that it is at"
like "$(<"$TEST_TMP/graph")" "p$id -> m[0-9]+;" "the map that it uses"
if command -v dot >/dev/null; then
	like "$(here graph --svg)" "<svg .*door.*</svg>" "drawn by Graphviz"
else
	skip "drawn by Graphviz" "no dot here"
	fails_with 1 "there is no 'dot' to draw with.*install Graphviz" "and that is said" here graph --svg
fi
here remove --quiet seen
done_testing
