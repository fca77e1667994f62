struct Source {
    out: String,
    s: u32,
}

impl Source {
    fn draw(&mut self, n: u32) -> u32 {
        self.s = self.s.wrapping_mul(1664525).wrapping_add(1013904223);
        (self.s >> 16) % n
    }

    fn write_string(&mut self) {
        self.out.push('"');
        for _ in 0..4 + self.draw(16) {
            if self.draw(32) == 0 {
                self.out.push_str("\\n");
            } else if self.draw(32) == 0 {
                self.out.push_str("\\u00e9");
            } else {
                let letter = b'a' + self.draw(26) as u8;
                self.out.push(letter as char);
            }
        }
        self.out.push('"');
    }

    fn write_value(&mut self, depth: u32) {
        let kind = self.draw(5 + depth);
        match kind {
            0 => {
                let n = self.draw(50000) as i64 - 25000;
                self.out.push_str(&n.to_string());
            }
            1 => {
                let whole = self.draw(1000);
                let part = 100 + self.draw(900);
                self.out.push_str(&format!("{}.{}", whole, part));
            }
            2 | 3 => self.write_string(),
            4 => {
                let word = self.draw(3) as usize;
                self.out.push_str(["true", "false", "null"][word]);
            }
            _ => {
                let is_object = kind % 2 == 0;
                self.out.push(if is_object { '{' } else { '[' });
                for i in 0..self.draw(8) {
                    if i > 0 {
                        self.out.push_str(", ");
                    }
                    if is_object {
                        self.write_string();
                        self.out.push_str(": ");
                    }
                    self.write_value(depth - 1);
                }
                self.out.push(if is_object { '}' } else { ']' });
            }
        }
    }
}

fn generate(n: usize) -> String {
    let mut g = Source { out: String::new(), s: 5 };
    g.out.push('[');
    for i in 0..n {
        if i > 0 {
            g.out.push_str(",\n");
        }
        g.write_value(4);
    }
    g.out.push_str("]\n");
    g.out
}

enum Value {
    Null,
    Bool(bool),
    Number(f64),
    Text(usize, usize),
    Array(usize),
    Object(usize),
}

#[derive(Debug)]
enum Problem {
    EarlyEnd,
    Unexpected,
    BadNumber,
    BadEscape,
    TooDeep,
}

struct Parser<'a> {
    input: &'a [u8],
    at: usize,
    values: Vec<Value>,
    text: Vec<u8>,
    text_len: usize,
}

const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];

type Outcome = Result<(), Problem>;

