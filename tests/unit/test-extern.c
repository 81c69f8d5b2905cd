// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* test-extern.c - configuration values, kernel variables and functions, found or not. */
#include "object-file.h"
#include "btf-make.h"
#include "object/internal.h"

/* A kernel that is asked. */
struct kernel {
	struct target t;
	struct btf *btf;
	struct btf *module_btf;
	struct target_module module;
	uint32_t runqueues, mod_var, task_get, mod_func, flavoured;
	int modules_asked;
	int wants; /* passes over the symbols, */
	bool wanted; /* in one of which this was looked for: bpf_link_fops */
	bool no_config;
	int config_error; /* the configuration cannot be read at all */
	bool hidden; /* kptr_restrict */
	struct report *r;
};

static int ask_kconfig(void *user, const char *name, const char **value)
{
	static const char *const values[][2] = {
		{ "CONFIG_BOOL", "y" },         { "CONFIG_CHAR", "m" },
		{ "CONFIG_TRISTATE", "m" },     { "CONFIG_NUMBER", "0x100000001" },
		{ "CONFIG_TEXT", "\"hello\"" },
	};
	struct kernel *k = user;

	if (k->config_error)
		return k->config_error;
	for (size_t i = 0; i < ARRAY_SIZE(values) && !k->no_config; i++) {
		if (streq(values[i][0], name)) {
			*value = values[i][1];
			return 0;
		}
	}
	return -ENOENT;
}

static int ask_ksym(void *user, const char *name, uint64_t *address)
{
	const struct kernel *k = user;

	if (k->hidden)
		return -EPERM;
	if (!streq(name, "bpf_link_fops"))
		return -ENOENT;
	*address = 0xffffffff81234560;
	return 0;
}

static int want_ksyms(void *user, const char *const *names, size_t n)
{
	struct kernel *k = user;

	k->wants++;
	for (size_t i = 0; i < n; i++)
		k->wanted |= streq(names[i], "bpf_link_fops");
	return 0;
}

static int ask_feature(void *user _unused_, const char *feature)
{
	return streq(feature, "bpf_cookie") ? 1 : -ENOENT;
}

static uint32_t ask_version(void *user _unused_)
{
	return 6 << 16 | 12 << 8 | 3;
}

static int ask_modules(void *user, const struct target_module **modules, size_t *n)
{
	struct kernel *k = user;

	k->modules_asked++;
	*modules = &k->module;
	*n = 1;
	return 0;
}

static uint32_t func(struct btf *b, const char *name, uint32_t proto)
{
	return mk_type(b, BTF_FUNC, name, false, BTF_GLOBAL, proto, NULL, 0);
}

static uint32_t var(struct btf *b, const char *name, uint32_t type)
{
	uint32_t linkage = BTF_GLOBAL;

	return mk_type(b, BTF_VAR, name, false, 0, type, &linkage, sizeof(linkage));
}

static int setup(void **state)
{
	struct kernel *k = calloc(1, sizeof(*k));
	uint32_t i32, rq, task;

	assert_non_null(k);
	assert_int_equal(btf_new(&k->btf, NULL), 0);
	i32 = mk_int(k->btf, "int", 4, BTF_INT_SIGNED);
	rq = MK_STRUCT(k->btf, "rq", 8, { "pad", i32, 0, 0 }, { "cpu", i32, 32, 0 });
	task = mk_ref(k->btf, BTF_PTR, "", MK_STRUCT(k->btf, "task", 4, { "pid", i32, 0, 0 }));
	k->runqueues = var(k->btf, "runqueues", rq);
	k->task_get = func(k->btf, "task_get", MK_PROTO(k->btf, task, { "p", task }));
	k->flavoured = func(k->btf, "flavoured", MK_PROTO(k->btf, i32, { "x", i32 }));
	/* takes a pointer, where the object declares a number */
	func(k->btf, "maybe", MK_PROTO(k->btf, i32, { "x", task }));
	assert_int_equal(btf_new(&k->module_btf, k->btf), 0);
	k->mod_var = var(k->module_btf, "mod_var", i32);
	k->mod_func = func(k->module_btf, "mod_func", MK_PROTO(k->module_btf, i32, { "x", i32 }));
	k->module = (struct target_module) { "mod", k->module_btf, 77 };
	k->t = (struct target) {
		.btf = k->btf,
		.btf_path = "test.btf",
		.user = k,
		.modules = ask_modules,
		.kconfig = ask_kconfig,
		.version = ask_version,
		.ksym = ask_ksym,
		.want_ksyms = want_ksyms,
		.feature = ask_feature,
	};
	k->r = report_new();
	*state = k;
	return 0;
}

