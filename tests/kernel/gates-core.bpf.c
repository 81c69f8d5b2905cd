// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* gates-core.bpf.c - what a small tracer asks of the kernel's types: three structs of them. */
#include <cleat/bpf.h>

struct cred {
	unsigned int uid;
} __attribute__((preserve_access_index));

struct nsproxy {
	void *net_ns;
} __attribute__((preserve_access_index));

struct task_struct {
	int pid;
	int tgid;
	struct task_struct *real_parent;
	const struct cred *cred;
	struct nsproxy *nsproxy;
} __attribute__((preserve_access_index));

struct event {
	int pid;
	int parent;
	void *net;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct event);
} events SEC(".maps");

const volatile int wanted;

SEC("tracepoint/sched/sched_process_exit")
int core(void *ctx)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	struct event event = {};
	__u32 key = 0;

	(void)ctx;
	event.pid = CORE_READ(task, pid);
	event.parent = CORE_READ(task, real_parent, tgid);
	event.net = CORE_READ(task, nsproxy, net_ns);
	if (!wanted || event.pid == wanted)
		bpf_map_update_elem(&events, &key, &event, BPF_ANY);
	return 0;
}

LICENSE("GPL");
