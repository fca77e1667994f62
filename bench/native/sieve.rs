fn sieve(flags: &mut [u8]) -> u32 {
    flags.fill(1);
    let mut count = 0;
    for i in 2..flags.len() {
        if flags[i] != 0 {
            count += 1;
            let mut k = i + i;
            while k < flags.len() {
                flags[k] = 0;
                k += i;
            }
        }
    }
    count
}

fn main() {
    let extra = std::env::args().count() - 1;
    let mut flags = vec![0u8; (1 << 22) + extra + 1];
    let mut count = 0;
    for _ in 0..30 + extra {
        count = sieve(&mut flags);
    }
    println!("{}", count);
}
