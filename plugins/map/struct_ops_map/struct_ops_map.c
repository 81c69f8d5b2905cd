/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * struct_ops_map.c - tables of functions that the kernel calls: each variable in a section
 * .struct_ops becomes a map whose value is the kernel's struct of that name.
 *
 * Knows how the object's struct becomes the running kernel's, member by member and by name, and how
 * it is registered: by a link, or by writing the map. The programs are plugin struct_ops's; which
 * member each of them is they learn from here.
 */
#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define VALUE_PREFIX "bpf_struct_ops_"
#define NAME_ROOM 128
/* What the kernel says for "not supported"; no errno of user space. */
#define KERNEL_ENOTSUPP 524

static const struct cleat_map_type types[] = {
	{ .type = BPF_MAP_TYPE_STRUCT_OPS, .flags = CLEAT_MAP_NO_BTF, .name = "struct_ops" },
};

static const struct cleat_key keys[] = {
	{ .name = "member",
	  .flags = CLEAT_KEY_REPEAT,
	  .help = "a member's value in place of the object's: NAME = VALUE" },
};

/* The struct as the object has it, and as the kernel has it. */
struct ops {
	struct cleat *c;
	char name[NAME_ROOM]; /* "tcp_congestion_ops" */
	struct cleat_type own;
	const uint8_t *bytes;
	size_t size;
	struct cleat_type value; /* struct bpf_struct_ops_NAME: what the map holds */
	uint64_t value_bytes;
	struct cleat_type kernel; /* struct NAME in it, */
	uint32_t at; /* so many bytes into it */
};

/* A member, and what it is behind typedefs. */
struct member {
	struct cleat_type_member is;
	struct cleat_type_info type;
	uint32_t index;
	uint32_t offset; /* in bytes */
};

/* ---- types --------------------------------------------------------------------------------- */

static int member_at(const struct cleat_type *t, uint32_t i, struct member *m)
{
	int err;

	*m = (struct member) { .is.struct_size = sizeof(m->is),
			       .type.struct_size = sizeof(m->type),
			       .index = i };
	err = cleat_type_member_at(t, i, &m->is);
	if (!err)
		err = cleat_type_info(&m->is.type, &m->type);
	m->offset = m->is.bit_offset / 8;
	return err;
}

static int member_named(const struct cleat_type *t, const char *name, struct member *m)
{
	int err = 0;

	for (uint32_t i = 0; !err; i++) {
		err = member_at(t, i, m);
		if (!err && !strcmp(m->is.name, name))
			return 0;
	}
	return -ENOENT;
}

static bool is_function(const struct member *m)
{
	struct cleat_type_info info = { .struct_size = sizeof(info) };
	struct cleat_type target;

	return m->type.kind == CLEAT_BTF_PTR && !cleat_type_target(&m->is.type, &target) &&
	       !cleat_type_info(&target, &info) && info.kind == CLEAT_BTF_FUNC_PROTO;
}

/* Hint the member of @t that is nearest to a name. */
static void hint_member(struct cleat *c, const struct cleat_type *t, const char *name)
{
	const char *names[512];
	struct member m;
	size_t n = 0;

	while (n < sizeof(names) / sizeof(names[0]) && !member_at(t, (uint32_t)n, &m))
		names[n++] = m.is.name;
	cleat_hint_nearest(c, name, names, n);
}

/* The object's half. A flavour is no part of the name: struct sched_ext_ops___old. */
static int read_own(struct cleat_map *m, struct ops *ops)
{
	struct cleat_type_info info = { .struct_size = sizeof(info) };
	const char *flavour;
	size_t n;

	*ops = (struct ops) { .c = cleat_map_context(m) };
	ops->bytes = cleat_map_contents(m, &ops->size);
	if (cleat_map_type(m, &ops->own) || cleat_type_info(&ops->own, &info) || !ops->bytes)
		return cleat_error(ops->c, EINVAL, "the object does not say what is in the map");
	flavour = strstr(info.name, "___");
	n = flavour && flavour != info.name ? (size_t)(flavour - info.name) : strlen(info.name);
	if (n >= sizeof(ops->name))
		return cleat_error(ops->c, ENAMETOOLONG, "no kernel has a struct '%s'", info.name);
	memcpy(ops->name, info.name, n);
	ops->name[n] = '\0';
	return 0;
}

