fn sort(a: &mut [i32]) {
    let mut stack = [0i64; 128];
    stack[1] = a.len() as i64 - 1;
    let mut sp = 2;
    while sp > 0 {
        sp -= 2;
        let mut lo = stack[sp];
        let mut hi = stack[sp + 1];
        while hi - lo > 12 {
            let pivot = a[((lo + hi) >> 1) as usize];
            let mut i = lo;
            let mut j = hi;
            while i <= j {
                while a[i as usize] < pivot {
                    i += 1;
                }
                while pivot < a[j as usize] {
                    j -= 1;
                }
                if i <= j {
                    a.swap(i as usize, j as usize);
                    i += 1;
                    j -= 1;
                }
            }
            if j - lo < hi - i {
                stack[sp] = i;
                stack[sp + 1] = hi;
                hi = j;
            } else {
                stack[sp] = lo;
                stack[sp + 1] = j;
                lo = i;
            }
            sp += 2;
        }
        for k in lo + 1..hi + 1 {
            let v = a[k as usize];
            let mut at = k - 1;
            while at >= lo && a[at as usize] > v {
                a[(at + 1) as usize] = a[at as usize];
                at -= 1;
            }
            a[(at + 1) as usize] = v;
        }
    }
}

fn main() {
    let n = 6_000_000 + std::env::args().count() - 1;
    let mut s: u32 = 12345;
    let mut a: Vec<i32> = (0..n)
        .map(|_| {
            s = s.wrapping_mul(1664525).wrapping_add(1013904223);
            s as i32
        })
        .collect();
    sort(&mut a);
    let mut hash: u32 = 0;
    for &x in a.iter().step_by(1000) {
        hash = hash.wrapping_mul(31).wrapping_add(x as u32);
    }
    for i in 1..a.len() {
        if a[i - 1] > a[i] {
            hash = 0;
        }
    }
    println!("{}", hash);
}
