/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - counts overflows of a counter in one process and in all.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

u32 only_pid;
u64 ours, all, cookies, cpus, address, period;

SEC("perf_event")
int on_overflow(struct bpf_perf_event_data *ctx)
{
	__sync_fetch_and_add(&all, 1);
	cpus |= 1ull << (bpf_get_smp_processor_id() & 63);
	if (bpf_get_current_pid_tgid() >> 32 != only_pid)
		return 0;
	__sync_fetch_and_add(&ours, 1);
	address = ctx->addr;
	period = ctx->sample_period;
	if (core_enum_exists(enum bpf_func_id, BPF_FUNC_get_attach_cookie))
		cookies = bpf_get_attach_cookie(ctx);
	return 0;
}
