// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * probe-helper.c - may programs of a type call a helper.
 *
 * Knows the verifier's words for a helper that is not there; any other complaint about a call
 * without arguments means that it is. Does not know what helpers do.
 */
#include "kernel/bpf.h"
#include "kernel/probe-internal.h"

#define LOG_SIZE 4096

/*
 * Programs of these types are bound to something of the kernel's before anything else is looked at,
 * and have the helpers of what they are bound to.
 */
static const struct binding {
	uint32_t type;
	uint32_t attach_type;
	const char
		*target; /* NULL: nothing of the kernel's, but a program, or a member of a struct */
} bindings[] = {
	{ BPF_PROG_TYPE_TRACING, BPF_TRACE_RAW_TP, "btf_trace_sched_switch" },
	{ BPF_PROG_TYPE_TRACING, BPF_TRACE_ITER, "bpf_iter_task" },
	{ BPF_PROG_TYPE_TRACING, BPF_TRACE_FEXIT, "bpf_fentry_test1" },
	{ BPF_PROG_TYPE_LSM, BPF_LSM_MAC, "bpf_lsm_file_open" },
	{ BPF_PROG_TYPE_EXT, 0, NULL },
	{ BPF_PROG_TYPE_STRUCT_OPS, 0, NULL },
};

/* The kernel has no helper of that number, for programs of whatever type. */
#define NO_SUCH_NUMBER "invalid func "

static const char *const no_such_helper[] = {
	NO_SUCH_NUMBER,
	"unknown func ",
	"program of this type cannot use helper ",
};

/* A descriptor or -errno, and what the verifier says. */
static int load_call(union bpf_attr attr, uint32_t helper, char log[static LOG_SIZE])
{
	const struct bpf_insn insns[] = {
		{ .code = BPF_JMP | BPF_CALL, .imm = (int32_t)helper },
		{ .code = BPF_JMP | BPF_EXIT },
	};

	attr.log_buf = (uintptr_t)log;
	attr.log_size = LOG_SIZE;
	attr.log_level = 1;
	return probe_load_insns(&attr, insns, ARRAY_SIZE(insns));
}

static enum probe_answer try_call(union bpf_attr attr, uint32_t helper)
{
	char log[LOG_SIZE] = "";
	int fd = load_call(attr, helper, log);

	if (fd >= 0)
		return probe_judge(fd);
	for (size_t i = 0; i < ARRAY_SIZE(no_such_helper); i++)
		if (strstr(log, no_such_helper[i]))
			return PROBE_NO;
	/* The verifier gave its reasons, which are about the call; or it was never asked. */
	return (fd == -EINVAL || fd == -EACCES) && log[0] ? PROBE_YES : PROBE_UNKNOWN;
}

/* Programs of the simplest type tell, without what others must be bound to. */
bool probe_no_such_helper(uint32_t helper)
{
	char log[LOG_SIZE] = "";
	_close_ int fd = load_call((union bpf_attr) { .prog_type = BPF_PROG_TYPE_SOCKET_FILTER },
				   helper, log);

	return fd < 0 && strstr(log, NO_SUCH_NUMBER);
}

static enum probe_answer try_bound(struct prober *p, union bpf_attr attr, const struct binding *b,
				   uint32_t helper)
{
	attr.expected_attach_type = b->attach_type;
	attr.attach_btf_id = b->target ? probe_btf_id(p, b->target) : 0;
	return attr.attach_btf_id ? try_call(attr, helper) : PROBE_UNKNOWN;
}

enum probe_answer probe_helper(struct prober *p, uint32_t program_type, uint32_t helper)
{
	enum probe_answer answer = PROBE_NO;
	union bpf_attr attr = { 0 };
	bool bound = false;

	probe_program_needs(program_type, &attr);
	for (size_t i = 0; i < ARRAY_SIZE(bindings) && answer != PROBE_YES; i++) {
		enum probe_answer one;

		if (bindings[i].type != program_type)
			continue;
		bound = true;
		one = try_bound(p, attr, &bindings[i], helper);
		answer = one == PROBE_NO ? answer : one;
	}
	if (!bound)
		return try_call(attr, helper);
	/* What could not be bound to anything has none of a number that no type has. */
	return answer == PROBE_UNKNOWN && probe_no_such_helper(helper) ? PROBE_NO : answer;
}
