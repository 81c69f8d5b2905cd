/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * resolve.c - externs of an object against a kernel: addresses, BTF ids, configuration values.
 *
 * Knows what must agree before a kernel's variable or function may stand for a declared one;
 * refuses to read anything itself: struct target answers.
 */
#include <ctype.h>

#include "btf/decl.h"
#include "btf/match.h"
#include "object/internal.h"

struct resolver {
	struct object *o;
	const struct target *t;
	struct report *r;
	VEC(const char *) names; /* of typed externs, without flavour: to be found in BTF */
	bool asked_modules;
	const struct target_module *modules;
	size_t n_modules;
};

static const char *btf_source(const struct resolver *s)
{
	return s->t->btf_path ? s->t->btf_path : "the kernel's BTF";
}

/* --- configuration --------------------------------------------------------------------------- */

static void feature_name(const char *name, char *out, size_t size)
{
	size_t i;

	for (i = 0; i + 1 < size && name[i]; i++)
		out[i] = tolower((unsigned char)name[i]);
	out[i] = 0;
}

static int resolve_virtual(struct resolver *s, struct extern_spec *e, void *to)
{
	static const char prefix[] = "LINUX_HAS_";
	const struct target *t = s->t;
	char feature[64];
	int answer;

	if (streq(e->name, "LINUX_KERNEL_VERSION")) {
		if (!t->version)
			return report_error(s->r, ENOTSUP,
					    "the version of the kernel is not known");
		return kconfig_set_number(s->o->btf, e->btf_id, e->name, t->version(t->user), to,
					  e->size, s->r);
	}
	if (has_prefix(e->name, prefix) && t->feature) {
		feature_name(e->name + strlen(prefix), feature, sizeof(feature));
		answer = t->feature(t->user, feature);
		if (answer >= 0)
			return kconfig_set_number(s->o->btf, e->btf_id, e->name, answer, to,
						  e->size, s->r);
		if (e->weak || answer != -ENOENT) {
			report_note(s->r, "whether the kernel has '%s' is not known: '%s' is 0",
				    feature, e->name);
			return 0;
		}
	}
	/* Weak ones may be questions that only a later loader understands. */
	if (e->weak) {
		e->missing = true;
		return 0;
	}
	return report_error(s->r, EINVAL, "'%s' is no configuration option and no known question",
			    e->name);
}

static int resolve_kconfig(struct resolver *s, struct extern_spec *e)
{
	uint8_t *to = (uint8_t *)s->o->kconfig->data + e->offset;
	const char *value = NULL;
	int err = -ENOENT;

	if (!has_prefix(e->name, "CONFIG_"))
		return resolve_virtual(s, e, to);
	if (s->t->kconfig)
		err = s->t->kconfig(s->t->user, e->name, &value);
	if (!err && value)
		return kconfig_set(s->o->btf, e->btf_id, e->name, value, to, e->size, s->r);
	if (e->weak) {
		e->missing = true;
		return 0;
	}
	if (err == -ENODATA)
		err = report_error(s->r, ENODATA,
				   "'%s' is not known: the kernel's configuration is neither in "
				   "/proc/config.gz nor in /boot",
				   e->name);
	else if (err && err != -ENOENT)
		err = report_sys(s->r, err, "cannot read the kernel's configuration for '%s'",
				 e->name);
	else
		err = report_error(s->r, ENOENT, "'%s' is not set in the kernel's configuration",
				   e->name);
	report_hint(s->r, "declare it __weak to read it as zero");
	return err;
}

/* --- kernel variables and functions ---------------------------------------------------------- */

static int ask_modules(struct resolver *s)
{
	int err;

	if (s->asked_modules || !s->t->modules)
		return 0;
	s->asked_modules = true;
	err = s->t->modules(s->t->user, &s->modules, &s->n_modules);
	if (err)
		return report_sys(s->r, err, "cannot read the BTF of kernel modules");
	for (size_t i = 0; i < s->n_modules; i++)
		if (s->modules[i].btf && btf_expect(s->modules[i].btf, s->names.v, s->names.n,
						    BTF_KINDS_ALL))
			return report_oom(s->r);
	return 0;
}

/* The kernel first, then modules in their order. *id stays 0 when nobody has it. */
static int find_typed(struct resolver *s, const char *name, uint32_t kinds, uint32_t *id,
		      const struct target_module **module)
{
	struct btf *kernel = target_btf(s->t);
	int err;

	*module = NULL;
	*id = kernel ? btf_find(kernel, name, kinds) : 0;
	if (*id)
		return 0;
	err = ask_modules(s);
	for (size_t i = 0; !err && i < s->n_modules; i++) {
		*id = s->modules[i].btf ? btf_find(s->modules[i].btf, name, kinds) : 0;
		if (*id) {
			*module = &s->modules[i];
			return 0;
		}
	}
	return err;
}

