/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * attach.c - cleat attach: an object's programs are loaded and attached as the words behind it say, or as
 * its section names do, and stay until a signal ends it; or, pinned, until the pins are gone. What a
 * unit's file would say is on the command line; refuses to know what any key means.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "json.h"
#include "log.h"
#include "pick.h"
#include "settings.h"
#include "stay.h"

static const char *pin_dir;
static bool quiet;
static int log_level = -1; /* -1: as the object has it */

static int option(struct cli *cli, const char *name, const char *value)
{
	if (strcmp(name, "pin") == 0)
		pin_dir = value;
	else if (strcmp(name, "quiet") == 0)
		quiet = true;
	else if (strcmp(name, "log-level") == 0)
		return cli_log_level(cli, value, &log_level);
	else
		return stay_ready_option(cli, value);
	return 0;
}

/* What the words say. */
struct request {
	const char *object;
	const char *program; /* NULL: the only one, or all */
	const char **params; /* "key=value", NULL at the end */
	char **settings; /* of maps and globals */
	int n_settings;
};

static bool begins_settings(const char *word)
{
	return strcmp(word, "map") == 0 || strcmp(word, "global") == 0;
}

static int read_request(const struct cli *cli, struct request *r, int argc, char **argv)
{
	int i = 1, n = 0, status;

	r->object = argv[0];
	if (i < argc && !strchr(argv[i], '=') && !begins_settings(argv[i]))
		r->program = argv[i++];
	for (; i < argc && !begins_settings(argv[i]); i++) {
		if (!strchr(argv[i], '='))
			return cli_usage(cli, "'%s' is not key=value", argv[i]);
		r->params[n++] = argv[i];
	}
	r->settings = argv + i;
	r->n_settings = settings_count(cli, argc - i, argv + i, &status);
	if (!status && i + r->n_settings < argc)
		return cli_usage(cli, "'%s' is not key=value", argv[i + r->n_settings]);
	return status;
}

/* ---- loading --------------------------------------------------------------------------------- */

/* Some keys matter when a program is loaded; and what is no key of its is told before anything is done. */
static int set_params(struct cli *cli, struct cleat_program *p, const char *const *params)
{
	for (; *params; params++) {
		const char *value = strchr(*params, '=') + 1;
		char *key = strndup(*params, (size_t)(value - *params) - 1);
		int err = key ? cleat_program_set_param(p, key, value) : -ENOMEM;

		free(key);
		if (err < 0)
			return cli_failed(cli);
	}
	return CLI_DONE;
}

static int load(struct cli *cli, struct cleat_object *o, const struct request *r,
		struct cleat_program **p)
{
	bool all = !r->program && !*r->params && cleat_object_program_at(o, 1);
	int status = settings_apply(cli, o, r->n_settings, r->settings);

	if (!status && log_level >= 0) {
		int err = cleat_object_set_log_level(o, log_level);

		/* An object that logs nothing is none's trouble. */
		if (err && err != -ENOENT)
			status = cli_failed(cli);
	}
	if (!status && !all)
		status = pick_program(cli, o, r->program, p);
	if (!status && *p)
		status = set_params(cli, *p, r->params);
	if (status)
		return status;
	if (*p)
		return pick_load(cli, *p);
	if (cleat_object_load(o) < 0)
		return cli_failed(cli);
	cli_diags_to(cli, stderr, CLEAT_WARNING);
	return CLI_DONE;
}

/* ---- attaching ------------------------------------------------------------------------------- */

static int attach(struct cli *cli, struct cleat_object *o, struct cleat_program *p,
		  const struct request *r)
{
	int err = p ? cleat_program_attach(p, r->params, NULL) : cleat_object_attach(o);

	if (err < 0)
		return cli_failed(cli);
	cli_diags(cli);
	if (cleat_object_link_at(o, 0))
		return CLI_DONE;
	fprintf(stderr,
		"%s: error: nothing to attach: no section name says where\n"
		"  hint: name a program and what it is attached to: 'cleat attach OBJECT PROGRAM KEY=VALUE'\n",
		cleat_object_path(o));
	return CLI_FAILED;
}

static const char *subject(const struct cleat_link *l)
{
	return cleat_link_program(l) ? cleat_program_name(cleat_link_program(l))
				     : cleat_map_name(cleat_link_map(l));
}

/* "DIR/PROGRAM", and "DIR/PROGRAM-2" for the second link of a program. The caller frees. */
static char *pin_path(const struct cleat_object *o, size_t i)
{
	const char *name = subject(cleat_object_link_at(o, i));
	size_t before = 0;
	char *path;
	int n;

	for (size_t k = 0; k < i; k++)
		before += strcmp(subject(cleat_object_link_at(o, k)), name) == 0;
	n = before ? asprintf(&path, "%s/%s-%zu", pin_dir, name, before + 1)
		   : asprintf(&path, "%s/%s", pin_dir, name);
	return n < 0 ? NULL : path;
}

static int pin_all(struct cli *cli, struct cleat_object *o)
{
	for (size_t i = 0; pin_dir && cleat_object_link_at(o, i); i++) {
		char *path = pin_path(o, i);
		int err = path ? cleat_link_pin(cleat_object_link_at(o, i), path) : -ENOMEM;

		free(path);
		if (err < 0)
			return cli_failed(cli);
	}
	return CLI_DONE;
}

