/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - refuses one port to the sockets of a cgroup, and counts what is asked.
 */
#include <cleat/bpf.h>

CLEAT_KERNEL_TYPES_BEGIN
struct sockaddr_in {
	u16 sin_port;
};
CLEAT_KERNEL_TYPES_END

struct socket;

const volatile u16 port = 4444;
u64 asked;

static __always_inline int allowed(struct sockaddr_in *address)
{
	__sync_fetch_and_add(&asked, 1);
	return CORE_READ(address, sin_port) != bpf_htons(port);
}

SEC("lsm_cgroup/socket_bind")
int BPF_PROG(binding, struct socket *sock, struct sockaddr_in *address, int size)
{
	return allowed(address);
}

/* For the section to say nothing. */
SEC("?lsm_cgroup")
int BPF_PROG(anywhere, struct socket *sock, struct sockaddr_in *address, int size)
{
	return allowed(address);
}

LICENSE("GPL");
