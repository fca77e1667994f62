struct Tree {
    children: Option<(Box<Tree>, Box<Tree>)>,
}

fn make(depth: i64) -> Box<Tree> {
    Box::new(Tree {
        children: if depth == 0 { None } else { Some((make(depth - 1), make(depth - 1))) },
    })
}

fn count(tree: &Tree) -> i64 {
    match &tree.children {
        None => 1,
        Some((left, right)) => 1 + count(left) + count(right),
    }
}

fn main() {
    let deepest = 16 + (std::env::args().count() - 1) as i64;
    println!("stretch tree of depth {}, check: {}", deepest + 1, count(&make(deepest + 1)));
    let long_lived = make(deepest);
    let mut depth = 4;
    while depth <= deepest {
        let rounds = 1i64 << (deepest - depth + 4);
        let mut check = 0;
        for _ in 0..rounds {
            check += count(&make(depth));
        }
        println!("{} trees of depth {}, check: {}", rounds, depth, check);
        depth += 2;
    }
    println!("long lived tree of depth {}, check: {}", deepest, count(&long_lived));
}