static void hint_nearest(struct resolver *s, const char *name, enum btf_kind kind)
{
	VEC(const char *) near = { 0 };
	const struct btf *b = target_btf(s->t);

	/* Names that begin alike; all of a kernel's would take longer than the hint is worth. */
	for (uint32_t id = 1; b && strlen(name) >= 4 && id < btf_count(b); id++) {
		const struct btf_type *t = btf_type(b, id);

		if (t && btf_kind(t) == kind && !strncmp(btf_name(b, t), name, 4) &&
		    vec_push(&near, btf_name(b, t)))
			break;
	}
	report_nearest(s->r, name, near.v, near.n);
	vec_free(&near);
}

static int not_there(struct resolver *s, struct extern_spec *e, const char *name)
{
	bool func = e->kind == EXTERN_KFUNC;
	int err;

	if (e->weak) {
		e->missing = true;
		return 0;
	}
	if (!target_btf(s->t))
		return report_error(s->r, ENOENT,
				    "kernel %s '%s' cannot be found: the kernel has no BTF",
				    func ? "function" : "variable", name);
	err = report_error(s->r, ENOENT, "kernel %s '%s' is not in %s%s",
			   func ? "function" : "variable", name, btf_source(s),
			   s->n_modules ? " nor in a module" : "");
	report_hint(s->r, func ? "load the module that has it, or declare it __weak and test "
				 "bpf_ksym_exists() before the call" :
				 "load the module that has it, or declare it __weak");
	hint_nearest(s, name, func ? BTF_FUNC : BTF_VAR);
	return err;
}

static int differs(struct resolver *s, struct extern_spec *e, const char *name, uint32_t local,
		   const struct btf *b, uint32_t id)
{
	_buf_free_ struct buf ours = { 0 }, theirs = { 0 };

	if (e->weak && e->kind == EXTERN_KFUNC) {
		e->missing = true;
		return 0;
	}
	btf_decl_type(&ours, s->o->btf, local, name);
	btf_decl_type(&theirs, b, id, name);
	return report_error(s->r, EINVAL, "'%s' is declared as '%s', but the kernel has '%s'",
			    e->name, ours.data ? ours.data : "?", theirs.data ? theirs.data : "?");
}

static int resolve_typed(struct resolver *s, struct extern_spec *e, const char *name)
{
	bool func = e->kind == EXTERN_KFUNC;
	const struct target_module *module;
	const struct btf_type *ours, *theirs;
	const struct btf *b;
	uint32_t id, target, local = e->btf_id;
	int err;

	err = find_typed(s, name, BTF_KIND_BIT(func ? BTF_FUNC : BTF_VAR), &id, &module);
	if (err)
		return err;
	if (!id)
		return not_there(s, e, name);
	b = module ? module->btf : target_btf(s->t);
	theirs = btf_type(b, id);
	target = theirs ? theirs->type : 0;
	if (func) {
		ours = btf_type(s->o->btf, e->btf_id);
		local = ours ? ours->type : 0;
	}
	if (!theirs || !btf_declarations_compatible(s->o->btf, local, b, target))
		return differs(s, e, name, local, b, target);
	if (!e->missing) {
		e->target_id = id;
		e->module = module;
	}
	return 0;
}

/* A symbol without a type, of which only the address is wanted. */
static bool is_address(const struct extern_spec *e)
{
	return e->kind == EXTERN_KSYM && !e->btf_id && !e->undeclared;
}

/* Many kernels list their functions alone: then what is no function seems not to be there. */
static int no_address(struct resolver *s, const struct extern_spec *e)
{
	const char *value = NULL;

	report_error(s->r, ENOENT, "the kernel has no symbol '%s'", e->name);
	if (s->t->kconfig && s->t->kconfig(s->t->user, "CONFIG_KALLSYMS_ALL", &value) == -ENOENT)
		report_hint(s->r, "of variables this kernel tells no address: it was built without "
				  "CONFIG_KALLSYMS_ALL");
	else
		report_hint(s->r, "declare it __weak to read its address as zero");
	return -ENOENT;
}

