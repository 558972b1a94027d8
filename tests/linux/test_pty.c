/* SPDX-License-Identifier: MIT */
/* Pseudo terminals: bytes as they are, programs that come and go, the link, and what holds for all streams. */
#include "tests/linux/host_rig.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hal-linux/board_linux.h"
#include "hal-linux/host_private.h"
#include "lib/timeout.h"
#include "tests/child.h"
#include "tests/stream_echo.h"

/* Another program's side: as a file, which does not keep one waiting, or as a stream of this loop. */
static int open_other_side(const struct sb_stream *stream)
{
    int fd = open(stream->name, O_RDWR | O_NOCTTY | O_NONBLOCK);

    check_true(fd >= 0);
    return fd;
}

static struct sb_stream *open_other_stream(struct sb_board *board, const struct sb_stream *stream)
{
    struct sb_host_uv *host = &SB_CONTAINER_OF(board, struct sb_linux_board, board)->host;
    struct sb_fd_watch *watch = NULL;
    struct sb_stream *other = NULL;
    struct sb_fd_stream_config config = {.name = "other", .board = board};

    check_int(sb_fd_watch_open(host->clock, open_other_side(stream), &watch), 0);
    config.in = watch;
    config.out = watch;
    check_int(sb_fd_stream_open(host, &config, &other), 0);
    return other;
}

HOST_TEST(every_byte_passes_as_it_is_both_ways)
{
    struct sb_stream *stream = open_stream(board, "pty");
    int fd = open_other_side(stream);
    uint8_t all[256];
    uint8_t got[512];

    check_int(strncmp(stream->name, "/dev/pts/", 9), 0);
    for (int i = 0; i < 256; i++)
        all[i] = (uint8_t)i;
    check_int(sb_stream_write(stream, all, sizeof(all)), sizeof(all));
    check_int(sb_stream_drain(stream), 0);
    check_int(write(fd, all, sizeof(all)), sizeof(all));
    check_int(sb_stream_read_exactly(stream, got, sizeof(all)), sizeof(all));
    check_true(memcmp(got, all, sizeof(all)) == 0);
    check_int(read(fd, got, sizeof(got)), sizeof(all));
    check_true(memcmp(got, all, sizeof(all)) == 0);
    check_int(sb_stream_try_read(stream, got, 1), -EAGAIN); /* no echo */
    check_int(sb_stream_close_write(stream), -ENOTSUP);
    check_int(sb_stream_set_baud(stream, 9600), -ENOTSUP);
    close(fd);
    sb_stream_close(stream);
}

/* spec/core.md 13.5.38 */
HOST_TEST(a_megabyte_comes_back_whole_whatever_is_cancelled)
{
    struct sb_stream *stream = open_stream(board, "pty");
    struct sb_stream *other = open_other_stream(board, stream);

    stream_echo_run(&(struct stream_echo){
        .client = stream,
        .server = other,
        .size = 1 << 20,
        .seed = 5,
        .chunk_max = 3001,
        .pause_max_us = 200,
    });
    sb_stream_close(other);
    sb_stream_close(stream);
}

static int read_some(void *arg)
{
    char text[64];
    int rc = sb_stream_read_line(arg, text, sizeof(text));

    if (rc < 0)
        note("read: %s", strerror(-rc));
    else
        note("read %.*s", rc - 1, text);
    return 0;
}

static int write_much(void *arg)
{
    static const uint8_t much[300000];
    int rc = sb_stream_write(arg, much, sizeof(much));

    note("write %s", rc < 0 ? strerror(-rc) : "all");
    return 0;
}

/* spec/core.md 9.5.1, 13.5.40 */
HOST_TEST(a_cancelled_reader_does_not_disturb_a_writer_that_waits)
{
    struct sb_stream *stream = open_stream(board, "pty");
    struct sb_stream *other = open_other_stream(board, stream);
    struct sb_task reader;
    struct sb_task writer;
    uint8_t data[4096];

    sb_spawn(&reader, "reader", read_some, stream);
    sb_spawn(&writer, "writer", write_much, stream);
    sb_sleep_ms(20);
    check_true(stream->sent_count > 0 && stream->sent_count < 300000);
    sb_task_cancel(&reader);
    sb_join(&reader, NULL);
    while (!sb_task_is_finished(&writer))
        check_true(sb_stream_read(other, data, sizeof(data)) > 0);
    check_text(notes(), "read: Operation canceled | write all");
    check_int(other->lost_count, 0);
    sb_stream_close(other);
    sb_stream_close(stream);
}

