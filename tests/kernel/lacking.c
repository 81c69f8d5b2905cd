// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * lacking.c - a library to preload: bpf(2) as it was before it had what LACKING names, words with
 * commas. Each call that uses such a thing is refused with the error of a kernel that did not know
 * it; nothing else is changed.
 */
#include <dlfcn.h>
#include <errno.h>
#include <linux/btf.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cleat/uapi.h>

/* A field that the kernel's union does not have must be zero: else E2BIG. */
static int field(bool used)
{
	return used ? E2BIG : 0;
}

static int value(bool used)
{
	return used ? EINVAL : 0;
}

static const struct bpf_insn *insns(const union bpf_attr *attr)
{
	return (const void *)(uintptr_t)attr->insns;
}

/* 4.15 */
static int names(int cmd, const union bpf_attr *attr)
{
	return field((cmd == BPF_MAP_CREATE && attr->map_name[0]) ||
		     (cmd == BPF_PROG_LOAD && attr->prog_name[0]));
}

/* 4.17 */
static int attach_types(int cmd, const union bpf_attr *attr)
{
	return field(cmd == BPF_PROG_LOAD && attr->expected_attach_type);
}

/* 4.18 */
static int btf(int cmd, const union bpf_attr *attr)
{
	if (cmd == BPF_BTF_LOAD)
		return EINVAL;
	return field((cmd == BPF_MAP_CREATE && (attr->btf_fd || attr->btf_value_type_id)) ||
		     (cmd == BPF_PROG_LOAD && (attr->prog_btf_fd || attr->func_info_cnt)));
}

static uint32_t extra_bytes(uint32_t kind, uint32_t n)
{
	switch (kind) {
	case BTF_KIND_INT:
		return sizeof(uint32_t);
	case BTF_KIND_ARRAY:
		return sizeof(struct btf_array);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return n * (uint32_t)sizeof(struct btf_member);
	case BTF_KIND_ENUM:
		return n * (uint32_t)sizeof(struct btf_enum);
	default:
		return 0;
	}
}

/* Has it a kind from @first on? What they take need not be known here. */
static bool has_kind(const union bpf_attr *attr, uint32_t first)
{
	const char *data = (const char *)(uintptr_t)attr->btf;
	struct btf_header h;
	struct btf_type t;

	memcpy(&h, data, sizeof(h));
	data += h.hdr_len + h.type_off;
	for (uint32_t at = 0, kind; at + sizeof(t) <= h.type_len;) {
		memcpy(&t, data + at, sizeof(t));
		kind = t.info >> 24 & 31;
		if (kind >= first)
			return true;
		at += (uint32_t)sizeof(t) + extra_bytes(kind, t.info & 0xffff);
	}
	return false;
}

/* 5.0: functions in BTF, and what programs say of theirs */
static int btf_functions(int cmd, const union bpf_attr *attr)
{
	if (cmd == BPF_BTF_LOAD)
		return value(has_kind(attr, BTF_KIND_FUNC));
	return field(cmd == BPF_PROG_LOAD && (attr->prog_btf_fd || attr->func_info_cnt));
}

/* 5.0: until then a kprobe's program had to say for which kernel it was made */
static int any_version(int cmd, const union bpf_attr *attr)
{
	return value(cmd == BPF_PROG_LOAD && attr->prog_type == BPF_PROG_TYPE_KPROBE &&
		     !attr->kern_version);
}

/* 5.2 */
static int values(int cmd, const union bpf_attr *attr)
{
	bool used = cmd == BPF_MAP_FREEZE ||
		    (cmd == BPF_MAP_CREATE &&
		     attr->map_flags & (BPF_F_RDONLY_PROG | BPF_F_MMAPABLE));

	for (uint32_t i = 0; cmd == BPF_PROG_LOAD && !used && i < attr->insn_cnt; i++)
		used = insns(attr)[i].code == (BPF_LD | BPF_IMM | BPF_DW) &&
		       insns(attr)[i].src_reg == BPF_PSEUDO_MAP_VALUE;
	return value(used);
}

/* 5.2 */
static int long_programs(int cmd, const union bpf_attr *attr)
{
	return field(cmd == BPF_PROG_LOAD && attr->insn_cnt > 4096);
}

/* 5.5 */
static int read_kernel(int cmd, const union bpf_attr *attr)
{
	for (uint32_t i = 0; cmd == BPF_PROG_LOAD && i < attr->insn_cnt; i++) {
		const struct bpf_insn *in = &insns(attr)[i];

		if (in->code == (BPF_JMP | BPF_CALL) && !in->src_reg &&
		    in->imm >= BPF_FUNC_probe_read_user &&
		    in->imm <= BPF_FUNC_probe_read_kernel_str)
			return EINVAL;
	}
	return 0;
}

/* 5.5 */
static int mappings(int cmd, const union bpf_attr *attr)
{
	return value(cmd == BPF_MAP_CREATE && attr->map_flags & BPF_F_MMAPABLE);
}

/* 5.6 */
static int batches(int cmd, const union bpf_attr *attr)
{
	(void)attr;
	return value(cmd >= BPF_MAP_LOOKUP_BATCH && cmd <= BPF_MAP_DELETE_BATCH);
}

/* 5.7 */
static int links(int cmd, const union bpf_attr *attr)
{
	(void)attr;
	return value(cmd == BPF_LINK_CREATE || cmd == BPF_LINK_UPDATE ||
		     cmd == BPF_LINK_GET_FD_BY_ID || cmd == BPF_LINK_GET_NEXT_ID);
}

/* 5.8 */
static int ring_buffers(int cmd, const union bpf_attr *attr)
{
	return value(cmd == BPF_MAP_CREATE && attr->map_type == BPF_MAP_TYPE_RINGBUF);
}

/* 5.10 */
static int bound_maps(int cmd, const union bpf_attr *attr)
{
	(void)attr;
	return value(cmd == BPF_PROG_BIND_MAP);
}

static const struct {
	const char *word;
	int (*refusal)(int cmd, const union bpf_attr *attr);
} known[] = {
	{ "any-version", any_version },
	{ "names", names },
	{ "attach-types", attach_types },
	{ "btf", btf },
	{ "btf-functions", btf_functions },
	{ "values", values },
	{ "long-programs", long_programs },
	{ "read-kernel", read_kernel },
	{ "mappings", mappings },
	{ "batches", batches },
	{ "links", links },
	{ "ring-buffers", ring_buffers },
	{ "bound-maps", bound_maps },
};

static bool is_in(const char *words, const char *word)
{
	size_t n = strlen(word);

	for (; words && *words; words += *words == ',') {
		size_t len = strcspn(words, ",");

		if (len == n && !strncmp(words, word, n))
			return true;
		words += len;
	}
	return false;
}

static int refusal(int cmd, const union bpf_attr *attr)
{
	const char *words = getenv("LACKING");

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		int err = is_in(words, known[i].word) ? known[i].refusal(cmd, attr) : 0;

		if (err)
			return err;
	}
	return 0;
}

__attribute__((visibility("default"))) long syscall(long number, ...)
{
	static long (*real)(long number, ...);
	long a[6];
	va_list args;

	va_start(args, number);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(args, long);
	va_end(args);
	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "syscall");
	if (number == SYS_bpf) {
		int err = refusal((int)a[0], (const union bpf_attr *)a[1]);

		if (err) {
			errno = err;
			return -1;
		}
	}
	return real(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
