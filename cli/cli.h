/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * cli.h - what the verbs share. The command is written against the public headers alone: what it
 * can do, any program can.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdio.h>

#include <cleat/cleat.h>

/* Exit statuses. */
#define CLI_DONE 0
#define CLI_FAILED 1
#define CLI_USAGE 2

/* What options that every verb takes have said. */
struct cli {
	const struct cli_verb *verb;
	bool json;
	bool full_log; /* --verifier-log */
	char *plugin_path;
	char *btf_path;
	const char *object_path;
	const char *token_path;
	char *kconfig; /* text of --kconfig's file */
	unsigned int log_level;
	struct cleat *c; /* by cli_open() */
	struct cli_memory *memory; /* see cli_next_round() */
};

struct cli_option {
	const char *name; /* "ready-fd" */
	const char *argument; /* "N", or NULL for none */
	const char *help;
};

struct cli_verb {
	const char *name;
	const char *arguments; /* "UNIT..." */
	const char *summary; /* one line */
	const char *details; /* for --help, may be NULL */
	const struct cli_option *options; /* of its own; name NULL at the end; may be NULL */
	const char *letters; /* the first letters of those that are also -X; may be NULL */
	/* @argv: what is left after the options. */
	int (*run)(struct cli *cli, int argc, char **argv);
	/* One of its own options; may be NULL. Returns 0, or CLI_USAGE after saying why. */
	int (*option)(struct cli *cli, const char *name, const char *value);
};

extern const struct cli_verb verb_run, verb_check, verb_inspect, verb_verify, verb_list, verb_show,
	verb_map, verb_plugins, verb_link, verb_program, verb_features, verb_plan, verb_apply,
	verb_status, verb_remove, verb_btf, verb_embed, verb_new, verb_log, verb_attach, verb_dump,
	verb_top, verb_metrics, verb_graph;

/* Make the context with what the options said. Returns 0 or CLI_FAILED. */
int cli_open(struct cli *cli);
/* Print the context's diagnostics, all of them, to stderr. */
void cli_diags(const struct cli *cli);
/* The same, for a call that failed: prints something in any case. Returns CLI_FAILED. */
int cli_failed(const struct cli *cli);
/* The same, for a system call of the command's own, after errno. Returns CLI_FAILED. */
int cli_failed_in(const char *call);
/* All diagnostics of at least this level to @out: before the next call, which forgets them. */
void cli_diags_to(const struct cli *cli, FILE *out, int level);
/*
 * The same will be tried again and again: from here on a diagnostic is left out that was said in the round
 * before, which ended with the last call.
 */
void cli_next_round(struct cli *cli);
void cli_forget_rounds(struct cli *cli);
/* What the diagnostics of one level say, "; " between them, or NULL; the caller frees it. */
char *cli_what(const struct cli *cli, int level);
/* The level of log records that --@name's @value says. Returns 0, or CLI_USAGE after saying why. */
int cli_log_level(const struct cli *cli, const char *value, int *level);
/* Add the units to the session; all of them, so that all errors are seen at once. An exit status. */
int cli_add_units(struct cli *cli, struct cleat_session *s, int n, char **units);
/* The nearest of @n words to what was typed, or NULL when none is near. */
const char *cli_nearest(const char *word, const char *const *words, size_t n);
/* "cleat: TEXT" to stderr, and how to get help. Returns CLI_USAGE. */
int cli_usage(const struct cli *cli, const char *fmt, ...) CLEAT_PRINTF(2, 3);

#endif
