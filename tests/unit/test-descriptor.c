// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* test-descriptor.c - .plugin files: what is read, what is refused, and which of several wins. */
#include "plugin-fixture.h"
#include "plugin/inner.h"

#define HEAD "[plugin]\nname = xdp\nkind = program\nabi = 1\nfile = xdp.so\nsummary = s\n"

static struct plugin *read_text(const char *dir, const char *text, struct report *r)
{
	struct plugin *p = NULL;
	int err;

	report_clear(r);
	err = descriptor_read(in_dir(dir, "xdp.plugin"), text, strlen(text), &p, r);
	assert_int_equal(!err, !!p);
	assert_int_equal(!p, report_errors(r) > 0);
	return p;
}

static void whole(void **state)
{
	struct report *r = report_new();
	char *dir = make_dir();
	struct plugin *p = read_text(dir,
				     "; a comment\n" HEAD "manual = cleat-xdp(7)\n"
				     "section = xdp\nsection = xdp/devmap\nreplaces = oldxdp\n"
				     "x-vendor = anything\n[x-more]\nfoo = bar\n",
				     r);

	assert_non_null(p);
	assert_string_equal(p->name, "xdp");
	assert_int_equal(p->kind, CLEAT_KIND_PROGRAM);
	assert_int_equal(p->abi, 1);
	assert_string_equal(p->summary, "s");
	assert_string_equal(p->manual, "cleat-xdp(7)");
	assert_string_equal(p->replaces, "oldxdp");
	assert_string_equal(p->file, in_dir(dir, "xdp.so"));
	assert_string_equal(p->descriptor, in_dir(dir, "xdp.plugin"));
	assert_int_equal(p->sections.n, 2);
	assert_string_equal(p->sections.v[1], "xdp/devmap");
	assert_false(p->opened);
	plugin_free(p);

	p = read_text(dir, "[plugin]\nname = array\nkind = map\nabi = 1\nfile = a.so\nsummary = s\n"
			   "role = data\ntype = 2 array\ntype = 6   percpu_array\n", r);
	assert_non_null(p);
	assert_true(p->data);
	assert_int_equal(p->type_numbers.n, 2);
	assert_int_equal(p->type_numbers.v[1], 6);
	assert_string_equal(p->type_names.v[1], "percpu_array");
	assert_int_equal(p->claims.n, 0);
	plugin_free(p);

	p = read_text(dir, "[plugin]\nname = odd\nkind = map\nabi = 1\nfile = a.so\nsummary = s\n"
			   "role = jump-tables\nclaim = .odd\nclaim = .even+\ntype = 9 odd\n", r);
	assert_non_null(p);
	assert_true(p->jump_tables);
	assert_false(p->data);
	assert_int_equal(p->claims.n, 2);
	assert_string_equal(p->claims.v[1], ".even+");
	plugin_free(p);
	remove_dir(dir);
	report_free(r);
}

static void refused(void **state)
{
	static const struct {
		const char *text, *words;
	} cases[] = {
		{ "", "has no section [plugin]" },
		{ "[plugins]\n", ":1: error: unknown section 'plugins'" },
		{ HEAD "section = xdp\nsections = xdp\n", "unknown key 'sections'" },
		{ HEAD "section = xdp\nsectoin = xdp\n", "did you mean 'section'?" },
		{ HEAD, "at least one 'section'" },
		{ HEAD "section = xdp\nclaim = .x\n", "'claim' is for map plugins; this is kind 'program'" },
		{ HEAD "claim = .x\nclaim = .x\n", ":8: error: [plugin]: claim '.x' is there twice" },
		{ HEAD "section = x y\n", ":7: error: [plugin]: section 'x y': expected a pattern" },
		{ HEAD "section = xdp\nsection = xdp\n", ":8: error: [plugin]: section 'xdp' is there twice" },
		{ HEAD "section = xdp\ntype = 1 hash\n", "'type' is for map plugins" },
		{ HEAD "section = xdp\nrole = data\n", "'role' is for map plugins" },
		{ HEAD "section = xdp\nname = other\n", "a second 'name'" },
		{ HEAD "section = xdp\n[plugin]\n", "a second section [plugin]" },
		{ HEAD "section = xdp\nreplaces = xdp\n", "'xdp' replaces itself" },
		{ "[plugin]\nname = xdp\nkind = program\nabi = 2\nfile = x.so\nsummary = s\n"
		  "section = xdp\n", ":4: error: [plugin]: needs plugin ABI 2; this cleat offers 1" },
		{ "[plugin]\nname = xdp\nkind = program\nabi = one\n", "abi 'one': expected a number" },
		{ "[plugin]\nname = xdp\nkind = program\nfile = x.so\nsummary = s\nsection = x\n",
		  "has no 'abi'" },
		{ "[plugin]\nname = XDP\n", "name 'XDP': expected lower-case letters" },
		{ "[plugin]\nkind = prog\n", "kind 'prog': expected program, map or output" },
		{ "[plugin]\nfile = ../evil.so\n", "expected the plain name of a file" },
		{ "[plugin]\nname = a\nkind = map\nabi = 1\nfile = a.so\nsummary = s\n",
		  "at least one 'type'" },
		{ "[plugin]\nname = a\nkind = map\nabi = 1\nfile = a.so\nsummary = s\ntype = hash\n",
		  "expected a number and a name" },
		{ "[plugin]\nname = a\nkind = map\nabi = 1\nfile = a.so\nsummary = s\n"
		  "type = 1 a\ntype = 1 b\n", "is there twice" },
	};
	struct report *r = report_new();
	char *dir = make_dir();
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_null(read_text(dir, cases[i].text, r));
		assert_said(r, cases[i].words);
	}
	remove_dir(dir);
	report_free(r);
}

