/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * hooks NAME - can this kernel, for this process, attach a program to that kind
 * of hook? Status 0 when it can; 1 and one line of reason when not. Without a
 * name it lists what it knows. Each answer comes from loading a program that
 * does nothing and attaching it for a moment, with plain system calls: a kernel
 * test that skips because cleat cannot do something would hide the bug it is
 * there to find.
 */
#include <arpa/inet.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/btf.h>
#include <linux/netlink.h>
#include <linux/perf_event.h>
#include <linux/rtnetlink.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "hooks-btf.h"
#include "hooks-maps.h"
#include "hooks-netlink.h"

/* Newer than the headers of the oldest system this is compiled on. */
#define PROG_TYPE_NETFILTER 32
#define ATTACH_SK_SKB_VERDICT 38
#define ATTACH_NETFILTER 45
#define ATTACH_KPROBE_SESSION 56
#define ATTACH_TCX_INGRESS 46
#define ATTACH_UPROBE_MULTI 48
#define ATTACH_UPROBE_SESSION 57
#define ATTACH_LSM_CGROUP 43
#define ATTACH_CGROUP_UNIX_CONNECT 49
#define ATTACH_NETKIT_PRIMARY 54
#define ATTACH_FSESSION 58
#define ATTACH_FENTRY_MULTI 59
#define CMD_TOKEN_CREATE 36

static char verifier_log[4096];

static int bpf(int cmd, union bpf_attr *attr)
{
	return (int)syscall(__NR_bpf, cmd, attr, sizeof(*attr));
}

static int prog_load_flags(uint32_t type, uint32_t attach_type, uint32_t btf_id, uint32_t flags)
{
	static const struct bpf_insn nothing[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.prog_type = type;
	attr.expected_attach_type = attach_type;
	attr.insns = (uintptr_t)nothing;
	attr.insn_cnt = 2;
	attr.license = (uintptr_t) "GPL";
	attr.log_buf = (uintptr_t)verifier_log;
	attr.log_size = sizeof(verifier_log);
	attr.log_level = 1;
	attr.attach_btf_id = btf_id;
	attr.prog_flags = flags;
	return bpf(BPF_PROG_LOAD, &attr);
}

static int prog_load(uint32_t type, uint32_t attach_type, uint32_t btf_id)
{
	return prog_load_flags(type, attach_type, btf_id, 0);
}

static int link_create(int prog, int target, uint32_t attach_type)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.link_create.prog_fd = (uint32_t)prog;
	attr.link_create.target_fd = (uint32_t)target;
	attr.link_create.attach_type = attach_type;
	return bpf(BPF_LINK_CREATE, &attr);
}

static int raw_tracepoint_open(int prog, const char *name)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.raw_tracepoint.name = (uintptr_t)name;
	attr.raw_tracepoint.prog_fd = (uint32_t)prog;
	return bpf(BPF_RAW_TRACEPOINT_OPEN, &attr);
}

