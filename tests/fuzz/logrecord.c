// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * logrecord.c - fuzz target: any bytes as a log record and the constants of the calls it may be of, and as
 * one of Aya's. What is an entry is one line, and JSON.
 */
#include "fuzz.h"

#include "log/log.h"

static void expect_plain(const char *text)
{
	for (; *text; text++)
		FUZZ_ASSERT((unsigned char)*text >= 0x20 && *text != 0x7f);
}

static void decode(struct log_decoder *d, const uint8_t *data, size_t size)
{
	struct cleat_log_entry e;
	struct buf line = { 0 }, json = { 0 };

	e.corrupt = log_decode(d, data, size, &e);
	FUZZ_ASSERT(!e.corrupt == (e.text != NULL));
	log_put_entry(&line, &e);
	log_put_json(&json, &e);
	FUZZ_ASSERT(json.len > 2 && json.data[0] == '{' && json.data[json.len - 1] == '}');
	expect_plain(json.data);
	if (e.text)
		expect_plain(e.text);
	for (size_t i = 0; i < e.n_args; i++)
		FUZZ_ASSERT(strlen(e.args[i].hint) < size + 8);
	buf_free(&line);
	buf_free(&json);
}

static void complain(void *user, const char *file, unsigned int line, const char *what)
{
	(void)user;
	(void)line;
	FUZZ_ASSERT(file && *what);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t half = size ? 1 + data[0] * (size - 1) / 256 : 0;
	uint8_t *sites = malloc(size - half + 1), *record = malloc(half + 1);
	struct log_decoder *d = calloc(1, sizeof(*d));

	FUZZ_ASSERT(d && sites && record);
	/* Copies of their size, so that what is read behind them is seen. */
	if (half)
		memcpy(record, data + 1, half - 1);
	memcpy(sites, data + half, size - half);
	sites = realloc(sites, size - half ? size - half : 1);
	record = realloc(record, half > 1 ? half - 1 : 1);
	d->own = sites;
	d->sites = sites;
	d->n_sites = size - half;
	d->format = LOG_FORMAT_CLEAT;
	log_check(d->sites, d->n_sites, complain, NULL);
	decode(d, record, half ? half - 1 : 0);
	d->format = LOG_FORMAT_AYA;
	decode(d, record, half ? half - 1 : 0);
	log_decoder_free(d);
	free(record);
	return 0;
}
