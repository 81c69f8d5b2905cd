// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * test-calls.c - what is tried again, and how often. The kernel's answers are ours: syscall() of this
 * program comes before the C library's.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>

#include "kernel/bpf.h"

static struct {
	unsigned int busy; /* so many times EAGAIN, */
	int last; /* then this: an errno, or 0 for a descriptor */
	unsigned int asked;
} kernel;

long syscall(long number, ...)
{
	int err = kernel.asked++ < kernel.busy ? EAGAIN : kernel.last;

	(void)number;
	if (!err)
		return 1000;
	errno = err;
	return -1;
}

static int load(unsigned int busy, int last)
{
	uint64_t exit_insn = 0x95;
	union bpf_attr attr = { .insns = (uintptr_t)&exit_insn, .insn_cnt = 1 };

	kernel.busy = busy;
	kernel.last = last;
	kernel.asked = 0;
	return sys_prog_load(&attr);
}

/* A signal that waits makes the verifier give up: a few times it is asked again, not for ever. */
static void test_again(void **state)
{
	(void)state;
	assert_int_equal(load(0, 0), 1000);
	assert_int_equal(kernel.asked, 1);
	assert_int_equal(load(3, 0), 1000);
	assert_int_equal(kernel.asked, 4);
	assert_int_equal(load(1000, 0), -EAGAIN);
	assert_in_range(kernel.asked, 3, 10);
	assert_int_equal(load(1, EACCES), -EACCES);
	assert_int_equal(kernel.asked, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_again),
	};

	return cmocka_run_group_tests_name("calls", tests, NULL, NULL);
}
