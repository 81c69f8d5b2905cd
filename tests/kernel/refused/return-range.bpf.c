// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* return-range.bpf.c - returns what this kind of program may not return */
#include <cleat/bpf.h>

SEC("cgroup/sock_create")
int refused(struct bpf_sock *sk)
{
	return 7;
}

LICENSE("GPL");