static int perf_event_open(struct perf_event_attr *attr)
{
	attr->size = sizeof(*attr);
	return (int)syscall(__NR_perf_event_open, attr, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
}

/* The number in a one-line file, or -errno. */
static long number_in(const char *path)
{
	FILE *f = fopen(path, "re");
	long n;

	if (!f)
		return -errno;
	if (fscanf(f, "%ld", &n) != 1)
		n = -EINVAL;
	fclose(f);
	return n;
}

/*
 * The probes return 0 when the hook works, or -errno. What they open is closed
 * when the process ends, a moment later.
 */

static int with_perf(uint32_t prog_type, struct perf_event_attr *attr, int by_link)
{
	int prog, event;

	prog = prog_load(prog_type, 0, 0);
	if (prog < 0)
		return -errno;
	event = perf_event_open(attr);
	if (event < 0)
		return -errno;
	if (by_link)
		return link_create(prog, event, BPF_PERF_EVENT) < 0 ? -errno : 0;
	return ioctl(event, PERF_EVENT_IOC_SET_BPF, prog) < 0 ? -errno : 0;
}

static int probe_pmu(const char *pmu, int ret, const void *where, uint64_t offset)
{
	struct perf_event_attr attr = { .config1 = (uintptr_t)where, .config2 = offset };
	char path[96];
	long type;

	snprintf(path, sizeof(path), "/sys/bus/event_source/devices/%s/type", pmu);
	type = number_in(path);
	if (type < 0)
		return (int)type;
	attr.type = (uint32_t)type;
	attr.config = (uint64_t)ret;
	return with_perf(BPF_PROG_TYPE_KPROBE, &attr, 0);
}

static int probe_kprobe(void)
{
	return probe_pmu("kprobe", 0, "vfs_read", 0);
}

static int probe_kretprobe(void)
{
	return probe_pmu("kprobe", 1, "vfs_read", 0);
}

/* A place in the text of this very program. */
static int find_own_text(char path[static 256], unsigned long *offset)
{
	unsigned long start, end, off;
	uintptr_t here = (uintptr_t)&probe_pmu;
	FILE *f = fopen("/proc/self/maps", "re");
	char line[512];

	if (!f)
		return -errno;
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%lx-%lx %*s %lx %*s %*s %255s", &start, &end, &off, path) != 4)
			continue;
		if (here >= start && here < end) {
			fclose(f);
			*offset = here - start + off;
			return 0;
		}
	}
	fclose(f);
	return -ENOENT;
}

static int probe_uprobe_kind(int ret)
{
	unsigned long offset = 0;
	char path[256];
	int err = find_own_text(path, &offset);

	return err ? err : probe_pmu("uprobe", ret, path, offset);
}

static int probe_uprobe(void)
{
	return probe_uprobe_kind(0);
}

static int probe_uretprobe(void)
{
	return probe_uprobe_kind(1);
}

static int probe_clock(int by_link)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.config = PERF_COUNT_SW_CPU_CLOCK,
		.sample_freq = 100,
		.freq = 1,
	};

	return with_perf(BPF_PROG_TYPE_PERF_EVENT, &attr, by_link);
}

static int probe_perf_event(void)
{
	return probe_clock(0);
}

static int probe_perf_link(void)
{
	return probe_clock(1);
}

/* Does the kernel say of a perf link what it is (6.6): the second word after the ids. */
static int probe_perf_info(void)
{
	struct perf_event_attr event = {
		.type = PERF_TYPE_SOFTWARE,
		.config = PERF_COUNT_SW_CPU_CLOCK,
		.sample_period = 1000000000,
	};
	uint32_t info[64] = { 0 };
	union bpf_attr attr;
	int prog, link;

	prog = prog_load(BPF_PROG_TYPE_PERF_EVENT, 0, 0);
	link = prog < 0 ? -1 : link_create(prog, perf_event_open(&event), BPF_PERF_EVENT);
	if (link < 0)
		return -errno;
	memset(&attr, 0, sizeof(attr));
	attr.info.bpf_fd = (uint32_t)link;
	attr.info.info_len = sizeof(info);
	attr.info.info = (uintptr_t)info;
	if (bpf(BPF_OBJ_GET_INFO_BY_FD, &attr))
		return -errno;
	/* type, id, prog_id, padding, perf_event.type */
	return info[4] ? 0 : -EOPNOTSUPP;
}

static int probe_tracepoint(void)
{
	struct perf_event_attr attr = { .type = PERF_TYPE_TRACEPOINT };
	long id = number_in("/sys/kernel/tracing/events/sched/sched_switch/id");

	if (id == -ENOENT)
		id = number_in("/sys/kernel/debug/tracing/events/sched/sched_switch/id");
	if (id < 0)
		return (int)id;
	attr.config = (uint64_t)id;
	return with_perf(BPF_PROG_TYPE_TRACEPOINT, &attr, 0);
}

static int probe_raw_tracepoint(void)
{
	int prog = prog_load(BPF_PROG_TYPE_RAW_TRACEPOINT, 0, 0);

	return prog < 0 || raw_tracepoint_open(prog, "sched_switch") < 0 ? -errno : 0;
}