/* Pinned ones, too; the last first. */
static int detach_all(struct cli *cli, struct cleat_object *o)
{
	int status = CLI_DONE;
	size_t n = 0;

	while (cleat_object_link_at(o, n))
		n++;
	while (n--)
		if (cleat_link_detach(cleat_object_link_at(o, n)) < 0)
			status = cli_failed(cli);
	return status;
}

/* ---- saying so ------------------------------------------------------------------------------- */

static void print_json(const struct cleat_object *o)
{
	struct json j = { .out = stdout };
	const struct cleat_link *l;

	json_object(&j, NULL);
	json_text(&j, "object", cleat_object_path(o));
	json_array(&j, "links");
	for (size_t i = 0; (l = cleat_object_link_at(o, i)); i++) {
		char *path = pin_dir ? pin_path(o, i) : NULL;

		json_object(&j, NULL);
		json_text(&j, cleat_link_program(l) ? "program" : "map", subject(l));
		json_text(&j, "what", cleat_link_what(l));
		if (cleat_link_id(l))
			json_number(&j, "id", cleat_link_id(l));
		else
			json_null(&j, "id");
		json_text(&j, "pin", path);
		json_object_end(&j);
		free(path);
	}
	json_array_end(&j);
	json_object_end(&j);
	json_newline(&j);
	fflush(stdout);
}

static void say(const struct cli *cli, const struct cleat_object *o)
{
	const struct cleat_link *l;

	if (cli->json)
		print_json(o);
	for (size_t i = 0; !quiet && !cli->json && (l = cleat_object_link_at(o, i)); i++) {
		char *path = pin_dir ? pin_path(o, i) : NULL;

		fprintf(stderr, "attached %s: %s%s%s\n", subject(l), cleat_link_what(l),
			path ? ", pinned at " : "", path ? path : "");
		free(path);
	}
	stay_say_ready();
}

/* ---- the verb -------------------------------------------------------------------------------- */

/* What is logged at the first moment of an attachment is read, too. */
static int open_log(struct cli *cli, struct cleat_object *o, struct log_printer *printer,
		    struct cleat_reader **out)
{
	struct cleat_log_options options = { .size = sizeof(options) };
	int err = pin_dir ? -ENOENT : cleat_log_open(o, &options, log_print, printer, out);

	return err && err != -ENOENT ? cli_failed(cli) : CLI_DONE;
}

static int attach_and_stay(struct cli *cli, struct cleat_object *o, const struct request *r,
			   struct log_printer *printer, int signals)
{
	bool made = pin_dir && access(pin_dir, F_OK) != 0;
	struct cleat_program *p = NULL;
	struct cleat_reader *log = NULL;
	int status = load(cli, o, r, &p);

	if (!status)
		status = open_log(cli, o, printer, &log);
	if (!status)
		status = attach(cli, o, p, r);
	if (!status)
		status = pin_all(cli, o);
	if (!status) {
		say(cli, o);
		if (!pin_dir)
			status = log_follow(log, signals);
	}
	if (status || !pin_dir)
		status |= detach_all(cli, o);
	if (status && made)
		rmdir(pin_dir);
	cleat_reader_close(log);
	return status;
}

static int attach_request(struct cli *cli, const struct request *r, int signals)
{
	struct log_printer printer;
	struct cleat_object *o;
	int status = cli_open(cli);

	if (status)
		return status;
	status = log_printer_open(&printer, cli);
	if (status)
		return status;
	if (cleat_object_open(cli->c, r->object, &o) < 0) {
		status = cli_failed(cli);
	} else {
		status = attach_and_stay(cli, o, r, &printer, signals);
		cleat_object_close(o);
	}
	log_printer_close(&printer);
	return status;
}

static int run_attach(struct cli *cli, int argc, char **argv)
{
	struct request r = { 0 };
	int signals, status;

	if (argc == 0)
		return cli_usage(cli, "which object?");
	r.params = calloc((size_t)argc + 1, sizeof(*r.params));
	if (!r.params)
		return cli_failed_in("calloc");
	status = read_request(cli, &r, argc, argv);
	/* Before anything is attached: an early Ctrl-C must clean up, too. */
	signals = status ? -1 : stay_catch_signals();
	if (!status)
		status = signals < 0 ? cli_failed_in("signalfd") : attach_request(cli, &r, signals);
	if (signals >= 0)
		close(signals);
	free(r.params);
	return status;
}

static const struct cli_option options[] = {
	{ "pin", "DIR", "pin the links in DIR on a BPF file system, and leave them there" },
	{ "log-level", "LEVEL", "let programs log up to off, error, warn, info, debug, or trace" },
	{ "ready-fd", "N", "write READY=1 to descriptor N when all is attached" },
	{ "quiet", NULL, "say nothing but errors and what programs log" },
	{ NULL, NULL, NULL },
};

const struct cli_verb verb_attach = {
	.name = "attach",
	.arguments = "OBJECT [PROGRAM] [KEY=VALUE...]",
	.summary = "load and attach without a unit, until interrupted",
	.details =
		"The keys are those of the [attach] section of the program's plugin: 'cleat plugins NAME'.\n"
		"Without a program and keys, all programs are attached whose section name says where.\n"
		"Behind them may stand, as a unit would say it, 'map NAME KEY=VALUE...' and\n"
		"'global NAME=VALUE...'. What programs log is printed.\n",
	.options = options,
	.run = run_attach,
	.option = option,
};
