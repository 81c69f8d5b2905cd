// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * test-plugin.c - opening plugins: of this age, older, newer, and those that lie. They are compiled
 * here, with the compiler that the build used, from one source and one define each.
 */
#include <fcntl.h>
#include <unistd.h>

#include "plugin-fixture.h"
#include "plugin/inner.h"

static const char source[] =
	"#define CLEAT_ABI 1\n"
	"#include <cleat/plugin.h>\n"
	"#include <errno.h>\n"
	"#include <stdlib.h>\n"
	"#include <stdio.h>\n"
	"#ifdef WIDE\n" /* what a header of the future has */
	"struct section { struct cleat_section old; void *more; };\n"
	"#define S(...) { { __VA_ARGS__ }, (void *)-1 }\n"
	"#else\n"
	"#define section cleat_section\n"
	"#define S(...) { __VA_ARGS__ }\n"
	"#endif\n"
	"static const struct section sections[] = {\n"
	"	S(\"t-one\", 7, 0, 1), S(\"t-two/\", 8, 0, 0),\n"
	"#ifdef EXTRA_SECTION\n"
	"	S(\"t-extra\", 9, 0, 0),\n"
	"#endif\n"
	"};\n"
	"static const struct cleat_key keys[] = {\n"
	"	{ \"mode\", \"how\", \"a\", \"a|b\", CLEAT_TYPE_CHOICE, 0 },\n"
	"#ifdef BAD_KEY\n"
	"	{ \"size\", \"how\", \"lots\", 0, CLEAT_TYPE_UINT, 0 },\n"
	"#endif\n"
	"};\n"
	"static int init(void)\n"
	"{\n"
	"	FILE *f = fopen(getenv(\"INIT_COUNT\"), \"a\");\n"
	"	if (f) { fputs(\"x\", f); fclose(f); }\n"
	"#ifdef INIT_FAILS\n"
	"	return -ENODEV;\n"
	"#endif\n"
	"#ifdef SHINY\n"
	"	extern int cleat_shiny(void);\n"
	"	return cleat_shiny();\n"
	"#endif\n"
	"	return 0;\n"
	"}\n"
	"#ifndef PROBED\n"
	"#define PROBED -EOPNOTSUPP\n"
	"#endif\n"
	"static int probe(struct cleat *c) { (void)c; return PROBED; }\n"
	"static int check(struct cleat_program *p, const struct cleat_params *k)\n"
	"{ (void)p; (void)k; return 0; }\n"
	"struct future { struct cleat_program_plugin p; long more[4]; };\n"
	"#ifndef NAME\n"
	"#define NAME \"good\"\n"
	"#endif\n"
	"#ifndef ABI\n"
	"#define ABI 1\n"
	"#endif\n"
	"#ifndef SIZE\n"
	"#define SIZE sizeof(struct cleat_program_plugin)\n"
	"#endif\n"
	"#ifndef KIND\n"
	"#define KIND CLEAT_KIND_PROGRAM\n"
	"#endif\n"
	"static const struct future plugin = { {\n"
	"	.base = { SIZE, ABI, KIND, NAME, \"test\" },\n"
	"	CLEAT_TABLE(sections, sections), CLEAT_TABLE(keys, keys),\n"
	"	.program_type = 6, .ctx_type = \"xdp_md\",\n"
	"	.init = init, .probe = probe, .check = check,\n"
	"#ifdef TINY_KEYS\n"
	"	.keys_size = 8,\n"
	"#endif\n"
	"#ifdef NO_TABLE\n"
	"	.sections = 0,\n"
	"#endif\n"
	"}, { 1, 2, 3, 4 } };\n"
	"#ifdef ENTRY_NULL\n"
	"CLEAT_API const struct cleat_plugin *const cleat_plugin_entry = 0;\n"
	"#elif !defined(NO_ENTRY)\n"
	"CLEAT_API const struct cleat_plugin *const cleat_plugin_entry = &plugin.p.base;\n"
	"#else\n"
	"CLEAT_API const void *const other = &plugin;\n"
	"#endif\n";

