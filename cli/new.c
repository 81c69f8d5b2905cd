// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * new.c - cleat new: a directory with a project that builds, copied from a template. Templates are plain
 * files in folders; this knows how they hang together and what is replaced in them, and not what is in them.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"
#include "complete.h"

#define MAX_WORDS 32
#define MAX_MADE 64
#define SPEC "template.conf"

/* "@NAME@" and what it becomes; keys of the template's own are words, too: "@PROGRAM@". */
struct word {
	char *name;
	char *value;
};

struct project {
	const char *kind, *name;
	char *template; /* the folder of the kind */
	struct word words[MAX_WORDS];
	size_t n_words;
	char *made[MAX_MADE]; /* what is there already, for when the rest fails */
	size_t n_made;
};

/* ---- where templates are ---------------------------------------------------------------------- */

/* The @i-th directory of templates: the environment's, then the administrator's, then ours. */
static char *directory_at(size_t i)
{
	const char *path = getenv("CLEAT_TEMPLATE_PATH");

	while (path && *path) {
		size_t n = strcspn(path, ":");

		if (i-- == 0)
			return strndup(path, n);
		path += n + (path[n] == ':');
	}
	return i == 0   ? strdup(CLEAT_SYSCONF_DIR "/templates")
	       : i == 1 ? strdup(CLEAT_TEMPLATE_DIR)
			: NULL;
}

static char *join(const char *directory, const char *name)
{
	char *path;

	return asprintf(&path, "%s/%s", directory, name) < 0 ? NULL : path;
}

static bool is_template(const char *folder)
{
	char *spec = join(folder, SPEC);
	bool is = spec && access(spec, R_OK) == 0;

	free(spec);
	return is;
}

/* The first folder of this name that has a file @file (NULL: that is a template). */
static char *find_folder(const char *name)
{
	char *directory;

	for (size_t i = 0; (directory = directory_at(i)); i++) {
		char *folder = join(directory, name);
		struct stat st;

		free(directory);
		if (folder && stat(folder, &st) == 0 && S_ISDIR(st.st_mode))
			return folder;
		free(folder);
	}
	return NULL;
}

/* ---- what a template says --------------------------------------------------------------------- */

static char *trim(char *s)
{
	char *end;

	s += strspn(s, " \t");
	for (end = s + strlen(s); end > s && isspace((unsigned char)end[-1]); end--)
		;
	*end = '\0';
	return s;
}

static int add_word(struct project *p, const char *name, const char *value)
{
	struct word *w = &p->words[p->n_words];

	if (p->n_words == MAX_WORDS)
		return CLI_FAILED;
	w->name = strdup(name);
	w->value = strdup(value);
	for (char *s = w->name; s && *s; s++)
		*s = (char)toupper((unsigned char)*s);
	p->n_words++;
	return w->name && w->value ? CLI_DONE : CLI_FAILED;
}

static const char *word(const struct project *p, const char *name)
{
	for (size_t i = 0; i < p->n_words; i++)
		if (strcmp(p->words[i].name, name) == 0)
			return p->words[i].value;
	return NULL;
}

/* "key = value" lines, and comments. */
static int read_spec(struct project *p)
{
	char *path = join(p->template, SPEC), *line = NULL;
	FILE *in = path ? fopen(path, "re") : NULL;
	int status = CLI_DONE, number = 0;
	size_t size = 0;

	while (in && !status && getline(&line, &size, in) > 0) {
		char *key = trim(line), *value = strchr(key, '=');

		number++;
		if (!*key || *key == '#')
			continue;
		if (value) {
			*value++ = '\0';
			status = add_word(p, trim(key), trim(value));
		} else {
			fprintf(stderr, "%s:%d: error: '%s' is no key = value\n", path, number, key);
			status = CLI_FAILED;
		}
	}
	if (!in) {
		fprintf(stderr, "cleat: error: cannot read %s: %s\n", path ? path : SPEC,
			strerror(errno));
		status = CLI_FAILED;
	}
	if (in)
		fclose(in);
	free(line);
	free(path);
	return status;
}

static void forget_words(struct project *p)
{
	for (size_t i = 0; i < p->n_words; i++) {
		free(p->words[i].name);
		free(p->words[i].value);
	}
	p->n_words = 0;
}

/* ---- the kinds there are ---------------------------------------------------------------------- */

typedef void kind_fn(void *user, const char *kind, const char *folder);

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static void each_kind(kind_fn *fn, void *user)
{
	char *directory;

	for (size_t i = 0; (directory = directory_at(i)); i++) {
		struct dirent **entries = NULL;
		int n = scandir(directory, &entries, NULL, by_name);

		for (int k = 0; k < n; k++) {
			char *folder = join(directory, entries[k]->d_name);
			char *first = find_folder(entries[k]->d_name);

			/* one that stands before hides those behind */
			if (folder && first && !strcmp(folder, first) && is_template(folder))
				fn(user, entries[k]->d_name, folder);
			free(first);
			free(folder);
			free(entries[k]);
		}
		free(entries);
		free(directory);
	}
}

