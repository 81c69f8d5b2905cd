/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * map.c - cleat map: entries of a map that is in the kernel, keys and values as text. What the text
 * means is between the map's plugin and its BTF.
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "json.h"
#include "watch.h"

static bool only_new, only_existing, all, replace;
static double interval = 1;
static const char *pid;
static const char *with[16]; /* --with: keys of the map's plugin */
static size_t n_with;

/* ---- what is printed ------------------------------------------------------------------------- */

static int print_entry(struct cli *cli, struct cleat_map *m, const void *key, const void *value)
{
	char *text;

	if (cleat_map_format_entry(m, key, value, cli->json, &text) < 0)
		return cli_failed(cli);
	puts(text);
	free(text);
	return CLI_DONE;
}

static int print_text(void *user, const char *text, size_t bytes)
{
	(void)user;
	fwrite(text, 1, bytes, stdout);
	/* Nobody reads on: a large map is not walked for nothing. */
	return ferror(stdout) ? 1 : 0;
}

/* ---- the operations -------------------------------------------------------------------------- */

struct entry {
	struct cleat_map *map;
	const char *name;
	uint8_t *key, *value;
};

static int entry_new(struct cli *cli, struct cleat_map *m, const char *key, struct entry *e)
{
	struct cleat_map_info info = { .size = sizeof(info) };

	cleat_map_info(m, &info);
	*e = (struct entry) {
		.map = m,
		.name = cleat_map_name(m),
		.key = calloc(1, (size_t)info.key_size + 8),
		.value = calloc(1, info.value_bytes + 8),
	};
	if (!e->key || !e->value) {
		fputs("cleat: error: out of memory\n", stderr);
		return CLI_FAILED;
	}
	return cleat_map_parse(m, CLEAT_KEY, key, e->key) < 0 ? cli_failed(cli) : CLI_DONE;
}

static void entry_free(struct entry *e)
{
	free(e->key);
	free(e->value);
}

static int no_entry(const struct entry *e, const char *key)
{
	fprintf(stderr, "cleat: error: no entry '%s' in map '%s'\n", key, e->name);
	return CLI_FAILED;
}

static int map_get(struct cli *cli, struct cleat_map *m, char **argv)
{
	struct entry e;
	int status = entry_new(cli, m, argv[0], &e), err;

	if (!status) {
		err = cleat_map_lookup(m, e.key, e.value, 0);
		if (err == -ENOENT)
			status = no_entry(&e, argv[0]);
		else
			status = err ? cli_failed(cli) : print_entry(cli, m, e.key, e.value);
	}
	entry_free(&e);
	return status;
}

/* The kernel's BPF_NOEXIST and BPF_EXIST. */
static uint64_t update_flags(void)
{
	return only_new ? 1 : only_existing ? 2 : 0;
}

static int map_set(struct cli *cli, struct cleat_map *m, char **argv)
{
	struct entry e;
	int status = entry_new(cli, m, argv[0], &e), err;

	if (!status && cleat_map_parse(m, CLEAT_VALUE, argv[1], e.value) < 0)
		status = cli_failed(cli);
	if (!status) {
		err = cleat_map_update(m, e.key, e.value, update_flags());
		if (err == -ENOENT)
			status = no_entry(&e, argv[0]);
		else if (err)
			status = cli_failed(cli);
	}
	entry_free(&e);
	return status;
}

static int map_delete_all(struct cli *cli, struct cleat_map *m, char **argv)
{
	(void)argv;
	return cleat_map_clear(m, NULL) < 0 ? cli_failed(cli) : CLI_DONE;
}

static int map_delete(struct cli *cli, struct cleat_map *m, char **argv)
{
	struct entry e;
	int status = entry_new(cli, m, argv[0], &e), err;

	if (!status) {
		err = cleat_map_delete(m, e.key);
		if (err == -ENOENT)
			status = no_entry(&e, argv[0]);
		else if (err)
			status = cli_failed(cli);
	}
	entry_free(&e);
	return status;
}

static int map_dump(struct cli *cli, struct cleat_map *m, char **argv)
{
	(void)argv;
	return cleat_map_dump(m, cli->json, print_text, NULL) < 0 ? cli_failed(cli) : CLI_DONE;
}

static int print_loaded(const struct cli *cli, const struct cleat_map *m,
			const struct cleat_map_loaded *done)
{
	struct json j = { .out = stdout };

	if (!cli->json && !done->deleted)
		return CLI_DONE;
	if (!cli->json) {
		printf("%zu entries are in map '%s', %zu others deleted\n", done->entries,
		       cleat_map_name(m), done->deleted);
		return CLI_DONE;
	}
	json_object(&j, NULL);
	json_number(&j, "listed", done->listed);
	json_number(&j, "entries", done->entries);
	json_number(&j, "deleted", done->deleted);
	json_object_end(&j);
	json_newline(&j);
	return CLI_DONE;
}

