/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * dispatchprog.c - the dispatcher's instructions and types, written down; see dispatchprog.h.
 *
 * A compiler is not there when programs are attached, and nothing in here depends on who asks: what differs
 * is in the configuration, which the verifier reads, so that slots which are not used cost nothing.
 */
#include "dispatchprog.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* ---- types ----------------------------------------------------------------------------------- */

/* Their numbers, in the order in which they are written. */
enum type {
	TYPE_VOID,
	TYPE_U32,
	TYPE_U8,
	TYPE_INT,
	TYPE_CONTEXT,
	TYPE_CONTEXT_POINTER,
	TYPE_FUNCTION,
	TYPE_SLOTS, /* __u32[10] */
	TYPE_CONFIG,
	TYPE_CONST_CONFIG,
	TYPE_VOLATILE_CONFIG,
	TYPE_CONFIG_VARIABLE,
	TYPE_RODATA,
	TYPE_VERSION, /* an array with as many elements */
	TYPE_VERSION_POINTER,
	TYPE_VERSION_VARIABLE,
	TYPE_METADATA,
	TYPE_MAIN,
	TYPE_PROGRAM, /* and nine more */
};

enum kind { INT = 1, PTR, ARRAY, STRUCT, VOLATILE = 9, CONST, FUNC = 12, FUNC_PROTO, VAR, DATASEC };

#define GLOBAL 1 /* of functions and variables: others see them */
#define SIGNED (1u << 24)

struct header {
	uint16_t magic;
	uint8_t version, flags;
	uint32_t header, types_at, types, strings_at, strings;
};

struct writer {
	uint32_t types[DISPATCHER_ROOM / sizeof(uint32_t)];
	char strings[DISPATCHER_ROOM];
	size_t n_types, n_strings;
};

static void put(struct writer *w, uint32_t word)
{
	w->types[w->n_types++] = word;
}

static uint32_t name(struct writer *w, const char *text)
{
	size_t at = w->n_strings;

	if (!*text)
		return 0;
	w->n_strings += strlen(text) + 1;
	memcpy(w->strings + at, text, strlen(text) + 1);
	return (uint32_t)at;
}

/* @n: members, parameters or variables; of a function its linkage. */
static void begin(struct writer *w, const char *called, enum kind kind, uint32_t n,
		  uint32_t size_or_type)
{
	put(w, name(w, called));
	put(w, (uint32_t)kind << 24 | n);
	put(w, size_or_type);
}

static void put_int(struct writer *w, const char *called, uint32_t bytes, uint32_t encoding)
{
	begin(w, called, INT, 0, bytes);
	put(w, encoding | bytes * 8);
}

static void put_array(struct writer *w, uint32_t of, uint32_t n)
{
	begin(w, "", ARRAY, 0, 0);
	put(w, of);
	put(w, TYPE_U32);
	put(w, n);
}

static void put_member(struct writer *w, const char *called, uint32_t type, size_t offset)
{
	put(w, name(w, called));
	put(w, type);
	put(w, (uint32_t)offset * 8);
}

static void put_variable(struct writer *w, const char *called, uint32_t type, uint32_t linkage)
{
	begin(w, called, VAR, 0, type);
	put(w, linkage);
}

/* A section with one variable. */
static void put_section(struct writer *w, const char *called, uint32_t variable, uint32_t bytes)
{
	begin(w, called, DATASEC, 1, bytes);
	put(w, variable);
	put(w, 0);
	put(w, bytes);
}

static void put_context(struct writer *w)
{
	static const char *const members[] = { "data",           "data_end",
					       "data_meta",      "ingress_ifindex",
					       "rx_queue_index", "egress_ifindex" };
	const uint32_t n = sizeof(members) / sizeof(members[0]);

	begin(w, "xdp_md", STRUCT, n, n * sizeof(uint32_t));
	for (uint32_t i = 0; i < n; i++)
		put_member(w, members[i], TYPE_U32, i * sizeof(uint32_t));
}

static void put_config(struct writer *w)
{
	put_array(w, TYPE_U32, DISPATCHER_SLOTS);
	begin(w, "xdp_dispatcher_config", STRUCT, 7, sizeof(struct dispatcher_config));
	put_member(w, "magic", TYPE_U8, offsetof(struct dispatcher_config, magic));
	put_member(w, "dispatcher_version", TYPE_U8, offsetof(struct dispatcher_config, version));
	put_member(w, "num_progs_enabled", TYPE_U8, offsetof(struct dispatcher_config, programs));
	put_member(w, "is_xdp_frags", TYPE_U8, offsetof(struct dispatcher_config, frags));
	put_member(w, "chain_call_actions", TYPE_SLOTS, offsetof(struct dispatcher_config, chain));
	put_member(w, "run_prios", TYPE_SLOTS, offsetof(struct dispatcher_config, priorities));
	put_member(w, "program_flags", TYPE_SLOTS, offsetof(struct dispatcher_config, flags));
	begin(w, "", CONST, 0, TYPE_CONFIG);
	begin(w, "", VOLATILE, 0, TYPE_CONST_CONFIG);
	put_variable(w, "conf", TYPE_VOLATILE_CONFIG, 0);
	put_section(w, ".rodata", TYPE_CONFIG_VARIABLE, sizeof(struct dispatcher_config));
}

