/* What the runner tells its caller: one event a line on standard output. */
#pragma once

void report(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same to standard error, and the end of the process. */
void die(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));
