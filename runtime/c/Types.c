//===- Types.c - the types that programs in C share with the runtime ------===//
//
// The files of this folder are no library: `fluxc --emit=c` writes those of
// their declarations that a program uses into its file.  A blank line ends a
// declaration; the words in it tell what else it needs.
//
//===----------------------------------------------------------------------===//

/// A call that has not returned: where it stands, and what led there.
typedef struct flux_frame {
  const struct flux_frame *caller;
  int at; // in flux_places
} flux_frame;

/// A place that can trap or call.
typedef struct flux_place {
  const char *function, *file;
  int line, column;
  const char *text; // the line of the document
} flux_place;

/// Text in UTF-8.
typedef struct flux_str {
  _Alignas(8) const char *data;
  _Alignas(8) int64_t length;
} flux_str;

#define FLUX_STR(text) ((flux_str){"" text, sizeof(text) - 1})

typedef struct slice_u8 {
  _Alignas(8) uint8_t *data;
  _Alignas(8) int64_t length;
} slice_u8;

typedef struct slice_str {
  _Alignas(8) flux_str *data;
  _Alignas(8) int64_t length;
} slice_str;

/// Memory that is given back as a whole.
typedef struct flux_region {
  char *begin, *next, *end;
  struct flux_region *link; // of static regions, to others
} flux_region;

/// Visits the references in a place.
typedef void (*flux_tracer)(const flux_frame *caller, void *place);
