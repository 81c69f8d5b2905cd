// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * probe.c - features of the running kernel, each found out by the smallest thing that needs it.
 *
 * Knows which call tells a feature from its absence. Does not look at versions, attaches nothing,
 * and takes no refusal for an answer that may be about the caller: EPERM, lack of memory or of
 * descriptors mean "could not tell" and are asked again next time.
 */
#include "base/vec.h"
#include "kernel/bpf.h"
#include "kernel/facts.h"
#include "kernel/probe-internal.h"

struct type_answer {
	uint64_t key;
	enum probe_answer answer;
};

struct prober {
	bool known[PROBE_FEATURES];
	enum probe_answer answers[PROBE_FEATURES];
	VEC(struct type_answer) types;
	uint32_t (*find_btf)(void *user, const char *name);
	void *find_user;
};

/* --- trying ---------------------------------------------------------------------------------- */

static enum probe_answer yes_if(bool yes)
{
	return yes ? PROBE_YES : PROBE_NO;
}

enum probe_answer probe_judge(int fd)
{
	if (fd >= 0) {
		close(fd);
		return PROBE_YES;
	}
	switch (-fd) {
	case EPERM:
	case EACCES: /* is also what the verifier says, but not to programs that are right */
	case ENOSYS: /* a seccomp filter, or a kernel without bpf(2) at all */
	case ENOMEM:
	case EAGAIN:
	case EINTR:
	case EMFILE:
	case ENFILE:
		return PROBE_UNKNOWN;
	}
	return PROBE_NO;
}

enum probe_answer probe_judge_as(int fd, int wanted)
{
	if (fd == wanted)
		return PROBE_YES;
	if (fd < 0)
		return probe_judge(fd);
	close(fd);
	return PROBE_UNKNOWN;
}

static uint64_t ptr(const void *p)
{
	return (uintptr_t)p;
}

int probe_load_insns(union bpf_attr *attr, const struct bpf_insn *insns, size_t n)
{
	attr->insns = ptr(insns);
	attr->insn_cnt = (uint32_t)n;
	attr->license = ptr("GPL");
	return sys_prog_load(attr);
}

#define MOV_IMM(reg, value)                                                           \
	{                                                                             \
		.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = (reg), .imm = (value) \
	}
#define MOV_REG(to, from)                                                               \
	{                                                                               \
		.code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = (to), .src_reg = (from) \
	}
#define ADD_IMM(reg, value)                                                           \
	{                                                                             \
		.code = BPF_ALU64 | BPF_ADD | BPF_K, .dst_reg = (reg), .imm = (value) \
	}
#define STORE_IMM(to, at, value)                                                                \
	{                                                                                       \
		.code = BPF_ST | BPF_MEM | BPF_DW, .dst_reg = (to), .off = (at), .imm = (value) \
	}
#define CALL(helper)                                        \
	{                                                   \
		.code = BPF_JMP | BPF_CALL, .imm = (helper) \
	}
#define CALL_LOCAL(distance)                                                              \
	{                                                                                 \
		.code = BPF_JMP | BPF_CALL, .src_reg = BPF_PSEUDO_CALL, .imm = (distance) \
	}
#define LOAD_VALUE(reg, fd)                  \
	{ .code = BPF_LD | BPF_IMM | BPF_DW, \
	  .dst_reg = (reg),                  \
	  .src_reg = BPF_PSEUDO_MAP_VALUE,   \
	  .imm = (fd) },                     \
	{                                    \
		0                            \
	}
#define EXIT                               \
	{                                  \
		.code = BPF_JMP | BPF_EXIT \
	}

int probe_load_trivial(uint32_t type, uint32_t attach_type)
{
	static const struct bpf_insn insns[] = { MOV_IMM(0, 0), EXIT };
	union bpf_attr attr = { .prog_type = type, .expected_attach_type = attach_type };

	return probe_load_insns(&attr, insns, ARRAY_SIZE(insns));
}

int probe_create_array(uint32_t flags)
{
	union bpf_attr attr = {
		.map_type = BPF_MAP_TYPE_ARRAY,
		.key_size = 4,
		.value_size = 8,
		.max_entries = 1,
		.map_flags = flags,
	};

	return sys_map_create(&attr);
}

/* --- features -------------------------------------------------------------------------------- */

static enum probe_answer prog_name(void)
{
	static const struct bpf_insn insns[] = { MOV_IMM(0, 0), EXIT };
	union bpf_attr attr = { .prog_type = BPF_PROG_TYPE_SOCKET_FILTER, .prog_name = "probe" };