/* All of a file, or of standard input (NULL). Returns 0 or -errno. */
static int read_all(const char *path, char **text, size_t *bytes)
{
	FILE *in = path ? fopen(path, "re") : stdin;
	size_t room = 1u << 20, n = 0;
	char *all_of_it = in ? malloc(room) : NULL, *more;
	int err = in && !all_of_it ? -ENOMEM : in ? 0 : -errno;

	while (!err) {
		n += fread(all_of_it + n, 1, room - n, in);
		if (n < room)
			break;
		room *= 2;
		more = realloc(all_of_it, room);
		all_of_it = more ? more : all_of_it;
		err = more ? 0 : -ENOMEM;
	}
	if (!err && ferror(in))
		err = -errno;
	if (in && in != stdin)
		fclose(in);
	if (err)
		free(all_of_it);
	*text = err ? NULL : all_of_it;
	*bytes = n;
	return err;
}

/* From a file, or what is on standard input. */
static int map_load(struct cli *cli, struct cleat_map *m, char **argv)
{
	struct cleat_map_load_options options = {
		.size = sizeof(options),
		.flags = update_flags(),
		.replace = replace,
	};
	struct cleat_map_loaded done = { .size = sizeof(done) };
	bool from_stdin = !argv[0] || strcmp(argv[0], "-") == 0;
	const char *name = from_stdin ? "standard input" : argv[0];
	size_t bytes;
	char *text;
	int err = read_all(from_stdin ? NULL : argv[0], &text, &bytes);

	if (err) {
		fprintf(stderr, "cleat: error: cannot read %s: %s\n", name, strerror(-err));
		return CLI_FAILED;
	}
	err = cleat_map_load(m, name, text, bytes, &options, &done);
	free(text);
	return err < 0 ? cli_failed(cli) : print_loaded(cli, m, &done);
}

static int map_watch(struct cli *cli, struct cleat_map *m, char **argv)
{
	return watch_map(cli, m, argv[0], interval);
}

/* A map without keys: @text is NULL, or the value. */
static int value_new(struct cli *cli, struct cleat_map *m, const char *text, uint8_t **out)
{
	struct cleat_map_info info = { .size = sizeof(info) };

	cleat_map_info(m, &info);
	*out = calloc(1, info.value_bytes + 8);
	if (!*out) {
		fputs("cleat: error: out of memory\n", stderr);
		return CLI_FAILED;
	}
	return text && cleat_map_parse(m, CLEAT_VALUE, text, *out) < 0 ? cli_failed(cli) : CLI_DONE;
}

/* A record is bytes, as hex digits, of any number. */
static int write_record(struct cli *cli, struct cleat_map *m, const char *text)
{
	uint8_t *data = calloc(1, strlen(text) + 1);
	const char *s = strncmp(text, "0x", 2) == 0 ? text + 2 : text;
	size_t n = 0;
	int end = 0, err;

	for (; data && sscanf(s, " %2hhx%n", &data[n], &end) == 1; s += end)
		n++;
	if (!data || *s || !n) {
		fprintf(stderr, "cleat: error: '%s' is not hex bytes\n", text);
		free(data);
		return CLI_FAILED;
	}
	err = cleat_map_write(m, data, n);
	free(data);
	return err < 0 ? cli_failed(cli) : CLI_DONE;
}

static int map_push(struct cli *cli, struct cleat_map *m, char **argv)
{
	struct cleat_map_info info = { .size = sizeof(info) };
	uint8_t *value;
	int status;

	cleat_map_info(m, &info);
	if (!info.key_size && !info.value_bytes)
		return write_record(cli, m, argv[0]);
	status = value_new(cli, m, argv[0], &value);

	/* BPF_EXIST: make room. */
	if (!status && cleat_map_push(m, value, only_existing ? 2 : 0) < 0)
		status = cli_failed(cli);
	free(value);
	return status;
}

static int print_value(struct cli *cli, struct cleat_map *m, const uint8_t *value)
{
	char *text;

	if (cleat_map_format(m, CLEAT_VALUE, value, cli->json, &text) < 0)
		return cli_failed(cli);
	puts(text);
	free(text);
	return CLI_DONE;
}

static int map_pop(struct cli *cli, struct cleat_map *m, char **argv)
{
	uint8_t *value;
	int status = value_new(cli, m, NULL, &value), err;

	(void)argv;
	if (!status) {
		err = cleat_map_pop(m, value);
		if (err == -ENOENT) {
			fprintf(stderr, "cleat: error: map '%s' is empty\n", cleat_map_name(m));
			status = CLI_FAILED;
		} else {
			status = err ? cli_failed(cli) : print_value(cli, m, value);
		}
	}
	free(value);
	return status;
}

