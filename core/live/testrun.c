/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * testrun.c - a program is run without its hook, with input of the caller's.
 *
 * Knows the one command and what its refusals mean; which types take which input the kernel knows.
 */
#include "kernel/bpf.h"
#include "live/context.h"

/* The kernel's own number for "not supported", which has no name in user space. */
#define KERNEL_ENOTSUPP 524

#define LIVE_BATCH 64 /* NAPI_POLL_WEIGHT */

static int explain(struct report *r, const struct cleat_run *run, int err)
{
	if (err == -KERNEL_ENOTSUPP || err == -EOPNOTSUPP)
		return report_error(r, ENOTSUP,
				    "this kernel cannot run programs of this type by hand");
	if (err == -ENOSPC)
		return report_error(r, ENOSPC,
				    "the program left %zu bytes of data, and there is room for %zu",
				    run->data_out_bytes, run->data_out_size);
	report_sys(r, err, "the program cannot be run");
	if (err == -EINVAL && run->flags & BPF_F_TEST_XDP_LIVE_FRAMES)
		report_hint(r, "live frames are for XDP programs, and came with Linux 5.18");
	else if (err == -EINVAL && !run->data && !run->ctx)
		report_hint(r, "most types want a packet of at least 14 bytes, some a context");
	else if (err == -EINVAL && run->repeat > 1)
		report_hint(r, "not all types can be run repeatedly, or take data or a context");
	return err;
}

/*
 * Kernels before 5.18 do not look at flags of XDP programs, and would run one that is not live. They do look at the
 * fields that they do not know: so this one is never 0, but what the kernel itself takes for 0.
 */
static uint32_t batch_of(const struct cleat_run *run)
{
	return !run->batch && run->flags & BPF_F_TEST_XDP_LIVE_FRAMES ? LIVE_BATCH : run->batch;
}

static int test_run(struct report *r, int fd, struct cleat_run *run)
{
	union bpf_attr attr = { 0 };
	struct cleat_run all = { 0 };
	int err;

	if (run->size < sizeof(size_t))
		return -EINVAL;
	memcpy(&all, run, MIN(run->size, sizeof(all)));
	if (all.data_bytes > UINT32_MAX || all.ctx_bytes > UINT32_MAX)
		return report_error(r, E2BIG, "more input than the kernel takes");
	attr.test.prog_fd = (uint32_t)fd;
	attr.test.data_in = (uintptr_t)all.data;
	attr.test.data_size_in = (uint32_t)all.data_bytes;
	attr.test.data_out = (uintptr_t)all.data_out;
	attr.test.data_size_out = (uint32_t)MIN(all.data_out_size, UINT32_MAX);
	attr.test.ctx_in = (uintptr_t)all.ctx;
	attr.test.ctx_size_in = (uint32_t)all.ctx_bytes;
	attr.test.ctx_out = (uintptr_t)all.ctx_out;
	attr.test.ctx_size_out = (uint32_t)MIN(all.ctx_out_size, UINT32_MAX);
	attr.test.repeat = all.repeat;
	attr.test.flags = all.flags;
	attr.test.cpu = all.cpu;
	attr.test.batch_size = batch_of(&all);
	err = sys_prog_test_run(&attr);
	all.retval = attr.test.retval;
	all.duration_ns = attr.test.duration;
	all.data_out_bytes = attr.test.data_size_out;
	all.ctx_out_bytes = attr.test.ctx_size_out;
	memcpy(run, &all, MIN(run->size, sizeof(all)));
	return err < 0 ? explain(r, &all, err) : 0;
}

CLEAT_API int cleat_program_run(struct cleat_program *p, struct cleat_run *run)
{
	struct report *r = p->object->c->report;

	OPERATION(p->object->c);
	REPORT_IN(r, REPORT_OBJECT, p->object->path);
	REPORT_IN(r, REPORT_PROGRAM, p->spec->name);
	REPORT_IN(r, REPORT_PHASE, "run");
	if (p->fd < 0)
		return report_error(r, EINVAL, "program '%s' is not loaded", p->spec->name);
	return test_run(r, p->fd, run);
}

CLEAT_API int cleat_kernel_run(struct cleat *c, const char *what, struct cleat_run *run)
{
	_close_ int fd = -1;
	uint64_t id;

	OPERATION(c);
	REPORT_IN(c->report, REPORT_PHASE, "run");
	if (strchr(what, '/'))
		fd = sys_obj_get(what, 0);
	else if (text_u64(what, &id) || id > UINT32_MAX)
		return report_error(c->report, EINVAL, "'%s' is neither a program's id nor a path",
				    what);
	else
		fd = sys_fd_by_id(BPF_PROG_GET_FD_BY_ID, (uint32_t)id);
	if (fd < 0)
		return report_sys(c->report, fd, "cannot open program %s", what);
	return test_run(c->report, fd, run);
}
