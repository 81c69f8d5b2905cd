// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * test-index.c - the index of a directory of plugins says what the descriptors say, and nothing any more once
 * one of them changed in any way, or it is damaged itself. That it was believed shows in where the texts are.
 */
#include <unistd.h>

#include "plugin-fixture.h"

#include "base/file.h"
#include "plugin/inner.h"

#define HEAD "[plugin]\nabi = 1\nfile = x.so\nsummary = s\n"

static void describe(const char *dir, const char *name, const char *rest)
{
	char *file = text_format("%s.plugin", name);
	char *text = text_format(HEAD "name = %s\nkind = program\n%s", name, rest);

	write_file(dir, file, text);
	free(file);
	free(text);
}

/* A directory of its own in one that is removed as a whole. */
struct fixture {
	struct report *r;
	char *top;
	char dir[64], index[64];
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	f->r = report_new();
	f->top = make_dir();
	assert_true(snprintf(f->dir, sizeof(f->dir), "%s/plugins", f->top) < (int)sizeof(f->dir));
	assert_true(snprintf(f->index, sizeof(f->index), "%s.index", f->dir) <
		    (int)sizeof(f->index));
	assert_int_equal(mkdir(f->dir, 0755), 0);
	describe(f->dir, "one", "section = t-one\nsection = t-two/\n");
	describe(f->dir, "two", "section=t-three\nx-note = section = t-none\n");
	describe(f->dir, "three", "section\t=  t-four+\n");
	assert_int_equal(symlink("/dev/null", in_dir(f->dir, "masked.plugin")), 0);
	assert_int_equal(index_write(f->dir, f->r), 0);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	remove_dir(f->top);
	report_free(f->r);
	free(f);
	return 0;
}

static struct registry *registry_in(const char *dirs)
{
	struct registry *reg;

	assert_int_equal(registry_new(&reg, dirs, NULL), 0);
	return reg;
}

/* Was the index read, when somebody wants @section; *found is who takes it. */
static bool believed(struct fixture *f, const char *section, char *found, size_t size)
{
	struct registry *reg = registry_in(f->dir);
	struct plugin *p = registry_match_section(reg, section, NULL);
	bool yes;

	snprintf(found, size, "%s", p ? p->name : "");
	/* what is wrong is told to the first who listens */
	assert_int_equal(registry_scan(reg, "name", "nobody", f->r), 0);
	yes = reg->indexes.n > 0;
	registry_free(reg);
	return yes;
}

static void assert_believed(struct fixture *f, bool yes, const char *section, const char *plugin)
{
	char found[32];

	assert_int_equal(believed(f, section, found, sizeof(found)), yes);
	assert_string_equal(found, plugin);
}

static void says_the_same(void **state)
{
	static const struct {
		const char *section, *plugin;
	} cases[] = {
		{ "t-one", "one" },   { "t-two/x", "one" },  { "t-three", "two" },
		{ "t-four", "three" }, { "t-four/x", "three" }, { "t-none", "" },
	};
	struct fixture *f = *state;
	struct registry *reg;
	struct plugin **all;
	size_t n;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_believed(f, true, cases[i].section, cases[i].plugin);
	/* only who was wanted has been understood */
	reg = registry_in(f->dir);
	assert_non_null(registry_match_section(reg, "t-three", NULL));
	assert_int_equal(reg->plugins.n, 1);
	assert_int_equal(registry_list(reg, &all, &n, f->r), 0);
	assert_int_equal(n, 3);
	assert_string_equal(all[0]->descriptor, in_dir(f->dir, "one.plugin"));
	assert_string_equal(all[0]->file, in_dir(f->dir, "x.so"));
	registry_free(reg);
	assert_int_equal(report_count(f->r), 0);
}

static void in_its_turn(void **state)
{
	struct fixture *f = *state;
	char *other = make_dir(), *both = text_format("%s:%s", other, f->dir);
	struct registry *reg;

	describe(other, "one", "section = t-other\n");
	write_file(other, "two.plugin", "");
	assert_int_equal(index_write(other, f->r), 0);
	reg = registry_in(both);
	assert_non_null(registry_match_section(reg, "t-other", NULL));
	assert_null(registry_match_section(reg, "t-one", NULL));
	assert_null(registry_match_section(reg, "t-three", NULL));
	assert_non_null(registry_match_section(reg, "t-four", NULL));
	assert_int_equal(reg->indexes.n, 2);
	registry_free(reg);
	free(both);
	both = text_format("%s.index", other);
	assert_int_equal(unlink(both), 0);
	free(both);
	remove_dir(other);
}

