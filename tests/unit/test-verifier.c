// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* test-verifier.c - what is found in verifier logs, and what is advised. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "base/file.h"
#include "live/verifier.h"
#include "verifier-logs.h"

static void free_verdict(struct verifier_verdict *v)
{
	verifier_verdict_free(v);
}

#define VERDICT(v) struct verifier_verdict v _cleanup_(free_verdict)

static void test_null(void **state _unused_)
{
	const char *logs[] = { log_null, log_null_verbose };

	for (size_t i = 0; i < ARRAY_SIZE(logs); i++) {
		VERDICT(v);

		assert_int_equal(verifier_digest(&v, logs[i], NULL, NULL), 0);
		assert_string_equal(v.reason, "R0 invalid mem access 'map_value_or_null'");
		assert_int_equal(v.insn, 7);
		assert_int_equal(v.reg, 0);
		assert_string_equal(v.source_file, "filter.c");
		assert_int_equal(v.source_line, 16);
		assert_string_equal(v.source_text, "*n += 1;");
		assert_non_null(strstr(v.hint, "compare its result with NULL"));
		assert_int_equal(v.insns_processed, 7);
		assert_string_equal(
			v.excerpt,
			"3: (07) r2 += -4                      ; R2=fp-4\n"
			"; long *n = bpf_map_lookup_elem(&counts, &key); @ filter.c:14\n"
			"4: (18) r1 = 0xffff888100000000       ; R1=map_ptr(map=counts,ks=4,vs=8)\n"
			"6: (85) call bpf_map_lookup_elem#1    "
			"; R0=map_value_or_null(id=1,map=counts,ks=4,vs=8)\n"
			"; *n += 1; @ filter.c:16\n"
			"7: (79) r1 = *(u64 *)(r0 +0)\n"
			"R0 invalid mem access 'map_value_or_null'");
	}
}

static void test_statistics(void **state _unused_)
{
	VERDICT(v);
	VERDICT(old);

	assert_int_equal(verifier_digest(&v, log_null_verbose, NULL, NULL), 0);
	assert_int_equal(v.time_us, 128);
	/* 29 lines in all, 7 of them in the excerpt */
	assert_int_equal(v.omitted, 22);
	assert_int_equal(verifier_digest(&old, log_old, NULL, NULL), 0);
	assert_int_equal(old.insns_processed, 3);
	assert_int_equal(old.states, 2);
	assert_int_equal(old.peak_states, 2);
	assert_int_equal(old.time_us, 81);
}

/* States follow the reason, and the instruction it names is not the last one. */
static void test_loop(void **state _unused_)
{
	VERDICT(v);

	assert_int_equal(verifier_digest(&v, log_loop, NULL, NULL), 0);
	assert_string_equal(v.reason, "infinite loop detected at insn 3");
	assert_int_equal(v.insn, 3);
	assert_int_equal(v.reg, -1);
	assert_int_equal(v.source_line, 9);
	assert_string_equal(v.source_text, "asm volatile(\"\" : \"+r\"(x));");
	assert_int_equal(v.states, 1);
	assert_null(strstr(v.excerpt, "cur state"));
}

static void test_glued(void **state _unused_)
{
	VERDICT(v);
	VERDICT(alone);

	assert_int_equal(verifier_digest(&v, log_glued, NULL, NULL), 0);
	assert_string_equal(v.reason, "infinite loop detected at insn 0");
	assert_int_equal(v.insn, 0);
	assert_non_null(strstr(v.excerpt, "\n1: (55) if r2 != 0x5 goto pc-2\n"
					  "infinite loop detected at insn 0"));
	assert_int_equal(v.omitted, 6);

	assert_int_equal(verifier_digest(&alone, "1: (05) goto pc+0 so it is", NULL, NULL), 0);
	assert_string_equal(alone.excerpt, "1: (05) goto pc+0\nso it is");
	assert_int_equal(alone.omitted, 0);
}

