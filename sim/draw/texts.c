/* SPDX-License-Identifier: MIT */
/*
 * Text for the canvas: one texture of all glyphs a size, white, coloured while it is drawn. Glyphs come
 * from DejaVu Sans by SDL2_ttf, else from the ROM of the LCD, whose dots are enlarged.
 */
#include "sim/draw/canvas.h"

#include "config.h"

#if SB_HAVE_SDL2

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <SDL.h>
#if SB_HAVE_SDL2_TTF
#include <SDL_ttf.h>
#endif

#include "sim/parts/hd44780_rom.h"

#define SIZES_MAX   24
#define ATLAS_WIDTH 1024
#define PIXELS_MIN  4
#define PIXELS_MAX  160

#define FONT_PATH "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"

/* Beside U+0020 to U+007E and U+00A0 to U+00FF. */
static const uint16_t further[] = {0x3a9, 0x3bc, 0x2190, 0x2191, 0x2192, 0x2193, 0x2026, 0x2013};

#define LATIN_COUNT  95
#define LATIN1_COUNT 96
#define GLYPH_COUNT  (LATIN_COUNT + LATIN1_COUNT + (int)(sizeof(further) / sizeof(further[0])))

struct glyph {
    SDL_Rect source;
    int offset_x; /* from the pen to its left edge */
    int advance;
};

struct size {
    int pixels; /* 0: free */
    SDL_Texture *texture;
    double middle; /* from the top of a glyph's rectangle to halfway up a capital */
    struct glyph glyphs[GLYPH_COUNT];
};

struct sb_texts {
    SDL_Renderer *renderer;
    const char *font_path; /* null: the LCD's glyphs */
    struct size sizes[SIZES_MAX];
};

/* ---- characters */

static unsigned code_point_at(int index)
{
    if (index < LATIN_COUNT)
        return 0x20 + (unsigned)index;
    if (index < LATIN_COUNT + LATIN1_COUNT)
        return 0xa0 + (unsigned)(index - LATIN_COUNT);
    return further[index - LATIN_COUNT - LATIN1_COUNT];
}

static int index_of(unsigned code_point)
{
    if (code_point >= 0x20 && code_point < 0x20 + LATIN_COUNT)
        return (int)code_point - 0x20;
    if (code_point >= 0xa0 && code_point <= 0xff)
        return (int)code_point - 0xa0 + LATIN_COUNT;
    for (int i = LATIN_COUNT + LATIN1_COUNT; i < GLYPH_COUNT; i++)
        if (code_point_at(i) == code_point)
            return i;
    return '?' - 0x20;
}

/* The next character of UTF-8; what is no UTF-8 is taken as Latin-1. */
static unsigned next_code_point(const char **text)
{
    const unsigned char *at = (const unsigned char *)*text;
    unsigned length = *at >= 0xf0 ? 3 : *at >= 0xe0 ? 2 : *at >= 0xc0 ? 1 : 0;
    unsigned value = length == 0 ? *at : *at & (0x3fu >> length);

    for (unsigned i = 1; i <= length; i++) {
        if ((at[i] & 0xc0) != 0x80) {
            (*text)++;
            return *at;
        }
        value = value << 6 | (at[i] & 0x3fu);
    }
    *text += length + 1;
    return value;
}

/* ---- making a size */

struct pen {
    int x, y, row_height;
};

/* A place in the atlas; its height grows with the rows, up to that of `atlas`. */
static bool place(struct pen *pen, const SDL_Surface *atlas, int width, int height, SDL_Rect *out)
{
    if (pen->x + width + 1 > atlas->w) {
        pen->x = 0;
        pen->y += pen->row_height + 1;
        pen->row_height = 0;
    }
    if (pen->y + height > atlas->h)
        return false;
    *out = (SDL_Rect){pen->x, pen->y, width, height};
    pen->x += width + 1;
    if (height > pen->row_height)
        pen->row_height = height;
    return true;
}

#if SB_HAVE_SDL2_TTF

