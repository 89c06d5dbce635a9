/* The emulated board: an AVR with its firmware, its analog inputs and the pins that are watched. */
#pragma once

#include <simavr/sim_avr.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ANALOG_INPUTS = 8, WATCHED_PINS = 8, RECEIVE_QUEUE = 4096, BAUD = 115200 };

enum reset_cause { CAUSE_POWER, CAUSE_BUTTON };

struct watched_pin {
    struct board *board;
    const char *name;
    bool high;
};

struct board {
    avr_t *avr;
    avr_irq_t *adc;
    avr_irq_t *uart_input;
    uint32_t millivolts[ANALOG_INPUTS];
    struct watched_pin pins[WATCHED_PINS];
    int pin_count;

    /* Bytes on their way to the board, one each ten bit times. */
    uint8_t queue[RECEIVE_QUEUE];
    size_t queue_head;
    size_t queue_length;
    bool receiving;
    bool held; /* the emulated UART takes no more for now: it lets an interrupt's time pass between two bytes */
    avr_cycle_count_t last_byte; /* when the board got its last byte */

    void (*transmit)(void *context, uint8_t byte);
    void *transmit_context;

    uint16_t lowest_stack;
};

void board_start(struct board *board, const char *mcu, const char *firmware);

/* Reports changes of a pin, written like B5, under a name. */
void board_watch(struct board *board, const char *name, const char *pin);

/* Runs until the clock of the board stands at `cycle`. */
void board_run(struct board *board, avr_cycle_count_t cycle);

/* Queues what fits and returns how much that was. */
size_t board_receive(struct board *board, const uint8_t *bytes, size_t length);

void board_reset(struct board *board, enum reset_cause cause);

/* Microseconds of the board's own time. */
unsigned long long board_time(const struct board *board, avr_cycle_count_t cycle);

/* The deepest the stack was, in bytes. */
unsigned board_stack_used(const struct board *board);
