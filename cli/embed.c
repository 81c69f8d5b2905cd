// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * embed.c - cleat embed: an object as a C header, for programs that are one file. In it are the object's
 * bytes, a struct with its maps, programs, links and variables, and functions that open, load, attach and
 * close it. They call the public API and nothing else.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

static const char *output, *wanted_name;

struct embed {
	struct cleat_object *object;
	const char *path;
	char *name; /* what everything in it begins with */
	unsigned char *bytes;
	size_t n;
	FILE *out;
};

/* ---- names ------------------------------------------------------------------------------------ */

static void put_word(FILE *out, const char *name)
{
	for (; *name; name++)
		fputc(isalnum((unsigned char)*name) ? *name : '_', out);
}

static bool is_identifier(const char *name)
{
	if (!*name || isdigit((unsigned char)*name))
		return false;
	for (; *name; name++)
		if (!isalnum((unsigned char)*name) && *name != '_')
			return false;
	return true;
}

/* "fire_wall" of "dir/fire-wall.bpf.o". */
static char *name_of_file(const char *path)
{
	const char *slash = strrchr(path, '/'), *from = slash ? slash + 1 : path;
	size_t n = strcspn(from, ".");
	char *name = NULL;

	if (asprintf(&name, "%s%.*s", isdigit((unsigned char)*from) ? "_" : "", (int)n, from) < 0)
		return NULL;
	for (char *s = name; *s; s++)
		if (!isalnum((unsigned char)*s))
			*s = '_';
	return name;
}

/*
 * The name of a member of one of the structs: "map_", "program_" and "link_" words are no keywords of any
 * language, so the object's names are only made to letters, digits and '_'.
 */
static void put_member(const struct embed *e, const char *type, const char *prefix, const char *name)
{
	fprintf(e->out, "\tstruct %s *%s", type, prefix);
	put_word(e->out, name);
	fputs(";\n", e->out);
}

/* "text" as C. */
static void put_string(FILE *out, const char *text)
{
	fputc('"', out);
	for (; *text; text++)
		fprintf(out, *text == '"' || *text == '\\' ? "\\%c" : "%c", *text);
	fputc('"', out);
}

/* ---- the sections of variables ---------------------------------------------------------------- */

/* Sections have a struct when they have a variable with a type: the first of each leads to its memory. */
static bool first_of_section(const struct embed *e, size_t i, struct cleat_global *g)
{
	*g = (struct cleat_global){ .size = sizeof(*g) };
	if (cleat_object_global_at(e->object, i, g) || !g->section || !g->type || !g->bytes)
		return false;
	for (size_t k = 0; k < i; k++) {
		struct cleat_global other = { .size = sizeof(other) };

		if (!cleat_object_global_at(e->object, k, &other) && other.section &&
		    !strcmp(other.section, g->section) && other.type && other.bytes)
			return false;
	}
	return true;
}

static bool is_global(const struct embed *e, size_t i)
{
	struct cleat_global g = { .size = sizeof(g) };

	return !cleat_object_global_at(e->object, i, &g);
}

static void put_section(FILE *out, const char *section)
{
	put_word(out, section + (*section == '.'));
}

static void put_sections(const struct embed *e)
{
	struct cleat_global g;

	for (size_t i = 0; is_global(e, i); i++) {
		if (!first_of_section(e, i, &g))
			continue;
		fprintf(e->out, "\tstruct %s_", e->name);
		put_section(e->out, g.section);
		fputs(" *", e->out);
		put_section(e->out, g.section);
		fputs(";\n", e->out);
	}
}

static void put_find_sections(const struct embed *e)
{
	struct cleat_global g;

	fprintf(e->out,
		"/* Where the variables are: another place before and after the load, NULL where the kernel\n"
		" * shows them to nobody. Called by the functions below. */\n"
		"static inline void %s_find_variables(struct %s *o)\n{\n\tchar *at;\n\n\t(void)at;\n"
		"\t(void)o;\n",
		e->name, e->name);
	for (size_t i = 0; is_global(e, i); i++) {
		if (!first_of_section(e, i, &g))
			continue;
		fputs("\tat = (char *)cleat_object_global_memory(o->object, ", e->out);
		put_string(e->out, g.name);
		fputs(", NULL);\n\to->", e->out);
		put_section(e->out, g.section);
		fprintf(e->out, " = (struct %s_", e->name);
		put_section(e->out, g.section);
		fprintf(e->out, " *)(void *)(at ? at - %llu : NULL);\n", (unsigned long long)g.offset);
	}
	fputs("}\n\n", e->out);
}

/* ---- the header ------------------------------------------------------------------------------- */

