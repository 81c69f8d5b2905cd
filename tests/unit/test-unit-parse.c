// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * test-unit-parse.c - which files make up a unit, and what sections they have. No object, no plugin.
 */
#include "plugin-fixture.h"
#include "unit/unit.h"

struct fixture {
	struct report *r;
	char *etc, *lib;
	const char *dirs[3];
	struct unit_files files;
	struct unit *u;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	umask(022); /* whose files others may write are refused */
	f->r = report_new();
	f->etc = make_dir();
	f->lib = make_dir();
	f->dirs[0] = f->etc;
	f->dirs[1] = f->lib;
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	unit_free(f->u);
	unit_files_free(&f->files);
	report_free(f->r);
	remove_dir(f->etc);
	remove_dir(f->lib);
	free(f);
	return 0;
}

static int find(struct fixture *f, const char *what)
{
	unit_files_free(&f->files);
	report_clear(f->r);
	return unit_find(&f->files, what, f->dirs, f->r);
}

static int parse(struct fixture *f, const char *what)
{
	int err;

	unit_free(f->u);
	f->u = NULL;
	err = find(f, what);
	if (err)
		return err;
	assert_int_equal(unit_new(&f->u, NULL, &f->files), 0);
	return unit_parse(f->u, f->r);
}

static void drop_in(struct fixture *f, const char *dir, const char *unit, const char *name,
		    const char *text)
{
	char *d = text_format("%s/%s.ini.d", dir, unit);

	mkdir(d, 0755);
	write_file(d, name, text);
	free(d);
}

/* ---- finding ------------------------------------------------------------------------------- */

static void by_name(void **state)
{
	struct fixture *f = *state;

	write_file(f->lib, "fire.ini", "[unit]\n");
	assert_int_equal(find(f, "fire"), 0);
	assert_string_equal(f->files.name, "fire");
	assert_null(f->files.instance);
	assert_int_equal(f->files.paths.n, 1);
	assert_string_equal(f->files.paths.v[0], in_dir(f->lib, "fire.ini"));
	/* the administrator's stands before the vendor's */
	write_file(f->etc, "fire.ini", "[unit]\n");
	assert_int_equal(find(f, "fire"), 0);
	assert_string_equal(f->files.paths.v[0], in_dir(f->etc, "fire.ini"));
	/* and an empty one masks it */
	write_file(f->etc, "fire.ini", "");
	assert_int_equal(find(f, "fire"), -ENOENT);
	assert_said(f->r, "unit 'fire' is masked by");
	assert_int_equal(unlink(in_dir(f->etc, "fire.ini")), 0);
	assert_int_equal(symlink("/dev/null", in_dir(f->etc, "fire.ini")), 0);
	assert_int_equal(find(f, "fire"), -ENOENT);
	assert_said(f->r, "is masked by");
}

/* What others may change is no unit, unless somebody says its path. */
static void by_owner(void **state)
{
	struct fixture *f = *state;

	write_file(f->etc, "fire.ini", "[unit]\n");
	drop_in(f, f->etc, "fire", "more.ini", "[unit]\n");
	assert_int_equal(find(f, "fire"), 0);
	assert_int_equal(chmod(in_dir(f->etc, "fire.ini.d/more.ini"), 0666), 0);
	assert_int_equal(find(f, "fire"), -EPERM);
	assert_said(f->r, "is writable by others");
	assert_int_equal(chmod(in_dir(f->etc, "fire.ini.d/more.ini"), 0644), 0);
	assert_int_equal(chmod(in_dir(f->etc, "fire.ini"), 0666), 0);
	assert_int_equal(find(f, "fire"), -EPERM);
	assert_int_equal(find(f, in_dir(f->etc, "fire.ini")), 0);
	if (geteuid() == 0) {
		assert_int_equal(chmod(in_dir(f->etc, "fire.ini"), 0644), 0);
		assert_int_equal(chown(in_dir(f->etc, "fire.ini"), 65534, (gid_t)-1), 0);
		assert_int_equal(find(f, "fire"), -EPERM);
		assert_said(f->r, "belongs to user 65534");
	}
}

