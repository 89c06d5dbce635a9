#include "board.h"

#include <simavr/avr_adc.h>
#include <simavr/avr_ioport.h>
#include <simavr/avr_uart.h>
#include <simavr/sim_elf.h>
#include <simavr/sim_regbit.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "report.h"

static const uint32_t clock_frequency = 16000000;

unsigned long long board_time(const struct board *board, avr_cycle_count_t cycle)
{
    return cycle * 1000000ULL / board->avr->frequency;
}

/* The caller paces the emulation: a sleeping AVR just skips ahead. */
static void skip_sleep(avr_t *avr, avr_cycle_count_t cycles)
{
    (void)avr;
    (void)cycles;
}

static void on_transmit(struct avr_irq_t *irq, uint32_t value, void *context)
{
    struct board *board = context;
    (void)irq;
    board->transmit(board->transmit_context, (uint8_t)value);
}

static void on_ready(struct avr_irq_t *irq, uint32_t value, void *context)
{
    (void)irq;
    (void)value;
    ((struct board *)context)->held = false;
}

static void on_full(struct avr_irq_t *irq, uint32_t value, void *context)
{
    (void)irq;
    (void)value;
    ((struct board *)context)->held = true;
}

static void on_conversion(struct avr_irq_t *irq, uint32_t value, void *context)
{
    struct board *board = context;
    avr_adc_mux_t mux = {0};
    (void)irq;
    memcpy(&mux, &value, sizeof value); /* the signal carries the first 32 bits */
    if (mux.src < ANALOG_INPUTS)
        avr_raise_irq(board->adc + ADC_IRQ_ADC0 + mux.src, board->millivolts[mux.src]);
}

static void set_pin(struct watched_pin *pin, bool high)
{
    const struct board *board = pin->board;
    if (pin->high == high)
        return;
    pin->high = high;
    report("pin %s %d at=%llu since-rx=%llu", pin->name, high, board_time(board, board->avr->cycle),
           board_time(board, board->avr->cycle - board->last_byte));
}

static void on_pin(struct avr_irq_t *irq, uint32_t value, void *context)
{
    (void)irq;
    set_pin(context, value != 0);
}

void board_watch(struct board *board, const char *name, const char *pin)
{
    if (board->pin_count == WATCHED_PINS)
        die("more than %d watched pins", WATCHED_PINS);
    if (strlen(pin) != 2 || pin[0] < 'A' || pin[0] > 'L' || pin[1] < '0' || pin[1] > '7')
        die("'%s' is no pin: write a port and a bit, like B5", pin);
    avr_irq_t *irq = avr_io_getirq(board->avr, AVR_IOCTL_IOPORT_GETIRQ(pin[0]), pin[1] - '0');
    if (!irq)
        die("this AVR has no pin %s", pin);
    struct watched_pin *watched = &board->pins[board->pin_count++];
    watched->board = board;
    watched->name = name;
    avr_irq_register_notify(irq, on_pin, watched);
}

static void connect_peripherals(struct board *board)
{
    avr_t *avr = board->avr;
    board->uart_input = avr_io_getirq(avr, AVR_IOCTL_UART_GETIRQ('0'), UART_IRQ_INPUT);
    board->adc = avr_io_getirq(avr, AVR_IOCTL_ADC_GETIRQ, 0);
    if (!board->uart_input || !board->adc)
        die("this AVR has no UART 0 or no analog converter");
    avr_irq_register_notify(avr_io_getirq(avr, AVR_IOCTL_UART_GETIRQ('0'), UART_IRQ_OUTPUT), on_transmit, board);
    avr_irq_register_notify(avr_io_getirq(avr, AVR_IOCTL_UART_GETIRQ('0'), UART_IRQ_OUT_XON), on_ready, board);
    avr_irq_register_notify(avr_io_getirq(avr, AVR_IOCTL_UART_GETIRQ('0'), UART_IRQ_OUT_XOFF), on_full, board);
    avr_irq_register_notify(board->adc + ADC_IRQ_OUT_TRIGGER, on_conversion, board);
}