static const char map_source[] =
	"#define CLEAT_ABI 1\n"
	"#include <cleat/plugin.h>\n"
	"#ifndef FLAGS\n"
	"#define FLAGS CLEAT_MAP_DATA\n"
	"#endif\n"
	"#ifndef MORE\n"
	"#define MORE\n"
	"#endif\n"
	"static const struct cleat_map_type types[] = { { 9002, FLAGS, \"t_array\" }, MORE };\n"
	"static const struct cleat_map_plugin good = {\n"
	"	.base = CLEAT_HEAD(struct cleat_map_plugin, CLEAT_KIND_MAP, \"good\", \"test\"),\n"
	"	CLEAT_TABLE(types, types),\n"
	"};\n"
	"CLEAT_PLUGIN(good)\n";

static const char output_source[] =
	"#define CLEAT_ABI 1\n"
	"#include <cleat/plugin.h>\n"
	"static int record(struct cleat_output *o, const struct cleat_record *r)\n"
	"{ (void)o; (void)r; return 7; }\n"
	"static const struct cleat_output_plugin good = {\n"
	"	.base = CLEAT_HEAD(struct cleat_output_plugin, CLEAT_KIND_OUTPUT, \"good\", \"test\"),\n"
	"	.record = record,\n"
	"};\n"
	"CLEAT_PLUGIN(good)\n";

#define PROGRAM "kind = program\nsection = t-one\nsection = t-two/\n"
#define MAP "kind = map\nrole = data\ntype = 9002 t_array\n"

struct fixture {
	struct report *r;
	struct registry *reg;
	char *dir;
	struct plugin *p;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	f->r = report_new();
	f->dir = make_dir();
	setenv("INIT_COUNT", in_dir(f->dir, "count"), 1);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	registry_free(f->reg);
	report_free(f->r);
	remove_dir(f->dir);
	free(f);
	return 0;
}

static const char *env(const char *name, const char *otherwise)
{
	const char *value = getenv(name);

	return value ? value : otherwise;
}

static void compile(struct fixture *f, const char *text, const char *flags)
{
	char *command;

	write_file(f->dir, "good.c", text);
	command = text_format("%s -shared -fPIC -w -D_GNU_SOURCE -I'%s/include' -I'%s/include' %s "
			      "-o '%s/good.so' '%s/good.c'", env("CC", "cc"),
			      env("top_builddir", "."), env("top_srcdir", "."), flags, f->dir,
			      f->dir);
	assert_non_null(command);
	if (system(command))
		fail_msg("does not compile: %s", command);
	free(command);
	assert_int_equal(chmod(in_dir(f->dir, "good.so"), 0755), 0);
}

static void describe(struct fixture *f, unsigned int kind, const char *more)
{
	char *text = text_format("[plugin]\nname = good\nabi = 1\nfile = good.so\nsummary = s\n%s",
				 more);

	write_file(f->dir, "good.plugin", text);
	free(text);
	assert_int_equal(registry_new(&f->reg, f->dir, NULL), 0);
	f->p = registry_find(f->reg, kind, "good", f->r);
	if (!f->p)
		fail_msg("not found: %s", said(f->r));
	assert_int_equal(report_count(f->r), 0);
}

static void given(struct fixture *f, const char *flags, const char *descriptor)
{
	compile(f, source, flags);
	describe(f, CLEAT_KIND_PROGRAM, descriptor);
}

static size_t inits(struct fixture *f)
{
	struct stat st;

	return stat(in_dir(f->dir, "count"), &st) ? 0 : (size_t)st.st_size;
}

static void refuses(struct fixture *f, const char *words)
{
	assert_true(plugin_open(f->p, f->r) < 0);
	assert_int_equal(report_errors(f->r), 1);
	assert_said(f->r, words);
	assert_false(f->p->opened);
	/* not tried again, but said again */
	assert_int_equal(unlink(f->p->file), 0);
	report_clear(f->r);
	assert_true(plugin_open(f->p, f->r) < 0);
	assert_int_equal(report_errors(f->r), 1);
	assert_said(f->r, words);
}