HOST_TEST(programs_come_and_go_as_on_a_serial_line)
{
    struct sb_stream *stream = open_stream(board, "pty");
    struct sb_task reader;
    char text[8] = "";
    int fd;

    for (int i = 0; i < 2; i++) {
        sb_spawn(&reader, "reader", read_some, stream);
        sb_sleep_ms(2);
        fd = open_other_side(stream);
        close(fd);
        sb_sleep_ms(2);
        check_true(!sb_task_is_finished(&reader));
        fd = open_other_side(stream);
        check_int(write(fd, "hello\n", 6), 6);
        close(fd);
        sb_join(&reader, NULL);
    }
    check_text(notes(), "read hello | read hello");
    check_int(sb_stream_write(stream, "wait", 4), 4); /* for whoever comes next */
    fd = open_other_side(stream);
    check_int(read(fd, text, sizeof(text)), 4);
    check_text(text, "wait");
    close(fd);
    sb_stream_close(stream);
}

HOST_TEST(closing_it_ends_the_other_program)
{
    struct sb_stream *stream = open_stream(board, "pty");
    int fd = open_other_side(stream);
    char byte;

    sb_stream_close(stream);
    errno = 0;
    check_true(read(fd, &byte, 1) <= 0 && errno != EAGAIN);
    close(fd);
}

/* ---- the link */

static char path[128];

static const char *name_of_link(const char *file)
{
    static char name[160];

    snprintf(path, sizeof(path), "%s/%s", child_folder(), file);
    snprintf(name, sizeof(name), "pty:%s", path);
    return name;
}

static bool exists(void)
{
    struct stat status;

    return lstat(path, &status) == 0;
}

HOST_TEST(a_link_leads_to_it_until_it_is_closed)
{
    struct sb_stream *stream = open_stream(board, name_of_link("gps"));
    char target[PATH_MAX] = "";

    check_true(readlink(path, target, sizeof(target) - 1) > 0);
    check_text(target, stream->name);
    sb_stream_close(stream);
    check_true(!exists());
    stream = open_stream(board, name_of_link("gps"));
    check_true(exists());
    unlink(path);
    check_int(symlink("/dev/null", path), 0); /* somebody else's by now */
    sb_stream_close(stream);
    check_true(exists());
    unlink(path);
}

HOST_TEST(a_link_that_is_left_open_is_removed_with_the_board)
{
    (void)open_stream(board, name_of_link("left"));
    check_true(exists());
}

static void it_is_removed(void **state)
{
    (void)state;
    a_link_that_is_left_open_is_removed_with_the_board(state);
    assert_false(exists());
}

static void check_error(struct sb_board *board, const char *name, int expected, const char *words)
{
    struct sb_stream *stream;

    check_int(sb_board_stream(board, name, 0, &stream), expected);
    if (strstr(sb_board_error(board), words) == NULL)
        check_text(sb_board_error(board), words);
}

HOST_TEST(what_is_there_already_is_not_replaced_but_a_stale_link_is)
{
    struct sb_stream *stream;

    (void)name_of_link("file");
    close(open(path, O_CREAT | O_WRONLY, 0600));
    check_error(board, name_of_link("file"), -EEXIST,
                "is there already: remove it, or give another path");
    check_error(board, "pty:", -EINVAL, "has no path");
    check_error(board, "pty:/nowhere/gps", -ENOENT, "pty:/nowhere/gps: no link there: ");
    unlink(path);
    check_int(symlink("/dev/pts/999999", path), 0); /* of a program that was killed */
    stream = open_stream(board, name_of_link("file"));
    sb_stream_close(stream);
    check_true(!exists());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_byte_passes_as_it_is_both_ways),
        cmocka_unit_test(a_megabyte_comes_back_whole_whatever_is_cancelled),
        cmocka_unit_test(a_cancelled_reader_does_not_disturb_a_writer_that_waits),
        cmocka_unit_test(programs_come_and_go_as_on_a_serial_line),
        cmocka_unit_test(closing_it_ends_the_other_program),
        cmocka_unit_test(a_link_leads_to_it_until_it_is_closed),
        cmocka_unit_test(it_is_removed),
        cmocka_unit_test(what_is_there_already_is_not_replaced_but_a_stale_link_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