static int probe_btf(uint32_t type, uint32_t attach, uint32_t kind, const char *name, int by_link)
{
	uint32_t id = btf_find(kind, name);
	int prog;

	if (!id)
		return -ESRCH;
	prog = prog_load(type, attach, id);
	if (prog < 0)
		return -errno;
	if (by_link)
		return link_create(prog, 0, attach) < 0 ? -errno : 0;
	return raw_tracepoint_open(prog, NULL) < 0 ? -errno : 0;
}

static int probe_tp_btf(void)
{
	return probe_btf(BPF_PROG_TYPE_TRACING, BPF_TRACE_RAW_TP, BTF_KIND_TYPEDEF,
			 "btf_trace_sched_switch", 0);
}

static int probe_iter(void)
{
	return probe_btf(BPF_PROG_TYPE_TRACING, BPF_TRACE_ITER, BTF_KIND_FUNC, "bpf_iter_task", 1);
}

static int probe_fentry(void)
{
	return probe_btf(BPF_PROG_TYPE_TRACING, BPF_TRACE_FENTRY, BTF_KIND_FUNC,
			 "bpf_fentry_test1", 0);
}

/* Before 5.19 the link of a function is made without one. */
static int probe_fentry_cookie(void)
{
	uint32_t id = btf_find(BTF_KIND_FUNC, "bpf_fentry_test1");
	struct {
		uint32_t prog_fd, target_fd, attach_type, flags, btf_id, reserved;
		uint64_t cookie;
	} link = { .attach_type = BPF_TRACE_FENTRY, .cookie = 1 };
	union bpf_attr attr;
	int prog = id ? prog_load(BPF_PROG_TYPE_TRACING, BPF_TRACE_FENTRY, id) : -1;

	if (prog < 0)
		return id ? -errno : -ESRCH;
	link.prog_fd = (uint32_t)prog;
	memset(&attr, 0, sizeof(attr));
	memcpy(&attr, &link, sizeof(link));
	return bpf(BPF_LINK_CREATE, &attr) < 0 ? -errno : 0;
}

static int probe_fexit(void)
{
	return probe_btf(BPF_PROG_TYPE_TRACING, BPF_TRACE_FEXIT, BTF_KIND_FUNC, "bpf_fentry_test1",
			 0);
}

static int probe_fsession(void)
{
	return probe_btf(BPF_PROG_TYPE_TRACING, ATTACH_FSESSION, BTF_KIND_FUNC, "bpf_fentry_test1",
			 0);
}

static int probe_tracing_multi(void)
{
	uint32_t id = btf_find(BTF_KIND_FUNC, "bpf_fentry_test1");
	struct {
		uint32_t prog_fd, target_fd, attach_type, flags;
		uint64_t ids, cookies;
		uint32_t count, reserved;
	} link = { .attach_type = ATTACH_FENTRY_MULTI, .ids = (uintptr_t)&id, .count = 1 };
	union bpf_attr attr;
	int prog = prog_load(BPF_PROG_TYPE_TRACING, ATTACH_FENTRY_MULTI, 0);

	if (prog < 0)
		return -errno;
	link.prog_fd = (uint32_t)prog;
	memset(&attr, 0, sizeof(attr));
	memcpy(&attr, &link, sizeof(link));
	return bpf(BPF_LINK_CREATE, &attr) < 0 ? -errno : 0;
}

static int probe_fmod_ret(void)
{
	int err = probe_btf(BPF_PROG_TYPE_TRACING, BPF_MODIFY_RETURN, BTF_KIND_FUNC,
			    "bpf_modify_return_test", 0);

	if (err)
		err = probe_btf(BPF_PROG_TYPE_TRACING, BPF_MODIFY_RETURN, BTF_KIND_FUNC,
				"security_file_open", 0);
	return err;
}