/* With a value: is it in there. */
static int map_peek(struct cli *cli, struct cleat_map *m, char **argv)
{
	uint8_t *value;
	int status = value_new(cli, m, argv[0], &value), err;

	if (!status) {
		err = cleat_map_peek(m, value);
		if (err == -ENOENT && argv[0])
			fprintf(stderr, "cleat: error: '%s' is not in map '%s'\n", argv[0],
				cleat_map_name(m));
		else if (err == -ENOENT)
			fprintf(stderr, "cleat: error: map '%s' is empty\n", cleat_map_name(m));
		else
			status = err ? cli_failed(cli) : print_value(cli, m, value);
		if (err == -ENOENT)
			status = CLI_FAILED;
	}
	free(value);
	return status;
}

/* ---- a new one ------------------------------------------------------------------------------- */

/* The value of KEY=VALUE among @words, NULL after the last; taken out when @take. NULL: not there. */
static const char *find_word(char **words, const char *key, bool take)
{
	size_t n = strlen(key);
	const char *found;

	for (; *words && (strncmp(*words, key, n) != 0 || (*words)[n] != '='); words++)
		;
	if (!*words)
		return NULL;
	found = *words + n + 1;
	for (; take && *words; words++)
		words[0] = words[1];
	return found;
}

static int print_created(const struct cli *cli, struct cleat_map *m, const char *pin)
{
	struct cleat_map_info info = { .size = sizeof(info) };
	struct json j = { .out = stdout };

	if (!cli->json)
		return CLI_DONE;
	cleat_map_info(m, &info);
	json_object(&j, NULL);
	json_number(&j, "id", info.id);
	json_text(&j, "name", info.name);
	json_text(&j, "type", info.type);
	json_text(&j, "pin", pin);
	json_object_end(&j);
	json_newline(&j);
	return CLI_DONE;
}

/* @words: TYPE KEY=VALUE..., NULL after the last. */
static int create_map(struct cli *cli, char **words)
{
	const char *name = find_word(words + 1, "name", true);
	const char *pin = find_word(words + 1, "pin", false), *slash;
	struct cleat_map *m;
	int status;

	if (!pin || !*pin || strcmp(pin, "no") == 0)
		return cli_usage(cli,
				 "map create wants pin=PATH: what nobody holds is gone at once");
	slash = strrchr(pin, '/');
	if (!name)
		name = slash ? slash + 1 : pin;
	status = cli_open(cli);
	if (status)
		return status;
	if (cleat_map_create(cli->c, words[0], name, (const char *const *)(words + 1), &m) < 0)
		return cli_failed(cli);
	status = print_created(cli, m, pin);
	cleat_map_close(m);
	return status;
}

/* ---- the verb -------------------------------------------------------------------------------- */

static const struct operation {
	const char *name, *arguments;
	int n; /* after the map */
	int optional; /* after those */
	int (*run)(struct cli *cli, struct cleat_map *m, char **argv); /* NULL: makes the map */
} operations[] = {
	{ "get", "MAP KEY", 1, 0, map_get },
	{ "set", "MAP KEY VALUE", 2, 0, map_set },
	{ "delete", "MAP KEY", 1, 0, map_delete },
	{ "dump", "MAP", 0, 0, map_dump },
	{ "load", "MAP [FILE]", 0, 1, map_load },
	{ "watch", "MAP [KEY]", 0, 1, map_watch },
	{ "create", "TYPE KEY=VALUE...", 0, INT_MAX, NULL },
	{ "push", "MAP VALUE", 1, 0, map_push },
	{ "pop", "MAP", 0, 0, map_pop },
	{ "peek", "MAP [VALUE]", 0, 1, map_peek },
};
#define N_OPERATIONS (sizeof(operations) / sizeof(operations[0]))

static const struct operation delete_all_of = { "delete --all", "MAP", 0, 0, map_delete_all };

static int find_operation(const struct cli *cli, const char *word, const struct operation **out)
{
	const char *names[N_OPERATIONS], *near;

	for (size_t i = 0; i < N_OPERATIONS; i++) {
		names[i] = operations[i].name;
		if (strcmp(word, names[i]) == 0) {
			*out = &operations[i];
			return 0;
		}
	}
	near = cli_nearest(word, names, N_OPERATIONS);
	if (near)
		return cli_usage(cli, "'%s' is nothing to do with a map: did you mean '%s'?", word,
				 near);
	return cli_usage(cli,
			 "'%s' is nothing to do with a map: create, get, set, delete, dump, "
			 "load, watch, push, pop, peek are",
			 word);
}

