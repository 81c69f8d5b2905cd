/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * main.c - the cleat command: options that all verbs share, and the way to the verb.
 */
#include <errno.h>
#include <getopt.h>
#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "complete.h"
#include "crash.h"

static const struct cli_verb *const verbs[] = {
	&verb_run, &verb_attach, &verb_check, &verb_plan, &verb_apply, &verb_status, &verb_remove, &verb_inspect, &verb_verify,  &verb_list,     &verb_show,
	&verb_map, &verb_plugins, &verb_link,    &verb_program, &verb_features,
	&verb_btf, &verb_embed,  &verb_new,     &verb_log,      &verb_dump,
	&verb_top, &verb_metrics, &verb_graph,
};
#define N_VERBS (sizeof(verbs) / sizeof(verbs[0]))

const struct cli_option cli_shared_options[] = {
	{ "json", NULL, "print JSON" },
	{ "plugin-dir", "DIR", "look for plugins in DIR first; may be repeated" },
	{ "object-dir", "DIR", "look for objects in DIR, too" },
	{ "btf", "FILE", "relocate against the types in FILE, a kernel's or module's; may be repeated" },
	{ "kconfig", "FILE", "take kernel configuration from FILE before the kernel's own" },
	{ "token", "DIR", "load by a BPF token from the BPF file system at DIR" },
	{ "verifier-log", NULL, "show all that the verifier said, not the last lines" },
	{ "help", NULL, "print this" },
	{ NULL, NULL, NULL },
};

/* An option may also be written as -X, its first letter. */
static bool has_letter(const char *letters, const struct cli_option *option)
{
	return letters && strchr(letters, option->name[0]);
}

static void print_options(const struct cli_option *options, const char *letters)
{
	for (; options && options->name; options++) {
		char left[48], letter[8] = "";

		if (has_letter(letters, options))
			snprintf(letter, sizeof(letter), "-%c, ", options->name[0]);
		snprintf(left, sizeof(left), "%s--%s%s%s", letter, options->name,
			 options->argument ? " " : "", options->argument ? options->argument : "");
		printf("  %-22s %s\n", left, options->help);
	}
}

static void print_help(const struct cli_verb *verb)
{
	if (verb) {
		printf("cleat %s %s\n\n%s\n", verb->name, verb->arguments, verb->summary);
		if (verb->details)
			printf("\n%s", verb->details);
		printf("\noptions:\n");
		print_options(verb->options, verb->letters);
		print_options(cli_shared_options, NULL);
		return;
	}
	printf("cleat VERB [ARGUMENT...]: load, attach and look at BPF programs\n\n");
	for (size_t i = 0; i < N_VERBS; i++)
		printf("  %-10s %s\n", verbs[i]->name, verbs[i]->summary);
	printf("\n'cleat VERB --help' says more; 'cleat --version' the version.\n"
	       "Exit status: 0 done, 1 failed, 2 wrong usage.\n");
}

int cli_usage(const struct cli *cli, const char *fmt, ...)
{
	va_list args;

	fputs("cleat: ", stderr);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fprintf(stderr, "\n  hint: 'cleat %s%s--help' says how\n", cli->verb ? cli->verb->name : "",
		cli->verb ? " " : "");
	return CLI_USAGE;
}

#ifdef CLEAT_BUILTIN
extern const struct cleat_builtin_plugin plugins_inside[]; /* build-aux/builtin-plugins */
#else
#define plugins_inside NULL
#endif

int cli_open(struct cli *cli)
{
	struct cleat_options options = {
		.size = sizeof(options),
		.plugin_path = cli->plugin_path,
		.btf_path = cli->btf_path,
		.object_path = cli->object_path,
		.log_level = cli->log_level,
		.kconfig = cli->kconfig,
		.token_path = cli->token_path,
		.builtin_plugins = plugins_inside,
	};

	if (cleat_open(&cli->c, &options) == 0)
		return 0;
	fputs("cleat: error: out of memory\n", stderr);
	return CLI_FAILED;
}

/* "dir" behind what is there: --plugin-dir and --btf may be repeated. */
static int add_path(char **path, const char *dir)
{
	char *longer;

	if (asprintf(&longer, "%s%s%s", *path ? *path : "", *path ? ":" : "", dir) < 0)
		return CLI_FAILED;
	free(*path);
	*path = longer;
	return 0;
}

/* All of a text file; a configuration has some 300 KB. */
static char *read_text(const char *path)
{
	char *text = NULL;
	size_t size = 0;
	FILE *f = fopen(path, "re");

	/* no byte is NUL: up to the end of the file */
	if (f && getdelim(&text, &size, '\0', f) < 0 && !ferror(f)) {
		free(text);
		text = strdup("");
	}
	if (!f || ferror(f) || !text) {
		fprintf(stderr, "cleat: error: cannot read %s: %s\n", path, strerror(errno));
		free(text);
		text = NULL;
	}
	if (f)
		fclose(f);
	return text;
}

