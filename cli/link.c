/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * link.c - cleat link: several objects made one. No privilege, and no plugin is asked: what the
 * programs are for does not matter yet.
 */
#include "cli.h"

static const char *output;

static int link_option(struct cli *cli, const char *name, const char *value)
{
	(void)name;
	if (output)
		return cli_usage(cli, "one output, not '%s' and '%s'", output, value);
	output = value;
	return 0;
}

static int link_files(struct cli *cli, int argc, char **argv)
{
	struct cleat_linker *linker = NULL;
	int status = CLI_DONE;

	if (cleat_linker_new(cli->c, &linker) < 0)
		return cli_failed(cli);
	/* What is wrong with one file must not hide what is wrong with the next. */
	for (int i = 0; i < argc; i++) {
		if (cleat_linker_add(linker, argv[i]) < 0)
			status = cli_failed(cli);
		else
			cli_diags(cli);
	}
	if (!status && cleat_linker_finish(linker, output) < 0)
		status = cli_failed(cli);
	else if (!status)
		cli_diags(cli);
	cleat_linker_free(linker);
	return status;
}

static int run_link(struct cli *cli, int argc, char **argv)
{
	int status;

	if (argc == 0)
		return cli_usage(cli, "which objects?");
	if (!output)
		return cli_usage(cli, "link to which file?");
	status = cli_open(cli);
	return status ? status : link_files(cli, argc, argv);
}

static const struct cli_option link_options[] = {
	{ "output", "FILE", "the object to write" },
	{ NULL, NULL, NULL },
};

const struct cli_verb verb_link = {
	.name = "link",
	.arguments = "OBJECT... -o FILE",
	.summary = "make one object of several, as a static linker",
	.details =
		"What one object declares is what another defines; a __weak definition gives way to\n"
		"another. Needs no privilege; objects of either byte order, but not mixed. Objects that\n"
		"have nothing to do with each other need no linking: load each by itself.\n",
	.options = link_options,
	.letters = "o",
	.run = run_link,
	.option = link_option,
};
