/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - hands packets to the CPU in the map, counts them where they were taken and there.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

struct {
	__uint(type, BPF_MAP_TYPE_CPUMAP);
	__type(key, u32);
	__type(value, struct bpf_cpumap_val);
} cpus SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_CPUMAP);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, u32);
} plain SEC(".maps");

u64 taken, handed, cpu;

SEC("xdp")
int take(struct xdp_md *ctx)
{
	taken++;
	return bpf_redirect_map(&cpus, 0, XDP_DROP);
}

SEC("xdp/cpumap")
int there(struct xdp_md *ctx)
{
	handed++;
	cpu += bpf_get_smp_processor_id();
	return XDP_PASS;
}
