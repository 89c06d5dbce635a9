#include "report.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void report(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    putchar('\n');
    fflush(stdout);
}

void die(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("avr-runner: ", stderr);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(1);
}
