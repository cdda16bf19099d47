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
    ColumnAccess *columns; /* beside the relation's columns */
    bool whole;
    const Deferred *release; /* by which it reads groups only; or null */
    FlowLabel rows;          /* what it learns by which rows there are */
} RelationAccess;

/* The tag that a name in a list names, or null. */
const Tag *tag_of_node(const Program *program, const Node *node);
/* The access of a role, by its own grant, else by that of a role that it includes. Owned by the arena. */
RelationAccess access_of(const Facts *facts, Arena *arena, const Role *role, const Relation *relation);
/* "none", "hidden", "masked", "whole". */
const char *access_word(AccessKind kind);

#endif
