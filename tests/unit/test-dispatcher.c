/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Tests of the XDP dispatcher that the plugin writes down: configuration and types as libxdp's protocol has them
 * in version 2, byte for byte, and instructions, run here with functions that return what is wanted.
 */
#include "plugin-fixture.h"

#include "btf/btf.h"
#include "program/xdp/dispatchprog.h"

/* ---- the configuration ----------------------------------------------------------------------- */

static void config_is_laid_out(void **state)
{
	(void)state;
	assert_int_equal(sizeof(struct dispatcher_config), 124);
	assert_int_equal(offsetof(struct dispatcher_config, magic), 0);
	assert_int_equal(offsetof(struct dispatcher_config, version), 1);
	assert_int_equal(offsetof(struct dispatcher_config, programs), 2);
	assert_int_equal(offsetof(struct dispatcher_config, frags), 3);
	assert_int_equal(offsetof(struct dispatcher_config, chain), 4);
	assert_int_equal(offsetof(struct dispatcher_config, priorities), 44);
	assert_int_equal(offsetof(struct dispatcher_config, flags), 84);
	assert_int_equal(DISPATCHER_MAGIC, 236);
	assert_int_equal(DISPATCHER_VERSION, 2);
	assert_int_equal(DISPATCHER_GO_ON, 31);
	assert_int_equal(DISPATCHER_SLOTS, 10);
}

/* ---- the types ------------------------------------------------------------------------------- */

static struct btf *open_types(void)
{
	static char bytes[DISPATCHER_ROOM];
	struct report *r = report_new();
	size_t n = dispatcher_types(bytes, sizeof(bytes));
	struct btf *b = NULL;

	assert_in_range(n, 1, sizeof(bytes));
	assert_int_equal(dispatcher_types(bytes, n - 1), 0);
	assert_int_equal(dispatcher_types(bytes, n), n);
	assert_int_equal(btf_open(&b, bytes, n, NULL, BTF_COPY, r), 0);
	report_free(r);
	return b;
}

/* The only variable of a section. */
static const struct btf_type *variable_of(struct btf *b, const char *section, const char *name)
{
	const struct btf_type *sec = btf_type(b, btf_find(b, section, BTF_KIND_BIT(BTF_DATASEC)));
	const struct btf_type *var;

	assert_int_equal(btf_vlen(sec), 1);
	var = btf_type(b, btf_secinfos(sec)[0].type);
	assert_int_equal(btf_kind(var), BTF_VAR);
	assert_string_equal(btf_name(b, var), name);
	return var;
}

/* As a pointer to an array of so many elements, which others read with libbpf. */
static void version_is_in_the_types(void **state)
{
	struct btf *b = open_types();
	const struct btf_type *t = variable_of(b, "xdp_metadata", "dispatcher_version");

	(void)state;
	t = btf_type(b, t->type);
	assert_int_equal(btf_kind(t), BTF_PTR);
	t = btf_type(b, t->type);
	assert_int_equal(btf_kind(t), BTF_ARRAY);
	assert_int_equal(btf_array(t)->nelems, 2);
	btf_free(b);
}

static void config_is_in_the_types(void **state)
{
	static const struct {
		const char *name;
		uint32_t offset;
	} members[] = {
		{ "magic", 0 },         { "dispatcher_version", 1 }, { "num_progs_enabled", 2 },
		{ "is_xdp_frags", 3 },  { "chain_call_actions", 4 }, { "run_prios", 44 },
		{ "program_flags", 84 }
	};
	struct btf *b = open_types();
	const struct btf_type *t = btf_skip_mods(b, variable_of(b, ".rodata", "conf")->type, NULL);

	(void)state;
	assert_string_equal(btf_name(b, t), "xdp_dispatcher_config");
	assert_int_equal(t->size, 124);
	assert_int_equal(btf_vlen(t), 7);
	for (uint32_t i = 0; i < 7; i++) {
		assert_string_equal(btf_str(b, btf_members(t)[i].name_off), members[i].name);
		assert_int_equal(btf_member_bit_offset(t, i), members[i].offset * 8);
	}
	btf_free(b);
}

