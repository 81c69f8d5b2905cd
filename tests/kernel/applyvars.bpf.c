// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* applyvars.bpf.c - variables that a program writes, as they were; applyvars-next.bpf.c has them as they are next. */
#include <cleat/bpf.h>

u64 made;
u32 kind;
u32 steps = 7;
u32 gone = 1;

SEC("cgroup/sock_create")
int sockets(struct bpf_sock *sk)
{
	made += 1;
	kind = 5;
	steps += 1;
	gone += 1;
	return 1;
}

LICENSE("GPL");
