#[inline(never)]
fn fib(n: u32) -> u32 {
    if n < 2 {
        return n;
    }
    fib(n - 1) + fib(n - 2)
}

fn main() {
    let n = 40 + (std::env::args().count() - 1) as u32;
    println!("{}", fib(n));
}
