fn steps(cr: f64, ci: f64) -> u64 {
    let (mut zr, mut zi, mut r2, mut i2) = (0.0, 0.0, 0.0, 0.0);
    let mut k = 0;
    while k < 200 && r2 + i2 <= 4.0 {
        zi = 2.0 * zr * zi + ci;
        zr = r2 - i2 + cr;
        r2 = zr * zr;
        i2 = zi * zi;
        k += 1;
    }
    k
}

fn main() {
    let n = 1200 + (std::env::args().count() - 1) as u32;
    let size = f64::from(n);
    let mut total = 0;
    for y in 0..n {
        for x in 0..n {
            total += steps(
                2.0 * f64::from(x) / size - 1.5,
                2.0 * f64::from(y) / size - 1.0,
            );
        }
    }
    println!("{}", total);
}