/* By it every dispatcher is known, also those to come. */
static void put_version(struct writer *w)
{
	put_array(w, TYPE_INT, DISPATCHER_VERSION);
	begin(w, "", PTR, 0, TYPE_VERSION);
	put_variable(w, "dispatcher_version", TYPE_VERSION_POINTER, GLOBAL);
	put_section(w, "xdp_metadata", TYPE_VERSION_VARIABLE, sizeof(uint64_t));
}

static void put_functions(struct writer *w)
{
	char called[8];

	begin(w, DISPATCHER_NAME, FUNC, GLOBAL, TYPE_FUNCTION);
	for (uint32_t i = 0; i < DISPATCHER_SLOTS; i++) {
		snprintf(called, sizeof(called), "prog%u", i);
		begin(w, called, FUNC, GLOBAL, TYPE_FUNCTION);
	}
}

size_t dispatcher_types(void *out, size_t room)
{
	struct writer w = { .n_strings = 1 };
	struct header h = { .magic = 0xeb9f, .version = 1, .header = sizeof(h) };

	put_int(&w, "unsigned int", 4, 0);
	put_int(&w, "unsigned char", 1, 0);
	put_int(&w, "int", 4, SIGNED);
	put_context(&w);
	begin(&w, "", PTR, 0, TYPE_CONTEXT);
	begin(&w, "", FUNC_PROTO, 1, TYPE_INT);
	put(&w, name(&w, "ctx"));
	put(&w, TYPE_CONTEXT_POINTER);
	put_config(&w);
	put_version(&w);
	put_functions(&w);

	h.types = (uint32_t)(w.n_types * sizeof(uint32_t));
	h.strings_at = h.types;
	h.strings = (uint32_t)w.n_strings;
	if (room < sizeof(h) + h.types + h.strings)
		return 0;
	memcpy(out, &h, sizeof(h));
	memcpy((char *)out + sizeof(h), w.types, h.types);
	memcpy((char *)out + sizeof(h) + h.types, w.strings, h.strings);
	return sizeof(h) + h.types + h.strings;
}

uint32_t dispatcher_function(uint32_t slot)
{
	return TYPE_PROGRAM + slot;
}

/* ---- instructions ---------------------------------------------------------------------------- */

enum { CONTEXT = BPF_REG_6, CONFIG = BPF_REG_7, COUNT = BPF_REG_8 };

#define BLOCK 9 /* instructions that call one program */
#define BEGIN 4 /* before them, */
#define END 2 /* and after */
#define MAIN (BEGIN + DISPATCHER_SLOTS * BLOCK + END)
#define STUB 4
#define PASSED (MAIN - END) /* all went on */
#define DONE (MAIN - 1)

struct coder {
	struct bpf_insn *out;
	int n;
};

static void add(struct coder *c, uint8_t code, uint8_t dst, uint8_t src, int off, int32_t imm)
{
	c->out[c->n++] = (struct bpf_insn) { .code = code,
					     .dst_reg = dst & 0xf,
					     .src_reg = src & 0xf,
					     .off = (int16_t)off,
					     .imm = imm };
}

/* An offset of a jump that is written next. */
static int to(const struct coder *c, int insn)
{
	return insn - c->n - 1;
}

static void call_program(struct coder *c, int i)
{
	const int stub = MAIN + i * STUB;
	const size_t chain =
		offsetof(struct dispatcher_config, chain) + (size_t)i * sizeof(uint32_t);

	add(c, BPF_JMP | BPF_JLT | BPF_K, COUNT, 0, to(c, PASSED), i + 1);
	add(c, BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_1, CONTEXT, 0, 0);
	add(c, BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_CALL, 0, to(c, stub));
	/* 1 << action, in 32 bits; what is no action goes round, as on the machines that this comes from */
	add(c, BPF_ALU | BPF_MOV | BPF_K, BPF_REG_2, 0, 0, 1);
	add(c, BPF_ALU | BPF_MOV | BPF_X, BPF_REG_1, BPF_REG_0, 0, 0);
	add(c, BPF_ALU | BPF_LSH | BPF_X, BPF_REG_2, BPF_REG_1, 0, 0);
	add(c, BPF_LDX | BPF_MEM | BPF_W, BPF_REG_1, CONFIG, (int)chain, 0);
	add(c, BPF_ALU | BPF_AND | BPF_X, BPF_REG_2, BPF_REG_1, 0, 0);
	add(c, BPF_JMP | BPF_JEQ | BPF_K, BPF_REG_2, 0, to(c, DONE), 0);
}

