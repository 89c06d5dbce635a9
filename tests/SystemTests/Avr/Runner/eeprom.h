/* The board's EEPROM in a file, so that it outlives the process, even one that is killed. */
#pragma once

#include <simavr/sim_avr.h>
#include <stdbool.h>
#include <stddef.h>

struct eeprom {
    const char *path; /* null: not kept */
    uint8_t *cells;   /* inside the emulator */
    uint8_t *saved;   /* what the file holds */
    size_t size;
};

void eeprom_load(struct eeprom *eeprom, avr_t *avr, const char *path);

/* Writes the file if a cell changed. */
void eeprom_save(struct eeprom *eeprom);
