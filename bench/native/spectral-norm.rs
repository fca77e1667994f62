fn element(i: i64, j: i64) -> f64 {
    1.0 / ((i + j) * (i + j + 1) / 2 + i + 1) as f64
}

fn multiply(v: &[f64], result: &mut [f64]) {
    for (i, out) in result.iter_mut().enumerate() {
        let mut sum = 0.0;
        for (j, x) in v.iter().enumerate() {
            sum += element(i as i64, j as i64) * x;
        }
        *out = sum;
    }
}

fn multiply_transposed(v: &[f64], result: &mut [f64]) {
    for (i, out) in result.iter_mut().enumerate() {
        let mut sum = 0.0;
        for (j, x) in v.iter().enumerate() {
            sum += element(j as i64, i as i64) * x;
        }
        *out = sum;
    }
}

fn main() {
    let n = 3000 + std::env::args().count() - 1;
    let mut u = vec![1.0; n];
    let mut v = vec![0.0; n];
    let mut t = vec![0.0; n];
    for _ in 0..10 {
        multiply(&u, &mut t);
        multiply_transposed(&t, &mut v);
        multiply(&v, &mut t);
        multiply_transposed(&t, &mut u);
    }
    let mut uv: f64 = 0.0;
    let mut vv = 0.0;
    for i in 0..n {
        uv += u[i] * v[i];
        vv += v[i] * v[i];
    }
    println!("{:.9}", (uv / vv).sqrt());
}
