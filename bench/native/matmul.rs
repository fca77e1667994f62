fn fill(m: &mut [f64], n: usize, p: usize, q: usize, modulus: usize) {
    for i in 0..n {
        for j in 0..n {
            m[i * n + j] = ((i * p + j * q) % modulus) as f64 - (modulus / 2) as f64;
        }
    }
}

fn multiply(a: &[f64], b: &[f64], c: &mut [f64], n: usize) {
    for i in 0..n {
        let row = &a[i * n..(i + 1) * n];
        for j in 0..n {
            let mut sum = 0.0;
            let mut at = j;
            for &x in row {
                sum += x * b[at];
                at += n;
            }
            c[i * n + j] = sum;
        }
    }
}

fn main() {
    let n = 700 + std::env::args().count() - 1;
    let mut a = vec![0.0; n * n];
    let mut b = vec![0.0; n * n];
    let mut c = vec![0.0; n * n];
    fill(&mut a, n, 7, 3, 11);
    fill(&mut b, n, 5, 13, 17);
    multiply(&a, &b, &mut c, n);
    let mut total = 0.0;
    for (i, x) in c.iter().enumerate() {
        total += x * (i & 7) as f64;
    }
    println!("{}", total as i64);
}
