/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - adds two numbers, makes a map by bpf(2), returns what it is told; when asked to.
 */
#include <cleat/bpf.h>

struct sum {
	u32 a, b, sum, runs;
};

u64 runs;

SEC("syscall")
int add(struct sum *s)
{
	s->sum = s->a + s->b;
	s->runs++;
	__sync_fetch_and_add(&runs, 1);
	return s->sum;
}

SEC("syscall")
int bare(void *ctx)
{
	__sync_fetch_and_add(&runs, 1);
	return -7;
}

/* What nobody else may do: a system call. The map goes again at once. */
SEC("syscall")
int make_map(void *ctx)
{
	union bpf_attr attr = {
		.map_type = BPF_MAP_TYPE_ARRAY,
		.key_size = 4,
		.value_size = 8,
		.max_entries = 1,
	};
	int fd = bpf_sys_bpf(BPF_MAP_CREATE, &attr, sizeof(attr));

	if (fd <= 0)
		return fd;
	bpf_sys_close(fd);
	return 0;
}

LICENSE("Dual BSD/GPL");
