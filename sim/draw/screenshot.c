/* SPDX-License-Identifier: MIT */
/* A board's picture as a PNG file, without anything in it that is not in the picture. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "config.h"
#include "sim/draw/picture.h"
#include "sim/draw/view.h"

#if SB_HAVE_PNG && SB_HAVE_SDL2

#include <png.h>

static int write_png(const struct sb_picture *picture, FILE *file)
{
    png_image image = {
        .version = PNG_IMAGE_VERSION,
        .width = (png_uint_32)picture->width,
        .height = (png_uint_32)picture->height,
        .format = PNG_FORMAT_RGB,
        .flags = PNG_IMAGE_FLAG_FAST, /* half the time for a tenth more bytes */
    };

    errno = 0;
    if (png_image_write_to_stdio(&image, file, 0, picture->pixels, 0, NULL) == 0 ||
        fflush(file) != 0)
        return errno != 0 ? -errno : -EIO;
    return 0;
}

static int write_file(const struct sb_picture *picture, const char *path)
{
    FILE *file = fopen(path, "wb");
    int rc;

    if (file == NULL)
        return -errno;
    rc = write_png(picture, file);
    if (fclose(file) != 0 && rc == 0)
        rc = -errno;
    return rc;
}

int sb_screenshot_check(const char *path, struct sb_diag *diag)
{
    FILE *file = fopen(path, "ab"); /* leaves what is in it */

    if (file == NULL) {
        int rc = -errno;
        (void)sb_diag_error(diag, (struct sb_place){.file = path}, "cannot write the picture: %s",
                            strerror(-rc));
        return rc;
    }
    fclose(file);
    return 0;
}

int sb_screenshot(struct sb_world *world, const struct sb_part *part, const char *path,
                  struct sb_diag *diag)
{
    struct sb_picture picture;
    int rc = sb_picture_draw(&picture, world, part);

    if (rc == 0)
        rc = write_file(&picture, path);
    sb_picture_free(&picture);
    if (rc < 0)
        (void)sb_diag_error(diag, (struct sb_place){.file = path}, "cannot write the picture: %s",
                            strerror(-rc));
    return rc;
}

#else

int sb_screenshot_check(const char *path, struct sb_diag *diag)
{
    (void)sb_diag_error(diag, (struct sb_place){.file = path},
                        "no pictures: built without SDL2 or libpng; install both and build again");
    return -ENOTSUP;
}

int sb_screenshot(struct sb_world *world, const struct sb_part *part, const char *path,
                  struct sb_diag *diag)
{
    (void)world;
    (void)part;
    return sb_screenshot_check(path, diag);
}

#endif