static int teardown(void **state)
{
	struct kernel *k = *state;

	btf_free(k->module_btf);
	btf_free(k->btf);
	report_free(k->r);
	free(k);
	return 0;
}

static int resolve(struct kernel *k, struct object *o, const char *program)
{
	func_list list = { 0 };
	int err;

	assert_int_equal(object_reach(o, object_program(o, program), &list, k->r), 0);
	err = object_resolve_externs(o, list.v, list.n, &k->t, k->r);
	vec_free(&list);
	return err;
}

static const struct extern_spec *ext(const struct object *o, const char *name)
{
	for (size_t i = 0; i < o->externs.n; i++)
		if (streq(o->externs.v[i]->name, name))
			return o->externs.v[i];
	fail_msg("no extern '%s'", name);
	return NULL;
}

static uint64_t value(const struct object *o, const char *name)
{
	const struct extern_spec *e = ext(o, name);
	uint64_t v = 0;

	assert_true(e->size <= 8);
	memcpy(&v, (const uint8_t *)o->kconfig->data + e->offset, e->size);
	return v;
}

/* Calls of absent functions carry these numbers: settings first, each kind by name. */
static void test_numbers(void **state)
{
	struct kernel *k = *state;
	struct object *o = open_built("tests/unit/bpf/extern.bpf.o", k->r);

	assert_true(o->externs.n > 2);
	for (size_t i = 0; i < o->externs.n; i++) {
		const struct extern_spec *e = o->externs.v[i], *before;

		assert_int_equal(e->index, i);
		if (i == 0)
			continue;
		before = o->externs.v[i - 1];
		if ((before->kind == EXTERN_KCONFIG) == (e->kind == EXTERN_KCONFIG))
			assert_true(strcmp(before->name, e->name) < 0);
		else
			assert_int_equal(before->kind, EXTERN_KCONFIG);
	}
	object_free(o);
}

static void test_layout(void **state)
{
	struct kernel *k = *state;
	struct object *o = open_built("tests/unit/bpf/extern.bpf.o", k->r);
	const struct map_spec *m = o->kconfig;
	const struct btf_type *sec;
	const struct btf_secinfo *info;

	assert_non_null(m);
	assert_ptr_equal(object_map(o, ".kconfig"), m);
	assert_int_equal(m->origin, MAP_FROM_KCONFIG);
	assert_true(m->read_only);
	/* alignment down, size up, name up */
	assert_int_equal(ext(o, "CONFIG_NUMBER")->offset, 0);
	assert_int_equal(ext(o, "CONFIG_ABSENT")->offset, 8);
	assert_int_equal(ext(o, "CONFIG_TRISTATE")->offset, 12);
	assert_int_equal(ext(o, "LINUX_KERNEL_VERSION")->offset, 16);
	assert_int_equal(ext(o, "CONFIG_BOOL")->offset, 20);
	assert_int_equal(ext(o, "CONFIG_CHAR")->offset, 21);
	assert_int_equal(ext(o, "LINUX_HAS_BPF_COOKIE")->offset, 22);
	assert_int_equal(ext(o, "LINUX_HAS_FUTURE")->offset, 23);
	assert_int_equal(ext(o, "LINUX_IS_TIRED")->offset, 24);
	assert_int_equal(ext(o, "CONFIG_TEXT")->offset, 25);
	assert_int_equal(m->value_size, 41);

	/* and BTF tells the kernel the same */
	sec = btf_type(o->btf, m->value_btf);
	info = btf_secinfos(sec);
	assert_int_equal(sec->size, 41);
	for (uint32_t i = 0; i < btf_vlen(sec); i++) {
		const struct btf_type *t = btf_type(o->btf, info[i].type);

		assert_int_equal(btf_var_linkage(t), BTF_GLOBAL);
		assert_int_equal(info[i].offset, ext(o, btf_name(o->btf, t))->offset);
		assert_true(!i || info[i].offset >= info[i - 1].offset + info[i - 1].size);
	}
	object_free(o);
}

