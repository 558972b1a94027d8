/* SPDX-License-Identifier: MIT */
/* CPython's asyncio: the same work as a script, run by python3. It measures itself, so its start does not count. */
#include "tests/bench/peers.h"

#include <math.h>
#include <stdio.h>

static const char script[] =
    "import asyncio, queue, sys, threading, time\n"
    "name, n = sys.argv[1], int(sys.argv[2])\n"
    "cpu = time.process_time_ns\n"
    "async def do_yield():\n"
    "    each = max(200000 // n, 10)\n"
    "    async def often():\n"
    "        for _ in range(each): await asyncio.sleep(0)\n"
    "    tasks = [asyncio.create_task(often()) for _ in range(n)]\n"
    "    start = cpu()\n"
    "    for t in tasks: await t\n"
    "    return (cpu() - start) / (each * n)\n"
    "async def do_sleep_real():\n"
    "    span, count, done, begun = max(n // 100, 1), 20000, 0, 0\n"
    "    over = asyncio.get_running_loop().create_future()\n"
    "    async def often(k):\n"
    "        nonlocal done, begun\n"
    "        while True:\n"
    "            k = (k * 1103515245 + 12345) & 0x3fffffff\n"
    "            await asyncio.sleep((1 + (k >> 8) % span) * 0.001)\n"
    "            done += 1\n"
    "            if done == n: begun = cpu()\n"
    "            if done == n + count: over.set_result((cpu() - begun) / count)\n"
    "    tasks = [asyncio.create_task(often(i * 7919)) for i in range(n)]\n"
    "    ns = await over\n"
    "    for t in tasks: t.cancel()\n"
    "    return ns\n"
    "async def do_spawn():\n"
    "    async def nothing(): pass\n"
    "    start, rounds = cpu(), max(20000 // n, 1)\n"
    "    for _ in range(rounds):\n"
    "        tasks = [asyncio.create_task(nothing()) for _ in range(n)]\n"
    "        for t in tasks: await t\n"
    "    return (cpu() - start) / (rounds * n)\n"
    "async def do_queue():\n"
    "    q, count = asyncio.Queue(n), 50000\n"
    "    async def put():\n"
    "        for i in range(count): await q.put(i)\n"
    "    start = cpu()\n"
    "    task = asyncio.create_task(put())\n"
    "    for _ in range(count): await q.get()\n"
    "    await task\n"
    "    return (cpu() - start) / count\n"
    "async def do_wake():\n"
    "    loop, event, taken, stamp, all = asyncio.get_running_loop(), asyncio.Event(), queue.Queue(), [0], []\n"
    "    def send():\n"
    "        for _ in range(500):\n"
    "            time.sleep(0.0001)\n"
    "            stamp[0] = time.monotonic_ns()\n"
    "            loop.call_soon_threadsafe(event.set)\n"
    "            taken.get()\n"
    "    thread = threading.Thread(target=send)\n"
    "    thread.start()\n"
    "    for _ in range(500):\n"
    "        await event.wait()\n"
    "        all.append(time.monotonic_ns() - stamp[0])\n"
    "        event.clear()\n"
    "        taken.put(None)\n"
    "    thread.join()\n"
    "    return sorted(all)[250]\n"
    "print(asyncio.run(globals()['do_' + name]()))\n";

double peer_asyncio(const char *name, long n)
{
    char command[sizeof(script) + 256];
    double ns = NAN;
    FILE *pipe;

    snprintf(command, sizeof(command),
             "command -v python3 >/dev/null && exec python3 - %s %ld <<'EOF' 2>/dev/null\n%sEOF\n",
             name, n, script);
    pipe = popen(command, "r");
    if (pipe == NULL)
        return NAN;
    if (fscanf(pipe, "%lf", &ns) != 1)
        ns = NAN;
    pclose(pipe);
    return ns;
}