static void quiet_uart(avr_t *avr)
{
    uint32_t no_console_no_sleep = 0;
    avr_ioctl(avr, AVR_IOCTL_UART_SET_FLAGS('0'), &no_console_no_sleep);
}

/* simavr's own chatter goes to standard output, which belongs to the events. */
static void log_faults(struct avr_t *avr, const int level, const char *format, va_list arguments)
{
    (void)avr;
    if (level <= LOG_ERROR)
        vfprintf(stderr, format, arguments);
}

void board_start(struct board *board, const char *mcu, const char *firmware)
{
    elf_firmware_t elf = {0};
    avr_global_logger_set(log_faults);
    if (elf_read_firmware(firmware, &elf) != 0)
        die("%s is no firmware in ELF format", firmware);
    avr_t *avr = avr_make_mcu_by_name(mcu);
    if (!avr)
        die("unknown AVR '%s'", mcu);
    board->avr = avr;
    avr_init(avr);
    avr_load_firmware(avr, &elf);
    avr->frequency = clock_frequency;
    avr->vcc = avr->avcc = avr->aref = 5000;
    avr->log = LOG_ERROR;
    avr->sleep = skip_sleep;
    connect_peripherals(board);
    board_reset(board, CAUSE_POWER);
}

void board_reset(struct board *board, enum reset_cause cause)
{
    avr_t *avr = board->avr;
    avr_reset(avr);
    quiet_uart(avr);
    avr_regbit_clear(avr, avr->reset_flags.porf);
    avr_regbit_clear(avr, avr->reset_flags.extrf);
    avr_regbit_set(avr, cause == CAUSE_POWER ? avr->reset_flags.porf : avr->reset_flags.extrf);
    board->queue_length = 0;
    board->receiving = false;
    board->held = false;
    board->lowest_stack = avr->ramend;
    for (int i = 0; i < board->pin_count; i++)
        set_pin(&board->pins[i], false);
}

static avr_cycle_count_t deliver_byte(avr_t *avr, avr_cycle_count_t when, void *context)
{
    struct board *board = context;
    if (board->queue_length == 0) {
        board->receiving = false;
        return 0;
    }
    if (!board->held) {
        const uint8_t byte = board->queue[board->queue_head];
        board->queue_head = (board->queue_head + 1) % RECEIVE_QUEUE;
        board->queue_length--;
        board->last_byte = avr->cycle;
        avr_raise_irq(board->uart_input, byte);
    }
    return when + avr->frequency * 10 / BAUD;
}

size_t board_receive(struct board *board, const uint8_t *bytes, size_t length)
{
    const size_t room = RECEIVE_QUEUE - board->queue_length;
    if (length > room)
        length = room;
    for (size_t i = 0; i < length; i++)
        board->queue[(board->queue_head + board->queue_length++) % RECEIVE_QUEUE] = bytes[i];
    if (board->queue_length > 0 && !board->receiving) {
        board->receiving = true;
        avr_cycle_timer_register(board->avr, board->avr->frequency * 10 / BAUD, deliver_byte, board);
    }
    return length;
}

static void note_stack(struct board *board)
{
    const uint16_t stack = (uint16_t)(board->avr->data[R_SPL] | board->avr->data[R_SPH] << 8);
    if (stack >= 0x100 && stack < board->lowest_stack) /* the first instructions run before it is set */
        board->lowest_stack = stack;
}

unsigned board_stack_used(const struct board *board)
{
    return board->avr->ramend - board->lowest_stack;
}

void board_run(struct board *board, avr_cycle_count_t cycle)
{
    while (board->avr->cycle < cycle) {
        const int state = avr_run(board->avr);
        if (state == cpu_Done || state == cpu_Crashed)
            die("the firmware crashed at %llu us", board_time(board, board->avr->cycle));
        note_stack(board);
    }
}
