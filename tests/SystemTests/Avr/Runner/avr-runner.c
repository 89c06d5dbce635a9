/* Runs a board's firmware in an emulated AVR at the speed of the real one, its UART behind a pseudo-terminal.
 *
 *   avr-runner --mcu atmega328p --port PATH [--eeprom FILE] [--reset-on-open] [--pin NAME=B5]... [--adc N=MV]... FIRMWARE.elf
 *
 * Commands come on standard input (commands.h), events go to standard output:
 *
 *   plugged PATH TERMINAL | unplugged | client open | client closed | eeprom saved
 *   pin NAME 0|1 at=MICROSECONDS since-rx=MICROSECONDS     simulated time; since the last byte that the board received
 *   stats time=MICROSECONDS stack=BYTES sent=BYTES | error TEXT
 */
#define _GNU_SOURCE
#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "commands.h"
#include "eeprom.h"
#include "report.h"

static const int slice_milliseconds = 1;
static const double longest_lag = 0.1; /* seconds that the emulation makes up for; what is more is dropped */

static volatile sig_atomic_t stopping;

static void on_signal(int signal)
{
    (void)signal;
    stopping = 1;
}

struct options {
    const char *mcu;
    const char *port;
    const char *eeprom;
    const char *firmware;
    bool reset_on_open;
    const char *pins[WATCHED_PINS];
    int pin_count;
};

static void take_adc(struct board *board, const char *text)
{
    unsigned input;
    unsigned millivolts;
    if (sscanf(text, "%u=%u", &input, &millivolts) != 2 || input >= ANALOG_INPUTS || millivolts > 5000)
        die("--adc takes an input from 0 to 7 and up to 5000 millivolts, like 0=750, not '%s'", text);
    board->millivolts[input] = millivolts;
}

static void take_pin(struct options *options, const char *text)
{
    if (!strchr(text, '=') || options->pin_count == WATCHED_PINS)
        die("--pin takes a name and a pin, like led=B5, %d times at most, not '%s'", WATCHED_PINS, text);
    options->pins[options->pin_count++] = text;
}

static struct options parse(int count, char **arguments, struct board *board)
{
    static const struct option known[] = {
        {"mcu", required_argument, NULL, 'm'}, {"port", required_argument, NULL, 'p'},
        {"eeprom", required_argument, NULL, 'e'}, {"reset-on-open", no_argument, NULL, 'r'},
        {"pin", required_argument, NULL, 'i'}, {"adc", required_argument, NULL, 'a'}, {0}};
    struct options options = {.mcu = "atmega328p"};
    int option;
    while ((option = getopt_long(count, arguments, "", known, NULL)) != -1) {
        switch (option) {
        case 'm': options.mcu = optarg; break;
        case 'p': options.port = optarg; break;
        case 'e': options.eeprom = optarg; break;
        case 'r': options.reset_on_open = true; break;
        case 'i': take_pin(&options, optarg); break;
        case 'a': take_adc(board, optarg); break;
        default: exit(1);
        }
    }
    if (!options.port || optind != count - 1)
        die("wants --port PATH and one FIRMWARE.elf");
    options.firmware = arguments[optind];
    return options;
}

static void watch_pins(struct board *board, const struct options *options)
{
    for (int i = 0; i < options->pin_count; i++) {
        char *name = strdup(options->pins[i]);
        if (!name)
            die("out of memory");
        char *pin = strchr(name, '=');
        *pin++ = '\0';
        board_watch(board, name, pin);
    }
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

/* Real time and the board's time that belong together. */
struct pace {
    double time;
    avr_cycle_count_t cycle;
};

static void advance(struct runner *runner, struct pace *pace)
{
    avr_t *avr = runner->board.avr;
    const double time = now();
    double elapsed = time - pace->time;
    if (elapsed > longest_lag)
        elapsed = longest_lag;
    pace->time = time;
    pace->cycle += (avr_cycle_count_t)(elapsed * avr->frequency);
    const bool running = runner->port.master >= 0 && !runner->frozen;
    if (running)
        board_run(&runner->board, pace->cycle);
    else
        pace->cycle = avr->cycle;
}

static void exchange(struct runner *runner, bool reset_on_open)
{
    uint8_t bytes[512];
    if (port_poll(&runner->port) && reset_on_open)
        board_reset(&runner->board, CAUSE_BUTTON);
    const size_t room = RECEIVE_QUEUE - runner->board.queue_length;
    const size_t count = port_read(&runner->port, bytes, room < sizeof bytes ? room : sizeof bytes);
    board_receive(&runner->board, bytes, count);
    port_flush(&runner->port);
}

static void run(struct runner *runner, struct eeprom *eeprom, bool reset_on_open)
{
    struct pace pace = {.time = now(), .cycle = runner->board.avr->cycle};
    while (!runner->quit && !stopping) {
        struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
        if (poll(&input, 1, slice_milliseconds) > 0)
            commands_read(runner);
        exchange(runner, reset_on_open);
        advance(runner, &pace);
        eeprom_save(eeprom);
    }
}

static void transmit(void *port, uint8_t byte)
{
    port_send(port, byte);
}

int main(int count, char **arguments)
{
    static struct runner runner = {.port.master = -1, .noise = 1};
    static struct eeprom eeprom;
    const struct options options = parse(count, arguments, &runner.board);
    const struct sigaction stop = {.sa_handler = on_signal};
    sigaction(SIGTERM, &stop, NULL);
    sigaction(SIGINT, &stop, NULL);

    runner.board.transmit = transmit;
    runner.board.transmit_context = &runner.port;
    board_start(&runner.board, options.mcu, options.firmware);
    watch_pins(&runner.board, &options);
    eeprom_load(&eeprom, runner.board.avr, options.eeprom);
    port_plug(&runner.port, options.port);
    run(&runner, &eeprom, options.reset_on_open);
    port_unplug(&runner.port);
    return 0;
}