	return probe_judge(probe_load_insns(&attr, insns, ARRAY_SIZE(insns)));
}

static enum probe_answer global_data(void)
{
	_close_ int map = probe_create_array(0);
	const struct bpf_insn insns[] = {
		LOAD_VALUE(1, map),
		STORE_IMM(1, 0, 1),
		MOV_IMM(0, 0),
		EXIT,
	};
	union bpf_attr attr = { .prog_type = BPF_PROG_TYPE_SOCKET_FILTER };

	if (map < 0)
		return PROBE_UNKNOWN;
	return probe_judge(probe_load_insns(&attr, insns, ARRAY_SIZE(insns)));
}

static enum probe_answer array_mmap(void)
{
	return probe_judge(probe_create_array(BPF_F_MMAPABLE));
}

/* Before 4.17 the field was unknown, and unknown fields must be zero. */
static enum probe_answer expected_attach_type(void)
{
	return probe_judge(
		probe_load_trivial(BPF_PROG_TYPE_CGROUP_SOCK, BPF_CGROUP_INET_SOCK_CREATE));
}

static enum probe_answer read_kernel(void)
{
	static const struct bpf_insn insns[] = {
		MOV_REG(1, 10),
		ADD_IMM(1, -8),
		MOV_IMM(2, 8),
		MOV_IMM(3, 0),
		CALL(BPF_FUNC_probe_read_kernel),
		MOV_IMM(0, 0),
		EXIT,
	};
	union bpf_attr attr = { .prog_type = BPF_PROG_TYPE_TRACEPOINT };

	return probe_judge(probe_load_insns(&attr, insns, ARRAY_SIZE(insns)));
}

static enum probe_answer bind_map(void)
{
	_close_ int map = probe_create_array(0);
	_close_ int prog = probe_load_trivial(BPF_PROG_TYPE_SOCKET_FILTER, 0);
	int err;

	if (map < 0 || prog < 0)
		return PROBE_UNKNOWN;
	err = sys_prog_bind_map(prog, map);
	return err ? probe_judge(err) : PROBE_YES;
}

/* Kernels with BTF for modules tell the name of each BTF. For others its room is garbage. */
static enum probe_answer module_btf(void)
{
	_close_ int btf = probe_load_btf(BLOB_INT);
	char name[16];
	struct bpf_btf_info info = { .name = ptr(name), .name_len = sizeof(name) };
	uint32_t size = sizeof(info);
	int err;

	if (btf < 0)
		return probe_judge(take_fd(&btf));
	err = sys_obj_info(btf, &info, &size);
	return err ? probe_judge(err) : PROBE_YES;
}

/* A link with a target that is not a descriptor: a kernel that knows such links says EBADF. */
static enum probe_answer perf_link(void)
{
	_close_ int prog = probe_load_trivial(BPF_PROG_TYPE_TRACEPOINT, 0);
	union bpf_attr attr = { 0 };
	_close_ int link = -1;

	if (prog < 0)
		return PROBE_UNKNOWN;
	attr.link_create.prog_fd = (uint32_t)prog;
	attr.link_create.target_fd = UINT32_MAX;
	attr.link_create.attach_type = BPF_PERF_EVENT;
	link = sys_link_create(&attr);
	return probe_judge_as(take_fd(&link), -EBADF);
}

static enum probe_answer cookie(void)
{
	static const struct bpf_insn insns[] = {
		CALL(BPF_FUNC_get_attach_cookie),
		MOV_IMM(0, 0),
		EXIT,
	};
	union bpf_attr attr = { .prog_type = BPF_PROG_TYPE_TRACEPOINT };

	return probe_judge(probe_load_insns(&attr, insns, ARRAY_SIZE(insns)));
}

/*
 * The accounting itself shows nowhere. This helper came with it, in 5.11, and has no condition of
 * its own.
 */
static enum probe_answer memcg(void)
{
	static const struct bpf_insn insns[] = {
		CALL(BPF_FUNC_ktime_get_coarse_ns),
		MOV_IMM(0, 0),
		EXIT,
	};
	union bpf_attr attr = { .prog_type = BPF_PROG_TYPE_SOCKET_FILTER };

	return probe_judge(probe_load_insns(&attr, insns, ARRAY_SIZE(insns)));
}