static void good(void **state)
{
	struct fixture *f = *state;
	const struct cleat_section *section;
	struct plugin *p;
	const char *rest;

	given(f, "", PROGRAM);
	assert_int_equal(inits(f), 0);
	assert_int_equal(registry_for_section(f->reg, "t-two/x/y", &p, &section, &rest, f->r), 0);
	assert_ptr_equal(p, f->p);
	assert_string_equal(rest, "x/y");
	assert_int_equal(section->attach_type, 8);
	assert_int_equal(registry_for_section(f->reg, "t-one", &p, &section, &rest, f->r), 0);
	assert_int_equal(section->flags, 1);
	assert_string_equal(rest, "");
	assert_int_equal(inits(f), 1);
	assert_int_equal(p->program->program_type, 6);
	assert_string_equal(p->program->ctx_type, "xdp_md");
	assert_int_equal(p->program->probe(NULL), -EOPNOTSUPP);
	assert_null(p->program->attach);
	assert_int_equal(p->n_keys, 1);
	assert_string_equal(p->keys[0].name, "mode");
	assert_int_equal(report_count(f->r), 0);
}

static void shorter(void **state)
{
	struct fixture *f = *state;

	/* built when there was nothing behind 'probe': what is behind it is not read */
	given(f, "-DSIZE='(offsetof(struct cleat_program_plugin,probe)+sizeof(void*))'", PROGRAM);
	assert_int_equal(plugin_open(f->p, f->r), 0);
	assert_non_null(f->p->program->probe);
	assert_null(f->p->program->check);
}

static void longer(void **state)
{
	struct fixture *f = *state;
	const struct cleat_section *section;
	struct plugin *p;
	const char *rest;

	given(f, "-DSIZE='sizeof(struct future)' -DWIDE", PROGRAM);
	assert_int_equal(registry_for_section(f->reg, "t-two/z", &p, &section, &rest, f->r), 0);
	assert_non_null(p->program->check);
	assert_null(p->program->describe);
	/* the second element of a table with wider ones */
	assert_string_equal(section->pattern, "t-two/");
	assert_int_equal(section->attach_type, 8);
}

#define refusal(name, flags, descriptor, words)   \
	static void name(void **state)            \
	{                                         \
		given(*state, flags, descriptor); \
		refuses(*state, words);           \
	}

refusal(wrong_abi, "-DABI=2", PROGRAM, "good.so: error: needs plugin ABI 2; this cleat offers 1")
refusal(wrong_name, "-DNAME='\"bad\"'", PROGRAM, "is plugin 'bad'; its descriptor says 'good'")
refusal(no_name, "-DNAME=0", PROGRAM, "is plugin ''; its descriptor says 'good'")
refusal(wrong_kind, "-DKIND=2", PROGRAM, "is a plugin of kind 'map'; its descriptor says 'program'")
refusal(tiny, "-DSIZE=8", PROGRAM, "says that its struct has 8 bytes")
refusal(huge, "-DSIZE=0x7fffffff", PROGRAM, "says that its struct has 2147483647 bytes")
refusal(no_entry, "-DNO_ENTRY", PROGRAM, "has no symbol 'cleat_plugin_entry'")
refusal(null_entry, "-DENTRY_NULL", PROGRAM, "has no symbol 'cleat_plugin_entry'")
refusal(missing_symbol, "-DSHINY", PROGRAM, "needs the symbol 'cleat_shiny', which is not there")
refusal(bad_key, "-DBAD_KEY", PROGRAM, "its key 'size' has the default 'lots'")
refusal(tiny_keys, "-DTINY_KEYS", PROGRAM, "table 'keys' has elements of 8 bytes")
refusal(no_table, "-DNO_TABLE", PROGRAM, "table 'sections' has 2 elements and no address")
refusal(less_said, "-DEXTRA_SECTION", PROGRAM,
	"takes section 't-extra'; its descriptor does not say so")
refusal(more_said, "", PROGRAM "section = t-three\n",
	"does not take section 't-three'; its descriptor says so")
refusal(init_refuses, "-DINIT_FAILS", PROGRAM, "its 'init' refused: no such device")

static void failed_init_once(void **state)
{
	struct fixture *f = *state;

	given(f, "-DINIT_FAILS", PROGRAM);
	assert_int_equal(plugin_open(f->p, NULL), -ENODEV);
	assert_int_equal(plugin_open(f->p, f->r), -ENODEV);
	assert_int_equal(inits(f), 1);
	assert_said(f->r, "init");
}

static void not_elf(void **state)
{
	struct fixture *f = *state;

	write_file(f->dir, "good.so", "this is text\n");
	describe(f, CLEAT_KIND_PROGRAM, PROGRAM);
	refuses(f, "good.so: error: is no shared object");
}

