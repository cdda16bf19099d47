/* How each role may read each relation: what its grants say, cut to what it is cleared for. */
#ifndef GOV_ACCESS_H
#define GOV_ACCESS_H

#include "compiler/facts/facts.h"

typedef enum {
    ACCESS_NONE,       /* not granted */
    ACCESS_HIDDEN,     /* granted `hiding what is not cleared`, and it is not */
    ACCESS_MASKED,
    ACCESS_WHOLE,
} AccessKind;

typedef struct ColumnAccess {
    AccessKind kind;
    const Mask *mask;      /* of MASKED; null: with null */
    FlowLabel shows;       /* what the role learns of the values */
} ColumnAccess;

/* `grant` null: the role has none. `whole`: all columns as they are and all rows. */
typedef struct RelationAccess {
    const Role *role;
    const Relation *relation;
    const Grant *grant;
    Node *filter;          /* the rows that it reads, typed over the relation; null: all */
    ColumnAccess *columns; /* beside the relation's columns */
    bool whole;
    const Deferred *release; /* by which it reads groups only; or null */
    FlowLabel rows;          /* what it learns by which rows there are */
} RelationAccess;

/* The columns of sources (and of models that unpack JSON) of which a column is a plain copy, each once; perhaps chosen between
 * by CASE, coalesce or a union. `why`: it is none, and what is at `span` says so; null: it is one. */
typedef struct PlainCopy {
    VEC(const Column *) origins;
    FlowLabel also;        /* what models tag of it on the way */
    const char *why;
    Span span;
} PlainCopy;

PlainCopy plain_copy_of(const Facts *facts, Arena *arena, const Column *column);
/* What the columns that it is a copy of carry. */
FlowLabel label_of_origins(const Facts *facts, const PlainCopy *copy);
/* What a mask of a level leaves of what a column tells (`d`, of which a choice does not lower `u`): what the columns carry that
 * it is a copy of is lowered, what came to it by joins and choices is not. */
FlowLabel label_masked(const Facts *facts, Arena *arena, const Column *column, FlowLabel d, FlowLabel u, Level level);
/* The tag that a name in a list names, or null. */
const Tag *tag_of_node(const Program *program, const Node *node);
/* The access of a role, by its own grant, else by that of a role that it includes. Owned by the arena. */
RelationAccess access_of(const Facts *facts, Arena *arena, const Role *role, const Relation *relation);
/* The same by one grant, of the relation that is `index` among those that it grants. */
RelationAccess access_by_grant(const Facts *facts, Arena *arena, const Grant *grant, uint32_t index);
typedef VEC(RelationAccess) RelationAccesses;

/* That of everything that it is granted, in order of the program. */
RelationAccesses access_of_role(const Facts *facts, Arena *arena, const Role *role);
/* Whether any column of it may be read. */
bool access_is_readable(const RelationAccess *access);
/* "none", "hidden", "masked", "whole". */
const char *access_word(AccessKind kind);

#endif