static void test_two_lines(void **state _unused_)
{
	VERDICT(v);
	VERDICT(leak);

	assert_int_equal(verifier_digest(&v, log_index, NULL, NULL), 0);
	assert_string_equal(v.reason, "invalid access to map value, value_size=64 off=127 size=1; "
				      "R0 max value is outside of the allowed memory range");
	assert_int_equal(v.reg, 0);
	assert_int_equal(v.source_line, 22);
	assert_non_null(strstr(v.hint, "too large"));

	assert_int_equal(verifier_digest(&leak, log_leak, NULL, NULL), 0);
	assert_null(leak.reg_value);
	assert_string_equal(v.reg_value,
			    "map_value(map=tables,ks=4,vs=64,smin=smin32=0,smax=umax=smax32="
			    "umax32=127,var_off=(0x0; 0x7f))");
	assert_true(has_prefix(leak.reason, "Unreleased reference id=2 alloc_insn=5; BPF_EXIT"));
	/* alloc_insn is where it was acquired, not where it was found missing. */
	assert_int_equal(leak.insn, 10);
	assert_non_null(strstr(leak.hint, "bpf_ringbuf_submit()"));
}

static void test_global(void **state _unused_)
{
	VERDICT(v);

	assert_int_equal(verifier_digest(&v, log_global, NULL, NULL), 0);
	assert_true(has_prefix(v.excerpt, "Validating deref() func#1...\n; return *p;"));
	assert_int_equal(v.insn, 6);
	assert_int_equal(v.reg, 1);
	assert_non_null(strstr(v.hint, "static"));
}

static void test_shape(void **state _unused_)
{
	VERDICT(v);
	VERDICT(branches);

	assert_int_equal(verifier_digest(&v, log_shape, NULL, NULL), 0);
	assert_string_equal(v.reason, "jump out of range from insn 1 to 502");
	assert_int_equal(v.insn, 1);
	assert_null(v.source_text);
	assert_int_equal(v.omitted, 1);

	assert_int_equal(verifier_digest(&branches, log_branches, NULL, NULL), 0);
	assert_string_equal(branches.reason, "back-edge from insn 4 to 2");
	assert_int_equal(branches.insn, 4);
}

static void test_old(void **state _unused_)
{
	VERDICT(v);

	assert_int_equal(verifier_digest(&v, log_old, NULL, NULL), 0);
	assert_string_equal(v.reason, "R6 invalid mem access 'inv'");
	assert_int_equal(v.insn, 2);
	assert_int_equal(v.reg, 6);
	assert_string_equal(v.source_text, "return *(int *)p;");
	assert_null(v.source_file);
	assert_int_equal(v.source_line, 0);
	assert_non_null(strstr(v.hint, "BPF_CORE_READ()"));
	assert_string_equal(v.excerpt, "; int key = skb->len;\n"
				       "0: (61) r6 = *(u32 *)(r1 +0)\n"
				       "1: (15) if r6 == 0x0 goto pc+3\n"
				       "; return *(int *)p;\n"
				       "2: (61) r0 = *(u32 *)(r6 +0)\n"
				       "R6 invalid mem access 'inv'");
}

static void test_report(void **state _unused_)
{
	VERDICT(v);

	assert_int_equal(verifier_digest(&v, log_report, NULL, NULL), 0);
	assert_string_equal(v.reason, "R0 invalid mem access 'map_value_or_null'");
	assert_int_equal(v.insn, 7);
	assert_int_equal(v.reg, 0);
	assert_int_equal(v.source_line, 16);
	assert_non_null(strstr(v.hint, "compare its result with NULL"));
	assert_non_null(strstr(v.excerpt,
			       "_null'\nR0 may be NULL here (a nullable map value pointer). "
			       "The program could dereference NULL on this path, so "));
	assert_null(strstr(v.excerpt, "Causal path"));
	assert_null(strstr(v.excerpt, ">>>"));
	/* 55 lines, without 7 of before the report and 2 of its reason */
	assert_int_equal(v.omitted, 46);
}

