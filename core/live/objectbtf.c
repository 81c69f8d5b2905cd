/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * objectbtf.c - the object's own types in the kernel.
 *
 * Knows that they are sent as they are first, and only after a refusal with what this kernel does
 * not know replaced (btf/fix.h), or not at all; and that many go without what nobody needs. CO-RE never sees what was replaced. What the types
 * say of arguments is another matter: a kernel that does not read it takes it all the same, and
 * refuses the programs later.
 */
#include "btf/ctxname.h"
#include "btf/fix.h"
#include "kernel/bpf.h"
#include "live/context.h"

/*
 * From this size on, types that nobody needs are left out at once. Measured over 1,087 objects:
 * from 12 KB on it is faster than to upload them (16 KB and more: 51 us instead of 164), and the
 * kernel keeps 3 KB where it would keep 34 for as long as programs and maps live. Below, looking
 * for them costs more than the kernel's time is worth.
 */
#define PRUNE_FROM 12288

static unsigned int btf_features(struct prober *p)
{
	static const struct {
		enum probe_feature probe;
		unsigned int feature;
	} table[] = {
		{ PROBE_BTF_FUNC, BTF_CAN_FUNC },
		{ PROBE_BTF_GLOBAL_FUNC, BTF_CAN_GLOBAL_FUNC },
		{ PROBE_BTF_DATASEC, BTF_CAN_DATASEC },
		{ PROBE_BTF_FLOAT, BTF_CAN_FLOAT },
		{ PROBE_BTF_DECL_TAG, BTF_CAN_DECL_TAG },
		{ PROBE_BTF_TYPE_TAG, BTF_CAN_TYPE_TAG },
		{ PROBE_BTF_ATTRIBUTE, BTF_CAN_ATTRIBUTE },
		{ PROBE_BTF_ENUM64, BTF_CAN_ENUM64 },
		{ PROBE_BTF_QMARK, BTF_CAN_QMARK },
	};
	unsigned int features = 0;

	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		if (probe(p, table[i].probe) != PROBE_NO)
			features |= table[i].feature;
	return features;
}

static int upload(struct cleat *c, const struct btf *b)
{
	size_t size;
	const void *bytes = btf_bytes(b, &size);

	return bytes ? sys_btf_load(bytes, size, c->token_fd) : -ENOMEM;
}

static int upload_lesser(struct cleat *c, const struct btf *b)
{
	struct btf *lesser;
	int fd = btf_downgrade(&lesser, b, btf_features(c->prober));

	if (fd)
		return fd;
	fd = upload(c, lesser);
	btf_free(lesser);
	return fd;
}

/* Optimistic: as it is, then with what this kernel does not know replaced, then not at all. */
int context_load_btf(struct cleat *c, const struct btf *b)
{
	int fd = upload(c, b);

	return fd >= 0 || fd == -EPERM ? fd : upload_lesser(c, b);
}

/* The object's own types. What a kernel refuses in them may be what nobody needs. */
static int load_own(struct cleat_object *o)
{
	const struct btf *own = o->spec->btf;
	size_t size = 0;
	int fd;

	if (btf_bytes(own, &size) && size >= PRUNE_FROM)
		object_pruned_btf(o->spec, &o->pruned, &o->pruned_ids);
	if (o->pruned)
		return context_load_btf(o->c, o->pruned);
	fd = upload(o->c, own);
	if (fd >= 0 || fd == -EPERM)
		return fd;
	object_pruned_btf(o->spec, &o->pruned, &o->pruned_ids);
	return o->pruned ? context_load_btf(o->c, o->pruned) : upload_lesser(o->c, own);
}

/* ---- tagged arguments ------------------------------------------------------------------------ */

static int want_ctx_func(struct cleat_object *o, uint32_t func, const char *ctx)
{
	for (size_t i = 0; i < o->ctx_funcs.n; i++)
		if (o->ctx_funcs.v[i].func == func && streq(o->ctx_funcs.v[i].ctx, ctx))
			return 0;
	return vec_push(&o->ctx_funcs, (struct btf_ctx_func) { .func = func, .ctx = ctx });
}

/* The program of the same object that @p's keys name, or NULL. */
static struct cleat_program *named_by_keys(const struct cleat_program *p)
{
	struct cleat_program *other = NULL;

	for (size_t i = 0; i < p->plugin->n_keys && !other; i++)
		other = program_named(p, i);
	return other;
}

/* What the kernel calls the context of the program that @p takes the place of, if that is there. */
static const char *target_context_name(struct cleat_program *p)
{
	const struct target *t = context_target(p->object->c);
	struct cleat_load load;
	struct bpf_prog_info info = { 0 };
	uint32_t len = sizeof(info);
	const char *name = NULL;

	program_ask_plugin(p, &load);
	if (load.attach_prog_fd < 0)
		return NULL;
	if (t && target_btf(t) && !sys_obj_info(load.attach_prog_fd, &info, &len))
		name = btf_ctx_name(target_btf(t), info.type);
	close(load.attach_prog_fd);
	return name;
}

