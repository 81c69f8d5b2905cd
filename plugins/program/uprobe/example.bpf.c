/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * example.bpf.c - the program of the man page.
 */
#include <cleat/bpf.h>
LICENSE("GPL");

struct line {
	u32 pid;
	char text[80];
};
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 65536);
	__type(value, struct line);
} lines SEC(".maps");

SEC("uretprobe//bin/bash:readline")
int BPF_URETPROBE(on_line, const char *text)
{
	struct line *l = bpf_ringbuf_reserve(&lines, sizeof(*l), 0);

	if (!l)
		return 0;
	l->pid = bpf_get_current_pid_tgid() >> 32;
	bpf_probe_read_user_str(l->text, sizeof(l->text), text);
	bpf_ringbuf_submit(l, 0);
	return 0;
}
