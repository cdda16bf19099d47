/* Labels: for each category (a `tag`) how much of it is exposed, from nothing to the raw value.
 *
 * A category has five bits, a thermometer of the levels aggregate, influence, pseudonym, partial, raw: a level has its own
 * bit and all below. So joining is OR, capping is AND, and `label & ~clearance` is what a reader must not learn. */
#ifndef GOV_LABEL_H
#define GOV_LABEL_H

#include "compiler/names/names.h"

enum { LEVEL_BITS = 5, TAGS_PER_WORD = 12, LABEL_WORDS = 4, MOST_TAGS = TAGS_PER_WORD * LABEL_WORDS };

typedef struct Label { uint64_t words[LABEL_WORDS]; } Label;

static inline Label label_join(Label a, Label b) {
    for (int i = 0; i < LABEL_WORDS; i++) a.words[i] |= b.words[i];
    return a;
}

/* What of `a` is not in `b`: of a label and a clearance, what its reader is not cleared for. */
static inline Label label_minus(Label a, Label b) {
    for (int i = 0; i < LABEL_WORDS; i++) a.words[i] &= ~b.words[i];
    return a;
}

static inline bool label_is_none(Label a) {
    uint64_t any = 0;
    for (int i = 0; i < LABEL_WORDS; i++) any |= a.words[i];
    return !any;
}

static inline bool label_same(Label a, Label b) {
    uint64_t differ = 0;
    for (int i = 0; i < LABEL_WORDS; i++) differ |= a.words[i] ^ b.words[i];
    return !differ;
}

/* One category (Tag.index below MOST_TAGS) at a level; LEVEL_NONE: nothing. */
Label label_of(uint32_t tag, Level level);
/* A tag and all that it implies, each at the level. */
Label label_of_tag(const Tag *tag, Level level);
/* Every category at most at a level. */
Label label_capped(Label label, Level most);
/* The level of a category. */
Level label_level(Label label, uint32_t tag);
/* All bits of the categories in which the two have different levels. */
Label label_where_different(Label a, Label b);
/* What of a label lies in a mask of categories. */
static inline Label label_within(Label a, Label mask) {
    for (int i = 0; i < LABEL_WORDS; i++) a.words[i] &= mask.words[i];
    return a;
}
/* All bits of the categories that a label has at all. */
Label label_where_any(Label label);
/* "raw", "pseudonym" …; "none". */
const char *level_word(Level level);

#endif
