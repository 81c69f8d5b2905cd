/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * testrun-ops.bpf.c - a function of the struct that the kernel has for such functions to be run by hand.
 */
#include <cleat/bpf.h>

struct bpf_dummy_ops_state {
	int val;
};

struct bpf_dummy_ops {
	int (*test_1)(struct bpf_dummy_ops_state *state);
};

SEC("struct_ops/test_1")
int BPF_PROG(alone, struct bpf_dummy_ops_state *state)
{
	if (!state)
		return 7;
	state->val++;
	return state->val;
}

SEC(".struct_ops")
struct bpf_dummy_ops dummy = {
	.test_1 = (void *)alone,
};

LICENSE("GPL");