/* What the table does not know the kernel may. */
static void test_suggestion(void **state _unused_)
{
	VERDICT(v);

	assert_int_equal(
		verifier_digest(&v,
				"3: (95) exit\nnever heard of\n\n"
				"Verification failed: A: B\n\nReason:\n  It is new.\n\n"
				"At:\n  insn 2\n  Instruction context:\n      1 | (bf) r6 = r1\n"
				"  >>> 2 | (95) exit\n\nSuggestion:\n  Try it,\n  then.\n\n"
				"processed 2 insns (limit 1000000) total_states 0\n",
				NULL, NULL),
		0);
	assert_string_equal(v.reason, "never heard of");
	assert_string_equal(v.hint, "Try it, then.");
	assert_int_equal(v.insn, 2);
}

static void test_success(void **state _unused_)
{
	VERDICT(v);

	assert_int_equal(verifier_digest(&v, log_ok, NULL, NULL), 0);
	assert_null(v.reason);
	assert_null(v.hint);
	assert_int_equal(v.insn, -1);
	assert_string_equal(v.excerpt, "");
	assert_int_equal(v.insns_processed, 9);
	assert_int_equal(v.omitted, 2);
}

/* 6.18 forgets the end of this line. */
static void test_no_end_of_line(void **state _unused_)
{
	VERDICT(v);

	assert_int_equal(verifier_digest(&v,
					 "insn 3 cannot call exception cb directlyprocessed 7 insns "
					 "(limit 1000000) max_states_per_insn 0 total_states 1 "
					 "peak_states 1 mark_read 0\n",
					 NULL, NULL),
			 0);
	assert_string_equal(v.reason, "insn 3 cannot call exception cb directly");
	assert_int_equal(v.insns_processed, 7);
	assert_int_equal(v.states, 1);
}

static void test_little(void **state _unused_)
{
	const char *logs[] = { "",           "\n",    "\n\n\n", "0:",      "; ",
			       "processed ", "R",     "arg",    "1: (",    "insn ",
			       "unknown#",   "x @ :", "; @ :",  "; x @ y:" };
	VERDICT(cut);
	VERDICT(none);

	for (size_t i = 0; i < ARRAY_SIZE(logs); i++) {
		VERDICT(v);

		assert_int_equal(verifier_digest(&v, logs[i], NULL, NULL), 0);
		assert_non_null(v.excerpt);
	}
	assert_int_equal(verifier_digest(&none, NULL, NULL, NULL), 0);
	assert_string_equal(none.excerpt, "");
	/* Without statistics nobody knows whether it was over. */
	assert_int_equal(verifier_digest(&cut, log_cut, NULL, NULL), 0);
	assert_int_equal(cut.insn, 1);
	assert_null(cut.reason);
	assert_int_equal(cut.source_line, 7);
}

/* --- what kernels printed -------------------------------------------------------------------- */

/* The rest of the line that begins with @label, at *at; moves *at behind it. */
static char *labelled(char **at, const char *label)
{
	char *text = *at + strlen(label);

	if (!has_prefix(*at, label))
		fail_msg("no '%s' in '%.40s'", label, *at);
	*at = strchr(text, '\n');
	*(*at)++ = '\0';
	return text;
}

/* "=== NAME", what is to be found, "---", the log up to the next. */
static void check_kernel_log(const char *kernel, char *at)
{
	const char *name = labelled(&at, "=== ");
	const char *reason = labelled(&at, "reason: ");
	const char *insn = labelled(&at, "insn: ");
	const char *reg = labelled(&at, "register: ");
	const char *value = labelled(&at, "value: ");
	const char *line = labelled(&at, "line: ");
	const char *hint = labelled(&at, "hint: ");
	VERDICT(v);

	labelled(&at, "---");
	assert_int_equal(verifier_digest(&v, at, NULL, NULL), 0);
	print_message("%s: %s\n", kernel, name);
	assert_string_equal(v.reason, reason);
	assert_int_equal(v.insn, strtoll(insn, NULL, 10));
	assert_int_equal(v.reg, strtol(reg, NULL, 10));
	assert_string_equal(v.reg_value ? v.reg_value : "", value);
	assert_int_equal(v.source_line, strtoul(line, NULL, 10));
	assert_true(has_prefix(v.hint, hint));
	assert_true(v.complete);
}