static int read_ops(struct cleat_map *m, struct ops *ops)
{
	struct cleat_type_info info = { .struct_size = sizeof(info) };
	char name[sizeof(VALUE_PREFIX) + NAME_ROOM];
	struct member data;
	int err = read_own(m, ops);

	if (err)
		return err;
	snprintf(name, sizeof(name), VALUE_PREFIX "%s", ops->name);
	err = cleat_kernel_type(ops->c, name, CLEAT_BTF_STRUCT, &ops->value);
	if (err == -ENOENT) {
		cleat_error(ops->c, EOPNOTSUPP, "this kernel lets no program be a 'struct %s'",
			    ops->name);
		cleat_hint(ops->c, "neither it nor a module that is loaded has a type '%s'", name);
		return -EOPNOTSUPP;
	}
	if (err)
		return err;
	err = member_named(&ops->value, "data", &data);
	if (!err)
		err = cleat_type_info(&ops->value, &info);
	if (err || data.type.kind != CLEAT_BTF_STRUCT || data.offset + data.type.bytes > info.bytes)
		return cleat_error(ops->c, EPROTO, "the kernel's 'struct %s' is of no known form",
				   name);
	ops->value_bytes = info.bytes;
	ops->kernel = data.is.type;
	ops->at = data.offset;
	return 0;
}

/* ---- the object's struct becomes the kernel's ------------------------------------------------ */

static bool all_zero(const uint8_t *bytes, uint64_t n)
{
	while (n--)
		if (bytes[n])
			return false;
	return true;
}

/* Is a program's address to be put there; *slot is set when it is not NULL. */
static bool has_slot(const struct cleat_map *m, uint32_t offset, struct cleat_map_slot *slot)
{
	struct cleat_map_slot s = { .struct_size = sizeof(s) };

	for (size_t i = 0; !cleat_map_slot_at(m, i, &s); i++) {
		if (s.index != offset)
			continue;
		if (slot)
			*slot = s;
		return true;
	}
	return false;
}

/* A member that the kernel does not have may stay out as long as nothing was put there. */
static int skip_member(struct cleat_map *m, const struct ops *ops, const struct member *own)
{
	uint64_t bytes = own->is.bits ? (own->is.bit_offset % 8 + own->is.bits + 7) / 8
				      : own->type.bytes;

	if (own->offset + bytes <= ops->size && all_zero(ops->bytes + own->offset, bytes) &&
	    !has_slot(m, own->offset, NULL))
		return 0;
	cleat_error(ops->c, EINVAL,
		    "this kernel's 'struct %s' has no member '%s', which the object sets",
		    ops->name, own->is.name);
	hint_member(ops->c, &ops->kernel, own->is.name);
	return -EINVAL;
}

static int fits(const struct ops *ops, const struct member *own, const struct member *kernel)
{
	if (own->is.bits || kernel->is.bits)
		return cleat_error(ops->c, EINVAL,
				   "member '%s' of 'struct %s' is a bit-field: these cannot be set",
				   own->is.name, ops->name);
	if (own->type.kind != kernel->type.kind)
		return cleat_error(ops->c, EINVAL,
				   "member '%s' of 'struct %s' is of another kind in this kernel",
				   own->is.name, ops->name);
	if (own->type.bytes != kernel->type.bytes || own->offset + own->type.bytes > ops->size)
		return cleat_error(
			ops->c, EINVAL,
			"member '%s' of 'struct %s' has %llu bytes in the object, %llu in "
			"this kernel",
			own->is.name, ops->name, (unsigned long long)own->type.bytes,
			(unsigned long long)kernel->type.bytes);
	return 0;
}

