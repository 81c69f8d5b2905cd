// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * uapi.c - writes include/cleat/uapi.h from a kernel's BTF: "uapi BTF NAMES KERNEL >HEADER".
 *
 * Knows the list of names and what differs between the kernel's view of a type and a program's;
 * the types themselves are core/btf's. Built by build-aux/codegen/run, installed nowhere.
 */
#include <stdio.h>

#include "base/file.h"
#include "btf/decl.h"

static const char head[] =
	"/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */\n"
	"/*\n"
	" * uapi.h - the kernel's interface for BPF programs and those who load them, instead of\n"
	" * <linux/bpf.h>, so that cleat builds the same against headers of any age. Knows what\n"
	" * BTF knows; macros are in uapi-defines.h.\n"
	" *\n"
	" * Generated from the BTF of Linux %s by './dev codegen'; do not edit.\n"
	" */\n"
	"#ifndef CLEAT_UAPI_H\n"
	"#define CLEAT_UAPI_H\n\n"
	"#if defined(__LINUX_BPF_H__) || defined(_UAPI__LINUX_BPF_H__)\n"
	"#error \"include <cleat/uapi.h> before <linux/bpf.h>, which it replaces\"\n"
	"#endif\n"
	"/* A later #include <linux/bpf.h> does nothing. */\n"
	"#define __LINUX_BPF_H__\n"
	"#define _UAPI__LINUX_BPF_H__\n\n"
	"#include <linux/types.h>\n\n"
	"#include <cleat/uapi-defines.h>\n\n";

struct uapi {
	struct btf *b;
	struct btf_decl *decl;
	struct buf out;
	bool *listed; /* by id: enums without a name that the list mentions */
	int errors;
};

static void complain(struct uapi *u, const char *kind, const char *name, const char *what)
{
	fprintf(stderr, "uapi.names: %s '%s' %s\n", kind, name, what);
	u->errors++;
}

/* The enum without a name that has the enumerator. */
static uint32_t find_anonymous(const struct btf *b, const char *enumerator)
{
	uint32_t id, i;

	for (id = 1; id < btf_count(b); id++) {
		const struct btf_type *t = btf_type(b, id);

		if (!t || btf_name(b, t)[0])
			continue;
		for (i = 0; i < btf_vlen(t); i++) {
			const char *name = btf_enums(t)     ? btf_str(b, btf_enums(t)[i].name_off)
					   : btf_enums64(t) ? btf_str(b, btf_enums64(t)[i].name_off)
							    : NULL;

			if (!name)
				break;
			if (streq(name, enumerator))
				return id;
		}
	}
	return 0;
}

static void add(struct uapi *u, const char *kind, const char *name)
{
	uint32_t id;
	int err;

	if (streq(kind, "enumerator") || streq(kind, "not")) {
		id = find_anonymous(u->b, name);
		if (id)
			u->listed[id] = true;
	} else {
		id = btf_find(u->b, name,
			      streq(kind, "struct")  ? BTF_KIND_BIT(BTF_STRUCT)
			      : streq(kind, "union") ? BTF_KIND_BIT(BTF_UNION)
			      : streq(kind, "enum")
				      ? BTF_KIND_BIT(BTF_ENUM) | BTF_KIND_BIT(BTF_ENUM64)
				      : 0);
	}
	if (!id) {
		complain(u, kind, name, "is not in this BTF");
		return;
	}
	if (streq(kind, "not"))
		return;
	err = btf_decl_add(u->decl, &u->out, id);
	if (err)
		complain(u, kind, name, strerror(-err));
}

static void read_names(struct uapi *u, char *text)
{
	char *line, *next, *name;

	for (line = text; line && *line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		if (has_prefix(line, "## ")) {
			buf_printf(&u->out, "/* --- %s --- */\n\n", line + 3);
			continue;
		}
		text_trim(line);
		if (!*line || *line == '#')
			continue;
		name = strchr(line, ' ');
		if (!name) {
			complain(u, line, "", "has no name");
			continue;
		}
		*name++ = '\0';
		add(u, line, name);
	}
}

