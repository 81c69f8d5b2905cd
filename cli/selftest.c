/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * selftest.c - cleat plugins --selftest: a stranger's plugin against the contract of <cleat/plugin.h>. Each
 * check runs in a child process: one that crashes or does not come back is a breach like another. Refuses to
 * know what is checked: that is in selftest-checks.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "json.h"
#include "selftest.h"

#define SECONDS 20 /* a callback must not block */

/* What is being tested, and what was found in it. */
struct tester {
	struct cli *cli;
	struct selftest t;
	struct json json;
	unsigned int checks, breaches;
};

/* ---- telling ---------------------------------------------------------------------------------- */

static void tell(struct tester *t, const char *what, bool fine)
{
	t->checks++;
	if (!t->cli->json) {
		printf("%s  %s\n", fine ? "ok    " : "BREACH", what);
		return;
	}
	json_break(&t->json);
	json_object(&t->json, NULL);
	json_text(&t->json, "check", what);
	json_bool(&t->json, "ok", fine);
	json_array(&t->json, "breaches");
}

/* Text of the plugin's goes to a terminal: what is not to be shown is not. */
static void clean(char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			*text = ' ';
}

struct findings {
	char *breaches[64];
	size_t n;
	char last[256]; /* what it was doing */
};

CLEAT_PRINTF(2, 3) static void add_breach(struct findings *f, const char *fmt, ...)
{
	va_list args;
	char *text;
	int n;

	va_start(args, fmt);
	n = vasprintf(&text, fmt, args);
	va_end(args);
	if (n < 0)
		return;
	clean(text);
	for (size_t i = 0; i < f->n; i++) {
		if (strcmp(f->breaches[i], text) == 0) {
			free(text);
			return;
		}
	}
	if (f->n < sizeof(f->breaches) / sizeof(f->breaches[0]))
		f->breaches[f->n++] = text;
	else
		free(text);
}

/* The check is over: its name, and each breach below it. */
static void tell_findings(struct tester *t, const char *what, struct findings *f)
{
	tell(t, what, f->n == 0);
	for (size_t i = 0; i < f->n; i++) {
		if (t->cli->json)
			json_text(&t->json, NULL, f->breaches[i]);
		else
			printf("          %s\n", f->breaches[i]);
		free(f->breaches[i]);
	}
	if (t->cli->json) {
		json_array_end(&t->json);
		json_object_end(&t->json);
	}
	t->breaches += (unsigned int)f->n;
}

static void listen_to(FILE *in, struct findings *f)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t n;

	while ((n = getline(&line, &size, in)) > 0) {
		if (line[n - 1] == '\n')
			line[n - 1] = '\0';
		clean(line);
		if (line[0] == '@')
			snprintf(f->last, sizeof(f->last), "%s", line + 1);
		else if (line[0] == '!' && f->last[0])
			add_breach(f, "%s: %s", f->last, line + 1);
		else if (line[0] == '!')
			add_breach(f, "%s", line + 1);
	}
	free(line);
}

static void judge_end(int status, struct findings *f)
{
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return;
	if (WIFEXITED(status))
		add_breach(f, "%s: it ends the process with status %d: a plugin returns", f->last,
			   WEXITSTATUS(status));
	else if (WTERMSIG(status) == SIGALRM)
		add_breach(f, "%s: it does not come back within %d s: callbacks must not block",
			   f->last, SECONDS);
	else
		add_breach(f, "%s: it crashes (%s)", f->last, strsignal(WTERMSIG(status)));
}

/* What the plugin printed: it has no business with standard output and error. */
static void judge_printed(int fd, struct findings *f)
{
	char text[128];
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);

	if (n <= 0)
		return;
	text[n] = '\0';
	text[strcspn(text, "\n")] = '\0';
	add_breach(f,
		   "it prints '%s': what is to be said goes to cleat_error() and cleat_warning()",
		   text);
}

static void run_child(struct tester *t, void (*check)(struct selftest *t), int to, int printed)
{
	dup2(printed, STDOUT_FILENO);
	dup2(printed, STDERR_FILENO);
	t->t.out = fdopen(to, "w");
	if (!t->t.out)
		_exit(0);
	/* whoever started us may have them changed */
	signal(SIGALRM, SIG_DFL);
	signal(SIGSEGV, SIG_DFL);
	signal(SIGABRT, SIG_DFL);
	alarm(SECONDS);
	check(&t->t);
	fflush(t->t.out);
	fflush(stdout); /* what the plugin left in the buffer */
	_exit(0);
}