/* A function of its own that hands its "void *" to a helper which wants the context. */
static enum probe_answer arg_ctx(void)
{
	static const struct bpf_insn insns[] = {
		CALL_LOCAL(1),
		EXIT, /* r1 is the context */
		CALL(BPF_FUNC_get_attach_cookie),
		MOV_IMM(0, 0),
		EXIT,
	};
	const uint32_t funcs[][2] = { { 0, PROBE_CTX_MAIN }, { 2, PROBE_CTX_SUB } };
	_close_ int btf = probe_load_btf(BLOB_ARG_CTX);
	union bpf_attr attr = { .prog_type = BPF_PROG_TYPE_TRACEPOINT };
	int prog;

	if (btf < 0)
		return probe_judge(take_fd(&btf));
	attr.prog_btf_fd = (uint32_t)btf;
	attr.func_info = ptr(funcs);
	attr.func_info_cnt = ARRAY_SIZE(funcs);
	attr.func_info_rec_size = sizeof(funcs[0]);
	prog = probe_load_insns(&attr, insns, ARRAY_SIZE(insns));
	/* Here it is the verifier who denies access: for it, the argument is any memory. */
	return prog == -EACCES ? PROBE_NO : probe_judge(prog);
}

/*
 * Nothing that is passed can be wrong: NULL where that may be, or what the tag lets be anything. A
 * kernel that reads tags refuses those that it does not know; others take any.
 */
static enum probe_answer arg_tag(enum probe_blob blob)
{
	static const struct bpf_insn insns[] = {
		MOV_IMM(1, 0),
		CALL_LOCAL(1),
		EXIT,
		MOV_IMM(0, 0),
		EXIT,
	};
	const uint32_t funcs[][2] = { { 0, PROBE_CTX_MAIN }, { 3, PROBE_CTX_SUB } };
	enum probe_answer any = arg_ctx();
	union bpf_attr attr = { .prog_type = BPF_PROG_TYPE_TRACEPOINT };
	_close_ int btf = -1;

	if (any != PROBE_YES)
		return any;
	btf = probe_load_btf(blob);
	if (btf < 0)
		return probe_judge(take_fd(&btf));
	attr.prog_btf_fd = (uint32_t)btf;
	attr.func_info = ptr(funcs);
	attr.func_info_cnt = ARRAY_SIZE(funcs);
	attr.func_info_rec_size = sizeof(funcs[0]);
	return probe_judge(probe_load_insns(&attr, insns, ARRAY_SIZE(insns)));
}

static enum probe_answer arg_trusted(void)
{
	return arg_tag(BLOB_ARG_TRUSTED);
}

static enum probe_answer arg_arena(void)
{
	return arg_tag(BLOB_ARG_ARENA);
}

static enum probe_answer arg_untrusted(void)
{
	return arg_tag(BLOB_ARG_UNTRUSTED);
}

static int uprobe_multi_link(int prog, uint32_t pid)
{
	const unsigned long offset = 0;
	union bpf_attr attr = { 0 };

	attr.link_create.prog_fd = (uint32_t)prog;
	attr.link_create.attach_type = BPF_TRACE_UPROBE_MULTI;
	attr.link_create.uprobe_multi.path = ptr("/");
	attr.link_create.uprobe_multi.offsets = ptr(&offset);
	attr.link_create.uprobe_multi.cnt = 1;
	attr.link_create.uprobe_multi.pid = pid;
	return sys_link_create(&attr);
}

/*
 * A directory cannot be probed: EBADF from kernels that know such links. The first ones filtered
 * by thread where they should by process; those that are right also refuse a negative pid.
 */
static enum probe_answer uprobe_multi(void)
{
	_close_ int prog = probe_load_trivial(BPF_PROG_TYPE_KPROBE, BPF_TRACE_UPROBE_MULTI);
	_close_ int link = -1;

	if (prog < 0)
		return probe_judge(take_fd(&prog));
	link = uprobe_multi_link(prog, 0);
	if (link != -EBADF)
		return link >= 0 ? PROBE_UNKNOWN : probe_judge(link);
	link = uprobe_multi_link(prog, UINT32_MAX);
	return yes_if(link == -EINVAL);
}

/* Where the function of a system call takes its arguments out of pt_regs, in it or in another. */
#if defined(__x86_64__)
#define WRAPPED "__x64_sys_bpf"
#elif defined(__i386__)
#define WRAPPED "__ia32_sys_bpf"
#elif defined(__aarch64__)
#define WRAPPED "__arm64_sys_bpf"
#elif defined(__s390x__)
#define WRAPPED "__s390x_sys_bpf"
#elif defined(__riscv)
#define WRAPPED "__riscv_sys_bpf"
#else
#define WRAPPED NULL
#endif