/* A kernel that has more than the list knows: worth a look, and no error. */
static void note_unlisted(const struct uapi *u)
{
	uint32_t id;

	for (id = 1; id < btf_count(u->b); id++) {
		const struct btf_type *t = btf_type(u->b, id);
		const char *name;

		if (!t || btf_name(u->b, t)[0] || !btf_vlen(t) || u->listed[id])
			continue;
		name = btf_enums(t)     ? btf_str(u->b, btf_enums(t)[0].name_off)
		       : btf_enums64(t) ? btf_str(u->b, btf_enums64(t)[0].name_off)
					: "";
		if (has_prefix(name, "BPF_"))
			fprintf(stderr, "note: the enum of '%s' is not in uapi.names\n", name);
	}
}

/* Length of the line at @s with its newline. */
static size_t line_length(const char *s)
{
	const char *end = strchr(s, '\n');

	return end ? (size_t)(end - s) + 1 : strlen(s);
}

/* "\tunion {\n\t\tTYPE *NAME;\n\t};\n" at @s: the pointers that have 8 bytes on every machine. */
static size_t put_md_ptr(struct buf *out, const char *s, size_t tabs)
{
	const char *member = s + line_length(s), *end = member + line_length(member), *star;
	size_t n = line_length(end);

	if (strncmp(s + tabs, "union {\n", 8) || strspn(member, "\t") != tabs + 1 ||
	    strspn(end, "\t") != tabs || strncmp(end + tabs, "};\n", 3))
		return 0;
	star = memchr(member, '*', (size_t)(end - member));
	if (!star)
		return 0;
	buf_put(out, s, tabs);
	buf_puts(out, "__bpf_md_ptr(");
	buf_put(out, member + tabs + 1, (size_t)(star + 1 - member) - tabs - 1);
	buf_puts(out, ", ");
	buf_put(out, star + 1, (size_t)(end - star) - 3);
	buf_puts(out, ");\n");
	return (size_t)(end + n - s);
}

/*
 * The kernel means one layout for all machines; bpf(2) translates nothing for processes of 32
 * bits. So what has 8 bytes is aligned to 8 bytes, also where the ABI would be content with 4.
 */
static void put_portable(struct buf *out, const char *s)
{
	while (*s) {
		size_t tabs = strspn(s, "\t"), n = line_length(s), used;

		used = tabs ? put_md_ptr(out, s, tabs) : 0;
		if (used) {
			s += used;
			continue;
		}
		buf_put(out, s, tabs);
		if (tabs && !strncmp(s + tabs, "__u64 ", 6)) {
			buf_puts(out, "__aligned_u64");
			tabs += 5;
		}
		buf_put(out, s + tabs, n - tabs);
		s += n;
	}
}

int main(int argc, char **argv)
{
	_buf_free_ struct buf header = { 0 };
	struct report *r = report_new();
	struct uapi u = { 0 };
	struct file_view view;
	char *names;
	size_t i;
	int err;

	if (argc != 4) {
		fprintf(stderr, "usage: uapi BTF NAMES KERNEL >HEADER\n");
		return 2;
	}
	err = file_map(argv[1], &view);
	if (err) {
		fprintf(stderr, "%s: %s\n", argv[1], strerror(-err));
		return 1;
	}
	err = file_read(argv[2], 1 << 20, &names, NULL);
	if (err) {
		fprintf(stderr, "%s: %s\n", argv[2], strerror(-err));
		return 1;
	}
	if (btf_open(&u.b, view.data, view.size, NULL, 0, r)) {
		for (i = 0; i < report_count(r); i++)
			fprintf(stderr, "%s: %s\n", argv[1], report_get(r, i)->what);
		return 1;
	}
	u.listed = calloc(btf_count(u.b), sizeof(*u.listed));
	if (!u.listed || btf_decl_new(&u.decl, u.b, BTF_DECL_LINUX_TYPES)) {
		fprintf(stderr, "out of memory\n");
		return 1;
	}
	read_names(&u, names);
	note_unlisted(&u);
	buf_printf(&header, head, argv[3]);
	if (u.out.data)
		put_portable(&header, u.out.data);
	buf_puts(&header, "#endif\n");
	if (header.failed || u.out.failed)
		u.errors++;
	if (!u.errors && fwrite(header.data, 1, header.len, stdout) != header.len)
		u.errors++;
	buf_free(&u.out);
	btf_decl_free(u.decl);
	btf_free(u.b);
	free(u.listed);
	free(names);
	file_unmap(&view);
	report_free(r);
	return fflush(stdout) || u.errors ? 1 : 0;
}