/* ---- several of them ----------------------------------------------------------------------- */

static void describe(const char *dir, const char *base, const char *name, const char *more)
{
	char *text = text_format("[plugin]\nname = %s\nkind = program\nabi = 1\nfile = %s.so\n"
				 "summary = s\n%s", name, name, more);

	write_file(dir, base, text);
	free(text);
}

static struct registry *registry_in(const char *a, const char *b)
{
	char *path = text_format("%s:%s", a, b);
	struct registry *reg;

	assert_int_equal(registry_new(&reg, path, NULL), 0);
	free(path);
	return reg;
}

static void order_and_masks(void **state)
{
	struct report *r = report_new();
	char *a = make_dir(), *b = make_dir();
	struct registry *reg;
	struct plugin *p;
	const char *pattern;

	describe(a, "t1.plugin", "first", "section = t-one\n");
	describe(b, "t1.plugin", "second", "section = t-one\n");
	describe(b, "t2.plugin", "masked", "section = t-two\n");
	write_file(a, "t2.plugin", "");
	describe(b, "t3.plugin", "linked", "section = t-three\n");
	assert_int_equal(symlink("/dev/null", in_dir(a, "t3.plugin")), 0);
	describe(b, "t4.plugin", "hidden", "section = t-four\n");
	write_file(a, "t4.plugin", "[plugin]\nname = \n");
	describe(b, "t5.plugin", "kept", "section = t-five\nsection = t-five/\n");
	reg = registry_in(a, b);
	p = registry_match_section(reg, "t-one", &pattern);
	assert_non_null(p);
	assert_string_equal(p->name, "first");
	assert_string_equal(pattern, "t-one");
	assert_null(registry_match_section(reg, "t-two", &pattern));
	assert_null(pattern);
	assert_null(registry_match_section(reg, "t-three", NULL));
	assert_null(registry_match_section(reg, "t-four", NULL));
	p = registry_match_section(reg, "t-five/x", &pattern);
	assert_non_null(p);
	assert_string_equal(p->name, "kept");
	assert_string_equal(pattern, "t-five/");
	/* what was wrong is told once, as a warning, to the first whom it may concern */
	assert_non_null(registry_find(reg, CLEAT_KIND_PROGRAM, "kept", r));
	assert_int_equal(report_count(r), 0);
	assert_null(registry_find(reg, CLEAT_KIND_MAP, "kept", r));
	assert_said(r, "t4.plugin:2: warning: [plugin]: 'name' has no value");
	assert_int_equal(report_errors(r), 0);
	report_clear(r);
	assert_null(registry_find(reg, CLEAT_KIND_MAP, "kept", r));
	assert_int_equal(report_count(r), 0);
	registry_free(reg);
	remove_dir(a);
	remove_dir(b);
	report_free(r);
}