static int run_check(struct tester *t, const char *what, void (*check)(struct selftest *t))
{
	int pipes[2], printed = memfd_create("printed", MFD_CLOEXEC), status;
	struct findings f = { 0 };
	FILE *in;
	pid_t pid;

	if (printed < 0 || pipe2(pipes, O_CLOEXEC))
		return cli_failed_in("pipe");
	fflush(stdout);
	pid = fork();
	if (pid < 0)
		return cli_failed_in("fork");
	if (pid == 0)
		run_child(t, check, pipes[1], printed);
	close(pipes[1]);
	in = fdopen(pipes[0], "r");
	if (in) {
		listen_to(in, &f);
		fclose(in);
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	judge_end(status, &f);
	judge_printed(printed, &f);
	close(printed);
	tell_findings(t, what, &f);
	return f.n ? CLI_FAILED : CLI_DONE;
}

static void run_checks(struct tester *t)
{
	const char *kind = t->t.info.kind;

	/* what cannot be opened cannot be used */
	if (run_check(t, "it opens, as its descriptor says, and again", selftest_opens))
		return;
	run_check(t, "it exports one symbol, and is linked against no library of cleat's",
		  selftest_exports);
	run_check(t, "its words: summary, manual, help of each key", selftest_words);
	if (strcmp(kind, "program") == 0)
		run_check(t, "its sections, with any text behind the slash", selftest_sections);
	else if (strcmp(kind, "map") == 0)
		run_check(t, "its map types, with sizes that fit and that do not", selftest_types);
	else
		run_check(t, "an output of its form", selftest_output);
	run_check(t, "its keys, with values that fit and that do not", selftest_keys);
}

/* ---- finding it ---------------------------------------------------------------------------------- */

/*
 * The descriptor that is meant, with the directory's real path, and that directory: the shared object's lies
 * beside it. The file itself may be a link, to somewhere else.
 */
static char *find_descriptor(const char *file, char **dir)
{
	const char *slash = strrchr(file, '/'), *name = slash ? slash + 1 : file;
	char *above = slash ? strndup(file, (size_t)(slash - file) + (slash == file)) : strdup(".");
	size_t n = strlen(name);
	bool object = n > 3 && strcmp(name + n - 3, ".so") == 0;
	char *path = NULL;

	*dir = above ? realpath(above, NULL) : NULL;
	free(above);
	if (*dir &&
	    asprintf(&path, "%s/%.*s%s", *dir, (int)(object ? n - 3 : n), name,
		     object ? ".plugin" : "") >= 0 &&
	    access(path, R_OK) == 0)
		return path;
	fprintf(stderr, "cleat: error: no descriptor of %s: %s\n", file, strerror(errno));
	free(path);
	free(*dir);
	return NULL;
}

static bool is_same_file(const char *a, const char *b)
{
	struct stat x, y;

	return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

/* Read the descriptors there, which runs no plugin: is it among those that are taken. */
static bool find_plugin(struct tester *t, const char *descriptor, struct findings *f)
{
	struct cleat *c = t->cli->c;

	t->t.info.size = sizeof(t->t.info);
	for (size_t i = 0; cleat_plugin_at(c, i, &t->t.info) == 0; i++) {
		for (size_t k = 0; k < cleat_diag_count(c); k++) {
			const struct cleat_diag *d = cleat_diag_get(c, k);

			if ((d->file && is_same_file(d->file, descriptor)) ||
			    strstr(d->what, t->t.dir))
				add_breach(f, "%s%s%s", d->what, d->hint ? ": " : "",
					   d->hint ? d->hint : "");
		}
		if (is_same_file(t->t.info.descriptor, descriptor))
			return true;
	}
	if (!f->n)
		add_breach(f, "the descriptor is not taken");
	return false;
}

static int run_on(struct tester *t, const char *descriptor)
{
	struct findings f = { 0 };
	bool found = find_plugin(t, descriptor, &f);

	if (t->cli->json) {
		t->json.out = stdout;
		json_object(&t->json, NULL);
		json_text(&t->json, "descriptor", descriptor);
		json_array(&t->json, "checks");
	}
	tell_findings(t, "its descriptor", &f);
	if (found)
		run_checks(t);
	if (t->cli->json) {
		json_array_end(&t->json);
		json_number(&t->json, "breaches", t->breaches);
		json_object_end(&t->json);
		json_newline(&t->json);
	} else {
		printf("%u checks, %u breach%s\n", t->checks, t->breaches,
		       t->breaches == 1 ? "" : "es");
	}
	return t->breaches ? CLI_FAILED : CLI_DONE;
}

int selftest(struct cli *cli, const char *file)
{
	char work[] = "/tmp/cleat-selftest.XXXXXX", *dir, *descriptor = find_descriptor(file, &dir);
	struct tester t = { .cli = cli, .t = { .dir = dir, .work = work } };
	int status;

	if (!descriptor)
		return CLI_FAILED;
	free(cli->plugin_path);
	cli->plugin_path = dir;
	status = mkdtemp(work) ? cli_open(cli) : cli_failed_in("mkdtemp");
	if (!status) {
		status = run_on(&t, descriptor);
		selftest_clean(&t.t);
	}
	free(descriptor);
	return status;
}