static void print_kind(void *user, const char *kind, const char *folder)
{
	struct project p = { .template = (char *)folder };

	(void)user;
	if (read_spec(&p) == CLI_DONE)
		printf("  %-12s %s\n", kind, word(&p, "SUMMARY") ? word(&p, "SUMMARY") : "");
	forget_words(&p);
}

struct teller {
	void (*fn)(void *user, const char *kind);
	void *user;
};

static void tell_kind(void *user, const char *kind, const char *folder)
{
	const struct teller *t = user;

	(void)folder;
	t->fn(t->user, kind);
}

void new_each_kind(void (*fn)(void *user, const char *kind), void *user)
{
	struct teller t = { fn, user };

	each_kind(tell_kind, &t);
}

struct kind_names {
	char *names[64];
	size_t n;
};

static void note_kind(void *user, const char *kind, const char *folder)
{
	struct kind_names *k = user;

	(void)folder;
	if (k->n < sizeof(k->names) / sizeof(k->names[0]) && (k->names[k->n] = strdup(kind)))
		k->n++;
}

static int unknown_kind(const struct cli *cli, const char *kind)
{
	struct kind_names k = { 0 };
	const char *near;
	int status;

	each_kind(note_kind, &k);
	near = cli_nearest(kind, (const char *const *)k.names, k.n);
	if (near)
		status = cli_usage(cli, "no template '%s': did you mean '%s'?", kind, near);
	else if (k.n)
		status = cli_usage(cli, "no template '%s': 'cleat new' lists them", kind);
	else
		status = cli_usage(cli, "no template '%s': there are none in %s", kind,
				   CLEAT_TEMPLATE_DIR);
	for (size_t i = 0; i < k.n; i++)
		free(k.names[i]);
	return status;
}

/* ---- copying ---------------------------------------------------------------------------------- */

/* "NAME.bpf.c" is "firewall.bpf.c", and "gitignore" ".gitignore": dots hide files from packagers. */
static char *name_of_file(const struct project *p, const char *file)
{
	char *name;

	if (strcmp(file, "gitignore") == 0)
		return strdup(".gitignore");
	if (strncmp(file, "NAME", 4) != 0)
		return strdup(file);
	return asprintf(&name, "%s%s", p->name, file + 4) < 0 ? NULL : name;
}

/* One "@WORD@" at @s: writes what it stands for, and returns how much of @s it was; 0: it is none. */
/* What is replaced may have such words itself: a key of the template has the project's name. */
static void put_value(FILE *out, const struct project *p, const char *v)
{
	while (*v) {
		const char *own = strncmp(v, "@NAME@", 6) == 0 ? "NAME"
				  : strncmp(v, "@ID@", 4) == 0 ? "ID"
							       : NULL;

		if (own)
			fputs(word(p, own), out);
		else
			fputc(*v, out);
		v += own ? strlen(own) + 2 : 1;
	}
}

