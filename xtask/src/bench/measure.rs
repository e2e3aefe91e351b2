//! What a command costs.

use std::fmt;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use nix::sys::resource::{UsageWho, getrusage};

/// The time that a command took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cost {
    /// Of the processors, in the program and in the kernel for it.
    pub(super) cpu: Duration,
    /// On the clock.
    pub(super) wall: Duration,
}

impl Cost {
    /// Runs a command to its end, its standard output thrown away.
    ///
    /// # Errors
    /// When it does not succeed.
    pub(super) fn of(command: &mut Command) -> Result<Self> {
        let (before, start) = (children()?, Instant::now());
        let output = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .output()
            .with_context(|| format!("cannot start {}", command.get_program().display()))?;
        let cost = Self { wall: start.elapsed(), cpu: children()?.saturating_sub(before) };
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            bail!("{command:?} failed ({}): {}", output.status, said.trim_end());
        }
        Ok(cost)
    }

    /// The least processor time and the least wall time of each command, run by turns so that a busy moment meets all alike.
    ///
    /// # Errors
    /// When one does not succeed.
    pub(super) fn best_of<const N: usize>(rounds: usize, mut commands: [Command; N]) -> Result<[Self; N]> {
        let mut best = [Self { cpu: Duration::MAX, wall: Duration::MAX }; N];
        for _ in 0..rounds {
            for (command, best) in commands.iter_mut().zip(&mut best) {
                let cost = Self::of(command)?;
                *best = Self { cpu: best.cpu.min(cost.cpu), wall: best.wall.min(cost.wall) };
            }
        }
        Ok(best)
    }
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ms ({} ms wall)", milliseconds(self.cpu), milliseconds(self.wall))
    }
}

/// The most memory that a command holds at once, in MiB: its resident set as the kernel counts it, looked at as it runs.
///
/// # Errors
/// When the command does not succeed, or the kernel does not count.
pub(super) fn peak_memory(command: &mut Command) -> Result<f64> {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn().context("cannot start")?;
    let status = format!("/proc/{}/status", child.id());
    let mut peak: Option<f64> = None;
    let ended = loop {
        if let Some(now) = std::fs::read_to_string(&status).ok().as_deref().and_then(high_water) {
            peak = Some(now);
        }
        if let Some(ended) = child.try_wait()? {
            break ended;
        }
        std::thread::sleep(Duration::from_millis(1));
    };
    if !ended.success() {
        bail!("{command:?} failed ({ended})");
    }
    peak.context("the kernel does not say how much memory a process holds")
}

/// `VmHWM` of a process's status, in MiB.
fn high_water(status: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes / 1024.0)
}

/// Milliseconds with one decimal.
pub(super) fn milliseconds(time: Duration) -> String {
    format!("{:.1}", time.as_secs_f64() * 1000.0)
}

/// How many times longer the first is.
pub(super) fn ratio(this: Duration, that: Duration) -> f64 {
    this.as_secs_f64() / that.as_secs_f64().max(f64::MIN_POSITIVE)
}

/// The middle value; 0 when there are none.
pub(super) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

/// The processor time of every child that has ended.
fn children() -> Result<Duration> {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).context("cannot read the processor time")?;
    let parts = [usage.user_time(), usage.system_time()];
    Ok(parts
        .iter()
        .map(|time| {
            let micros = time.tv_sec().saturating_mul(1_000_000).saturating_add(time.tv_usec());
            Duration::from_micros(u64::try_from(micros).unwrap_or(0))
        })
        .sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_costs_more_than_none() {
        let busy = "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done";
        let mut work = Command::new("sh");
        work.args(["-c", busy]);
        let [none, work] = Cost::best_of(3, [Command::new("true"), work]).unwrap();
        assert!(work.cpu > none.cpu, "{work} {none}");
        assert!(work.wall >= work.cpu / 2);
    }

    #[test]
    fn a_failing_command_is_no_measurement() {
        let error = Cost::of(Command::new("sh").args(["-c", "echo no >&2; exit 7"])).unwrap_err().to_string();
        assert!(error.contains("exit status: 7") && error.ends_with("no"), "{error}");
    }

    #[test]
    fn memory_is_read_from_the_status_of_a_process() {
        assert_eq!(high_water("Name:\tx\nVmHWM:\t   2048 kB\n"), Some(2.0));
        assert_eq!(high_water("Name:\tx\n"), None);
        assert!(peak_memory(Command::new("sleep").arg("0.05")).unwrap() > 0.1);
    }

    #[test]
    fn numbers() {
        assert!((ratio(Duration::from_millis(3), Duration::from_millis(2)) - 1.5).abs() < 1e-9);
        assert!((median(vec![5.0, 1.0, 9.0]) - 5.0).abs() < 1e-9);
        assert_eq!(milliseconds(Duration::from_micros(1234)), "1.2");
    }
}
