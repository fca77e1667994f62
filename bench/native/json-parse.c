#include <stdbool.h>

#include "common.h"

static void *grown(void *old, i64 *room, i64 needed, i64 size) {
  *room = *room * 2 > needed ? *room * 2 : needed;
  return realloc(old, *room * size);
}

/* The text. */
struct Source {
  char *out;
  i64 room, length;
  u32 s;
};

static void push_bytes(struct Source *g, const char *bytes, i64 length) {
  i64 to = g->length + length;
  if (to > g->room)
    g->out = grown(g->out, &g->room, to, 1);
  memcpy(g->out + g->length, bytes, length);
  g->length = to;
}

static void push(struct Source *g, const char *s) {
  push_bytes(g, s, strlen(s));
}

static void push_char(struct Source *g, char c) { push_bytes(g, &c, 1); }

static void push_int(struct Source *g, i64 n) {
  char buffer[24];
  push_bytes(g, buffer, sprintf(buffer, "%lld", (long long)n));
}

static u32 draw(struct Source *g, u32 n) {
  g->s = g->s * 1664525 + 1013904223;
  return (g->s >> 16) % n;
}

static void write_string(struct Source *g) {
  push(g, "\"");
  u32 length = 4 + draw(g, 16);
  for (u32 i = 0; i < length; i++) {
    if (draw(g, 32) == 0)
      push(g, "\\n");
    else if (draw(g, 32) == 0)
      push(g, "\\u00e9");
    else
      push_char(g, 'a' + draw(g, 26));
  }
  push(g, "\"");
}

static void write_value(struct Source *g, i64 depth) {
  u32 kind = draw(g, 5 + depth);
  if (kind == 0) {
    push_int(g, (i64)draw(g, 50000) - 25000);
  } else if (kind == 1) {
    push_int(g, draw(g, 1000));
    push(g, ".");
    push_int(g, 100 + draw(g, 900));
  } else if (kind == 2 || kind == 3) {
    write_string(g);
  } else if (kind == 4) {
    static const char *const words[] = {"true", "false", "null"};
    push(g, words[draw(g, 3)]);
  } else {
    bool is_object = kind % 2 == 0;
    push_char(g, is_object ? '{' : '[');
    u32 members = draw(g, 8);
    for (u32 i = 0; i < members; i++) {
      if (i > 0)
        push(g, ", ");
      if (is_object) {
        write_string(g);
        push(g, ": ");
      }
      write_value(g, depth - 1);
    }
    push_char(g, is_object ? '}' : ']');
  }
}

static void generate(struct Source *g, i64 n) {
  push(g, "[");
  for (i64 i = 0; i < n; i++) {
    if (i > 0)
      push(g, ",\n");
    write_value(g, 4);
  }
  push(g, "]\n");
}

/* The parser. */
enum Kind { NULL_VALUE, BOOL, NUMBER, TEXT, ARRAY, OBJECT };

struct Value {
  u8 kind;
  union {
    bool truth;
    double number;
    struct {
      i64 start, end;
    };
  };
};

enum Problem { FINE, EARLY_END, UNEXPECTED, BAD_NUMBER, BAD_ESCAPE, TOO_DEEP };

struct Parser {
  const u8 *input;
  i64 length, at;
  struct Value *values;
  i64 room, used;
  u8 *text;
  i64 text_length;
};

#define TRY(CALL)                                                              \
  do {                                                                         \
    enum Problem problem = (CALL);                                             \
    if (problem != FINE)                                                       \
      return problem;                                                          \
  } while (0)

static void add(struct Parser *p, struct Value value) {
  if (p->used == p->room)
    p->values = grown(p->values, &p->room, 4, sizeof(struct Value));
  p->values[p->used++] = value;
}

static void skip_space(struct Parser *p) {
  while (p->at < p->length) {
    u8 c = p->input[p->at];
    if (c != ' ' && c != '\n' && c != '\t' && c != '\r')
      return;
    p->at++;
  }
}

static enum Problem peek(const struct Parser *p, u8 *c) {
  if (p->at == p->length)
    return EARLY_END;
  *c = p->input[p->at];
  return FINE;
}

