/* SPDX-License-Identifier: MIT */
/* Colours by name and number: see colour.h. The names are those of CSS Color Module Level 4, 6.1. */
#include "sim/draw/colour.h"

#include <ctype.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct named {
    const char *name;
    uint32_t rgb;
};

/* clang-format off */
static const struct named names[] = {
    {"aliceblue", 0xf0f8ff}, {"antiquewhite", 0xfaebd7}, {"aqua", 0x00ffff},
    {"aquamarine", 0x7fffd4}, {"azure", 0xf0ffff}, {"beige", 0xf5f5dc}, {"bisque", 0xffe4c4},
    {"black", 0x000000}, {"blanchedalmond", 0xffebcd}, {"blue", 0x0000ff},
    {"blueviolet", 0x8a2be2}, {"brown", 0xa52a2a}, {"burlywood", 0xdeb887},
    {"cadetblue", 0x5f9ea0}, {"chartreuse", 0x7fff00}, {"chocolate", 0xd2691e},
    {"coral", 0xff7f50}, {"cornflowerblue", 0x6495ed}, {"cornsilk", 0xfff8dc},
    {"crimson", 0xdc143c}, {"cyan", 0x00ffff}, {"darkblue", 0x00008b}, {"darkcyan", 0x008b8b},
    {"darkgoldenrod", 0xb8860b}, {"darkgray", 0xa9a9a9}, {"darkgreen", 0x006400},
    {"darkgrey", 0xa9a9a9}, {"darkkhaki", 0xbdb76b}, {"darkmagenta", 0x8b008b},
    {"darkolivegreen", 0x556b2f}, {"darkorange", 0xff8c00}, {"darkorchid", 0x9932cc},
    {"darkred", 0x8b0000}, {"darksalmon", 0xe9967a}, {"darkseagreen", 0x8fbc8f},
    {"darkslateblue", 0x483d8b}, {"darkslategray", 0x2f4f4f}, {"darkslategrey", 0x2f4f4f},
    {"darkturquoise", 0x00ced1}, {"darkviolet", 0x9400d3}, {"deeppink", 0xff1493},
    {"deepskyblue", 0x00bfff}, {"dimgray", 0x696969}, {"dimgrey", 0x696969},
    {"dodgerblue", 0x1e90ff}, {"firebrick", 0xb22222}, {"floralwhite", 0xfffaf0},
    {"forestgreen", 0x228b22}, {"fuchsia", 0xff00ff}, {"gainsboro", 0xdcdcdc},
    {"ghostwhite", 0xf8f8ff}, {"gold", 0xffd700}, {"goldenrod", 0xdaa520}, {"gray", 0x808080},
    {"green", 0x008000}, {"greenyellow", 0xadff2f}, {"grey", 0x808080}, {"honeydew", 0xf0fff0},
    {"hotpink", 0xff69b4}, {"indianred", 0xcd5c5c}, {"indigo", 0x4b0082}, {"ivory", 0xfffff0},
    {"khaki", 0xf0e68c}, {"lavender", 0xe6e6fa}, {"lavenderblush", 0xfff0f5},
    {"lawngreen", 0x7cfc00}, {"lemonchiffon", 0xfffacd}, {"lightblue", 0xadd8e6},
    {"lightcoral", 0xf08080}, {"lightcyan", 0xe0ffff}, {"lightgoldenrodyellow", 0xfafad2},
    {"lightgray", 0xd3d3d3}, {"lightgreen", 0x90ee90}, {"lightgrey", 0xd3d3d3},
    {"lightpink", 0xffb6c1}, {"lightsalmon", 0xffa07a}, {"lightseagreen", 0x20b2aa},
    {"lightskyblue", 0x87cefa}, {"lightslategray", 0x778899}, {"lightslategrey", 0x778899},
    {"lightsteelblue", 0xb0c4de}, {"lightyellow", 0xffffe0}, {"lime", 0x00ff00},
    {"limegreen", 0x32cd32}, {"linen", 0xfaf0e6}, {"magenta", 0xff00ff}, {"maroon", 0x800000},
    {"mediumaquamarine", 0x66cdaa}, {"mediumblue", 0x0000cd}, {"mediumorchid", 0xba55d3},
    {"mediumpurple", 0x9370db}, {"mediumseagreen", 0x3cb371}, {"mediumslateblue", 0x7b68ee},
    {"mediumspringgreen", 0x00fa9a}, {"mediumturquoise", 0x48d1cc},
    {"mediumvioletred", 0xc71585}, {"midnightblue", 0x191970}, {"mintcream", 0xf5fffa},
    {"mistyrose", 0xffe4e1}, {"moccasin", 0xffe4b5}, {"navajowhite", 0xffdead},
    {"navy", 0x000080}, {"oldlace", 0xfdf5e6}, {"olive", 0x808000}, {"olivedrab", 0x6b8e23},
    {"orange", 0xffa500}, {"orangered", 0xff4500}, {"orchid", 0xda70d6},
    {"palegoldenrod", 0xeee8aa}, {"palegreen", 0x98fb98}, {"paleturquoise", 0xafeeee},
    {"palevioletred", 0xdb7093}, {"papayawhip", 0xffefd5}, {"peachpuff", 0xffdab9},
    {"peru", 0xcd853f}, {"pink", 0xffc0cb}, {"plum", 0xdda0dd}, {"powderblue", 0xb0e0e6},
    {"purple", 0x800080}, {"rebeccapurple", 0x663399}, {"red", 0xff0000},
    {"rosybrown", 0xbc8f8f}, {"royalblue", 0x4169e1}, {"saddlebrown", 0x8b4513},
    {"salmon", 0xfa8072}, {"sandybrown", 0xf4a460}, {"seagreen", 0x2e8b57},
    {"seashell", 0xfff5ee}, {"sienna", 0xa0522d}, {"silver", 0xc0c0c0}, {"skyblue", 0x87ceeb},
    {"slateblue", 0x6a5acd}, {"slategray", 0x708090}, {"slategrey", 0x708090},
    {"snow", 0xfffafa}, {"springgreen", 0x00ff7f}, {"steelblue", 0x4682b4}, {"tan", 0xd2b48c},
    {"teal", 0x008080}, {"thistle", 0xd8bfd8}, {"tomato", 0xff6347}, {"turquoise", 0x40e0d0},
    {"violet", 0xee82ee}, {"wheat", 0xf5deb3}, {"white", 0xffffff}, {"whitesmoke", 0xf5f5f5},
    {"yellow", 0xffff00}, {"yellowgreen", 0x9acd32},
};
/* clang-format on */