static void functions_are_global(void **state)
{
	struct btf *b = open_types();
	char name[8];

	(void)state;
	for (uint32_t i = 0; i < DISPATCHER_SLOTS; i++) {
		const struct btf_type *t = btf_type(b, dispatcher_function(i));

		snprintf(name, sizeof(name), "prog%u", i);
		assert_int_equal(btf_kind(t), BTF_FUNC);
		assert_int_equal(btf_vlen(t), BTF_GLOBAL);
		assert_string_equal(btf_name(b, t), name);
	}
	assert_int_equal(btf_count(b), dispatcher_function(DISPATCHER_SLOTS));
	btf_free(b);
}

/* ---- the instructions ------------------------------------------------------------------------ */

#define MAP_FD 77

struct machine {
	struct dispatcher_config config;
	int returns[DISPATCHER_SLOTS]; /* of each program; -1: nothing took the stub's place */
	uint32_t called; /* bit by bit */
	struct bpf_insn code[DISPATCHER_INSNS];
	size_t n;
	size_t stubs; /* where they begin: found at the first exit */
};

static uint64_t run_stub(const struct machine *m, size_t at)
{
	assert_int_equal(m->code[at].code, BPF_ALU64 | BPF_MOV | BPF_K);
	assert_int_equal(m->code[at].dst_reg, BPF_REG_2);
	assert_int_equal(m->code[at].imm, 0);
	assert_int_equal(m->code[at + 1].code, BPF_JMP | BPF_CALL);
	assert_int_equal(m->code[at + 1].src_reg, 0);
	assert_int_equal(m->code[at + 1].imm, BPF_FUNC_xdp_adjust_tail);
	assert_int_equal(m->code[at + 2].imm, DISPATCHER_GO_ON);
	assert_int_equal(m->code[at + 3].code, BPF_JMP | BPF_EXIT);
	return (uint64_t)m->code[at + 2].imm;
}

static uint64_t call(struct machine *m, size_t at, uint64_t context)
{
	size_t slot = (at - m->stubs) / 4;

	assert_int_equal(context, 0xc0ffee);
	assert_int_equal((at - m->stubs) % 4, 0);
	assert_in_range(slot, 0, DISPATCHER_SLOTS - 1);
	m->called |= 1u << slot;
	return m->returns[slot] < 0 ? run_stub(m, at) : (uint64_t)m->returns[slot];
}

/* A machine that knows what a dispatcher uses, and nothing else. */
static uint32_t run(struct machine *m)
{
	uint64_t r[11] = { [1] = 0xc0ffee };
	const char *value = NULL;

	m->called = 0;
	for (size_t i = 0;; i++) {
		const struct bpf_insn *in = &m->code[i];
		const bool x = in->code & BPF_X;

		assert_in_range(i, 0, m->stubs - 1);
		switch (in->code) {
		case BPF_ALU64 | BPF_MOV | BPF_X:
		case BPF_ALU64 | BPF_MOV | BPF_K:
			r[in->dst_reg] = x ? r[in->src_reg] : (uint64_t)in->imm;
			break;
		case BPF_ALU | BPF_MOV | BPF_X:
		case BPF_ALU | BPF_MOV | BPF_K:
			r[in->dst_reg] = (uint32_t)(x ? r[in->src_reg] : (uint64_t)in->imm);
			break;
		case BPF_ALU | BPF_LSH | BPF_X:
			r[in->dst_reg] = (uint32_t)r[in->dst_reg] << (r[in->src_reg] & 31);
			break;
		case BPF_ALU | BPF_AND | BPF_X:
			r[in->dst_reg] = (uint32_t)(r[in->dst_reg] & r[in->src_reg]);
			break;
		case BPF_LD | BPF_DW | BPF_IMM:
			assert_int_equal(in->src_reg, BPF_PSEUDO_MAP_VALUE);
			assert_int_equal(in->imm, MAP_FD);
			value = (const char *)&m->config;
			r[in->dst_reg] = 0x1000;
			i++;
			break;
		case BPF_LDX | BPF_MEM | BPF_B:
			assert_int_equal(r[in->src_reg], 0x1000);
			r[in->dst_reg] = (uint8_t)value[in->off];
			break;
		case BPF_LDX | BPF_MEM | BPF_W:
			assert_int_equal(r[in->src_reg], 0x1000);
			memcpy(memset(&r[in->dst_reg], 0, sizeof(r[0])), value + in->off, 4);
			break;
		case BPF_JMP | BPF_JLT | BPF_K:
			i += r[in->dst_reg] < (uint64_t)in->imm ? (size_t)in->off : 0;
			break;
		case BPF_JMP | BPF_JEQ | BPF_K:
			i += r[in->dst_reg] == (uint64_t)in->imm ? (size_t)in->off : 0;
			break;
		case BPF_JMP | BPF_CALL:
			assert_int_equal(in->src_reg, BPF_PSEUDO_CALL);
			r[0] = call(m, i + 1 + (size_t)in->imm, r[1]);
			break;
		case BPF_JMP | BPF_EXIT:
			return (uint32_t)r[0];
		default:
			fail_msg("instruction %zu: %#x", i, in->code);
		}
	}
}

