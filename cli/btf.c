/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * btf.c - cleat btf: C headers of types, and BTF as it is. Whose types, the options say: --btf a file's,
 * --module a module's, --id those of a program or map.
 */
#include <stdlib.h>
#include <string.h>

#include "cli.h"

static struct cleat_btf_options source = { .size = sizeof(source) };
static bool raw;

/* The library makes big pieces; stdio would copy them. */
static int write_text(void *user, const char *text, size_t bytes)
{
	return fwrite(text, 1, bytes, user) == bytes ? 0 : 1;
}

static int header(struct cli *cli, int argc, char **argv)
{
	if (argc == 0)
		return cli_usage(cli, "a header of which types?");
	if (cli->json || raw)
		return cli_usage(cli, "a header is C: %s is for 'btf dump'",
				 raw ? "--raw" : "--json");
	if (cleat_btf_header(cli->c, &source, (const char *const *)argv, (size_t)argc, write_text,
			     stdout) < 0)
		return cli_failed(cli);
	return CLI_DONE;
}

static int dump(struct cli *cli, int argc, char **argv)
{
	int format = cli->json ? CLEAT_BTF_JSON : raw ? CLEAT_BTF_RAW : CLEAT_BTF_C;

	if (argc)
		return cli_usage(cli,
				 "btf dump takes no '%s': --btf, --module and --id say whose types",
				 argv[0]);
	if (cleat_btf_dump(cli->c, &source, format, write_text, stdout) < 0)
		return cli_failed(cli);
	return CLI_DONE;
}

static int run_btf(struct cli *cli, int argc, char **argv)
{
	int status;

	if (argc == 0)
		return cli_usage(cli, "header or dump?");
	if (strcmp(argv[0], "header") != 0 && strcmp(argv[0], "dump") != 0)
		return cli_usage(cli, "'%s' is nothing to do with types: header or dump", argv[0]);
	status = cli_open(cli);
	if (status)
		return status;
	setvbuf(stdout, NULL, _IONBF, 0);
	return argv[0][0] == 'h' ? header(cli, argc - 1, argv + 1) : dump(cli, argc - 1, argv + 1);
}

static int btf_option(struct cli *cli, const char *name, const char *value)
{
	char *end;

	if (strcmp(name, "raw") == 0) {
		raw = true;
	} else if (strcmp(name, "module") == 0) {
		source.module = value;
	} else {
		unsigned long id = strtoul(value, &end, 10);

		if (!*value || *end || *value == '-' || !id || id > UINT32_MAX)
			return cli_usage(cli, "--id: a number, as 'list btf' shows it, not '%s'", value);
		source.id = (uint32_t)id;
	}
	return 0;
}

static const struct cli_option btf_options[] = {
	{ "module", "NAME", "the types of this module, and of the kernel" },
	{ "id", "N", "the types of an object that is loaded: 'list btf'" },
	{ "raw", NULL, "dump: the records as they are, not C" },
	{ NULL, NULL, NULL },
};

const struct cli_verb verb_btf = {
	.name = "btf",
	.arguments = "header TYPE... | dump",
	.summary = "C declarations of kernel types",
	.details =
		"btf header prints a C header with these types and what they need: for BPF programs that\n"
		"read kernel structs, on whichever kernel they run. TYPE is a name, 'struct NAME', a\n"
		"function or a pattern. btf dump prints all types, sorted: vmlinux.h. The types are the\n"
		"running kernel's; --btf FILE takes those of another kernel, a module or an object.\n",
	.options = btf_options,
	.run = run_btf,
	.option = btf_option,
};