struct sb_colour sb_colour_hex(uint32_t rgb)
{
    return (struct sb_colour){(uint8_t)(rgb >> 16), (uint8_t)(rgb >> 8), (uint8_t)rgb, 255};
}

struct sb_colour sb_colour_background(void)
{
    return sb_colour_hex(0xeceff1);
}

static bool parse_hex(const char *digits, struct sb_colour *out)
{
    size_t length = strspn(digits, "0123456789abcdefABCDEF");
    unsigned long value = strtoul(digits, NULL, 16);
    uint32_t rgb = (uint32_t)value;

    if (digits[length] != '\0')
        return false;
    switch (length) {
    case 3:
        rgb = (rgb & 0xf00) << 8 | (rgb & 0xf0) << 4 | (rgb & 0xf);
        *out = sb_colour_hex(rgb | rgb << 4);
        return true;
    case 6:
        *out = sb_colour_hex(rgb);
        return true;
    case 8:
        *out = sb_colour_hex(rgb >> 8);
        out->a = (uint8_t)value;
        return true;
    default:
        return false;
    }
}

bool sb_colour_parse(const char *text, struct sb_colour *out)
{
    if (text == NULL || *text == '\0')
        return false;
    if (*text == '#')
        return parse_hex(text + 1, out);
    if (strcasecmp(text, "transparent") == 0) {
        *out = (struct sb_colour){0, 0, 0, 0};
        return true;
    }
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcasecmp(names[i].name, text) == 0) {
            *out = sb_colour_hex(names[i].rgb);
            return true;
        }
    }
    return parse_hex(text, out);
}

struct sb_colour sb_colour_of(const char *text, struct sb_colour otherwise)
{
    (void)sb_colour_parse(text, &otherwise);
    return otherwise;
}

static uint8_t mix(uint8_t a, uint8_t b, double share)
{
    return (uint8_t)(a + (b - a) * share + 0.5);
}

struct sb_colour sb_colour_mix(struct sb_colour a, struct sb_colour b, double share)
{
    share = share < 0 ? 0 : share > 1 ? 1 : share;
    return (struct sb_colour){mix(a.r, b.r, share), mix(a.g, b.g, share), mix(a.b, b.b, share),
                              mix(a.a, b.a, share)};
}

struct sb_colour sb_colour_fade(struct sb_colour colour, double opacity)
{
    colour.a = (uint8_t)(opacity < 0 ? 0 : opacity > 1 ? 255 : opacity * 255 + 0.5);
    return colour;
}

double sb_colour_brightness(struct sb_colour colour)
{
    return (0.299 * colour.r + 0.587 * colour.g + 0.114 * colour.b) / 255;
}

static unsigned distance(struct sb_colour c, int r, int g, int b)
{
    int dr = c.r - r;
    int dg = c.g - g;
    int db = c.b - b;

    return (unsigned)(dr * dr + dg * dg + db * db);
}

unsigned sb_colour_palette_256(struct sb_colour colour)
{
    static const int steps[] = {0, 95, 135, 175, 215, 255};
    const uint8_t parts[] = {colour.r, colour.g, colour.b};
    unsigned index[3];
    unsigned grey = ((unsigned)colour.r + colour.g + colour.b) / 3;
    unsigned shade = grey < 8 ? 0 : (grey - 8) / 10;

    for (int i = 0; i < 3; i++) {
        index[i] = 0;
        while (index[i] < 5 && parts[i] > (steps[index[i]] + steps[index[i] + 1]) / 2)
            index[i]++;
    }
    shade = shade > 23 ? 23 : shade;
    grey = 8 + 10 * shade;
    if (distance(colour, (int)grey, (int)grey, (int)grey) <
        distance(colour, steps[index[0]], steps[index[1]], steps[index[2]]))
        return 232 + shade;
    return 16 + 36 * index[0] + 6 * index[1] + index[2];
}

unsigned sb_colour_palette_8(struct sb_colour colour)
{
    unsigned limit = 100;

    return (colour.r > limit ? 1u : 0u) | (colour.g > limit ? 2u : 0u) |
           (colour.b > limit ? 4u : 0u);
}