static void untrusted(void **state)
{
	struct report *r = report_new();
	char *a = make_dir(), *b = make_dir();
	struct registry *reg;

	describe(a, "t1.plugin", "evil", "section = t-one\n");
	assert_int_equal(chmod(in_dir(a, "t1.plugin"), 0666), 0);
	describe(b, "t1.plugin", "good", "section = t-one\n");
	reg = registry_in(a, b);
	assert_null(registry_find(reg, CLEAT_KIND_PROGRAM, "evil", r));
	assert_non_null(registry_find(reg, CLEAT_KIND_PROGRAM, "good", r));
	assert_said(r, "t1.plugin: it is writable by others (mode 666)");
	registry_free(reg);

	assert_int_equal(chmod(a, 0777), 0);
	write_file(a, "t1.plugin", "");
	report_clear(r);
	reg = registry_in(a, b);
	assert_non_null(registry_find(reg, CLEAT_KIND_PROGRAM, "good", r));
	assert_said(r, "(mode 777)");
	registry_free(reg);
	remove_dir(a);
	remove_dir(b);
	report_free(r);
}

static void conflicts(void **state)
{
	struct report *r = report_new();
	char *a = make_dir(), *b = make_dir();
	const struct cleat_section *section;
	const char *rest;
	struct registry *reg;
	struct plugin *p;

	describe(a, "t1.plugin", "one", "section = t-x\nsection = t-y+\nsection = t-z\n");
	describe(b, "t2.plugin", "two", "section = t-x\nsection = t-y\nreplaces = three\n");
	describe(b, "t3.plugin", "three", "section = t-w\n");
	describe(a, "t4.plugin", "four", "section = t-z\nreplaces = one\n");
	describe(b, "t5.plugin", "five", "section = t-w\nreplaces = one\n");
	reg = registry_in(a, b);
	/* the same pattern */
	assert_null(registry_match_section(reg, "t-x", NULL));
	assert_int_equal(registry_for_section(reg, "t-x", &p, &section, &rest, r), -EEXIST);
	assert_said(r, "section 't-x' is claimed by two plugins: 'one' (");
	assert_said(r, in_dir(a, "t1.plugin"));
	assert_said(r, in_dir(b, "t2.plugin"));
	/* not the same pattern: the one that says more */
	p = registry_match_section(reg, "t-y", NULL);
	assert_non_null(p);
	assert_string_equal(p->name, "two");
	p = registry_match_section(reg, "t-y/z", NULL);
	assert_non_null(p);
	assert_string_equal(p->name, "one");
	/* the same pattern, and one replaces the other */
	p = registry_match_section(reg, "t-z", NULL);
	assert_non_null(p);
	assert_string_equal(p->name, "four");
	/* 'five' replaces somebody else */
	assert_null(registry_match_section(reg, "t-w", NULL));
	registry_free(reg);
	remove_dir(a);
	remove_dir(b);
	report_free(r);
}

static void same_name(void **state)
{
	struct report *r = report_new();
	char *a = make_dir(), *b = make_dir();
	struct registry *reg;
	struct plugin *p;

	describe(a, "t1.plugin", "same", "section = t-x\n");
	describe(b, "t2.plugin", "same", "section = t-y\n");
	reg = registry_in(a, b);
	p = registry_find(reg, CLEAT_KIND_PROGRAM, "same", r);
	assert_non_null(p);
	assert_string_equal(p->descriptor, in_dir(a, "t1.plugin"));
	assert_said(r, "t2.plugin: warning: program plugin 'same' is described by");
	registry_free(reg);
	remove_dir(a);
	remove_dir(b);
	report_free(r);
}

static void nobody(void **state)
{
	static const struct {
		const char *name, *hint;
	} cases[] = {
		{ "test-xpd", "nearest is 'test-xdp' (plugin 'one')" },
		{ "test-xpd/eth0", "nearest is 'test-xdp'" },
		{ "test-probe", "'test-probe' (plugin 'one') needs something after the slash" },
		{ "test-xdp/eth0", "'test-xdp' (plugin 'one') takes nothing after it" },
		{ "qqqqqqqqqqq", "'cleat plugins' shows all" },
	};
	char *a = make_dir();
	struct report *r = report_new();
	const struct cleat_section *section;
	struct registry *reg;
	struct plugin *p;
	const char *rest;
	size_t i;

	describe(a, "t1.plugin", "one", "section = test-xdp\nsection = test-probe/\n");
	reg = registry_in(a, a);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		report_clear(r);
		assert_int_equal(registry_for_section(reg, cases[i].name, &p, &section, &rest, r),
				 -ENOENT);
		assert_said(r, "error: no plugin for section '");
		assert_said(r, cases[i].hint);
	}
	registry_free(reg);
	remove_dir(a);
	report_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole),
		cmocka_unit_test(refused),
		cmocka_unit_test(order_and_masks),
		cmocka_unit_test(untrusted),
		cmocka_unit_test(conflicts),
		cmocka_unit_test(same_name),
		cmocka_unit_test(nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
