/* What the caller may ask for: one command a line on standard input.
 *
 *   adc N MV      millivolts at an analog input
 *   unplug        take the board off its cable: no port, no power
 *   plug [PATH]   put it back, under another path if one is given
 *   reset         press its button
 *   freeze        stop its processor, the port stays
 *   thaw
 *   drop P        lose one of P bytes that it sends; 0: none
 *   garbage N     send N arbitrary bytes to the client
 *   stats         report time and the stack's depth
 *   quit          also when standard input ends
 */
#pragma once

#include <stdbool.h>

#include "board.h"
#include "port.h"

struct runner {
    struct board board;
    struct port port;
    bool frozen;
    bool quit;
    uint32_t noise; /* state of the generator behind `garbage` */
    char line[PATH_MAX + 16];
    size_t line_length;
};

/* Reads what there is and carries it out. */
void commands_read(struct runner *runner);