static enum Problem take(struct Parser *p, u8 expected) {
  if (p->at == p->length || p->input[p->at] != expected)
    return UNEXPECTED;
  p->at++;
  return FINE;
}

static enum Problem take_word(struct Parser *p, const char *word) {
  for (; *word; word++)
    TRY(take(p, *word));
  return FINE;
}

static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

static bool is_digit(const struct Parser *p) {
  return p->at < p->length && p->input[p->at] >= '0' && p->input[p->at] <= '9';
}

static enum Problem digits(struct Parser *p, u64 *n) {
  i64 start = p->at;
  while (is_digit(p)) {
    if (*n >= 900719925474099)
      return BAD_NUMBER;
    *n = *n * 10 + (p->input[p->at] - '0');
    p->at++;
  }
  return p->at == start ? BAD_NUMBER : FINE;
}

static enum Problem number(struct Parser *p) {
  bool negative = p->input[p->at] == '-';
  if (negative)
    p->at++;
  u64 n = 0;
  TRY(digits(p, &n));
  i64 exponent = 0;
  if (p->at < p->length && p->input[p->at] == '.') {
    p->at++;
    i64 start = p->at;
    TRY(digits(p, &n));
    exponent = start - p->at;
  }
  if (p->at < p->length && (p->input[p->at] | 32) == 'e') {
    p->at++;
    bool minus = p->at < p->length && p->input[p->at] == '-';
    if (minus || (p->at < p->length && p->input[p->at] == '+'))
      p->at++;
    u64 e = 0;
    TRY(digits(p, &e));
    exponent += minus ? -(i64)e : (i64)e;
  }
  double value = n;
  if (exponent < -22 || exponent > 22)
    return BAD_NUMBER;
  if (exponent < 0)
    value /= powers[-exponent];
  else
    value *= powers[exponent];
  add(p, (struct Value){NUMBER, .number = negative ? -value : value});
  return FINE;
}

static void put(struct Parser *p, u8 c) { p->text[p->text_length++] = c; }

static enum Problem unicode(struct Parser *p) {
  u32 code = 0;
  for (int i = 0; i < 4; i++) {
    u8 c;
    TRY(peek(p, &c));
    p->at++;
    if (c >= '0' && c <= '9')
      code = code << 4 | (c - '0');
    else if ((c | 32) >= 'a' && (c | 32) <= 'f')
      code = code << 4 | ((c | 32) - 'a' + 10);
    else
      return BAD_ESCAPE;
  }
  if (code >= 0xD800 && code < 0xE000)
    return BAD_ESCAPE;
  if (code < 0x80) {
    put(p, code);
  } else if (code < 0x800) {
    put(p, 0xC0 | code >> 6);
    put(p, 0x80 | (code & 0x3F));
  } else {
    put(p, 0xE0 | code >> 12);
    put(p, 0x80 | (code >> 6 & 0x3F));
    put(p, 0x80 | (code & 0x3F));
  }
  return FINE;
}

static enum Problem escape(struct Parser *p) {
  u8 c;
  TRY(peek(p, &c));
  p->at++;
  switch (c) {
  case '"':
  case '\\':
  case '/':
    put(p, c);
    return FINE;
  case 'b':
    put(p, '\b');
    return FINE;
  case 'f':
    put(p, '\f');
    return FINE;
  case 'n':
    put(p, '\n');
    return FINE;
  case 'r':
    put(p, '\r');
    return FINE;
  case 't':
    put(p, '\t');
    return FINE;
  case 'u':
    return unicode(p);
  default:
    return BAD_ESCAPE;
  }
}

static enum Problem string(struct Parser *p) {
  TRY(take(p, '"'));
  i64 start = p->text_length;
  for (;;) {
    u8 c;
    TRY(peek(p, &c));
    p->at++;
    if (c == '"')
      break;
    if (c == '\\')
      TRY(escape(p));
    else if (c < ' ')
      return UNEXPECTED;
    else
      put(p, c);
  }
  add(p, (struct Value){TEXT, .start = start, .end = p->text_length});
  return FINE;
}