/* Names of symbols can be read where their addresses are hidden, and no kprobe need be set. */
static enum probe_answer syscall_wrapper(void)
{
	const char *wrapped = WRAPPED;
	struct ksyms *k;
	bool found;

	if (!wrapped)
		return PROBE_NO;
	if (ksyms_open(&k))
		return PROBE_UNKNOWN;
	found = ksyms_has(k, wrapped);
	ksyms_free(k);
	return yes_if(found);
}

/* Nothing is asked of the map: a kernel that knows the command is done with zero elements. */
static enum probe_answer batch(void)
{
	union bpf_attr attr = {
		.map_type = BPF_MAP_TYPE_HASH,
		.key_size = 4,
		.value_size = 8,
		.max_entries = 1,
	};
	_close_ int map = sys_map_create(&attr);
	uint32_t count = 0, position = 0, key = 0;
	uint64_t value = 0;
	int err;

	if (map < 0)
		return PROBE_UNKNOWN;
	err = sys_map_batch(BPF_MAP_LOOKUP_BATCH, map, NULL, &position, &key, &value, &count, 0);
	return err ? probe_judge(err) : PROBE_YES;
}

/* Kernels that keep the end of a log tell how long all of it was. */
static enum probe_answer log_end(void)
{
	static const struct bpf_insn insns[] = { MOV_IMM(0, 0), EXIT };
	char log[1024];
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_SOCKET_FILTER,
		.log_buf = ptr(log),
		.log_size = sizeof(log),
		.log_level = 1,
	};
	int fd = probe_load_insns(&attr, insns, ARRAY_SIZE(insns));

	if (fd < 0)
		return PROBE_UNKNOWN;
	close(fd);
	return yes_if(attr.log_true_size);
}

/* A token is of a BPF file system: a kernel that makes them says that -1 is none. */
static enum probe_answer token(void)
{
	union bpf_attr attr = { .token_create = { .bpffs_fd = UINT32_MAX } };

	return probe_judge_as(sys_bpf(BPF_TOKEN_CREATE, &attr, sizeof(attr)), -EBADF);
}

/* Each has a function, or else a blob of BTF to load. */
static const struct {
	const char *name;
	enum probe_answer (*fn)(void);
	enum probe_blob blob;
} features[] = {
	[PROBE_PROG_NAME] = { "program-name", .fn = prog_name },
	[PROBE_GLOBAL_DATA] = { "global-data", .fn = global_data },
	[PROBE_BTF] = { "btf", .blob = BLOB_INT },
	[PROBE_BTF_FUNC] = { "btf-func", .blob = BLOB_FUNC },
	[PROBE_BTF_GLOBAL_FUNC] = { "btf-global-func", .blob = BLOB_GLOBAL_FUNC },
	[PROBE_BTF_DATASEC] = { "btf-datasec", .blob = BLOB_DATASEC },
	[PROBE_BTF_QMARK] = { "btf-datasec-question-mark", .blob = BLOB_QMARK },
	[PROBE_BTF_FLOAT] = { "btf-float", .blob = BLOB_FLOAT },
	[PROBE_BTF_DECL_TAG] = { "btf-decl-tag", .blob = BLOB_DECL_TAG },
	[PROBE_BTF_TYPE_TAG] = { "btf-type-tag", .blob = BLOB_TYPE_TAG },
	[PROBE_BTF_ATTRIBUTE] = { "btf-attribute-tag", .blob = BLOB_ATTRIBUTE },
	[PROBE_BTF_ENUM64] = { "btf-enum64", .blob = BLOB_ENUM64 },
	[PROBE_ARRAY_MMAP] = { "array-mmap", .fn = array_mmap },
	[PROBE_EXPECTED_ATTACH_TYPE] = { "expected-attach-type", .fn = expected_attach_type },
	[PROBE_READ_KERNEL] = { "probe-read-kernel", .fn = read_kernel },
	[PROBE_BIND_MAP] = { "bind-map", .fn = bind_map },
	[PROBE_MODULE_BTF] = { "module-btf", .fn = module_btf },
	[PROBE_PERF_LINK] = { "perf-link", .fn = perf_link },
	[PROBE_COOKIE] = { "attach-cookie", .fn = cookie },
	[PROBE_MEMCG] = { "memcg-accounting", .fn = memcg },
	[PROBE_ARG_CTX] = { "arg-ctx", .fn = arg_ctx },
	[PROBE_ARG_TRUSTED] = { "arg-trusted", .fn = arg_trusted },
	[PROBE_ARG_ARENA] = { "arg-arena", .fn = arg_arena },
	[PROBE_ARG_UNTRUSTED] = { "arg-untrusted", .fn = arg_untrusted },
	[PROBE_UPROBE_MULTI] = { "uprobe-multi", .fn = uprobe_multi },
	[PROBE_SYSCALL_WRAPPER] = { "syscall-wrapper", .fn = syscall_wrapper },
	[PROBE_BATCH] = { "map-batch", .fn = batch },
	[PROBE_LOG_END] = { "log-end", .fn = log_end },
	[PROBE_TOKEN] = { "token", .fn = token },
};
_Static_assert(ARRAY_SIZE(features) == PROBE_FEATURES, "a probe for each feature");