static void test_kernels(void **state _unused_)
{
	static const char *const kernels[] = { "5.10", "6.1", "6.12", "7.3" };
	const char *top = getenv("top_srcdir") ?: ".";

	for (size_t i = 0; i < ARRAY_SIZE(kernels); i++) {
		_free_ char *path = text_format("%s/tests/unit/refusals/%s.txt", top, kernels[i]);
		_free_ char *all = NULL;
		size_t size, n = 0;
		char *next;

		assert_int_equal(file_read(path, 1 << 20, &all, &size), 0);
		next = strstr(all, "\n=== ");
		while (next) {
			char *at = next + 1;

			next = strstr(at, "\n=== ");
			if (next)
				*next = '\0';
			check_kernel_log(kernels[i], at);
			n++;
		}
		assert_true(n >= 13);
	}
}

/* --- with what was loaded -------------------------------------------------------------------- */

static void test_poison(void **state _unused_)
{
	struct insn insns[] = {
		{ .code = 0xbf, .dst = 6, .src = 1 },
		{ .code = 0xb7, .dst = 1, .imm = 1 },
		{ .code = INSN_JMP | INSN_CALL, .imm = 195896080 },
		{ .code = INSN_JMP | INSN_EXIT },
	};
	struct poison poison = { 2, "this kernel has no 'struct sock.sk_new'" };
	struct linked l = { .insns = insns, .n_insns = ARRAY_SIZE(insns) };
	VERDICT(v);
	VERDICT(named);
	VERDICT(alone);
	VERDICT(kfunc);

	l.poisons.v = &poison;
	l.poisons.n = 1;
	assert_int_equal(verifier_digest(&v, log_poison, &l, NULL), 0);
	assert_string_equal(v.reason, poison.why);
	assert_int_equal(v.insn, 2);
	assert_int_equal(v.reg, -1);
	assert_non_null(strstr(v.hint, "bpf_core_field_exists()"));
	/* A log that does not say where. */
	assert_int_equal(verifier_digest(&named, "invalid func unknown#195896080\n", &l, NULL), 0);
	assert_int_equal(named.insn, 2);
	assert_string_equal(named.reason, poison.why);
	/* Another complaint than about the poisoned instruction. */
	assert_int_equal(verifier_digest(&alone, log_shape, &l, NULL), 0);
	assert_string_equal(alone.reason, "jump out of range from insn 1 to 502");
	/* Nobody knows why: the number tells what kind. */
	assert_int_equal(verifier_digest(&kfunc, log_kfunc, NULL, NULL), 0);
	assert_non_null(strstr(kfunc.reason, "calls a kernel function"));
	assert_non_null(strstr(kfunc.hint, "bpf_ksym_exists()"));
}

static void test_line_info(void **state _unused_)
{
	struct btf_line_info lines[3] = {
		{ .insn_off = 0, .line_col = 10 << 10 },
		{ .insn_off = 5, .line_col = 20 << 10 | 3 },
		{ .insn_off = 8, .line_col = 30 << 10 },
	};
	struct linked l = { 0 };
	struct btf *btf;
	VERDICT(v);
	VERDICT(leak);

	assert_int_equal(btf_new(&btf, NULL), 0);
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		lines[i].file_name_off = (uint32_t)btf_add_str(btf, "other.c");
		lines[i].line_off = (uint32_t)btf_add_str(btf, i == 1 ? "\tthis();" : "that();");
	}
	l.lines.v = lines;
	l.lines.n = ARRAY_SIZE(lines);
	/* Instruction 7; its comment in the log says something else. */
	assert_int_equal(verifier_digest(&v, log_null, &l, btf), 0);
	assert_string_equal(v.source_file, "other.c");
	assert_int_equal(v.source_line, 20);
	assert_string_equal(v.source_text, "this();");
	/* Where a reference was acquired is in the source, too. */
	assert_int_equal(verifier_digest(&leak, log_leak, &l, btf), 0);
	assert_true(has_prefix(leak.hint, "acquired at other.c:20; "));
	btf_free(btf);
}

/* --- registers -------------------------------------------------------------------------------- */