static int resolve_address(struct resolver *s, struct extern_spec *e)
{
	int err = s->t->ksym ? s->t->ksym(s->t->user, e->name, &e->address) : -ENOENT;

	if (!err)
		return 0;
	if (err == -EEXIST)
		return report_error(s->r, EEXIST, "kernel symbol '%s' exists at several addresses",
				    e->name);
	if (e->weak) {
		e->missing = true;
		e->address = 0;
		return 0;
	}
	if (err == -EPERM) {
		report_error(s->r, EPERM, "kernel symbol '%s': the kernel hides its addresses",
			     e->name);
		report_hint(s->r, "needs CAP_SYSLOG, and kernel.kptr_restrict below 2: see sysctl(8)");
		return -EPERM;
	}
	if (err == -ENOENT)
		return no_address(s, e);
	return report_sys(s->r, err, "cannot look up kernel symbol '%s'", e->name);
}

/* Of one symbol or of all: it is the same work. Why it did not work is said of the first one. */
static int want_addresses(struct resolver *s)
{
	VEC(const char *) names = { 0 };
	int err = 0;

	for (size_t i = 0; i < s->o->externs.n && !err; i++) {
		const struct extern_spec *e = s->o->externs.v[i];

		if (is_address(e))
			err = vec_push(&names, e->name);
	}
	if (!err)
		(void)s->t->want_ksyms(s->t->user, names.v, names.n);
	vec_free(&names);
	return err ? report_oom(s->r) : 0;
}

static int resolve_undeclared(struct resolver *s, struct extern_spec *e)
{
	int err;

	e->missing = e->weak && !e->given;
	if (e->given || e->weak)
		return 0;
	err = report_error(s->r, ENOENT,
			   "'%s' is neither defined in the object nor declared in its BTF",
			   e->name);
	if (e->constant)
		report_hint(s->r, "give it a value, as to a global variable, or link the object "
				  "that defines it");
	else
		report_hint(s->r, "link the object that defines it, or declare it __ksym and "
				  "compile with -g");
	return err;
}

static int resolve_one(struct resolver *s, struct extern_spec *e)
{
	const char *name;

	if (e->undeclared)
		return resolve_undeclared(s, e);
	if (e->kind == EXTERN_KCONFIG)
		return resolve_kconfig(s, e);
	if (is_address(e))
		return resolve_address(s, e);
	name = arena_ndup(s->o->arena, e->name, btf_essential_len(e->name));
	return name ? resolve_typed(s, e, name) : report_oom(s->r);
}

static int expect_names(struct resolver *s, const bool *wanted)
{
	struct btf *kernel;
	bool addresses = false;

	for (size_t i = 0; i < s->o->externs.n; i++) {
		const struct extern_spec *e = s->o->externs.v[i];
		const char *name;

		addresses |= wanted[i] && is_address(e);
		if (!wanted[i] || !e->btf_id || e->kind == EXTERN_KCONFIG)
			continue;
		name = arena_ndup(s->o->arena, e->name, btf_essential_len(e->name));
		if (!name || vec_push(&s->names, name))
			return report_oom(s->r);
	}
	kernel = s->names.n ? target_btf(s->t) : NULL;
	if (kernel && btf_expect(kernel, s->names.v, s->names.n, BTF_KINDS_ALL))
		return report_oom(s->r);
	return addresses && s->t->want_ksyms ? want_addresses(s) : 0;
}

int object_resolve_externs(struct object *o, struct func *const *funcs, size_t n,
			   const struct target *t, struct report *r)
{
	_free_ bool *wanted = calloc(o->externs.n + 1, sizeof(*wanted));
	struct resolver s = { .o = o, .t = t, .r = r };
	int err, first;

	if (!wanted)
		return report_oom(r);
	REPORT_IN(r, REPORT_OBJECT, o->path);
	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < funcs[i]->n_refs; j++) {
			const struct ref *ref = &funcs[i]->refs[j];

			if (ref->kind == REF_EXTERN || ref->kind == REF_KFUNC)
				wanted[ref->ext->index] = true;
		}
	}
	/* The map of configuration values is one: all of it, whichever program asks first. */
	for (size_t i = 0; i < o->externs.n; i++) {
		wanted[i] |= o->externs.v[i]->kind == EXTERN_KCONFIG;
		wanted[i] &= !o->externs.v[i]->resolved;
	}
	first = expect_names(&s, wanted);
	for (size_t i = 0; i < o->externs.n && first != -ENOMEM; i++) {
		if (!wanted[i])
			continue;
		err = resolve_one(&s, o->externs.v[i]);
		if (!err)
			o->externs.v[i]->resolved = true;
		first = first ? first : err;
	}
	vec_free(&s.names);
	return first;
}
