const NAMES: [&str; 8] = [
    "pump",
    "valve",
    "thermometer",
    "fan",
    "light",
    "door of the north hall",
    "lift",
    "µ-controller",
];

fn push_int(b: &mut String, n: i64) {
    let mut buffer = [0u8; 20];
    let mut at = buffer.len();
    let mut rest = n.unsigned_abs();
    loop {
        at -= 1;
        buffer[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if n < 0 {
        at -= 1;
        buffer[at] = b'-';
    }
    b.push_str(std::str::from_utf8(&buffer[at..]).unwrap());
}

fn write_line(b: &mut String, number: i64, s: u64) {
    b.push_str("item ");
    push_int(b, number);
    b.push_str(": ");
    b.push_str(NAMES[(s >> 40 & 7) as usize]);
    b.push_str(" = ");
    push_int(b, (s as i64) >> (s >> 58));
    b.push(' ');
    b.push(char::from_u32('α' as u32 + (s >> 50 & 15) as u32).unwrap());
    b.push_str(";\n");
}

fn digest(s: &[u8]) -> u64 {
    let mut sum: u64 = 0;
    for at in 0..s.len() / 1024 {
        sum = sum.wrapping_mul(31).wrapping_add(s[at * 1024] as u64);
    }
    sum.wrapping_mul(31).wrapping_add(s.len() as u64)
}

fn main() {
    let extra = std::env::args().count() - 1;
    let mut s: u64 = 1;
    let mut sum: u64 = 0;
    for _ in 0..240 + extra {
        let mut b = String::new();
        for i in 0..25000 + extra {
            s = s.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            write_line(&mut b, i as i64, s);
        }
        sum = sum.wrapping_mul(31).wrapping_add(digest(b.as_bytes()));
    }
    println!("{}", sum);
}
