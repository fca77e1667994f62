//===- Inlined.c - what programs in C do all the time ---------------------===//

/// Where slices without elements lead.
static int64_t flux_nothing[2];

/// Notes in \p frame where the next call stands.
static inline const flux_frame *flux_at(flux_frame *frame, int at) {
  frame->at = at;
  return frame;
}

/// Traps unless index < length, where a negative index counts as a large one.
static inline int64_t flux_index(const flux_frame *caller, int at, int64_t index, int64_t length) {
  if ((uint64_t)index >= (uint64_t)length)
    flux_trap(caller, at, FLUX_MESSAGE(IndexSigned), (uint64_t)index, (uint64_t)length, 0);
  return index;
}

static inline int64_t flux_index_unsigned(const flux_frame *caller, int at, int64_t index, int64_t length) {
  if ((uint64_t)index >= (uint64_t)length)
    flux_trap(caller, at, FLUX_MESSAGE(IndexUnsigned), (uint64_t)index, (uint64_t)length, 0);
  return index;
}

/// Traps unless 0 <= low <= high <= length.
static inline void flux_check_range(const flux_frame *caller, int at, int64_t low, int64_t high, int64_t length) {
  if (low < 0 || low > high || high > length)
    flux_trap(caller, at, FLUX_MESSAGE(SliceRange), (uint64_t)low, (uint64_t)high, (uint64_t)length);
}

static inline slice_u8 flux_str_bytes(flux_str text) {
  slice_u8 bytes = {(uint8_t *)text.data, text.length};
  return bytes;
}

static inline bool flux_str_equal(flux_str a, flux_str b) {
  return a.length == b.length && memcmp(a.data, b.data, (size_t)a.length) == 0;
}

/// Negative, zero or positive as memcmp, then by length.
static inline int flux_str_compare(flux_str a, flux_str b) {
  int order = memcmp(a.data, b.data, (size_t)(a.length < b.length ? a.length : b.length));
  return order != 0 ? order : a.length < b.length ? -1 : a.length > b.length;
}

static inline uint64_t flux_bits_f32(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

static inline uint64_t flux_bits_f64(double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

/// The bits of a float; all NaNs have the same.
static inline int64_t flux_bits_of_float(double value) {
  return value != value ? 0x7FF8000000000000 : (int64_t)flux_bits_f64(value);
}

static inline double flux_bits_to_float(int64_t bits) {
  double value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static inline double flux_math_abs_f64(double value) {
  return flux_bits_to_float((int64_t)(flux_bits_f64(value) & INT64_MAX));
}

static inline float flux_math_abs_f32(float value) {
  return (float)flux_math_abs_f64(value);
}

static inline double flux_math_sqrt_f64(double value) {
  return sqrt(value);
}

static inline float flux_math_sqrt_f32(float value) {
  return sqrtf(value);
}

/// The whole number next to zero; the sign stays.
static inline double flux_math_trunc_f64(double value) {
  if (!(flux_math_abs_f64(value) < 4503599627370496.0))
    return value;
  double whole = (double)(int64_t)value;
  return signbit(value) ? -flux_math_abs_f64(whole) : whole;
}

static inline float flux_math_trunc_f32(float value) {
  return (float)flux_math_trunc_f64(value);
}

static inline double flux_math_floor_f64(double value) {
  double whole = flux_math_trunc_f64(value);
  return whole > value ? whole - 1.0 : whole;
}

static inline float flux_math_floor_f32(float value) {
  return (float)flux_math_floor_f64(value);
}

static inline double flux_math_ceil_f64(double value) {
  return -flux_math_floor_f64(-value);
}

static inline float flux_math_ceil_f32(float value) {
  return (float)flux_math_ceil_f64(value);
}

/// The nearest whole number, ties to even.
static inline double flux_math_round_f64(double value) {
  double size = flux_math_abs_f64(value);
  if (!(size < 4503599627370496.0))
    return value;
  // Adding 2^52 leaves no room for a fraction.
  size = size + 4503599627370496.0 - 4503599627370496.0;
  return signbit(value) ? -size : size;
}

static inline float flux_math_round_f32(float value) {
  return (float)flux_math_round_f64(value);
}
