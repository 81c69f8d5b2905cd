/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test-unix.bpf.c - the same for sockets with names: who connects or sends to one gets another, and
 * the other side has a name for each hook.
 */
#include <cleat/bpf.h>

CLEAT_KERNEL_TYPES_BEGIN
struct bpf_sock_addr_kern {
	struct sock *sk;
};
CLEAT_KERNEL_TYPES_END

extern void *bpf_cast_to_kern_ctx(void *ctx) __ksym;
extern int bpf_sock_addr_set_sun_path(struct bpf_sock_addr_kern *sa_kern, const u8 *sun_path,
				      u32 sun_path__sz) __ksym;

u64 hits;

static __always_inline int name(struct bpf_sock_addr *ctx, const u8 *path, u32 size)
{
	__sync_fetch_and_add(&hits, 1);
	bpf_sock_addr_set_sun_path(bpf_cast_to_kern_ctx(ctx), path, size);
	return 1;
}

SEC("cgroup/connect_unix")
int connect_unix(struct bpf_sock_addr *ctx)
{
	u8 path[] = "\0cleat-real";

	return name(ctx, path, sizeof(path) - 1);
}

SEC("cgroup/sendmsg_unix")
int sendmsg_unix(struct bpf_sock_addr *ctx)
{
	u8 path[] = "\0cleat-real";

	return name(ctx, path, sizeof(path) - 1);
}

SEC("cgroup/recvmsg_unix")
int recvmsg_unix(struct bpf_sock_addr *ctx)
{
	u8 path[] = "\0cleat-received";

	return name(ctx, path, sizeof(path) - 1);
}

SEC("cgroup/getpeername_unix")
int getpeername_unix(struct bpf_sock_addr *ctx)
{
	u8 path[] = "\0cleat-peer";

	return name(ctx, path, sizeof(path) - 1);
}

SEC("cgroup/getsockname_unix")
int getsockname_unix(struct bpf_sock_addr *ctx)
{
	u8 path[] = "\0cleat-name";

	return name(ctx, path, sizeof(path) - 1);
}

LICENSE("Dual BSD/GPL");