static int probe_lsm(void)
{
	char text[256] = "";
	FILE *f;
	int err;

	err = probe_btf(BPF_PROG_TYPE_LSM, BPF_LSM_MAC, BTF_KIND_FUNC, "bpf_lsm_file_open", 0);
	if (err)
		return err;
	f = fopen("/sys/kernel/security/lsm", "re");
	if (f) {
		if (!fgets(text, sizeof(text), f) || !strstr(text, "bpf"))
			err = -EOPNOTSUPP; /* compiled in, not switched on */
		fclose(f);
	}
	return err;
}

static int kprobe_multi(uint32_t attach)
{
	static const char *const syms[] = { "vfs_read" };
	int prog = prog_load(BPF_PROG_TYPE_KPROBE, attach, 0);
	union bpf_attr attr;

	if (prog < 0)
		return -errno;
	memset(&attr, 0, sizeof(attr));
	attr.link_create.prog_fd = (uint32_t)prog;
	attr.link_create.attach_type = attach;
	attr.link_create.kprobe_multi.syms = (uintptr_t)syms;
	attr.link_create.kprobe_multi.cnt = 1;
	return bpf(BPF_LINK_CREATE, &attr) < 0 ? -errno : 0;
}

static int probe_kprobe_multi(void)
{
	return kprobe_multi(BPF_TRACE_KPROBE_MULTI);
}

static int probe_kprobe_session(void)
{
	return kprobe_multi(ATTACH_KPROBE_SESSION);
}

/* link_create.uprobe_multi */
struct uprobe_multi {
	uint64_t path, offsets, ref_ctr_offsets, cookies;
	uint32_t cnt, flags, pid, pad;
};

static int link_uprobes(unsigned int attach, const char *path, uint64_t offset)
{
	struct uprobe_multi args = { .path = (uintptr_t)path,
				     .offsets = (uintptr_t)&offset,
				     .cnt = 1 };
	int prog = prog_load(BPF_PROG_TYPE_KPROBE, attach, 0);
	union bpf_attr attr;

	if (prog < 0)
		return prog;
	memset(&attr, 0, sizeof(attr));
	attr.link_create.prog_fd = (uint32_t)prog;
	attr.link_create.attach_type = attach;
	memcpy((char *)&attr + 16, &args, sizeof(args));
	return bpf(BPF_LINK_CREATE, &attr);
}

/* A folder as the path: a kernel that has the hook finds just that wrong. */
static int uprobe_multi(unsigned int attach)
{
	link_uprobes(attach, "/", 1);
	return errno == EBADF ? 0 : -errno;
}

static int probe_uprobe_multi(void)
{
	return uprobe_multi(ATTACH_UPROBE_MULTI);
}

static int probe_uprobe_session(void)
{
	return uprobe_multi(ATTACH_UPROBE_SESSION);
}

/* Does the kernel tell where the uprobes of a link are? */
static int probe_uprobe_info(void)
{
	unsigned long offset = 0;
	uint32_t info[64] = { 0 };
	union bpf_attr attr;
	char path[256];
	int link = find_own_text(path, &offset);

	link = link ? link : link_uprobes(ATTACH_UPROBE_MULTI, path, offset);
	if (link < 0)
		return -errno;
	memset(&attr, 0, sizeof(attr));
	attr.info.bpf_fd = (uint32_t)link;
	attr.info.info_len = sizeof(info);
	attr.info.info = (uintptr_t)info;
	if (bpf(BPF_OBJ_GET_INFO_BY_FD, &attr))
		return -errno;
	/* type, id, prog_id, padding, then uprobe_multi: four addresses, path_size, count */
	return info[13] == 1 ? 0 : -EOPNOTSUPP;
}

static int probe_net_link(uint32_t type, uint32_t attach)
{
	int prog = prog_load(type, attach, 0);

	if (prog < 0 || unshare(CLONE_NEWNET) < 0)
		return -errno;
	return link_create(prog, 1 /* lo */, attach) < 0 ? -errno : 0;
}

static int probe_tcx(void)
{
	return probe_net_link(BPF_PROG_TYPE_SCHED_CLS, ATTACH_TCX_INGRESS);
}

