/* SPDX-License-Identifier: MIT */
/*
 * Softboard: everything that a program needs, in one include. A program defines sb_main() and links
 * `pkg-config --libs softboard`; main(), the options and the choice of simulated or real board come
 * with the library (docs/program.md).
 */
#ifndef SOFTBOARD_H
#define SOFTBOARD_H

#ifdef __cplusplus
extern "C" {
#endif

#include "drivers/gps.h"
#include "drivers/gps_format.h"
#include "drivers/gps_time.h"
#include "drivers/hd44780.h"
#include "drivers/htu21d.h"
#include "drivers/nec_ir.h"
#include "drivers/pushbutton.h"
#include "lib/barrier.h"
#include "lib/bell.h"
#include "lib/broker.h"
#include "lib/byte_ring.h"
#include "lib/civil.h"
#include "lib/condition.h"
#include "lib/delay.h"
#include "lib/event.h"
#include "lib/flag.h"
#include "lib/gather.h"
#include "lib/group.h"
#include "lib/hal/adc.h"
#include "lib/hal/board.h"
#include "lib/hal/clock.h"
#include "lib/hal/host.h"
#include "lib/hal/i2c.h"
#include "lib/hal/pin.h"
#include "lib/hal/pins.h"
#include "lib/hal/server.h"
#include "lib/hal/spi.h"
#include "lib/hal/stream.h"
#include "lib/latch.h"
#include "lib/list.h"
#include "lib/lock.h"
#include "lib/loop.h"
#include "lib/message.h"
#include "lib/queue.h"
#include "lib/ringq.h"
#include "lib/semaphore.h"
#include "lib/spsc.h"
#include "lib/stream_pair.h"
#include "lib/task.h"
#include "lib/task_info.h"
#include "lib/threadsafe_event.h"
#include "lib/threadsafe_queue.h"
#include "lib/ticker.h"
#include "lib/timeout.h"
#include "lib/timer.h"
#include "lib/wait.h"
#include "lib/wait_any.h"
#include "lib/worker.h"

/*
 * The program. Runs as the task "main" on a board that is ready to use. Returning ends the run: all
 * other tasks are cancelled and joined, 0 or more makes the process end with 0, a negative errno
 * value with 1 and the error's text.
 */
int sb_main(struct sb_board *board);

#ifdef __cplusplus
}
#endif

#endif
