// Times as a reader in the chain's zone knows them, as src/zhulian/certificate/clock.py writes them.

const LATEST_MS = 253402214400000;

/** "YYYY-MM-DD HH:MM:SS.mmm" of a Unix time in milliseconds, in `zone`, or in UTC where this browser does not know it. */
export function moment(timeMs, zone) {
  if (timeMs >= LATEST_MS) return `${timeMs} ms`;
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: zoneName(zone), calendar: "gregory", numberingSystem: "latn", hourCycle: "h23",
    year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit",
  });
  const part = Object.fromEntries(format.formatToParts(timeMs).map(({ type, value }) => [type, value]));
  const fraction = String(timeMs % 1000).padStart(3, "0");
  return `${part.year.padStart(4, "0")}-${part.month}-${part.day} ${part.hour}:${part.minute}:${part.second}.${fraction}`;
}

/** "YYYY-MM-DD" of a Unix time in seconds. */
export function day(timeS, zone) {
  return moment(timeS * 1000, zone).split(" ")[0];
}

/** The zone that the two above use. */
export function zoneName(zone) {
  try {
    new Intl.DateTimeFormat("en-GB", { timeZone: zone });
    return zone;
  } catch {
    return "UTC";
  }
}