static int set_shared(struct cli *cli, const char *name, const char *value)
{
	if (strcmp(name, "json") == 0)
		cli->json = true;
	else if (strcmp(name, "plugin-dir") == 0)
		return add_path(&cli->plugin_path, value);
	else if (strcmp(name, "object-dir") == 0)
		cli->object_path = value;
	else if (strcmp(name, "btf") == 0)
		return add_path(&cli->btf_path, value);
	else if (strcmp(name, "token") == 0)
		cli->token_path = value;
	else if (strcmp(name, "verifier-log") == 0)
		cli->full_log = true;
	if (strcmp(name, "kconfig") != 0)
		return 0;
	free(cli->kconfig);
	cli->kconfig = read_text(value);
	return cli->kconfig ? 0 : CLI_FAILED;
}

#define MAX_OPTIONS 24

/* The verb's options and the shared ones, for getopt; 'val' tells them apart. */
static void collect_options(const struct cli_verb *verb, struct option *options)
{
	const struct cli_option *tables[] = { cli_shared_options, verb->options };
	size_t n = 0;

	for (int t = 0; t < 2; t++)
		for (const struct cli_option *o = tables[t]; o && o->name && n < MAX_OPTIONS; o++)
			options[n++] = (struct option) {
				.name = o->name,
				.has_arg = o->argument ? required_argument : no_argument,
				.val = t,
			};
	options[n] = (struct option) { 0 };
}

#define MAX_LETTERS 16

/* ":ho:" for getopt. */
static void collect_letters(const struct cli_verb *verb, char text[MAX_LETTERS])
{
	size_t n = 2;

	memcpy(text, ":h", 3);
	for (const struct cli_option *o = verb->options; o && o->name && n + 3 < MAX_LETTERS; o++) {
		if (!has_letter(verb->letters, o))
			continue;
		text[n++] = o->name[0];
		if (o->argument)
			text[n++] = ':';
		text[n] = '\0';
	}
}

/* The long form of one of the verb's letters, or NULL. */
static const char *name_of_letter(const struct cli_verb *verb, int letter)
{
	for (const struct cli_option *o = verb->options; o && o->name; o++)
		if (o->name[0] == letter && has_letter(verb->letters, o))
			return o->name;
	return NULL;
}

static int run_verb(struct cli *cli, int argc, char **argv)
{
	struct option options[MAX_OPTIONS + 1];
	char letters[MAX_LETTERS];
	int index, which, err;

	collect_options(cli->verb, options);
	collect_letters(cli->verb, letters);
	optind = 1;
	opterr = 0;
	while ((which = getopt_long(argc, argv, letters, options, &index)) != -1) {
		const char *name = which > 1 ? name_of_letter(cli->verb, which)
					     : options[index].name;

		if (which == ':')
			return cli_usage(cli, "option '%s' needs a value", argv[optind - 1]);
		if (which == '?')
			return cli_usage(cli, "unknown option '%s'", argv[optind - 1]);
		if (!name || (which == 0 && strcmp(name, "help") == 0)) { /* -h */
			print_help(cli->verb);
			return CLI_DONE;
		}
		err = which == 0 ? set_shared(cli, name, optarg)
				 : cli->verb->option(cli, name, optarg);
		if (err)
			return err;
	}
	return cli->verb->run(cli, argc - optind, argv + optind);
}

/* 0, or CLI_USAGE after saying which verb may have been meant. */
static int find_verb(struct cli *cli, const char *word)
{
	const char *names[N_VERBS], *near;

	for (size_t i = 0; i < N_VERBS; i++) {
		names[i] = verbs[i]->name;
		if (strcmp(word, names[i]) == 0)
			cli->verb = verbs[i];
	}
	if (cli->verb)
		return 0;
	near = cli_nearest(word, names, N_VERBS);
	if (near)
		return cli_usage(cli, "unknown verb '%s': did you mean '%s'?", word, near);
	return cli_usage(cli, "unknown verb '%s'", word);
}

static int end(struct cli *cli, int status)
{
	cleat_close(cli->c);
	cli_forget_rounds(cli);
	free(cli->plugin_path);
	free(cli->btf_path);
	free(cli->kconfig);
	/* A full disk or a closed pipe must not look like success. */
	if (fflush(stdout) || ferror(stdout)) {
		fputs("cleat: error: cannot write to standard output\n", stderr);
		status = status ? status : CLI_FAILED;
	}
	return status;
}

int main(int argc, char **argv)
{
	struct cli cli = { 0 };
	int status;

	/* Which characters can be shown; numbers and messages stay as they are. */
	setlocale(LC_CTYPE, "");
#ifndef __SANITIZE_ADDRESS__ /* which has more to say itself */
	crash_name_plugins();
#endif
	if (argc < 2) {
		print_help(NULL);
		return CLI_USAGE;
	}
	if (strcmp(argv[1], "--version") == 0) {
		printf("cleat %s\n", cleat_version());
		return CLI_DONE;
	}
	if (strcmp(argv[1], "help") == 0 && argc > 2) {
		status = find_verb(&cli, argv[2]);
		if (!status)
			print_help(cli.verb);
		return status;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
	    strcmp(argv[1], "help") == 0) {
		print_help(NULL);
		return CLI_DONE;
	}
	if (strcmp(argv[1], "complete") == 0 && argc > 2 && strcmp(argv[2], "--") == 0) {
		status = complete(&cli, verbs, N_VERBS, argc - 3, argv + 3);
		return end(&cli, status);
	}
	status = find_verb(&cli, argv[1]);
	if (status)
		return status;
	status = run_verb(&cli, argc - 1, argv + 1);
	return end(&cli, status);
}
