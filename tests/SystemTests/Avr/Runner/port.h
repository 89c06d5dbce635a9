/* The board's serial port: a pseudo-terminal behind a stable path. */
#pragma once

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TRANSMIT_QUEUE = 8192 };

struct port {
    int master;          /* -1: unplugged */
    char path[PATH_MAX]; /* the symbolic link that clients open */
    bool client;         /* somebody has it open */
    uint8_t queue[TRANSMIT_QUEUE];
    size_t queue_length;
    unsigned drop_every; /* lose one byte of so many, 0: none */
    unsigned long sent;
};

void port_plug(struct port *port, const char *path);
void port_unplug(struct port *port);

/* Notices clients that come and go; true if one has just come. */
bool port_poll(struct port *port);

/* Without a client, bytes are lost, as they are on a wire. */
void port_send(struct port *port, uint8_t byte);
void port_flush(struct port *port);

/* What the client has written, up to `size`. */
size_t port_read(struct port *port, uint8_t *bytes, size_t size);