static void by_path(void **state)
{
	struct fixture *f = *state;

	write_file(f->lib, "fire.ini", "[unit]\n");
	assert_int_equal(find(f, in_dir(f->lib, "fire.ini")), 0);
	assert_string_equal(f->files.name, "fire");
	assert_int_equal(find(f, in_dir(f->lib, "ice.ini")), -ENOENT);
	assert_said(f->r, "no unit file");
	assert_int_equal(find(f, in_dir(f->lib, "fire")), -EINVAL);
	assert_said(f->r, "a unit file's name ends with .ini");
}

static void not_there(void **state)
{
	struct fixture *f = *state;

	write_file(f->lib, "firewall.ini", "[unit]\n");
	assert_int_equal(find(f, "firewal"), -ENOENT);
	assert_said(f->r, "error: no unit 'firewal' in ");
	assert_said(f->r, f->etc);
	assert_said(f->r, "hint: did you mean 'firewall'?");
	assert_int_equal(find(f, ""), -EINVAL);
	assert_int_equal(find(f, ".ini"), -EINVAL);
	assert_int_equal(find(f, "@x"), -EINVAL);
}

static void instances(void **state)
{
	struct fixture *f = *state;

	write_file(f->lib, "fire@.ini", "[unit]\ndescription = on %i, 100%% of %x\n[x-a]\n");
	assert_int_equal(find(f, "fire@"), -EINVAL);
	assert_said(f->r, "unit 'fire@' is a template");
	assert_int_equal(parse(f, "fire@eth0"), 0);
	assert_string_equal(f->u->files.name, "fire@eth0");
	assert_string_equal(f->u->files.instance, "eth0");
	assert_string_equal(f->u->sections.v[0]->entries.v[0].value, "on eth0, 100% of %x");
	/* an instance of its own stands before the template */
	write_file(f->lib, "fire@eth1.ini", "[unit]\ndescription = own\n");
	assert_int_equal(parse(f, "fire@eth1"), 0);
	assert_string_equal(f->u->sections.v[0]->entries.v[0].value, "own");
	/* elsewhere a percent sign is one */
	write_file(f->lib, "plain.ini", "[unit]\ndescription = 5%% %i\n");
	assert_int_equal(parse(f, "plain"), 0);
	assert_string_equal(f->u->sections.v[0]->entries.v[0].value, "5%% %i");
	assert_int_equal(find(f, in_dir(f->lib, "fire@eth7.ini")), 0);
	assert_string_equal(f->files.paths.v[0], in_dir(f->lib, "fire@.ini"));
}

static void drop_ins(void **state)
{
	struct fixture *f = *state;

	write_file(f->lib, "fire@.ini", "[unit]\n");
	drop_in(f, f->lib, "fire@", "30.ini", "[unit]\n");
	drop_in(f, f->lib, "fire@", "20.ini", "[unit]\n");
	drop_in(f, f->lib, "fire@a", "20.ini", "[unit]\n");
	drop_in(f, f->etc, "fire@", "10.ini", "[unit]\n");
	drop_in(f, f->etc, "fire@", "30.ini", "");
	drop_in(f, f->etc, "fire@b", "05.ini", "[unit]\n");
	drop_in(f, f->etc, "fire@", "note.txt", "[unit]\n");
	assert_int_equal(find(f, "fire@a"), 0);
	assert_int_equal(f->files.paths.n, 3);
	assert_string_equal(f->files.paths.v[1], in_dir(f->etc, "fire@.ini.d/10.ini"));
	assert_string_equal(f->files.paths.v[2], in_dir(f->lib, "fire@a.ini.d/20.ini"));
	/* a unit by its path has the drop-ins beside it */
	assert_int_equal(find(f, in_dir(f->lib, "fire@c.ini")), 0);
	assert_int_equal(f->files.paths.n, 3);
	assert_string_equal(f->files.paths.v[1], in_dir(f->lib, "fire@.ini.d/20.ini"));
	assert_string_equal(f->files.paths.v[2], in_dir(f->lib, "fire@.ini.d/30.ini"));
}

/* ---- sections ------------------------------------------------------------------------------ */