/*
 * A program may change the packet: that its place holder does, too, tells the verifier to let it take the
 * place (kernels from 6.13 on ask), and what is known of packets is forgotten after the call.
 */
static void put_stub(struct coder *c)
{
	add(c, BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_2, 0, 0, 0);
	add(c, BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_xdp_adjust_tail);
	add(c, BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, DISPATCHER_GO_ON);
	add(c, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

size_t dispatcher_code(struct bpf_insn *out, int map_fd)
{
	struct coder c = { .out = out };

	add(&c, BPF_ALU64 | BPF_MOV | BPF_X, CONTEXT, BPF_REG_1, 0, 0);
	add(&c, BPF_LD | BPF_DW | BPF_IMM, CONFIG, BPF_PSEUDO_MAP_VALUE, 0, map_fd);
	add(&c, 0, 0, 0, 0, 0);
	add(&c, BPF_LDX | BPF_MEM | BPF_B, COUNT, CONFIG,
	    offsetof(struct dispatcher_config, programs), 0);
	for (int i = 0; i < DISPATCHER_SLOTS; i++)
		call_program(&c, i);
	add(&c, BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, XDP_PASS);
	add(&c, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
	for (int i = 0; i < DISPATCHER_SLOTS; i++)
		put_stub(&c);
	return (size_t)c.n;
}

/* ---- in the kernel --------------------------------------------------------------------------- */

static int load_types(void)
{
	char types[DISPATCHER_ROOM];
	union bpf_attr attr = { .btf = (uintptr_t)types };

	attr.btf_size = (uint32_t)dispatcher_types(types, sizeof(types));
	return cleat_sys_bpf(BPF_BTF_LOAD, &attr, sizeof(attr));
}

static int make_map(const struct dispatcher_config *config, int btf_fd)
{
	union bpf_attr attr = {
		.map_type = BPF_MAP_TYPE_ARRAY,
		.key_size = sizeof(uint32_t),
		.value_size = sizeof(*config),
		.max_entries = 1,
		.map_flags = BPF_F_RDONLY_PROG,
		.map_name = "xdp_disp.rodata",
		.btf_fd = (uint32_t)btf_fd,
		.btf_value_type_id = TYPE_RODATA,
	};
	int fd = cleat_sys_bpf(BPF_MAP_CREATE, &attr, sizeof(attr)), err;
	const uint32_t key = 0;

	if (fd < 0)
		return fd;
	attr = (union bpf_attr) { .map_fd = (uint32_t)fd };
	attr.key = (uintptr_t)&key;
	attr.value = (uintptr_t)config;
	err = cleat_sys_bpf(BPF_MAP_UPDATE_ELEM, &attr, sizeof(attr));
	attr = (union bpf_attr) { .map_fd = (uint32_t)fd };
	if (!err)
		err = cleat_sys_bpf(BPF_MAP_FREEZE, &attr, sizeof(attr));
	if (!err)
		return fd;
	close(fd);
	return err;
}

static int load_code(const struct dispatcher_config *config, int btf_fd, int map_fd)
{
	struct bpf_func_info functions[1 + DISPATCHER_SLOTS] = { { 0, TYPE_MAIN } };
	struct bpf_insn code[DISPATCHER_INSNS];
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_XDP,
		.expected_attach_type = BPF_XDP,
		.insns = (uintptr_t)code,
		.insn_cnt = (uint32_t)dispatcher_code(code, map_fd),
		.license = (uintptr_t) "Dual BSD/GPL",
		.prog_flags = config->frags ? BPF_F_XDP_HAS_FRAGS : 0,
		.prog_name = DISPATCHER_NAME,
		.prog_btf_fd = (uint32_t)btf_fd,
		.func_info_rec_size = sizeof(functions[0]),
		.func_info = (uintptr_t)functions,
		.func_info_cnt = 1 + DISPATCHER_SLOTS,
	};

	for (uint32_t i = 0; i < DISPATCHER_SLOTS; i++)
		functions[1 + i] =
			(struct bpf_func_info) { MAIN + i * STUB, dispatcher_function(i) };
	return cleat_sys_bpf(BPF_PROG_LOAD, &attr, sizeof(attr));
}

int dispatcher_load(const struct dispatcher_config *config)
{
	int btf_fd = load_types(), map_fd, fd;

	if (btf_fd < 0)
		return btf_fd;
	map_fd = make_map(config, btf_fd);
	fd = map_fd < 0 ? map_fd : load_code(config, btf_fd, map_fd);
	if (map_fd >= 0)
		close(map_fd);
	close(btf_fd);
	return fd;
}
