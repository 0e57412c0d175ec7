//! Asking the same thing again and again, with as little of a client as possible in between.

use std::{
    io::{Read, Write},
    net::TcpStream,
    thread,
    time::{Duration, Instant},
};

use super::Outcome;

/// How many ask at the same time, each over one kept connection.
pub const CLIENTS: usize = 8;

/// What was measured.
pub struct Speed {
    /// Answers in a second.
    pub per_second: f64,
    /// What 99 of 100 answers did not take longer than.
    pub p99: Duration,
    /// Length of an answer with its head.
    pub bytes: usize,
}

/// Asks for a page for a while.
///
/// # Errors
/// The connection breaks, or an answer is not a good one.
pub fn measure(authority: &str, path: &str, cookie: &str, period: Duration) -> Outcome<Speed> {
    let request = format!(
        "GET {path} HTTP/1.1\r\nhost: {authority}\r\naccept: text/html\r\ncookie: {cookie}\r\n\r\n"
    );
    let start = Instant::now();
    let clients: Vec<Outcome<(Vec<Duration>, usize)>> = thread::scope(|scope| {
        let client = || ask(authority, &request, start + period);
        let asking: Vec<_> = (0..CLIENTS).map(|_| scope.spawn(client)).collect();
        asking.into_iter().map(|one| one.join().unwrap_or_else(|_| Err("panic".into()))).collect()
    });
    let seconds = start.elapsed().as_secs_f64();
    let (mut times, mut bytes) = (Vec::new(), 0);
    for client in clients {
        let (took, length) = client?;
        times.extend(took);
        bytes = length;
    }
    times.sort_unstable();
    let p99 = times.get(times.len() * 99 / 100).copied().ok_or("nothing was answered")?;
    Ok(Speed { per_second: times.len() as f64 / seconds, p99, bytes })
}

/// How long each answer took, the quickest first.
pub struct Times(Vec<Duration>);

impl Times {
    /// What so many of 100 answers did not take longer than, in milliseconds.
    pub fn percentile(&self, percent: usize) -> f64 {
        let index = (self.0.len() * percent / 100).min(self.0.len().saturating_sub(1));
        self.0.get(index).map_or(0.0, |time| time.as_secs_f64() * 1_000.0)
    }
}

/// Asks for pages in turn, each client on its own connection, for a while and at least some times.
///
/// # Errors
/// The connection breaks, or an answer is not a good one.
pub fn sample(
    authority: &str,
    paths: &[String],
    cookie: &str,
    clients: usize,
    period: Duration,
) -> Outcome<Times> {
    const LEAST: usize = 8;
    let client = |first: usize| -> Outcome<Vec<Duration>> {
        let mut stream = TcpStream::connect(authority)?;
        stream.set_nodelay(true)?;
        let (mut times, mut buffer, start) = (Vec::new(), Vec::new(), Instant::now());
        for path in paths.iter().cycle().skip(first * paths.len() / clients) {
            let request =
                format!("GET {path} HTTP/1.1\r\nhost: {authority}\r\ncookie: {cookie}\r\n\r\n");
            let asked = Instant::now();
            stream.write_all(request.as_bytes())?;
            read_answer(&mut stream, &mut buffer).map_err(|error| format!("{path}: {error}"))?;
            times.push(asked.elapsed());
            if start.elapsed() > period && times.len() > LEAST {
                break;
            }
        }
        // The first one warms up.
        Ok(times.split_off(1))
    };
    let answers: Vec<Outcome<Vec<Duration>>> = thread::scope(|scope| {
        let asking: Vec<_> = (0..clients).map(|first| scope.spawn(move || client(first))).collect();
        asking.into_iter().map(|one| one.join().unwrap_or_else(|_| Err("panic".into()))).collect()
    });
    let mut times = Vec::new();
    for answer in answers {
        times.extend(answer?);
    }
    times.sort_unstable();
    Ok(Times(times))
}

fn ask(authority: &str, request: &str, end: Instant) -> Outcome<(Vec<Duration>, usize)> {
    let mut stream = TcpStream::connect(authority)?;
    stream.set_nodelay(true)?;
    let (mut times, mut length, mut buffer) = (Vec::new(), 0, Vec::new());
    while Instant::now() < end {
        let asked = Instant::now();
        stream.write_all(request.as_bytes())?;
        length = read_answer(&mut stream, &mut buffer)?;
        times.push(asked.elapsed());
    }
    Ok((times, length))
}

/// Reads one answer to its end and returns its length; anything but 200 ends the bench.
fn read_answer(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Outcome<usize> {
    buffer.clear();
    let mut part = [0; 64 * 1024];
    // Where the body begins, and its length where the head says it.
    let mut head = None;
    loop {
        let count = stream.read(&mut part)?;
        if count == 0 {
            return Err("the connection was closed".into());
        }
        buffer.extend_from_slice(part.get(..count).unwrap_or_default());
        if head.is_none()
            && let Some(end) = buffer.windows(4).position(|window| window == b"\r\n\r\n")
        {
            let text = String::from_utf8_lossy(buffer.get(..end).unwrap_or_default());
            if !text.starts_with("HTTP/1.1 200") {
                return Err(text.into());
            }
            let length = text.to_ascii_lowercase().lines().find_map(|line| {
                line.strip_prefix("content-length: ").and_then(|text| text.parse::<usize>().ok())
            });
            head = Some((end + 4, length));
        }
        match head {
            Some((body, Some(length))) if buffer.len() >= body + length => return Ok(buffer.len()),
            Some((_, None)) if buffer.ends_with(b"\r\n0\r\n\r\n") => return Ok(buffer.len()),
            _ => {}
        }
    }
}
