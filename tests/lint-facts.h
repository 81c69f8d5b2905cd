/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * lint-facts.h - what static analyzers cannot know, because they see one file at a time: who reports
 * an error returns one. Included in front of each file by tests/lint, and by nothing else.
 */
#include <stdio.h> /* before its unsafe half is poisoned */

#if defined(LINT_CORE)
#include "base/report.h"
#define report_oom(r) (report_oom(r), -12)
#define report_error(...) (report_error(__VA_ARGS__), -22)
#define report_sys(...) (report_sys(__VA_ARGS__), -22)
#elif defined(LINT_CLI)
#include "cli.h"
#define cli_usage(...) (cli_usage(__VA_ARGS__), 2)
#define cli_failed(...) (cli_failed(__VA_ARGS__), 1)
#else
#include <cleat/plugin.h>
#define cleat_error(...) (cleat_error(__VA_ARGS__), -22)
#define cleat_error_sys(...) (cleat_error_sys(__VA_ARGS__), -22)
#define cleat_param_error(...) (cleat_param_error(__VA_ARGS__), -22)
#endif
