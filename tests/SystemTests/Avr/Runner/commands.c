#define _GNU_SOURCE
#include "commands.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "report.h"

static void plug(struct runner *runner, const char *path)
{
    if (runner->port.master >= 0) {
        report("error plug: already plugged");
        return;
    }
    port_plug(&runner->port, path ? path : runner->port.path);
    board_reset(&runner->board, CAUSE_POWER);
}

/* Numerical Recipes' generator: the same noise in every run. */
static uint8_t next_noise(struct runner *runner)
{
    runner->noise = runner->noise * 1664525u + 1013904223u;
    return (uint8_t)(runner->noise >> 24);
}

static void send_garbage(struct runner *runner, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        port_send(&runner->port, next_noise(runner));
}

static void report_stats(const struct runner *runner)
{
    report("stats time=%llu stack=%u sent=%lu", board_time(&runner->board, runner->board.avr->cycle),
           board_stack_used(&runner->board), runner->port.sent);
}

static bool with_numbers(struct runner *runner, const char *line)
{
    unsigned first;
    unsigned second;
    if (sscanf(line, "adc %u %u", &first, &second) == 2 && first < ANALOG_INPUTS && second <= 5000)
        runner->board.millivolts[first] = second;
    else if (sscanf(line, "drop %u", &first) == 1)
        runner->port.drop_every = first;
    else if (sscanf(line, "garbage %u", &first) == 1 && first <= TRANSMIT_QUEUE)
        send_garbage(runner, first);
    else
        return false;
    return true;
}

static void execute(struct runner *runner, const char *line)
{
    if (strcmp(line, "unplug") == 0)
        port_unplug(&runner->port);
    else if (strcmp(line, "plug") == 0)
        plug(runner, NULL);
    else if (strncmp(line, "plug ", 5) == 0)
        plug(runner, line + 5);
    else if (strcmp(line, "reset") == 0)
        board_reset(&runner->board, CAUSE_BUTTON);
    else if (strcmp(line, "freeze") == 0)
        runner->frozen = true;
    else if (strcmp(line, "thaw") == 0)
        runner->frozen = false;
    else if (strcmp(line, "stats") == 0)
        report_stats(runner);
    else if (strcmp(line, "quit") == 0)
        runner->quit = true;
    else if (!with_numbers(runner, line))
        report("error no such command: %s", line);
}

static void accept_byte(struct runner *runner, char byte)
{
    if (byte != '\n') {
        if (runner->line_length == sizeof runner->line - 1)
            die("a command line is too long");
        runner->line[runner->line_length++] = byte;
        return;
    }
    runner->line[runner->line_length] = '\0';
    runner->line_length = 0;
    execute(runner, runner->line);
}

void commands_read(struct runner *runner)
{
    char bytes[512];
    const ssize_t count = read(STDIN_FILENO, bytes, sizeof bytes);
    if (count < 0 && errno == EINTR)
        return;
    if (count <= 0)
        runner->quit = true;
    for (ssize_t i = 0; i < count; i++)
        accept_byte(runner, bytes[i]);
}