static void test_ksyms_btf(void **state)
{
	struct kernel *k = *state;
	struct object *o = open_built("tests/unit/bpf/extern.bpf.o", k->r);
	uint32_t id = btf_find(o->btf, ".ksyms", BTF_KIND_BIT(BTF_DATASEC)), at = 0;
	const struct btf_type *sec = btf_type(o->btf, id);
	const struct btf_secinfo *info = btf_secinfos(sec);
	const struct btf_type *f;

	assert_int_equal(btf_vlen(sec), 10);
	for (uint32_t i = 0; i < btf_vlen(sec); i++) {
		const struct btf_type *t = btf_type(o->btf, info[i].type);

		assert_int_equal(btf_kind(t), BTF_VAR);
		assert_int_not_equal(btf_var_linkage(t), BTF_EXTERN);
		assert_int_equal(info[i].offset, at);
		assert_true(info[i].size >= btf_size(o->btf, t->type));
		at += info[i].size;
	}
	assert_int_equal(sec->size, at);
	f = btf_type(o->btf, ext(o, "task_get")->btf_id);
	assert_string_equal(btf_name(o->btf, f), "task_get");
	assert_int_equal(btf_vlen(f), BTF_GLOBAL);
	/* parameters of functions have names */
	assert_int_not_equal(btf_params(btf_type(o->btf, f->type))[0].name_off, 0);
	/* what was declared is still known */
	assert_string_equal(
		btf_name_of(o->btf, btf_type(o->btf, ext(o, "runqueues")->btf_id)->type), "rq");
	object_free(o);
}

static void test_kconfig(void **state)
{
	struct kernel *k = *state;
	struct object *o = open_built("tests/unit/bpf/extern.bpf.o", k->r);

	assert_int_equal(no_errors(k->r, resolve(k, o, "config")), 0);
	assert_int_equal(value(o, "LINUX_KERNEL_VERSION"), 0x60c03);
	assert_int_equal(value(o, "LINUX_HAS_BPF_COOKIE"), 1);
	assert_int_equal(value(o, "LINUX_HAS_FUTURE"), 0);
	assert_int_equal(value(o, "LINUX_IS_TIRED"), 0);
	assert_true(ext(o, "LINUX_IS_TIRED")->missing);
	assert_int_equal(value(o, "CONFIG_BOOL"), 1);
	assert_int_equal(value(o, "CONFIG_CHAR"), 'm');
	assert_int_equal(value(o, "CONFIG_TRISTATE"), 2);
	assert_true(value(o, "CONFIG_NUMBER") == 0x100000001);
	assert_int_equal(value(o, "CONFIG_ABSENT"), 0);
	assert_true(ext(o, "CONFIG_ABSENT")->missing);
	assert_string_equal((const char *)o->kconfig->data + ext(o, "CONFIG_TEXT")->offset,
			    "hello");
	assert_int_equal(k->modules_asked, 0);
	assert_int_equal(k->wants, 0);
	object_free(o);
}

static void test_kconfig_missing(void **state)
{
	struct kernel *k = *state;
	struct object *o = open_built("tests/unit/bpf/extern.bpf.o", k->r);

	k->no_config = true;
	assert_int_equal(resolve(k, o, "config"), -ENOENT);
	/* all of them, and the weak one not */
	assert_int_equal(report_errors(k->r), 5);
	assert_error(k->r, "'CONFIG_BOOL' is not set");
	assert_error(k->r, "'CONFIG_TEXT' is not set");
	assert_false(ext(o, "CONFIG_BOOL")->resolved);
	object_free(o);
}

/* Not the option is missing, but the whole configuration. */
static void test_kconfig_nowhere(void **state)
{
	struct kernel *k = *state;
	struct object *o = open_built("tests/unit/bpf/extern.bpf.o", k->r);

	k->config_error = -ENODATA;
	assert_int_equal(resolve(k, o, "config"), -ENODATA);
	assert_error(k->r, "'CONFIG_BOOL' is not known: the kernel's configuration is neither in");
	assert_true(ext(o, "CONFIG_ABSENT")->missing);
	report_clear(k->r);
	k->config_error = -EACCES;
	assert_int_equal(resolve(k, o, "config"), -EACCES);
	assert_error(k->r, "cannot read the kernel's configuration for 'CONFIG_BOOL'");
	object_free(o);
}