static void begin(struct machine *m, uint8_t programs)
{
	*m = (struct machine) { .config = { .programs = programs } };
	for (size_t i = 0; i < DISPATCHER_SLOTS; i++) {
		m->config.chain[i] = 1u << DISPATCHER_GO_ON | 1u << XDP_PASS;
		m->returns[i] = XDP_PASS;
	}
	m->n = dispatcher_code(m->code, MAP_FD);
	assert_in_range(m->n, 1, DISPATCHER_INSNS);
	while (m->code[m->stubs++].code != (BPF_JMP | BPF_EXIT))
		assert_in_range(m->stubs, 1, m->n);
	assert_int_equal(m->n, m->stubs + 4 * DISPATCHER_SLOTS);
}

static void as_many_run_as_there_are(void **state)
{
	struct machine m;

	(void)state;
	for (uint8_t n = 0; n <= DISPATCHER_SLOTS; n++) {
		begin(&m, n);
		assert_int_equal(run(&m), XDP_PASS);
		assert_int_equal(m.called, (1u << n) - 1);
	}
}

static void a_result_out_of_the_chain_ends_it(void **state)
{
	struct machine m;

	(void)state;
	begin(&m, 4);
	m.returns[1] = XDP_DROP;
	assert_int_equal(run(&m), XDP_DROP);
	assert_int_equal(m.called, 0x3);
	m.config.chain[1] |= 1u << XDP_DROP;
	assert_int_equal(run(&m), XDP_PASS);
	assert_int_equal(m.called, 0xf);
	m.config.chain[2] &= ~(1u << XDP_PASS);
	m.returns[2] = XDP_PASS;
	assert_int_equal(run(&m), XDP_PASS);
	assert_int_equal(m.called, 0x7);
	m.returns[0] = XDP_ABORTED;
	assert_int_equal(run(&m), XDP_ABORTED);
	assert_int_equal(m.called, 0x1);
}

/* When all go on, it is what the protocol says: pass. */
static void an_empty_place_is_passed(void **state)
{
	struct machine m;

	(void)state;
	begin(&m, DISPATCHER_SLOTS);
	for (size_t i = 0; i < DISPATCHER_SLOTS; i++) {
		m.config.chain[i] = 1u << DISPATCHER_GO_ON;
		m.returns[i] = -1;
	}
	assert_int_equal(run(&m), XDP_PASS);
	assert_int_equal(m.called, 0x3ff);
	m.returns[9] = XDP_TX;
	assert_int_equal(run(&m), XDP_TX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(config_is_laid_out),
		cmocka_unit_test(version_is_in_the_types),
		cmocka_unit_test(config_is_in_the_types),
		cmocka_unit_test(functions_are_global),
		cmocka_unit_test(as_many_run_as_there_are),
		cmocka_unit_test(a_result_out_of_the_chain_ends_it),
		cmocka_unit_test(an_empty_place_is_passed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
