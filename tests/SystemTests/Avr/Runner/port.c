#define _GNU_SOURCE
#include "port.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "report.h"

/* Raw before any client opens it: a terminal that echoes would talk to the board by itself. */
static void make_raw(const char *terminal)
{
    struct termios settings;
    const int fd = open(terminal, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (fd < 0 || tcgetattr(fd, &settings) != 0)
        die("%s: %s", terminal, strerror(errno));
    cfmakeraw(&settings);
    cfsetspeed(&settings, B115200);
    if (tcsetattr(fd, TCSANOW, &settings) != 0)
        die("%s: %s", terminal, strerror(errno));
    close(fd);
}

/* By rename, so that the path never points nowhere while it is replaced; from a hidden name, which no pattern for ports matches. */
static void link_to(const char *terminal, const char *path)
{
    char temporary[PATH_MAX + 8];
    const char *slash = strrchr(path, '/');
    const int folder = slash ? (int)(slash - path) + 1 : 0;
    snprintf(temporary, sizeof temporary, "%.*s.%s", folder, path, path + folder);
    unlink(temporary);
    if (symlink(terminal, temporary) != 0 || rename(temporary, path) != 0)
        die("%s: %s", path, strerror(errno));
}

void port_plug(struct port *port, const char *path)
{
    char terminal[64];
    port->master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (port->master < 0 || grantpt(port->master) != 0 || unlockpt(port->master) != 0
        || ptsname_r(port->master, terminal, sizeof terminal) != 0)
        die("no pseudo-terminal: %s", strerror(errno));
    make_raw(terminal);
    if (path != port->path && snprintf(port->path, sizeof port->path, "%s", path) >= (int)sizeof port->path)
        die("the port's path is too long");
    link_to(terminal, port->path);
    report("plugged %s %s", port->path, terminal);
}

void port_unplug(struct port *port)
{
    if (port->master < 0)
        return;
    unlink(port->path);
    close(port->master);
    port->master = -1;
    port->client = false;
    port->queue_length = 0;
    report("unplugged");
}

bool port_poll(struct port *port)
{
    struct pollfd state = {.fd = port->master, .events = POLLIN};
    if (port->master < 0 || poll(&state, 1, 0) < 0)
        return false;
    const bool open = !(state.revents & POLLHUP);
    if (open == port->client)
        return false;
    port->client = open;
    port->queue_length = 0;
    if (!open)
        tcflush(port->master, TCIOFLUSH);
    report("client %s", open ? "open" : "closed");
    return open;
}

void port_send(struct port *port, uint8_t byte)
{
    if (!port->client || port->queue_length == TRANSMIT_QUEUE)
        return;
    port->sent++;
    if (port->drop_every > 0 && port->sent % port->drop_every == 0)
        return;
    port->queue[port->queue_length++] = byte;
}

void port_flush(struct port *port)
{
    if (port->master < 0 || port->queue_length == 0)
        return;
    const ssize_t written = write(port->master, port->queue, port->queue_length);
    if (written <= 0)
        return; /* full: the next round tries again, and the queue's end drops what does not fit */
    port->queue_length -= (size_t)written;
    memmove(port->queue, port->queue + written, port->queue_length);
}

size_t port_read(struct port *port, uint8_t *bytes, size_t size)
{
    if (port->master < 0 || !port->client || size == 0)
        return 0;
    const ssize_t count = read(port->master, bytes, size);
    return count > 0 ? (size_t)count : 0;
}