static const char *hint_of(const struct report *r, const char *text)
{
	for (size_t i = 0; i < report_count(r); i++)
		if (strstr(report_get(r, i)->what, text))
			return report_get(r, i)->hint;
	return NULL;
}

/* Of variables, kernels that are built so tell nothing: that is said where it can be known. */
static void test_no_address(void **state)
{
	struct kernel *k = *state;
	struct object *o = open_built("tests/unit/bpf/extern.bpf.o", k->r);

	k->t.ksym = NULL;
	assert_int_equal(resolve(k, o, "variables"), -ENOENT);
	assert_error(k->r, "the kernel has no symbol 'bpf_link_fops'");
	assert_non_null(strstr(hint_of(k->r, "'bpf_link_fops'"), "CONFIG_KALLSYMS_ALL"));
	report_clear(k->r);
	k->config_error = -ENODATA;
	assert_int_equal(resolve(k, o, "variables"), -ENOENT);
	assert_non_null(strstr(hint_of(k->r, "'bpf_link_fops'"), "__weak"));
	object_free(o);
}

/* A weak one reads as 0 then; for a strong one the reason is said. */
static void test_hidden(void **state)
{
	struct kernel *k = *state;
	struct object *o = open_built("tests/unit/bpf/extern.bpf.o", k->r);

	k->hidden = true;
	assert_int_equal(resolve(k, o, "variables"), -EPERM);
	assert_int_equal(report_errors(k->r), 1);
	assert_error(k->r, "kernel symbol 'bpf_link_fops': the kernel hides its addresses");
	assert_true(ext(o, "not_there")->missing);
	object_free(o);
}

static void test_variables(void **state)
{
	struct kernel *k = *state;
	struct object *o = open_built("tests/unit/bpf/extern.bpf.o", k->r);
	const struct ref *refs = object_func(o, "variables")->refs;
	size_t n = object_func(o, "variables")->n_refs;
	struct linked l;

	assert_int_equal(no_errors(k->r, resolve(k, o, "variables")), 0);
	assert_int_equal(ext(o, "runqueues")->target_id, k->runqueues);
	assert_true(ext(o, "bpf_link_fops")->address == 0xffffffff81234560);
	assert_int_equal(k->wants, 1);
	assert_true(k->wanted);
	assert_true(ext(o, "not_there")->missing);
	assert_int_equal(object_link(o, object_program(o, "variables"), &l, k->r), 0);
	assert_true(n >= 4);
	for (size_t i = 0; i < n; i++) {
		const struct insn *insn = &l.insns[refs[i].insn];
		const char *name = refs[i].ext->name;

		assert_int_equal(refs[i].kind, REF_EXTERN);
		if (streq(name, "runqueues")) {
			assert_int_equal(insn[0].src, INSN_SRC_BTF_ID);
			assert_int_equal(insn[0].imm, k->runqueues);
			assert_int_equal(insn[1].imm, 0);
		} else if (streq(name, "mod_var")) {
			assert_int_equal(insn[0].src, INSN_SRC_BTF_ID);
			assert_int_equal(insn[0].imm, k->mod_var);
			assert_int_equal(insn[1].imm, 77);
		} else if (streq(name, "bpf_link_fops")) {
			assert_int_equal(insn[0].src, 0);
			assert_int_equal(insn[0].imm, (int32_t)0x81234560);
			assert_int_equal(insn[1].imm, -1);
		} else {
			assert_string_equal(name, "not_there");
			assert_int_equal(insn[0].imm, 0);
			assert_int_equal(insn[1].imm, 0);
		}
	}
	linked_free(&l);
	object_free(o);
}

