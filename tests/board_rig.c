/* SPDX-License-Identifier: MIT */
/* A little board for trials: see board_rig.h. */
#include "tests/board_rig.h"

#include "sim/testing/expect.h"

#define ATTRS_MAX 8

static void on_diag(enum sb_severity severity, const char *text, void *arg)
{
    (void)severity;
    (void)arg;
    sb_expect_at(false, text, "board", 0);
}

void board_rig_begin(struct board_rig *rig)
{
    *rig = (struct board_rig){.world = sb_world_create(sb_loop_current(), 1)};
    sb_diag_init(&rig->diag, on_diag, NULL);
    board_rig_add(rig, "softboard-raspberry-pi", "pi", NULL);
}

struct sb_part *board_rig_add(struct board_rig *rig, const char *type, const char *id,
                              const char *const *attrs)
{
    const char *pairs[ATTRS_MAX][2];
    struct sb_part_spec spec = {
        .type = type, .id = id, .attrs = (const char *const(*)[2])(uintptr_t)pairs};
    struct sb_part *part = NULL;

    for (; attrs != NULL && attrs[0] != NULL && spec.attr_count < ATTRS_MAX; attrs += 2) {
        pairs[spec.attr_count][0] = attrs[0];
        pairs[spec.attr_count++][1] = attrs[1];
    }
    SB_EXPECT_INT(sb_world_add_part(rig->world, &spec, &part, &rig->diag), 0);
    return part;
}

void board_rig_join(struct board_rig *rig, const char *a, const char *b)
{
    SB_EXPECT_INT(sb_world_connect(rig->world, sb_world_terminal(rig->world, a),
                                   sb_world_terminal(rig->world, b), NULL),
                  0);
}

void board_rig_start(struct board_rig *rig)
{
    SB_EXPECT_INT(sb_world_start(rig->world, &rig->diag), 0);
    SB_EXPECT_INT(sb_sim_board_init(&rig->sim, rig->world), 0);
}

void board_rig_end(struct board_rig *rig)
{
    sb_sim_board_deinit(&rig->sim);
    sb_world_destroy(rig->world);
}

struct sb_pin *board_rig_pin(struct board_rig *rig, const char *name, unsigned flags)
{
    struct sb_pin *pin = NULL;

    SB_EXPECT_INT(sb_board_pin(&rig->sim.board, name, flags, &pin), 0);
    return pin;
}

void board_rig_expect_no_violation(const struct board_rig *rig)
{
    if (rig->world->examiner.count > 0)
        sb_expect_at(false, rig->world->examiner.kept[0].text, "examiner", 0);
}
