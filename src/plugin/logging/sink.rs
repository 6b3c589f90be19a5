//! Where lines go: to a thread that writes them, so that whoever logs never waits long for a reader.
//!
//! Standard error is a pipe or a terminal. When nobody reads it, a write blocks for as long as that lasts,
//! and so would the call that wanted to log. Here lines queue up, and what finds no room is counted and
//! dropped. Who needs a line to outlive the process waits for it, within bounds.

use std::collections::VecDeque;
use std::io::Write;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

/// Bytes that may wait. Some ten thousand lines: more than any burst that a reader who does read leaves
/// behind.
const ROOM_BYTES: usize = 4 << 20;

/// What one line may take to be written. A reader that is there takes microseconds.
const LINE_TIME: Duration = Duration::from_millis(100);

/// Lines on their way to a writer.
pub(super) struct Sink {
    queue: Mutex<Queue>,
    changed: Condvar,
}

#[derive(Default)]
struct Queue {
    entries: VecDeque<Entry>,
    bytes: usize,
    /// How many entries have ever been taken, and how many of them are written.
    taken: u64,
    written: u64,
    /// Whether a line was waited for in vain, and nothing has been written since.
    stuck: bool,
}

enum Entry {
    Line(String),
    /// So many lines found no room here.
    Gap(usize),
}

impl Sink {
    /// Starts the thread. Its first write may block for ever without harm to anybody.
    ///
    /// # Errors
    ///
    /// When the operating system gives no thread.
    pub(super) fn start(mut writer: impl Write + Send + 'static) -> std::io::Result<Arc<Self>> {
        let sink = Arc::new(Self { queue: Mutex::default(), changed: Condvar::new() });
        let own = Arc::clone(&sink);
        std::thread::Builder::new().name("log".to_owned()).spawn(move || {
            loop {
                // If nobody is there to read any more, the lines have gone as far as they can.
                let _ = writer.write_all(own.next().as_bytes()).and_then(|()| writer.flush());
                own.wrote();
            }
        })?;
        Ok(sink)
    }

    /// Takes a line, or counts it as dropped. Never waits.
    pub(super) fn push(&self, line: &str) {
        self.lock().push(line);
        self.changed.notify_all();
    }

    /// Takes a line and waits until it is written, so that it is there even if the process is killed right
    /// after. Where nobody reads, only the first line waits its time.
    pub(super) fn write(&self, line: &str) {
        let mut queue = self.lock();
        queue.push(line);
        self.changed.notify_all();
        let mark = queue.taken;
        let on_its_way = |queue: &mut Queue| queue.written < mark && !queue.stuck;
        let (mut queue, waited) = self
            .changed
            .wait_timeout_while(queue, LINE_TIME, on_its_way)
            .unwrap_or_else(PoisonError::into_inner);
        queue.stuck |= waited.timed_out();
    }

    /// Waits until every line has been written, but not longer than this.
    pub(super) fn flush(&self, patience: Duration) {
        let queue = self.lock();
        let busy = |queue: &mut Queue| queue.written < queue.taken;
        drop(self.changed.wait_timeout_while(queue, patience, busy));
    }

    /// The next line, once there is one.
    fn next(&self) -> String {
        let mut queue = self
            .changed
            .wait_while(self.lock(), |queue| queue.entries.is_empty())
            .unwrap_or_else(PoisonError::into_inner);
        match queue.entries.pop_front() {
            Some(Entry::Line(line)) => {
                queue.bytes -= line.len();
                line
            }
            Some(Entry::Gap(lines)) => gap(lines),
            None => String::new(),
        }
    }

    /// What came last is written.
    fn wrote(&self) {
        let mut queue = self.lock();
        queue.stuck = false;
        queue.written += 1;
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queue {
    fn push(&mut self, line: &str) {
        if self.bytes + line.len() <= ROOM_BYTES {
            self.bytes += line.len();
            self.add(Entry::Line(line.to_owned()));
        } else if let Some(Entry::Gap(lines)) = self.entries.back_mut() {
            *lines += 1;
        } else {
            self.add(Entry::Gap(1));
        }
    }

    fn add(&mut self, entry: Entry) {
        self.entries.push_back(entry);
        self.taken += 1;
    }
}

fn gap(lines: usize) -> String {
    let text = "log lines were dropped because nobody was reading standard error";
    super::line::line(tracing::Level::WARN, text, &[("dropped_lines", lines.into())], SystemTime::now())
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    /// A writer that writes only while it is let.
    struct Gate {
        begun: mpsc::Sender<()>,
        open: mpsc::Receiver<()>,
        written: mpsc::Sender<String>,
    }

    impl Write for Gate {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            let _ = self.begun.send(());
            // After the test has let go of its end, everything is written.
            let _ = self.open.recv();
            let _ = self.written.send(String::from_utf8_lossy(bytes).into_owned());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn gated() -> (Arc<Sink>, mpsc::Sender<()>, mpsc::Receiver<String>) {
        let (sink, _, opener, lines) = watched();
        (sink, opener, lines)
    }

    /// The same, and where it is told that a line is about to be written.
    fn watched() -> (Arc<Sink>, mpsc::Receiver<()>, mpsc::Sender<()>, mpsc::Receiver<String>) {
        let (begun, begins) = mpsc::channel();
        let (opener, open) = mpsc::channel();
        let (written, lines) = mpsc::channel();
        (Sink::start(Gate { begun, open, written }).unwrap(), begins, opener, lines)
    }

    #[test]
    fn a_blocked_reader_costs_lines_and_not_time() {
        let (sink, begins, opener, lines) = watched();
        let line = "x".repeat(1 << 20);
        sink.push(&line);
        begins.recv().unwrap();
        // One is taken, so four more fit.
        (0..6).for_each(|_| sink.push(&line));
        drop(opener);
        sink.flush(Duration::from_secs(30));
        let mut lines: Vec<String> = lines.try_iter().collect();
        let told = lines.pop().unwrap();
        assert!(lines.len() == 5 && lines.iter().all(|written| *written == line), "{}", lines.len());
        assert!(told.contains("\"dropped_lines\":2"), "{told}");
    }

    #[test]
    fn lines_keep_their_order_and_a_flush_waits_for_them() {
        let (sink, opener, lines) = gated();
        drop(opener);
        ["a", "b", "c"].iter().for_each(|line| sink.push(line));
        sink.flush(Duration::from_secs(30));
        assert_eq!(lines.try_iter().collect::<String>(), "abc");
    }

    #[test]
    fn what_must_outlive_the_process_is_written_before_it_goes_on() {
        let (sink, opener, lines) = gated();
        drop(opener);
        for line in ["a", "b", "c"] {
            sink.write(line);
            assert_eq!(lines.try_iter().collect::<String>(), line);
        }
    }

    #[test]
    fn a_reader_that_is_not_there_is_waited_for_once() {
        let (sink, opener, lines) = gated();
        sink.write("a");
        assert!(sink.lock().stuck);
        sink.write("b");
        drop(opener);
        sink.flush(Duration::from_secs(30));
        assert!(!sink.lock().stuck, "one that came back is not waited for");
        assert_eq!(lines.try_iter().collect::<String>(), "ab");
    }

    #[test]
    fn a_flush_does_not_wait_for_ever() {
        let (sink, _opener, _lines) = gated();
        sink.push("x");
        sink.flush(Duration::from_millis(1));
    }
}