static void draw_font(struct size *size, SDL_Surface *atlas, TTF_Font *font)
{
    struct pen pen = {0, 0, 0};
    int top;
    int ascent = TTF_FontAscent(font);

    TTF_GlyphMetrics32(font, 'H', NULL, NULL, NULL, &top, NULL);
    size->middle = ascent - top / 2.0;
    for (int i = 0; i < GLYPH_COUNT; i++) {
        struct glyph *glyph = &size->glyphs[i];
        SDL_Surface *picture = NULL;
        int left = 0;

        if (!TTF_GlyphIsProvided32(font, code_point_at(i)))
            continue;
        TTF_GlyphMetrics32(font, code_point_at(i), &left, NULL, NULL, NULL, &glyph->advance);
        glyph->offset_x = left < 0 ? left : 0;
        picture = TTF_RenderGlyph32_Blended(font, code_point_at(i),
                                            (SDL_Color){255, 255, 255, 255});
        if (picture != NULL && place(&pen, atlas, picture->w, picture->h, &glyph->source)) {
            SDL_Rect target = glyph->source;

            SDL_SetSurfaceBlendMode(picture, SDL_BLENDMODE_NONE);
            SDL_BlitSurface(picture, NULL, atlas, &target);
        }
        SDL_FreeSurface(picture);
    }
}

static bool draw_with_font(struct size *size, SDL_Surface *atlas, const char *path)
{
    TTF_Font *font = path == NULL ? NULL : TTF_OpenFont(path, size->pixels);

    if (font == NULL)
        return false;
    TTF_SetFontHinting(font, TTF_HINTING_LIGHT);
    draw_font(size, atlas, font);
    TTF_CloseFont(font);
    return true;
}

#else

static bool draw_with_font(struct size *size, SDL_Surface *atlas, const char *path)
{
    (void)size;
    (void)atlas;
    (void)path;
    return false;
}

#endif

static void draw_dots(const struct glyph *glyph, SDL_Surface *atlas, const uint8_t *rows, int dot)
{
    uint32_t white = SDL_MapRGBA(atlas->format, 255, 255, 255, 255);

    for (int y = 0; y < SB_HD44780_GLYPH_ROWS; y++)
        for (int x = 0; x < 5; x++) {
            SDL_Rect target = {glyph->source.x + x * dot, glyph->source.y + y * dot, dot, dot};

            if (rows[y] >> (4 - x) & 1)
                SDL_FillRect(atlas, &target, white);
        }
}

static void draw_with_rom(struct size *size, SDL_Surface *atlas)
{
    struct pen pen = {0, 0, 0};
    int dot = size->pixels / 9 < 1 ? 1 : size->pixels / 9;

    size->middle = 3.5 * dot;
    for (int i = 0; i < GLYPH_COUNT; i++) {
        struct glyph *glyph = &size->glyphs[i];

        glyph->advance = 6 * dot;
        for (unsigned code = 0x20; code < 0x100; code++) {
            if (sb_hd44780_code_point(SB_HD44780_ROM_A00, (uint8_t)code) != code_point_at(i))
                continue;
            if (place(&pen, atlas, 5 * dot, 8 * dot, &glyph->source))
                draw_dots(glyph, atlas, sb_hd44780_glyph(SB_HD44780_ROM_A00, (uint8_t)code), dot);
            break;
        }
    }
}

static void make_size(struct sb_texts *texts, struct size *size, int pixels)
{
    int rows = pixels * GLYPH_COUNT / ATLAS_WIDTH + 2;
    SDL_Surface *atlas = SDL_CreateRGBSurfaceWithFormat(0, ATLAS_WIDTH, rows * (pixels * 3 / 2 + 2),
                                                        32, SDL_PIXELFORMAT_ARGB8888);

    size->pixels = pixels;
    if (atlas == NULL)
        return;
    if (!draw_with_font(size, atlas, texts->font_path))
        draw_with_rom(size, atlas);
    size->texture = SDL_CreateTextureFromSurface(texts->renderer, atlas);
    SDL_FreeSurface(atlas);
    if (size->texture != NULL)
        SDL_SetTextureBlendMode(size->texture, SDL_BLENDMODE_BLEND);
}