static void test_functions(void **state)
{
	struct kernel *k = *state;
	struct object *o = open_built("tests/unit/bpf/extern.bpf.o", k->r);
	const struct func *f = object_func(o, "functions");
	struct linked l;

	assert_int_equal(object_link(o, object_program(o, "functions"), &l, k->r), -ENOENT);
	assert_error(k->r, "was not looked up in a kernel");
	report_clear(k->r);
	/* not part of what is tested here, but resolved with it */
	assert_int_equal(no_errors(k->r, resolve(k, o, "functions")), 0);
	assert_int_equal(object_link(o, object_program(o, "functions"), &l, k->r), 0);
	assert_int_equal(f->n_refs, 5);
	for (size_t i = 0; i < f->n_refs; i++) {
		const struct insn *insn = &l.insns[f->refs[i].insn];
		const char *name = f->refs[i].ext->name;

		assert_int_equal(f->refs[i].kind, REF_KFUNC);
		if (streq(name, "maybe")) {
			/* there, but not as declared: weak, so the call is poisoned */
			assert_int_equal(insn->src, 0);
			assert_int_equal(insn->imm, 2002000000 + f->refs[i].ext->index);
			assert_int_equal(l.poisons.n, 1);
			assert_int_equal(l.poisons.v[0].insn, f->refs[i].insn);
			continue;
		}
		assert_int_equal(insn->src, INSN_CALL_KFUNC);
		assert_int_equal(insn->imm, streq(name, "task_get")   ? k->task_get
					    : streq(name, "mod_func") ? k->mod_func
								      : k->flavoured);
		assert_int_equal(insn->off, streq(name, "mod_func") ? 1 : 0);
	}
	/* two calls, one descriptor */
	assert_int_equal(l.modules.n, 1);
	assert_int_equal(l.modules.v[0]->btf_fd, 77);
	linked_free(&l);
	object_free(o);
}

/* "struct secret;" is all that the object knows: the kernel's of this name, and no other. */
static void test_opaque(void **state)
{
	struct kernel *k = *state;
	struct object *o = open_built("tests/unit/bpf/extern.bpf.o", k->r);
	uint32_t i32 = mk_int(k->btf, "int", 4, BTF_INT_SIGNED), f, v, secret, ref, list;
	uint32_t shape = MK_UNION(k->btf, "shape", 4, { "x", i32, 0, 0 });
	struct btf *b;

	secret = MK_STRUCT(k->btf, "secret", 4, { "x", i32, 0, 0 });
	ref = mk_ref(k->btf, BTF_PTR, "", secret);
	list = mk_ref(k->btf, BTF_PTR, "", ref);
	f = func(k->btf, "secret_get",
		 MK_PROTO(k->btf, ref, { "u", mk_ref(k->btf, BTF_PTR, "", shape) }, { "l", list }));
	v = var(k->btf, "the_secret", secret);
	assert_int_equal(no_errors(k->r, resolve(k, o, "opaque")), 0);
	assert_int_equal(ext(o, "secret_get")->target_id, f);
	assert_int_equal(ext(o, "the_secret")->target_id, v);
	object_free(o);

	o = open_built("tests/unit/bpf/extern.bpf.o", k->r);
	assert_int_equal(btf_new(&b, NULL), 0);
	i32 = mk_int(b, "int", 4, 1);
	secret = MK_STRUCT(b, "public", 4, { "x", i32, 0, 0 });
	var(b, "the_secret", secret);
	ref = mk_ref(b, BTF_PTR, "", secret);
	func(b, "secret_get", MK_PROTO(b, ref, { "u", ref }, { "l", ref }));
	k->t.btf = b;
	assert_int_equal(resolve(k, o, "opaque"), -EINVAL);
	assert_error(k->r, "'the_secret' is declared as 'const struct secret the_secret', but the "
			   "kernel has 'struct public the_secret'");
	assert_error(k->r, "'secret_get' is declared as '");
	object_free(o);
	btf_free(b);
}

static void test_not_found(void **state)
{
	struct kernel *k = *state;
	const char *hint;
	struct object *o = open_built("tests/unit/bpf/extern.bpf.o", k->r);
	struct btf *empty;

	k->t.modules = NULL;
	assert_int_equal(resolve(k, o, "functions"), -ENOENT);
	assert_int_equal(report_errors(k->r), 1);
	assert_error(k->r, "kernel function 'mod_func' is not in test.btf");
	assert_non_null(strstr(hint_of(k->r, "'mod_func'"), "load the module that has it"));
	report_clear(k->r);
	assert_int_equal(btf_new(&empty, NULL), 0);
	mk_int(empty, "int", 4, 1);
	func(empty, "task_gets", MK_PROTO(empty, 1, { "x", 1 }));
	k->t.btf = empty;
	object_free(o);
	o = open_built("tests/unit/bpf/extern.bpf.o", k->r);
	assert_int_equal(resolve(k, o, "functions"), -ENOENT);
	assert_int_equal(report_errors(k->r), 3);
	assert_error(k->r, "kernel function 'task_get' is not in test.btf");
	hint = hint_of(k->r, "'task_get'");
	assert_non_null(hint);
	assert_non_null(strstr(hint, "task_gets"));
	object_free(o);
	btf_free(empty);
}