/* Loopback is no netkit device: a kernel that has them finds just that wrong. */
static int probe_netkit(void)
{
	int err = probe_net_link(BPF_PROG_TYPE_SCHED_CLS, ATTACH_NETKIT_PRIMARY);

	return err == -ENXIO ? 0 : err;
}

/* An action without arguments: a kernel that has such actions misses just these. */
static int probe_sched_act(void)
{
	struct {
		struct nlmsghdr h;
		struct tcamsg tca;
		struct nlattr list, first, kind;
		char name[4];
	} ask = {
		.h = { sizeof(ask), RTM_NEWACTION, NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE, 1, 0 },
		.list = { 3 * sizeof(struct nlattr) + 4, 1 /* TCA_ACT_TAB */ | NLA_F_NESTED },
		.first = { 2 * sizeof(struct nlattr) + 4, 1 | NLA_F_NESTED },
		.kind = { sizeof(struct nlattr) + 4, 1 /* TCA_ACT_KIND */ },
		.name = "bpf",
	};
	struct {
		struct nlmsghdr h;
		struct nlmsgerr e;
		char rest[256];
	} answer = { 0 };
	int fd = unshare(CLONE_NEWNET) < 0 ? -1 : socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);

	if (fd < 0 || send(fd, &ask, sizeof(ask), 0) < 0 ||
	    recv(fd, &answer, sizeof(answer), 0) < (ssize_t)(sizeof(answer.h) + sizeof(answer.e)))
		return errno ? -errno : -EBADMSG;
	return answer.e.error == -EINVAL ? 0 : answer.e.error ? answer.e.error : -EBADMSG;
}

static int probe_xdp_link(void)
{
	return probe_net_link(BPF_PROG_TYPE_XDP, BPF_XDP);
}

/* A folder that is no cgroup: a kernel that has the hook finds just that wrong. */
static int probe_cgroup(uint32_t flags)
{
	int prog = prog_load(BPF_PROG_TYPE_CGROUP_SKB, BPF_CGROUP_INET_EGRESS, 0);
	union bpf_attr attr;

	if (prog < 0)
		return -errno;
	memset(&attr, 0, sizeof(attr));
	attr.link_create.prog_fd = (uint32_t)prog;
	attr.link_create.target_fd = (uint32_t)open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	attr.link_create.attach_type = BPF_CGROUP_INET_EGRESS;
	attr.link_create.flags = flags;
	bpf(BPF_LINK_CREATE, &attr);
	return errno == EBADF ? 0 : -errno;
}

static int probe_cgroup_link(void)
{
	return probe_cgroup(0);
}

static int probe_cgroup_order(void)
{
	return probe_cgroup(1U << 3 /* BPF_F_BEFORE */);
}

static int probe_netfilter(void)
{
	int prog = prog_load(PROG_TYPE_NETFILTER, ATTACH_NETFILTER, 0);
	/* link_create.netfilter */
	struct {
		uint32_t pf, hooknum;
		int32_t priority;
		uint32_t flags;
	} args = { .pf = 2, .hooknum = 1 };
	union bpf_attr attr;

	if (prog < 0 || unshare(CLONE_NEWNET) < 0)
		return -errno;
	memset(&attr, 0, sizeof(attr));
	attr.link_create.prog_fd = (uint32_t)prog;
	attr.link_create.attach_type = ATTACH_NETFILTER;
	memcpy((char *)&attr + 16, &args, sizeof(args));
	return bpf(BPF_LINK_CREATE, &attr) < 0 ? -errno : 0;
}

static int sockmap_attach(int by_link, uint32_t attach)
{
	int prog = prog_load(BPF_PROG_TYPE_SK_SKB, 0, 0), map;
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_type = BPF_MAP_TYPE_SOCKMAP;
	attr.key_size = 4;
	attr.value_size = 8;
	attr.max_entries = 1;
	map = bpf(BPF_MAP_CREATE, &attr);
	if (prog < 0 || map < 0)
		return -errno;
	if (by_link)
		return link_create(prog, map, attach) < 0 ? -errno : 0;
	memset(&attr, 0, sizeof(attr));
	attr.target_fd = (uint32_t)map;
	attr.attach_bpf_fd = (uint32_t)prog;
	attr.attach_type = attach;
	return bpf(BPF_PROG_ATTACH, &attr) < 0 ? -errno : 0;
}

