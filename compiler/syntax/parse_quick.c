/* The grammar once more, without the look-ahead correction (LAC) that good messages need: parse_all.c parses so first, and again
 * with it only where something is to be said. LAC is a tenth of the instructions of parsing. */
#define GRAMMAR_QUICK
#define grammar_parse grammar_parse_quickly
#include "compiler/syntax/parse_without_lac.c"