/* Reasons without a register: the instruction has it. Values are those of the same function. */
static void test_register(void **state _unused_)
{
	static const struct {
		const char *log;
		int reg;
		const char *value;
	} cases[] = {
		{ "0: R1=ctx() R10=fp0\n0: (61) r0 = *(u32 *)(r1 +140)\n"
		  "invalid bpf_context access off=140 size=4\n",
		  1, "ctx()" },
		{ "0: R1=ctx() R2=scalar(id=1) R10=fp0\n0: (0f) r1 += r2\n"
		  "math between ctx pointer and register with unbounded min value is not allowed\n",
		  2, "scalar(id=1)" },
		/* the caller's r6 is not the callee's */
		{ "3: (bf) r6 = r1  ; R6_w=ctx()\n4: (85) call pc+1\ncaller:\n R6=ctx() R10=fp0\n"
		  "callee:\n frame1: R1=scalar() R10=fp0\n6: (bf) r2 = r1 ; frame1: R2_w=scalar()\n"
		  "7: (79) r0 = *(u64 *)(r6 +0)\nR6 !read_ok\n",
		  6, NULL },
		{ "3: (bf) r6 = r1  ; R6_w=ctx()\n4: (85) call pc+1\ncaller:\n R6=ctx() R10=fp0\n"
		  "callee:\n frame1: R1=scalar() R10=fp0\n7: (79) r0 = *(u64 *)(r1 +0)\n"
		  "R1 invalid mem access 'scalar'\n",
		  1, "scalar()" },
		/* no states between branches: what was known is no longer so */
		{ "1: (15) if r0 == 0x0 goto pc+3\n R0=map_value(id=0) R10=fp0\n2: (0f) r0 += r1\n"
		  "3: (71) r1 = *(u8 *)(r0 +0)\nR0 unbounded memory access\n",
		  0, NULL },
		{ "0: R3=ctx()\n1: (85) call bpf_ktime_get_ns#5 ; R0_w=scalar()\n2: (bf) r0 = r3\n"
		  "R3 !read_ok\n",
		  3, NULL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		VERDICT(v);

		assert_int_equal(verifier_digest(&v, cases[i].log, NULL, NULL), 0);
		assert_int_equal(v.reg, cases[i].reg);
		if (cases[i].value)
			assert_string_equal(v.reg_value, cases[i].value);
		else
			assert_null(v.reg_value);
	}
}

/* --- hints ----------------------------------------------------------------------------------- */

/* Words of the kernel, and a word of the hint. */
static void test_hints(void **state _unused_)
{
	static const struct {
		const char *reason, *insn, *want;
	} cases[] = {
		{ "R0 !read_ok", "7: (95) exit", "return value" },
		{ "R3 !read_ok", "7: (bf) r1 = r3", "r1 to r5" },
		{ "R1 invalid mem access 'scalar'", "", "BPF_CORE_READ()" },
		{ "R1 invalid mem access 'rcu_ptr_or_null_'", "", "NULL" },
		{ "R2 min value is negative, either use unsigned", "", "unsigned" },
		{ "R1 type=scalar expected=map_ptr", "", "&map" },
		{ "R2 type=scalar expected=fp, pkt", "3: (85) call bpf_map_update_elem#2",
		  "by address" },
		{ "R1 type=scalar expected=fp, pkt", "3: (85) call bpf_probe_read_kernel#113",
		  "kind of pointer" },
		{ "R1 type=map_value_or_null expected=map_value", "", "NULL" },
		{ "program of this type cannot use helper bpf_redirect#23", "", "another helper" },
		{ "cannot call GPL only function from proprietary program", "", "license" },
		{ "cannot call GPL-restricted function from non-GPL compatible program", "",
		  "license" },
		{ "unknown func bpf_nothing#400", "", "no such helper" },
		{ "BPF program is too large. Processed 1000001 insn", "", "million" },
		{ "back-edge from insn 4 to 2", "", "bound" },
		{ "unreachable insn 5", "", "no path" },
		{ "last insn is not an exit or jmp", "", "runs off" },
		{ "combined stack size of 2 calls is 800. Too large", "", "512 bytes" },
		{ "invalid stack off=-520 size=8", "", "512 bytes" },
		{ "invalid write to stack R10 off=-520 size=8", "", "512 bytes" },
		{ "invalid write to stack R1 off=0 size=1", "", "above the stack" },
		{ "R3 pointer arithmetic on pkt_end prohibited", "", "data_end" },
		{ "R1 pointer arithmetic on map_value_or_null prohibited, null-check it first", "",
		  "may be NULL" },
		{ "R8 invalid mem access 'scalar'", "", "get it again" },
		{ "misaligned stack access off 0+0+-15 size 8", "", "align" },
		{ "invalid bpf_context access off=200 size=4", "", "context" },
		{ "dereference of modified ctx ptr R1 off=4 disallowed", "", "ctx->field" },
		{ "helper call might sleep in a non-sleepable prog", "", "sleepable" },
		{ "calling kernel function bpf_task_from_pid is not allowed", "", "other kinds" },
		{ "attach_btf_id 7 is not a function", "", "target" },
		{ "Unreleased reference id=2 alloc_insn=4", "", "given back" },
		{ "math between pkt pointer and register with unbounded min value is not allowed",
		  "", "bound the offset" },
		{ "R2 unbounded memory access, use 'var &= const'", "", "bound the index" },
		{ "invalid access to packet, off=13 size=1; R1 offset is outside of the packet", "",
		  "data_end" },
		{ "invalid access to memory, mem_size=4 off=8 size=1; R0 min value is outside of "
		  "the allowed memory range",
		  "", "reserve more" },
		{ "At program exit the register R0 has smin=5", "", "may return" },
		{ "held lock and object are not in the same allocation; bpf_spin_lock at off=16 must "
		  "be held for bpf_list_head",
		  "", "beside the list" },
		{ "bpf_spin_lock at off=16 must be held for bpf_rb_root", "", "bpf_spin_lock()" },
		{ "bpf_spin_unlock is missing", "", "unlock on every path" },
		{ "BPF_EXIT instruction in main prog cannot be used inside bpf_rcu_read_lock-ed region",
		  "", "bpf_rcu_read_unlock()" },
		{ "math between map_value pointer and register with unbounded min value is not allowed",
		  "", "both sides" },
		{ "math between fp pointer and 4294967295 is not allowed", "",
		  "leaves the object" },
		{ "Expected an initialized dynptr as R3", "", "set the dynptr up" },
		{ "expected an initialized iter_num as arg #1", "", "bpf_iter_*_new()" },
		{ "tracing progs cannot use bpf_timer yet", "", "use a map without" },
		{ "R2 offset is outside of the packet", "", "data_end" },
		{ "sleepable helper bpf_copy_from_user#148 in non-sleepable prog", "",
		  "sleepable" },
		{ "the call stack of 9 frames is too deep !", "", "8 functions" },
		{ "arg#0 expected pointer to stack or const struct bpf_dynptr", "", "bpf_dynptr" },
		{ "fd 1 is not pointing to valid bpf_map", "", "a number of its own" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *hint = verifier_hint(cases[i].reason, cases[i].insn);

		if (!hint || !strstr(hint, cases[i].want))
			fail_msg("'%s': '%s', not '%s'", cases[i].reason, hint ? hint : "nothing",
				 cases[i].want);
	}
	assert_null(verifier_hint("never heard of", ""));
	assert_null(verifier_hint("", ""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_null),      cmocka_unit_test(test_statistics),
		cmocka_unit_test(test_glued),     cmocka_unit_test(test_loop),
		cmocka_unit_test(test_two_lines), cmocka_unit_test(test_global),
		cmocka_unit_test(test_shape),     cmocka_unit_test(test_old),
		cmocka_unit_test(test_report),    cmocka_unit_test(test_suggestion),
		cmocka_unit_test(test_no_end_of_line),
		cmocka_unit_test(test_success),   cmocka_unit_test(test_little),
		cmocka_unit_test(test_poison),    cmocka_unit_test(test_line_info),
		cmocka_unit_test(test_hints),     cmocka_unit_test(test_kernels),
		cmocka_unit_test(test_register),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
