// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* applyvars-next.bpf.c - variables of applyvars.bpf.c at other places, one of another type, and one more. */
#include <cleat/bpf.h>

u32 added_before = 3;
u8 room[24];
s32 kind; /* was unsigned */
u64 made;
u32 steps = 7;

SEC("cgroup/sock_create")
int sockets(struct bpf_sock *sk)
{
	made += 1;
	steps += added_before + room[0] + (u32)kind;
	return 1;
}

LICENSE("GPL");