static size_t put_word(FILE *out, const struct project *p, const char *s)
{
	size_t n = 1 + strspn(s + 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_");

	if (*s != '@' || s[n] != '@')
		return 0;
	for (size_t i = 0; i < p->n_words; i++) {
		const struct word *w = &p->words[i];

		if (strlen(w->name) != n - 1 || strncmp(w->name, s + 1, n - 1) != 0)
			continue;
		put_value(out, p, w->value);
		return n + 1;
	}
	return 0;
}

/* A line that is only a word without a value is left out. */
static bool is_empty_word(const struct project *p, const char *line)
{
	const char *from = line + strspn(line, " \t");
	char name[32];

	if (sscanf(from, "@%31[A-Z_]@%*[\n]", name) != 1 || from[strlen(name) + 1] != '@' ||
	    (from[strlen(name) + 2] && from[strlen(name) + 2] != '\n'))
		return false;
	return !word(p, name) || !*word(p, name);
}

static int copy_text(FILE *in, FILE *out, const struct project *p)
{
	char *line = NULL;
	size_t size = 0;

	while (getline(&line, &size, in) > 0) {
		if (is_empty_word(p, line))
			continue;
		for (const char *s = line; *s;) {
			size_t n = put_word(out, p, s);

			if (!n)
				fputc(*s, out);
			s += n ? n : 1;
		}
	}
	free(line);
	return ferror(in) || ferror(out) ? CLI_FAILED : CLI_DONE;
}

/* A file that is there already is a better one: the kind's own, before those that kinds share. */
static int copy_file(struct project *p, const char *from, const char *to)
{
	FILE *in, *out;
	struct stat st;
	int status;

	if (access(to, F_OK) == 0)
		return CLI_DONE;
	in = fopen(from, "re");
	out = in && p->n_made < MAX_MADE ? fopen(to, "wxe") : NULL;
	if (out)
		p->made[p->n_made++] = strdup(to);
	status = out ? copy_text(in, out, p) : CLI_FAILED;
	if (out && fstat(fileno(in), &st) == 0 && strstr(to, ".sh"))
		fchmod(fileno(out), 0755);
	if (out && fclose(out))
		status = CLI_FAILED;
	if (status)
		fprintf(stderr, "cleat: error: cannot make %s of %s: %s\n", to, from, strerror(errno));
	if (in)
		fclose(in);
	return status;
}

static int copy_folder(struct project *p, const char *folder)
{
	struct dirent **entries = NULL;
	int n = scandir(folder, &entries, NULL, by_name), status = n < 0 ? CLI_FAILED : CLI_DONE;

	if (n < 0)
		fprintf(stderr, "cleat: error: cannot read %s: %s\n", folder, strerror(errno));
	for (int i = 0; i < n; i++) {
		const char *file = entries[i]->d_name;
		bool ours = *file != '.' && strcmp(file, SPEC) != 0;
		char *from = ours ? join(folder, file) : NULL;
		char *name = ours ? name_of_file(p, file) : NULL;
		char *to = name ? join(p->name, name) : NULL;

		if (!status && ours)
			status = from && to ? copy_file(p, from, to) : CLI_FAILED;
		free(to);
		free(name);
		free(from);
		free(entries[i]);
	}
	free(entries);
	return status;
}

/* The kind's own files, those of its base, and those that all have. */
static int copy_all(struct project *p)
{
	const char *shared[] = { word(p, "BASE"), "shared" };
	int status = copy_folder(p, p->template);

	for (size_t i = 0; i < 2 && !status; i++) {
		char *folder = shared[i] ? find_folder(shared[i]) : NULL;

		if (folder)
			status = copy_folder(p, folder);
		else if (shared[i]) {
			fprintf(stderr, "cleat: error: template '%s' needs '%s', which is not there\n",
				p->kind, shared[i]);
			status = CLI_FAILED;
		}
		free(folder);
	}
	return status;
}

/* ---- the verb --------------------------------------------------------------------------------- */

/* Letters, digits, '-' and '_', a letter first: it is a file, a unit, and in C with '_' for '-'. */
static bool is_name(const char *name)
{
	if (!isalpha((unsigned char)*name) || strlen(name) > 64)
		return false;
	for (; *name; name++)
		if (!isalnum((unsigned char)*name) && *name != '-' && *name != '_')
			return false;
	return true;
}

static int add_names(struct project *p)
{
	char *id = strdup(p->name);
	int status;

	for (char *s = id; s && *s; s++)
		if (*s == '-')
			*s = '_';
	status = id ? add_word(p, "NAME", p->name) : CLI_FAILED;
	if (!status)
		status = add_word(p, "ID", id);
	free(id);
	return status;
}

static int make_project(struct project *p)
{
	int status = read_spec(p);

	if (!status)
		status = add_names(p);
	if (!status && mkdir(p->name, 0777)) {
		fprintf(stderr, "cleat: error: cannot make the directory %s: %s\n", p->name,
			strerror(errno));
		return CLI_FAILED;
	}
	if (!status)
		status = copy_all(p);
	for (size_t i = 0; i < p->n_made; i++) {
		if (status && p->made[i])
			unlink(p->made[i]);
		free(p->made[i]);
	}
	if (status)
		rmdir(p->name);
	return status;
}

static int run_new(struct cli *cli, int argc, char **argv)
{
	struct project p = { 0 };
	int status;

	if (argc == 0) {
		printf("cleat new KIND NAME\n\n");
		each_kind(print_kind, NULL);
		return CLI_DONE;
	}
	if (argc != 2)
		return cli_usage(cli, argc == 1 ? "what is it to be called?"
						: "new takes KIND and NAME, not '%s'",
				 argc > 2 ? argv[2] : "");
	p.kind = argv[0];
	p.name = argv[1];
	if (!is_name(p.name))
		return cli_usage(cli, "'%s' is no name: letters, digits, '-' and '_', a letter first",
				 p.name);
	p.template = strchr(p.kind, '/') ? NULL : find_folder(p.kind);
	if (!p.template || !is_template(p.template))
		status = unknown_kind(cli, p.kind);
	else
		status = make_project(&p);
	if (!status)
		printf("%s: a project; 'make' builds it, README.md says the rest\n", p.name);
	forget_words(&p);
	free(p.template);
	return status;
}

const struct cli_verb verb_new = {
	.name = "new",
	.arguments = "[KIND NAME]",
	.summary = "begin a project: a program, a unit, a test",
	.details =
		"A directory NAME is made, with a program for the kernel, one for user space that has it inside,\n"
		"a unit, a Makefile and a test. Without arguments the kinds are listed. It needs no privilege, and\n"
		"to build it clang, a C compiler and make.\n",
	.run = run_new,
};