static void put_bytes(const struct embed *e)
{
	fprintf(e->out,
		"static const unsigned char %s_bytes[%zu] __attribute__((aligned(8))) = {", e->name,
		e->n);
	for (size_t i = 0; i < e->n; i++)
		fprintf(e->out, "%s%u,", i % 24 ? "" : "\n\t", e->bytes[i]);
	fputs("\n};\n\n", e->out);
}

static int write_text(void *user, const char *text, size_t bytes)
{
	return fwrite(text, 1, bytes, user) == bytes ? 0 : 1;
}

static void put_handle(const struct embed *e)
{
	struct cleat_program *p;
	struct cleat_map *m;

	fprintf(e->out, "struct %s {\n\tstruct cleat_object *object;\n", e->name);
	for (size_t i = 0; (m = cleat_object_map_at(e->object, i)); i++)
		if (cleat_map_name(m)[0] != '.')
			put_member(e, "cleat_map", "map_", cleat_map_name(m));
	for (size_t i = 0; (p = cleat_object_program_at(e->object, i)); i++)
		put_member(e, "cleat_program", "program_", cleat_program_name(p));
	for (size_t i = 0; (p = cleat_object_program_at(e->object, i)); i++)
		put_member(e, "cleat_link", "link_", cleat_program_name(p));
	put_sections(e);
	fputs("};\n\n", e->out);
}

static void put_found(const struct embed *e, const char *prefix, const char *call, const char *name,
		      const char *end)
{
	fprintf(e->out, "\to->%s", prefix);
	put_word(e->out, name);
	fprintf(e->out, " = %s(", call);
	fputs(end, e->out);
}

static void put_open(const struct embed *e)
{
	struct cleat_program *p;
	struct cleat_map *m;

	fprintf(e->out,
		"/* Open: settings come between this and %s_load(). Released by %s_close(). 0 or -errno. */\n"
		"static inline int %s_open(struct cleat *c, struct %s *o)\n{\n\tint err;\n\n"
		"\tmemset(o, 0, sizeof(*o));\n"
		"\terr = cleat_object_open_memory(c, %s_bytes, sizeof(%s_bytes), \"%s\", &o->object);\n"
		"\tif (err)\n\t\treturn err;\n",
		e->name, e->name, e->name, e->name, e->name, e->name, e->name);
	for (size_t i = 0; (m = cleat_object_map_at(e->object, i)); i++) {
		if (cleat_map_name(m)[0] == '.')
			continue;
		put_found(e, "map_", "cleat_object_map", cleat_map_name(m), "o->object, ");
		put_string(e->out, cleat_map_name(m));
		fputs(");\n", e->out);
	}
	for (size_t i = 0; (p = cleat_object_program_at(e->object, i)); i++) {
		put_found(e, "program_", "cleat_object_program", cleat_program_name(p), "o->object, ");
		put_string(e->out, cleat_program_name(p));
		fputs(");\n", e->out);
	}
	fprintf(e->out, "\t%s_find_variables(o);\n\treturn 0;\n}\n\n", e->name);
}

static void put_links(const struct embed *e)
{
	struct cleat_program *p;

	fprintf(e->out, "static inline void %s_find_links(struct %s *o)\n{\n\t(void)o;\n", e->name,
		e->name);
	for (size_t i = 0; (p = cleat_object_program_at(e->object, i)); i++) {
		put_found(e, "link_", "cleat_program_link_at", cleat_program_name(p), "o->program_");
		put_word(e->out, cleat_program_name(p));
		fputs(", 0);\n", e->out);
	}
	fputs("}\n\n", e->out);
}

static void put_steps(const struct embed *e)
{
	fprintf(e->out,
		"/* Create the maps and load the programs: cleat_object_load(). */\n"
		"static inline int %s_load(struct %s *o)\n{\n\tint err = cleat_object_load(o->object);\n\n"
		"\t%s_find_variables(o);\n\treturn err;\n}\n\n",
		e->name, e->name, e->name);
	put_links(e);
	fprintf(e->out,
		"/* Attach what says where it belongs: cleat_object_attach(). A link_ is the first of its program, or NULL:\n"
		" * programs that want to be told where are attached with cleat_program_attach(). */\n"
		"static inline int %s_attach(struct %s *o)\n{\n\tint err = cleat_object_attach(o->object);\n\n"
		"\t%s_find_links(o);\n\treturn err;\n}\n\n",
		e->name, e->name, e->name);
	fprintf(e->out,
		"/* Detach: cleat_object_detach(). */\n"
		"static inline int %s_detach(struct %s *o)\n{\n\tint err = cleat_object_detach(o->object);\n\n"
		"\t%s_find_links(o);\n\treturn err;\n}\n\n",
		e->name, e->name, e->name);
	fprintf(e->out,
		"/* Detach and release all of it. */\n"
		"static inline void %s_close(struct %s *o)\n{\n\tcleat_object_close(o->object);\n"
		"\tmemset(o, 0, sizeof(*o));\n}\n\n",
		e->name, e->name);
}