static enum Problem parse_value(struct Parser *p, i64 depth);

static enum Problem array(struct Parser *p, i64 depth) {
  i64 place = p->used;
  add(p, (struct Value){NULL_VALUE});
  p->at++;
  skip_space(p);
  u8 c;
  TRY(peek(p, &c));
  if (c == ']') {
    p->at++;
  } else {
    for (;;) {
      TRY(parse_value(p, depth - 1));
      TRY(peek(p, &c));
      if (c != ',')
        break;
      p->at++;
    }
    TRY(take(p, ']'));
  }
  p->values[place] = (struct Value){ARRAY, .start = p->used};
  return FINE;
}

static enum Problem object(struct Parser *p, i64 depth) {
  i64 place = p->used;
  add(p, (struct Value){NULL_VALUE});
  p->at++;
  skip_space(p);
  u8 c;
  TRY(peek(p, &c));
  if (c == '}') {
    p->at++;
  } else {
    for (;;) {
      skip_space(p);
      TRY(string(p));
      skip_space(p);
      TRY(take(p, ':'));
      TRY(parse_value(p, depth - 1));
      TRY(peek(p, &c));
      if (c != ',')
        break;
      p->at++;
    }
    TRY(take(p, '}'));
  }
  p->values[place] = (struct Value){OBJECT, .start = p->used};
  return FINE;
}

static enum Problem parse_value(struct Parser *p, i64 depth) {
  if (depth == 0)
    return TOO_DEEP;
  skip_space(p);
  u8 c;
  TRY(peek(p, &c));
  switch (c) {
  case '{':
    TRY(object(p, depth));
    break;
  case '[':
    TRY(array(p, depth));
    break;
  case '"':
    TRY(string(p));
    break;
  case 't':
    TRY(take_word(p, "true"));
    add(p, (struct Value){BOOL, .truth = true});
    break;
  case 'f':
    TRY(take_word(p, "false"));
    add(p, (struct Value){BOOL, .truth = false});
    break;
  case 'n':
    TRY(take_word(p, "null"));
    add(p, (struct Value){NULL_VALUE});
    break;
  case '-':
  case '0':
  case '1':
  case '2':
  case '3':
  case '4':
  case '5':
  case '6':
  case '7':
  case '8':
  case '9':
    TRY(number(p));
    break;
  default:
    return UNEXPECTED;
  }
  skip_space(p);
  return FINE;
}

static enum Problem parse(struct Parser *p) {
  p->at = p->text_length = p->used = 0;
  TRY(parse_value(p, 100));
  return p->at == p->length ? FINE : UNEXPECTED;
}

static u64 digest(const struct Parser *p) {
  u64 sum = 0;
  double total = 0;
  for (i64 i = 0; i < p->used; i++) {
    const struct Value *v = &p->values[i];
    switch (v->kind) {
    case NULL_VALUE:
      sum = sum * 31 + 1;
      break;
    case BOOL:
      sum = sum * 31 + v->truth;
      break;
    case NUMBER:
      total += v->number;
      break;
    case TEXT:
      for (i64 at = v->start; at < v->end; at++)
        sum = sum * 31 + p->text[at];
      break;
    case ARRAY:
      sum = sum * 31 + v->start;
      break;
    case OBJECT:
      sum = sum * 37 + v->start;
      break;
    }
  }
  return sum + (u64)(i64)total;
}

int main(int argc, char **argv) {
  i64 rounds = WORK(120);
  struct Source g = {.s = 5};
  generate(&g, WORK(4000));
  struct Parser p = {.input = (const u8 *)g.out, .length = g.length};
  p.text = malloc(p.length);
  u64 result = 0;
  for (i64 round = 0; round < rounds; round++) {
    enum Problem problem = parse(&p);
    if (problem != FINE) {
      printf("byte %lld: %d\n", (long long)p.at, problem);
      return 1;
    }
    result = result * 31 + digest(&p);
  }
  printf("%lld %lld %llu\n", (long long)p.length, (long long)p.used,
         (unsigned long long)result);
  return 0;
}