/* What was said with --with. */
static int set_keys(struct cli *cli, struct cleat_map *m)
{
	for (size_t i = 0; i < n_with; i++) {
		const char *value = strchr(with[i], '=') + 1;
		char *key = strndup(with[i], (size_t)(value - with[i]) - 1);
		int err = key ? cleat_map_set_param(m, key, value) : -ENOMEM;

		free(key);
		if (err < 0)
			return cli_failed(cli);
	}
	return CLI_DONE;
}

static int run_map(struct cli *cli, int argc, char **argv)
{
	const struct operation *op = NULL;
	struct cleat_map *m;
	int status;

	if (argc == 0)
		return cli_usage(cli,
				 "create, get, set, delete, dump, load, watch, push, pop or peek?");
	status = find_operation(cli, argv[0], &op);
	if (status)
		return status;
	if (all && op->run == map_delete)
		op = &delete_all_of;
	if (argc - 2 < op->n || argc - 2 - op->n > op->optional)
		return cli_usage(cli, "map %s takes %s", op->name, op->arguments);
	if (!op->run)
		return create_map(cli, argv + 1);
	status = cli_open(cli);
	if (status)
		return status;
	if (cleat_map_find(cli->c, argv[1], &m) < 0)
		return cli_failed(cli);
	if (pid && cleat_map_set_param(m, "pid", pid) < 0)
		status = cli_failed(cli);
	if (!status)
		status = set_keys(cli, m);
	if (!status)
		status = op->run(cli, m, argv + 2);
	cleat_map_close(m);
	return status;
}

/* Seconds, with a fraction or not: "0.1". */
static int set_interval(struct cli *cli, const char *text)
{
	char *end;

	interval = strtod(text, &end);
	if (end == text || *end || !(interval >= 0.001 && interval <= 86400))
		return cli_usage(cli, "--interval takes seconds, 0.001 to 86400, not '%s'", text);
	return 0;
}

static int add_key(struct cli *cli, const char *text)
{
	if (!strchr(text, '='))
		return cli_usage(cli, "--with takes KEY=VALUE, not '%s'", text);
	if (n_with == sizeof(with) / sizeof(with[0]))
		return cli_usage(cli, "--with: that are too many");
	with[n_with++] = text;
	return 0;
}

static int map_option(struct cli *cli, const char *name, const char *value)
{
	if (strcmp(name, "with") == 0)
		return add_key(cli, value);
	if (strcmp(name, "interval") == 0)
		return set_interval(cli, value);
	if (strcmp(name, "pid") == 0)
		pid = value;
	only_new |= strcmp(name, "new") == 0;
	only_existing |= strcmp(name, "existing") == 0;
	all |= strcmp(name, "all") == 0;
	replace |= strcmp(name, "replace") == 0;
	if (only_new && only_existing)
		return cli_usage(cli, "--new and --existing: an entry is one or the other");
	return 0;
}

static const struct cli_option map_options[] = {
	{ "new", NULL, "set, load: only when there is no such entry yet" },
	{ "existing", NULL,
	  "set, load: only when there is such an entry; push: the oldest makes room" },
	{ "all", NULL, "delete: all entries" },
	{ "replace", NULL, "load: delete the entries that are not in the list" },
	{ "interval", "SECONDS", "watch: time between two looks (default: 1)" },
	{ "pid", "PID", "the map's stacks are of this process: its functions by their names" },
	{ "with", "KEY=VALUE", "a key of the map's plugin that says how entries are read or shown" },
	{ NULL, NULL, NULL },
};

const struct cli_verb verb_map = {
	.name = "map",
	.arguments = "create|get|set|delete|dump|load|watch|push|pop|peek MAP ...",
	.summary = "look at and change the entries of a map, or make one",
	.details =
		"get MAP KEY, set MAP KEY VALUE, delete MAP KEY, delete --all MAP, dump MAP; load MAP\n"
		"[FILE] takes what dump prints; watch MAP [KEY] prints what changes, until interrupted. For\n"
		"maps without keys push MAP VALUE, pop MAP, peek MAP, and peek MAP VALUE for a Bloom\n"
		"filter: is it in?\n\n"
		"create TYPE KEY=VALUE... makes a map without an object and pins it, if it is not there\n"
		"already: pin=PATH, key-size, value-size, max-entries, and all else that a unit may say\n"
		"of a map; name=NAME if not the last part of the path; key-type and value-type name types\n"
		"of the kernel, or with --btf FILE of an object.\n\n"
		"MAP is an id, a path on a BPF file system, or a name. KEY and VALUE are text as the\n"
		"map's plugin and its BTF say: numbers, names of enumerators, addresses,\n"
		"{ member = value }; without BTF a number or hex bytes. A per-CPU map is set to the\n"
		"same value on all CPUs. Before a negative number: '--'.\n",
	.options = map_options,
	.run = run_map,
	.option = map_option,
};