impl Parser<'_> {
    fn skip_space(&mut self) {
        while self.at < self.input.len() {
            if !matches!(self.input[self.at], b' ' | b'\n' | b'\t' | b'\r') {
                return;
            }
            self.at += 1;
        }
    }

    fn peek(&self) -> Result<u8, Problem> {
        if self.at == self.input.len() {
            return Err(Problem::EarlyEnd);
        }
        Ok(self.input[self.at])
    }

    fn take(&mut self, expected: u8) -> Outcome {
        if self.at == self.input.len() || self.input[self.at] != expected {
            return Err(Problem::Unexpected);
        }
        self.at += 1;
        Ok(())
    }

    fn take_word(&mut self, word: &str) -> Outcome {
        for c in word.bytes() {
            self.take(c)?;
        }
        Ok(())
    }

    fn is(&self, c: u8) -> bool {
        self.at < self.input.len() && self.input[self.at] == c
    }

    fn is_digit(&self) -> bool {
        self.at < self.input.len() && self.input[self.at].is_ascii_digit()
    }

    fn digits(&mut self, before: u64) -> Result<u64, Problem> {
        let mut n = before;
        let start = self.at;
        while self.is_digit() {
            if n >= 900719925474099 {
                return Err(Problem::BadNumber);
            }
            n = n * 10 + (self.input[self.at] - b'0') as u64;
            self.at += 1;
        }
        if self.at == start {
            return Err(Problem::BadNumber);
        }
        Ok(n)
    }

    fn number(&mut self) -> Outcome {
        let negative = self.input[self.at] == b'-';
        if negative {
            self.at += 1;
        }
        let mut n = self.digits(0)?;
        let mut exponent = 0;
        if self.is(b'.') {
            self.at += 1;
            let start = self.at;
            n = self.digits(n)?;
            exponent = start as i64 - self.at as i64;
        }
        if self.at < self.input.len() && self.input[self.at] | 32 == b'e' {
            self.at += 1;
            let minus = self.is(b'-');
            if minus || self.is(b'+') {
                self.at += 1;
            }
            let e = self.digits(0)? as i64;
            exponent += if minus { -e } else { e };
        }
        let mut value = n as f64;
        if !(-22..=22).contains(&exponent) {
            return Err(Problem::BadNumber);
        } else if exponent < 0 {
            value /= POWERS[-exponent as usize];
        } else {
            value *= POWERS[exponent as usize];
        }
        self.values.push(Value::Number(if negative { -value } else { value }));
        Ok(())
    }

    fn put(&mut self, c: u8) {
        self.text[self.text_len] = c;
        self.text_len += 1;
    }

    fn unicode(&mut self) -> Outcome {
        let mut code: u32 = 0;
        for _ in 0..4 {
            let c = self.peek()?;
            self.at += 1;
            if c.is_ascii_digit() {
                code = code << 4 | (c - b'0') as u32;
            } else if (b'a'..=b'f').contains(&(c | 32)) {
                code = code << 4 | ((c | 32) - b'a' + 10) as u32;
            } else {
                return Err(Problem::BadEscape);
            }
        }
        if (0xD800..0xE000).contains(&code) {
            return Err(Problem::BadEscape);
        }
        if code < 0x80 {
            self.put(code as u8);
        } else if code < 0x800 {
            self.put((0xC0 | code >> 6) as u8);
            self.put((0x80 | code & 0x3F) as u8);
        } else {
            self.put((0xE0 | code >> 12) as u8);
            self.put((0x80 | code >> 6 & 0x3F) as u8);
            self.put((0x80 | code & 0x3F) as u8);
        }
        Ok(())
    }

    fn escape(&mut self) -> Outcome {
        let c = self.peek()?;
        self.at += 1;
        match c {
            b'"' | b'\\' | b'/' => self.put(c),
            b'b' => self.put(8),
            b'f' => self.put(12),
            b'n' => self.put(b'\n'),
            b'r' => self.put(b'\r'),
            b't' => self.put(b'\t'),
            b'u' => self.unicode()?,
            _ => return Err(Problem::BadEscape),
        }
        Ok(())
    }

    fn string(&mut self) -> Outcome {
        self.take(b'"')?;
        let start = self.text_len;
        loop {
            let c = self.peek()?;
            self.at += 1;
            if c == b'"' {
                break;
            } else if c == b'\\' {
                self.escape()?;
            } else if c < b' ' {
                return Err(Problem::Unexpected);
            } else {
                self.put(c);
            }
        }
        self.values.push(Value::Text(start, self.text_len));
        Ok(())
    }

    fn array(&mut self, depth: i64) -> Outcome {
        let place = self.values.len();
        self.values.push(Value::Null);
        self.at += 1;
        self.skip_space();
        if self.peek()? == b']' {
            self.at += 1;
        } else {
            loop {
                self.value(depth - 1)?;
                if self.peek()? != b',' {
                    break;
                }
                self.at += 1;
            }
            self.take(b']')?;
        }
        self.values[place] = Value::Array(self.values.len());
        Ok(())
    }

    fn object(&mut self, depth: i64) -> Outcome {
        let place = self.values.len();
        self.values.push(Value::Null);
        self.at += 1;
        self.skip_space();
        if self.peek()? == b'}' {
            self.at += 1;
        } else {
            loop {
                self.skip_space();
                self.string()?;
                self.skip_space();
                self.take(b':')?;
                self.value(depth - 1)?;
                if self.peek()? != b',' {
                    break;
                }
                self.at += 1;
            }
            self.take(b'}')?;
        }
        self.values[place] = Value::Object(self.values.len());
        Ok(())
    }

    fn value(&mut self, depth: i64) -> Outcome {
        if depth == 0 {
            return Err(Problem::TooDeep);
        }
        self.skip_space();
        match self.peek()? {
            b'{' => self.object(depth)?,
            b'[' => self.array(depth)?,
            b'"' => self.string()?,
            b't' => {
                self.take_word("true")?;
                self.values.push(Value::Bool(true));
            }
            b'f' => {
                self.take_word("false")?;
                self.values.push(Value::Bool(false));
            }
            b'n' => {
                self.take_word("null")?;
                self.values.push(Value::Null);
            }
            b'-' | b'0'..=b'9' => self.number()?,
            _ => return Err(Problem::Unexpected),
        }
        self.skip_space();
        Ok(())
    }

    fn parse(&mut self) -> Outcome {
        self.at = 0;
        self.text_len = 0;
        self.values.clear();
        self.value(100)?;
        if self.at != self.input.len() {
            return Err(Problem::Unexpected);
        }
        Ok(())
    }

    fn digest(&self) -> u64 {
        let mut sum: u64 = 0;
        let mut total = 0.0;
        for value in &self.values {
            match *value {
                Value::Null => sum = sum.wrapping_mul(31).wrapping_add(1),
                Value::Bool(b) => sum = sum.wrapping_mul(31).wrapping_add(b as u64),
                Value::Number(x) => total += x,
                Value::Text(start, end) => {
                    for &c in &self.text[start..end] {
                        sum = sum.wrapping_mul(31).wrapping_add(c as u64);
                    }
                }
                Value::Array(end) => sum = sum.wrapping_mul(31).wrapping_add(end as u64),
                Value::Object(end) => sum = sum.wrapping_mul(37).wrapping_add(end as u64),
            }
        }
        sum.wrapping_add(total as i64 as u64)
    }
}

fn main() {
    let extra = std::env::args().count() - 1;
    let input = generate(4000 + extra);
    let mut p = Parser {
        input: input.as_bytes(),
        at: 0,
        values: Vec::new(),
        text: vec![0; input.len()],
        text_len: 0,
    };
    let mut result: u64 = 0;
    for _ in 0..120 + extra {
        match p.parse() {
            Ok(()) => result = result.wrapping_mul(31).wrapping_add(p.digest()),
            Err(problem) => {
                println!("byte {}: {:?}", p.at, problem);
                return;
            }
        }
    }
    println!("{} {} {}", input.len(), p.values.len(), result);
}