static int copy_pointer(struct cleat_map *m, const struct ops *ops, const struct member *own,
			const struct member *kernel, uint8_t *to)
{
	struct cleat_map_slot slot = { .struct_size = sizeof(slot), .fd = -1 };
	uint64_t fd;

	if (!has_slot(m, own->offset, &slot)) {
		if (all_zero(ops->bytes + own->offset, own->type.bytes))
			return 0;
		return cleat_error(
			ops->c, EINVAL,
			"member '%s' of 'struct %s' points to something that is no program",
			own->is.name, ops->name);
	}
	if (!is_function(kernel))
		return cleat_error(
			ops->c, EINVAL,
			"member '%s' of this kernel's 'struct %s' is no function: program "
			"'%s' does not belong there",
			own->is.name, ops->name, slot.name);
	fd = slot.fd >= 0 ? (uint64_t)slot.fd : 0;
	memcpy(to, &fd, sizeof(fd));
	return 0;
}

static int copy_member(struct cleat_map *m, const struct ops *ops, const struct member *own,
		       uint8_t *value)
{
	struct member kernel;
	uint8_t *to;
	int err;

	if (member_named(&ops->kernel, own->is.name, &kernel))
		return skip_member(m, ops, own);
	err = fits(ops, own, &kernel);
	if (err)
		return own->is.bits && !skip_member(m, ops, own) ? 0 : err;
	if (kernel.offset + own->type.bytes > ops->value_bytes - ops->at)
		return cleat_error(ops->c, EPROTO, "the kernel's 'struct %s' is of no known form",
				   ops->name);
	to = value + ops->at + kernel.offset;
	if (own->type.kind == CLEAT_BTF_PTR)
		return copy_pointer(m, ops, own, &kernel, to);
	memcpy(to, ops->bytes + own->offset, own->type.bytes);
	return 0;
}

/* What the map holds: the caller frees *out. All that does not fit is reported. */
static int make_value(struct cleat_map *m, const struct ops *ops, uint8_t **out)
{
	uint8_t *value = calloc(1, ops->value_bytes);
	struct member own;
	int first = 0, err;

	if (!value)
		return cleat_error(ops->c, ENOMEM, "out of memory");
	for (uint32_t i = 0; !member_at(&ops->own, i, &own); i++) {
		err = copy_member(m, ops, &own, value);
		first = first ? first : err;
	}
	if (first)
		free(value);
	else
		*out = value;
	return first;
}

/* ---- keys ---------------------------------------------------------------------------------- */

/* "NAME = VALUE" into the struct's bytes. */
static int set_member(const struct ops *ops, const struct cleat_params *p, const char *text,
		      uint8_t *bytes)
{
	size_t n = strcspn(text, " \t=");
	const char *value = text + n + strspn(text + n, " \t");
	char name[NAME_ROOM];
	struct member m;

	if (*value != '=' || !n || n >= sizeof(name))
		return cleat_param_error(ops->c, p, "member", EINVAL,
					 "'%s': expected 'NAME = VALUE'", text);
	memcpy(name, text, n);
	name[n] = '\0';
	value++;
	value += strspn(value, " \t");
	if (member_named(&ops->own, name, &m)) {
		cleat_param_error(ops->c, p, "member", ENOENT, "'struct %s' has no member '%s'",
				  ops->name, name);
		hint_member(ops->c, &ops->own, name);
		return -ENOENT;
	}
	if (m.type.kind == CLEAT_BTF_PTR || m.is.bits || m.offset + m.type.bytes > ops->size)
		return cleat_param_error(ops->c, p, "member", EINVAL,
					 "member '%s' is a %s: only plain values can be set", name,
					 m.is.bits ? "bit-field" : "pointer");
	return cleat_type_parse(ops->c, &m.is.type, value, bytes + m.offset, m.type.bytes);
}

static int set_members(const struct ops *ops, const struct cleat_params *p, uint8_t *bytes)
{
	int first = 0, err;

	for (size_t i = 0; i < cleat_param_count(p, "member"); i++) {
		err = set_member(ops, p, cleat_param_nth(p, "member", i), bytes);
		first = first ? first : err;
	}
	return first;
}

static int check(struct cleat_map *m, const struct cleat_params *p,
		 const struct cleat_map_attr *attr)
{
	struct ops ops;
	uint8_t *scratch;
	int err = read_own(m, &ops);

	(void)attr;
	if (err)
		return err;
	scratch = calloc(1, ops.size + 1);
	if (!scratch)
		return cleat_error(ops.c, ENOMEM, "out of memory");
	err = set_members(&ops, p, scratch);
	free(scratch);
	return err;
}