/* What the dynamic linker would map and the first look at it would find missing: a SIGBUS. */
static void cut_off(void **state)
{
	struct fixture *f = *state;
	struct stat st;

	compile(f, source, "");
	assert_int_equal(stat(in_dir(f->dir, "good.so"), &st), 0);
	assert_int_equal(truncate(in_dir(f->dir, "good.so"), st.st_size / 4), 0);
	describe(f, CLEAT_KIND_PROGRAM, PROGRAM);
	refuses(f, "good.so: error: is cut off after ");
	assert_int_equal(inits(f), 0);
}

static void cut_in_headers(void **state)
{
	struct fixture *f = *state;

	compile(f, source, "");
	assert_int_equal(truncate(in_dir(f->dir, "good.so"), 100), 0);
	describe(f, CLEAT_KIND_PROGRAM, PROGRAM);
	refuses(f, "good.so: error: is cut off: its headers end at byte 100");
}

static void no_plugin_object(void **state)
{
	struct fixture *f = *state;

	/* an ELF file of the right class, and yet no shared object */
	compile(f, source, "-c");
	describe(f, CLEAT_KIND_PROGRAM, PROGRAM);
	refuses(f, "good.so: error: is no shared object that this cleat could open");
}

static void another_machine(void **state)
{
	struct fixture *f = *state;
	static const unsigned char odd[] = { 0xfe, 0xfe };
	int fd;

	compile(f, source, "");
	fd = open(in_dir(f->dir, "good.so"), O_WRONLY | O_CLOEXEC);
	assert_int_equal(pwrite(fd, odd, sizeof(odd), 18), sizeof(odd)); /* e_machine */
	close(fd);
	describe(f, CLEAT_KIND_PROGRAM, PROGRAM);
	refuses(f, "good.so: error: is for another machine (ELF machine 65278)");
}

/* Whoever asks first is told what is wrong with others' descriptors, and is not blamed for it. */
static void problems_are_nobodys(void **state)
{
	struct fixture *f = *state;

	write_file(f->dir, "bad.plugin", "[plugin]\nname = bad\n");
	assert_int_equal(registry_new(&f->reg, f->dir, NULL), 0);
	REPORT_IN(f->r, REPORT_OBJECT, "mine.bpf.o");
	REPORT_IN(f->r, REPORT_MAP, "mine");
	assert_null(registry_find(f->reg, CLEAT_KIND_PROGRAM, "good", f->r));
	assert_said(f->r, "bad.plugin: warning: [plugin] has no 'kind'");
	assert_not_said(f->r, "mine");
}

static void no_file(void **state)
{
	struct fixture *f = *state;

	describe(f, CLEAT_KIND_PROGRAM, PROGRAM);
	assert_int_equal(plugin_open(f->p, f->r), -ENOENT);
	assert_said(f->r, "cleat: error: cannot find ");
	assert_said(f->r, "good.so: no such file or directory");
}

static void writable_file(void **state)
{
	struct fixture *f = *state;

	given(f, "", PROGRAM);
	assert_int_equal(chmod(in_dir(f->dir, "good.so"), 0666), 0);
	refuses(f, "is writable by others (mode 666)");
	assert_int_equal(inits(f), 0);
}

static void writable_dir(void **state)
{
	struct fixture *f = *state;

	given(f, "", PROGRAM);
	assert_int_equal(chmod(f->dir, 0777), 0);
	refuses(f, "is writable by others (mode 777)");
	assert_int_equal(inits(f), 0);
}

static void maps(void **state)
{
	struct fixture *f = *state;
	const struct cleat_map_type *type;
	struct plugin *p;

	compile(f, map_source, "");
	describe(f, CLEAT_KIND_MAP, MAP);
	assert_int_equal(registry_for_map(f->reg, 9002, &p, &type, f->r), 0);
	assert_string_equal(type->name, "t_array");
	assert_int_equal(registry_for_data(f->reg, &p, &type, f->r), 0);
	assert_int_equal(type->type, 9002);
	assert_int_equal(registry_for_map(f->reg, 9003, &p, &type, f->r), -ENOENT);
	assert_null(p);
	assert_said(f->r, "no plugin for map type 9003");
}

#define map_refusal(name, flags, descriptor, words)                  \
	static void name(void **state)                               \
	{                                                            \
		compile(*state, map_source, flags);                  \
		describe(*state, CLEAT_KIND_MAP, descriptor);        \
		refuses(*state, words);                              \
	}