static int put_header(const struct embed *e)
{
	const struct cleat_btf_options cxx = { .size = sizeof(cxx), .flags = CLEAT_BTF_CXX };
	int err;

	fprintf(e->out,
		"/* The BPF object '%s', by cleat embed: do not edit. */\n"
		"#ifndef CLEAT_EMBED_%s\n#define CLEAT_EMBED_%s\n#pragma GCC system_header\n\n"
		"#include <stdbool.h>\n#include <stddef.h>\n#include <string.h>\n\n"
		"#include <cleat/cleat.h>\n#include <linux/types.h>\n\n"
		"/* ---- types of variables, keys and values ---- */\n\n",
		e->name, e->name, e->name);
	err = cleat_object_types(e->object, &cxx, e->name, write_text, e->out);
	if (err)
		return err;
	fputs("/* ---- the object ---- */\n\n", e->out);
	put_handle(e);
	put_bytes(e);
	put_find_sections(e);
	put_open(e);
	put_steps(e);
	fputs("#endif\n", e->out);
	return 0;
}

/* ---- the verb --------------------------------------------------------------------------------- */

static int read_object(struct embed *e)
{
	FILE *in = fopen(e->path, "rbe");
	long size = -1;

	if (in && !fseek(in, 0, SEEK_END) && (size = ftell(in)) > 0) {
		rewind(in);
		e->bytes = malloc((size_t)size);
		e->n = e->bytes ? fread(e->bytes, 1, (size_t)size, in) : 0;
	}
	if (!in || size < 0 || e->n != (size_t)size) {
		fprintf(stderr, "cleat: error: cannot read %s: %s\n", e->path, strerror(errno));
		size = -1;
	}
	if (in)
		fclose(in);
	return size < 0 ? CLI_FAILED : CLI_DONE;
}

/* All of it or nothing: what is there is not replaced by half a header. */
static int write_file(const char *path, const char *text, size_t n)
{
	FILE *out = path ? fopen(path, "we") : stdout;
	bool good = out && fwrite(text, 1, n, out) == n && fflush(out) == 0;

	if (path && out && fclose(out))
		good = false;
	if (!good)
		fprintf(stderr, "cleat: error: cannot write %s: %s\n", path ? path : "the header",
			strerror(errno));
	return good ? CLI_DONE : CLI_FAILED;
}

static int write_header(struct cli *cli, struct embed *e)
{
	char *text = NULL;
	size_t n = 0;
	int status = CLI_FAILED;

	e->out = open_memstream(&text, &n);
	if (!e->out || put_header(e) < 0)
		status = cli_failed(cli);
	else
		status = CLI_DONE;
	if (e->out && fclose(e->out) && !status)
		status = CLI_FAILED;
	if (!status)
		status = write_file(output, text, n);
	free(text);
	return status;
}

static int run_embed(struct cli *cli, int argc, char **argv)
{
	struct embed e = { 0 };
	int status;

	if (argc != 1)
		return cli_usage(cli, argc ? "one object, not '%s', too" : "which object?", argv[1]);
	if (wanted_name && !is_identifier(wanted_name))
		return cli_usage(cli, "--name: a name that C takes, not '%s'", wanted_name);
	status = cli_open(cli);
	e.path = argv[0];
	e.name = wanted_name ? strdup(wanted_name) : name_of_file(argv[0]);
	if (!status && cleat_object_open(cli->c, e.path, &e.object) < 0)
		status = cli_failed(cli);
	if (!status)
		status = e.name ? read_object(&e) : CLI_FAILED;
	if (!status)
		status = write_header(cli, &e);
	free(e.bytes);
	free(e.name);
	return status;
}

static int embed_option(struct cli *cli, const char *name, const char *value)
{
	(void)cli;
	if (name[0] == 'o')
		output = value;
	else
		wanted_name = value;
	return 0;
}

static const struct cli_option embed_options[] = {
	{ "output", "FILE", "the header to write, and not to standard output" },
	{ "name", "NAME", "what everything in it begins with; else the file's name" },
	{ NULL, NULL, NULL },
};

const struct cli_verb verb_embed = {
	.name = "embed",
	.arguments = "OBJECT [-o FILE]",
	.summary = "an object as a C header, for programs that are one file",
	.details =
		"The header has the object's bytes; struct NAME with its maps, programs, links and variables\n"
		"by name and type; and NAME_open(), NAME_load(), NAME_attach(), NAME_detach() and NAME_close().\n"
		"It is C11 and C++, and needs <cleat/cleat.h> and the library. Needs no privilege.\n",
	.options = embed_options,
	.letters = "on",
	.run = run_embed,
	.option = embed_option,
};
