/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - the records that outputs to log daemons are tested with.
 */
#include "../../../tests/kernel/shared/entries.bpf.h"
