/* What the files of facts share. */
#ifndef GOV_FACTS_INTERNAL_H
#define GOV_FACTS_INTERNAL_H

#include "compiler/facts/facts.h"

/* Sets `keys` on the rows of every query and table of the relation, and gives those of its own rows; fills
 * `declared_key` and `proved` of its facts. */
KeySet *keys_find(Program *program, RelationFacts *facts);
/* Fills the edges of a relation's facts. */
void lineage_find(Program *program, RelationFacts *facts);
/* Fills the tags of a relation's facts; those of what it reads are known. */
void tags_find(const Facts *facts, RelationFacts *relation);
/* Fills the labels of a relation's facts. */
void flow_find(Facts *facts, RelationFacts *of);
/* Labels those again that read what deliveries kept of relations that read them in turn, until nothing changes. */
void flow_settle(Facts *facts);
/* The AND-ed parts of a predicate, each visited; null is no part. */
void conjuncts(Node *predicate, void (*visit)(void *context, Node *part), void *context);

#endif