/* The atlas of a size; the nearest when there are no more. */
static struct size *find_size(struct sb_texts *texts, double wanted)
{
    int pixels = (int)lround(fmin(fmax(wanted, PIXELS_MIN), PIXELS_MAX));
    struct size *nearest = &texts->sizes[0];

    for (int i = 0; i < SIZES_MAX; i++) {
        struct size *size = &texts->sizes[i];

        if (size->pixels == 0)
            make_size(texts, size, pixels);
        if (size->pixels == pixels)
            return size;
        if (abs(size->pixels - pixels) < abs(nearest->pixels - pixels))
            nearest = size;
    }
    return nearest;
}

/* ---- the interface */

static const char *find_font(void)
{
    const char *chosen = getenv("SOFTBOARD_FONT");
    const char *paths[] = {chosen, FONT_PATH, "/usr/share/fonts/dejavu/DejaVuSans.ttf",
                           "/usr/share/fonts/TTF/DejaVuSans.ttf"};

    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        SDL_RWops *file = paths[i] == NULL || *paths[i] == '\0' ? NULL
                                                                : SDL_RWFromFile(paths[i], "rb");

        if (file == NULL)
            continue;
        SDL_RWclose(file);
        return paths[i];
    }
    return NULL;
}

struct sb_texts *sb_texts_create(struct SDL_Renderer *renderer)
{
    struct sb_texts *texts = calloc(1, sizeof(*texts));

    if (texts == NULL)
        return NULL;
    texts->renderer = renderer;
#if SB_HAVE_SDL2_TTF
    if (TTF_Init() == 0)
        texts->font_path = find_font();
#else
    (void)find_font;
#endif
    return texts;
}

void sb_texts_destroy(struct sb_texts *texts)
{
    if (texts == NULL)
        return;
    for (int i = 0; i < SIZES_MAX; i++)
        if (texts->sizes[i].texture != NULL)
            SDL_DestroyTexture(texts->sizes[i].texture);
#if SB_HAVE_SDL2_TTF
    if (TTF_WasInit())
        TTF_Quit();
#endif
    free(texts);
}

static int width_of(const struct size *size, const char *text)
{
    int width = 0;

    while (*text != '\0')
        width += size->glyphs[index_of(next_code_point(&text))].advance;
    return width;
}

double sb_texts_width(struct sb_texts *texts, double size, const char *text)
{
    return width_of(find_size(texts, size), text);
}

void sb_texts_draw(struct sb_texts *texts, double x, double y, double size, enum sb_align align,
                   double angle, struct sb_colour colour, const char *text)
{
    struct size *found = find_size(texts, size);
    double width = width_of(found, text);
    double turn = angle * 3.14159265358979323846 / 180;
    double pen = align == SB_ALIGN_LEFT ? 0 : align == SB_ALIGN_CENTRE ? -width / 2 : -width;

    if (found->texture == NULL)
        return;
    SDL_SetTextureColorMod(found->texture, colour.r, colour.g, colour.b);
    SDL_SetTextureAlphaMod(found->texture, colour.a);
    while (*text != '\0') {
        const struct glyph *glyph = &found->glyphs[index_of(next_code_point(&text))];
        double left = pen + glyph->offset_x;
        double top = -found->middle;
        SDL_Rect target = {
            (int)lround(x + left * cos(turn) - top * sin(turn)),
            (int)lround(y + left * sin(turn) + top * cos(turn)),
            glyph->source.w,
            glyph->source.h,
        };

        if (glyph->source.w > 0 && fabs(angle) < 0.01)
            SDL_RenderCopy(texts->renderer, found->texture, &glyph->source, &target);
        else if (glyph->source.w > 0)
            SDL_RenderCopyEx(texts->renderer, found->texture, &glyph->source, &target, angle,
                             &(SDL_Point){0, 0}, SDL_FLIP_NONE);
        pen += glyph->advance;
    }
}

#endif
