/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * example.bpf.c - ports below 1024 are the business of others.
 */
#include <cleat/bpf.h>

CLEAT_KERNEL_TYPES_BEGIN
struct sockaddr_in {
	u16 sin_port;
};
CLEAT_KERNEL_TYPES_END

u64 refused;

SEC("lsm_cgroup")
int BPF_PROG(policy, void *sock, struct sockaddr_in *address, int size)
{
	u16 port = CORE_READ(address, sin_port);

	if (!port || bpf_ntohs(port) >= 1024)
		return 1;
	__sync_fetch_and_add(&refused, 1);
	return 0;
}

LICENSE("GPL");