static int probe_sockmap_link(void)
{
	return sockmap_attach(1, BPF_SK_SKB_STREAM_VERDICT);
}

static int probe_sk_skb_verdict(void)
{
	return sockmap_attach(0, ATTACH_SK_SKB_VERDICT);
}

static int probe_lwt(void)
{
	return prog_load(BPF_PROG_TYPE_LWT_XMIT, 0, 0) < 0 ? -errno : 0;
}

static int probe_lwt_seg6local(void)
{
	return prog_load(BPF_PROG_TYPE_LWT_SEG6LOCAL, 0, 0) < 0 ? -errno : 0;
}

/*
 * The map's value is a struct of the kernel's that describes the hook. One of another type is "not
 * supported" (524) where there are such maps at all.
 */
static int probe_struct_ops(void)
{
	union bpf_attr attr = { .map_type = BPF_MAP_TYPE_STRUCT_OPS, .key_size = 4, .value_size = 1 };

	if (!btf_find(BTF_KIND_STRUCT, "bpf_struct_ops_tcp_congestion_ops"))
		return -EOPNOTSUPP;
	attr.max_entries = attr.btf_vmlinux_value_type_id = 1;
	if (bpf(BPF_MAP_CREATE, &attr) >= 0)
		return -EPROTO;
	return errno == 524 ? 0 : -errno;
}

/* The attach type matters at load, so a load says it all. */
static int probe_load(uint32_t type, uint32_t attach, uint32_t flags)
{
	return prog_load_flags(type, attach, 0, flags) < 0 ? -errno : 0;
}

static int probe_cgroup_unix(void)
{
	return probe_load(BPF_PROG_TYPE_CGROUP_SOCK_ADDR, ATTACH_CGROUP_UNIX_CONNECT, 0);
}

static int probe_syscall(void)
{
	return probe_load(31 /* BPF_PROG_TYPE_SYSCALL */, 0, 1U << 4 /* BPF_F_SLEEPABLE */);
}

static int probe_lirc_mode2(void)
{
	return probe_load(BPF_PROG_TYPE_LIRC_MODE2, BPF_LIRC_MODE2, 0);
}

static int probe_lsm_cgroup(void)
{
	uint32_t id = btf_find(BTF_KIND_FUNC, "bpf_lsm_socket_bind");
	int prog = id ? prog_load(BPF_PROG_TYPE_LSM, ATTACH_LSM_CGROUP, id) : -1;

	if (!id)
		return -ESRCH;
	if (prog < 0)
		return -errno;
	/* A folder that is no cgroup: a kernel that has the hook finds just that wrong. */
	link_create(prog, open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC), ATTACH_LSM_CGROUP);
	return errno == EBADF ? 0 : -errno;
}

/* An extension of a program that is none: a kernel that takes extensions finds just that wrong. */
static int probe_extension(void)
{
	prog_load(BPF_PROG_TYPE_EXT, 0, 1);
	return strstr(verifier_log, "Cannot replace kernel functions") ? 0 : -errno;
}

/* A token of what is no descriptor: a kernel that has tokens finds just that wrong. */
static int probe_token(void)
{
	const struct {
		uint32_t flags, bpffs_fd;
	} args = { .bpffs_fd = UINT32_MAX };
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	memcpy(&attr, &args, sizeof(args));
	bpf(CMD_TOKEN_CREATE, &attr);
	return errno == EBADF ? 0 : -errno;
}

