//! What the system tells of the provider's processes while terraform runs: memory and processor time.

use std::collections::HashMap;
use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

/// How often it looks. A process that lives for less is missed, and costs nothing that matters.
const PAUSE: Duration = Duration::from_millis(20);

/// Ticks of the system's clock for processes, per second.
const TICKS: f64 = 100.0;

/// The providers that one terraform started.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Usage {
    /// The most that one of them ever held.
    pub(super) memory_mib: f64,
    /// The time that all of them took.
    pub(super) processor_seconds: f64,
}

/// Looks until it is told to stop.
pub(super) struct Watch {
    done: Arc<AtomicBool>,
    thread: JoinHandle<Usage>,
}

impl Watch {
    /// Watches the children of this process.
    pub(super) fn start(parent: u32) -> Self {
        let done = Arc::new(AtomicBool::new(false));
        let stop = Arc::clone(&done);
        let thread = std::thread::spawn(move || {
            let (mut memory_mib, mut times) = (0.0_f64, HashMap::new());
            while !stop.load(Ordering::Relaxed) {
                for (process, memory, seconds) in children(parent) {
                    memory_mib = memory_mib.max(memory);
                    times.insert(process, seconds);
                }
                std::thread::sleep(PAUSE);
            }
            Usage { memory_mib, processor_seconds: times.values().sum() }
        });
        Self { done, thread }
    }

    pub(super) fn stop(self) -> Usage {
        self.done.store(true, Ordering::Relaxed);
        self.thread.join().unwrap_or_default()
    }
}

/// Process, peak MiB and processor seconds of each child. Processes come and go while this reads.
fn children(parent: u32) -> Vec<(u32, f64, f64)> {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let numbers = processes.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    numbers.filter_map(|process| child(parent, process)).collect()
}

fn child(parent: u32, process: u32) -> Option<(u32, f64, f64)> {
    // Before it becomes a provider, a child shows terraform's own memory.
    if !fs::read_to_string(format!("/proc/{process}/comm")).ok()?.starts_with("terraform-provi") {
        return None;
    }
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name in parentheses may hold anything; what follows is fixed.
    let fields: Vec<&str> = stat.rsplit_once(") ")?.1.split(' ').collect();
    if fields.get(1)?.parse() != Ok(parent) {
        return None;
    }
    let ticks: f64 = fields.get(11)?.parse::<f64>().ok()? + fields.get(12)?.parse::<f64>().ok()?;
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: f64 = peak.trim().trim_end_matches(" kB").parse().ok()?;
    Some((process, kib / 1024.0, ticks / TICKS))
}