static void sections(void **state)
{
	struct fixture *f = *state;
	struct unit_section *s;

	write_file(f->etc, "u.ini",
		   "[unit]\ncondition = path:/a\ncondition = path:/b\n"
		   "[object]\npath = a.o\n"
		   "[global g]\nvalue = 1\n"
		   "[map m]\nentry = 1 -> 2 ; why\nx-note = free\n"
		   "[program p]\n"
		   "[attach p]\ninterface = lo\n"
		   "[attach  p \t up]\ninterface = eth0\n"
		   "[output o]\n"
		   "[x-mine or whatever]\nfoo = bar\n");
	assert_int_equal(parse(f, "u"), 0);
	assert_int_equal(f->u->sections.n, 8);
	s = unit_section(f->u, SECTION_UNIT, NULL, NULL);
	assert_non_null(s);
	assert_int_equal(s->entries.n, 2);
	assert_string_equal(s->entries.v[1].value, "path:/b");
	assert_int_equal(s->entries.v[1].line, 3);
	assert_string_equal(s->entries.v[1].file, in_dir(f->etc, "u.ini"));
	s = unit_section(f->u, SECTION_MAP, "m", NULL);
	assert_non_null(s);
	assert_int_equal(s->entries.n, 1);
	assert_string_equal(s->entries.v[0].value, "1 -> 2");
	assert_int_equal(s->line, 8);
	s = unit_section(f->u, SECTION_ATTACH, "p", "up");
	assert_non_null(s);
	assert_string_equal(s->title, "attach p up");
	assert_string_equal(s->entries.v[0].value, "eth0");
	s = unit_section(f->u, SECTION_ATTACH, "p", NULL);
	assert_non_null(s);
	assert_string_equal(s->entries.v[0].value, "lo");
	assert_null(unit_section(f->u, SECTION_ATTACH, "p", "down"));
	assert_null(unit_section(f->u, SECTION_MAP, "p", NULL));
}

static void merging(void **state)
{
	struct fixture *f = *state;
	struct unit_section *s;

	write_file(f->etc, "u.ini", "[map m]\nflags = 1\n[map n]\n");
	drop_in(f, f->etc, "u", "10.ini", "[map m]\nflags = 2\n[map o]\n");
	drop_in(f, f->etc, "u", "20.ini", "\n[map m]\nflags = 3\n");
	assert_int_equal(parse(f, "u"), 0);
	assert_int_equal(f->u->sections.n, 3);
	s = unit_section(f->u, SECTION_MAP, "m", NULL);
	assert_int_equal(s->entries.n, 3);
	assert_int_equal(s->entries.v[0].layer, 0);
	assert_int_equal(s->entries.v[1].layer, 1);
	assert_int_equal(s->entries.v[2].layer, 2);
	assert_int_equal(s->entries.v[2].line, 3);
	assert_string_equal(s->file, in_dir(f->etc, "u.ini"));
	/* a section may be there once in each file */
	drop_in(f, f->etc, "u", "30.ini", "[map m]\n[map q]\n[map m]\n");
	assert_int_equal(parse(f, "u"), -EINVAL);
	assert_said(f->r, "30.ini:3: error: section [map m] is there twice: in line 1 already");
}

static void all_errors(void **state)
{
	struct fixture *f = *state;

	write_file(f->etc, "u.ini",
		   "[units]\nfoo = 1\n"
		   "[map]\n"
		   "[map a b]\n"
		   "[attach p q r]\n"
		   "[unit x]\n"
		   "[output]\n"
		   "[map m]\nbroken line\n"
		   "[map m]\n"
		   "[object]\npath = a\n"
		   "[program p]\nkey! = 1\n");
	assert_int_equal(parse(f, "u"), -EINVAL);
	assert_int_equal(report_errors(f->r), 9);
	assert_said(f->r, "u.ini:1: error: unknown section 'units'\n  hint: did you mean 'unit'?");
	assert_said(f->r, "u.ini:3: error: section [map]: expected [map NAME]");
	assert_said(f->r, "u.ini:4: error: section [map a b]: expected [map NAME]");
	assert_said(f->r, "u.ini:5: error: section [attach p q r]: expected [attach PROGRAM]");
	assert_said(f->r, "u.ini:6: error: section [unit x]: expected [unit]");
	assert_said(f->r, "u.ini:7: error: section [output]: expected [output LABEL]");
	assert_said(f->r, "u.ini:9: error: ");
	assert_said(f->r, "u.ini:10: error: section [map m] is there twice: in line 8 already");
	assert_said(f->r, "u.ini:14: error: ");
	/* what is sound was read all the same */
	assert_non_null(unit_section(f->u, SECTION_OBJECT, NULL, NULL));
}

#define test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(by_name),	test(by_owner), test(by_path),	test(not_there), test(instances),
		test(drop_ins), test(sections), test(merging),	 test(all_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
