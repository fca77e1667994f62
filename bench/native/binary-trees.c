#include "common.h"

/* malloc and free for each node, as in the C programs of the Benchmarks Game
   that use nothing but the C library. */
struct Tree {
  struct Tree *left, *right;
};

static struct Tree *make(i64 depth) {
  struct Tree *tree = malloc(sizeof(struct Tree));
  if (depth == 0) {
    tree->left = tree->right = NULL;
  } else {
    tree->left = make(depth - 1);
    tree->right = make(depth - 1);
  }
  return tree;
}

static i64 count(const struct Tree *tree) {
  if (tree->left == NULL)
    return 1;
  return 1 + count(tree->left) + count(tree->right);
}

static void forget(struct Tree *tree) {
  if (tree->left != NULL) {
    forget(tree->left);
    forget(tree->right);
  }
  free(tree);
}

int main(int argc, char **argv) {
  i64 deepest = WORK(16);
  struct Tree *stretch = make(deepest + 1);
  printf("stretch tree of depth %lld, check: %lld\n", (long long)deepest + 1,
         (long long)count(stretch));
  forget(stretch);
  struct Tree *long_lived = make(deepest);
  for (i64 depth = 4; depth <= deepest; depth += 2) {
    i64 rounds = (i64)1 << (deepest - depth + 4);
    i64 check = 0;
    for (i64 i = 0; i < rounds; i++) {
      struct Tree *tree = make(depth);
      check += count(tree);
      forget(tree);
    }
    printf("%lld trees of depth %lld, check: %lld\n", (long long)rounds,
           (long long)depth, (long long)check);
  }
  printf("long lived tree of depth %lld, check: %lld\n", (long long)deepest,
         (long long)count(long_lived));
  forget(long_lived);
  return 0;
}