static void test_mismatch(void **state)
{
	struct kernel *k = *state;
	struct object *o = open_built("tests/unit/bpf/extern.bpf.o", k->r);
	struct btf *b;
	uint32_t i32;

	assert_int_equal(btf_new(&b, NULL), 0);
	i32 = mk_int(b, "int", 4, 1);
	func(b, "task_get", MK_PROTO(b, i32, { "x", i32 }, { "y", i32 }));
	func(b, "mod_func", MK_PROTO(b, i32, { "x", i32 }));
	func(b, "flavoured", MK_PROTO(b, i32, { "x", i32 }));
	k->t.btf = b;
	assert_int_equal(resolve(k, o, "functions"), -EINVAL);
	assert_int_equal(report_errors(k->r), 1);
	assert_error(k->r, "'task_get' is declared as '");
	object_free(o);
	btf_free(b);
}

/* An undefined symbol that BTF does not declare: opens, and fails only where it is used. */
static void test_undeclared(void **state)
{
	static const uint64_t code[] = { CALL(-1), EXIT, MOV0, EXIT };
	struct kernel *k = *state;
	struct object *o = NULL;
	struct made m;
	uint32_t tc;

	made_begin(&m, false);
	tc = made_section(&m, "tc", PROG, CODE, code, sizeof(code));
	made_symbol(&m, "needs", FUNC(STB_GLOBAL), tc, 0, 16);
	made_symbol(&m, "alone", FUNC(STB_GLOBAL), tc, 16, 16);
	made_rel(&m, tc, 0, made_symbol(&m, "elsewhere", LABEL(STB_GLOBAL), SHN_UNDEF, 0, 0), 10);
	assert_int_equal(no_errors(k->r, made_open(&m, &o, k->r)), 0);
	assert_true(ext(o, "elsewhere")->undeclared);
	assert_int_equal(resolve(k, o, "alone"), 0);
	assert_int_equal(resolve(k, o, "needs"), -ENOENT);
	assert_error(k->r, "'elsewhere' is neither defined in the object nor declared in its BTF");
	object_free(o);
}

/* A number that assembler code leaves to whoever loads it. */
static void test_constant(void **state)
{
	static const uint64_t code[] = { LDDW(0), LDDW2, EXIT };
	struct kernel *k = *state;
	struct object *o = NULL;
	struct linked l;
	struct made m;
	uint32_t tc;

	made_begin(&m, false);
	tc = made_section(&m, "tc", PROG, CODE, code, sizeof(code));
	made_symbol(&m, "f", FUNC(STB_GLOBAL), tc, 0, sizeof(code));
	made_rel(&m, tc, 0, made_symbol(&m, "LIMIT", LABEL(STB_GLOBAL), SHN_UNDEF, 0, 0), 1);
	assert_int_equal(no_errors(k->r, made_open(&m, &o, k->r)), 0);
	assert_null(object_constant(o, "LIMI"));
	assert_ptr_equal(object_constant(o, "LIMIT"), ext(o, "LIMIT"));
	assert_int_equal(resolve(k, o, "f"), -ENOENT);
	assert_error(k->r, "'LIMIT' is neither defined in the object nor declared in its BTF");
	object_constant(o, "LIMIT")->address = 0x123456789abcdef0;
	object_constant(o, "LIMIT")->given = true;
	assert_int_equal(no_errors(k->r, resolve(k, o, "f")), 0);
	assert_int_equal(object_link(o, object_program(o, "f"), &l, k->r), 0);
	assert_int_equal(l.insns[0].src, 0);
	assert_int_equal((uint32_t)l.insns[0].imm, 0x9abcdef0);
	assert_int_equal(l.insns[1].imm, 0x12345678);
	linked_free(&l);
	object_free(o);
}

/* --- values ---------------------------------------------------------------------------------- */