/*
 * What a program's kind calls the context. A kind that is whatever another program is has the name of
 * that one.
 */
static const char *find_context_name(struct cleat_program *p)
{
	const char *name = p->plugin->program->ctx_type;
	struct cleat_program *other;

	if (!name || !streq(name, CLEAT_CTX_OF_TARGET))
		return name;
	other = named_by_keys(p);
	if (!other)
		return target_context_name(p);
	name = other == p || program_resolve(other) ? NULL : other->plugin->program->ctx_type;
	return name && streq(name, CLEAT_CTX_OF_TARGET) ? NULL : name;
}

/* The global functions of a program, with what its kind calls the context. */
static int want_ctx_funcs(struct cleat_program *p)
{
	struct report *r = p->object->c->report;
	size_t before = report_count(r);
	func_list funcs = { 0 };
	const char *ctx = NULL;
	int err = 0;

	if (!program_resolve(p))
		ctx = p->ctx_name = find_context_name(p);
	/* What is wrong with the program is said when it is loaded. */
	report_drop(r, before);
	if (!ctx)
		return 0;
	if (!object_reach(p->object->spec, p->spec, &funcs, NULL)) {
		/* the first is the program itself, whose context nobody doubts */
		for (size_t i = 1; i < funcs.n && !err; i++) {
			const struct func *f = funcs.v[i];

			if (f->linkage != LINKAGE_STATIC && !f->hidden && f->btf_id)
				err = want_ctx_func(p->object, f->btf_id, ctx);
		}
	}
	vec_free(&funcs);
	return err;
}

/* Of these tags, those that the kernel does not read. */
static unsigned int unread_arg_tags(struct prober *p, unsigned int tags)
{
	static const struct {
		unsigned int tag;
		enum probe_feature probe;
	} table[] = {
		{ BTF_ARG_CTX, PROBE_ARG_CTX },
		{ BTF_ARG_TRUSTED, PROBE_ARG_TRUSTED },
		{ BTF_ARG_ARENA, PROBE_ARG_ARENA },
		{ BTF_ARG_UNTRUSTED, PROBE_ARG_UNTRUSTED },
	};
	unsigned int unread = 0;

	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		if (tags & table[i].tag && probe(p, table[i].probe) == PROBE_NO)
			unread |= table[i].tag;
	return unread;
}

/* Types without tags of arguments, where the kernel does not read them; NULL: as they are. */
static struct btf *lower_arg_tags(struct cleat_object *o)
{
	const struct btf *own = o->spec->btf;
	unsigned int unread = unread_arg_tags(o->c->prober, btf_arg_tags(own));
	struct btf *lowered = NULL;
	int err = 0;

	if (!unread)
		return NULL;
	for (size_t i = 0; i < o->n_programs && !err && unread & BTF_ARG_CTX; i++)
		err = want_ctx_funcs(&o->programs[i]);
	if (!err)
		err = btf_lower_arg_tags(&lowered, own, unread, o->ctx_funcs.v, o->ctx_funcs.n);
	if (err)
		o->ctx_funcs.n = 0;
	return lowered;
}

uint32_t object_func_type(const struct cleat_program *p, uint32_t func)
{
	const struct cleat_object *o = p->object;

	for (size_t i = 0; p->ctx_name && i < o->ctx_funcs.n; i++)
		if (o->ctx_funcs.v[i].func == func && streq(o->ctx_funcs.v[i].ctx, p->ctx_name))
			return o->ctx_funcs.v[i].clone;
	return func;
}

/* ---- what others ask for --------------------------------------------------------------------- */

int object_btf_fd(struct cleat_object *o)
{
	struct btf *lowered;

	if (o->btf_tried || !o->spec->btf)
		return o->btf_fd;
	o->btf_tried = true;
	lowered = lower_arg_tags(o);
	/* for kernels so old, whole: functions have been added */
	o->btf_fd = lowered ? context_load_btf(o->c, lowered) : load_own(o);
	btf_free(lowered);
	if (o->btf_fd < 0 && o->btf_fd != -EPERM)
		report_note(o->c->report,
			    "this kernel does not take the BTF of %s: going on without", o->path);
	return o->btf_fd;
}

void object_btf_unload(struct cleat_object *o)
{
	if (o->btf_fd >= 0)
		close(o->btf_fd);
	o->btf_fd = -1;
	o->btf_tried = false;
	vec_free(&o->ctx_funcs);
	btf_free(o->pruned);
	free(o->pruned_ids);
	o->pruned = NULL;
	o->pruned_ids = NULL;
}

uint32_t object_btf_id(const struct cleat_object *o, uint32_t id)
{
	return o->pruned && id < btf_count(o->spec->btf) ? o->pruned_ids[id] : id;
}

uint32_t object_btf_string(const struct cleat_object *o, uint32_t off)
{
	/* there already: strings are not said twice */
	int64_t found = o->pruned ? btf_add_str(o->pruned, btf_str(o->spec->btf, off)) : off;

	return found > 0 ? (uint32_t)found : 0;
}
