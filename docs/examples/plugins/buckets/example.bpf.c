/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* example.bpf.c - how many bytes programs ask write(2) to write, as a histogram. */
#include <cleat/bpf.h>

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 32);
	__type(key, u32);
	__type(value, u64);
} write_sizes SEC(".maps");

const volatile u32 only_pid = 0; /* 0: everybody */

/* events/syscalls/sys_enter_write/format */
struct write_record {
	u64 common, number, fd, buffer, count;
};

static __always_inline u32 log2_of(u64 n)
{
	u32 bits = 0;

	for (u32 half = 16; half; half /= 2)
		if (n >> half) {
			n >>= half;
			bits += half;
		}
	return bits;
}

SEC("tp/syscalls/sys_enter_write")
int on_write(struct write_record *ctx)
{
	u32 bucket = ctx->count >> 32 ? 31 : log2_of(ctx->count);
	u64 *n;

	if (only_pid && only_pid != bpf_get_current_pid_tgid() >> 32)
		return 0;
	n = bpf_map_lookup_elem(&write_sizes, &bucket);
	if (n)
		++*n; /* this CPU's own */
	return 0;
}

LICENSE("Dual BSD/GPL");