static void test_values(void **state)
{
	struct kernel *k = *state;
	uint32_t types[6];
	static const struct {
		const char *text;
		int type; /* 0 bool, 1 char, 2 tristate, 3 int, 4 unsigned short, 5 char[4] */
		int err;
		uint64_t value;
	} cases[] = {
		{ "y", 0, 0, 1 },
		{ "n", 0, 0, 0 },
		{ "m", 0, -EINVAL, 0 },
		{ "1", 0, -EINVAL, 0 },
		{ "y", 1, 0, 'y' },
		{ "65", 1, 0, 65 },
		{ "128", 1, -ERANGE, 0 },
		{ "-128", 1, 0, 0x80 },
		{ "m", 2, 0, 2 },
		{ "y", 2, 0, 1 },
		{ "2", 2, -EINVAL, 0 },
		{ "-5", 3, 0, 0xfffffffb },
		{ "2147483647", 3, 0, INT32_MAX },
		{ "2147483648", 3, -ERANGE, 0 },
		{ "-2147483648", 3, 0, 0x80000000 },
		{ "-2147483649", 3, -ERANGE, 0 },
		{ "18446744073709551615", 3, -ERANGE, 0 },
		{ "0xffff", 4, 0, 0xffff },
		{ "0x10000", 4, -ERANGE, 0 },
		{ "-1", 4, -ERANGE, 0 },
		{ "y", 3, -EINVAL, 0 },
		{ "\"ab\"", 5, 0, 'a' | 'b' << 8 },
		{ "\"abcdef\"", 5, 0, 'a' | 'b' << 8 | 'c' << 16 },
		{ "\"\"", 5, 0, 0 },
		{ "\"ab", 5, -EINVAL, 0 },
		{ "\"", 5, -EINVAL, 0 },
		{ "", 3, -EINVAL, 0 },
		{ "12", 5, -EINVAL, 0 },
		{ "\"ab\"", 3, -EINVAL, 0 },
		{ "12x", 3, -EINVAL, 0 },
	};

	types[0] = mk_int(k->btf, "_Bool", 1, BTF_INT_BOOL);
	types[1] = mk_int(k->btf, "char", 1, BTF_INT_SIGNED);
	types[2] = MK_ENUM(k->btf, "libbpf_tristate", false, 4, { "TRI_NO", 0 });
	types[3] = mk_int(k->btf, "int", 4, BTF_INT_SIGNED);
	types[4] = mk_ref(k->btf, BTF_TYPEDEF, "u16", mk_int(k->btf, "short", 2, 0));
	types[5] = mk_array(k->btf, types[1], 4);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		uint32_t type = types[cases[i].type];
		uint64_t size, got = 0;

		assert_int_equal(kconfig_check_type(k->btf, type, &size), 0);
		report_clear(k->r);
		if (kconfig_set(k->btf, type, "CONFIG_X", cases[i].text, &got, size, k->r) !=
			    cases[i].err ||
		    got != cases[i].value)
			fail_msg("'%s' as type %d: %#llx", cases[i].text, cases[i].type,
				 (unsigned long long)got);
		assert_int_equal(report_errors(k->r), cases[i].err != 0);
	}
	assert_int_not_equal(kconfig_check_type(k->btf, mk_ref(k->btf, BTF_PTR, "", types[3]),
						&(uint64_t) { 0 }),
			     0);
	assert_int_not_equal(
		kconfig_check_type(k->btf, mk_array(k->btf, types[3], 4), &(uint64_t) { 0 }), 0);
	assert_int_not_equal(
		kconfig_check_type(k->btf, mk_int(k->btf, "huge", 16, 0), &(uint64_t) { 0 }), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_numbers, setup, teardown),
		cmocka_unit_test_setup_teardown(test_layout, setup, teardown),
		cmocka_unit_test_setup_teardown(test_ksyms_btf, setup, teardown),
		cmocka_unit_test_setup_teardown(test_kconfig, setup, teardown),
		cmocka_unit_test_setup_teardown(test_kconfig_nowhere, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_address, setup, teardown),
		cmocka_unit_test_setup_teardown(test_hidden, setup, teardown),
		cmocka_unit_test_setup_teardown(test_kconfig_missing, setup, teardown),
		cmocka_unit_test_setup_teardown(test_variables, setup, teardown),
		cmocka_unit_test_setup_teardown(test_functions, setup, teardown),
		cmocka_unit_test_setup_teardown(test_opaque, setup, teardown),
		cmocka_unit_test_setup_teardown(test_not_found, setup, teardown),
		cmocka_unit_test_setup_teardown(test_mismatch, setup, teardown),
		cmocka_unit_test_setup_teardown(test_undeclared, setup, teardown),
		cmocka_unit_test_setup_teardown(test_constant, setup, teardown),
		cmocka_unit_test_setup_teardown(test_values, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