/* --- the cache ------------------------------------------------------------------------------- */

struct prober *prober_new(void)
{
	return calloc(1, sizeof(struct prober));
}

void prober_free(struct prober *p)
{
	if (!p)
		return;
	vec_free(&p->types);
	free(p);
}

const char *probe_name(enum probe_feature f)
{
	return (unsigned int)f < PROBE_FEATURES ? features[f].name : NULL;
}

enum probe_answer probe(struct prober *p, enum probe_feature f)
{
	enum probe_answer answer;

	if ((unsigned int)f >= PROBE_FEATURES)
		return PROBE_UNKNOWN;
	if (p->known[f])
		return p->answers[f];
	answer = features[f].fn ? features[f].fn() : probe_judge(probe_load_btf(features[f].blob));
	p->answers[f] = answer;
	p->known[f] = answer != PROBE_UNKNOWN;
	return answer;
}

enum kind { PROGRAM, MAP, ATTACH, LINK };

static enum probe_answer try_type(struct prober *p, enum kind kind, uint32_t type,
				  uint32_t attach_type, uint32_t flags)
{
	switch (kind) {
	case MAP:
		return probe_try_map(type);
	case ATTACH:
		return probe_try_attach(p, type);
	case LINK:
		return probe_try_link(p, type);
	case PROGRAM:
		break;
	}
	return probe_try_program(type, attach_type, flags);
}

static enum probe_answer probe_type(struct prober *p, enum kind kind, uint32_t type,
				    uint32_t attach_type, uint32_t flags)
{
	/* No kernel has types of more than 30 bits, attach types or flags of more than 16. */
	uint64_t key = (uint64_t)kind << 62 | (uint64_t)type << 32 | flags << 16 | attach_type;
	enum probe_answer answer;

	if (type >> 30 || attach_type >> 16 || flags >> 16)
		return PROBE_NO;
	for (size_t i = 0; i < p->types.n; i++)
		if (p->types.v[i].key == key)
			return p->types.v[i].answer;
	answer = try_type(p, kind, type, attach_type, flags);
	/* When there is no memory for the answer it is found out again. */
	if (answer != PROBE_UNKNOWN)
		(void)!vec_push(&p->types, (struct type_answer) { key, answer });
	return answer;
}

enum probe_answer probe_program_flags(struct prober *p, uint32_t type, uint32_t attach_type,
				      uint32_t flags)
{
	return probe_type(p, PROGRAM, type, attach_type, flags);
}

enum probe_answer probe_program_type(struct prober *p, uint32_t type, uint32_t attach_type)
{
	return probe_type(p, PROGRAM, type, attach_type, 0);
}

enum probe_answer probe_map_type(struct prober *p, uint32_t type)
{
	return probe_type(p, MAP, type, 0, 0);
}

enum probe_answer probe_attach_type(struct prober *p, uint32_t attach_type)
{
	return probe_type(p, ATTACH, attach_type, 0, 0);
}

enum probe_answer probe_link_type(struct prober *p, uint32_t type)
{
	return probe_type(p, LINK, type, 0, 0);
}

void prober_find_btf(struct prober *p, uint32_t (*find)(void *user, const char *name), void *user)
{
	p->find_btf = find;
	p->find_user = user;
}

uint32_t probe_btf_id(struct prober *p, const char *name)
{
	return p->find_btf ? p->find_btf(p->find_user, name) : 0;
}

/* What every kernel has had since there were maps and programs. */
int probe_refusal(void)
{
	_close_ int map = probe_create_array(0);
	_close_ int prog = probe_load_trivial(BPF_PROG_TYPE_KPROBE, 0);

	/* Another reason than these is about what was tried, not about who did. */
	if (map == -EPERM || map == -ENOSYS)
		return map;
	return prog == -EPERM || prog == -EACCES ? prog : 0;
}
