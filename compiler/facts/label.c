#include "compiler/facts/label.h"

static const uint64_t ONE = (1u << LEVEL_BITS) - 1;

FlowLabel flow_label_of(uint32_t tag, Level level) {
    FlowLabel label = {0};
    if (tag < MOST_TAGS) label.words[tag / TAGS_PER_WORD] = ((1ull << level) - 1) << tag % TAGS_PER_WORD * LEVEL_BITS;
    return label;
}

static void add_tag(const Tag *tag, Level level, uint32_t depth, FlowLabel *label) {
    FlowLabel one = flow_label_of(tag->index, level);
    bool new = !flow_label_is_none(flow_label_minus(one, *label));
    *label = flow_label_join(*label, one);
    for (uint32_t i = 0; new && depth < MOST_TAGS && i < tag->implies.count; i++) add_tag(tag->implies.items[i], level, depth + 1, label);
}

FlowLabel flow_label_of_tag(const Tag *tag, Level level) {
    FlowLabel label = {0};
    add_tag(tag, level, 0, &label);
    return label;
}

FlowLabel flow_label_capped(FlowLabel label, Level most) {
    uint64_t mask = 0;
    for (int i = 0; i < TAGS_PER_WORD; i++) mask |= ((1ull << most) - 1) << i * LEVEL_BITS;
    for (int i = 0; i < LABEL_WORDS; i++) label.words[i] &= mask;
    return label;
}

Level flow_label_level(FlowLabel label, uint32_t tag) {
    if (tag >= MOST_TAGS) return LEVEL_NONE;
    uint64_t bits = label.words[tag / TAGS_PER_WORD] >> tag % TAGS_PER_WORD * LEVEL_BITS & ONE;
    Level level = LEVEL_NONE;
    for (; bits; bits >>= 1) level++;
    return level;
}

FlowLabel flow_label_where_any(FlowLabel label) {
    for (int i = 0; i < LABEL_WORDS; i++)
        for (int tag = 0; label.words[i] && tag < TAGS_PER_WORD; tag++)
            if (label.words[i] >> tag * LEVEL_BITS & ONE) label.words[i] |= ONE << tag * LEVEL_BITS;
    return label;
}

FlowLabel flow_label_where_different(FlowLabel a, FlowLabel b) {
    for (int i = 0; i < LABEL_WORDS; i++) a.words[i] ^= b.words[i];
    return flow_label_where_any(a);
}

const char *level_word(Level level) {
    switch (level) {
    case LEVEL_NONE: return "none";
    case LEVEL_AGGREGATE: return "aggregate";
    case LEVEL_INFLUENCE: return "influence";
    case LEVEL_PSEUDONYM: return "pseudonym";
    case LEVEL_PARTIAL: return "partial";
    case LEVEL_RAW: return "raw";
    }
    return "";
}