/* BPF_F_TEST_XDP_LIVE_FRAMES */
static int probe_xdp_live(void)
{
	static char packet[64];
	union bpf_attr attr;
	int prog = prog_load(BPF_PROG_TYPE_XDP, 0, 0);

	if (prog < 0)
		return -errno;
	memset(&attr, 0, sizeof(attr));
	attr.test.prog_fd = (uint32_t)prog;
	attr.test.data_in = (uintptr_t)packet;
	attr.test.data_size_in = sizeof(packet);
	attr.test.repeat = 1;
	attr.test.flags = 1U << 1;
	attr.test.batch_size = 1; /* an older kernel does not look at the flags, but at this */
	return bpf(BPF_PROG_TEST_RUN, &attr) < 0 ? -errno : 0;
}

static const struct {
	const char *name;
	int (*probe)(void);
} hooks[] = {
	{ "cgroup_link", probe_cgroup_link },
	{ "cgroup_order", probe_cgroup_order },
	{ "cgroup_unix", probe_cgroup_unix },
	{ "extension", probe_extension },
	{ "fentry", probe_fentry },
	{ "fentry_cookie", probe_fentry_cookie },
	{ "fexit", probe_fexit },
	{ "fmod_ret", probe_fmod_ret },
	{ "fsession", probe_fsession },
	{ "iter", probe_iter },
	{ "kprobe", probe_kprobe },
	{ "kprobe_multi", probe_kprobe_multi },
	{ "kprobe_session", probe_kprobe_session },
	{ "kretprobe", probe_kretprobe },
	{ "lirc_mode2", probe_lirc_mode2 },
	{ "lsm", probe_lsm },
	{ "lwt", probe_lwt },
	{ "lwt_seg6local", probe_lwt_seg6local },
	{ "netfilter", probe_netfilter },
	{ "netfilter_hooks", probe_netfilter_hooks },
	{ "map_arena", probe_map_arena },
	{ "map_bloom_filter", probe_map_bloom_filter },
	{ "map_cgrp_storage", probe_map_cgrp_storage },
	{ "map_exclusive", probe_map_exclusive },
	{ "map_inode_storage", probe_map_inode_storage },
	{ "map_insn_array", probe_map_insn_array },
	{ "map_rhash", probe_map_rhash },
	{ "map_log", probe_map_log },
	{ "map_rb_overwrite", probe_map_rb_overwrite },
	{ "map_ringbuf", probe_map_ringbuf },
	{ "map_task_storage", probe_map_task_storage },
	{ "map_user_ringbuf", probe_map_user_ringbuf },

	{ "lsm_cgroup", probe_lsm_cgroup },
	{ "netkit", probe_netkit },
	{ "perf_event", probe_perf_event },
	{ "perf_info", probe_perf_info },
	{ "perf_link", probe_perf_link },
	{ "raw_tracepoint", probe_raw_tracepoint },
	{ "sk_skb_verdict", probe_sk_skb_verdict },
	{ "sockmap_link", probe_sockmap_link },

	{ "sched_act", probe_sched_act },
	{ "struct_ops", probe_struct_ops },
	{ "syscall", probe_syscall },
	{ "tcx", probe_tcx },
	{ "token", probe_token },
	{ "tp_btf", probe_tp_btf },
	{ "tracepoint", probe_tracepoint },
	{ "tracing_multi", probe_tracing_multi },
	{ "uprobe", probe_uprobe },
	{ "uprobe_info", probe_uprobe_info },
	{ "uprobe_multi", probe_uprobe_multi },
	{ "uprobe_session", probe_uprobe_session },
	{ "uretprobe", probe_uretprobe },
	{ "xdp_link", probe_xdp_link },
	{ "xdp_live", probe_xdp_live },
};

int main(int argc, char **argv)
{
	size_t i;
	int err;

	for (i = 0; i < sizeof(hooks) / sizeof(hooks[0]); i++) {
		if (argc < 2) {
			puts(hooks[i].name);
			continue;
		}
		if (strcmp(hooks[i].name, argv[1]))
			continue;
		err = hooks[i].probe();
		if (!err)
			return 0;
		printf("%s does not work on this kernel: %s\n", argv[1], strerror(-err));
		return 1;
	}
	if (argc < 2)
		return 0;
	fprintf(stderr, "hooks: unknown hook '%s'\n", argv[1]);
	return 2;
}