/* ---- making -------------------------------------------------------------------------------- */

static int claim(struct cleat_claim *cl)
{
	struct cleat *c = cleat_claim_context(cl);
	const char *section = cleat_claim_section(cl);
	struct cleat_claim_variable v = { .struct_size = sizeof(v) };
	struct cleat_map_attr attr = {
		.struct_size = sizeof(attr),
		.type = BPF_MAP_TYPE_STRUCT_OPS,
		.key_size = sizeof(uint32_t),
		.max_entries = 1,
		.flags = strstr(section, ".link") ? BPF_F_LINK : 0,
	};
	struct cleat_type_info info = { .struct_size = sizeof(info) };
	size_t i;
	int err = 0;

	for (i = 0; !err; i++) {
		err = cleat_claim_variable_at(cl, i, &v);
		if (!err && (cleat_type_info(&v.type, &info) || info.kind != CLEAT_BTF_STRUCT))
			err = cleat_error(c, EINVAL, "variable '%s' in section '%s' is no struct",
					  v.name, section);
		if (!err)
			err = cleat_claim_variable(cl, &v, &attr);
	}
	if (err != -ENOENT)
		return err;
	if (i > 1)
		return 0;
	cleat_error(c, ENODATA, "the object does not say what is in section '%s'", section);
	cleat_hint(c, "compile with -g: the types of its variables are needed");
	return -ENODATA;
}

static int prepare(struct cleat_map *m, const struct cleat_params *p, struct cleat_map_attr *attr)
{
	uint8_t *value, *bytes;
	struct ops ops;
	int err = read_ops(m, &ops);

	if (err)
		return err;
	bytes = cleat_map_edit(m, NULL);
	err = bytes ? set_members(&ops, p, bytes) : 0;
	if (!err)
		err = make_value(m, &ops, &value);
	if (err)
		return err;
	free(value);
	attr->value_size = (uint32_t)ops.value_bytes;
	attr->value_type = ops.value.id;
	attr->value_btf_fd = ops.value.module_fd;
	if (attr->value_btf_fd)
		attr->flags |= BPF_F_VTYPE_BTF_OBJ_FD;
	/* Links of such maps came with 6.4: before, writing the map registers it. */
	attr->optional_flags = BPF_F_LINK;
	return 0;
}

/* The program is a function of the kernel's struct: which one, its number says. */
static int slot(struct cleat_map *m, uint32_t at, struct cleat_program *prog,
		struct cleat_load *load)
{
	const char *program = cleat_program_name(prog);
	struct cleat_program_info info = { .size = sizeof(info) };
	struct member own, kernel;
	struct ops ops;
	int err = read_ops(m, &ops);

	if (err)
		return err;
	if (!cleat_program_info(prog, &info) && info.type_number != BPF_PROG_TYPE_STRUCT_OPS) {
		cleat_error(ops.c, EINVAL, "program '%s' is of type '%s' and cannot be in map '%s'",
			    program, info.type, cleat_map_name(m));
		cleat_hint(ops.c, "members of such maps are programs of section 'struct_ops'");
		return -EINVAL;
	}
	for (uint32_t i = 0; !(err = member_at(&ops.own, i, &own)) && own.offset != at; i++)
		;
	if (err)
		return cleat_error(ops.c, EINVAL, "program '%s' is inside a member of '%s'",
				   program, cleat_map_name(m));
	if (member_named(&ops.kernel, own.is.name, &kernel))
		return skip_member(m, &ops, &own);
	if (!is_function(&kernel))
		return cleat_error(
			ops.c, EINVAL,
			"member '%s' of this kernel's 'struct %s' is no function: program "
			"'%s' does not belong there",
			own.is.name, ops.name, program);
	if (load->btf_id && (load->btf_id != ops.kernel.id || load->attach_type != kernel.index))
		return cleat_error(ops.c, EINVAL,
				   "program '%s' is '%s' of '%s', and another member elsewhere",
				   program, own.is.name, cleat_map_name(m));
	load->btf_id = ops.kernel.id;
	load->btf_fd = ops.value.module_fd;
	load->attach_type = kernel.index;
	return 0;
}

