/* Labels: for each category (a `tag`) how much of it is exposed, from nothing to the raw value.
 *
 * A category has five bits, a thermometer of the levels aggregate, influence, pseudonym, partial, raw: a level has its own
 * bit and all below. So joining is OR, capping is AND, and `label & ~clearance` is what a reader must not learn. */
#ifndef GOV_LABEL_H
#define GOV_LABEL_H

#include "compiler/names/names.h"

enum { LEVEL_BITS = 5, TAGS_PER_WORD = 12, LABEL_WORDS = 4, MOST_TAGS = TAGS_PER_WORD * LABEL_WORDS };

typedef struct FlowLabel { uint64_t words[LABEL_WORDS]; } FlowLabel;

static inline FlowLabel flow_label_join(FlowLabel a, FlowLabel b) {
    for (int i = 0; i < LABEL_WORDS; i++) a.words[i] |= b.words[i];
    return a;
}

/* What of `a` is not in `b`: of a label and a clearance, what its reader is not cleared for. */
static inline FlowLabel flow_label_minus(FlowLabel a, FlowLabel b) {
    for (int i = 0; i < LABEL_WORDS; i++) a.words[i] &= ~b.words[i];
    return a;
}

static inline bool flow_label_is_none(FlowLabel a) {
    uint64_t any = 0;
    for (int i = 0; i < LABEL_WORDS; i++) any |= a.words[i];
    return !any;
}

static inline bool flow_label_same(FlowLabel a, FlowLabel b) {
    uint64_t differ = 0;
    for (int i = 0; i < LABEL_WORDS; i++) differ |= a.words[i] ^ b.words[i];
    return !differ;
}

/* One category (Tag.index below MOST_TAGS) at a level; LEVEL_NONE: nothing. */
FlowLabel flow_label_of(uint32_t tag, Level level);
/* A tag and all that it implies, each at the level. */
FlowLabel flow_label_of_tag(const Tag *tag, Level level);
/* Every category at most at a level. */
FlowLabel flow_label_capped(FlowLabel label, Level most);
/* The level of a category. */
Level flow_label_level(FlowLabel label, uint32_t tag);
/* All bits of the categories in which the two have different levels. */
FlowLabel flow_label_where_different(FlowLabel a, FlowLabel b);
/* What of a label lies in a mask of categories. */
static inline FlowLabel flow_label_within(FlowLabel a, FlowLabel mask) {
    for (int i = 0; i < LABEL_WORDS; i++) a.words[i] &= mask.words[i];
    return a;
}
/* All bits of the categories that a label has at all. */
FlowLabel flow_label_where_any(FlowLabel label);
/* "raw", "pseudonym" …; "none". */
const char *level_word(Level level);

#endif
