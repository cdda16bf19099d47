# Folders in the order in which their arrows point: each uses only those above it.
include compiler/base/local.mk
include compiler/source/local.mk
include compiler/diag/local.mk
include compiler/syntax/local.mk
include compiler/names/local.mk
include compiler/types/local.mk
include compiler/facts/local.mk
include compiler/check/local.mk
include compiler/plan/local.mk
include compiler/emit/local.mk
include compiler/catalog/local.mk
include compiler/format/local.mk
include compiler/diff/local.mk
include compiler/audit/local.mk
include compiler/export/local.mk
include compiler/witness/local.mk
include compiler/lsp/local.mk
libgovcompiler_a_SOURCES += %D%/session.h %D%/session.c %D%/revise.c
include compiler/command/local.mk
