#include "common.h"

/* The same with a pool for each tree, which is what a region is: a block of
   memory of the right size, given back as a whole. */
struct Tree {
  struct Tree *left, *right;
};

struct Pool {
  struct Tree *begin, *next, *end;
};

static struct Pool open_pool(i64 nodes) {
  struct Tree *begin = malloc(nodes * sizeof(struct Tree));
  return (struct Pool){begin, begin, begin + nodes};
}

static void close_pool(struct Pool *pool) { free(pool->begin); }

static struct Tree *allocate(struct Pool *pool) {
  if (pool->next == pool->end)
    abort();
  return pool->next++;
}

static struct Tree *make(i64 depth, struct Pool *pool) {
  struct Tree *tree = allocate(pool);
  if (depth == 0) {
    tree->left = tree->right = NULL;
  } else {
    tree->left = make(depth - 1, pool);
    tree->right = make(depth - 1, pool);
  }
  return tree;
}

static i64 count(const struct Tree *tree) {
  if (tree->left == NULL)
    return 1;
  return 1 + count(tree->left) + count(tree->right);
}

int main(int argc, char **argv) {
  i64 deepest = WORK(16);
  struct Pool stretch_pool = open_pool((i64)1 << (deepest + 2));
  printf("stretch tree of depth %lld, check: %lld\n", (long long)deepest + 1,
         (long long)count(make(deepest + 1, &stretch_pool)));
  close_pool(&stretch_pool);
  struct Pool long_pool = open_pool((i64)1 << (deepest + 1));
  struct Tree *long_lived = make(deepest, &long_pool);
  for (i64 depth = 4; depth <= deepest; depth += 2) {
    i64 rounds = (i64)1 << (deepest - depth + 4);
    i64 check = 0;
    for (i64 i = 0; i < rounds; i++) {
      struct Pool pool = open_pool((i64)1 << (depth + 1));
      check += count(make(depth, &pool));
      close_pool(&pool);
    }
    printf("%lld trees of depth %lld, check: %lld\n", (long long)rounds,
           (long long)depth, (long long)check);
  }
  printf("long lived tree of depth %lld, check: %lld\n", (long long)deepest,
         (long long)count(long_lived));
  close_pool(&long_pool);
  return 0;
}