/* ---- registering --------------------------------------------------------------------------- */

static int write_value(struct cleat_map *m)
{
	struct cleat_map_slot s = { .struct_size = sizeof(s) };
	uint32_t zero = 0;
	uint8_t *value;
	struct ops ops;
	int err = read_ops(m, &ops);

	for (size_t i = 0; !err && !cleat_map_slot_at(m, i, &s); i++)
		if (s.fd < 0)
			cleat_warning(ops.c,
				      "map '%s': program '%s' is not loaded, its member is empty",
				      cleat_map_name(m), s.name);
	if (!err)
		err = make_value(m, &ops, &value);
	if (err)
		return err;
	err = cleat_map_raw_update(m, &zero, value, 0);
	free(value);
	if (err == -EEXIST)
		return cleat_error(ops.c, EEXIST,
				   "the kernel has a 'struct %s' of that name already", ops.name);
	if (err == -KERNEL_ENOTSUPP || err == -EINVAL) {
		cleat_error(ops.c, EINVAL, "the kernel does not take this 'struct %s'", ops.name);
		cleat_hint(ops.c,
			   "a member that it needs may be missing, or one be set that must not be");
		return -EINVAL;
	}
	return err ? cleat_error_sys(ops.c, err, "cannot register this 'struct %s'", ops.name) : 0;
}

static bool has_link(struct cleat_map *m)
{
	struct cleat_map_info info = { .size = sizeof(info) };

	return !cleat_map_info(m, &info) && info.flags & BPF_F_LINK;
}

/* Contents of a map with a link are only that; those of others are registered by being written. */
static int fill(struct cleat_map *m, const struct cleat_params *p)
{
	(void)p;
	return has_link(m) ? write_value(m) : 0;
}

static int unregister(struct cleat *c, const void *data)
{
	union bpf_attr attr = { 0 };
	uint32_t zero = 0;
	int fd, err;

	memcpy(&fd, data, sizeof(fd));
	attr.map_fd = (uint32_t)fd;
	attr.key = (uintptr_t)&zero;
	err = cleat_sys_bpf(BPF_MAP_DELETE_ELEM, &attr, sizeof(attr));
	close(fd);
	return err ? cleat_error_sys(c, err, "cannot unregister the struct_ops") : 0;
}

static int attach(struct cleat_attach *a, const struct cleat_params *p)
{
	struct cleat_map *m = cleat_attach_map(a);
	struct cleat *c = cleat_attach_context(a);
	union bpf_attr attr = { 0 };
	struct ops ops;
	int fd, err = read_own(m, &ops);

	(void)p;
	if (err)
		return err;
	if (has_link(m)) {
		attr.link_create.attach_type = BPF_STRUCT_OPS;
		err = cleat_attach_link(a, &attr, "struct_ops %s %s", ops.name, cleat_map_name(m));
		if (err == -EEXIST)
			return cleat_error(c, EEXIST,
					   "the kernel has a 'struct %s' of that name already",
					   ops.name);
		return err ? cleat_error_sys(c, err, "cannot register this 'struct %s'", ops.name)
			   : 0;
	}
	fd = fcntl(cleat_map_fd(m), F_DUPFD_CLOEXEC, 3);
	if (fd < 0)
		return cleat_error_sys(c, errno, "cannot keep the map's descriptor");
	err = write_value(m);
	if (err) {
		close(fd);
		return err;
	}
	return cleat_attach_undo(a, unregister, &fd, sizeof(fd), "struct_ops %s %s, without a link",
				 ops.name, cleat_map_name(m));
}

static const struct cleat_map_plugin struct_ops_map = {
	.base = CLEAT_HEAD(
		struct cleat_map_plugin, CLEAT_KIND_MAP, "struct_ops_map",
		"tables of programs that the kernel calls: TCP congestion control and the like"),
	CLEAT_TABLE(types, types),
	CLEAT_TABLE(keys, keys),
	.check = check,
	.prepare = prepare,
	.fill = fill,
	.claim = claim,
	.slot = slot,
	.attach = attach,
};
CLEAT_PLUGIN(struct_ops_map)