static void changed(void **state)
{
	struct fixture *f = *state;
	FILE *file;

	/* in its place: neither name nor inode nor directory change */
	file = fopen(in_dir(f->dir, "two.plugin"), "a");
	assert_true(fputs("section = t-new\n", file) >= 0);
	assert_int_equal(fclose(file), 0);
	assert_believed(f, false, "t-new", "two");
	assert_int_equal(index_write(f->dir, f->r), 0);
	assert_believed(f, true, "t-new", "two");

	/* as many bytes, at once after the index was made */
	file = fopen(in_dir(f->dir, "two.plugin"), "r+");
	assert_int_equal(fseek(file, -4, SEEK_END), 0);
	assert_true(fputs("old\n", file) >= 0);
	assert_int_equal(fclose(file), 0);
	assert_believed(f, false, "t-old", "two");
	assert_int_equal(index_write(f->dir, f->r), 0);

	/* another one of its name */
	describe(f->dir, "new", "section = t-fresh\n");
	assert_int_equal(rename(in_dir(f->dir, "new.plugin"), in_dir(f->dir, "two.plugin")), 0);
	assert_believed(f, false, "t-fresh", "new");
	assert_int_equal(index_write(f->dir, f->r), 0);

	/* the mode */
	assert_int_equal(chmod(in_dir(f->dir, "two.plugin"), 0666), 0);
	assert_believed(f, false, "t-fresh", "");
	assert_said(f->r, "two.plugin: it is writable by others (mode 666)");
	assert_int_equal(chmod(in_dir(f->dir, "two.plugin"), 0644), 0);
	assert_believed(f, false, "t-fresh", "new");
}

static void came_and_went(void **state)
{
	struct fixture *f = *state;

	describe(f->dir, "four", "section = t-five\n");
	assert_believed(f, false, "t-five", "four");
	assert_int_equal(unlink(in_dir(f->dir, "four.plugin")), 0);
	/* as it was, but for the time of the directory; what else is in it is not the index's */
	assert_believed(f, true, "t-one", "one");
	write_file(f->dir, "other.so", "x");
	assert_believed(f, true, "t-one", "one");
	assert_int_equal(unlink(in_dir(f->dir, "one.plugin")), 0);
	assert_believed(f, false, "t-one", "");
	assert_int_equal(index_write(f->dir, f->r), 0);
	assert_believed(f, true, "t-one", "");
}

/* Who else may write it may say anything. */
static void untrusted(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(chmod(f->index, 0666), 0);
	assert_believed(f, false, "t-one", "one");
	assert_said(f->r, "warning: refusing ");
	assert_said(f->r, "plugins.index: it is writable by others (mode 666)");
	report_clear(f->r);
	assert_int_equal(chmod(f->index, 0644), 0);
	assert_believed(f, true, "t-one", "one");
	assert_int_equal(report_count(f->r), 0);

	/* a link is none */
	assert_int_equal(rename(f->index, in_dir(f->top, "moved")), 0);
	assert_int_equal(symlink("moved", f->index), 0);
	assert_believed(f, false, "t-one", "one");
}

static void umask_does_not_matter(void **state)
{
	struct fixture *f = *state;
	mode_t old = umask(0);
	struct stat st;

	assert_int_equal(index_write(f->dir, f->r), 0);
	umask(old);
	assert_int_equal(stat(f->index, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
}

/* Every cut, and every byte: what is not sound is not believed, and what is does not lead out of it. */
static void damaged(void **state)
{
	struct fixture *f = *state;
	size_t size, sound = 0;
	char *text;

	assert_int_equal(file_read(f->index, 1 << 20, &text, &size), 0);
	assert_true(index_is_sound(text, size));
	for (size_t i = 0; i < size; i++) {
		char *cut = malloc(i + 1);

		memcpy(cut, text, i);
		assert_false(index_is_sound(cut, i));
		free(cut);
		text[i] ^= 0xff;
		sound += index_is_sound(text, size);
		text[i] ^= 0xff;
	}
	/* in texts and times a byte may be any */
	assert_true(sound > 0 && sound < size);
	assert_int_equal(truncate(f->index, (off_t)size - 1), 0);
	assert_believed(f, false, "t-one", "one");
	assert_int_equal(truncate(f->index, 0), 0);
	assert_believed(f, false, "t-one", "one");
	assert_int_equal(report_count(f->r), 0);
	free(text);
}

static void not_written(void **state)
{
	struct fixture *f = *state;

	assert_int_not_equal(index_write("/nowhere/at/all", f->r), 0);
	assert_said(f->r, "cannot find /nowhere/at/all");
}

#define test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(says_the_same), test(in_its_turn), test(changed),
		test(came_and_went), test(untrusted),	test(umask_does_not_matter),
		test(damaged),	     test(not_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
