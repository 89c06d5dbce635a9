#include "eeprom.h"

#include <errno.h>
#include <limits.h>
#include <simavr/avr_eeprom.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"

static void read_file(struct eeprom *eeprom)
{
    FILE *file = fopen(eeprom->path, "rb");
    if (!file && errno == ENOENT)
        return; /* a new board: all cells are 0xFF */
    if (!file)
        die("%s: %s", eeprom->path, strerror(errno));
    const size_t count = fread(eeprom->cells, 1, eeprom->size, file);
    if (count != eeprom->size || fgetc(file) != EOF)
        die("%s holds no EEPROM of %zu bytes", eeprom->path, eeprom->size);
    fclose(file);
}

void eeprom_load(struct eeprom *eeprom, avr_t *avr, const char *path)
{
    avr_eeprom_desc_t all = {.ee = NULL, .offset = 0, .size = (uint32_t)avr->e2end + 1};
    avr_ioctl(avr, AVR_IOCTL_EEPROM_GET, &all);
    if (!all.ee)
        die("this AVR has no EEPROM");
    eeprom->path = path;
    eeprom->cells = all.ee;
    eeprom->size = all.size;
    eeprom->saved = malloc(eeprom->size);
    if (!eeprom->saved)
        die("out of memory");
    if (path)
        read_file(eeprom);
    memcpy(eeprom->saved, eeprom->cells, eeprom->size);
}

static void write_file(const struct eeprom *eeprom, const char *path)
{
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(eeprom->saved, 1, eeprom->size, file) != eeprom->size || fclose(file) != 0)
        die("%s: %s", path, strerror(errno));
}

void eeprom_save(struct eeprom *eeprom)
{
    char temporary[PATH_MAX];
    if (!eeprom->path || memcmp(eeprom->saved, eeprom->cells, eeprom->size) == 0)
        return;
    memcpy(eeprom->saved, eeprom->cells, eeprom->size);
    if (snprintf(temporary, sizeof temporary, "%s.new", eeprom->path) >= (int)sizeof temporary)
        die("the EEPROM's path is too long");
    write_file(eeprom, temporary);
    if (rename(temporary, eeprom->path) != 0)
        die("%s: %s", eeprom->path, strerror(errno));
    report("eeprom saved");
}
