/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - counts what one process does in functions of the kernel.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

u32 only_pid;
u64 hits, returns, result, argument, cookies, places;

static bool is_ours(void)
{
	return bpf_get_current_pid_tgid() >> 32 == only_pid;
}

/* ssize_t vfs_read(struct file *file, char *buf, size_t count, loff_t *pos): of one byte */
SEC("kprobe/vfs_read")
int BPF_KPROBE(on_read, void *file, char *buf, unsigned long count)
{
	if (!is_ours() || count != 1)
		return 0;
	hits++;
	argument = count;
	if (core_enum_exists(enum bpf_func_id, BPF_FUNC_get_attach_cookie))
		cookies += bpf_get_attach_cookie(ctx);
	return 0;
}

SEC("kretprobe/vfs_read")
int BPF_KRETPROBE(on_result, long n)
{
	if (!is_ours() || n != 1)
		return 0;
	returns++;
	result = n;
	return 0;
}

SEC("?kprobe")
int anywhere(struct pt_regs *ctx)
{
	if (is_ours())
		places++;
	return 0;
}