map_refusal(map_less_said, "-DMORE='{9003,0,\"t_hash\"}'", MAP,
	    "makes maps of type 9003 't_hash'; its descriptor does not say so")
map_refusal(map_more_said, "", MAP "type = 9003 t_hash\n",
	    "does not make maps of type 9003 't_hash'; its descriptor says so")
map_refusal(map_other_name, "", "kind = map\ntype = 9002 t_hash\n",
	    "calls map type 9002 't_array'; its descriptor calls it 't_hash'")
map_refusal(map_no_data, "-DFLAGS=0", MAP, "has no type for data")

static void outputs(void **state)
{
	struct fixture *f = *state;
	struct plugin *p;

	compile(f, output_source, "");
	describe(f, CLEAT_KIND_OUTPUT, "kind = output\n");
	assert_int_equal(registry_for_output(f->reg, "good", &p, f->r), 0);
	assert_int_equal(p->output->record(NULL, NULL), 7);
	assert_int_equal(registry_for_output(f->reg, "goood", &p, f->r), -ENOENT);
	assert_said(f->r, "no output plugin 'goood'");
	assert_said(f->r, "did you mean 'good'?");
}

#define test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

/* What the plugin says of itself is the answer for it, and "no" one for all its sections. */
static void probe_is(struct fixture *f, const char *flags, const char *word)
{
	struct cleat_options options = { .size = sizeof(options), .plugin_path = f->dir };
	struct cleat_facts *facts = cleat_facts_new();
	struct cleat *c;

	compile(f, source, flags);
	write_file(f->dir, "good.plugin",
		   "[plugin]\nname = good\nabi = 1\nfile = good.so\nsummary = s\n" PROGRAM);
	assert_int_equal(cleat_open(&c, &options), 0);
	assert_int_equal(cleat_features(c, CLEAT_FEATURES_PLUGINS, NULL, facts), 0);
	assert_string_equal(cleat_facts_find(facts, "good"), word);
	assert_null(cleat_facts_find(facts, "t-one"));
	assert_int_equal(cleat_features(c, CLEAT_FEATURES_SECTIONS, "good", facts), 0);
	assert_non_null(cleat_facts_find(facts, "t-two/"));
	if (strcmp(word, "yes") != 0)
		assert_string_equal(cleat_facts_find(facts, "t-one"), word);
	assert_int_equal(cleat_features(c, CLEAT_FEATURES_SECTIONS, "gold", facts), -ENOENT);
	assert_int_equal(cleat_features(c, CLEAT_FEATURES_HELPERS, "xpd", facts), -ENOENT);
	assert_int_equal(cleat_features(c, 1000, NULL, facts), -EINVAL);
	cleat_facts_free(facts);
	cleat_close(c);
}

static void probe_says_no(void **state)
{
	probe_is(*state, "", "no");
}

static void probe_says_yes(void **state)
{
	probe_is(*state, "-DPROBED=0", "yes");
}

static void probe_cannot_tell(void **state)
{
	probe_is(*state, "-DPROBED=-EPERM", "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(good),
		test(shorter),
		test(longer),
		test(wrong_abi),
		test(wrong_name),
		test(no_name),
		test(wrong_kind),
		test(tiny),
		test(huge),
		test(no_entry),
		test(null_entry),
		test(missing_symbol),
		test(bad_key),
		test(tiny_keys),
		test(no_table),
		test(less_said),
		test(more_said),
		test(init_refuses),
		test(failed_init_once),
		test(not_elf),
		test(more_said),
		test(init_refuses),
		test(failed_init_once),
		test(cut_off),
		test(more_said),
		test(init_refuses),
		test(failed_init_once),
		test(cut_in_headers),
		test(more_said),
		test(init_refuses),
		test(failed_init_once),
		test(no_plugin_object),
		test(another_machine),
		test(more_said),
		test(init_refuses),
		test(failed_init_once),
		test(problems_are_nobodys),
		test(no_file),
		test(writable_file),
		test(writable_dir),
		test(maps),
		test(map_less_said),
		test(map_more_said),
		test(map_other_name),
		test(map_no_data),
		test(probe_says_no),
		test(probe_says_yes),
		test(probe_cannot_tell),
		test(outputs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
