/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * diag.c - what the library's diagnostics say, for people and for JSON; and which word was meant.
 * Refuses to know which verb asks.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

/* ---- rounds ---------------------------------------------------------------------------------- */

struct cli_memory {
	FILE *out; /* what this round says */
	char *text;
	size_t size;
	char *before; /* what the one before has said */
};

void cli_forget_rounds(struct cli *cli)
{
	if (!cli->memory)
		return;
	if (cli->memory->out)
		fclose(cli->memory->out);
	free(cli->memory->text);
	free(cli->memory->before);
	free(cli->memory);
	cli->memory = NULL;
}

void cli_next_round(struct cli *cli)
{
	struct cli_memory *m = calloc(1, sizeof(*m));

	/* Without memory all is said again. */
	if (m && cli->memory && cli->memory->out && fflush(cli->memory->out) == 0)
		m->before = strdup(cli->memory->text);
	if (m)
		m->out = open_memstream(&m->text, &m->size);
	cli_forget_rounds(cli);
	cli->memory = m;
}

/* Was it said in the round before; it is noted for the next one. */
static bool was_said(const struct cli *cli, const char *text)
{
	const struct cli_memory *m = cli->memory;

	if (!m || !m->out)
		return false;
	fprintf(m->out, "\n%s\n", text);
	return m->before && strstr(m->before, text);
}

/* ---- printing -------------------------------------------------------------------------------- */

static void print_diag(const struct cli *cli, const struct cleat_diag *d, FILE *out)
{
	size_t length = cleat_diag_format(d, NULL, 0);
	char begins[512], *text = malloc(length + 1);

	/* Without memory, at least how it begins, or what it says. */
	cleat_diag_format(d, text ? text : begins, text ? length + 1 : sizeof(begins));
	if (length && was_said(cli, text ? text : begins)) {
		free(text);
		return;
	}
	if (length)
		fprintf(out, "%s\n", text ? text : begins);
	else
		fprintf(out, "cleat: %s: %s\n", d->level == CLEAT_ERROR ? "error" : "warning", d->what);
	free(text);
	if (cli->full_log && d->full_log)
		fprintf(out, "%s\n", d->full_log);
}

void cli_diags_to(const struct cli *cli, FILE *out, int level)
{
	for (size_t i = 0; i < cleat_diag_count(cli->c); i++) {
		const struct cleat_diag *d = cleat_diag_get(cli->c, i);

		if (d->level >= level)
			print_diag(cli, d, out);
	}
}

void cli_diags(const struct cli *cli)
{
	/* What was printed before comes before it, also where both go to one file. */
	fflush(stdout);
	cli_diags_to(cli, stderr, CLEAT_NOTE);
}

int cli_failed(const struct cli *cli)
{
	bool said = false;

	cli_diags(cli);
	for (size_t i = 0; i < cleat_diag_count(cli->c); i++)
		said |= cleat_diag_get(cli->c, i)->level == CLEAT_ERROR;
	if (!said)
		fputs("cleat: error: it did not work, and nothing said why\n", stderr);
	return CLI_FAILED;
}

int cli_failed_in(const char *call)
{
	fprintf(stderr, "cleat: error: %s: %s\n", call, strerror(errno));
	return CLI_FAILED;
}

char *cli_what(const struct cli *cli, int level)
{
	char *all = NULL, *longer;

	for (size_t i = 0; i < cleat_diag_count(cli->c); i++) {
		const struct cleat_diag *d = cleat_diag_get(cli->c, i);

		if (d->level != level || !d->what)
			continue;
		if (asprintf(&longer, "%s%s%s%s%s%s", all ? all : "", all ? "; " : "",
			     d->map ? "map '" : "", d->map ? d->map : "", d->map ? "': " : "",
			     d->what) < 0)
			break;
		free(all);
		all = longer;
	}
	return all;
}

/* Edits that lead from one word to another: letters in, out, changed, or swapped with the next. */
static size_t distance(const char *a, const char *b)
{
	size_t n = strlen(a), m = strlen(b), row[3][32];

	if (n >= 32 || m >= 32)
		return 32;
	for (size_t j = 0; j <= m; j++)
		row[0][j] = j;
	for (size_t i = 1; i <= n; i++) {
		size_t *now = row[i % 3], *last = row[(i + 2) % 3], *older = row[(i + 1) % 3];

		now[0] = i;
		for (size_t j = 1; j <= m; j++) {
			size_t best = last[j - 1] + (a[i - 1] != b[j - 1]);

			if (last[j] + 1 < best)
				best = last[j] + 1;
			if (now[j - 1] + 1 < best)
				best = now[j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    older[j - 2] + 1 < best)
				best = older[j - 2] + 1;
			now[j] = best;
		}
	}
	return row[n % 3][m];
}

const char *cli_nearest(const char *word, const char *const *words, size_t n)
{
	size_t best = strlen(word) / 3 + 2;
	const char *near = NULL;

	for (size_t i = 0; i < n; i++) {
		size_t d = strncmp(words[i], word, strlen(word)) == 0 && word[0]
				   ? 0
				   : /* the beginning of it */
				   distance(word, words[i]);

		if (d < best) {
			best = d;
			near = words[i];
		}
	}
	return near;
}

int cli_add_units(struct cli *cli, struct cleat_session *s, int n, char **units)
{
	int status = CLI_DONE;

	for (int i = 0; i < n; i++) {
		if (cleat_session_add(s, units[i]) < 0)
			status = cli_failed(cli);
		else
			cli_diags(cli);
	}
	return status;
}
